import { type Decimal, decimal, one } from '../quantity/decimal.js';
import type { Currency } from '../quantity/money.js';
import { wordsOf } from './catalogue/catalogue.js';
import { money, number, percent, price, unitName, withUnit } from './format.js';
import type { Factor, Locale, Reason, Written } from './model.js';

/**
 * Why a line costs what it costs.
 *
 * A reason is the rule that made the amount with every figure it needs, so that a member can redo the sum by hand and a
 * machine can check it: `1 of 23 equal shares of £57.35` is 57.35 / 23 = 2.4934…, printed as 2.49 or, where the odd coin
 * fell to this member, as 2.50. A printed amount is therefore always less than one coin away from its reason.
 */

/**
 * The sentence a member reads under a line.
 *
 * @example share of 143.52, weight 18 of 412 m² → '£143.52 × 18 / 412 m²'
 * @example per-unit 431.0 kWh at 0.246 → '431.0 kWh × 24.600 p/kWh'
 */
export function explain(reason: Reason, currency: Currency, locale: Locale = 'en-GB'): string {
  const amount = (value: Written) => money(value, currency, locale);
  const figure = (value: Written) => number(value, locale);
  const words = wordsOf(locale).reasons;
  switch (reason.rule) {
    case 'per-unit':
      return `${withUnit(reason.quantity, reason.unit, locale)} × ${price(reason.price, currency, reason.unit, locale)}`;
    case 'equal-share':
      return words.equalShare(figure(String(reason.shares)), amount(reason.of));
    case 'share':
      return `${amount(reason.of)} × ${figure(reason.weight)} / ${figure(reason.total)} ${unitOf(reason, locale)}`;
    case 'fixed-share':
      return words.fixedShare(percent(reason.percent, locale), amount(reason.of));
    case 'set-amount':
      return words.setAmount(amount(reason.amount), reason.by);
    case 'reverses':
      return words.reverses(amount(reason.amount), reason.document);
  }
}

/** The unit of a weight; where the weight was made of others, those instead. @example '(10 m² × 15 days + 14 m² × 16 days)' */
function unitOf({ unit, made }: Extract<Reason, { rule: 'share' }>, locale: Locale): string {
  if (made === undefined) return unitName(unit, locale);
  const product = (factors: readonly Factor[]) =>
    factors.map(({ quantity, unit: of }) =>
      of === undefined ? number(quantity, locale) : withUnit(quantity, of, locale),
    );
  return `(${made.map((factors) => product(factors).join(' × ')).join(' + ')})`;
}

/** An exact ratio: the division is left to whoever compares. */
export interface Ratio {
  readonly numerator: Decimal;
  readonly denominator: Decimal;
}

/**
 * What the reason's own sum comes to, exactly and before rounding.
 *
 * @returns money as a ratio with a denominator above zero; a denominator of zero where the reason shares by nothing
 * @law a printed amount lies within one coin of it (checked by `compose`)
 */
export function exactly(reason: Reason): Ratio {
  switch (reason.rule) {
    case 'per-unit':
      return { numerator: decimal(reason.quantity).times(decimal(reason.price)), denominator: one };
    case 'equal-share':
      return { numerator: decimal(reason.of), denominator: decimal(String(reason.shares)) };
    case 'share':
      return { numerator: decimal(reason.of).times(decimal(reason.weight)), denominator: decimal(reason.total) };
    case 'fixed-share':
      return { numerator: decimal(reason.of).times(decimal(reason.percent)), denominator: decimal('100') };
    case 'set-amount':
      return { numerator: decimal(reason.amount), denominator: one };
    case 'reverses':
      return { numerator: decimal(reason.amount).negated(), denominator: one };
  }
}
