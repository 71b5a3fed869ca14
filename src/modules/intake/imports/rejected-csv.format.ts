import type { Transactions } from '../../../platform/database/transactions.js';
import { asText } from '../../../platform/http/csv.js';
import { mostProblemsKept } from './how-to-read.js';
import type { ImportRow } from './import-row.js';

/* What of a file was not taken, for a spreadsheet: one row for each line or reading, as the file has it. */

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const row = (cells: readonly string[]): string => `${cells.map((text) => cell(asText(text))).join(',')}\r\n`;

const rowsAtOnce = 1_000;

interface Stored {
  readonly no: number;
  readonly line: number | null;
  readonly column: number | null;
  readonly reason: string;
  readonly content: string;
}

/** The rows, page by page; in the last one, how many there are beyond those that are kept. */
export async function* rejectedCsv(
  transactions: Transactions,
  communityId: string,
  { id, refusingProblems, losingProblems, rejected }: ImportRow,
): AsyncGenerator<string> {
  yield row(['line', 'column', 'reason', 'text']);
  let told = 0;
  for (let after = 0; after <= mostProblemsKept;) {
    const rows = await transactions.inCommunity(communityId, (tx) =>
      tx.query<Stored>(
        `SELECT no, line::float8 AS line, column_no AS column, detail || ' ' || remedy AS reason, content FROM import_problem
         WHERE community_id = $1 AND import_id = $2 AND no > $3 AND severity <> 'note' ORDER BY no LIMIT ${rowsAtOnce}`,
        [communityId, id, after],
      ),
    );
    const last = rows.at(-1);
    if (!last) break;
    told += rows.length;
    yield rows
      .map(({ line, column, reason, content }) => row([written(line), written(column), reason, content]))
      .join('');
    after = last.no;
  }
  const more = refusingProblems + losingProblems + rejected - told;
  if (more > 0) yield row(['', '', `There are ${more} more, which were counted and not kept.`, '']);
}

const written = (number: number | null): string => (number === null ? '' : String(number));
