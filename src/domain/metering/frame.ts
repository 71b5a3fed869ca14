import { addDays, epochMs, type Instant, type Period } from '../calendar/period.js';
import { dayOf, spanOf, startOfDay, type Zone } from '../calendar/zone.js';
import type { Frame } from './figures.js';
import type { Rules } from './validation.js';

/** What a look at a period is given: where, when, and what the community decided about readings. */
export interface Look {
  readonly period: Period;
  readonly zone: Zone;
  readonly now: Instant;
  /** How far ahead of ours the clock of a device may run. */
  readonly futureMinutes: number;
  /** The longest gap over which a value between two readings is reckoned. */
  readonly maxGapHours: number;
  readonly rules: Rules;
}

/**
 * The frame of a look: the span of the period by the clock of the site, its days, and how much of it should be known by now.
 *
 * A day that has not ended is not due: a gateway that sends every hour is no gap.
 *
 * @example October in London, on 3 November → 31 days, one of 25 hours, all due; on 17 October → 16 days
 */
export function frameOf({ period, zone, now, futureMinutes, maxGapHours, rules }: Look): Frame {
  const { from, to } = spanOf(period, zone);
  const today = dayOf(now, zone);
  const end = today < period.to ? today : period.to;
  const days = [];
  for (let day = period.from; day < end; day = addDays(day, 1)) {
    days.push({ from: epochMs(startOfDay(day, zone)), to: epochMs(startOfDay(addDays(day, 1), zone)) });
  }
  return {
    span: { from: epochMs(from), to: epochMs(to) },
    due: days.at(-1)?.to ?? epochMs(from),
    days,
    latest: epochMs(now) + futureMinutes * 60_000,
    maxGapMs: maxGapHours * 3_600_000,
    mostPerHour: rules['physical-limit'].mode === 'off' ? null : rules['physical-limit'].maxPerHour,
    towersFrom: rules.spike.mode === 'off' ? null : rules.spike.percent,
  };
}

/** The frame of an earlier period that is only compared with: its sum counts, its days and peaks do not. */
export function frameBefore(period: Period, zone: Zone, frame: Frame): Frame {
  const { from, to } = spanOf(period, zone);
  const span = { from: epochMs(from), to: epochMs(to) };
  return { ...frame, span, due: span.to, days: [], towersFrom: null };
}
