import { createHmac } from 'node:crypto';
import { assert } from '../errors.js';
import { fromHex } from './bytes.js';
import { canonicalJson } from './canonical.js';
import { type Hash, leafHash } from './merkle.js';

/**
 * What stands in the record: that something was said, not what.
 *
 * Example: "occupancy 7 of stall 12 begins on 1 October" is sealed with 32 random bytes into a number of 32 bytes. The record
 * holds the number, the kind of fact and its time. Who is given the fact and the random bytes can compute the number again and
 * so see that exactly this was recorded; who has neither learns nothing, not even by trying every stall and day. When the fact
 * and its bytes are erased, the number stays and means nothing any more, and every proof of others still holds.
 *
 * Method: HMAC-SHA-256 with the random bytes as its key over the canonical form of the fact (RFC 2104, RFC 8785): binding
 * because SHA-256 is, hiding because the key is random and given to nobody else.
 */
export interface RecordEntry {
  /** Unlike every other id: `01976f1e-…`. */
  readonly id: string;
  /** `subject.happened`, as in `tariff.version-adopted`; holds no personal data. */
  readonly type: string;
  /** Instant, UTC, as the fact gives it. */
  readonly at: string;
  /** Of the fact, 64 hex digits. */
  readonly commitment: Hash;
}

/**
 * Seals a fact.
 *
 * @param fact JSON without floats, as `canonicalJson` takes it
 * @param salt 32 random bytes in hex, used for this fact alone
 * @throws DomainError `invalid-input` where the fact is not JSON in that sense
 * @law another fact or another salt gives another commitment; the order of keys does not matter
 */
export function commitment(fact: unknown, salt: string): Hash {
  const key = fromHex(salt);
  assert(key?.length === 32, 'A fact is sealed with 32 bytes in hex.');
  return createHmac('sha256', key).update(canonicalJson(fact)).digest('hex');
}

/** The text of an entry, of which the record keeps the hash. @example {"at":"…","c":"…","id":"…","type":"…","v":1} */
export const entryText = ({ id, type, at, commitment: c }: RecordEntry): string =>
  canonicalJson({ v: 1, id, type, at, c });

/** The leaf of an entry in the tree. @law leafHash(entryText(entry)) */
export const entryLeaf = (entry: RecordEntry): Hash => leafHash(entryText(entry));
