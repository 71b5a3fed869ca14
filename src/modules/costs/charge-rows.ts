import type { Days } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import type { ChargeReply } from './charges.schema.js';

/** A charge as the database gives it, with the codes of what it names. */
export interface ChargeRow extends Pick<
  ChargeReply,
  'id' | 'code' | 'description' | 'section' | 'kind' | 'per' | 'taxCode' | 'createdAt'
> {
  readonly site: ChargeReply['site'];
  readonly amount: string | null;
  readonly currency: string;
  readonly proration: NonNullable<ChargeReply['proration']>;
  readonly days: Days;
  readonly key: ChargeReply['key'];
  readonly space: ChargeReply['space'];
  readonly tariff: ChargeReply['tariff'];
}

const named = (alias: string): string =>
  `CASE WHEN ${alias}.id IS NOT NULL THEN jsonb_build_object('id', ${alias}.id, 'code', ${alias}.code) END`;

/** Everything up to WHERE; the charge is `c`. */
export const chargeColumns = `
  SELECT c.id, ${named('s')} AS site, c.code, c.description, c.section, c.kind, c.amount, m.currency, c.per, c.proration, c.days,
         c.tax_code AS "taxCode", ${named('k')} AS key, ${named('p')} AS space, ${named('t')} AS tariff, c.created_at AS "createdAt"
  FROM charge c
  JOIN community m ON m.id = c.community_id
  JOIN site s ON s.community_id = c.community_id AND s.id = c.site_id
  LEFT JOIN apportionment_key k ON k.community_id = c.community_id AND k.id = c.key_id
  LEFT JOIN space p ON p.community_id = c.community_id AND p.id = c.space_id
  LEFT JOIN tariff t ON t.community_id = c.community_id AND t.id = c.tariff_id`;

export function chargeReply({ amount, currency, proration, ...row }: ChargeRow): ChargeReply {
  assert(isCurrency(currency), 'A community keeps its books in a currency that is known.');
  return {
    ...row,
    amount: amount === null ? null : writeMoney(decimal(amount), currency),
    proration: row.kind === 'recurring' ? proration : null,
  };
}
