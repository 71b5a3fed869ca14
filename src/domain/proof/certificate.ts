import { coinScale, type Currency } from '../quantity/money.js';
import {
  type Division,
  type Locale,
  locales,
  type SharedComponent,
  type SharedCost,
  type Written,
} from '../statement/model.js';
import type { CivilDate } from '../calendar/period.js';
import { canonicalJson, canonicalSha256 } from './canonical.js';
import type { Checkpoint } from './checkpoint.js';
import type { Hash } from './merkle.js';
import { keyChanges, type ProvedFact, proved, readCanonical } from './proved.js';
import { count, day, figure, hash, like, listOf, oneOf, onlyKeys, optional, type Shape, text, truth } from './shape.js';

/**
 * What everybody of a community may know of an issued run, on one paper: every supplier's bill, every cost and where it went, by which
 * rules, what was found, who took it on and why, who answers for it, and how many documents came of it.
 *
 * Example: of Northgrid's bill NE-1 over 681.65 four components were shared: day units 495.38 = members 437.68 + common 57.70 + vacant
 * 0.00 + held 0.00, and so on; all costs came to 1,506.15; A. Okafor proposed it, J. Lund approved it; 5 invoices; when it was made the
 * record stood at 412 entries with the root 9f31….
 *
 * It holds the totals of pools and no figure of a member. A run that bills one member alone, a final statement, has none; the run of the period
 * settles it, and says how many. A cost that one space bears alone (its rent) would be one, so all such costs of
 * a community stand there as one. Of what was found it says how often, not at whom.
 *
 * It is signed once, with the key of the record, as a note over its hash, and then recorded itself. Second lines of the note are not
 * numbers, so it can never be taken for a head (checkpoint.ts).
 */
export const certificateFormat = 'commonmeter.certificate/1';

/** An amount and where its parts went; they add up to it. */
export type Pool = Omit<Division, 'you'>;

export interface CertifiedComponent extends Omit<SharedComponent, 'you'> {
  /** Where it stands for costs that single spaces bear alone: how many of them. */
  readonly spaces?: number;
}

export interface CertifiedCost extends Omit<SharedCost, 'components' | 'total' | 'note'> {
  readonly components: readonly CertifiedComponent[];
  readonly total: Pool;
}

/** A supplier's bill of which at least a part was shared. */
export interface CertifiedBill {
  readonly supplier: string;
  readonly number: string;
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly net: Written;
  readonly tax: Written;
  readonly gross: Written;
  /** Of the supplier's document; absent where none was handed in. */
  readonly document?: Hash;
  readonly components: readonly {
    readonly label: string;
    readonly amount: Written;
    readonly tax: Written;
    /** What the community shares of it over all its days: the amount, with its tax where that is not reclaimed. */
    readonly whole: Written;
    /** What belongs to the days of this run. */
    readonly here: Written;
  }[];
}

/** A version of a key or of a tariff that the run used, and who decided it. */
export interface CertifiedRule {
  readonly kind: 'key' | 'tariff';
  readonly name: string;
  /** Its id, which is that of its entry in the record. */
  readonly version: string;
  readonly from: CivilDate;
  readonly adoptedBy: string;
  readonly adoptedOn: CivilDate;
  readonly decision: string;
}

/** What was found of one kind, and how much of it somebody took on. */
export interface CertifiedFinding {
  readonly code: string;
  readonly severity: 'blocking' | 'warning' | 'info';
  readonly found: number;
  readonly overridden: number;
}

/** Somebody who did something, and when: an instant in UTC with six digits, as the record has it. */
export interface CertifiedPerson {
  readonly id: string;
  readonly name: string;
  readonly at: string;
}

export interface CertifiedCorrection {
  readonly run: string;
  readonly way: string;
  readonly cause: string;
  /** What the costs came to before. */
  readonly before: Written;
  /** By what they changed, and for whom. */
  readonly change: Pool;
}

export interface Certificate {
  readonly run: string;
  readonly community: string;
  readonly site: string;
  /** The language of its words. */
  readonly locale: Locale;
  readonly currency: Currency;
  readonly demo: boolean;
  readonly period: { readonly from: CivilDate; readonly to: CivilDate };
  readonly corrects?: CertifiedCorrection;
  readonly bills: readonly CertifiedBill[];
  readonly costs: readonly CertifiedCost[];
  readonly total: Pool;
  /** total − members − common − vacant − held, and it is zero. */
  readonly difference: Written;
  readonly rules: readonly CertifiedRule[];
  readonly findings: readonly CertifiedFinding[];
  readonly overrides: readonly { readonly code: string; readonly reason: string; readonly by: CertifiedPerson }[];
  readonly proposed: CertifiedPerson;
  readonly approved: CertifiedPerson;
  readonly issued: CertifiedPerson;
  readonly documents: { readonly invoices: number; readonly creditNotes: number };
  /** How many final statements of members who left the run settles; what each was is that member's. */
  readonly settled: number;
  /** SHA-256 of the canonical lists of sealed sums; absent where none were offered. */
  readonly sums?: Hash;
  /** How many cosignatures the community asked for when it was made; absent from certificates of before. */
  readonly quorum?: number;
  readonly madeAt: string;
  /** The signed head under which it was made. */
  readonly log: Checkpoint;
}

