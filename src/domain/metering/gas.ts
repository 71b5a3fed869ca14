import { addDays, type CivilDate, daysIn, type Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { Decimal, plain, quotient, sum } from '../quantity/decimal.js';

/*
 * The problem: a gas meter counts cubic metres, and the bill is for kilowatt hours. A cubic metre of one day holds more energy than
 * one of the next, so the conversion needs the calorific value of the gas that flowed.
 *
 *   120 m³ in two days of 39.2 and 39.6 MJ/m³: a cubic metre is 1.02264 × 39.4 / 3.6 = 11.192227 kWh, so 120 × 11.192227 = 1,343.06724
 *
 * Method: correct the volume to standard temperature and pressure, take the mean calorific value of the days, and divide by the
 * 3.6 MJ of a kilowatt hour. Mean and conversion are one division, rounded once, to the factor of these days; volumes are multiplied
 * by it and not rounded again, so that the parts of a meter still add up to it, and what a source counted to what its sub-meters did.
 * A day without a calorific value is refused: the value of its neighbour is another gas.
 */

/** Megajoules in a kilowatt hour. */
const megajoules = new Decimal('3.6');

/** Fraction digits of the factor: a millionth of a kilowatt hour in a cubic metre. */
const gridOfFactor = 6;

/** The calorific value of the gas of a day, in MJ/m³. */
export interface CalorificValue {
  readonly day: CivilDate;
  readonly value: Decimal;
}

/** What a cubic metre of gas holds, and how that was found, so that anybody can do it again. */
export interface GasFactor {
  readonly correction: Decimal;
  /** Sum of the daily values and their number: the mean is their quotient. */
  readonly calorificSum: Decimal;
  readonly days: number;
  /** kWh per m³ as counted. */
  readonly factor: Decimal;
}

/** The days of a period that have no calorific value. */
export function daysWithoutCalorificValue(period: Period, values: readonly CalorificValue[]): CivilDate[] {
  const known = new Set(values.map(({ day }) => day));
  return Array.from({ length: daysIn(period) }, (_, index) => addDays(period.from, index)).filter(
    (day) => !known.has(day),
  );
}

/**
 * What a cubic metre of gas held over some days.
 *
 * @param correction from the meter's conditions to standard ones; 1.02264 where nothing else is agreed
 * @param values     one for each day of the period, in any order; others are left out of account
 * @returns kWh per m³ on six fraction digits, a tie away from zero
 * @throws DomainError `not-found` where a day has no calorific value
 * @law order-free; days outside the period change nothing
 * @source Gas (Calculation of Thermal Energy) Regulations 1996, regulation 3 (÷ 3.6; temperature and pressure 1.02264)
 * @example 1.02264 × 40.0 / 3.6 → 11.362667
 */
export function gasFactor(correction: Decimal, values: readonly CalorificValue[], period: Period): GasFactor {
  const [missing] = daysWithoutCalorificValue(period, values);
  if (missing !== undefined) {
    throw new DomainError('not-found', `${missing} has no calorific value; enter it as the gas network published it.`, {
      on: missing,
    });
  }
  const byDay = new Map(values.map(({ day, value }) => [day, value]));
  const within = [...byDay].filter(([day]) => period.from <= day && day < period.to);
  const calorificSum = sum(within.map(([, value]) => value));
  const days = daysIn(period);
  const factor = quotient(correction.times(calorificSum), megajoules.times(days), gridOfFactor, 'half-up');
  return { correction, calorificSum, days, factor };
}

/**
 * The energy of a volume of gas.
 *
 * @param volume m³ as the meter counted, ≥ 0
 * @returns kWh, exact in the factor
 * @law energy of a sum = sum of energies
 * @source golden case G17: 1 m³ of 40.0 MJ/m³ → 11.363 on three digits
 */
export const energyOfGas = (volume: Decimal, { factor }: GasFactor): Decimal => volume.times(factor);

/** How the language sets figures and names units. */
export interface FactorWords {
  readonly figure: (written: string) => string;
  readonly unit: (name: string) => string;
}

/** The factor as a person redoes it. @example '1.02264 × (78.8 MJ/m³ / 2 days) / 3.6 = 11.192227 kWh/m³' */
export function sayFactor(
  { correction, calorificSum, days, factor }: GasFactor,
  { figure, unit }: FactorWords = { figure: (written) => written, unit: (name) => name },
): string {
  const say = (value: Decimal): string => figure(plain(value));
  const mean = days === 1 ? `${say(calorificSum)} MJ/m³` : `(${say(calorificSum)} MJ/m³ / ${days} ${unit('days')})`;
  return `${say(correction)} × ${mean} / ${figure('3.6')} = ${say(factor)} kWh/m³`;
}
