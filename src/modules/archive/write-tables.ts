import type { FileWriter, FolderWriter } from '../../platform/archive/folder.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { ArchivedTable } from './tables.js';
import { pagesOf } from './paged.js';

/*
 * Tables as JSON lines: one object a row, by the names of the columns. Exact numbers are texts, times have an offset, bytes are hex
 * behind \x. Bytes that somebody may want to open (PDFs, what suppliers and devices sent, photos) lie in files of their own, and the row
 * says where: file, first byte, length.
 */

/** What a table came to. */
export interface WrittenTable {
  readonly table: string;
  readonly rows: number;
}

const perPage = { rows: 5_000, contents: 16 };

/** Where the bytes of a row lie, in SQL over the row `t`; rows of one file follow each other. */
const paths: Readonly<Record<string, string>> = {
  document: `'documents/' || (SELECT i.number FROM invoice i WHERE i.community_id = t.community_id AND i.id = t.invoice_id) || '.' || t.format`,
  stored_file: `'supplier-documents/' || t.id || '-' || ${plain('t.name')}`,
  photo: `'photos/' || t.id || '.' || ${plain(`split_part(t.media_type, '/', 2)`)}`,
  import_piece: `'payloads/' || t.file_id || coalesce('-' || ${plain(
    `(SELECT min(r.name) FROM reading_import r WHERE r.community_id = t.community_id AND r.file_id = t.file_id)`,
  )}, '')`,
};

/** A text as part of the name of a file. */
function plain(text: string): string {
  return `right(regexp_replace(${text}, '[^A-Za-z0-9._-]+', '-', 'g'), 80)`;
}

/** The columns of a row of the alias `t` as they are written. */
const written = ({ columns }: ArchivedTable): string =>
  columns
    .filter(({ isContent }) => !isContent)
    .map(({ name, isExact }) => `t."${name}"${isExact ? `::text AS "${name}"` : ''}`)
    .join(', ');

const isOfCommunity = ({ name }: ArchivedTable): string =>
  `t.${name === 'community' ? 'id' : 'community_id'} = current_community()`;

/** Writes one table. */
export async function writeTable(tx: Tx, out: FolderWriter, table: ArchivedTable): Promise<WrittenTable> {
  const file = await out.open(`tables/${table.name}.jsonl`);
  const rows = table.columns.some(({ isContent }) => isContent)
    ? await writeWithContents(tx, out, file, table)
    : await writeLines(
        tx,
        file,
        `SELECT row_to_json(r)::text AS line FROM (SELECT ${written(table)} FROM ${table.name} t WHERE ${isOfCommunity(table)} ORDER BY ${table.order}) r`,
      );
  await file.end();
  return { table: table.name, rows };
}

/** Writes the one column of a statement as lines. @returns how many */
export async function writeLines(tx: Tx, file: FileWriter, sql: string): Promise<number> {
  let lines = 0;
  for await (const page of pagesOf<{ line: string }>(tx, sql, perPage.rows)) {
    await file.write(page.map(({ line }) => `${line}\n`).join(''));
    lines += page.length;
  }
  return lines;
}

interface RowWithContent {
  readonly line: string;
  readonly path: string;
  readonly content: Buffer | null;
}

async function writeWithContents(tx: Tx, out: FolderWriter, file: FileWriter, table: ArchivedTable): Promise<number> {
  const sql = `SELECT (SELECT row_to_json(x)::text FROM (SELECT ${written(table)}) x) AS line, ${paths[table.name] ?? `'files/${table.name}.bin'`} AS path, t.content
    FROM ${table.name} t WHERE ${isOfCommunity(table)} ORDER BY ${table.order}`;
  let rows = 0;
  let open: { path: string; file: FileWriter } | undefined;
  for await (const page of pagesOf<RowWithContent>(tx, sql, perPage.contents)) {
    for (const { line, path, content } of page) {
      if (content !== null && open?.path !== path) {
        await open?.file.end();
        open = { path, file: await out.open(path) };
      }
      const place =
        content === null || open === undefined ? null : { file: path, from: open.file.bytes, bytes: content.length };
      if (content !== null) await open?.file.write(content);
      await file.write(`${line.slice(0, -1)},"content":${JSON.stringify(place)}}\n`);
      rows += 1;
    }
  }
  await open?.file.end();
  return rows;
}

/** A month of readings. Instants without a part before 2000 are one month. */
export interface ReadingMonth {
  /** As files are named: `2026-10`. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** The months in which the community has readings. */
export async function readingMonths(tx: Tx): Promise<ReadingMonth[]> {
  const parts = await tx.query<ReadingMonth>(
    `SELECT coalesce(to_char(first, 'YYYY-MM'), 'before-2000') AS name,
            coalesce(first::text || ' 00:00+00', '-infinity') AS from, coalesce((first + interval '1 month')::date::text, '2000-01-01') || ' 00:00+00' AS to
     FROM (SELECT CASE WHEN c.relname <> 'reading_before_2000' THEN to_date(right(c.relname, 7), 'YYYY_MM') END AS first
           FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'reading'::regclass) x ORDER BY first NULLS FIRST`,
  );
  const found: ReadingMonth[] = [];
  for (const month of parts) {
    const [row] = await tx.query<{ there: boolean }>(
      `SELECT EXISTS (SELECT FROM reading t WHERE ${ofMonth(month)}) AS there`,
    );
    if (row?.there) found.push(month);
  }
  return found;
}

/** The readings of a month, in SQL over the row `t`. The ends are texts of ours. */
export const ofMonth = ({ from, to }: ReadingMonth): string =>
  `t.community_no = (SELECT no FROM community WHERE id = current_community()) AND t.at >= '${from}' AND t.at < '${to}'`;

/** Writes the readings of a month in the order in which they came: their index over batches is narrow only while rows lie so. */
export async function writeReadings(tx: Tx, out: FolderWriter, month: ReadingMonth): Promise<number> {
  const file = await out.open(`tables/reading-${month.name}.jsonl`);
  const rows = await writeLines(
    tx,
    file,
    `SELECT row_to_json(r)::text AS line FROM (
       SELECT t.register_no, t.at, t.until, t.batch_no::text, t.quality, t.value::text FROM reading t WHERE ${ofMonth(month)}
       ORDER BY t.batch_no, t.register_no, t.at) r`,
  );
  await file.end();
  return rows;
}
