import { type Decimal, decimal, type Rounding, sum } from '../../../domain/quantity/decimal.js';
import type { Currency } from '../../../domain/quantity/money.js';
import { type TaxCategory, type TaxKind, taxTotals, type TaxTotal } from '../../../domain/invoice/tax.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { untaxed } from './rows.js';

/** A line of a run as it is stored. */
export interface StoredLine {
  readonly memberId: string;
  readonly no: number;
  readonly costNo: number;
  readonly section: string;
  readonly description: string;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly price: string | null;
  readonly net: string;
  readonly taxCode: string;
  readonly taxRate: string;
  readonly why: {
    readonly sentence: string;
    readonly reason: Record<string, unknown>;
    readonly figures?: readonly Record<string, unknown>[];
    /** Which rule chose the tax code, and what the rate means; absent where no tax is charged. */
    readonly tax?: { readonly category: TaxCategory; readonly because: string };
  };
}

/** All lines of a run, by member and in the order printed. */
export const readLines = (tx: Tx, runId: string): Promise<StoredLine[]> =>
  tx.query<StoredLine>(
    `SELECT member_id AS "memberId", no, cost_no AS "costNo", section, description, quantity, unit, price, net, tax_code AS "taxCode",
            tax_rate AS "taxRate", why
     FROM run_line WHERE community_id = current_community() AND run_id = $1 ORDER BY member_id, no`,
    [runId],
  );

export interface Totals {
  readonly net: Decimal;
  readonly tax: Decimal;
  readonly gross: Decimal;
  /** None where the community charges no tax. */
  readonly taxes: readonly TaxTotal[];
}

/**
 * What the lines of one member come to: the net as they stand, the tax once for each code and rate.
 *
 * @param kinds of the tax codes; a code that is not among them is named by itself
 */
export function totalsOf(
  lines: readonly StoredLine[],
  currency: Currency,
  rounding: Rounding,
  kinds: ReadonlyMap<string, TaxKind>,
): Totals {
  const net = sum(lines.map((line) => decimal(line.net)));
  const taxable = lines
    .filter((line) => line.taxCode !== untaxed)
    .map((line) => ({
      net: decimal(line.net),
      tax: { ...kindOf(line, kinds), rate: decimal(line.taxRate).times(100) },
    }));
  const taxes = taxTotals(taxable, currency, rounding);
  const tax = sum(taxes.map((row) => row.tax));
  return { net, tax, gross: net.plus(tax), taxes };
}

const kindOf = ({ taxCode, why }: StoredLine, kinds: ReadonlyMap<string, TaxKind>): TaxKind =>
  kinds.get(taxCode) ?? { code: taxCode, label: taxCode, category: why.tax?.category ?? 'S', reason: '' };
