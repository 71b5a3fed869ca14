import { kept } from '../meter-file.js';

/** A row that was not read, as the file has it. */
export interface RejectedRow {
  readonly line: number;
  readonly text: string;
  /** Why it was not read, and what to do. */
  readonly reason: string;
}

const mostRows = 1000;
const mostCharacters = 1_000_000;
const longestText = 2000;

/**
 * The rows that were not read, for a person to download, correct and send again: the first thousand of them, as far as they fit into
 * a megabyte. Their number is counted to the end.
 */
export class RejectedRows {
  readonly rows: RejectedRow[] = [];
  /** Of all, kept or not. */
  count = 0;
  private characters = 0;

  add(line: number, text: string, reason: string): void {
    const last = this.rows.at(-1);
    if (last?.line === line) return;
    this.count += 1;
    const size = Math.min(text.length, longestText) + reason.length;
    if (this.rows.length >= mostRows || this.characters + size > mostCharacters) return;
    this.characters += size;
    this.rows.push({ line, text: kept(text.slice(0, longestText)), reason });
  }
}
