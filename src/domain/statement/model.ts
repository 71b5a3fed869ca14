import type { CivilDate, Instant } from '../calendar/period.js';
import type { Currency } from '../quantity/money.js';
import type { Advances } from './advances.js';

/**
 * The one statement model: what a member is told, before anybody draws it.
 *
 * PDF, HTML, text and JSON are four drawings of this value and add no figure of their own. It is frozen as canonical JSON
 * at issue, so it holds nothing but text, booleans, safe integers, lists and plain objects: every decimal is in its written
 * form, every date is ISO, every period is half-open. What a community does not have (a tax number, a history, a dispute
 * date) is an absent key; there is no null and no "n/a".
 */
export const statementFormat = 'commonmeter.statement/1';

/** A decimal in written form: a point, no exponent, no grouping. */
export type Written = string;
/** `2026-10-01T00:00` or `2026-10-01`: the site's own clock, as the member reads it off the wall. */
export type LocalMoment = string;
/** The languages that a statement speaks, with the country whose figures and tax words it uses. */
export const locales = ['en-GB', 'de-DE', 'de-AT', 'de-CH'] as const;
export type Locale = (typeof locales)[number];

/**
 * `invoice` charges tax; `statement` is the same from a community that is not registered; `credit-note` takes one back; `advance` asks for an
 * advance payment and is no final bill.
 */
export type StatementKind = 'invoice' | 'statement' | 'credit-note' | 'advance';

export interface Community {
  readonly name: string;
  readonly address: readonly string[];
  readonly vatNumber?: string;
  readonly registration?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly web?: string;
}

export interface PaymentDetails {
  readonly accountName: string;
  readonly sortCode?: string;
  readonly accountNumber?: string;
  readonly iban?: string;
  readonly bic?: string;
  readonly reference: string;
  /** Where the code beside the details leads: the statement's own page. */
  readonly link?: string;
}

export interface Member {
  readonly number: string;
  readonly name: string;
  readonly contact?: string;
  readonly address: readonly string[];
  readonly units: readonly string[];
  readonly meters: readonly { readonly label: string; readonly verifiedUntil?: CivilDate }[];
}

/** One step of the balance walk. Charges are positive, payments and credits negative. */
export interface BalanceEntry {
  readonly kind: 'payment' | 'charges' | 'credit' | 'adjustment' | 'advance' | 'set-off';
  readonly on?: CivilDate;
  readonly document?: string;
  readonly label?: string;
  readonly amount: Written;
}

export interface Balance {
  readonly opening: { readonly amount: Written; readonly document?: string };
  readonly entries: readonly BalanceEntry[];
  /** What the member owes; negative where the member is in credit. */
  readonly closing: Written;
}

export interface Bar {
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly label: string;
  readonly quantity: Written;
  readonly estimated: boolean;
}

export interface Glance {
  readonly total: Written;
  readonly perDay: Written;
  /** The days on which the member was there, where they are fewer than those of the period. */
  readonly days?: number;
  /** With tax, where tax is charged. */
  readonly costPerDay?: Written;
  /** The same period a year before; changes are whole percents of the daily figures. */
  readonly lastYear?: { readonly label: string; readonly perDay: Written; readonly change?: Written };
  readonly peers?: { readonly label: string; readonly perDay: Written };
}

export interface SitePart {
  readonly kind: 'you' | 'others' | 'shared' | 'vacant' | 'unmeasured';
  readonly label: string;
  readonly quantity: Written;
  readonly percent: Written;
}

export interface SiteShare {
  /** How people call the place: `the hall`. */
  readonly place: string;
  readonly total: Written;
  readonly parts: readonly SitePart[];
  /** How the shared part is divided, as a sentence of the key in force. */
  readonly sharedBy?: string;
}

export type ReadingQuality = 'actual' | 'customer' | 'estimated';

export interface ReadingEnd {
  readonly value: Written;
  readonly at: LocalMoment;
  readonly quality: ReadingQuality;
}

/** A row of the readings table: a register with its two readings, or a part of it (`partOf`), such as a band. */
export interface ReadingRow {
  readonly meter: string;
  readonly register: string;
  readonly partOf?: string;
  /** The sign with which it enters the formula of a register that nobody reads; absent for parts that lie in what was used. */
  readonly sign?: '+' | '−';
  readonly previous?: ReadingEnd;
  readonly latest?: ReadingEnd;
  readonly multiplier?: Written;
  /** The register's capacity where it passed its highest figure and began again. */
  readonly rolledOverAt?: Written;
  readonly intervals?: { readonly present: number; readonly expected: number; readonly name: string };
  readonly used: Written;
  readonly note?: string;
}

export interface UtilityUse {
  readonly utility: string;
  readonly unit: string;
  readonly glance: Glance;
  readonly history?: readonly Bar[];
  readonly share?: SiteShare;
  readonly readings: readonly ReadingRow[];
}

