import { cleaned, type Row, type TableColumn } from './mapping.js';
import { isMissing, unitApart } from './numbers.js';

/** A cell and where it stands. */
export interface Cell {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** The cells of some columns that have a value. */
export function* cellsIn(rows: readonly Row[], places: readonly TableColumn[]): Generator<Cell> {
  for (const { line, cells } of rows) {
    for (const { column } of places) {
      const text = cleaned(cells[column - 1] ?? '');
      if (!isMissing(text)) yield { line, column, text };
    }
  }
}

/** The same, without the units that may stand behind their numbers. */
export function* valuesIn(rows: readonly Row[], places: readonly TableColumn[]): Generator<Cell> {
  for (const cell of cellsIn(rows, places)) yield { ...cell, text: unitApart(cell.text).number };
}
