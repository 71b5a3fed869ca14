import { plain } from '../../quantity/decimal.js';
import type { SiteKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';

/*
 * What goes into a site is what its meters see, and a little more: losses, tolerance, and what has no meter.
 *
 *   residual = imported + generated − exported − Σ sub-meters        1000 + 120 − 40 − 1050 = 30, which is 2.8 % of 1080
 *
 * Less than nothing is impossible: a meter on another circuit, a wrong multiplier, an exchange that nobody recorded.
 */

/** The source meters of a site against its sub-meters, once for each utility. */
export const residual = ({ subject, span, balances }: SiteKnown, { residual: rule }: Rules): Finding[] =>
  balances.flatMap((balance) => {
    const { utility, unit, imported, exported, generated, metered } = balance;
    const supplied = imported.plus(generated).minus(exported);
    const rest = supplied.minus(metered);
    const above = (percent: typeof supplied): boolean => rest.times(100).greaterThan(supplied.times(percent));
    const is = rest.lessThan(0)
      ? 'negative'
      : above(rule.blockAbovePercent)
        ? 'high'
        : above(rule.warnAbovePercent)
          ? 'notable'
          : null;
    if (is === null) return [];
    const evidence = {
      ...{ is, utility, unit },
      imported: plain(imported),
      generated: plain(generated),
      exported: plain(exported),
      metered: plain(metered),
      residual: plain(rest),
      warnAbovePercent: plain(rule.warnAbovePercent),
      blockAbovePercent: plain(rule.blockAbovePercent),
    };
    return found('residual', rule, subject, span, evidence, is === 'notable' ? 'warning' : 'blocking');
  });
