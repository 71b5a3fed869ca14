import type { Beneficiary } from '../../../domain/apportionment/beneficiary.js';
import type { CivilDate } from '../../../domain/calendar/period.js';
import { type Borne, postCostAccrued, postCostsShared, postDocument } from '../../../domain/ledger/post.js';
import { type Decimal, decimal, zero } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { bookable, type IssuedRow } from '../../invoices/invoices.service.js';
import type { JournalText } from '../../ledger/ledger.service.js';
import type { Run } from '../run/runs.js';

/*
 * What an issued run does to the books: its costs enter the clearing, its shares leave it, and nothing is left there.
 *
 *   each cost     supplier-clearing +57.35                supplier-payable −57.35, or own-income where the cost is the community's own
 *   the run       common-cost +6.00  vacant-cost +4.00    supplier-clearing −10.00
 *   each invoice  receivable Rosa +164.29                 tax-output −27.38  supplier-clearing −136.91
 */

interface CostFigures {
  readonly no: number;
  readonly description: string;
  readonly of: 'supplier' | 'community' | 'fund' | 'held';
  readonly amount: string;
  /** The supplier's tax on the part that belongs to the run. */
  readonly supplierTax: string;
}

interface BorneFigures {
  readonly kind: 'vacant' | 'common' | 'held';
  readonly amount: string;
}

/**
 * The entries of a run and of its invoices. Of a correction, only what changes: costs and what the community bears by their deltas, and
 * what was taken back leaves the held account, to be billed again. Of a final statement only its invoice, out of the held account: the run of the
 * whole period accrues the costs, and gives back there what it credits.
 *
 * @param isTaxed   whether the community reclaims what suppliers charge
 * @param fromHeld net of the invoices that a correction took back, or of a final statement; zero otherwise
 */
export async function runEntries(
  tx: Tx,
  run: Run,
  on: CivilDate,
  isTaxed: boolean,
  issued: readonly IssuedRow[],
  fromHeld: Decimal,
): Promise<JournalText[]> {
  const costs = await tx.query<CostFigures>(
    `SELECT c.no, c.description, CASE WHEN c.bill_id IS NOT NULL THEN 'supplier' WHEN c.fund_id IS NOT NULL THEN 'fund' WHEN c.carried_from IS NOT NULL THEN 'held' ELSE 'community' END AS of,
            (c.amount - coalesce(c.stood_at, 0))::numeric AS amount, (coalesce(c.supplier_tax, 0) - coalesce(c.stood_tax, 0))::numeric AS "supplierTax"
     FROM run_cost c
     WHERE c.community_id = current_community() AND c.run_id = $1 ORDER BY c.no`,
    [run.id],
  );
  const borne = await tx.query<BorneFigures>(
    run.correctsId === null
      ? `SELECT kind, sum(amount)::numeric AS amount FROM run_share
         WHERE community_id = current_community() AND run_id = $1 AND member_id IS NULL GROUP BY kind ORDER BY kind`
      : `SELECT kind, sum(amount)::numeric AS amount FROM run_delta
         WHERE community_id = current_community() AND run_id = $1 AND kind <> 'member' GROUP BY kind ORDER BY kind`,
    [run.id],
  );
  const again: Borne = { beneficiary: beneficiaries.held, amount: zero.minus(fromHeld) };
  const isFinal = run.leaverId !== null;
  return [
    ...(isFinal ? [] : costs.map((cost) => costEntry(run, cost, on, isTaxed))),
    {
      entry: postCostsShared(run.id, [...(isFinal ? [] : borne.map(asBorne)), again], run.currency, on),
      text: `${isFinal ? 'Billed ahead of the run of the period' : 'Costs borne by the community'}, ${run.siteCode} ${run.period.from}`,
      runId: run.id,
    },
    ...issued.map((row): JournalText => ({
      entry: postDocument(bookable(row)),
      text: `Invoice ${row.number}`,
      runId: run.id,
    })),
  ];
}

function costEntry(run: Run, cost: CostFigures, on: CivilDate, isTaxed: boolean): JournalText {
  const entry = postCostAccrued({
    source: `${run.id}/${cost.no}`,
    of: cost.of,
    net: decimal(cost.amount),
    tax: isTaxed ? decimal(cost.supplierTax) : zero,
    currency: run.currency,
    on,
  });
  return { entry, text: cost.description, runId: run.id };
}

const asBorne = ({ kind, amount }: BorneFigures): Borne => ({
  beneficiary: beneficiaries[kind],
  amount: decimal(amount),
});

const beneficiaries: Record<BorneFigures['kind'], Beneficiary> = {
  vacant: { kind: 'vacant', spaceId: '', payerMemberId: null },
  common: { kind: 'common' },
  held: { kind: 'held' },
};
