import { addMonths, daysIn, monthOf, monthsOf, type Period } from '../calendar/period.js';
import { type Fraction, prorate } from '../calendar/proration.js';
import { one } from '../quantity/decimal.js';
import { compare, multiply, type Rational, rational, ratioOf } from '../quantity/rational.js';
import type { DemandComponent, DemandWindow, Ratchet } from '../tariff/component.js';
import { highest, type Measured, peakOf, peaksWithin } from './peaks.js';
import { type DemandBy, productLine, type RatedLine, type RatedWhy, sameUnit } from './rated-line.js';
import { climb, tierWords } from './tiers.js';
import { energyUnitOf, type Usage } from './usage.js';

/*
 * The problem: a supplier builds its cables for the highest half-hour, and charges for that. The figure hangs on one half-hour of a
 * month, so a bill that does not say which one cannot be checked.
 *
 *   September: 9.2 kWh in the half-hour from 11:30 on the 14th → 18.4 kW. In June it was 25 kW, of which 80 % still count: 20 kW.
 *   At 9.20 for each kW and month: 20 × 9.20 = 184.00, by June's peak.
 *
 * Method: for each calendar month and each window of hours take the highest mean. Look back where a ratchet says so, and up to the
 * least that is charged for; the highest of the three holds. Lay it over the tiers; a part of a month is its part of the price.
 */

/**
 * What the highest mean power of each calendar month costs.
 *
 * @returns lines by month, window and tier, exact; each names the minutes of its peak
 * @throws DomainError `tariff-gap` where a month, or one that a ratchet must know, was not measured; `invalid-input` on another unit
 * @law more power never costs less, where prices are not below zero; a ratchet never charges for less than the peak
 * @source golden cases G07a (a 35 % lookback) and G07d (tiers of demand)
 */
export function rateDemand(component: DemandComponent, usage: Usage, period: Period): RatedLine[] {
  sameUnit(component.name, energyUnitOf(component), usage.unit);
  return monthsOf(period).flatMap((days) =>
    component.windows
      .filter(({ months }) => months === null || months.includes(monthNo(days)))
      .flatMap((window) => ofWindow(component, window, usage, days)),
  );
}

const monthNo = ({ from }: Period): number => Number.parseInt(from.slice(5, 7), 10);

function ofWindow(component: DemandComponent, window: DemandWindow, usage: Usage, days: Period): RatedLine[] {
  const { name, minutes, unit, scheme, powerFactor, least } = component;
  const { bands, tiers } = window;
  const asKva = (demand: Rational): Rational =>
    powerFactor === null ? demand : multiply(demand, rational(one, powerFactor));
  const peak = peakOf(name, usage, days, { minutes, bands });
  if (peak === null) return [];
  const earlier = component.ratchet && lookBack(component, component.ratchet, window, usage, days);
  const { charged, by } = chargedFor(asKva(peak.demand), earlier && asKva(earlier.counts), least && rational(least));
  const part = partOf(component, days);
  const share = ratioOf(part.numerator, part.denominator);
  return climb(tiers, charged, scheme, rational).map(({ tier, price, quantity }) => {
    const why: RatedWhy = {
      rule: 'demand',
      minutes,
      at: peak.at,
      energy: peak.energy,
      measured: asKva(peak.demand),
      charged,
      by,
      earlier: earlier && { at: earlier.at, demand: asKva(earlier.demand), percent: earlier.percent },
      least,
      powerFactor,
      tier,
      part,
    };
    const line = productLine(
      {
        component: name,
        description: [name, window.name, tierWords(tier, unit)].filter((words) => words !== '').join(', '),
        band: null,
        quantity,
        unit,
        period: days,
        why,
      },
      price,
    );
    return { ...line, amount: multiply(line.amount, share) };
  });
}

function chargedFor(
  measured: Rational,
  earlier: Rational | null,
  least: Rational | null,
): { charged: Rational; by: DemandBy } {
  let found: { charged: Rational; by: DemandBy } = { charged: measured, by: 'peak' };
  if (earlier && compare(earlier, found.charged) > 0) found = { charged: earlier, by: 'earlier-peak' };
  if (least && compare(least, found.charged) > 0) found = { charged: least, by: 'least' };
  return found;
}

/** A price for a month is cut as the tariff says; one for a day is taken so many times. */
const partOf = ({ per, proration }: DemandComponent, days: Period): Fraction =>
  per === 'month' ? prorate(days, 'month', proration) : { numerator: daysIn(days), denominator: 1 };

interface LookedBack extends Measured {
  readonly percent: Ratchet['percent'];
  /** The percentage of the demand. */
  readonly counts: Rational;
}

/** The highest demand of the months that a ratchet looks back to; null where none was measured, or none had an hour of it. */
function lookBack(
  { name, minutes }: DemandComponent,
  { percent, months, earlier }: Ratchet,
  { bands }: DemandWindow,
  usage: Usage,
  days: Period,
): LookedBack | null {
  const asked = { minutes, bands };
  const peaks = monthsBefore(monthOf(days.from), months).flatMap((month) => {
    if (earlier === 'must-be-known') peakOf(`${name}, which looks back,`, usage, month, asked);
    return peaksWithin(usage, month, asked);
  });
  const found = highest(peaks);
  return found && { ...found, percent, counts: multiply(found.demand, rational(percent), ratioOf(1, 100)) };
}

const monthsOfYear = 12;

/** So many months before one, or those of the twelve before it that are named. */
function monthsBefore(month: Period, months: Ratchet['months']): Period[] {
  const count = typeof months === 'number' ? months : monthsOfYear;
  const before = Array.from({ length: count }, (_, i) => monthOf(addMonths(month.from, i - count)));
  return typeof months === 'number' ? before : before.filter((one) => months.includes(monthNo(one)));
}
