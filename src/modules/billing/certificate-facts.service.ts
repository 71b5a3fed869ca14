import { Injectable } from '@nestjs/common';
import { addDays, type Instant, type Period } from '../../domain/calendar/period.js';
import { dayOf } from '../../domain/calendar/zone.js';
import type {
  Certificate,
  CertifiedBill,
  CertifiedCorrection,
  CertifiedCost,
  CertifiedFinding,
  CertifiedRule,
  Pool,
} from '../../domain/proof/certificate.js';
import { assert } from '../../domain/errors.js';
import { type Decimal, decimal, sum } from '../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../domain/quantity/money.js';
import { localeOf, wordsOf } from '../../domain/statement/catalogue/catalogue.js';
import type { Locale } from '../../domain/statement/model.js';
import type { Tx } from '../../platform/database/transactions.js';
import { CommunityService } from '../community/community.service.js';
import { grouped } from './grouped.js';
import { readCosts } from './issue/issue-sources.js';
import { type RunSharing, runSharing } from './issue/sharing.js';
import { readRun, type Run } from './run/runs.js';

/*
 * What a certificate says of a run, but for its place in the record: read back from the rows that were approved and issued. Nothing is
 * computed here but sums of pools, which the certificate checks again (domain/proof/check-certificate.ts), and PostgreSQL with it.
 *
 * Everybody of the community reads it, so no member stands in it: what was found is counted by its kind, and what single spaces bear
 * alone is one amount.
 */

/** A certificate before it has its place in the record. */
export type RunFacts = Omit<Certificate, 'madeAt' | 'log' | 'sums'>;

const columns = ['amount', 'members', 'common', 'vacant', 'held'] as const;
const instant = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

@Injectable()
export class CertificateFacts {
  constructor(private readonly community: CommunityService) {}

  /** @param at when it is certified @throws DomainError `not-found` */
  async of(tx: Tx, communityId: string, runId: string, at: Instant): Promise<RunFacts> {
    const run = await readRun(tx, runId);
    const community = await this.community.get(communityId);
    const locale = localeOf(community.locale);
    const tax = await this.community.policyOn(tx, communityId, 'tax', addDays(run.period.to, -1));
    const { required } = await this.community.policyOn(tx, communityId, 'cosigning', dayOf(at, community.zone));
    const costs = await costsOf(tx, run, tax.registered, locale);
    const total = poolOf(
      costs.map((cost) => cost.total),
      run.currency,
    );
    return {
      ...{ run: run.id, community: community.name, site: await siteOf(tx, run), locale, currency: run.currency },
      ...{ demo: community.demo, period: run.period },
      ...(run.correctsId === null ? {} : { corrects: await correctionOf(tx, run, run.correctsId) }),
      ...{ bills: await billsOf(tx, run), costs, total, difference: writeMoney(differenceOf(total), run.currency) },
      ...{
        rules: await rulesOf(tx, run),
        findings: await findingsOf(tx, run.id),
        overrides: await overridesOf(tx, run.id),
      },
      ...(await peopleOf(tx, run.id)),
      documents: await documentsOf(tx, run.id),
      settled: await settledBy(tx, run.id),
      quorum: required,
    };
  }
}

const differenceOf = ({ amount, members, common, vacant, held }: Pool): Decimal =>
  decimal(amount).minus(sum([members, common, vacant, held].map(decimal)));

function poolOf(pools: readonly Pool[], currency: Currency): Pool {
  const of = (column: keyof Pool): string => writeMoney(sum(pools.map((pool) => decimal(pool[column]))), currency);
  return Object.fromEntries(columns.map((column) => [column, of(column)])) as unknown as Pool;
}

async function siteOf(tx: Tx, { siteId }: Run): Promise<string> {
  const [site] = await tx.query<{ name: string }>(
    'SELECT name FROM site WHERE community_id = current_community() AND id = $1',
    [siteId],
  );
  return site?.name ?? '';
}

/** As every statement of the run shows them, but for what single spaces bear alone, and without what settles the final statement of one member. */
async function costsOf(tx: Tx, run: Run, isTaxed: boolean, locale: Locale): Promise<CertifiedCost[]> {
  const rows = (await readCosts(tx, run.id)).filter(({ isFinal }) => !isFinal);
  const single = new Set(
    rows.filter(({ sharedHow, keyName }) => keyName === null && sharedHow === 'space').map(({ no }) => no),
  );
  return runSharing(rows, run.period, run.currency, isTaxed, locale).map(
    ({ parts, amount: _, note: __, isFinal: ___, ...cost }) => {
      const total = poolOf(parts, run.currency);
      const own = parts.filter(({ costNo }) => single.has(costNo));
      return {
        ...cost,
        components: [
          ...parts.filter(({ costNo }) => !single.has(costNo)).map(({ costNo: ____, ...part }) => part),
          ...together(own, run.currency, locale),
        ],
        total,
        difference: writeMoney(differenceOf(total), run.currency),
      };
    },
  );
}

