import { daysIn } from '../../domain/calendar/period.js';
import type { Issue } from '../../domain/errors.js';
import { issueId } from '../../domain/invoice/billing-run.js';
import { sayFactor } from '../../domain/metering/gas.js';
import { plain } from '../../domain/quantity/decimal.js';
import { writeMoney } from '../../domain/quantity/money.js';
import { type Columns, insertRows } from '../../platform/database/insert-rows.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Calculated } from './calculate.js';
import type { MeasuredUse, RunInputs } from './inputs.js';
import { lineRow, shareRow } from './rows.js';

/*
 * What a run came to, in place of what it came to before: one statement for each table, whatever the number of members.
 * Rows are numbered in the order in which they were computed, so that equal inputs leave equal rows.
 */

const insert = <Row>(
  tx: Tx,
  table: string,
  runId: string,
  rows: readonly Row[],
  columns: Columns<Row>,
): Promise<void> => insertRows(tx, table, { run_id: ['uuid', () => runId], ...columns }, rows);

/** Replaces the findings of a run, and its figures by those given; none where it is blocked. */
export async function storeRun(
  tx: Tx,
  runId: string,
  inputs: RunInputs,
  issues: readonly Issue[],
  figures: Calculated | null,
): Promise<void> {
  for (const table of ['run_line', 'run_share', 'run_cost', 'run_use', 'run_issue']) {
    await tx.query(`DELETE FROM ${table} WHERE community_id = current_community() AND run_id = $1`, [runId]);
  }
  await storeIssues(tx, runId, issues);
  await storeUses(tx, runId, inputs);
  if (figures === null) return;
  await storeCosts(tx, runId, inputs, figures);
  await storeShares(tx, runId, inputs, figures);
  await storeLines(tx, runId, figures);
}

const storeIssues = (tx: Tx, runId: string, issues: readonly Issue[]) =>
  insert(
    tx,
    'run_issue',
    runId,
    issues.map((issue, index) => ({ ...issue, no: index + 1 })),
    {
      no: ['integer', (issue) => issue.no],
      fingerprint: ['text', issueId],
      code: ['text', (issue) => issue.code],
      severity: ['text', (issue) => issue.severity],
      subject_kind: ['text', (issue) => issue.subject.kind],
      subject_id: ['text', (issue) => issue.subject.id],
      subject_label: ['text', (issue) => issue.subject.label],
      from_at: ['text', (issue) => issue.from ?? null],
      to_at: ['text', (issue) => issue.to ?? null],
      detail: ['text', (issue) => issue.detail],
      remedy: ['text', (issue) => issue.remedy],
      facts: ['jsonb', (issue) => issue.facts ?? null],
    },
  );

const storeUses = (tx: Tx, runId: string, { uses }: RunInputs) =>
  insert(
    tx,
    'run_use',
    runId,
    uses.map((use, index) => ({ ...use, no: index + 1 })),
    {
      no: ['integer', (use) => use.no],
      register_id: ['uuid', (use) => use.registerId],
      installation_id: ['uuid', (use) => use.installationId],
      space_id: ['uuid', (use) => use.spaceId],
      member_id: ['uuid', (use) => use.memberId],
      band: ['text', (use) => (use.calendar === null ? '' : `${use.calendar}/${use.band}`)],
      from_at: ['timestamptz', (use) => use.from],
      to_at: ['timestamptz', (use) => use.to],
      quantity: ['numeric', (use) => plain(use.conversion?.counted ?? use.quantity)],
      conversion: ['jsonb', conversionOf],
      quality: ['text', (use) => use.quality],
      opening: ['jsonb', (use) => use.opening],
      closing: ['jsonb', (use) => use.closing],
      intervals: ['integer', (use) => use.intervals],
      parts: ['jsonb', partsOf],
    },
  );

/** What a virtual register was worked out from, in written figures. */
const partsOf = ({ parts }: MeasuredUse): readonly object[] | null =>
  parts?.map(({ registerId, label, coefficient, quantity, quality }) => ({
    ...{ registerId, label, quality },
    coefficient: plain(coefficient),
    quantity: quantity && plain(quantity),
  })) ?? null;

