import { daysIn, epochMs, type Period, type Span } from '../calendar/period.js';
import { DomainError, type Issue, type Subject } from '../errors.js';
import { type Decimal, zero } from '../quantity/decimal.js';
import { rational } from '../quantity/rational.js';
import type { SeriesComponent } from '../tariff/component.js';
import { type RatedLine, sameUnit } from './rated-line.js';
import type { SeriesUse, Usage } from './usage.js';

/*
 * The problem: each half-hour has its own price. Where one is missing, the price beside it looks very much like it, and is wrong.
 *
 *   00:00–00:30 0.4 kWh at 0.12, 00:30–01:00 0.5 kWh at 0.10 → 0.048 + 0.050 = 0.098, rounded once, at the line
 *
 * Method: walk readings and prices together, both in order of time. A reading must lie in the time of one price; whatever has none is
 * named, by its hour, and stops the rating.
 */

/** What was used from an instant to another. */
export interface Interval extends Span {
  readonly quantity: Decimal;
}

/** Runs of time without a price that are named one by one. */
const mostNamed = 20;

/**
 * Prices intervals by a series.
 *
 * @param intervals in order of time, none overlapping another
 * @returns quantity and money over all, exact, and a blocking Issue `tariff-gap` for every run of intervals without a price, or that lie
 *   across two prices
 * @law independent of how intervals are cut within one price
 */
export function priceSeries(
  { name, series, points }: SeriesComponent,
  intervals: readonly Interval[],
  subject: Subject,
): { readonly use: SeriesUse; readonly issues: readonly Issue[] } {
  const ends = points.map(({ to }) => epochMs(to));
  let [index, quantity, amount] = [0, zero, zero];
  const unpriced: { from: string; to: string }[] = [];
  for (const interval of intervals) {
    const [from, to] = [epochMs(interval.from), epochMs(interval.to)];
    while (index < points.length && (ends[index] ?? 0) <= from) index += 1;
    const point = points[index];
    quantity = quantity.plus(interval.quantity);
    if (point && epochMs(point.from) <= from && epochMs(point.to) >= to) {
      amount = amount.plus(interval.quantity.times(point.price));
      continue;
    }
    const last = unpriced.at(-1);
    if (last?.to === interval.from) last.to = interval.to;
    else unpriced.push({ from: interval.from, to: interval.to });
  }
  const issues = unpriced.slice(0, mostNamed).map(({ from, to }): Issue => ({
    code: 'tariff-gap',
    severity: 'blocking',
    subject,
    from,
    to,
    detail: `${name}: the series ${series} has no single price for what was used from ${from} to ${to}.`,
    remedy: 'Add the prices of this time. No price beside it is used instead.',
  }));
  return { use: { series, quantity, amount, intervals: intervals.length }, issues };
}

/**
 * Half-hours at their own prices, as they were priced one by one.
 *
 * @returns one line, exact, without a price: each interval had its own
 * @throws DomainError `tariff-gap` where the intervals were not measured and priced; `invalid-input` on another unit
 * @law adds over a cut of the time
 */
export function rateSeries({ name, series, unit }: SeriesComponent, usage: Usage, period: Period): RatedLine {
  sameUnit(name, unit, usage.unit);
  const use = usage.series?.find((one) => one.series === series);
  if (use === undefined) {
    throw new DomainError('tariff-gap', `${name} prices every interval, and the intervals were not measured.`, {
      component: name,
    });
  }
  return {
    component: name,
    description: name,
    band: null,
    quantity: rational(use.quantity),
    unit,
    price: null,
    amount: rational(use.amount),
    days: daysIn(period),
    period,
    why: { rule: 'series', series, intervals: use.intervals },
  };
}
