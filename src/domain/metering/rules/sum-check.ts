import { plain } from '../../quantity/decimal.js';
import { isEstimate } from '../figures.js';
import type { MeterKnown, SiteKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';

/**
 * The intervals of a meter against the advance of its display, over the same time: intervals that were lost, doubled or sent with
 * another multiplier show here.
 *
 * Silent where one of the two was estimated. A difference counts that is more than the quantity (a display shows whole steps) and
 * more than the percentage of the advance.
 */
export const sumCheck = ({ doubles }: MeterKnown, { span }: SiteKnown, { 'sum-check': rule }: Rules): Finding[] =>
  doubles
    .filter(({ display, intervals }) => !isEstimate(display.quality) && !isEstimate(intervals.quality))
    .flatMap(({ subject, unit, display, intervals }) => {
      const difference = intervals.quantity.minus(display.quantity);
      const size = difference.abs();
      const isMore =
        size.greaterThan(rule.quantity) && size.times(100).greaterThan(display.quantity.times(rule.percent));
      if (!isMore) return [];
      return found('sum-check', rule, subject, span, {
        intervals: plain(intervals.quantity),
        advance: plain(display.quantity),
        difference: plain(difference),
        percent: plain(rule.percent),
        quantity: plain(rule.quantity),
        unit,
      });
    });
