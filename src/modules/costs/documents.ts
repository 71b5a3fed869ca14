import { createHash } from 'node:crypto';
import { assert } from '../../domain/errors.js';
import { newId } from '../../platform/ids.js';
import type { Tx } from '../../platform/database/transactions.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { largestDocument, type NewDocument } from './supplier-bills.schema.js';

/** How files of a type begin. Types that are text have no such mark. */
const beginnings: Partial<Record<NewDocument['mediaType'], Buffer>> = {
  'application/pdf': Buffer.from('%PDF-'),
  'image/png': Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
};

/**
 * Keeps a file under its hash; the same file is kept once.
 *
 * @returns its id
 * @throws InvalidRequest where the file is too large, or not of the type it says
 */
export async function keepDocument(
  tx: Tx,
  communityId: string,
  { name, mediaType, content }: NewDocument,
): Promise<string> {
  const file = Buffer.from(content, 'base64');
  if (file.length > largestDocument) {
    throw new InvalidRequest([
      { pointer: '/document/content', detail: 'must not be larger than 3.5 MB; send a smaller scan' },
    ]);
  }
  const beginning = beginnings[mediaType];
  if (beginning && !file.subarray(0, beginning.length).equals(beginning)) {
    throw new InvalidRequest([{ pointer: '/document/content', detail: `is not a file of the type ${mediaType}` }]);
  }
  const hash = createHash('sha256').update(file).digest();
  await tx.query(
    `INSERT INTO stored_file (community_id, id, sha256, name, media_type, content) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (community_id, sha256) DO NOTHING`,
    [communityId, newId(), hash, name, mediaType, file],
  );
  const [kept] = await tx.query<{ id: string }>('SELECT id FROM stored_file WHERE community_id = $1 AND sha256 = $2', [
    communityId,
    hash,
  ]);
  assert(kept, 'A file that was just kept is there.');
  return kept.id;
}

/** A file as it was kept. */
export interface KeptDocument {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Buffer;
}

/** The file of a bill, or undefined where it came without. */
export async function documentOf(tx: Tx, communityId: string, billId: string): Promise<KeptDocument | undefined> {
  const [row] = await tx.query<KeptDocument>(
    `SELECT f.name, f.media_type AS "mediaType", f.content FROM supplier_bill b
     JOIN stored_file f ON f.community_id = b.community_id AND f.id = b.file_id
     WHERE b.community_id = $1 AND b.id = $2`,
    [communityId, billId],
  );
  return row;
}
