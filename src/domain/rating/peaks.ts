import { daysIn, type Instant, type Period, within } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';
import { compare, multiply, type Rational, rational, ratioOf } from '../quantity/rational.js';
import { type Peak, type Usage, windowKey } from './usage.js';

/** A peak as power. */
export interface Measured {
  readonly at: Instant;
  readonly energy: Decimal;
  readonly demand: Rational;
}

/** The mean power of a peak. @example 4.6 kWh in 15 minutes → 18.4 kW */
export const demandOf = ({ energy, minutes }: Peak): Rational => multiply(rational(energy), ratioOf(60, minutes));

interface Asked {
  readonly minutes: number;
  readonly bands: readonly string[] | null;
}

const isAsked =
  ({ minutes, bands }: Asked) =>
  (peak: Peak): boolean =>
    peak.minutes === minutes && peak.window === windowKey(bands);

/** The highest of some peaks, the earlier of two alike; null where none had an hour. */
export function highest(peaks: readonly Peak[]): Measured | null {
  let found: Measured | null = null;
  for (const peak of peaks) {
    if (peak.at === null) continue;
    const demand = demandOf(peak);
    const over = found === null ? 1 : compare(demand, found.demand);
    if (found === null || over > 0 || (over === 0 && peak.at < found.at))
      found = { at: peak.at, energy: peak.energy, demand };
  }
  return found;
}

/**
 * The peak of some days; null where its bands hold in none of their hours.
 *
 * @throws DomainError `tariff-gap` where they were not measured, so that no peak is known: missing is never zero
 */
export function peakOf(component: string, usage: Usage, days: Period, asked: Asked): Measured | null {
  const peaks = peaksWithin(usage, days, asked);
  const known = peaks.reduce((count, { period }) => count + daysIn(within(days, period) ?? period), 0);
  if (known < daysIn(days)) {
    throw new DomainError(
      'tariff-gap',
      `${component} needs the highest mean over ${asked.minutes} minutes from ${days.from} to ${days.to}, which was not measured.`,
      { component, from: days.from, to: days.to },
    );
  }
  return highest(peaks);
}

/** Peaks of a window that lie in some days. */
export const peaksWithin = (usage: Usage, days: Period, asked: Asked): Peak[] =>
  (usage.peaks ?? []).filter(isAsked(asked)).filter(({ period }) => within(days, period) !== null);
