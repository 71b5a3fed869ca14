import { daysIn, type Period } from '../calendar/period.js';
import { prorate } from '../calendar/proration.js';
import { DomainError } from '../errors.js';
import { Decimal, one, plain, quotient, sum, zero } from '../quantity/decimal.js';
import { coinScale, type Currency } from '../quantity/money.js';
import { split } from '../quantity/split.js';

/*
 * The problem: "by use, but nobody pays more than 40.00". What is above the limit has to be borne by somebody; sharing it out
 * may lift the next one above the limit; and a minimum charge for the small works the other way at the same time.
 *
 *   100.00 by 6 : 3 : 1, at most 40.00 each
 *     round 1   60.00 · 30.00 · 10.00    the first is above 40.00 and stays there; 60.00 are left for 3 : 1
 *     round 2           45.00 · 15.00    the second is above 40.00 and stays there; 20.00 are left
 *     round 3                   20.00    nobody is above: done                   40.00 + 40.00 + 20.00 = 100.00
 *
 * Method: split what is left among those who are not fixed yet, by the same weights. Compare by how much the parts exceed
 * their caps, all together, and by how much they fall short of their floors. Fix those on the larger side at their limits
 * (both where it is the same), take what they bear off, and split again. Each round fixes at least one, so there are at most
 * as many rounds as claims. Fixing only the larger side matters: what the others pay moves the other way in the next round,
 * and may bring them back within their limits by itself. Where everybody is fixed at a cap, the rest has a named bearer.
 */

/** A limit on a share: money for the whole share or for a time, or money for each unit of the weight. */
export interface Limit {
  /**
   * `share`: for the share of this cost, however long it is. `day`, `month`, `year`: cut to the days of the cost, a month by its
   * own days. `unit`: for each unit that the key weighs by: kWh; m² and day; person and day; minute.
   */
  readonly per: 'share' | 'day' | 'month' | 'year' | 'unit';
  /** Zero or more. */
  readonly amount: Decimal;
}

/** What a member pays at most and at least, and who bears what all caps together leave over. */
export interface Limits {
  readonly cap: Limit | null;
  readonly floor: Limit | null;
  readonly rest: 'common' | 'held';
}

/**
 * Checks limits before they are saved.
 *
 * @throws DomainError `key-incomplete` where there is neither a cap nor a floor, or a floor above the cap; `negative-weight`
 */
export function checkLimits({ cap, floor }: Limits): void {
  if (cap === null && floor === null) {
    throw new DomainError('key-incomplete', 'A limited key needs a cap, a floor, or both.');
  }
  for (const limit of [cap, floor]) {
    if (limit?.amount.lessThan(0)) {
      throw new DomainError('negative-weight', `A limit is ${plain(limit.amount)}; limits are zero or more.`);
    }
  }
  if (cap !== null && floor !== null && cap.per === floor.per && floor.amount.greaterThan(cap.amount)) {
    throw new DomainError(
      'key-incomplete',
      `The floor ${plain(floor.amount)} is above the cap ${plain(cap.amount)}; nobody could pay that.`,
    );
  }
}

/**
 * A limit in coins: a cap is rounded down and a floor up, so that both hold to the last coin.
 *
 * @param weight of the share, in the unit of the key
 * @param period the days of the cost
 * @example 30.00 a month over 1 to 15 November → 15.00
 */
export function limitInCoins(
  limit: Limit,
  side: 'cap' | 'floor',
  weight: Decimal,
  period: Period,
  currency: Currency,
): Decimal {
  const [times, over] = factorOf(limit.per, weight, period);
  return quotient(limit.amount.times(times), over, coinScale[currency], side === 'cap' ? 'down' : 'up');
}

function factorOf(per: Limit['per'], weight: Decimal, period: Period): readonly [Decimal, Decimal] {
  if (per === 'share') return [one, one];
  if (per === 'unit') return [weight, one];
  if (per === 'day') return [new Decimal(daysIn(period)), one];
  const { numerator, denominator } = prorate(period, per, per === 'month' ? 'day-of-month' : 'day-of-year');
  return [new Decimal(numerator), new Decimal(denominator)];
}

/** One claimant with its limits in coins; null where there is none. */
export interface Bounded {
  readonly id: string;
  readonly weight: Decimal;
  readonly cap: Decimal | null;
  readonly floor: Decimal | null;
}

