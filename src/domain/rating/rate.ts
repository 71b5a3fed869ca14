import type { Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { isAdjusting, type PricingComponent } from '../tariff/component.js';
import type { Tariff } from '../tariff/tariff.js';
import { adjust } from './adjust.js';
import { rateDemand } from './rate-demand.js';
import { ratePerUnit } from './rate-per-unit.js';
import { rateSeries } from './rate-series.js';
import { ratePeriodic, rateStanding } from './rate-standing.js';
import { rateTiered } from './rate-tiered.js';
import { rateTimeOfUse } from './rate-time-of-use.js';
import { type Coins, type RatedLine, roundLine, type RoundedLine } from './rated-line.js';
import type { Usage } from './usage.js';

/*
 * The problem: turn what a shop used, and the days it was there, into lines of money, under a tariff that changed in the middle.
 *
 *   October, A until the 16th: 0.40 a day, 0.30 a kWh; B from the 16th: 0.42 a day, 0.28 a kWh; used 150 and 160 kWh
 *   A: 15 × 0.40 = 6.00    150 × 0.30 = 45.00
 *   B: 16 × 0.42 = 6.72    160 × 0.28 = 44.80        together 102.52
 *
 * Method: price each piece by itself, component by component, each by the rule of its kind. Nothing is rounded: the line is rounded
 * once, by the caller, by `roundLine`, or by `rateInCoins`, which then lets minima, maxima and discounts look at what is printed.
 */

/** A tariff in force over some days, and what was used on them; null where nothing is metered and only days count. */
export interface PricedPiece {
  readonly tariff: Tariff;
  readonly period: Period;
  readonly usage: Usage | null;
  /** The billing period that `period` is a part of; `period` itself where absent. */
  readonly whole?: Period;
}

/**
 * Rates pieces of a period: everything but minima, maxima and discounts.
 *
 * @param pieces the versions in force with the usage measured on their days
 * @returns lines in the order of pieces, components, time, bands and tiers; exact
 * @throws DomainError `tariff-gap`, `invalid-input`
 * @law linear prices add over a cut: rate(a) + rate(b) = rate(a ∪ b) in money, component by component; graduated tiers are monotone and
 *   continuous
 */
export const rate = (pieces: readonly PricedPiece[]): RatedLine[] => pieces.flatMap(ratePiece);

/**
 * Rates pieces of a period in money: each line rounded once, then minima, maxima and discounts, piece by piece.
 *
 * @returns lines as `rate` gives them, each piece's adjustments after its own
 * @throws DomainError `tariff-gap`, `invalid-input`
 * @law what is printed adds up: Σ lines is the total
 */
export const rateInCoins = (pieces: readonly PricedPiece[], coins: Coins): RoundedLine[] =>
  pieces.flatMap((piece) => {
    const lines = ratePiece(piece).map((line) => roundLine(line, coins.currency, coins.rounding));
    return [...lines, ...adjust(piece.tariff, lines, piece.period, piece.whole ?? piece.period, coins)];
  });

const ratePiece = ({ tariff, period, usage, whole = period }: PricedPiece): RatedLine[] =>
  tariff.components.flatMap((component) =>
    isAdjusting(component) ? [] : rateComponent(component, usage, period, whole),
  );

function rateComponent(component: PricingComponent, usage: Usage | null, period: Period, whole: Period): RatedLine[] {
  if (component.kind === 'standing') return [rateStanding(component, period)];
  if (component.kind === 'periodic') return [ratePeriodic(component, period, whole)];
  if (usage === null) {
    throw new DomainError(
      'tariff-gap',
      `${component.name} is priced per ${component.unit}, and no usage was given for it.`,
      { component: component.name },
    );
  }
  switch (component.kind) {
    case 'per-unit':
    case 'levy':
    case 'export-credit':
      return [ratePerUnit(component, usage, period)];
    case 'time-of-use':
      return rateTimeOfUse(component, usage, period);
    case 'tiered':
      return rateTiered(component, usage, period, whole);
    case 'demand':
      return rateDemand(component, usage, period);
    case 'series':
      return [rateSeries(component, usage, period)];
  }
}