/** What single spaces bear alone, as one. */
function together(parts: RunSharing['parts'], currency: Currency, locale: Locale): CertifiedCost['components'] {
  const { sharedBy } = wordsOf(locale).run.costs;
  const words = wordsOf(locale).certificate;
  return parts.length === 0
    ? []
    : [{ label: words.singleSpaces, sharedBy: sharedBy.space, spaces: parts.length, ...poolOf(parts, currency) }];
}

interface BillRow {
  readonly id: string;
  readonly supplier: string;
  readonly number: string;
  readonly days: Period;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly document: string | null;
  readonly label: string;
  readonly amount: string;
  readonly ownTax: string;
  readonly whole: string;
  readonly here: string;
}

/** Bills with costs in the run, component by component. */
async function billsOf(tx: Tx, { id, currency }: Run): Promise<CertifiedBill[]> {
  const rows = await tx.query<BillRow>(
    `SELECT b.id, b.supplier, b.number, b.days, b.net, b.tax, b.gross, encode(f.sha256, 'hex') AS document,
            c.description AS label, c.amount, c.tax AS "ownTax", max(r.of_amount) AS whole, sum(r.amount)::numeric AS here
     FROM run_cost r
     JOIN supplier_bill b ON b.community_id = r.community_id AND b.id = r.bill_id
     JOIN supplier_bill_component c ON c.community_id = r.community_id AND c.bill_id = r.bill_id AND c.no = r.bill_component_no
     LEFT JOIN stored_file f ON f.community_id = b.community_id AND f.id = b.file_id
     WHERE r.community_id = current_community() AND r.run_id = $1
       AND (r.stood_at IS NULL OR r.amount <> 0 OR EXISTS (SELECT FROM run_share s
         WHERE s.community_id = r.community_id AND s.run_id = r.run_id AND s.cost_no = r.no))
     GROUP BY b.community_id, b.id, f.community_id, f.id, c.community_id, c.bill_id, c.no ORDER BY b.supplier, b.number, c.no`,
    [id],
  );
  const money = (text: string): string => writeMoney(decimal(text), currency);
  return [...grouped(rows, (row) => row.id).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { supplier, number, days, net, tax, gross, document } = first;
    return [
      {
        ...{ supplier, number, from: days.from, to: days.to, net: money(net), tax: money(tax), gross: money(gross) },
        ...(document === null ? {} : { document }),
        components: some.map(({ label, amount, ownTax, whole, here }) => ({
          ...{ label, amount: money(amount), tax: money(ownTax), whole: money(whole), here: money(here) },
        })),
      },
    ];
  });
}

/** Versions of keys, those that a key itself names among them, and of the community's own tariffs. */
const rulesOf = (tx: Tx, { id, period }: Run): Promise<CertifiedRule[]> =>
  tx.query<CertifiedRule>(
    `WITH RECURSIVE used AS (
       SELECT DISTINCT key_version_id AS id FROM run_cost
       WHERE community_id = current_community() AND run_id = $1 AND key_version_id IS NOT NULL
       UNION
       SELECT n.id FROM used u
       JOIN key_version v ON v.community_id = current_community() AND v.id = u.id
       CROSS JOIN LATERAL (SELECT jsonb_path_query(v.terms, '$.**.residual.key') #>> '{}' UNION SELECT jsonb_path_query(v.terms, '$.**.generation') #>> '{}') AS named (code)
       JOIN apportionment_key k ON k.community_id = v.community_id AND (k.code = named.code OR k.id::text = named.code)
       JOIN key_version n ON n.community_id = k.community_id AND n.key_id = k.id AND n.days && daterange($2::date, $3::date))
     SELECT 'key' AS kind, k.name, v.id AS version, lower(v.days) AS "from", v.adopted_by AS "adoptedBy", v.adopted_on AS "adoptedOn", v.decision
     FROM used u JOIN key_version v ON v.community_id = current_community() AND v.id = u.id
     JOIN apportionment_key k ON k.community_id = v.community_id AND k.id = v.key_id
     UNION ALL
     SELECT DISTINCT 'tariff', t.name, v.id, lower(v.days), v.adopted_by, v.adopted_on, v.decision
     FROM run_cost c JOIN tariff_version v ON v.community_id = c.community_id AND v.id = c.tariff_version_id
     JOIN tariff t ON t.community_id = v.community_id AND t.id = v.tariff_id
     WHERE c.community_id = current_community() AND c.run_id = $1
     ORDER BY 1, 2, 4, 3`,
    [id, period.from, period.to],
  );

