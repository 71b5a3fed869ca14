import type { Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import type { Tariff } from '../tariff/tariff.js';
import { ratePerUnit } from './rate-per-unit.js';
import { rateStanding } from './rate-standing.js';
import { rateTimeOfUse } from './rate-time-of-use.js';
import type { RatedLine, Usage } from './rated-line.js';

/*
 * The problem: turn what a shop used, and the days it was there, into lines of money, under a tariff that changed in the middle.
 *
 *   October, A until the 16th: 0.40 a day, 0.30 a kWh; B from the 16th: 0.42 a day, 0.28 a kWh; used 150 and 160 kWh
 *   A: 15 × 0.40 = 6.00    150 × 0.30 = 45.00
 *   B: 16 × 0.42 = 6.72    160 × 0.28 = 44.80        together 102.52
 *
 * Method: price each piece by itself, component by component. Every price here is linear, so amounts of pieces add up to
 * the amount of the whole, and nothing is rounded: the line is rounded once, by the caller or by `roundLine`.
 */

/** A tariff in force over some days, and what was used on them; null where nothing is metered and only days count. */
export interface PricedPiece {
  readonly tariff: Tariff;
  readonly period: Period;
  readonly usage: Usage | null;
}

/**
 * Rates pieces of a period.
 *
 * @param pieces the versions in force with the usage measured on their days
 * @returns lines in the order of pieces, components and bands; exact
 * @throws DomainError `tariff-gap`, `invalid-input`
 * @law linear prices add over a cut: rate(a) + rate(b) = rate(a ∪ b) in money, component by component
 */
export const rate = (pieces: readonly PricedPiece[]): RatedLine[] => pieces.flatMap(ratePiece);

function ratePiece({ tariff, period, usage }: PricedPiece): RatedLine[] {
  return tariff.components.flatMap((component) => {
    if (component.kind === 'standing') return [rateStanding(component, period)];
    if (usage === null) {
      throw new DomainError(
        'tariff-gap',
        `${component.name} is priced per ${component.unit}, and no usage was given for it.`,
        { component: component.name },
      );
    }
    return component.kind === 'per-unit'
      ? [ratePerUnit(component, usage, period)]
      : rateTimeOfUse(component, usage, period);
  });
}
