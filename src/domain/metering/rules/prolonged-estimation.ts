import { addMonths, epochMs, fromEpochMs, type Period, periodsBefore } from '../../calendar/period.js';
import { startOfDay, type Zone } from '../../calendar/zone.js';
import type { RegisterKnown, SiteKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf } from './subject.js';

/**
 * A register that nobody has read for too long: estimated in more than so many periods in succession, or for so many months.
 *
 * Silent where nothing at all is known of the span: that is a gap, and said there.
 */
export function prolongedEstimation(
  { figures, lastRead }: RegisterKnown,
  { overdueBefore }: SiteKnown,
  { 'prolonged-estimation': rule }: Rules,
): Finding[] {
  if (figures.count === 0 || figures.actual > 0 || lastRead >= overdueBefore) return [];
  return [
    found('prolonged-estimation', rule, subjectOf(figures), figures.frame.span, {
      lastRead: fromEpochMs(lastRead),
      overdueBefore: fromEpochMs(overdueBefore),
      periods: rule.periods,
      months: rule.months,
    }),
  ];
}

/**
 * The instant before which a last reading is too old.
 *
 * @example October, 2 periods, 12 months → 1 August: October, September and August are three periods, and two may be estimated
 */
export function overdueBefore(period: Period, { periods, months }: Rules['prolonged-estimation'], zone: Zone): number {
  const first = periodsBefore(period, periods)[0]?.from ?? period.from;
  return Math.max(epochMs(startOfDay(first, zone)), epochMs(startOfDay(addMonths(period.to, -months), zone)));
}