const findingsOf = (tx: Tx, runId: string): Promise<CertifiedFinding[]> =>
  tx.query<CertifiedFinding>(
    `SELECT i.code, i.severity, count(*)::int AS found, count(o.fingerprint)::int AS overridden
     FROM run_issue i
     LEFT JOIN run_override o ON o.community_id = i.community_id AND o.run_id = i.run_id AND o.fingerprint = i.fingerprint
     WHERE i.community_id = current_community() AND i.run_id = $1
     GROUP BY i.code, i.severity ORDER BY array_position(ARRAY['blocking', 'warning', 'info'], i.severity), i.code`,
    [runId],
  );

/** Who took on what is still found, and why. */
const overridesOf = (tx: Tx, runId: string): Promise<Certificate['overrides'][number][]> =>
  tx.query<Certificate['overrides'][number]>(
    `SELECT o.code, o.reason, jsonb_build_object('id', p.id, 'name', p.name, 'at', ${instant('o.decided_at')}) AS by
     FROM run_issue i
     JOIN run_override o ON o.community_id = i.community_id AND o.run_id = i.run_id AND o.fingerprint = i.fingerprint
     JOIN person p ON p.community_id = o.community_id AND p.id = o.decided_by
     WHERE i.community_id = current_community() AND i.run_id = $1 ORDER BY i.no`,
    [runId],
  );

type People = Pick<Certificate, 'proposed' | 'approved' | 'issued'>;

async function peopleOf(tx: Tx, runId: string): Promise<People> {
  const person = (step: string): string =>
    `(SELECT jsonb_build_object('id', p.id, 'name', p.name, 'at', ${instant(`r.${step}_at`)}) FROM person p
      WHERE p.community_id = r.community_id AND p.id = r.${step}_by) AS ${step}`;
  const [people] = await tx.query<People>(
    `SELECT ${person('proposed')}, ${person('approved')}, ${person('issued')} FROM billing_run r
     WHERE r.community_id = current_community() AND r.id = $1`,
    [runId],
  );
  assert(people?.proposed && people.approved && people.issued, 'Whoever issued a run, two people answer for it.');
  return people;
}

/** What a correction changed, by who bears it. */
async function correctionOf(tx: Tx, run: Run, corrects: string): Promise<CertifiedCorrection> {
  const [row] = await tx.query<Pool & { readonly before: string }>(
    `SELECT (SELECT coalesce(sum(coalesce(stood_at, amount)), 0)::numeric FROM run_cost WHERE community_id = current_community() AND run_id = $1 AND section <> 'final') AS before,
            coalesce(sum(d.amount), 0)::numeric AS amount, coalesce(sum(d.amount) FILTER (WHERE d.kind = 'member'), 0)::numeric AS members,
            coalesce(sum(d.amount) FILTER (WHERE d.kind = 'common'), 0)::numeric AS common,
            coalesce(sum(d.amount) FILTER (WHERE d.kind = 'vacant'), 0)::numeric AS vacant,
            coalesce(sum(d.amount) FILTER (WHERE d.kind = 'held'), 0)::numeric AS held
     FROM run_delta d JOIN run_cost c ON c.community_id = d.community_id AND c.run_id = d.run_id AND c.no = d.cost_no AND c.section <> 'final'
     WHERE d.community_id = current_community() AND d.run_id = $1`,
    [run.id],
  );
  assert(row, 'A query without groups has a row.');
  const { before, ...change } = row;
  return {
    ...{ run: corrects, way: run.way ?? '', cause: run.cause ?? '' },
    ...{ before: writeMoney(decimal(before), run.currency), change: poolOf([change], run.currency) },
  };
}

/** Documents that came with the issue, and not those that take one back later. */
async function documentsOf(tx: Tx, runId: string): Promise<Certificate['documents']> {
  const [row] = await tx.query<Certificate['documents']>(
    `SELECT count(*) FILTER (WHERE i.kind = 'invoice')::int AS invoices,
            (SELECT count(*)::int FROM invoice_taken_back t WHERE t.community_id = current_community() AND t.run_id = $1) AS "creditNotes"
     FROM invoice i JOIN billing_run r ON r.community_id = i.community_id AND r.id = i.run_id AND r.issued_at = i.issued_at
     WHERE i.community_id = current_community() AND i.run_id = $1`,
    [runId],
  );
  return row ?? { invoices: 0, creditNotes: 0 };
}

/** Final statements whose credit stands among the costs of the run. */
async function settledBy(tx: Tx, runId: string): Promise<number> {
  const [row] = await tx.query<{ settled: number }>(
    `SELECT count(DISTINCT carried_from)::int AS settled FROM run_cost
     WHERE community_id = current_community() AND run_id = $1 AND section = 'final'`,
    [runId],
  );
  return row?.settled ?? 0;
}
