import type { CostShare } from '../apportionment/apportion.js';
import type { CivilDate, Period } from '../calendar/period.js';
import type { Decimal } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';
import type { TaxCategory, TaxTotal } from './tax.js';

/** The parts of an invoice, in the order in which they are printed. */
export const sections = [
  'energy',
  'levy',
  'standing',
  'shared-areas',
  'space',
  'vacant-space',
  'own-charge',
  'fee',
  'credit',
] as const;
export type Section = (typeof sections)[number];

/** Why a line costs what it costs, with every figure of the formula. */
export type LineWhy =
  | { readonly kind: 'share'; readonly share: CostShare }
  | {
      readonly kind: 'per-unit';
      readonly quantity: Decimal;
      readonly unit: string;
      readonly price: Decimal;
      readonly tariff: string;
    }
  | {
      /** Part of a line that was cut because part of the use is taxed otherwise. */
      readonly kind: 'part';
      readonly of: Decimal;
      readonly weight: Decimal;
      readonly whole: Decimal;
      readonly unit: string;
      readonly cut: LineWhy;
    }
  | { readonly kind: 'agreed'; readonly amount: Decimal; readonly by: string }
  | { readonly kind: 'reverses'; readonly invoice: string; readonly line: number; readonly amount: Decimal };

/** One line as printed. */
export interface InvoiceLine {
  /** 1..n in the order printed. */
  readonly no: number;
  /** The shared cost it comes from; null for a member's own charge. */
  readonly costNo: number | null;
  readonly section: Section;
  readonly description: string;
  readonly quantity: Decimal | null;
  readonly unit: string | null;
  /** Per unit and for information: the amount is the net, not price × quantity. */
  readonly price: Decimal | null;
  /** On the currency's grid. Without tax registration this is what the cost came to, tax included. */
  readonly net: Decimal;
  /** Null where the community charges no tax. */
  readonly taxCode: string | null;
  /** Percent. */
  readonly taxRate: Decimal | null;
  /** What the rate means; absent where no tax is charged. */
  readonly taxCategory?: TaxCategory;
  /** Which rule chose the code; absent where there was nothing to choose. */
  readonly taxBecause?: string;
  readonly why: LineWhy;
}

/** What one member owes for one period, before it has a number. */
export interface Draft {
  readonly memberId: string;
  readonly period: Period;
  readonly currency: Currency;
  readonly taxPoint: CivilDate;
  readonly lines: readonly InvoiceLine[];
  readonly net: Decimal;
  /** One row per code and rate; null where the community charges no tax, and then no tax may be shown. */
  readonly taxes: readonly TaxTotal[] | null;
  readonly tax: Decimal;
  readonly gross: Decimal;
}

interface Numbered extends Draft {
  readonly number: string;
  readonly issuedOn: CivilDate;
}

/** An issued demand. Never edited: a credit note takes it back, another invoice replaces it. */
export interface Invoice extends Numbered {
  readonly kind: 'invoice';
  readonly dueOn: CivilDate;
}

/** The mirror of an issued invoice. */
export interface CreditNote extends Numbered {
  readonly kind: 'credit-note';
  /** Number of the invoice that it takes back. */
  readonly credits: string;
  readonly cause: string;
}

export type IssuedDocument = Invoice | CreditNote;
