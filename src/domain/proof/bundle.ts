import { DomainError } from '../errors.js';
import type { Statement } from '../statement/model.js';
import { canonicalJson } from './canonical.js';
import type { RecordEntry } from './entry.js';
import type { Hash } from './merkle.js';
import type { WrittenSums } from './run-sums.js';
import { count, hash, like, listOf, mapOf, onlyKeys, oneOf, optional, type Shape, text } from './shape.js';
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
}

export interface RecordProof {
  /** The key of the record as C2SP writes it. Compare it with the one that you were given when you joined. */
  readonly key: string;
  /** The signed head: a C2SP checkpoint. */
  readonly head: string;
  readonly document: ProvedFact;
  readonly run?: ProvedFact;
  readonly sums?: ProvedFact;
  /** The head of the member's statement before, and that this record begins with it. */
  readonly earlier?: { readonly document: string; readonly head: string; readonly proof: readonly Hash[] };
}

/** A fact with what opens its entry, and the way from there to the root of the head. */
export interface ProvedFact {
  readonly entry: RecordEntry;
  readonly index: number;
  readonly proof: readonly Hash[];
  readonly fact: Readonly<Record<string, string | null>>;
  readonly salt: string;
}

/** No honest bundle is longer: a hundred members and thirty costs make a megabyte. */
const most = { characters: 8_000_000, depth: 24 };

const proof = listOf(hash, 64);
const proved: Shape = onlyKeys({
  entry: onlyKeys({ id: text(100), type: text(100), at: text(40), commitment: hash }),
  index: count,
  proof,
  fact: mapOf((value, place) => (value === null ? undefined : text(10_000)(value, place))),
  salt: hash,
});
const scalar = hash;
const opening = { blinding: scalar, salt: like(/^[0-9a-f]{32}$/, '16 bytes in hex') };
const digits = like(/^\d{1,20}$/, 'a whole number, written');
const sum: Shape = onlyKeys({
  of: text(300),
  list: oneOf('charges', 'credits'),
  unit: text(20),
  exponent: count,
  total: digits,
  blinding: scalar,
  envelopes: listOf(onlyKeys({ label: hash, commitment: hash }), 5_000),
  house: listOf(onlyKeys({ unitId: text(100), amount: digits, ...opening }), 20),
});

const shape: Shape = onlyKeys({
  format: oneOf(bundleFormat),
  statement: statementShape,
  record: optional(
    onlyKeys({
      key: text(1_000),
      head: text(20_000),
      document: proved,
      run: optional(proved),
      sums: optional(proved),
      earlier: optional(onlyKeys({ document: text(100), head: text(20_000), proof })),
    }),
  ),
  sums: optional(onlyKeys({ run: text(100), lists: listOf(sum, 500), own: listOf(onlyKeys(opening), 500) })),
});

/** Writes a bundle. @law readBundle(writeBundle(b)) = b */
export const writeBundle = (bundle: Bundle): string => canonicalJson(bundle);

/**
 * Reads a bundle that anybody may have written.
 *
 * @throws DomainError `invalid-input` for what is not one: too long, too deep, not JSON, not canonical, of another format or shape; it
 *   names the place. What it says counts for nothing until it was verified (`verify.ts`).
 */
export function readBundle(written: string): Bundle {
  if (written.length > most.characters) throw noBundle(`it is longer than ${most.characters} characters`);
  if (depthOf(written) > most.depth) throw noBundle(`it is nested deeper than ${most.depth}`);
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw noBundle('it is not JSON');
  }
  shape(value, '');
  if (canonicalJson(value) !== written) throw noBundle('it is not in canonical form; take the file as it was sent');
  return value as Bundle;
}

/** How deep brackets are nested, so that what reads the text need not find out by running out of stack. */
function depthOf(written: string): number {
  let [depth, deepest, isQuoted] = [0, 0, false];
  for (let i = 0; i < written.length; i += 1) {
    const character = written.charCodeAt(i);
    if (isQuoted && character === 0x5c) i += 1;
    else if (character === 0x22) isQuoted = !isQuoted;
    else if (!isQuoted && (character === 0x5b || character === 0x7b)) deepest = Math.max(deepest, (depth += 1));
    else if (!isQuoted && (character === 0x5d || character === 0x7d)) depth -= 1;
  }
  return deepest;
}

const noBundle = (why: string) => new DomainError('invalid-input', `This is no bundle: ${why}.`, {});
