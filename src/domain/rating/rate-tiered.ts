import { daysIn, monthOf, type Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { type Decimal, sum } from '../quantity/decimal.js';
import { addUp, multiply, nought, type Rational, rational, ratioOf } from '../quantity/rational.js';
import { allHours, isByBand, type Tier, type TieredComponent } from '../tariff/component.js';
import { peakOf } from './peaks.js';
import { productLine, type RatedLine, sameUnit } from './rated-line.js';
import { climb, type TierPart, tierWords } from './tiers.js';
import type { Usage, UsageSlice } from './usage.js';

/*
 * The problem: the first thousand units cost this, the next two thousand that. Is it counted by the day, the month or the bill? Are the
 * limits those of a whole month when a shop moved in on the 20th? And what is "the first thousand" where day and night have prices of
 * their own?
 *
 *   up to 300 kWh: day 0.30, night 0.20; above: day 0.36, night 0.24. Used: day 400, night 100, together 500.
 *   climbs by total: 300 of the 500 are in the first tier, and each band has its part: day 300 × 400/500 = 240 and 160 above,
 *     night 60 and 40 above
 *   climbs by band: day 300 and 100 above, night 100
 *
 * Method: count the use of each slice of time, say what each limit comes to in it, lay the count over the tiers, and give each band
 * the part that its use is of the count. Everything stays a quotient of whole numbers.
 */

/**
 * Prices by how much was used.
 *
 * @param whole the billing period that `period` is, or is a part of
 * @returns lines by slice of time (days are added up), band and tier, exact
 * @throws DomainError `tariff-gap` where the use of its months or days, a band or the demand was not measured; `invalid-input` on
 *   another unit
 * @law Σ quantities = Σ usage; one tier is a unit price
 * @source golden case G09e; for bands that climb together, the allotment of energy to periods and tiers by their part of the month's
 *   total in NREL's System Advisor Model (utilityrate5)
 */
export function rateTiered(component: TieredComponent, usage: Usage, period: Period, whole: Period): RatedLine[] {
  const { name, count, tiers, unit } = component;
  sameUnit(name, unit, usage.unit);
  const lines = slicesOf(component, usage, period).flatMap((slice) => {
    const limit = limits(component, usage, slice.period, count === 'period' ? whole : monthOf(slice.period.from));
    return Object.entries(tiers).flatMap(([band, of]) => ofBand(component, usage, slice, band, of, limit));
  });
  return count === 'day' ? addedUp(lines, period) : lines;
}

/** The stretches of time over which use is counted. */
function slicesOf({ name, count }: TieredComponent, usage: Usage, period: Period): readonly UsageSlice[] {
  if (count === 'period') return [{ period, byBand: usage.byBand }];
  const slices = count === 'month' ? usage.months : usage.days;
  const isKnown =
    slices !== undefined && slices.reduce((days, slice) => days + daysIn(slice.period), 0) === daysIn(period);
  if (!isKnown) {
    throw new DomainError(
      'tariff-gap',
      `${name} counts by the ${count}, and the use of each ${count} was not measured.`,
      {
        component: name,
      },
    );
  }
  return slices;
}

interface Limits {
  readonly of: (upTo: Decimal) => Rational;
  readonly demand: Rational | null;
}

/** What a limit comes to over a slice. @param whole the month or billing period that the slice is part of */
function limits(
  { name, limits: kind, demandMinutes }: TieredComponent,
  usage: Usage,
  slice: Period,
  whole: Period,
): Limits {
  const times = (factor: Rational) => (upTo: Decimal) => multiply(rational(upTo), factor);
  switch (kind) {
    case 'whole':
      return { of: rational, demand: null };
    case 'by-days':
      return { of: times(ratioOf(daysIn(slice), daysIn(whole))), demand: null };
    case 'per-day':
      return { of: times(ratioOf(daysIn(slice), 1)), demand: null };
    case 'per-kW': {
      const demand = peakOf(name, usage, slice, { minutes: demandMinutes ?? 0, bands: null })?.demand ?? nought;
      return { of: times(demand), demand };
    }
  }
}

function ofBand(
  component: TieredComponent,
  usage: Usage,
  { period, byBand }: UsageSlice,
  band: string,
  tiers: readonly Tier[],
  { of: limitOf, demand }: Limits,
): RatedLine[] {
  const { name, unit, scheme, count, limits: kind } = component;
  const total = sum(Object.values(byBand));
  const own = band === allHours ? total : usedIn(component, usage, byBand, band);
  if (own === null) return [];
  const isTotal = isByBand(component) && component.climbs === 'total';
  const counted = isTotal ? total : own;
  const share = isTotal && !total.isZero() ? rational(own, total) : ratioOf(1, 1);
  return climb(tiers, rational(counted), scheme, limitOf).map(({ tier, price, quantity }: TierPart) => {
    const words = tierWords(tier, unit);
    return productLine(
      {
        component: name,
        description: [name, band, words].filter((part) => part !== '').join(', '),
        band: band === allHours ? null : band,
        quantity: multiply(quantity, share),
        unit,
        period,
        why: { rule: 'tier', scheme, count, limits: kind, tier, counted, own, demand },
      },
      price,
    );
  });
}

/** What was used in a band; null where the band holds in no hour. @throws DomainError `tariff-gap` */
function usedIn({ name }: TieredComponent, usage: Usage, byBand: UsageSlice['byBand'], band: string): Decimal | null {
  const own = Object.hasOwn(byBand, band) ? byBand[band] : undefined;
  if (own !== undefined) return own;
  if (usage.idleBands?.includes(band)) return null;
  // The days of a slice may have no hour of a band that the period has.
  if (Object.hasOwn(usage.byBand, band)) return null;
  throw new DomainError('tariff-gap', `${name} has prices for the band ${band}, in which nothing was measured.`, {
    component: name,
    band,
  });
}

/** Day by day is too much to print: one line for each band and tier. */
function addedUp(lines: readonly RatedLine[], period: Period): RatedLine[] {
  const byTier = new Map<string, RatedLine>();
  for (const line of lines) {
    const before = byTier.get(line.description);
    byTier.set(line.description, before ? together(before, line) : { ...line, period, days: daysIn(period) });
  }
  return [...byTier.values()].filter(({ quantity }) => quantity.numerator > 0n || byTier.size === 1);
}

function together(a: RatedLine, b: RatedLine): RatedLine {
  const isTier = a.why.rule === 'tier' && b.why.rule === 'tier';
  return {
    ...a,
    quantity: addUp([a.quantity, b.quantity]),
    amount: addUp([a.amount, b.amount]),
    why: isTier ? { ...a.why, counted: a.why.counted.plus(b.why.counted), own: a.why.own.plus(b.why.own) } : a.why,
  };
}
