import type { Issue } from '../../../domain/errors.js';
import { issueId } from '../../../domain/invoice/billing-run.js';
import { sayFactor } from '../../../domain/metering/gas.js';
import { plain } from '../../../domain/quantity/decimal.js';
import { type Columns, insertRows } from '../../../platform/database/insert-rows.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { Locale } from '../../../domain/statement/model.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { MeasuredUse, RunInputs } from '../run/inputs.js';
import type { DeltaStored } from '../correct/correction-deltas.js';
import type { RunRows } from '../share/run-rows.js';

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

/** Replaces the findings of a run, and its figures by those given; none where it is blocked. @param deltas of a correction */
export async function storeRun(
  tx: Tx,
  runId: string,
  inputs: RunInputs,
  issues: readonly Issue[],
  rows: RunRows | null,
  deltas: readonly DeltaStored[] = [],
): Promise<void> {
  for (const table of ['run_delta', 'run_line', 'run_share', 'run_cost', 'run_use', 'run_issue']) {
    await tx.query(`DELETE FROM ${table} WHERE community_id = current_community() AND run_id = $1`, [runId]);
  }
  await storeIssues(tx, runId, issues);
  await storeUses(tx, runId, inputs);
  if (rows === null) return;
  await storeCosts(tx, runId, rows.costs);
  await storeShares(tx, runId, rows.shares);
  await storeLines(tx, runId, rows.lines);
  await storeDeltas(tx, runId, deltas);
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

const storeUses = (tx: Tx, runId: string, { uses, locale }: RunInputs) =>
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
      conversion: ['jsonb', (use) => conversionOf(use, locale)],
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
const conversionOf = ({ quantity, conversion }: MeasuredUse, locale: Locale): object | null =>
  conversion === null
    ? null
    : {
        energy: plain(quantity),
        factor: plain(conversion.factor),
        sentence: sayFactor(conversion, wordsOf(locale).run.why),
      };

const storeCosts = (tx: Tx, runId: string, rows: RunRows['costs']) =>
  insert(tx, 'run_cost', runId, rows, {
    no: ['integer', (cost) => cost.no],
    bill_id: ['uuid', (cost) => cost.billId],
    bill_component_no: ['integer', (cost) => cost.billComponentNo],
    charge_id: ['uuid', (cost) => cost.chargeId],
    key_version_id: ['uuid', (cost) => cost.keyVersionId],
    tariff_version_id: ['uuid', (cost) => cost.tariffVersionId],
    fund_id: ['uuid', (cost) => cost.fundId],
    carried_from: ['uuid', (cost) => cost.carriedFrom],
    section: ['text', (cost) => cost.section],
    component: ['text', (cost) => cost.component],
    description: ['text', (cost) => cost.description],
    quantity: ['numeric', (cost) => cost.quantity],
    unit: ['text', (cost) => cost.unit],
    price: ['numeric', (cost) => cost.price],
    tax_code: ['text', (cost) => cost.taxCode],
    of_amount: ['numeric', (cost) => cost.ofAmount],
    amount: ['numeric', (cost) => cost.amount],
    stood_at: ['numeric', (cost) => cost.stoodAt],
    supplier_tax: ['numeric', (cost) => cost.supplierTax],
    stood_tax: ['numeric', (cost) => cost.stoodTax],
  });

/** Shares are numbered within their cost. */
function storeShares(tx: Tx, runId: string, shares: RunRows['shares']): Promise<void> {
  const count = new Map<number, number>();
  const rows = shares.map((share) => {
    const no = (count.get(share.costNo) ?? 0) + 1;
    count.set(share.costNo, no);
    return { ...share, no };
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

const storeLines = (tx: Tx, runId: string, rows: RunRows['lines']) =>
  insert(tx, 'run_line', runId, rows, {
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

const storeDeltas = (tx: Tx, runId: string, deltas: readonly DeltaStored[]) =>
  insert(
    tx,
    'run_delta',
    runId,
    deltas.map((delta, index) => ({ ...delta, no: index + 1 })),
    {
      no: ['integer', (delta) => delta.no],
      cost_no: ['integer', (delta) => delta.costNo],
      kind: ['text', (delta) => delta.kind],
      member_id: ['uuid', (delta) => delta.memberId],
      space_id: ['uuid', (delta) => delta.spaceId],
      section: ['text', (delta) => delta.section],
      tax_code: ['text', (delta) => delta.taxCode],
      tax_rate: ['numeric', (delta) => delta.taxRate],
      before: ['numeric', (delta) => delta.before],
      after: ['numeric', (delta) => delta.after],
      reasons: ['jsonb', (delta) => delta.reasons],
    },
  );
