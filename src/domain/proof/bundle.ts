import type { Statement } from '../statement/model.js';
import { canonicalJson } from './canonical.js';
import { type SignedCertificate, signedCertificate } from './certificate.js';
import type { Hash } from './merkle.js';
import { keyChanges, type ProvedFact, proved, readCanonical } from './proved.js';
import { deviceTexts, type DeviceTexts } from './signed-figures.js';
import { openingShape, sumShape, type WrittenSums } from './run-sums.js';
import { hash, listOf, onlyKeys, oneOf, optional, type Shape, text } from './shape.js';
import { statementShape } from './statement-shape.js';

/**
 * All that a member needs to see, years later and without anybody's help, that its statement is right: docs/bundle.md.
 *
 * The statement holds the inputs (its own readings and weights, the totals of what was shared, prices, decisions) beside what was
 * made of them, so that no figure stands in two places. Beside it stand the proofs: that the statement and its run are in the
 * record of the community, under a signed head; that the head of the last statement is a beginning of this one; and the sealed
 * sums, with what opens the member's own envelopes. Figures of other members stand nowhere in it.
 *
 * It is one text: canonical JSON (`canonical.ts`), so that there is one way to write a bundle and nothing hides in another.
 */
export const bundleFormat = 'commonmeter.bundle/1';

export interface Bundle {
  readonly format: typeof bundleFormat;
  readonly statement: Statement;
  /** Absent until a signed head speaks of the statement. */
  readonly record?: RecordProof;
  /** Absent for credit notes, for runs of fewer than three members, and until they are recorded. */
  readonly sums?: WrittenSums;
  /** The certificate of the run, the same for all its members; absent for credit notes, and until it is recorded. */
  readonly certificate?: SignedCertificate;
  /** What devices signed of the member's readings; absent where nothing is, or no signed head speaks of the statement yet. */
  readonly devices?: DeviceTexts;
}

export interface RecordProof {
  /** The key of the record as C2SP writes it. Compare it with the one that you were given when you joined. */
  readonly key: string;
  /** How earlier keys handed over to it; absent where it is the first. */
  readonly changes?: readonly string[];
  /** The signed head: a C2SP checkpoint. */
  readonly head: string;
  readonly document: ProvedFact;
  readonly run?: ProvedFact;
  readonly sums?: ProvedFact;
  readonly certificate?: ProvedFact;
  /** That the record begins with the one that the certificate was made under. */
  readonly position?: readonly Hash[];
  /** Keys of those who cosigned the head. */
  readonly cosigners?: readonly ProvedFact[];
  /** Keys of the devices that signed readings, in the order of their entries. */
  readonly deviceKeys?: readonly ProvedFact[];
  /** The head of the member's statement before, and that this record begins with it. */
  readonly earlier?: { readonly document: string; readonly head: string; readonly proof: readonly Hash[] };
}

/** No honest bundle is longer: a hundred members and thirty costs make a megabyte. */
const most = { characters: 8_000_000, depth: 24 };

const proof = listOf(hash, 64);
const shape: Shape = onlyKeys({
  format: oneOf(bundleFormat),
  statement: statementShape,
  record: optional(
    onlyKeys({
      key: text(1_000),
      changes: keyChanges,
      head: text(20_000),
      document: proved,
      run: optional(proved),
      sums: optional(proved),
      certificate: optional(proved),
      position: optional(proof),
      cosigners: optional(listOf(proved, 50)),
      deviceKeys: optional(listOf(proved, 100)),
      earlier: optional(onlyKeys({ document: text(100), head: text(20_000), proof })),
    }),
  ),
  sums: optional(onlyKeys({ run: text(100), lists: listOf(sumShape, 500), own: listOf(onlyKeys(openingShape), 500) })),
  certificate: optional(onlyKeys(signedCertificate)),
  devices: optional(deviceTexts),
});

/** Writes a bundle. @law readBundle(writeBundle(b)) = b */
export const writeBundle = (bundle: Bundle): string => canonicalJson(bundle);

/**
 * Reads a bundle that anybody may have written.
 *
 * @throws DomainError `invalid-input` for what is not one: too long, too deep, not JSON, not canonical, of another format or shape; it
 *   names the place. What it says counts for nothing until it was verified (`verify.ts`).
 */
export const readBundle = (written: string): Bundle => readCanonical(written, shape, most, 'bundle') as Bundle;
