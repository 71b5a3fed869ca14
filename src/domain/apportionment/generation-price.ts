import { type Decimal, sum } from '../quantity/decimal.js';
import { type Currency, roundToCoin } from '../quantity/money.js';
import { split } from '../quantity/split.js';
import type { Allotted } from './generation.js';

/*
 * What local energy costs those who used it goes to those who made it, to the last coin: the community passes it on and keeps
 * nothing. Energy of the grid and the feed-in come from the supplier's bill and its payment; here they have their price.
 *
 *   used 6 local at 0.15, 4 from the grid at 0.25; made 6    pays 0.90 + 1.00, earns 0.90    comes to 1.00
 */

/** Prices per unit of energy. */
export interface LocalPrices {
  readonly local: Decimal;
  readonly grid: Decimal;
  readonly feedIn: Decimal;
}

/** What one participant pays, as user, and earns, as producer; on the currency's grid. */
export interface EnergyAccount {
  readonly id: string;
  readonly local: Decimal;
  readonly grid: Decimal;
  /** Negative or zero. */
  readonly soldLocally: Decimal;
  /** Negative or zero. */
  readonly fedIn: Decimal;
  readonly total: Decimal;
}

/**
 * Prices what was allotted over a period.
 *
 * @param sums   of the whole period: each amount is rounded once
 * @param tieKey period and component; decides whose the odd coin is among producers
 * @returns one account for each participant, in order of id
 * @law Σ local + Σ soldLocally = 0 exactly: what users pay is what producers earn; total = the four parts
 * @source golden case G08a
 */
export function priceAllotted(
  { users, producers }: Allotted,
  prices: LocalPrices,
  currency: Currency,
  tieKey: string,
): EnergyAccount[] {
  const coins = (quantity: Decimal, price: Decimal): Decimal => roundToCoin(quantity.times(price), currency);
  const paid = new Map(users.map((user) => [user.id, coins(user.local, prices.local)]));
  const pool = sum(paid.values());
  const claims = producers.map(({ id, local }) => ({ id, weight: local }));
  const earned = pool.isZero() ? [] : split(pool.negated(), currency, claims, tieKey);
  const ids = [...new Set([...users, ...producers].map(({ id }) => id))].toSorted((a, b) => (a < b ? -1 : 1));
  return ids.map((id): EnergyAccount => {
    const local = paid.get(id) ?? nothing;
    const grid = sum(users.filter((user) => user.id === id).map((user) => coins(user.grid, prices.grid)));
    const soldLocally = earned.find((part) => part.id === id)?.amount ?? nothing;
    const exported = producers.filter((producer) => producer.id === id).map((producer) => producer.exported);
    const fedIn = coins(sum(exported), prices.feedIn.negated());
    return { id, local, grid, soldLocally, fedIn, total: sum([local, grid, soldLocally, fedIn]) };
  });
}

const nothing: Decimal = sum([]);
