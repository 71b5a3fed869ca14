import { epochMs, type Span } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import { type Decimal, plain, sum } from '../quantity/decimal.js';
import { type Quality, worse } from './reading.js';

/*
 * What a virtual register used is a sum of what its parts counted in the same time, each times its factor.
 *
 *   1 × MAIN 1000  − 1 × STALL-1 310  − 1 × STALL-2 250  − 1 × STALL-3 225.5   =   214.5, derived
 *
 * The sum is exact and linear, so parts of a time add up to the whole, and bands to the day. It is no better than its worst part. Where a
 * part is not known the sum is not: a part that is left out would be billed to somebody else. Less than nothing is no use: a part is
 * wrong, and nothing is cut off to hide it.
 */

/** What a part counted in the time that is asked for. */
export interface PartUse {
  readonly registerId: string;
  /** `SHOP-07 import`. */
  readonly label: string;
  readonly coefficient: Decimal;
  /** Null where it is not known. */
  readonly quantity: Decimal | null;
  readonly quality: Quality;
}

/** A time of a virtual register with what its parts counted in it. */
export interface VirtualPiece extends Span {
  /** The band that is asked for, in words of the calendar; null for all of the time. */
  readonly band: string | null;
  readonly parts: readonly PartUse[];
  /** Registers whose formula has not begun, by what they are called. */
  readonly without: readonly string[];
}

export interface VirtualUse {
  /** In the register's unit, exact; null where an issue says why. May be 0, never less. */
  readonly quantity: Decimal | null;
  readonly quality: Quality;
}

/**
 * What a virtual register used.
 *
 * @param pieces any times; all are asked of the same register
 * @returns a use for each piece, in their order, and blocking Issues: `virtual-part-missing` names the parts that are not known,
 *   `negative-virtual-use` the time in which the sum is less than nothing; neighbours are told together
 * @law linear: over a cut the uses of both sides add up to the use of the whole; independent of the order of parts
 */
export function virtualUses(
  subject: Subject,
  unit: string,
  pieces: readonly VirtualPiece[],
): { readonly uses: readonly VirtualUse[]; readonly issues: readonly Issue[] } {
  const missing: Told[] = [];
  const negative: Told[] = [];
  const uses = pieces.map((piece): VirtualUse => {
    const { parts, without, band } = piece;
    const quality = parts.reduce<Quality>((worst, part) => worse(worst, part.quality), 'derived');
    const unknown = parts.filter((part) => part.quantity === null).map(({ label }) => label);
    if (unknown.length > 0 || without.length > 0) {
      const named = [...new Set(unknown)].sort();
      missing.push({ ...timeOf(piece), band, what: JSON.stringify([named, without]), named, without, by: [] });
      return { quantity: null, quality };
    }
    const addends = parts.flatMap((part) => (part.quantity === null ? [] : [part.quantity.times(part.coefficient)]));
    const quantity = sum(addends);
    if (!quantity.lessThan(0)) return { quantity, quality };
    negative.push({ ...timeOf(piece), band, what: band ?? '', named: [], without: [], by: [quantity] });
    return { quantity: null, quality };
  });
  return {
    uses,
    issues: [
      ...together(missing).map((told) => missingIssue(subject, told)),
      ...together(negative).map((told) => negativeIssue(subject, unit, told)),
    ],
  };
}

interface Told extends Span {
  readonly band: string | null;
  /** Neighbours that say the same are told together. */
  readonly what: string;
  readonly named: readonly string[];
  readonly without: readonly string[];
  readonly by: readonly Decimal[];
}

const timeOf = ({ from, to }: Span): Span => ({ from, to });

/** Neighbours in time become one; what the whole of a time said is not said again of its bands. */
function together(all: readonly Told[]): Told[] {
  const told: Told[] = [];
  for (const next of all) {
    const last = told.at(-1);
    if (last?.what === next.what && epochMs(last.to) === epochMs(next.from))
      told.splice(-1, 1, { ...last, to: next.to, by: [...last.by, ...next.by] });
    else if (!told.some((known) => known.what === next.what && holds(known, next))) told.push(next);
  }
  return told;
}

const holds = (a: Span, b: Span): boolean => epochMs(a.from) <= epochMs(b.from) && epochMs(a.to) >= epochMs(b.to);

function missingIssue(subject: Subject, { from, to, named, without }: Told): Issue {
  const parts = named.length === 0 ? [] : [`it is not known what ${listed(named)} counted`];
  const formulas = without.length === 0 ? [] : [`${listed(without)} had no formula yet`];
  return {
    code: 'virtual-part-missing',
    severity: 'blocking',
    subject,
    from,
    to,
    detail: `${subject.label} cannot be worked out from ${from} to ${to}: ${[...parts, ...formulas].join(', and ')}.`,
    remedy:
      'Bring in the missing readings of these registers or have them estimated, or adopt a formula for these days.',
  };
}

function negativeIssue(subject: Subject, unit: string, { from, to, band, by }: Told): Issue {
  return {
    code: 'negative-virtual-use',
    severity: 'blocking',
    subject,
    from,
    to,
    detail:
      `${subject.label} comes to ${plain(sum(by))} ${unit} from ${from} to ${to}${band === null ? '' : `, ${band}`}: ` +
      'less than nothing was used there.',
    remedy:
      'Look at the registers of its formula for a wrong multiplier, a wrong direction, or an exchange that was not recorded; or adopt another formula.',
  };
}

const mostNamed = 10;

/** @example `A import, B import and 3 more` */
export const listed = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`;
