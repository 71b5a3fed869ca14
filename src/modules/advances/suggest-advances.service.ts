import { Injectable } from '@nestjs/common';
import { period as checkedPeriod } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { suggestAdvance } from '../../domain/ledger/advance-payments.js';
import { decimal, plain } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import { money as spoken } from '../../domain/statement/format.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions } from '../../platform/database/transactions.js';
import { CommunityService } from '../community/community.service.js';
import type { SuggestionsQuery, SuggestionsReply } from './advances.schema.js';

/** What the next year might be asked for, from what was billed. */
@Injectable()
export class SuggestAdvancesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly community: CommunityService,
  ) {}

  /**
   * Looks at the invoices of a site that lie within a period and were not taken back. Each member's own days count: whoever was billed for
   * three months is suggested a third of what they came to.
   *
   * @throws DomainError `not-found`, `invalid-period`
   */
  suggest(communityId: string, { site, from, to }: SuggestionsQuery): Promise<SuggestionsReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const period = checkedPeriod(from, to);
      const siteId = await idOf(tx, communityId, 'site', site);
      const { step, stepRounding: rounding } = await this.community.policyOn(tx, communityId, 'advances', from);
      const { currency } = await this.community.get(communityId);
      assert(isCurrency(currency), 'A community keeps its books in a currency that is known.');
      const billed = await tx.query<{
        id: string;
        code: string;
        net: string;
        invoices: string[];
        from: string;
        to: string;
      }>(
        `SELECT m.id, m.code, sum(i.net)::numeric AS net, array_agg(i.number::text ORDER BY i.number::text) AS invoices,
                min(lower(i.days))::text AS "from", max(upper(i.days))::text AS "to"
         FROM invoice i JOIN billing_run r ON r.community_id = i.community_id AND r.id = i.run_id
         JOIN member m ON m.community_id = i.community_id AND m.id = i.member_id
         WHERE i.community_id = $1 AND r.site_id = $2 AND i.kind = 'invoice' AND i.days <@ daterange($3::date, $4::date) AND i.currency = $5
           AND NOT EXISTS (SELECT FROM invoice c WHERE c.community_id = i.community_id AND c.credits_id = i.id)
         GROUP BY m.id, m.code ORDER BY m.code COLLATE "C"`,
        [communityId, siteId, from, to, currency],
      );
      return {
        period,
        items: billed.map(({ id, code, net, invoices, from: first, to: last }) => {
          const of = checkedPeriod(first, last);
          const given = { step: decimal(step), rounding };
          const { amount, exact, months, days } = suggestAdvance(decimal(net), of, currency, given);
          const money = (value: typeof amount): string => writeMoney(value, currency);
          const over =
            months === null ? `${days} days, of which a year has 365` : months === 1 ? '1 month' : `${months} months`;
          const reason =
            `${spoken(net, currency)} before tax over ${over} are ${spoken(money(exact), currency)} a month; ` +
            `rounded ${rounding} to a multiple of ${plain(decimal(step))}.`;
          return { member: { id, code }, invoices, net, exact: money(exact), amount: money(amount), reason };
        }),
      };
    });
  }
}
