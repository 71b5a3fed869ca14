import { Decimal, decimal, one, plain, sum } from '../quantity/decimal.js';
import { coinScale, type Currency } from '../quantity/money.js';
import { exactly, explain } from '../statement/explain.js';
import type { ChargeLine, Reason, Statement, UtilityUse } from '../statement/model.js';
import { type Check, differs, holds, notTold } from './check.js';

/** The smallest coin. @example coin('GBP') → 0.01 */
export const coin = (currency: Currency): Decimal => new Decimal(10).pow(-coinScale[currency]);

/**
 * One line computed again: its amount from its reason, its reason's figures from the columns, its weight from what it is made of
 * and, where it was measured, from the readings.
 *
 * @param place how the line is called: `Line 3, Standing charge`
 * @returns one check of the amount and one for each figure that can be traced further
 */
export function recomputeLine(line: ChargeLine, place: string, { currency, locale, use }: Statement): Check[] {
  const { reason } = line.why;
  return [amountCheck(line, place, currency, locale), ...columnCheck(line, place), ...weightChecks(reason, place, use)];
}

function amountCheck(
  { net, why: { reason } }: ChargeLine,
  place: string,
  currency: Currency,
  locale: Statement['locale'],
): Check {
  const { numerator, denominator } = exactly(reason);
  if (denominator.lessThanOrEqualTo(0)) return differs('line', `${place}: it is shared by nothing.`, place);
  const off = decimal(net).times(denominator).minus(numerator).abs();
  if (off.lessThan(coin(currency).times(denominator))) {
    return holds('line', `${place}: ${explain(reason, currency, locale)} is ${net}.`, place);
  }
  const ideal = plain(numerator.dividedBy(denominator).toDecimalPlaces(coinScale[currency] + 2));
  return differs('line', `${place}: ${net} is stated, ${explain(reason, currency, locale)} comes to ${ideal}.`, place);
}

/** Quantity and price of the columns are those of the reason. */
function columnCheck({ quantity, price, why: { reason } }: ChargeLine, place: string): Check[] {
  if (reason.rule !== 'per-unit') return [];
  const isOther = (stated: string | undefined, of: string) =>
    stated !== undefined && !decimal(stated).equals(decimal(of));
  return isOther(quantity, reason.quantity) || isOther(price, reason.price)
    ? [differs('line', `${place}: quantity and price are others in the column than in the reason.`, place)]
    : [];
}

function weightChecks(reason: Reason, place: string, use: readonly UtilityUse[]): Check[] {
  if (reason.rule === 'share') {
    const made = reason.made?.map((factors) =>
      factors.reduce((product, { quantity }) => product.times(decimal(quantity)), one),
    );
    if (made !== undefined && !sum(made).equals(decimal(reason.weight))) {
      return [
        differs('weight', `${place}: the weight ${reason.weight} is stated, ${plain(sum(made))} comes out.`, place),
      ];
    }
  }
  if (reason.rule !== 'share' && reason.rule !== 'per-unit') return [];
  const quantity = reason.rule === 'share' ? reason.weight : reason.quantity;
  const rows = use.filter(({ unit }) => unit === reason.unit);
  if (rows.length === 0) return [];
  const figures = rows.flatMap(({ glance, readings }) => [glance.total, ...readings.map(({ used }) => used)]);
  return figures.some((figure) => decimal(figure).equals(decimal(quantity)))
    ? [holds('weight', `${place}: its ${quantity} ${reason.unit} stand among your readings.`, place)]
    : [
        notTold(
          'weight',
          `${place}: its ${quantity} ${reason.unit} are of a part of the period or of several meters; the readings show their sum.`,
        ),
      ];
}
