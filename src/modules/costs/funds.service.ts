import { Injectable } from '@nestjs/common';
import type { FundRate } from '../../domain/apportionment/fund.js';
import type { Days, Period } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import type { Section } from '../../domain/invoice/invoice.js';
import { type Decimal, decimal } from '../../domain/quantity/decimal.js';
import { idOf, idsOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { isId, limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import { onCoins } from './community-currency.js';
import { type Beneficiaries, fundColumns, fundReply, type FundRow } from './fund-rows.js';
import type { FundDrawReply, FundRateTerms, FundReply, FundsQuery, NewFund } from './funds.schema.js';

/** A fund as a run draws from it. */
export interface RunFund {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly funder: string;
  readonly days: Days;
  readonly rate: FundRate;
  /** What its units are units of. */
  readonly utility: string | null;
  readonly beneficiaries: Beneficiaries;
  readonly sections: readonly Section[];
  readonly taxCode: string;
  readonly left: Decimal;
  readonly memberCap: Decimal | null;
  /** What members have had of it, by id. */
  readonly had: Readonly<Record<string, Decimal>>;
}

/** Money of councils and programmes that makes members pay less. A fund is never edited; what is drawn of it is written when a run is issued. */
@Injectable()
export class FundsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly tariffs: TariffsService,
  ) {}

  /** @throws DomainError `already-exists`, `not-found`, `off-grid-total`; `invalid-input` where there is no such tax code */
  create(communityId: string, given: NewFund, actor: Actor): Promise<FundReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { code, name, funder, days, rate, of, taxCode, notice, evidence } = given;
      if (!(await this.tariffs.taxCodes(tx, communityId)).has(taxCode)) {
        throw new InvalidRequest([{ pointer: '/taxCode', detail: `there is no tax rate ${taxCode}` }]);
      }
      const siteId = given.site === null ? null : await idOf(tx, communityId, 'site', given.site);
      const beneficiaries = await idsOfBeneficiaries(tx, communityId, given.beneficiaries);
      const cap = await onCoins(tx, communityId, given.cap);
      const memberCap = given.memberCap === null ? null : await onCoins(tx, communityId, given.memberCap);
      const id = newId();
      await tx.query(
        `INSERT INTO fund (community_id, id, code, name, funder, site_id, days, rate, beneficiaries, sections, cap, member_cap, tax_code,
                           notice, evidence, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
        [
          ...[communityId, id, code, name, funder, siteId, daysToDatabase(days), JSON.stringify(rate)],
          ...[JSON.stringify(beneficiaries), [...new Set(of)], cap, memberCap, taxCode, notice, evidence],
          actor.kind === 'person' ? actor.id : null,
        ],
      );
      await this.audit.record(tx, {
        actor,
        type: 'fund.created',
        subjectKind: 'fund',
        subjectId: id,
        data: { code, days, rate, beneficiaries, of, cap, memberCap },
      });
      return read(tx, communityId, id);
    });
  }

  /** By code. */
  list(communityId: string, query: FundsQuery): Promise<{ items: FundReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after] = readCursor(query.cursor, 1) ?? [''];
      const rows = await tx.query<FundRow>(
        `${fundColumns} WHERE f.community_id = $1 AND f.code COLLATE "C" > $2 AND ($3::date IS NULL OR f.days @> $3::date)
         ORDER BY f.code COLLATE "C" LIMIT $4`,
        [communityId, after, query.on ?? null, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, ({ code }) => [code]);
      return { items: items.map(fundReply), next };
    });
  }

  /** @throws DomainError `not-found` */
  get(communityId: string, address: string): Promise<FundReply> {
    return this.transactions.inCommunity(communityId, (tx) => read(tx, communityId, address));
  }

  /** What was drawn, by run and member. @throws DomainError `not-found` */
  draws(
    communityId: string,
    address: string,
    query: PageQuery,
  ): Promise<{ items: FundDrawReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { id } = await read(tx, communityId, address);
      const limit = limitOf(query);
      const [run = null, member = ''] = readCursor(query.cursor, 2) ?? [];
      const rows = await tx.query<FundDrawReply>(
        `SELECT d.run_id AS run, r.days AS period, jsonb_build_object('id', m.id, 'code', m.code) AS member, d.amount, d.drawn_at AS "drawnAt"
         FROM fund_draw d
         JOIN billing_run r ON r.community_id = d.community_id AND r.id = d.run_id
         JOIN member m ON m.community_id = d.community_id AND m.id = d.member_id
         WHERE d.community_id = $1 AND d.fund_id = $2 AND ($3::uuid IS NULL OR (d.run_id, m.code COLLATE "C") > ($3, $4))
         ORDER BY d.run_id, m.code COLLATE "C" LIMIT $5`,
        [communityId, id, run, member, limit + 1],
      );
      return pageOf(rows, limit, (row) => [row.run, row.member.code]);
    });
  }

  /**
   * The funds that help a run of a site, by code, with what they still have.
   *
   * @param correcting the run that is put right, or null: what it and its corrections have drawn counts as not drawn yet
   */
  async forRun(
    tx: Tx,
    communityId: string,
    siteId: string,
    { from }: Period,
    correcting: string | null,
  ): Promise<RunFund[]> {
    const rows = await tx.query<
      Omit<RunFund, 'left' | 'memberCap' | 'had' | 'rate' | 'utility'> & {
        rate: FundRateTerms;
        left: string;
        memberCap: string | null;
        had: Record<string, string>;
      }
    >(
      `WITH corrected AS (
         SELECT d.* FROM fund_draw d JOIN billing_run r ON r.community_id = d.community_id AND r.id = d.run_id
         WHERE d.community_id = $1 AND coalesce(r.corrects_id, r.id) = $4::uuid)
       SELECT f.id, f.code, f.name, f.funder, f.days, f.rate, f.beneficiaries, f.sections, f.tax_code AS "taxCode",
              (f.cap - f.drawn + coalesce((SELECT sum(c.amount) FROM corrected c WHERE c.fund_id = f.id), 0))::numeric AS left,
              f.member_cap AS "memberCap", coalesce((
                SELECT jsonb_object_agg(d.member_id, d.had) FROM (
                  SELECT d.member_id, sum(d.amount)::text AS had FROM fund_draw d
                  WHERE d.community_id = f.community_id AND d.fund_id = f.id AND NOT EXISTS (
                    SELECT FROM corrected c WHERE c.fund_id = d.fund_id AND c.run_id = d.run_id)
                  GROUP BY d.member_id) d), '{}') AS had
       FROM fund f WHERE f.community_id = $1 AND (f.site_id IS NULL OR f.site_id = $2) AND f.days @> $3::date ORDER BY f.code COLLATE "C"`,
      [communityId, siteId, from, correcting],
    );
    return rows.map(({ rate, left, memberCap, had, ...fund }) => ({
      ...fund,
      rate: exactRate(rate),
      utility: rate.kind === 'per-unit' ? rate.utility : null,
      left: decimal(left),
      memberCap: memberCap === null ? null : decimal(memberCap),
      had: Object.fromEntries(Object.entries(had).map(([id, amount]) => [id, decimal(amount)])),
    }));
  }

  /**
   * Writes what the costs of an issued run draw of funds; of a correction, what they draw more or less than stood. The database refuses a coin too much, also where two runs are issued at once.
   *
   * @throws DomainError `fund-exhausted`
   */
  async draw(tx: Tx, communityId: string, runId: string, at: string): Promise<void> {
    // Every run meets the funds in one order, so that two never wait for each other.
    await tx.query(
      `INSERT INTO fund_draw (community_id, fund_id, run_id, cost_no, member_id, amount, drawn_at)
       SELECT c.community_id, c.fund_id, c.run_id, c.no, s.member_id, -sum(s.amount), $3
       FROM run_cost c
       CROSS JOIN LATERAL (
         SELECT member_id, amount FROM run_share WHERE community_id = c.community_id AND run_id = c.run_id AND cost_no = c.no AND c.stood_at IS NULL
         UNION ALL
         SELECT member_id, amount FROM run_delta WHERE community_id = c.community_id AND run_id = c.run_id AND cost_no = c.no) s
       WHERE c.community_id = $1 AND c.run_id = $2 AND c.fund_id IS NOT NULL
       GROUP BY c.community_id, c.run_id, c.no, s.member_id HAVING sum(s.amount) <> 0 ORDER BY c.fund_id, s.member_id`,
      [communityId, runId, at],
    );
  }
}

function exactRate(rate: FundRateTerms): FundRate {
  switch (rate.kind) {
    case 'percent':
      return { kind: rate.kind, percent: decimal(rate.percent) };
    case 'amount':
      return { kind: rate.kind, amount: decimal(rate.amount), per: rate.per };
    case 'per-unit':
      return { kind: rate.kind, perUnit: decimal(rate.perUnit) };
  }
}

async function idsOfBeneficiaries(
  tx: Tx,
  communityId: string,
  given: NewFund['beneficiaries'],
): Promise<Beneficiaries> {
  if (given.kind === 'all') return given;
  const ids =
    given.kind === 'members'
      ? await idsOf(tx, communityId, 'member', given.members)
      : await idsOf(tx, communityId, 'space', given.spaces);
  return { kind: given.kind, ids: [...new Set(ids)].sort() };
}

/** @throws DomainError `not-found` */
async function read(tx: Tx, communityId: string, address: string): Promise<FundReply> {
  const [row] = await tx.query<FundRow>(
    `${fundColumns} WHERE f.community_id = $1 AND f.${isId(address) ? 'id' : 'code'} = $2`,
    [communityId, address],
  );
  if (!row) throw new DomainError('not-found', `There is no fund ${address}.`);
  return fundReply(row);
}
