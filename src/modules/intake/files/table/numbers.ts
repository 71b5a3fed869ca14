import { Decimal, isDecimal } from '../../../../domain/quantity/decimal.js';
import type { DecimalMark, Refusal } from './mapping.js';

/*
 * Numbers as people and programs write them. The mark before the decimals is decided over all values of a table, never by the cell:
 *
 *   12,5 and 0,375     a comma, as no thousands have that many digits       1.234,50     a comma, it stands last
 *   1,234 in all rows  one thousand two hundred, or one and a bit: nobody can know, so it is asked
 */

const nothing = /^(?:|-+|\.|\?|n\/?a|#n\/a|nan|null|none|nil|missing|fehlt|absent)$/i;

/** True where a cell says that there is no value. Missing is never zero. */
export const isMissing = (text: string): boolean => text === '' || (text.length <= 7 && nothing.test(text));

const grouping: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^([+-]?)(\d{1,3}(?:([,\s'’])\d{3})(?:\3\d{3})*|\d*)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i,
  ',': /^([+-]?)(\d{1,3}(?:([.\s'’])\d{3})(?:\3\d{3})*|\d*)(?:,(\d*))?(?:e([+-]?\d{1,2}))?$/i,
};
const plainPoint = /^-?\d{1,15}(?:\.\d{1,9})?$/;

/**
 * Reads a number exactly, with thousands in groups of three and an exponent, as `1.5e-3`.
 *
 * @returns null where it is none with this mark, or is larger than fifteen digits
 * @example numberIn('1.234,50', ',') → 1234.50
 */
export function numberIn(text: string, mark: DecimalMark): Decimal | null {
  if (mark === '.' && plainPoint.test(text)) return new Decimal(text);
  const match = grouping[mark].exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', , fraction = '', exponent = '0'] = match;
  const digits = whole.replace(/\D/g, '');
  if (digits === '' && fraction === '') return null;
  if (digits.length > 15 || fraction.length > 40) return null;
  const value = new Decimal(`${sign === '-' ? '-' : ''}${digits === '' ? '0' : digits}.${fraction}0e${exponent}`);
  return isDecimal(value.trunc().toFixed()) ? value : null;
}

/** A value as a cell writes it, and the unit that may stand behind it. @example '0.4 kWh' → 0.4, kWh */
export function unitApart(text: string): { readonly number: string; readonly unit: string } {
  const [, number = text, unit = ''] = /^([-+\d.,'’\s]*\d)\s*([a-zA-Zµ][a-zA-Z³²0-9]{0,7})$/.exec(text) ?? [];
  return unit === '' || /^e\d+$/i.test(unit) ? { number: text, unit: '' } : { number, unit };
}

interface Cell {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Which mark a number can only have; `either` where both give one, null where it has none. */
function markOf(text: string): DecimalMark | 'either' | null {
  const bare = text.replace(/e[+-]?\d+$/i, '');
  const point = bare.lastIndexOf('.');
  const comma = bare.lastIndexOf(',');
  if (point < 0 && comma < 0) return null;
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ',';
  const mark = point >= 0 ? '.' : ',';
  const other = mark === '.' ? ',' : '.';
  if (bare.indexOf(mark) !== bare.lastIndexOf(mark)) return other;
  return /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(bare) ? 'either' : mark;
}

export type MarkDecision =
  { readonly mark: DecimalMark; readonly evidence: string } | { readonly mark: null; readonly refusal: Refusal };

/**
 * Decides the decimal mark of a table over all of its values.
 *
 * @param separator of the table: where it is a comma, a bare comma would have ended the cell, so the program that wrote it puts points
 */
export function decideMark(values: Iterable<Cell>, separator: string): MarkDecision {
  let doubtful: Cell | null = null;
  const shown: Partial<Record<DecimalMark, Cell>> = {};
  for (const value of values) {
    const mark = markOf(value.text);
    if (mark === 'either') doubtful ??= value;
    else if (mark !== null) shown[mark] ??= value;
  }
  const { '.': point, ',': comma } = shown;
  const inMapping = 'Declare "decimalMark" as "." or "," in the mapping.';
  if (point && comma) {
    const detail = `"${point.text}" has a decimal point and "${comma.text}" on line ${comma.line} a decimal comma.`;
    return { mark: null, refusal: { line: point.line, column: point.column, detail, remedy: inMapping } };
  }
  const sure = point ?? comma;
  if (sure) {
    const mark = point ? '.' : ',';
    return { mark, evidence: `Decimals follow a ${nameOf(mark)}: "${sure.text}" on line ${sure.line}.` };
  }
  if (!doubtful) return { mark: '.', evidence: 'No value has decimals.' };
  if (separator === ',' && doubtful.text.includes('.')) {
    const evidence = `Decimals follow a point, as commas separate the columns: "${doubtful.text}" on line ${doubtful.line}.`;
    return { mark: '.', evidence };
  }
  const digits = doubtful.text.replace(/[.,]/, '');
  const decimals = doubtful.text.replace(',', '.');
  const detail = `"${doubtful.text}" could be ${digits} or ${decimals}, and no value of the table tells which.`;
  const { line, column } = doubtful;
  return { mark: null, refusal: { line, column, detail, remedy: inMapping } };
}

const nameOf = (mark: DecimalMark): string => (mark === '.' ? 'point' : 'comma');
