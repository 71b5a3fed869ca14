import { DomainError } from '../errors.js';

/*
 * Legal numbers run from 1 without a gap within a series; a series is a community's prefix and a year: MH-2026-00042.
 * The counter itself is a row in the database, taken in the transaction that issues. Here is only what a number looks like
 * and what may follow it. From 100,000 on a number has more digits and still sorts after the others by its value.
 */

/** A number within its series. */
export interface LegalNumber {
  readonly series: string;
  readonly no: number;
}

const digits = 5;
const seriesForm = /^[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){0,3}$/;

/**
 * The series of a prefix in a year.
 *
 * @throws DomainError `invalid-input` where the prefix holds more than capitals, digits and single hyphens
 * @example seriesOf('MH', 2026) → 'MH-2026'
 */
export function seriesOf(prefix: string, year: number): string {
  const series = `${prefix}-${year}`;
  if (!seriesForm.test(series)) {
    throw new DomainError(
      'invalid-input',
      `"${prefix.slice(0, 40)}" is no prefix for numbers: use capitals and digits, like MH.`,
    );
  }
  return series;
}

/** The number as it is printed. @example writeNumber({ series: 'MH-2026', no: 42 }) → 'MH-2026-00042' */
export function writeNumber({ series, no }: LegalNumber): string {
  if (!seriesForm.test(series) || !Number.isSafeInteger(no) || no < 1) {
    throw new DomainError(
      'invalid-input',
      `${no} in the series "${series.slice(0, 60)}" is no legal number; they count from 1.`,
    );
  }
  return `${series}-${String(no).padStart(digits, '0')}`;
}

/** Reads a number as it was printed. @throws DomainError `invalid-input` @law readNumber(writeNumber(n)) = n */
export function readNumber(text: string): LegalNumber {
  const [, series, count] = /^(.+)-(\d{5,15})$/.exec(text) ?? [];
  const number = { series: series ?? '', no: parseInt(count ?? '0', 10) };
  if (writeNumber(number) !== text)
    throw new DomainError('invalid-input', `"${text.slice(0, 60)}" is no legal number like MH-2026-00042.`);
  return number;
}

/**
 * The numbers that a run takes, in the order of its documents.
 *
 * @param last  the last number of the series, 0 where there is none
 * @param count how many documents, ≥ 0
 * @law the first is last + 1, each is one more than the one before
 */
export const nextNumbers = (series: string, last: number, count: number): LegalNumber[] =>
  Array.from({ length: count }, (_, index) => ({ series, no: last + 1 + index }));

/**
 * Checks that numbers of one series stand without gap and without double.
 *
 * @throws DomainError `number-out-of-sequence`, naming the first that is out of place
 */
export function checkSequence(series: string, numbers: readonly number[]): void {
  numbers
    .toSorted((a, b) => a - b)
    .forEach((no, index) => {
      if (no === index + 1) return;
      throw new DomainError(
        'number-out-of-sequence',
        `The series ${series} should have the number ${index + 1} where it has ${no}; look for a lost or doubled document.`,
        { series, expected: index + 1, found: no },
      );
    });
}
