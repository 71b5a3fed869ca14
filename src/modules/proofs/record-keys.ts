import { type NoteKey, writeKey } from '../../domain/proof/note.js';
import type { WrittenKeys } from '../../domain/proof/proved.js';
import type { Tx } from '../../platform/database/transactions.js';

/** A key of the record with its number. */
export type RecordKey = NoteKey & { readonly no: number; readonly change: string | null };

/** All keys of the record, the first first. */
export async function recordKeys(tx: Tx): Promise<RecordKey[]> {
  const keys = await tx.query<{ no: number; name: string; publicKey: string; change: string | null }>(
    `SELECT no, origin AS name, encode(public_key, 'hex') AS "publicKey", change FROM record_key
     WHERE community_id = current_community() ORDER BY no`,
  );
  return keys.map((key) => ({ ...key, kind: 'ed25519' }));
}

/** The key that heads are signed with now; null until the first is. */
export const keyInForce = async (tx: Tx): Promise<RecordKey | null> => (await recordKeys(tx)).at(-1) ?? null;

/** A key and how those before it handed over, as files carry them. */
export async function keysUpTo(tx: Tx, no: number): Promise<WrittenKeys> {
  const keys = (await recordKeys(tx)).filter((key) => key.no <= no);
  const last = keys.at(-1);
  const changes = keys.flatMap(({ change }) => (change === null ? [] : [change]));
  return { key: last === undefined ? '' : writeKey(last), ...(changes.length === 0 ? {} : { changes }) };
}
