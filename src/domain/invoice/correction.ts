import { type Decimal, sum, zero } from '../quantity/decimal.js';

/*
 * The problem: after the invoices of October went out, the reading of one stall turns out to be late. Its share moves, and because the
 * pool is one pool, everybody else's moves with it. No single document can be put right by itself.
 *
 *   Night units 100.00      before   Rosa 60.00  Lund 40.00                       Lund's meter had been estimated
 *                           now      Rosa 59.60  Lund 40.40
 *                           deltas   Rosa −0.40  Lund +0.40                       together 0.00, for the bill did not change
 *   below 0.50 held         Rosa 60.00  Lund 40.00  held for Rosa −0.40, for Lund +0.40: nobody gets paper for pennies, nothing is lost
 *
 * Method: both states are lists of positions, who bears how much of what. Like is set beside like, and the difference is the delta; what is on
 * one side only is set beside nothing. Members whose whole change is too small keep what they were billed, and their differences are held, by
 * name, in the same cost; so each cost still adds up to itself. What is held is asked for again by the next correction, which compares with
 * what was billed and not with what was meant.
 */

/** Who bears a position. What is held may be held for somebody. */
export type Bearer =
  | { readonly kind: 'member'; readonly memberId: string }
  | { readonly kind: 'vacant'; readonly spaceId: string }
  | { readonly kind: 'common' }
  | { readonly kind: 'held'; readonly memberId: string | null };

/** How much of a cost somebody bears. */
export interface Position {
  /** What names the cost on both sides: its bill and component, charge or fund, and the version of the rule that shares it. */
  readonly cost: string;
  /** What tells apart the lines that one bearer has of one cost: section and tax. Empty where there are none. */
  readonly line: string;
  readonly bearer: Bearer;
  /** On the currency's grid. */
  readonly amount: Decimal;
}

export interface Delta extends Omit<Position, 'amount'> {
  readonly before: Decimal;
  readonly after: Decimal;
  /** After less before; a bearer who owes more has it above zero. */
  readonly amount: Decimal;
}

/** The name of a bearer. @example 'held:rosa', 'common' */
export function bearerId(bearer: Bearer): string {
  switch (bearer.kind) {
    case 'member':
      return `member:${bearer.memberId}`;
    case 'vacant':
      return `vacant:${bearer.spaceId}`;
    case 'common':
      return 'common';
    case 'held':
      return bearer.memberId === null ? 'held' : `held:${bearer.memberId}`;
  }
}

const placeOf = ({ cost, line, bearer }: Omit<Position, 'amount'>): string =>
  JSON.stringify([cost, line, bearerId(bearer)]);

/**
 * What changes for whom, in which line of which cost.
 *
 * @param before what stands: the run as it was issued and corrected since
 * @param after  what the facts of today come to
 * @returns one delta for each line that changes, in order of cost, bearer and line; positions of one line are added
 * @law for each cost, Σ deltas = Σ after − Σ before
 * @law `deltas(a, b)` mirrors `deltas(b, a)`; nothing changes between a state and itself, in whatever order it is told
 * @example Rosa 60.00 → 59.60, Lund 40.00 → 40.40: −0.40 and +0.40
 */
export function deltas(before: readonly Position[], after: readonly Position[]): Delta[] {
  const places = new Map<string, { of: Position; before: Decimal; after: Decimal }>();
  const add = (position: Position, side: 'before' | 'after'): void => {
    const place = placeOf(position);
    const known = places.get(place) ?? { of: position, before: zero, after: zero };
    places.set(place, { ...known, [side]: known[side].plus(position.amount) });
  };
  for (const position of before) add(position, 'before');
  for (const position of after) add(position, 'after');
  return [...places]
    .filter(([, place]) => !place.before.equals(place.after))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([
        ,
        {
          of: { cost, line, bearer },
          before: was,
          after: is,
        },
      ]) => ({
        ...{ cost, line, bearer, before: was, after: is },
        amount: is.minus(was),
      }),
    );
}

/** By how much a member's bill would change. */
export interface MemberChange {
  readonly memberId: string;
  readonly net: Decimal;
  readonly gross: Decimal;
}

/**
 * Members whose bill changes by less than is worth a document, before tax and with it: where only the tax changes, that change counts.
 *
 * @param holdBelow money, zero or more; a change of exactly this much is billed
 * @returns ids of members that have a change, and a small one
 */
export const smallChanges = (changes: readonly MemberChange[], holdBelow: Decimal): ReadonlySet<string> =>
  new Set(
    changes
      .filter(({ net, gross }) => net.abs().lessThan(holdBelow) && gross.abs().lessThan(holdBelow))
      .map(({ memberId }) => memberId),
  );

/**
 * The state after a correction in which some members keep what they were billed.
 *
 * @param small   members that keep it; the difference is held for each of them, cost by cost
 * @param isGiven whether a cost is what a fund gives: nothing of it is held, the fund gives what members get
 * @returns positions; those of nothing are left out
 * @law Σ of each cost that is not given stays what `after` says
 * @law a small member has no delta against `before`
 */
export function keepSmall(
  before: readonly Position[],
  after: readonly Position[],
  small: ReadonlySet<string>,
  isGiven: (cost: string) => boolean,
): Position[] {
  const keeps = ({ bearer }: Position): boolean => bearer.kind === 'member' && small.has(bearer.memberId);
  const held = deltas(before.filter(keeps), after.filter(keeps)).flatMap(({ cost, bearer, amount }): Position[] =>
    bearer.kind !== 'member' || isGiven(cost)
      ? []
      : [{ cost, line: '', bearer: { kind: 'held', memberId: bearer.memberId }, amount }],
  );
  const kept = [...after.filter((one) => !keeps(one)), ...before.filter(keeps), ...held];
  return kept.filter(({ amount }) => !amount.isZero());
}

/** What some positions come to, by cost. */
export function byCost(positions: readonly Pick<Position, 'cost' | 'amount'>[]): ReadonlyMap<string, Decimal> {
  const costs = [...new Set(positions.map(({ cost }) => cost))];
  return new Map(
    costs.map((cost) => [cost, sum(positions.filter((one) => one.cost === cost).map(({ amount }) => amount))]),
  );
}
