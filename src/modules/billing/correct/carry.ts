import type { Period } from '../../../domain/calendar/period.js';
import { decimal, sum } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { periodOf } from '../../../domain/statement/format.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Locale } from '../../../domain/statement/model.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { grouped } from '../grouped.js';
import type { RunRows } from '../share/run-rows.js';
import type { Run } from '../run/runs.js';
import { appended, type Appended, type Decided, decidedLine, noSource } from './append-costs.js';

/*
 * What corrections of earlier runs left for the next one: a cost for each cost that moved, shared as the deltas say, with a line for each.
 * Tax is by the rate of the period that was corrected.
 */

/** Under this heading a statement has what earlier periods left. */
export const carriedSection = 'correction';

interface Waiting extends Pick<Decided, 'memberId' | 'taxCode' | 'taxRate' | 'category'> {
  readonly correctionId: string;
  readonly days: Period;
  readonly cause: string;
  readonly costNo: number;
  readonly description: string;
  readonly amount: string;
  readonly reasons: readonly string[];
}

/** As much of a run as says what it carries. */
export type Carrying = Pick<Run, 'id' | 'siteId' | 'period' | 'currency' | 'correctsId' | 'leaverId'>;

/** The rows of a run with what it carries after them. */
export async function withCarried(tx: Tx, run: Carrying, rows: RunRows, locale: Locale): Promise<RunRows> {
  const waiting = await readWaiting(tx, run);
  const byCost = grouped(waiting, ({ correctionId, costNo }) => JSON.stringify([correctionId, costNo]));
  return appended(
    rows,
    [...byCost.values()].map((some) => ofCost(some, run.currency, locale)),
  );
}

/** Which corrections a run carries: those of earlier days that no run has carried; of a correction those that its run has. */
export const carriedBy = async (tx: Tx, { id, siteId, period, correctsId, leaverId }: Carrying): Promise<string[]> =>
  leaverId !== null
    ? []
    : (
        await tx.query<{ id: string }>(
          `SELECT c.id FROM billing_run c
       LEFT JOIN correction_carried x ON x.community_id = c.community_id AND x.correction_id = c.id
       WHERE c.community_id = current_community() AND c.site_id = $1 AND c.way = 'next-run' AND c.status IN ('issued', 'closed')
         AND upper(c.days) <= $2::date AND CASE WHEN $3::uuid IS NULL THEN x.run_id IS NULL OR x.run_id = $4 ELSE x.run_id = $3 END
       ORDER BY c.issued_at, c.id`,
          [siteId, period.from, correctsId, id],
        )
      ).map((row) => row.id);

/** At its issue a run has carried them, and settled the final statements of its days. Whoever comes second is refused by the key of the table. */
export async function markCarried(tx: Tx, run: Run): Promise<void> {
  if (run.correctsId !== null) return;
  await tx.query(
    `INSERT INTO correction_carried (community_id, correction_id, run_id)
     SELECT DISTINCT community_id, carried_from, run_id FROM run_cost WHERE community_id = current_community() AND run_id = $1 AND carried_from IS NOT NULL`,
    [run.id],
  );
}

const readWaiting = async (tx: Tx, run: Carrying): Promise<Waiting[]> =>
  tx.query<Waiting>(
    `SELECT d.run_id AS "correctionId", r.days, r.cause, d.cost_no AS "costNo", c.description, d.member_id AS "memberId", d.tax_code AS "taxCode",
            d.tax_rate AS "taxRate", min(t.category) AS category, sum(d.amount)::numeric AS amount,
            (SELECT array_agg(DISTINCT e.reason->>'sentence') FROM run_delta o CROSS JOIN LATERAL jsonb_array_elements(o.reasons) AS e (reason)
             WHERE o.community_id = d.community_id AND o.run_id = d.run_id AND o.cost_no = d.cost_no AND o.member_id = d.member_id
               AND o.kind = 'member') AS reasons
     FROM run_delta d
     JOIN billing_run r ON r.community_id = d.community_id AND r.id = d.run_id
     JOIN run_cost c ON c.community_id = d.community_id AND c.run_id = d.run_id AND c.no = d.cost_no
     LEFT JOIN tax_rate t ON t.community_id = d.community_id AND t.code = d.tax_code AND t.days @> (upper(r.days) - 1)
     JOIN member m ON m.community_id = d.community_id AND m.id = d.member_id
     WHERE d.community_id = current_community() AND d.run_id = ANY($1::uuid[]) AND d.kind = 'member'
     GROUP BY d.community_id, d.run_id, r.issued_at, r.days, r.cause, d.cost_no, c.description, d.member_id, m.code, d.tax_code, d.tax_rate
     HAVING sum(d.amount) <> 0
     ORDER BY r.issued_at, d.run_id, d.cost_no, m.code COLLATE "C", d.tax_code, d.tax_rate`,
    [await carriedBy(tx, run)],
  );

function ofCost(some: readonly Waiting[], currency: Currency, locale: Locale): Appended {
  const [first] = some as [Waiting];
  const money = (amounts: readonly string[]): string => writeMoney(sum(amounts.map(decimal)), currency);
  const amount = money(some.map((one) => one.amount));
  const description = `${periodOf(first.days.from, first.days.to, locale)}: ${first.description}`;
  const cost: Appended['cost'] = {
    ...noSource,
    carriedFrom: first.correctionId,
    section: carriedSection,
    component: `correction:${first.correctionId}:${first.costNo}`,
    description,
    taxCode: first.taxCode,
    ofAmount: amount,
    amount,
  };
  const members = [...grouped(some, ({ memberId }) => memberId)];
  const shares = members.map(([memberId, own]): Appended['shares'][number] => {
    const share = money(own.map((one) => one.amount));
    const reasons = { pool: share, whole: '1', figures: [], correction: first.correctionId };
    return { kind: 'member', part: 'own', memberId, spaceId: null, weight: '1', amount: share, reasons };
  });
  const { correctionOf } = wordsOf(locale).run;
  const lines = some.map(({ memberId, taxCode, taxRate, category, cause, reasons, amount: net }) => {
    const own = { memberId, taxCode, taxRate, category, section: carriedSection, description, net: money([net]) };
    return decidedLine({ ...own, by: correctionOf(cause, reasons.join(' ')) }, currency, locale);
  });
  return { cost, shares, lines };
}
