import fc from 'fast-check';
import type { DomainError } from '../errors.js';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { type OpenInvoice, settle } from './settle.js';

const invoice = (number: string, issuedOn: string, open: string): OpenInvoice => ({
  number,
  issuedOn,
  open: decimal(open),
});
const row = ({ number, amount }: { number: string; amount: Decimal }): string => `${number} ${amount.toFixed(2)}`;

describe('settle', () => {
  it('pays the oldest first and leaves the rest open', () => {
    const { allocations, credit } = settle(decimal('100.00'), [
      invoice('B', '2026-11-05', '75.00'),
      invoice('A', '2026-10-05', '60.00'),
    ]);
    expect(allocations.map(row)).toEqual(['A 60.00', 'B 40.00']);
    expect(credit.toFixed(2)).toBe('0.00');
  });

  it('goes by the number where two were issued on one day, and passes over what is paid or in credit', () => {
    const { allocations, credit } = settle(decimal('30.00'), [
      invoice('C', '2026-10-05', '5.00'),
      invoice('B', '2026-10-05', '5.00'),
      invoice('A', '2026-10-05', '0.00'),
      invoice('Z', '2026-01-05', '-9.00'),
    ]);
    expect(allocations.map(row)).toEqual(['B 5.00', 'C 5.00']);
    expect(credit.toFixed(2)).toBe('20.00');
  });

  it('keeps a payment as credit where nothing is open', () =>
    expect(settle(decimal('7.00'), []).credit.toFixed(2)).toBe('7.00'));

  it('refuses a negative payment', () => {
    expect(() => settle(decimal('-1'), [])).toThrow(expect.objectContaining({ code: 'invalid-input' }) as DomainError);
    expect(() => settle(decimal('-1'), [])).toThrow('A payment cannot be negative; reverse the one that came back.');
    expect(settle(decimal('0'), [invoice('A', '2026-10-05', '1.00')])).toEqual({
      allocations: [],
      credit: decimal('0'),
    });
  });

  it('settles no more than is open, loses nothing, and gives credit only where nothing stays open', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 1e6 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5e6 }), amounts, (pence, list) => {
        const payment = new Decimal(pence).times('0.01');
        const invoices = list.map((open, index) => ({
          number: `N${index}`,
          issuedOn: `2026-0${((index * 7) % 9) + 1}-01`,
          open: new Decimal(open).times('0.01'),
        }));
        const { allocations, credit } = settle(payment, invoices);
        expect(sum([credit, ...allocations.map((one) => one.amount)]).equals(payment)).toBe(true);
        const openOf = new Map(invoices.map((one) => [one.number, one.open]));
        for (const { number, amount } of allocations)
          expect(amount.lessThanOrEqualTo(openOf.get(number) ?? -1)).toBe(true);
        const stays = sum(invoices.map((one) => one.open)).minus(sum(allocations.map((one) => one.amount)));
        expect(credit.isZero() || stays.isZero()).toBe(true);
        expect(JSON.stringify(settle(payment, invoices.toReversed()))).toBe(JSON.stringify({ allocations, credit }));
      }),
    );
  });
});
