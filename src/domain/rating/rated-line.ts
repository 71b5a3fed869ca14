import type { Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { type Decimal, type Rounding } from '../quantity/decimal.js';
import { type Currency, roundToCoin } from '../quantity/money.js';

/** What was used over some days, by band: the names of a calendar's bands, or `allHours` alone. */
export interface Usage {
  readonly unit: string;
  readonly byBand: Readonly<Record<string, Decimal>>;
}

/** The only band of a usage that was not measured by band. */
export const allHours = '';

/** What one component comes to over some days: exact, not yet money that anybody can pay. */
export interface RatedLine {
  readonly component: string;
  /** The component, with the band where there is one. */
  readonly description: string;
  readonly band: string | null;
  readonly quantity: Decimal;
  readonly unit: string;
  readonly price: Decimal;
  /** quantity × price, exact and unrounded. */
  readonly amount: Decimal;
  readonly days: number;
  readonly period: Period;
}

/** Rounds a line to the coin by a named rounding: once, here or by whoever adds lines first. */
export const roundLine = (line: RatedLine, currency: Currency, rounding: Rounding): RatedLine => ({
  ...line,
  amount: roundToCoin(line.amount, currency, rounding),
});

/** Stops where a price per kWh would meet cubic metres. @throws DomainError `invalid-input` */
export function sameUnit(component: string, priced: string, used: string): void {
  if (priced !== used) {
    throw new DomainError('invalid-input', `${component} is priced per ${priced}, and the usage is in ${used}.`, {
      component,
      priced,
      used,
    });
  }
}
