import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { isId } from '../../../platform/http/wire.js';
import type { Actor } from '../../access/access-changes.service.js';
import type { Status } from '../../metering/readings/readings.service.js';
import type { FileProblem, MeterFormat } from '../files/meter-file.js';
import type { GivenMapping } from '../files/table/mapping.js';

export const importStates = ['received', 'reading', 'done', 'refused', 'failed', 'undoing', 'undone'] as const;
export type ImportState = (typeof importStates)[number];

/** An import as it stands in its row. */
export interface ImportRow extends Readonly<Record<Status, number>> {
  readonly id: string;
  readonly fileId: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly name: string | null;
  readonly askedFormat: string;
  readonly zone: string | null;
  readonly offsetMinutes: number | null;
  readonly mappingCode: string | null;
  readonly mappingVersion: number | null;
  readonly mapping: GivenMapping | null;
  /** Zone of the community. */
  readonly localZone: string;
  readonly dryRun: boolean;
  readonly actorKind: Actor['kind'];
  readonly actorId: string | null;
  readonly receivedAt: Instant;
  readonly endedAt: Instant | null;
  readonly state: ImportState;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly entered: boolean;
  readonly checkedBytes: number;
  readonly format: MeterFormat | null;
  /** Readings in the file; null until all of it was looked at. */
  readonly items: number | null;
  readonly itemsTaken: number;
  readonly refusingProblems: number;
  readonly losingProblems: number;
  readonly notes: number;
  readonly refusalCode: string | null;
  readonly refusal: string | null;
  readonly undoRefusal: string | null;
  readonly undoReason: string | null;
  readonly undoAskedBy: string | null;
  readonly undoneAt: Instant | null;
  readonly undoneBy: string | null;
  readonly undoneBecause: string | null;
}

const counts = ['created', 'duplicate', 'conflict', 'held', 'unclaimed', 'rejected'];

/** Counts are whole numbers far below those that a float cannot hold. */
const whole = (column: string, as = column): string => `i.${column}::float8 AS "${as}"`;

const select = `
  SELECT i.id, i.file_id AS "fileId", encode(f.sha256, 'hex') AS sha256, f.bytes::float8 AS bytes, i.name, i.asked_format AS "askedFormat", i.zone,
         i.offset_minutes AS "offsetMinutes", i.mapping_code AS "mappingCode", i.mapping_version AS "mappingVersion", m.mapping, c.zone AS "localZone",
         i.dry_run AS "dryRun", i.actor_kind AS "actorKind", i.actor_id AS "actorId", i.received_at AS "receivedAt", i.ended_at AS "endedAt",
         i.state, i.attempts, i.last_error AS "lastError", i.entered_at IS NOT NULL AS entered, ${whole('checked_bytes', 'checkedBytes')}, i.format, ${whole('items')}, ${whole('items_taken', 'itemsTaken')},
         ${counts.map((name) => whole(name)).join(', ')}, ${whole('refusing_problems', 'refusingProblems')},
         ${whole('losing_problems', 'losingProblems')}, ${whole('notes')}, i.refusal_code AS "refusalCode", i.refusal,
         i.undo_refusal AS "undoRefusal", i.undo_reason AS "undoReason", i.undo_asked_by AS "undoAskedBy",
         u.undone_at AS "undoneAt", u.undone_by AS "undoneBy", u.reason AS "undoneBecause"
  FROM reading_import i
  JOIN import_file f ON f.community_id = i.community_id AND f.id = i.file_id
  JOIN community c ON c.id = i.community_id
  LEFT JOIN import_mapping m ON m.community_id = i.community_id AND m.code = i.mapping_code AND m.version = i.mapping_version
  LEFT JOIN import_undoing u ON u.community_id = i.community_id AND u.import_id = i.id
  WHERE i.community_id = current_community()`;

/** @throws DomainError `not-found` */
export const readImport = (tx: Tx, id: string): Promise<ImportRow> => one(tx, id, '');

/** The import, held until the transaction ends. @throws DomainError `not-found` */
export const lockImport = (tx: Tx, id: string): Promise<ImportRow> => one(tx, id, 'FOR NO KEY UPDATE OF i');

async function one(tx: Tx, id: string, lock: string): Promise<ImportRow> {
  const [row] = isId(id) ? await tx.query<ImportRow>(`${select} AND i.id = $1 ${lock}`, [id]) : [];
  if (!row) throw new DomainError('not-found', 'There is no such import; GET /api/v1/imports lists them.');
  return row;
}

/** Imports, latest first. */
export const readImports = (tx: Tx, state: string | null, before: string | null, limit: number): Promise<ImportRow[]> =>
  tx.query<ImportRow>(
    `${select} AND ($1::text IS NULL OR i.state = $1) AND ($2::uuid IS NULL OR i.id < $2) ORDER BY i.id DESC LIMIT $3::int`,
    [state, before, limit],
  );

/** The import that a request with this key brought. */
export async function importOfRequest(tx: Tx, by: string, key: string): Promise<ImportRow | undefined> {
  const [row] = await tx.query<ImportRow>(`${select} AND i.request_by = $1 AND i.request_key = $2`, [by, key]);
  return row;
}

/** The first problems of each kind that costs something, in order of the file. */
export const problemsOf = (tx: Tx, id: string, limit: number): Promise<FileProblem[]> =>
  tx.query<FileProblem>(
    `SELECT severity, line::float8 AS line, record, column_no AS column, detail, remedy FROM import_problem
     WHERE community_id = current_community() AND import_id = $1 AND severity <> 'rejects-reading' ORDER BY no LIMIT $2::int`,
    [id, limit],
  );
