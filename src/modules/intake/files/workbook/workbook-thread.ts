import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../../../../domain/errors.js';
import { type Sheet, sheetOf } from './workbook-cells.js';

/** A thread that reads one workbook and ends: whatever a file makes of it, the service goes on. */
export interface WorkbookTask {
  readonly file: Uint8Array;
  readonly sheet: string | null;
}
export type WorkbookResult = { readonly sheet: Sheet } | { readonly refused: string };

function read({ file, sheet }: WorkbookTask): WorkbookResult {
  try {
    return { sheet: sheetOf(file, sheet) };
  } catch (error) {
    if (error instanceof DomainError) return { refused: error.message };
    throw error;
  }
}

parentPort?.postMessage(read(workerData as WorkbookTask));
