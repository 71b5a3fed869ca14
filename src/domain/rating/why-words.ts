import type { ProrationPolicy } from '../calendar/proration.js';
import type { Instant } from '../calendar/period.js';
import { Decimal, plain } from '../quantity/decimal.js';
import type { Rational } from '../quantity/rational.js';
import { figuresIn, plainOf } from './figures.js';
import type { RatedLine, RatedWhy } from './rated-line.js';

/** The sentences of a rated line in one language. Figures come as written decimals and are set as the language sets them. */
export interface WhyWords {
  readonly figure: (written: string) => string;
  readonly unit: (name: string) => string;
  readonly days: (count: number) => string;
  readonly periodic: (part: string, per: 'month' | 'year' | 'period', at: string, proration: ProrationPolicy) => string;
  readonly levy: (product: string, rate: string) => string;
  readonly exported: (product: string) => string;
  readonly series: (quantity: string, intervals: number, series: string) => string;
  readonly minimum: (of: string, sum: string, bound: string) => string;
  readonly maximum: (of: string, sum: string, bound: string) => string;
  readonly discount: (percent: string, sum: string, of: string) => string;
  readonly counted: (counted: string) => string;
  readonly inBand: (own: string) => string;
  readonly limits: (demand: string) => string;
  readonly peak: (energy: string, minutes: number, from: string, measured: string, factor: string) => string;
  readonly powerFactor: (factor: string) => string;
  readonly earlier: (percent: string, demand: string, from: string, charged: string) => string;
  readonly least: (quantity: string) => string;
}

export const whyInEnglish: WhyWords = {
  figure: (written) => written,
  unit: (name) => name,
  days: (count) => `${count} days`,
  periodic: (part, per, at, proration) => `${part} of a ${per}${at}, ${proration}`,
  levy: (product, rate) => `${product}, ${rate}`,
  exported: (product) => `${product}, for what flowed out`,
  series: (quantity, intervals, series) => `${quantity} in ${intervals} intervals, each at its own price of ${series}`,
  minimum: (of, sum, bound) => `${of} come to ${sum}, and to ${bound} at least`,
  maximum: (of, sum, bound) => `${of} come to ${sum}, and to ${bound} at most`,
  discount: (percent, sum, of) => `${percent} % of ${sum} for ${of}`,
  counted: (counted) => `counted ${counted}`,
  inBand: (own) => `, of which ${own} in this band`,
  limits: (demand) => `, limits times ${demand} kW`,
  peak: (energy, minutes, from, measured, factor) =>
    `${energy} in the ${minutes} minutes from ${from} are ${measured}${factor}`,
  powerFactor: (factor) => ` by the power factor ${factor}`,
  earlier: (percent, demand, from, charged) => `; ${percent} % of ${demand} from ${from} are ${charged}`,
  least: (quantity) => `; at least ${quantity} are charged for`,
};

/**
 * Why a line comes to what it does, in a sentence with every figure.
 *
 * @param when writes an instant; in UTC where absent
 * @param words of the language; English where absent
 * @example '18.4 kW: 9.2 kWh in the 30 minutes from 2026-09-14T10:30:00Z'
 */
export function whyInWords(
  { why, quantity, unit, price, days }: Pick<RatedLine, 'why' | 'quantity' | 'unit' | 'price' | 'days'>,
  when: (at: Instant) => string = (at) => at,
  words: WhyWords = whyInEnglish,
): string {
  const say = (value: Decimal): string => words.figure(plain(value));
  const at = price === null ? '' : ` × ${say(price)}`;
  const counted = `${words.figure(figuresIn(quantity))} ${words.unit(unit)}`;
  const product = `${counted}${at}`;
  switch (why.rule) {
    case 'per-day':
      return `${words.days(days)}${at}`;
    case 'per-unit':
      return product;
    case 'periodic':
      return words.periodic(`${why.part.numerator}/${why.part.denominator}`, why.per, at, why.proration);
    case 'levy':
      return words.levy(product, why.rate);
    case 'export':
      return words.exported(product);
    case 'tier':
      return tierInWords(why, product, words);
    case 'demand':
      return demandInWords(why, product, unit, when, words);
    case 'series':
      return words.series(counted, why.intervals, why.series);
    case 'minimum':
      return words.minimum(why.of.join(' + '), say(why.sum), say(why.bound));
    case 'maximum':
      return words.maximum(why.of.join(' + '), say(why.sum), say(why.bound));
    case 'discount':
      return words.discount(say(why.percent), say(why.sum), why.of.join(' + '));
  }
}

function tierInWords(
  { counted, own, demand }: Extract<RatedWhy, { rule: 'tier' }>,
  product: string,
  words: WhyWords,
): string {
  const part = own.equals(counted) ? '' : words.inBand(words.figure(plain(own)));
  const hours = demand === null ? '' : words.limits(words.figure(plainOf(demand)));
  return `${product}; ${words.counted(words.figure(plain(counted)))}${part}${hours}`;
}

function demandInWords(
  why: Extract<RatedWhy, { rule: 'demand' }>,
  product: string,
  unit: string,
  when: (at: Instant) => string,
  words: WhyWords,
): string {
  const energyUnit = unit === 'kVA' && why.powerFactor === null ? 'kVAh' : 'kWh';
  const { minutes, at, energy, measured, charged, by, earlier, least, powerFactor, part } = why;
  const say = (value: Decimal): string => words.figure(plain(value));
  const ratio = (value: Rational): string => words.figure(plainOf(value));
  const factor = powerFactor === null ? '' : words.powerFactor(say(powerFactor));
  const share = part.numerator === part.denominator ? '' : ` × ${part.numerator}/${part.denominator}`;
  const peak = words.peak(`${say(energy)} ${energyUnit}`, minutes, when(at), ratio(measured), factor);
  const decided = {
    peak: '',
    'earlier-peak':
      earlier && words.earlier(say(earlier.percent), ratio(earlier.demand), when(earlier.at), ratio(charged)),
    least: words.least(least ? say(least) : ''),
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
