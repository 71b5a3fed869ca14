import { type NoteKey, writeKey } from '../../domain/proof/note.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { CosignerReply } from './cosigners.schema.js';

/** A key of a cosigner as it was registered. */
export interface StoredCosigner extends Omit<CosignerReply, 'key'> {
  readonly publicKey: string;
}

export const keyOf = ({ name, publicKey }: Pick<StoredCosigner, 'name' | 'publicKey'>): NoteKey => ({
  ...{ name, publicKey },
  kind: 'cosignature',
});

export const described = ({ publicKey, ...one }: StoredCosigner): CosignerReply => ({
  ...one,
  key: writeKey(keyOf({ name: one.name, publicKey })),
});

/** The newest key of each person, or of one. */
export const currentKeys = (tx: Tx, personId: string | null): Promise<StoredCosigner[]> =>
  tx.query<StoredCosigner>(
    `SELECT * FROM (
       SELECT DISTINCT ON (person_id) id, person_id AS person, role, name, encode(public_key, 'hex') AS "publicKey", registered_at AS "registeredAt"
       FROM cosigner_key WHERE community_id = current_community() AND ($1::uuid IS NULL OR person_id = $1)
       ORDER BY person_id, registered_at DESC, id DESC) k
     ORDER BY name`,
    [personId],
  );

/** A cosignature of a head. */
export interface StoredCosignature {
  readonly keyId: string;
  readonly name: string;
  readonly role: string;
  readonly line: string;
  readonly at: string;
}

export const cosignaturesOf = (tx: Tx, size: number | string): Promise<StoredCosignature[]> =>
  tx.query<StoredCosignature>(
    `SELECT s.key_id AS "keyId", k.name, k.role, s.line, s.cosigned_at AS at FROM record_cosignature s
     JOIN cosigner_key k ON k.community_id = s.community_id AND k.id = s.key_id
     WHERE s.community_id = current_community() AND s.size = $1 ORDER BY k.name`,
    [size],
  );

/** The note of a head with the lines of those who cosigned it below the one of the record. */
export const withLines = (note: string, cosignatures: readonly Pick<StoredCosignature, 'line'>[]): string =>
  note + cosignatures.map(({ line }) => `${line}\n`).join('');

/** How many cosignatures the community asks for today. */
export async function requiredToday(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ required: number }>(
    `SELECT (terms->>'required')::int AS required FROM community_policy
     WHERE community_id = current_community() AND name = 'cosigning' AND days @> (now() AT TIME ZONE 'UTC')::date`,
  );
  return row?.required ?? 0;
}
