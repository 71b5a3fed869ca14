import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '../../domain/errors.js';
import { isPlainName } from '../../platform/archive/tar.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { ArchivedColumn, ArchivedTable } from './tables.js';

/*
 * JSON lines as rows again. PostgreSQL reads them into the types of its columns, so that no figure passes through ours. Lines go to it in
 * pages and wait in a table of the transaction until the last has come; then one statement makes rows of all of them, in the order in
 * which they were written, because some triggers look at all rows of a statement and some rows refer to others of their table.
 */

const most = { perPage: 2_000, charactersPerPage: 4_000_000, charactersPerLine: 64_000_000 };

/** Lines of a file, a page at a time. @throws DomainError `invalid-input` where a line is longer than any of ours */
async function* pagesOf(file: string): AsyncGenerator<string[]> {
  let [rest, characters, lines]: [string, number, string[]] = ['', 0, []];
  for await (const piece of createReadStream(file, { encoding: 'utf8' }) as AsyncIterable<string>) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > most.charactersPerLine)
      throw new DomainError('invalid-input', `${path.basename(file)} holds a line without an end.`);
    for (const part of parts) {
      lines.push(part);
      characters += part.length;
      if (lines.length < most.perPage && characters < most.charactersPerPage) continue;
      yield lines;
      [lines, characters] = [[], 0];
    }
  }
  if (rest !== '') throw new DomainError('invalid-input', `${path.basename(file)} does not end with a line.`);
  if (lines.length > 0) yield lines;
}

const asList = (lines: readonly string[]): string => `[${lines.join(',')}]`;

/** Makes the table in which lines wait; it goes with the transaction. */
export const prepareStage = (tx: Tx): Promise<unknown> =>
  tx.query('CREATE TEMP TABLE staged (no bigint GENERATED ALWAYS AS IDENTITY, line json NOT NULL) ON COMMIT DROP');

/** Restores a table. @returns its rows */
export async function loadTable(tx: Tx, folder: string, table: ArchivedTable): Promise<number> {
  const file = path.join(folder, 'tables', `${table.name}.jsonl`);
  if (table.columns.some(({ isContent }) => isContent)) return loadWithContents(tx, folder, file, table);
  for await (const lines of pagesOf(file)) {
    await tx.query(
      'INSERT INTO staged (line) SELECT line FROM json_array_elements($1::json) WITH ORDINALITY AS l (line, no) ORDER BY no',
      [asList(lines)],
    );
  }
  const columns = table.columns.filter((column) => !isGivenAnew(table, column));
  const [more, value] = besides[table.name] ?? ['', ''];
  const [row] = await tx.query<{ rows: string }>(
    `WITH made AS (
       INSERT INTO ${table.name} (${columns.map(quoted).join(', ')}${more}) OVERRIDING SYSTEM VALUE
       SELECT ${columns.map((column) => valueOf(table, column)).join(', ')}${value} FROM staged s, json_populate_record(NULL::${table.name}, s.line) r ORDER BY s.no
       RETURNING 1)
     SELECT count(*) AS rows FROM made`,
  );
  await tx.query('TRUNCATE staged');
  return Number(row?.rows ?? 0);
}

const quoted = ({ name }: ArchivedColumn): string => `"${name}"`;

/** The narrow number of a community is this house's own. */
const isGivenAnew = (table: ArchivedTable, { name }: ArchivedColumn): boolean =>
  table.name === 'community' && name === 'no';

/** What nobody knows stands where the hash of a key stood. */
const besides: Readonly<Record<string, readonly [column: string, value: string]>> = {
  access_token: [
    ', secret_hash',
    `, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid() || gen_random_uuid(), 'UTF8'))`,
  ],
};

/** Rows are of the community that is restored, whatever they say; a transaction belongs to the server that it was of. */
function valueOf(table: ArchivedTable, { name }: ArchivedColumn): string {
  if (name === 'community_id' || (table.name === 'community' && name === 'id')) return 'current_community()';
  if (table.name === 'reading_reduction' && name === 'xact') return 'pg_current_xact_id()';
  if (table.name === 'erasure' && name === 'xact') return 'NULL';
  if (table.name === 'access_token' && name === 'revoked_at') return 'coalesce(r.revoked_at, now())';
  return `r."${name}"`;
}

interface Place {
  readonly file: string;
  readonly from: number;
  readonly bytes: number;
}

/** Rows with bytes come one by one, so that no more than one is held. */
async function loadWithContents(tx: Tx, folder: string, file: string, table: ArchivedTable): Promise<number> {
  const columns = table.columns.filter(({ isContent }) => !isContent);
  let rows = 0;
  for await (const lines of pagesOf(file)) {
    for (const line of lines) {
      const { content } = JSON.parse(line) as { content: Place | null };
      await tx.query(
        `INSERT INTO ${table.name} (${columns.map(quoted).join(', ')}, content) OVERRIDING SYSTEM VALUE
         SELECT ${columns.map((column) => valueOf(table, column)).join(', ')}, $2::bytea
         FROM json_populate_record(NULL::${table.name}, ($1::jsonb - 'content')::json) r`,
        [line, content === null ? null : await bytesAt(folder, content)],
      );
      rows += 1;
    }
  }
  return rows;
}

async function bytesAt(folder: string, { file, from, bytes }: Place): Promise<Buffer> {
  const isPlace =
    typeof file === 'string' &&
    isPlainName(file) &&
    Number.isSafeInteger(from) &&
    from >= 0 &&
    Number.isSafeInteger(bytes) &&
    bytes >= 0;
  if (!isPlace) throw new DomainError('invalid-input', 'A row of the archive does not say where its bytes are.');
  const handle = await fs.open(path.join(folder, file));
  try {
    const content = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(content, 0, bytes, from);
    if (bytesRead !== bytes)
      throw new DomainError('invalid-input', `${file} ends before the bytes of one of its rows.`);
    return content;
  } finally {
    await handle.close();
  }
}

/** Restores the readings of a month. @returns how many */
export async function loadReadings(tx: Tx, folder: string, month: string): Promise<number> {
  const first = month === 'before-2000' ? '1999-12-01' : `${month}-01`;
  await tx.query('SELECT make_reading_month($1::date)', [first]);
  let rows = 0;
  for await (const lines of pagesOf(path.join(folder, 'tables', `reading-${month}.jsonl`))) {
    const [row] = await tx.query<{ rows: string }>(
      `WITH made AS (
         INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
         SELECT c.no, r.register_no, r.at, r.until, r.batch_no, r.quality, r.value
         FROM (SELECT no FROM community WHERE id = current_community()) c, json_populate_recordset(NULL::reading, $1::json) r
         RETURNING 1)
       SELECT count(*) AS rows FROM made`,
      [asList(lines)],
    );
    rows += Number(row?.rows ?? 0);
  }
  return rows;
}

/** Numbers that the database gives go on after those that came with the rows. */
export async function moveNumbersOn(tx: Tx, tables: readonly ArchivedTable[]): Promise<void> {
  const columns = await tx.query<{ table: string; column: string }>(
    `SELECT c.relname AS table, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity <> ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($1) AND c.relname <> 'community'`,
    [tables.map(({ name }) => name)],
  );
  for (const { table, column } of columns) {
    await tx.query(
      `SELECT setval(s.name, n.highest) FROM (SELECT pg_get_serial_sequence('${table}', '${column}')::regclass AS name) s,
         LATERAL (SELECT max("${column}") AS highest FROM ${table} WHERE community_id = current_community()) n
       WHERE n.highest > coalesce(pg_sequence_last_value(s.name), 0)`,
    );
  }
}
