import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { DomainError } from '../../../../domain/errors.js';
import type { FileOptions, FileSink } from '../meter-file.js';
import type { GivenMapping } from '../table/mapping.js';
import type { TableReader } from '../table/reader.js';
import { tableReader } from '../table/table.format.js';
import { type Sheet, sheetOf, workbookLimits } from './workbook-cells.js';
import type { WorkbookResult, WorkbookTask } from './workbook-thread.js';
import { directoryOf } from '../zip-directory.js';

/*
 * Readings in a workbook of Excel (XLSX). CSV is the documented way; this one is for those who have nothing else.
 *
 * A workbook is an archive of XML, and such files have been made to fill a machine. So the directory of the archive is checked first, and
 * the rest happens in a thread of its own, with a memory of its own, that is ended when its time is over.
 */

export interface WorkbookOptions {
  /** Name of the sheet; null for the first one that is visible and has cells. */
  readonly sheet: string | null;
  readonly timeoutMs: number;
  /** What the thread runs. */
  readonly thread: string;
}

const memoryMb = 256;
const threadFile = fileURLToPath(new URL('./workbook-thread.js', import.meta.url));
const defaults: WorkbookOptions = { sheet: null, timeoutMs: 20_000, thread: threadFile };

/** True where a file begins as a workbook does: as an archive. */
export const isWorkbook = (file: Uint8Array): boolean =>
  file[0] === 0x50 && file[1] === 0x4b && file[2] === 3 && file[3] === 4;

/**
 * Reads a sheet of a workbook as rows of text.
 *
 * @throws DomainError `unreadable-file` with what is wrong and what to do
 */
export async function readSheet(file: Uint8Array, options: Partial<WorkbookOptions> = {}): Promise<Sheet> {
  const { sheet, timeoutMs, thread } = { ...defaults, ...options };
  if (file[0] === 0xd0 && file[1] === 0xcf)
    throw new DomainError(
      'unreadable-file',
      'The workbook is locked or of an old Excel. Save it as .xlsx without password.',
    );
  directoryOf(file, workbookLimits);
  // The test runner compiles this code in memory: there is no file that a thread could load, so the workbook is read here.
  if (!existsSync(thread)) return sheetOf(file, sheet);
  const result = await inThread({ file, sheet }, thread, timeoutMs);
  if ('refused' in result) throw new DomainError('unreadable-file', result.refused);
  return result.sheet;
}

function inThread(task: WorkbookTask, thread: string, timeoutMs: number): Promise<WorkbookResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(thread, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    const refuse = (why: string): void =>
      reject(new DomainError('unreadable-file', `${why} Save the sheet as CSV and send that.`));
    const timer = setTimeout(() => {
      refuse(`The workbook was not read within ${timeoutMs / 1000} seconds.`);
      void worker.terminate();
    }, timeoutMs);
    worker.once('message', (result: WorkbookResult) => resolve(result));
    worker.once('error', () => refuse('The workbook asks for more than a thread is given.'));
    worker.once('exit', () => {
      clearTimeout(timer);
      refuse('The thread that read the workbook ended.');
    });
  });
}

/**
 * Reads a workbook into a sink, as a table.
 *
 * @returns the reader, with what was decided and which rows were rejected
 * @throws DomainError `unreadable-file`
 */
export async function readWorkbook(
  file: Uint8Array,
  sink: FileSink,
  options: FileOptions,
  mapping: GivenMapping = {},
  how: Partial<WorkbookOptions> = {},
): Promise<TableReader> {
  const sheet = await readSheet(file, how);
  const note = (detail: string, remedy: string): void =>
    sink.problem({ severity: 'note', line: 1, record: sheet.name, column: null, detail, remedy });
  const others = sheet.filled.filter((name) => name !== sheet.name);
  if (others.length > 0)
    note(
      `the sheet "${sheet.name}" was read, and not ${others.slice(0, 10).join(', ')}.`,
      'Name the sheet where it is another.',
    );
  if (sheet.rounded > 0)
    note(
      `${sheet.rounded} numbers have more than 15 digits; they were read with 15, as Excel shows them.`,
      'Nothing need be done.',
    );
  const reader = tableReader(sink, options, mapping);
  for (const { cells, line } of sheet.rows) reader.row(cells, line);
  reader.end();
  return reader;
}