/** How gas became kWh, in written figures. */
const conversionOf = ({ quantity, conversion }: MeasuredUse): object | null =>
  conversion === null
    ? null
    : {
        energy: plain(quantity),
        factor: plain(conversion.factor),
        sentence: sayFactor(conversion),
      };

function storeCosts(tx: Tx, runId: string, { currency }: RunInputs, { costs, own, funds }: Calculated): Promise<void> {
  const rows = [
    ...costs.map((cost) => ({ ...cost, tariffVersionId: null, fundId: null })),
    ...own.costs.map((cost) => ({ ...cost, fundId: null })),
    ...funds.costs.map((cost) => ({ ...cost, tariffVersionId: null })),
  ];
  return insert(tx, 'run_cost', runId, rows, {
    no: ['integer', (cost) => cost.no],
    bill_id: ['uuid', (cost) => cost.bill?.id ?? null],
    bill_component_no: ['integer', (cost) => cost.bill?.component ?? null],
    charge_id: ['uuid', (cost) => cost.chargeId],
    key_version_id: ['uuid', (cost) => cost.keyVersionId],
    tariff_version_id: ['uuid', (cost) => cost.tariffVersionId],
    fund_id: ['uuid', (cost) => cost.fundId],
    section: ['text', (cost) => cost.section],
    component: ['text', (cost) => cost.component],
    description: ['text', (cost) => cost.description],
    quantity: ['numeric', (cost) => (cost.quantity === null ? null : plain(cost.quantity))],
    unit: ['text', (cost) => cost.unit],
    price: ['numeric', (cost) => (cost.price === null ? null : plain(cost.price))],
    tax_code: ['text', (cost) => cost.taxCode],
    of_amount: ['numeric', (cost) => writeMoney(cost.ofAmount, currency)],
    amount: ['numeric', (cost) => writeMoney(cost.amount, currency)],
  });
}

/** Shares are numbered within their cost. A share of nothing by nothing says nothing and is not kept. */
function storeShares(
  tx: Tx,
  runId: string,
  { currency }: RunInputs,
  { shares, own, funds }: Calculated,
): Promise<void> {
  const count = new Map<number, number>();
  const kept = [...shares, ...own.shares, ...funds.shares].filter(
    (share) => !share.weight.isZero() || !share.amount.isZero(),
  );
  const rows = kept.map((share) => {
    const no = (count.get(share.costNo) ?? 0) + 1;
    count.set(share.costNo, no);
    return { ...shareRow(share, currency), no };
  });
  return insert(tx, 'run_share', runId, rows, {
    cost_no: ['integer', (share) => share.costNo],
    no: ['integer', (share) => share.no],
    kind: ['text', (share) => share.kind],
    part: ['text', (share) => share.part],
    member_id: ['uuid', (share) => share.memberId],
    space_id: ['uuid', (share) => share.spaceId],
    weight: ['numeric', (share) => share.weight],
    amount: ['numeric', (share) => share.amount],
    reasons: ['jsonb', (share) => share.reasons],
  });
}

function storeLines(tx: Tx, runId: string, { drafts, costs }: Calculated): Promise<void> {
  const days = new Map(costs.map((cost) => [cost.no, daysIn(cost.days)]));
  const rows = [...drafts.values()].flatMap((draft) =>
    draft.lines.map((line) => lineRow(draft, line, days.get(line.costNo ?? 0) ?? 0)),
  );
  return insert(tx, 'run_line', runId, rows, {
    member_id: ['uuid', (line) => line.memberId],
    no: ['integer', (line) => line.no],
    cost_no: ['integer', (line) => line.costNo],
    section: ['text', (line) => line.section],
    description: ['text', (line) => line.description],
    quantity: ['numeric', (line) => line.quantity],
    unit: ['text', (line) => line.unit],
    price: ['text', (line) => line.price],
    net: ['numeric', (line) => line.net],
    tax_code: ['text', (line) => line.taxCode],
    tax_rate: ['numeric', (line) => line.taxRate],
    why: ['jsonb', (line) => line.why],
  });
}
