import type { Tx } from '../../../platform/database/transactions.js';
import type { ImportReply, ImportSummary } from '../imports.schema.js';
import type { MeterFormat } from '../files/meter-file.js';
import { hasLocalTimes } from '../files/meter-file-reader.js';
import { type ImportRow, problemsOf } from './import-row.js';

/** Problems and reasons in a reply; all that are kept are in the list of what was rejected. */
export const mostTold = 1_000;

/** An import as it is told, without its particulars. */
export function summaryOf(row: ImportRow): ImportSummary {
  const { id, state, name, format, dryRun, sha256, bytes, offsetMinutes, mappingCode, mappingVersion } = row;
  const { receivedAt, endedAt, created, duplicate, conflict, held, unclaimed, rejected, undoRefusal } = row;
  return {
    ...{ id, state, name, source: sourceOf(row), format, dryRun, sha256, bytes },
    zone: zoneOf(row),
    offset: offsetMinutes === null ? null : writtenOffset(offsetMinutes),
    mapping: mappingCode === null || mappingVersion === null ? null : { code: mappingCode, version: mappingVersion },
    ...{ receivedAt, endedAt },
    progress: {
      phase: phaseOf(row),
      bytes: row.items === null ? row.checkedBytes : bytes,
      readings: row.items,
      taken: row.itemsTaken,
    },
    ...{ read: row.itemsTaken, created, duplicate, conflict, held, unclaimed, rejected },
    problemCounts: {
      'refuses-file': row.refusingProblems,
      'loses-record': row.losingProblems,
      note: row.notes,
    },
    refusal: row.refusal === null ? null : { code: row.refusalCode ?? 'internal-error', detail: row.refusal },
    undone:
      row.undoneAt === null ? null : { at: row.undoneAt, by: row.undoneBy ?? '', reason: row.undoneBecause ?? '' },
    undoRefusal,
  };
}

/** As the batches of an import name it. */
export const sourceOf = ({ name, format }: Pick<ImportRow, 'name' | 'format'>): string =>
  `file ${name ?? format ?? 'without a name'}`;

/** The zone in which times without an offset were read; null where the format has a rule of its own. */
export function zoneOf({
  zone,
  offsetMinutes,
  format,
  localZone,
}: Pick<ImportRow, 'zone' | 'offsetMinutes' | 'localZone'> & { readonly format: MeterFormat | null }): string | null {
  return zone ?? (offsetMinutes === null && format !== null && hasLocalTimes(format) ? localZone : null);
}

/** @example 600 → '+10:00' */
export function writtenOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
}

const phases = {
  received: 'waiting',
  undoing: 'undoing',
  done: 'ended',
  refused: 'ended',
  failed: 'ended',
  undone: 'ended',
} as const;

const phaseOf = ({ state, items }: ImportRow): ImportSummary['progress']['phase'] =>
  state === 'reading' ? (items === null ? 'looking' : 'taking') : phases[state];

/** An import with what was in its file and what became of it. */
export async function describeImport(tx: Tx, row: ImportRow): Promise<ImportReply> {
  const channels = await tx.query<ImportReply['channels'][number]>(
    `SELECT meter, register, unit, count::float8 AS count, trim_scale(total)::text AS total FROM import_channel
     WHERE community_id = current_community() AND import_id = $1 ORDER BY no`,
    [row.id],
  );
  const reasons = await tx.query<ImportReply['reasons'][number]>(
    `SELECT status, meter, register, from_at AS "from", count::float8 AS count, detail FROM import_reason
     WHERE community_id = current_community() AND import_id = $1 ORDER BY meter, register, status, code LIMIT ${mostTold}`,
    [row.id],
  );
  return {
    ...summaryOf(row),
    channels,
    problems: await problemsOf(tx, row.id, mostTold),
    reasons,
  };
}
