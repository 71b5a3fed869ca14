import type { Instant } from '../calendar/period.js';
import { Decimal, plain } from '../quantity/decimal.js';
import type { Rational } from '../quantity/rational.js';
import { figuresIn, plainOf } from './figures.js';
import type { RatedLine, RatedWhy } from './rated-line.js';

/**
 * Why a line comes to what it does, in a sentence with every figure.
 *
 * @param when writes an instant; in UTC where absent
 * @example '18.4 kW: 9.2 kWh in the 30 minutes from 2026-09-14T10:30:00Z'
 */
export function whyInWords(
  { why, quantity, unit, price, days }: Pick<RatedLine, 'why' | 'quantity' | 'unit' | 'price' | 'days'>,
  when: (at: Instant) => string = (at) => at,
): string {
  const at = price === null ? '' : ` × ${plain(price)}`;
  const product = `${figuresIn(quantity)} ${unit}${at}`;
  switch (why.rule) {
    case 'per-day':
      return `${days} days${at}`;
    case 'per-unit':
      return product;
    case 'periodic':
      return `${why.part.numerator}/${why.part.denominator} of a ${why.per}${at}, ${why.proration}`;
    case 'levy':
      return `${product}, ${why.rate}`;
    case 'export':
      return `${product}, for what flowed out`;
    case 'tier':
      return tierInWords(why, product);
    case 'demand':
      return demandInWords(why, product, unit, when);
    case 'series':
      return `${figuresIn(quantity)} ${unit} in ${why.intervals} intervals, each at its own price of ${why.series}`;
    case 'minimum':
      return `${why.of.join(' + ')} come to ${plain(why.sum)}, and to ${plain(why.bound)} at least`;
    case 'maximum':
      return `${why.of.join(' + ')} come to ${plain(why.sum)}, and to ${plain(why.bound)} at most`;
    case 'discount':
      return `${plain(why.percent)} % of ${plain(why.sum)} for ${why.of.join(' + ')}`;
  }
}

function tierInWords({ counted, own, demand }: Extract<RatedWhy, { rule: 'tier' }>, product: string): string {
  const part = own.equals(counted) ? '' : `, of which ${plain(own)} in this band`;
  const hours = demand === null ? '' : `, limits times ${plainOf(demand)} kW`;
  return `${product}; counted ${plain(counted)}${part}${hours}`;
}

function demandInWords(
  why: Extract<RatedWhy, { rule: 'demand' }>,
  product: string,
  unit: string,
  when: (at: Instant) => string,
): string {
  const energyUnit = unit === 'kVA' && why.powerFactor === null ? 'kVAh' : 'kWh';
  const { minutes, at, energy, measured, charged, by, earlier, least, powerFactor, part } = why;
  const factor = powerFactor === null ? '' : ` by the power factor ${plain(powerFactor)}`;
  const share = part.numerator === part.denominator ? '' : ` × ${part.numerator}/${part.denominator}`;
  const peak = `${plain(energy)} ${energyUnit} in the ${minutes} minutes from ${when(at)} are ${plainOf(measured)}${factor}`;
  const decided = {
    peak: '',
    'earlier-peak':
      earlier &&
      `; ${plain(earlier.percent)} % of ${plainOf(earlier.demand)} from ${when(earlier.at)} are ${plainOf(charged)}`,
    least: `; at least ${least ? plain(least) : ''} are charged for`,
  };
  return `${product}${share}; ${peak}${decided[by] ?? ''}`;
}

/** The figures of a reason as data: decimals as texts, quotients that no decimal can write as `851/868`. */
export const whyFigures = (why: RatedWhy): Readonly<Record<string, unknown>> =>
  asData(why) as Readonly<Record<string, unknown>>;

const isRational = (value: object): value is Rational =>
  'denominator' in value && typeof value.denominator === 'bigint';

function asData(value: unknown): unknown {
  if (value instanceof Decimal) return plain(value);
  if (Array.isArray(value)) return value.map(asData);
  if (typeof value !== 'object' || value === null) return value;
  if (isRational(value)) return figuresIn(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asData(item)]));
}
