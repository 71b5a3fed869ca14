import type { Instant } from '../../../domain/calendar/period.js';
import { insertRows } from '../../../platform/database/insert-rows.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import { checkOcmf, type MeterKey } from './ocmf-signature.js';
import type { Judgement, SignedText } from './signed-text.js';

/** A signed text with the batch in which its readings are kept, and the meter that they name, where that is known. */
export interface SignedPush {
  readonly batchNo: string;
  readonly receivedAt: Instant;
  readonly signed: SignedText;
  readonly meterId: string | null;
}

/** Looks at signatures, each by the keys of its meter. @returns in their order */
export async function judgeSignatures(tx: Tx, pushes: readonly SignedPush[]): Promise<Judgement[]> {
  const meters = [
    ...new Set(pushes.flatMap(({ signed, meterId }) => (signed.kind === 'ocmf' && meterId ? [meterId] : []))),
  ];
  const keys = await keysOfMeters(tx, meters);
  return pushes.map(({ signed, meterId }) =>
    signed.kind === 'ocmf'
      ? checkOcmf(signed, keys.get(meterId ?? '') ?? [])
      : { verdict: 'verified', detail: `Signed by the gateway, key ${signed.keyId}.`, signingKey: signed.signingKey },
  );
}

async function keysOfMeters(tx: Tx, meterIds: readonly string[]): Promise<Map<string, MeterKey[]>> {
  const keys = new Map<string, MeterKey[]>();
  if (meterIds.length === 0) return keys;
  const rows = await tx.query<MeterKey & { meterId: string }>(
    `SELECT id, meter_id AS "meterId", public_key AS der FROM signing_key
     WHERE community_id = current_community() AND meter_id = ANY($1::uuid[]) AND revoked_at IS NULL ORDER BY since, id`,
    [meterIds],
  );
  for (const { meterId, ...key } of rows) keys.set(meterId, [...(keys.get(meterId) ?? []), key]);
  return keys;
}

/** What was signed with a batch, to be judged again; undefined where it was erased. */
export async function signedWith(tx: Tx, batchNo: string): Promise<SignedText | undefined> {
  const [row] = await tx.query<SignedText & { payload: Buffer | null }>(
    `SELECT s.kind, encode(s.sha256, 'hex') AS sha256, s.payload, s.signature AS section, s.signing_key_id AS "signingKey", k.key_id AS "keyId"
     FROM batch_signature s LEFT JOIN signing_key k ON k.community_id = s.community_id AND k.id = s.signing_key_id
     WHERE s.community_id = current_community() AND s.batch_no = $1`,
    [batchNo],
  );
  return row?.payload ? row : undefined;
}

/** Keeps what was signed with what came of it. The same text twice came in one batch, and is kept once. */
export async function keepSignatures(
  tx: Tx,
  pushes: readonly SignedPush[],
  judgements: readonly Judgement[],
): Promise<void> {
  const rows = new Map(pushes.map((push, i) => [push.batchNo, { ...push, ...(judgements[i] as Judgement) }]));
  await insertRows(
    tx,
    'batch_signature',
    {
      id: ['uuid', () => newId()],
      batch_no: ['bigint', ({ batchNo }) => batchNo],
      at: ['timestamptz', ({ receivedAt }) => receivedAt],
      kind: ['text', ({ signed }) => signed.kind],
      verdict: ['text', ({ verdict }) => verdict],
      detail: ['text', ({ detail }) => detail],
      signing_key_id: ['uuid', ({ signingKey }) => signingKey],
      sha256: ['bytea', ({ signed }) => `\\x${signed.sha256}`],
      payload: ['bytea', ({ signed }) => `\\x${signed.payload.toString('hex')}`],
      signature: ['text', ({ signed }) => signed.section],
    },
    [...rows.values()],
  );
}
