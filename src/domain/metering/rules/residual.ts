import { plain, zero } from '../../quantity/decimal.js';
import type { SiteKnown } from '../known.js';
import { balance as balanceOf } from '../site-balance.js';
import { type Finding, found, type Rules } from '../validation.js';

/** What was supplied to a site against what its meters tell (site-balance.ts), once for each utility. */
export const residual = ({ subject, span, balances }: SiteKnown, { residual: rule }: Rules): Finding[] =>
  balances.flatMap((balance) => {
    const { utility, unit, imported, exported, generated, metered, derived = zero } = balance;
    const { residual: rest, state: is } = balanceOf(
      { imported, exported, generated, metered, derived },
      { notable: rule.warnAbovePercent, high: rule.blockAbovePercent },
    );
    if (is === 'ok') return [];
    const evidence = {
      ...{ is, utility, unit },
      imported: plain(imported),
      generated: plain(generated),
      exported: plain(exported),
      metered: plain(metered),
      ...(derived.isZero() ? {} : { derived: plain(derived) }),
      residual: plain(rest),
      warnAbovePercent: plain(rule.warnAbovePercent),
      blockAbovePercent: plain(rule.blockAbovePercent),
    };
    return found('residual', rule, subject, span, evidence, is === 'notable' ? 'warning' : 'blocking');
  });
