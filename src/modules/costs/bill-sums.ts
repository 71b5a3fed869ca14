import { DomainError } from '../../domain/errors.js';
import { decimal, plain, sum } from '../../domain/quantity/decimal.js';
import { writeMoney, isCurrency } from '../../domain/quantity/money.js';
import type { NewSupplierBill } from './supplier-bills.schema.js';

/**
 * Checks that a bill adds up: components to its net amount and its tax, both to its gross amount.
 *
 * @throws DomainError `bill-does-not-add-up` with both figures; `invalid-input` for a currency we do not know;
 *   `off-grid-total` for amounts finer than its coin
 */
export function checkBillSums({ components, currency, ...bill }: NewSupplierBill): void {
  if (!isCurrency(currency))
    throw new DomainError('invalid-input', `The currency ${currency} is not one we know the coins of.`);
  for (const { amount, tax } of components) [amount, tax].forEach((text) => writeMoney(decimal(text), currency));
  const [net, tax, gross] = [decimal(bill.net), decimal(bill.tax), decimal(bill.gross)];
  const sums = [
    {
      what: 'the components come to',
      found: sum(components.map((one) => decimal(one.amount))),
      said: net,
      name: 'net amount',
    },
    {
      what: 'the tax of the components comes to',
      found: sum(components.map((one) => decimal(one.tax))),
      said: tax,
      name: 'tax',
    },
    { what: 'net amount and tax come to', found: net.plus(tax), said: gross, name: 'gross amount' },
  ];
  for (const { what, found, said, name } of sums) {
    if (found.equals(said)) continue;
    const difference = plain(said.minus(found));
    throw new DomainError(
      'bill-does-not-add-up',
      `On bill ${bill.number} ${what} ${plain(found)}, its ${name} is ${plain(said)}: a difference of ${difference}. ` +
        'Look for a component that is missing or a figure that was misread.',
      { found: plain(found), said: plain(said), difference },
    );
  }
}
