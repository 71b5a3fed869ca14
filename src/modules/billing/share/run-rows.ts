import { daysIn } from '../../../domain/calendar/period.js';
import { plain } from '../../../domain/quantity/decimal.js';
import { writeMoney } from '../../../domain/quantity/money.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Calculated } from './calculate.js';
import type { RunInputs } from '../run/inputs.js';
import { lineRow, shareRow } from './rows.js';
import { readLines, type StoredLine } from './totals.js';

/** A cost of a run as it is stored. Amounts are texts. */
export interface CostStored {
  readonly no: number;
  readonly billId: string | null;
  readonly billComponentNo: number | null;
  readonly chargeId: string | null;
  readonly keyVersionId: string | null;
  readonly tariffVersionId: string | null;
  readonly fundId: string | null;
  /** The correction of an earlier run whose deltas it bills; null for costs of the run's own days. */
  readonly carriedFrom: string | null;
  readonly section: string;
  readonly component: string;
  readonly description: string;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly price: string | null;
  readonly taxCode: string;
  readonly ofAmount: string;
  readonly amount: string;
  /** Of a correction: what the cost came to before it; null in a run that corrects nothing. */
  readonly stoodAt: string | null;
  /** What the community reclaims of the supplier's tax; of a correction also what it had reclaimed. */
  readonly supplierTax: string;
  readonly stoodTax: string | null;
}

/** A share as it is stored, but for its number within the cost. */
export interface ShareStored {
  readonly costNo: number;
  readonly kind: 'member' | 'vacant' | 'common' | 'held';
  readonly part: string;
  readonly memberId: string | null;
  readonly spaceId: string | null;
  readonly weight: string;
  readonly amount: string;
  readonly reasons: Readonly<Record<string, unknown>>;
}

/** What a run comes to, as rows. */
export interface RunRows {
  readonly costs: readonly CostStored[];
  readonly shares: readonly ShareStored[];
  readonly lines: readonly StoredLine[];
}

/** The figures of a run as they are written down. A share of nothing by nothing says nothing and is not kept. */
export function rowsOf({ currency, locale }: RunInputs, { costs, own, funds, shares, drafts }: Calculated): RunRows {
  const all = [
    ...costs.map((cost) => ({ ...cost, tariffVersionId: null, fundId: null })),
    ...own.costs.map((cost) => ({ ...cost, fundId: null })),
    ...funds.costs.map((cost) => ({ ...cost, tariffVersionId: null })),
  ];
  const kept = [...shares, ...own.shares, ...funds.shares].filter(
    (share) => !share.weight.isZero() || !share.amount.isZero(),
  );
  const days = new Map(costs.map((cost) => [cost.no, daysIn(cost.days)]));
  return {
    costs: all.map((cost) => ({
      no: cost.no,
      billId: cost.bill?.id ?? null,
      billComponentNo: cost.bill?.component ?? null,
      chargeId: cost.chargeId,
      keyVersionId: cost.keyVersionId,
      tariffVersionId: cost.tariffVersionId,
      fundId: cost.fundId,
      carriedFrom: null,
      section: cost.section,
      component: cost.component,
      description: cost.description,
      quantity: cost.quantity === null ? null : plain(cost.quantity),
      unit: cost.unit,
      price: cost.price === null ? null : plain(cost.price),
      taxCode: cost.taxCode,
      ofAmount: writeMoney(cost.ofAmount, currency),
      amount: writeMoney(cost.amount, currency),
      stoodAt: null,
      supplierTax: writeMoney(cost.supplierTax, currency),
      stoodTax: null,
    })),
    shares: kept.map((share) => shareRow(share, currency)),
    lines: [...drafts.values()].flatMap((draft) =>
      draft.lines.map((line) => lineRow(draft, line, days.get(line.costNo ?? 0) ?? 0, locale) as StoredLine),
    ),
  };
}

/** The figures of a run as they were written down. */
export const readRows = async (tx: Tx, runId: string): Promise<RunRows> => ({
  costs: await tx.query<CostStored>(
    `SELECT no, bill_id AS "billId", bill_component_no AS "billComponentNo", charge_id AS "chargeId", key_version_id AS "keyVersionId",
            tariff_version_id AS "tariffVersionId", fund_id AS "fundId", carried_from AS "carriedFrom", section, component, description, quantity, unit, price,
            tax_code AS "taxCode", of_amount AS "ofAmount", amount, stood_at AS "stoodAt",
            coalesce(supplier_tax, 0)::numeric AS "supplierTax", stood_tax AS "stoodTax"
     FROM run_cost WHERE community_id = current_community() AND run_id = $1 ORDER BY no`,
    [runId],
  ),
  shares: await tx.query<ShareStored>(
    `SELECT cost_no AS "costNo", kind, part, member_id AS "memberId", space_id AS "spaceId", weight::text AS weight, amount, reasons
     FROM run_share WHERE community_id = current_community() AND run_id = $1 ORDER BY cost_no, no`,
    [runId],
  ),
  lines: await readLines(tx, runId),
});
