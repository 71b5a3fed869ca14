import fc from 'fast-check';
import { Decimal, decimal, sum } from '../../domain/quantity/decimal.js';
import { ageingOf, type Movement, openItems } from './ageing.js';

const movement = (
  kind: Movement['kind'],
  source: string,
  postedOn: string,
  amount: string,
  credits: string | null = null,
): Movement => ({
  ...{ kind, source, postedOn, credits },
  amount: decimal(amount),
});
const invoice = (source: string, postedOn: string, amount: string) =>
  movement('invoice-issued', source, postedOn, amount);
const paid = (amount: string) => movement('payment-received', `p-${amount}`, '2026-10-05', `-${amount}`);
const credit = (number: string, amount: string, of: string) =>
  movement('credit-note-issued', number, '2026-10-09', `-${amount}`, of);
const open = (entries: readonly Movement[]) =>
  openItems(entries, '2026-11-12').map(({ number, amount, days }) => `${number} ${amount.toFixed(2)} ${days}`);

const september = invoice('S', '2026-09-01', '60.00');
const october = invoice('O', '2026-10-01', '75.00');

describe('what is open', () => {
  it('is what payments have left, the oldest settled first', () => {
    expect(open([september, october])).toEqual(['S 60.00 72', 'O 75.00 42']);
    expect(open([september, october, paid('100.00')])).toEqual(['O 35.00 42']);
    expect(open([september, october, paid('135.00')])).toEqual([]);
  });

  it('is nothing of an invoice that was taken back, and all of the one before it', () => {
    expect(open([september, october, credit('C', '75.00', 'O')])).toEqual(['S 60.00 72']);
    expect(open([september, october, credit('C', '75.00', 'O'), invoice('N', '2026-10-09', '70.00')])).toEqual([
      'S 60.00 72',
      'N 70.00 34',
    ]);
  });

  it('is less by what a credit note has left where its invoice was paid', () =>
    expect(
      open([september, october, paid('135.00'), credit('C', '60.00', 'S'), invoice('N', '2026-10-09', '50.00')]),
    ).toEqual([]));

  it('comes to the balance, or to more where that is below zero', () => {
    const coins = fc.integer({ min: 1, max: 100_000 }).map((n) => decimal(`${n}`).dividedBy(100).toFixed(2));
    fc.assert(
      fc.property(
        fc.array(coins, { maxLength: 6 }),
        fc.array(coins, { maxLength: 4 }),
        fc.array(fc.boolean()),
        (asked, pays, backs) => {
          const invoices = asked.map((amount, index) => invoice(`I${index}`, `2026-0${index + 1}-01`, amount));
          const notes = asked.flatMap((amount, index) =>
            backs[index] ? [credit(`C${index}`, amount, `I${index}`)] : [],
          );
          const entries = [...invoices, ...pays.map((amount) => paid(amount)), ...notes];
          const items = openItems(entries, '2026-11-12');
          const balance = sum(entries.map(({ amount }) => amount));
          const together = sum(items.map(({ amount }) => amount));
          expect(together.equals(Decimal.max(balance, 0))).toBe(true);
          expect(items.every(({ amount }) => amount.greaterThan(0))).toBe(true);
          expect(items.some(({ number }) => backs[Number(number.slice(1))])).toBe(false);
          const { upTo30, upTo60, upTo90, over90 } = ageingOf(items);
          expect(sum([upTo30, upTo60, upTo90, over90]).equals(together)).toBe(true);
        },
      ),
    );
  });
});
