import { daysIn, type Period, within } from '../../../domain/calendar/period.js';
import { dayOf } from '../../../domain/calendar/zone.js';
import {
  type PremisesUse,
  premisesUse,
  type ReducedRate,
  type Relief,
  reliefOf,
  type ReliefWords,
} from '../../../domain/invoice/reduced-rate.js';
import { type Decimal, zero } from '../../../domain/quantity/decimal.js';
import type { MeasuredUse, RunInputs, TaxRules } from '../run/inputs.js';

/*
 * All that a member used at the site, which is its premises: what thresholds are judged by. A member who has two spaces, or who moved
 * from one to the other, has one use.
 */

/** What is looked at of a run. */
type Known = Pick<RunInputs, 'meters' | 'uses' | 'pieces' | 'period' | 'site' | 'taxRules'>;

/** What was declared for a use, on its own days: collecting has cut uses where declarations begin and end. */
function declaredFor({ taxRules, site }: Known, use: MeasuredUse): TaxRules['declarations'][number] | undefined {
  const day = dayOf(use.from, site.zone);
  return taxRules.declarations.find(
    ({ spaceId, memberId, days }) =>
      spaceId === use.spaceId && memberId === use.memberId && days.from <= day && (days.to === null || day < days.to),
  );
}

/** Percent of a use that is at home or by a charity; none where nothing was declared. */
export const declaredPercent = (inputs: Known, use: MeasuredUse): Decimal => declaredFor(inputs, use)?.percent ?? zero;

/** The uses of a member of a utility in the run's period, each counted once; those of virtual meters are billed and so count too. */
function ownUses({ uses, meters }: Known, memberId: string, utility: string): MeasuredUse[] {
  const counts = new Set(
    meters
      .filter(
        (meter) =>
          meter.role !== 'source' &&
          meter.role !== 'deduction' &&
          meter.direction === 'import' &&
          meter.utility === utility,
      )
      .map((meter) => meter.registerId),
  );
  return uses.filter((use) => use.memberId === memberId && use.calendar === null && counts.has(use.registerId));
}

/** The days of the period on which a member had a space. */
export function daysPresent({ pieces, period }: Known, memberId: string): number {
  const held = pieces
    .filter((piece) => piece.memberId === memberId)
    .flatMap(({ days }) => within(period, days) ?? [])
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  let count = 0;
  let until = period.from;
  for (const { from, to } of held) {
    const fresh: Period = { from: from > until ? from : until, to };
    if (fresh.from >= fresh.to) continue;
    count += daysIn(fresh);
    until = to;
  }
  return count;
}

/** What a member used of a utility in the period, and what of it qualifies; null where no meter of its own measured it. */
export function useAtPremises(inputs: Known, memberId: string, utility: string): PremisesUse | null {
  const uses = ownUses(inputs, memberId, utility);
  if (uses.length === 0) return null;
  return premisesUse(
    uses.map((use) => ({ quantity: use.quantity, percent: declaredPercent(inputs, use) })),
    daysPresent(inputs, memberId),
  );
}

/** True where a member declared of something it used in the period that all of it is used at home. */
export const isDomestic = (inputs: Known, memberId: string, utility: string): boolean =>
  ownUses(inputs, memberId, utility).some((use) => declaredFor(inputs, use)?.kind === 'domestic');

/** The judgement on a member's use of a utility, where a rule has one. @param words of the language of its reason; English where absent */
export function reliefFor(
  inputs: Known,
  memberId: string,
  utility: string,
  words?: ReliefWords,
): { readonly rule: ReducedRate; readonly use: PremisesUse; readonly relief: Relief } | null {
  const rule = inputs.taxRules.reduced.find((one) => one.utility === utility);
  const use = rule === undefined ? null : useAtPremises(inputs, memberId, utility);
  return rule === undefined || use === null ? null : { rule, use, relief: reliefOf(use, rule, words) };
}