/** A factor with its unit; a weight has none. */
export interface Factor {
  readonly quantity: Written;
  readonly unit?: string;
}

/** The rule that made an amount, with every figure of its sum; `explain.ts` says it in words. */
export type Reason =
  | { readonly rule: 'per-unit'; readonly quantity: Written; readonly unit: string; readonly price: Written }
  | { readonly rule: 'equal-share'; readonly of: Written; readonly shares: number }
  | {
      readonly rule: 'share';
      readonly of: Written;
      readonly weight: Written;
      readonly total: Written;
      readonly unit: string;
      /** Where the weight is a sum of products, each with its factors: 10 m² × 15 days + 14 m² × 16 days. */
      readonly made?: readonly (readonly Factor[])[];
    }
  | { readonly rule: 'fixed-share'; readonly of: Written; readonly percent: Written }
  | { readonly rule: 'set-amount'; readonly amount: Written; readonly by: string }
  | { readonly rule: 'reverses'; readonly amount: Written; readonly document: string };

export interface ChargeLine {
  readonly section: string;
  readonly description: string;
  readonly quantity?: Written;
  readonly unit?: string;
  /** Per unit, in the currency and not in its coins. */
  readonly price?: Written;
  readonly net: Written;
  /** Whole or fractional percent; absent where no tax is charged. */
  readonly taxRate?: Written;
  /** What a rate of zero means: exempt, zero-rated, outside the scope, reverse charge. */
  readonly tax?: string;
  /** Which rule chose the tax; absent where there was nothing to choose. */
  readonly taxBecause?: string;
  readonly why: { readonly sentence: string; readonly reason: Reason };
}

export interface TaxRow {
  readonly label: string;
  readonly rate: Written;
  readonly net: Written;
  readonly tax: Written;
  readonly gross: Written;
}

export interface Charges {
  readonly lines: readonly ChargeLine[];
  readonly net: Written;
  readonly tax?: Written;
  readonly gross: Written;
  readonly taxes?: readonly TaxRow[];
}

/** Where the parts of one amount went; they add up to it. */
export interface Division {
  readonly amount: Written;
  readonly members: Written;
  readonly common: Written;
  readonly vacant: Written;
  readonly held: Written;
  readonly you: Written;
}

export interface SharedComponent extends Division {
  readonly label: string;
  readonly sharedBy: string;
}

/** A supplier's bill, or a pool of the community's own costs, and how it was shared to the last coin. */
export interface SharedCost {
  readonly title: string;
  readonly document?: string;
  readonly from: CivilDate;
  readonly to: CivilDate;
  /** Whether the amounts are before tax. */
  readonly basis: 'before tax' | 'including tax';
  readonly components: readonly SharedComponent[];
  readonly total: Division;
  /** amount − members − common − vacant − held, and it is zero. */
  readonly difference: Written;
  readonly note?: string;
}

export interface Decision {
  readonly what: string;
  readonly by: string;
  readonly on: CivilDate;
  readonly document?: string;
}

export interface Approval {
  readonly step: 'prepared' | 'approved';
  readonly name: string;
  readonly on: CivilDate;
}

/** Everything but the verification, which is taken over it. */
export interface StatementContent {
  readonly format: typeof statementFormat;
  readonly kind: StatementKind;
  /** True of an invoice that is short of the receiver's address, and small enough to be. */
  readonly simplified?: true;
  readonly number: string;
  readonly locale: Locale;
  readonly currency: Currency;
  /** Printed as "DEMO, not payable" on every page. */
  readonly demo: boolean;
  readonly issuedAt: Instant;
  readonly issuedOn: CivilDate;
  readonly taxPoint?: CivilDate;
  readonly dueOn?: CivilDate;
  readonly disputeBy?: CivilDate;
  readonly period: { readonly from: CivilDate; readonly to: CivilDate; readonly days: number };
  readonly corrects?: { readonly number: string; readonly issuedOn: CivilDate; readonly reason: string };
  readonly community: Community;
  readonly payment?: PaymentDetails;
  readonly member: Member;
  readonly balance: Balance;
  readonly use: readonly UtilityUse[];
  readonly charges: Charges;
  readonly advances?: Advances;
  readonly sharing: readonly SharedCost[];
  readonly decisions: readonly Decision[];
  readonly approvals: readonly Approval[];
  readonly notes: readonly { readonly title: string; readonly text: string }[];
}

export interface Verification {
  /** SHA-256 of the canonical content, 64 hex digits. */
  readonly sha256: string;
  /** `XXXX-XXXX-XXXX`: its first 60 bits. */
  readonly code: string;
  /** Where to type it: `energy.oldmarkethall.example/verify`. */
  readonly address: string;
  readonly link: string;
}

export interface Statement extends StatementContent {
  readonly verification: Verification;
}