/** What a claimant bears, and how it came to it. */
export interface BoundedPart {
  readonly amount: Decimal;
  /** The round in which it was settled, from 1. */
  readonly round: number;
  /** The limit it stands at; null where it stands within. */
  readonly at: 'cap' | 'floor' | null;
  /** What it would have borne in that round without its limit. */
  readonly without: Decimal;
  /** What was split in that round, and the sum of the weights it was split by. */
  readonly pool: Decimal;
  readonly whole: Decimal;
}

/** The least that all floors together come to. Only who has a weight has a floor. */
export const sumOfFloors = (claims: readonly Bounded[]): Decimal =>
  sum(claims.filter((claim) => !claim.weight.isZero()).map((claim) => claim.floor ?? zero));

/**
 * Splits an amount by weights so that nobody bears more than a cap or less than a floor.
 *
 * @param total  on the currency's grid; a credit is split like its charge
 * @param claims ids unique, weights ≥ 0; a floor is at most the cap; floors together at most |total|
 * @returns one part per claim, in their order, and what nobody of them may bear
 * @throws DomainError `invalid-input` where the floors come to more than the total; `negative-weight`, `duplicate-share`
 * @law Σ parts + rest = total; caps and floors hold to the coin; rest is zero while anybody with a weight is below a cap; without
 *   limits the same as `split`; zero weight → zero; independent of order; a credit mirrors its charge; at most n + 1 rounds
 * @source golden story caps-and-a-minimum
 */
export function splitWithin(
  total: Decimal,
  currency: Currency,
  claims: readonly Bounded[],
  tieKey: string,
): { readonly parts: readonly BoundedPart[]; readonly rest: Decimal } {
  if (total.isNegative() && !total.isZero()) return mirrored(splitWithin(total.negated(), currency, claims, tieKey));
  if (sumOfFloors(claims).greaterThan(total)) {
    throw new DomainError(
      'invalid-input',
      `The floors come to ${plain(sumOfFloors(claims))}, more than the ${plain(total)} that are shared.`,
    );
  }
  const settled = new Map<string, BoundedPart>();
  let left = total;
  let open = claims;
  for (let round = 1; open.length > 0; round += 1) {
    const whole = sum(open.map((claim) => claim.weight));
    if (whole.isZero()) break;
    const parts = split(left, currency, open, tieKey);
    const judged = open.map((claim, index) => judge(claim, parts[index]?.amount ?? zero));
    const fixing = sideToFix(judged);
    for (const { claim, part, at, limit } of judged) {
      if (fixing !== null && (at === null || !fixing.includes(at))) continue;
      settled.set(claim.id, { amount: limit ?? part, round, at, without: part, pool: left, whole });
    }
    open = open.filter((claim) => !settled.has(claim.id));
    left = total.minus(sum([...settled.values()].map((part) => part.amount)));
  }
  const none: BoundedPart = { amount: zero, round: 1, at: null, without: zero, pool: left, whole: zero };
  return { parts: claims.map((claim) => settled.get(claim.id) ?? none), rest: left };
}

interface Judged {
  readonly claim: Bounded;
  readonly part: Decimal;
  readonly at: 'cap' | 'floor' | null;
  readonly limit: Decimal | null;
}

function judge(claim: Bounded, part: Decimal): Judged {
  const { cap, floor, weight } = claim;
  if (weight.isZero()) return { claim, part, at: null, limit: null };
  if (cap?.lessThan(part)) return { claim, part, at: 'cap', limit: cap };
  if (floor?.greaterThan(part)) return { claim, part, at: 'floor', limit: floor };
  return { claim, part, at: null, limit: null };
}

/** The side whose parts miss their limits by more in all; both where they miss by the same; null where none misses. */
function sideToFix(judged: readonly Judged[]): readonly ('cap' | 'floor')[] | null {
  const missed = (side: 'cap' | 'floor'): Decimal =>
    sum(judged.filter(({ at }) => at === side).map(({ part, limit }) => part.minus(limit ?? part).abs()));
  const [above, below] = [missed('cap'), missed('floor')];
  if (above.isZero() && below.isZero()) return null;
  if (above.equals(below)) return ['cap', 'floor'];
  return above.greaterThan(below) ? ['cap'] : ['floor'];
}

const mirrored = ({ parts, rest }: ReturnType<typeof splitWithin>): ReturnType<typeof splitWithin> => ({
  parts: parts.map(({ amount, without, pool, ...part }) => ({
    ...part,
    amount: amount.negated(),
    without: without.negated(),
    pool: pool.negated(),
  })),
  rest: rest.negated(),
});
