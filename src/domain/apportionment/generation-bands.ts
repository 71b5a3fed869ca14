import { type Decimal, plain } from '../quantity/decimal.js';
import { splitOnGrid } from '../quantity/split.js';
import { tieRank } from '../quantity/tie-break.js';
import { type Allotment, energyScale, type Metered, type UserPart } from './generation.js';

/*
 * A calendar cuts what was used by the hour; an allotment cuts it by where it came from. Both give bands, so that whatever prices or
 * shares by band does so by origin as well:
 *
 *   a meter that is used   local, what the roof gave it      grid, the rest
 *   a meter of the roof    local, what others used of it     export, the rest
 *
 * Who has a coefficient is a space, whoever has it, or a member with all its spaces. What a member got is laid on its meters in
 * proportion to what they counted.
 */

export const localBand = 'local';
export const gridBand = 'grid';
export const exportBand = 'export';

/** The bands of what is used, which a price or a key may name. */
export const usedBands: readonly string[] = [localBand, gridBand];

/** The bands of what is made, which a credit may name. */
export const madeBands: readonly string[] = [localBand, exportBand];

const prefix = 'generation:';

/** What stands in the place of a band calendar where a generation key cuts. No calendar is called so: codes have no colon. */
export const generationCalendar = (key: string): string => `${prefix}${key}`;

/** The code of the generation key behind such a name; null for a calendar of hours, and for none. */
export const generationKeyOf = (calendar: string | null): string | null =>
  calendar?.startsWith(prefix) ? calendar.slice(prefix.length) : null;

/** How a claimant is called in an allotment. */
export const claimantId = (kind: 'space' | 'member', id: string): string => `${kind}:${id}`;

/** Everybody whom an allotment names. */
export function namedIn(allotment: Allotment): ReadonlySet<string> {
  switch (allotment.kind) {
    case 'dynamic':
      return new Set();
    case 'priority':
      return new Set(allotment.order.flat());
    default:
      return new Set(allotment.tables.flatMap(({ parts }) => parts.map(({ id }) => id)));
  }
}

/** Who claims what a space uses: the space where it is named or nobody has it, else its member where that one is named. */
export function claimantOf(
  { spaceId, memberId }: { readonly spaceId: string; readonly memberId: string | null },
  named: ReadonlySet<string>,
): string {
  const space = claimantId('space', spaceId);
  if (memberId === null || named.has(space)) return space;
  const member = claimantId('member', memberId);
  return named.has(member) ? member : space;
}

/**
 * Lays what a claimant got on the meters that it was used at, in proportion to what they counted.
 *
 * @param local  ≤ the sum of what the meters counted
 * @param meters at least one, on the energy grid
 * @law Σ local = `local`; local + grid = what the meter counted; local ≤ that
 */
export function amongMeters(local: Decimal, meters: readonly Metered[], tieKey: string): UserPart[] {
  const weights = meters.map(({ quantity }) => quantity);
  const parts = local.isZero()
    ? weights.map(() => local)
    : splitOnGrid(local, energyScale, weights, (index) => tieRank(tieKey, meters[index]?.id ?? ''));
  return meters.map(({ id, quantity }, index) => {
    const own = parts[index] ?? local;
    return { id, local: own, grid: quantity.minus(own) };
  });
}

/** An allotment in words, with the figures that were adopted. @param called what a claimant is called */
export function sayAllotment(allotment: Allotment, called: (id: string) => string): string {
  switch (allotment.kind) {
    case 'dynamic':
      return 'in each interval in proportion to use';
    case 'priority':
      return `in each interval first to ${allotment.order.map((group) => group.map(called).join(' and ')).join(', then to ')}, and last to all others`;
    default: {
      const tables = allotment.tables.map(({ hours, parts }) => {
        const when = hours.length === hoursOfDay ? '' : `, in the hours ${hours.join(', ')}`;
        return `${parts.map(({ id, part }) => `${plain(part)} to ${called(id)}`).join(', ')}${when}`;
      });
      const rest =
        allotment.kind === 'static'
          ? 'what one does not use is exported'
          : 'what one does not use goes to the others in proportion to what they lack';
      return `by agreed parts: ${tables.join('; ')}; ${rest}`;
    }
  }
}

const hoursOfDay = 24;
