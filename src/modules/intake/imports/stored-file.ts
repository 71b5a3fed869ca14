import { createHash } from 'node:crypto';
import type { Instant } from '../../../domain/calendar/period.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';

/*
 * A file is kept as it came, in pieces of a megabyte, each in a transaction of its own while it is arriving. When all of it is there it
 * gets its hash, and from then on stays as it is; if the same file is there already, that one is used and the pieces go.
 */

/** Bytes of a piece; the last one may be shorter. */
export const pieceBytes = 1_048_576;

/** A file that is whole. */
export interface StoredFile {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A file while it is arriving. Its pieces are of `pieceBytes`, but for the last. */
export class ArrivingFile {
  private readonly id = newId();
  private readonly hash = createHash('sha256');
  private pieces = 0;
  private bytes = 0;

  private constructor(
    private readonly transactions: Transactions,
    private readonly communityId: string,
  ) {}

  /** Begins a file, and clears away those whose senders went away long ago. */
  static async begin(transactions: Transactions, communityId: string, now: Instant): Promise<ArrivingFile> {
    const file = new ArrivingFile(transactions, communityId);
    await transactions.inCommunity(communityId, async (tx) => {
      await clearAbandoned(tx, communityId, now);
      await tx.query('INSERT INTO import_file (community_id, id, begun_at) VALUES ($1, $2, $3)', [
        communityId,
        file.id,
        now,
      ]);
    });
    return file;
  }

  async add(content: Buffer): Promise<void> {
    const { communityId, id, pieces } = this;
    await this.transactions.inCommunity(communityId, (tx) => addPiece(tx, communityId, id, pieces, content));
    this.hash.update(content);
    this.pieces += 1;
    this.bytes += content.length;
  }

  /** The file is whole. In the transaction that makes use of it. */
  async complete(tx: Tx): Promise<StoredFile> {
    const { communityId, id, bytes } = this;
    return seal(tx, communityId, { id, sha256: this.hash.digest('hex'), bytes });
  }

  /** Its sender went away, or it was too large. */
  abandon(): Promise<void> {
    const { communityId, id } = this;
    return this.transactions.inCommunity(communityId, (tx) => clear(tx, communityId, [id]));
  }
}

/** Keeps a file that is there as a whole. */
export async function keepFile(
  tx: Tx,
  communityId: string,
  content: readonly Buffer[],
  now: Instant,
): Promise<StoredFile> {
  const sha256 = hashOf(content);
  const known = await fileOf(tx, communityId, sha256);
  if (known) return known;
  const id = newId();
  await tx.query('INSERT INTO import_file (community_id, id, begun_at) VALUES ($1, $2, $3)', [communityId, id, now]);
  for (const [no, piece] of content.entries()) await addPiece(tx, communityId, id, no, piece);
  const bytes = content.reduce((sum, piece) => sum + piece.length, 0);
  return seal(tx, communityId, { id, sha256, bytes });
}

export function hashOf(content: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of content) hash.update(piece);
  return hash.digest('hex');
}

/** The bytes of a file, piece by piece; between them no transaction is open. */
export async function* piecesOf(
  transactions: Transactions,
  communityId: string,
  fileId: string,
): AsyncGenerator<Buffer> {
  for (let no = 0; ; no += 1) {
    const [piece] = await transactions.inCommunity(communityId, (tx) =>
      tx.query<{ content: Buffer }>(
        'SELECT content FROM import_piece WHERE community_id = $1 AND file_id = $2 AND no = $3',
        [communityId, fileId, no],
      ),
    );
    if (!piece) return;
    yield piece.content;
  }
}

const addPiece = (tx: Tx, communityId: string, id: string, no: number, content: Buffer): Promise<unknown> =>
  tx.query('INSERT INTO import_piece (community_id, file_id, no, content) VALUES ($1, $2, $3, $4)', [
    communityId,
    id,
    no,
    content,
  ]);

async function fileOf(tx: Tx, communityId: string, sha256: string): Promise<StoredFile | undefined> {
  const [row] = await tx.query<{ id: string; bytes: string }>(
    `SELECT id, bytes FROM import_file WHERE community_id = $1 AND sha256 = decode($2, 'hex') AND erased_at IS NULL`,
    [communityId, sha256],
  );
  return row && { id: row.id, sha256, bytes: Number.parseInt(row.bytes, 10) };
}

/** Gives a file its hash; of two equal files that arrive at once the second waits here for the first. */
async function seal(tx: Tx, communityId: string, file: StoredFile): Promise<StoredFile> {
  const { id, sha256, bytes } = file;
  const known = await fileOf(tx, communityId, sha256);
  if (known) {
    await clear(tx, communityId, [id]);
    return known;
  }
  try {
    await tx.undoable(() =>
      tx.query(`UPDATE import_file SET sha256 = decode($3, 'hex'), bytes = $4 WHERE community_id = $1 AND id = $2`, [
        communityId,
        id,
        sha256,
        bytes,
      ]),
    );
    return file;
  } catch (error) {
    const faster = await fileOf(tx, communityId, sha256);
    if (!faster) throw error;
    await clear(tx, communityId, [id]);
    return faster;
  }
}

async function clear(tx: Tx, communityId: string, ids: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM import_piece WHERE community_id = $1 AND file_id = ANY($2::uuid[])', [communityId, ids]);
  await tx.query('DELETE FROM import_file WHERE community_id = $1 AND id = ANY($2::uuid[]) AND sha256 IS NULL', [
    communityId,
    ids,
  ]);
}

async function clearAbandoned(tx: Tx, communityId: string, now: Instant): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM import_file WHERE community_id = $1 AND sha256 IS NULL AND begun_at < $2::timestamptz - interval '1 day'`,
    [communityId, now],
  );
  if (rows.length > 0)
    await clear(
      tx,
      communityId,
      rows.map(({ id }) => id),
    );
}
