import { Injectable } from '@nestjs/common';
import { type Decimal, decimal, sum, zero } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { idOf } from '../../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import type { Seen } from '../../community/places.service.js';
import type { Matrix } from './apportionment-matrix.schema.js';
import { grouped } from '../grouped.js';

/*
 * The matrix of a year: each cost of each issued run in a row, each member in a column. It is read from the shares that were
 * approved, and computes nothing but sums. A member sees the own column; what the others bear is one figure.
 */

interface CostOfYear {
  readonly runId: string;
  readonly period: Matrix['rows'][number]['period'];
  readonly currency: Currency;
  readonly no: number;
  readonly description: string;
  readonly source: string | null;
  readonly rule: Matrix['rows'][number]['rule'];
  readonly amount: string;
}

interface ShareOfYear {
  readonly runId: string;
  readonly costNo: number;
  readonly kind: 'member' | 'common' | 'vacant' | 'held';
  readonly memberId: string | null;
  readonly amount: string;
}

@Injectable()
export class ApportionmentMatrix {
  constructor(private readonly transactions: Transactions) {}

  /** @throws DomainError `not-found` (site) */
  of(communityId: string, address: string, year: string, viewer: Seen): Promise<Matrix> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', address);
      const [site] = await tx.query<Matrix['site'] & { currency: Currency }>(
        `SELECT s.id, s.code, s.name, c.currency FROM site s JOIN community c ON c.id = s.community_id
         WHERE s.community_id = current_community() AND s.id = $1`,
        [siteId],
      );
      const { currency, ...named } = site as Matrix['site'] & { currency: Currency };
      const costs = await costsOf(tx, siteId, year);
      const shares = await sharesOf(tx, siteId, year);
      const members = await membersOf(tx, shares, viewer);
      const byCost = grouped(shares, ({ runId, costNo }) => `${runId} ${costNo}`);
      const rows = costs.map(({ runId, no, amount, currency: _, ...cost }) => {
        const parts = dividedAmong(decimal(amount), byCost.get(`${runId} ${no}`) ?? [], members);
        return { costNo: no, ...cost, ...writtenOut(parts, currency) };
      });
      const totals = dividedAmong(sum(costs.map((cost) => decimal(cost.amount))), shares, members);
      const borne = sum([...totals.shares.values(), totals.otherMembers, totals.common, totals.vacant, totals.held]);
      return {
        site: named,
        year,
        currency,
        members,
        rows,
        totals: writtenOut(totals, currency),
        difference: writeMoney(totals.amount.minus(borne), currency),
      };
    });
  }
}

/** What stands of a site for days of which the last lies in a year: each run as it was corrected, once. */
const runsOfYear = `standing_run r WHERE r.community_id = current_community() AND r.site_id = $1
  AND extract(year FROM upper(r.days) - 1) = $2::int`;

const costsOf = (tx: Tx, siteId: string, year: string): Promise<CostOfYear[]> =>
  tx.query<CostOfYear>(
    `SELECT c.run_id AS "runId", run.days AS period, run.currency, c.no, c.description, coalesce(b.supplier || ' ' || b.number, h.code) AS source,
            c.amount,
            CASE WHEN v.id IS NULL THEN NULL ELSE jsonb_build_object('code', coalesce(k.code, t.code), 'name', coalesce(k.name, t.name),
              'versionFrom', lower(v.days), 'adoptedBy', v.adopted_by, 'adoptedOn', v.adopted_on, 'decision', v.decision) END AS rule
     FROM (SELECT r.id, r.days, r.currency FROM ${runsOfYear}) run
     JOIN run_cost c ON c.community_id = current_community() AND c.run_id = run.id AND c.carried_from IS NULL
     LEFT JOIN supplier_bill b ON b.community_id = c.community_id AND b.id = c.bill_id
     LEFT JOIN charge h ON h.community_id = c.community_id AND h.id = c.charge_id
     LEFT JOIN LATERAL (
       SELECT id, key_id, NULL::uuid AS tariff_id, days, adopted_by, adopted_on, decision FROM key_version
         WHERE community_id = c.community_id AND id = c.key_version_id
       UNION ALL
       SELECT id, NULL, tariff_id, days, adopted_by, adopted_on, decision FROM tariff_version
         WHERE community_id = c.community_id AND id = c.tariff_version_id) v ON true
     LEFT JOIN apportionment_key k ON k.community_id = c.community_id AND k.id = v.key_id
     LEFT JOIN tariff t ON t.community_id = c.community_id AND t.id = v.tariff_id
     ORDER BY lower(run.days), c.no`,
    [siteId, year],
  );

