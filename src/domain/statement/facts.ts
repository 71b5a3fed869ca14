import type { CivilDate, Period } from '../calendar/period.js';
import type {
  Balance,
  ChargeLine,
  Charges,
  ReadingRow,
  Reason,
  SharedComponent,
  SharedCost,
  StatementContent,
  TaxRow,
  Written,
} from './model.js';

/**
 * What `compose` is told: the rows of a run, as they stand in the books, before anything is worked out from them.
 *
 * Totals are given too (the invoice's, the ledger's, the bill's): they were reached on another way than the lines, and
 * `compose` refuses where the two ways differ.
 */
export interface StatementFacts extends Omit<
  StatementContent,
  'format' | 'period' | 'use' | 'charges' | 'sharing' | 'balance'
> {
  readonly period: Period;
  readonly balance: Balance;
  readonly use: readonly UseFacts[];
  readonly charges: ChargeFacts;
  readonly sharing: readonly SharedCostFacts[];
}

/** What was used in one period, or in those days of it on which the member was there. */
export interface HistoryFact {
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly quantity: Written;
  readonly estimated: boolean;
}

export interface UseFacts {
  /** `electricity`, `water`, `heat`, `gas`: lower case, as in a sentence. */
  readonly utility: string;
  readonly unit: string;
  /** The member's own consumption in the period. */
  readonly total: Written;
  /** What it cost with tax, on any grid, where the charges of this utility stand alone. */
  readonly cost?: Written;
  /** Earlier periods and this one, oldest first; the newest thirteen are kept. The last one tells on which days the member was there. */
  readonly history: readonly HistoryFact[];
  /** Members of the same trade here, this member left out. */
  readonly peers?: { readonly label: string; readonly members: number; readonly perDay: Written };
  readonly site?: SiteFacts;
  readonly readings: readonly ReadingRow[];
}

export interface SiteFacts {
  readonly place: string;
  readonly total: Written;
  readonly otherMembers: number;
  readonly others: Written;
  readonly shared?: Written;
  readonly vacant?: Written;
  readonly unmeasured?: Written;
  readonly sharedBy?: string;
}

export interface ChargeFacts extends Omit<Charges, 'lines' | 'taxes'> {
  readonly lines: readonly (Omit<ChargeLine, 'why'> & { readonly reason: Reason })[];
  readonly taxes?: readonly Omit<TaxRow, 'gross'>[];
}

export interface SharedCostFacts extends Omit<SharedCost, 'components' | 'total' | 'difference'> {
  readonly components: readonly SharedComponent[];
  /** The amount of the whole bill, as the supplier printed it. */
  readonly amount: Written;
}
