import type { Quality } from '../../../../domain/metering/reading.js';

/*
 * The code lists of D0010, as the data transfer catalogue names its items by number.
 */

/** How a reading of a type came about; null is a reading that its sender took back. */
export interface ReadingType {
  readonly name: string;
  readonly quality: Quality | null;
}

/**
 * Reading types. A reading that the suppliers agreed upon, or that a data collector changed by hand, was on no display, so it is
 * substituted; a migration may carry a read or a deemed value and does not say which, so it is derived.
 *
 * @source data transfer catalogue, J0171 Reading Type; `E` is no type of the catalogue, but some senders write it
 */
export const readingTypes: Readonly<Record<string, ReadingType>> = {
  A: { name: 'change of supplier', quality: 'actual' },
  C: { name: 'own read of the customer', quality: 'customer' },
  D: { name: 'deemed or estimated', quality: 'estimated' },
  E: { name: 'estimated', quality: 'estimated' },
  F: { name: 'final', quality: 'actual' },
  I: { name: 'initial', quality: 'actual' },
  M: { name: 'meter advance reconciliation', quality: 'actual' },
  O: { name: 'estimate of the old supplier', quality: 'estimated' },
  P: { name: 'collected by the prepayment provider', quality: 'actual' },
  Q: { name: 'changed by hand by the data collector', quality: 'substituted' },
  R: { name: 'routine', quality: 'actual' },
  S: { name: 'special', quality: 'actual' },
  T: { name: 'proving test', quality: 'actual' },
  U: { name: 'migration at a change of agent', quality: 'derived' },
  V: { name: 'migration at a change of supplier', quality: 'derived' },
  W: { name: 'withdrawn', quality: null },
  X: { name: 'agreed between suppliers', quality: 'substituted' },
  Y: { name: 'reverse migration', quality: 'derived' },
  Z: { name: 'change of tenancy', quality: 'actual' },
};

const weights = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43];

/**
 * True where the last of the thirteen digits of an MPAN core is the one that the twelve before it demand.
 *
 * @source J0003 MPAN Core: Σ digit × prime, modulo 11, modulo 10
 * @example hasCheckDigit('1200023305967') → true
 */
export const hasCheckDigit = (mpan: string): boolean =>
  (weights.reduce((total, weight, i) => total + weight * Number(mpan[i]), 0) % 11) % 10 === Number(mpan[12]);