/** A certificate with the note that signs it. */
export interface SignedCertificate {
  readonly content: Certificate;
  /** A C2SP signed note whose text is `certificateText`. */
  readonly signature: string;
}

/** A certificate as a file, with what proves that it is the recorded one. */
export interface CertificateFile extends SignedCertificate {
  readonly format: typeof certificateFormat;
  /** Absent until a signed head speaks of it. */
  readonly record?: CertificateProof;
}

export interface CertificateProof {
  readonly key: string;
  /** How earlier keys handed over to it; absent where it is the first. */
  readonly changes?: readonly string[];
  readonly head: string;
  readonly certificate: ProvedFact;
  readonly run: ProvedFact;
  /** RFC 9162 consistency proof from `content.log` to `head`. */
  readonly position: readonly Hash[];
  /** Keys of those who cosigned the head. */
  readonly cosigners?: readonly ProvedFact[];
}

const moment = like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, 'an instant in UTC with six digits');
const person = onlyKeys({ id: text(100), name: text(), at: moment });
const pool = { amount: figure, members: figure, common: figure, vacant: figure, held: figure };
const cost = onlyKeys({
  title: text(),
  document: optional(text()),
  from: day,
  to: day,
  basis: oneOf('before tax', 'including tax'),
  components: listOf(onlyKeys({ label: text(), sharedBy: text(), spaces: optional(count), ...pool })),
  total: onlyKeys(pool),
  difference: figure,
});
const bill = onlyKeys({
  supplier: text(),
  number: text(),
  from: day,
  to: day,
  net: figure,
  tax: figure,
  gross: figure,
  document: optional(hash),
  components: listOf(onlyKeys({ label: text(), amount: figure, tax: figure, whole: figure, here: figure })),
});
const rule = onlyKeys({
  kind: oneOf('key', 'tariff'),
  name: text(),
  version: text(100),
  from: day,
  adoptedBy: text(),
  adoptedOn: day,
  decision: text(),
});
const finding = onlyKeys({
  code: text(100),
  severity: oneOf('blocking', 'warning', 'info'),
  found: count,
  overridden: count,
});

export const certificateContent: Shape = onlyKeys({
  run: text(100),
  community: text(),
  site: text(),
  locale: oneOf(...locales),
  currency: oneOf(...Object.keys(coinScale)),
  demo: truth,
  period: onlyKeys({ from: day, to: day }),
  corrects: optional(
    onlyKeys({ run: text(100), way: text(100), cause: text(), before: figure, change: onlyKeys(pool) }),
  ),
  bills: listOf(bill, 200),
  costs: listOf(cost, 200),
  total: onlyKeys(pool),
  difference: figure,
  rules: listOf(rule, 500),
  findings: listOf(finding, 500),
  overrides: listOf(onlyKeys({ code: text(100), reason: text(), by: person }), 5_000),
  proposed: person,
  approved: person,
  issued: person,
  documents: onlyKeys({ invoices: count, creditNotes: count }),
  settled: count,
  sums: optional(hash),
  quorum: optional(count),
  madeAt: moment,
  log: onlyKeys({ origin: text(), size: count, root: hash }),
});

/** What a signed certificate looks like, by itself and in a bundle. */
export const signedCertificate = { content: certificateContent, signature: text(20_000) };

const proof = listOf(hash, 64);
const shape: Shape = onlyKeys({
  format: oneOf(certificateFormat),
  ...signedCertificate,
  record: optional(
    onlyKeys({
      key: text(1_000),
      changes: keyChanges,
      head: text(20_000),
      certificate: proved,
      run: proved,
      position: proof,
      cosigners: optional(listOf(proved, 50)),
    }),
  ),
});

/** No honest certificate is longer, and none is nested deeper. */
const most = { characters: 4_000_000, depth: 12 };

export const certificateHash = (certificate: Certificate): Hash => canonicalSha256(certificate);

/**
 * The text that is signed.
 *
 * @example
 *     commonmeter.certificate/1
 *     hall.example/record
 *     01976f1e-0000-7000-8000-000000000007
 *     5c9e…
 */
export const certificateText = (certificate: Certificate): string =>
  `${certificateFormat}\n${certificate.log.origin}\n${certificate.run}\n${certificateHash(certificate)}\n`;

/** Writes a certificate file. @law readCertificate(writeCertificate(c)) = c */
export const writeCertificate = (file: CertificateFile): string => canonicalJson(file);

/** Reads a certificate that anybody may have written. @throws DomainError `invalid-input` as `readBundle` does */
export const readCertificate = (written: string): CertificateFile =>
  readCanonical(written, shape, most, 'certificate') as CertificateFile;
