import { plain } from '../../../domain/quantity/decimal.js';
import { insertRows } from '../../../platform/database/insert-rows.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { ChannelReport } from '../files/findings.js';
import { kept } from '../files/meter-file.js';
import type { Looked } from './look-through.js';
import { mostProblemsKept } from './how-to-read.js';
import { noteRegisters } from './note-registers.js';
import type { KeptProblem } from './outcome.js';

/** A channel of a file as it is answered. */
export interface ChannelSum {
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
  readonly count: number;
  readonly total: string;
}

/** What a channel holds, in the unit in which it is kept. */
export const sumOf = ({ meter, register, baseUnit, factor, count, total }: ChannelReport): ChannelSum => ({
  meter,
  register,
  unit: baseUnit,
  count,
  total: plain(total.times(factor)),
});

const rowsAtOnce = 1_000;

/** A text of a file as the database can keep it. */
export const storable = (text: string): string => kept(text).replaceAll('\0', '·');

/** Writes down what was found when a file was looked through. @param problems with what stands there */
export async function storeLook(
  tx: Tx,
  importId: string,
  looked: Looked,
  problems: readonly KeptProblem[],
): Promise<void> {
  const { format, readings, channels, problemCounts } = looked;
  await tx.query(
    `UPDATE reading_import SET format = $2, items = $3, refusing_problems = $4, losing_problems = $5, notes = $6
     WHERE community_id = current_community() AND id = $1`,
    [importId, format, readings, problemCounts['refuses-file'], problemCounts['loses-record'], problemCounts.note],
  );
  const rows = channels.map((channel, i) => ({
    no: i + 1,
    first: channel.first,
    last: channel.last,
    ...sumOf(channel),
  }));
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await insertRows(
      tx,
      'import_channel',
      {
        import_id: ['uuid', () => importId],
        no: ['int', (row) => row.no],
        meter: ['text', (row) => storable(row.meter)],
        register: ['text', (row) => storable(row.register)],
        unit: ['text', (row) => storable(row.unit)],
        count: ['bigint', (row) => row.count],
        total: ['numeric', (row) => row.total],
        first_at: ['timestamptz', (row) => row.first],
        last_at: ['timestamptz', (row) => row.last],
      },
      rows.slice(at, at + rowsAtOnce),
    );
  }
  await storeProblems(tx, importId, problems);
  await noteRegisters(tx, importId);
}

/** Keeps problems, as many as there is room for. */
export async function storeProblems(tx: Tx, importId: string, problems: readonly KeptProblem[]): Promise<void> {
  if (problems.length === 0) return;
  const [last] = await tx.query<{ no: number | null }>(
    'SELECT max(no) AS no FROM import_problem WHERE community_id = current_community() AND import_id = $1',
    [importId],
  );
  const before = last?.no ?? 0;
  const room = mostProblemsKept - before;
  const rows = problems.slice(0, room).map((problem, i) => ({ ...problem, no: before + i + 1 }));
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await insertRows(
      tx,
      'import_problem',
      {
        import_id: ['uuid', () => importId],
        no: ['int', (row) => row.no],
        severity: ['text', (row) => row.severity],
        line: ['bigint', ({ line }) => (line === null ? null : Math.max(1, line))],
        record: ['text', ({ record }) => (record === null ? null : storable(record))],
        column_no: ['int', (row) => row.column],
        detail: ['text', (row) => storable(row.detail)],
        remedy: ['text', (row) => storable(row.remedy)],
        content: ['text', (row) => storable(row.content)],
      },
      rows.slice(at, at + rowsAtOnce),
    );
  }
}
