import { assert } from '../../domain/errors.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import type { FundReply } from './funds.schema.js';

/** Whom a fund helps, as it is kept: by ids. */
export type Beneficiaries =
  { readonly kind: 'all' } | { readonly kind: 'members' | 'spaces'; readonly ids: readonly string[] };

/** A fund as the database gives it, with the codes of those it helps. */
export interface FundRow extends Omit<FundReply, 'beneficiaries' | 'drawn' | 'left'> {
  readonly currency: string;
  readonly kind: Beneficiaries['kind'];
  readonly helps: readonly string[] | null;
  readonly drawn: string;
}

/** Everything up to WHERE; the fund is `f`. */
export const fundColumns = `
  SELECT f.id, f.code, f.name, f.funder, f.days, f.rate, f.sections AS of, f.cap, f.member_cap AS "memberCap", f.tax_code AS "taxCode",
         f.notice, f.evidence, f.drawn, f.created_at AS "createdAt", c.currency, f.beneficiaries ->> 'kind' AS kind,
         CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'code', s.code) END AS site,
         (SELECT array_agg(x.code::text ORDER BY x.code::text) FROM (
            SELECT m.code FROM member m WHERE m.community_id = f.community_id AND f.beneficiaries -> 'ids' ? m.id::text
            UNION ALL SELECT p.code FROM space p WHERE p.community_id = f.community_id AND f.beneficiaries -> 'ids' ? p.id::text) x) AS helps
  FROM fund f JOIN community c ON c.id = f.community_id
  LEFT JOIN site s ON s.community_id = f.community_id AND s.id = f.site_id`;

export function fundReply({ currency, kind, helps, cap, memberCap, drawn, ...row }: FundRow): FundReply {
  assert(isCurrency(currency), 'A community keeps its books in a currency that is known.');
  const money = (text: string): string => writeMoney(decimal(text), currency);
  return {
    ...row,
    beneficiaries: { kind, ...(kind === 'all' ? {} : { [kind]: [...(helps ?? [])] }) },
    cap: money(cap),
    memberCap: memberCap === null ? null : money(memberCap),
    drawn: money(drawn),
    left: writeMoney(decimal(cap).minus(decimal(drawn)), currency),
  };
}