const sharesOf = (tx: Tx, siteId: string, year: string): Promise<ShareOfYear[]> =>
  tx.query<ShareOfYear>(
    `SELECT s.run_id AS "runId", s.cost_no AS "costNo", s.kind, s.member_id AS "memberId", sum(s.amount)::numeric AS amount
     FROM (SELECT run_id, cost_no, kind, CASE kind WHEN 'member' THEN member_id END AS member_id, amount
           FROM run_share x WHERE community_id = current_community() AND run_id IN (SELECT r.id FROM ${runsOfYear}) AND NOT EXISTS (
             SELECT FROM run_cost c WHERE c.community_id = x.community_id AND c.run_id = x.run_id AND c.no = x.cost_no AND c.carried_from IS NOT NULL)) s
     GROUP BY s.run_id, s.cost_no, s.kind, s.member_id`,
    [siteId, year],
  );

/** Whoever bears something in the year and may be seen, by code. */
const membersOf = (tx: Tx, shares: readonly ShareOfYear[], viewer: Seen): Promise<Matrix['members']> =>
  tx.query(
    `SELECT id, code, name FROM member WHERE community_id = current_community() AND id = ANY($1::uuid[])
       AND ($2::uuid[] IS NULL OR id = ANY($2)) ORDER BY code COLLATE "C"`,
    [[...new Set(shares.flatMap(({ memberId }) => memberId ?? []))], viewer],
  );

interface Divided {
  readonly amount: Decimal;
  readonly shares: ReadonlyMap<string, Decimal>;
  readonly otherMembers: Decimal;
  readonly common: Decimal;
  readonly vacant: Decimal;
  readonly held: Decimal;
}

function dividedAmong(amount: Decimal, shares: readonly ShareOfYear[], members: Matrix['members']): Divided {
  const codes = new Map(members.map(({ id, code }) => [id, code]));
  const of = (kind: ShareOfYear['kind']): Decimal =>
    sum(shares.filter((share) => share.kind === kind).map((share) => decimal(share.amount)));
  const own = new Map(members.map(({ code }) => [code, zero]));
  for (const { memberId, amount: part } of shares) {
    const code = codes.get(memberId ?? '');
    if (code !== undefined) own.set(code, decimal(part).plus(own.get(code) ?? zero));
  }
  const otherMembers = of('member').minus(sum(own.values()));
  return { amount, shares: own, otherMembers, common: of('common'), vacant: of('vacant'), held: of('held') };
}

function writtenOut({ shares, ...parts }: Divided, currency: Currency): Matrix['totals'] {
  const money = (amount: Decimal): string => writeMoney(amount.isZero() ? zero : amount, currency);
  return {
    amount: money(parts.amount),
    shares: Object.fromEntries([...shares].map(([code, amount]) => [code, money(amount)])),
    otherMembers: money(parts.otherMembers),
    common: money(parts.common),
    vacant: money(parts.vacant),
    held: money(parts.held),
  };
}

/** The matrix as a table: a row for each cost and one for the totals, a column for each member. */
export function matrixTable({ members, rows, totals, currency }: Matrix): string[][] {
  const codes = members.map(({ code }) => code);
  const figures = ({ amount, shares, ...rest }: Matrix['totals']): string[] => [
    amount,
    ...codes.map((code) => shares[code] ?? ''),
    rest.otherMembers,
    rest.common,
    rest.vacant,
    rest.held,
  ];
  const heads = ['from', 'to', 'cost', 'source', 'key', 'version from', 'adopted on', 'decision', 'currency', 'amount'];
  return [
    [...heads, ...codes, 'other members', 'common', 'vacant', 'held'],
    ...rows.map(({ period, description, source, rule, ...row }) => [
      period.from,
      period.to,
      description,
      source ?? '',
      ...(rule === null ? ['', '', '', ''] : [rule.code, rule.versionFrom, rule.adoptedOn, rule.decision]),
      currency,
      ...figures(row),
    ]),
    ['', '', 'total', '', '', '', '', '', currency, ...figures(totals)],
  ];
}
