import type { CivilDate } from '../calendar/period.js';

/* Amounts are in written form, as in the model. */

/** An advance payment that this invoice sets off, all with tax. */
export interface AdvanceRow {
  /** The document that asked for it. */
  readonly document: string;
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly asked: string;
  readonly paid: string;
  readonly setOff: string;
  /** What is kept for days that are billed later. */
  readonly left: string;
}

/** What was asked in advance for the days of an invoice, and what is left of the invoice then. */
export interface Advances {
  readonly rows: readonly AdvanceRow[];
  readonly asked: string;
  readonly paid: string;
  readonly setOff: string;
  /** Of what is set off; absent where no tax is charged. */
  readonly net?: string;
  readonly tax?: string;
  /** One of the two is nothing. */
  readonly toPay: string;
  readonly toReturn: string;
}
