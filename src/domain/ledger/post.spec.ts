import fc from 'fast-check';
import { apportion, type Cost } from '../apportionment/apportion.js';
import type { Beneficiary } from '../apportionment/beneficiary.js';
import { AssertionFailed, type DomainError } from '../errors.js';
import { compose } from '../invoice/compose.js';
import { creditNote } from '../invoice/correct.js';
import type { Invoice } from '../invoice/invoice.js';
import { type CostWording, type DraftLine, linesByMember } from '../invoice/lines.js';
import type { TaxPolicy } from '../invoice/tax.js';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { balanceOf, type Entry, entry, receivable, trialBalance } from './journal.js';
import {
  type Payment,
  postCostAccrued,
  postCostsShared,
  postDocument,
  postPayment,
  postPaymentReversed,
} from './post.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const october = { from: '2026-10-01', to: '2026-11-01' };
const on = '2026-11-05';
const members = ['rosa', 'lund', 'amir'];
const who: Beneficiary[] = [
  ...members.map((memberId): Beneficiary => ({ kind: 'member', memberId })),
  { kind: 'common' },
  { kind: 'held' },
  { kind: 'vacant', spaceId: '4', payerMemberId: 'rosa' },
  { kind: 'vacant', spaceId: '5', payerMemberId: null },
];
const policy: TaxPolicy = {
  kind: 'registered',
  rounding: 'half-up',
  rates: [
    {
      code: 'standard',
      label: 'VAT 20 %',
      category: 'S',
      reason: '',
      rate: decimal('20'),
      from: '2011-01-04',
      to: null,
    },
  ],
};
const wording: CostWording = {
  no: 1,
  section: 'energy',
  description: 'Units',
  residualDescription: 'Shared areas',
  price: null,
  taxOf: () => ({ code: 'standard', because: 'a meter' }),
};
const kiln: DraftLine = {
  costNo: null,
  section: 'own-charge',
  description: 'Kiln',
  quantity: null,
  unit: null,
  price: null,
  net: decimal('3.50'),
  taxCode: 'standard',
  why: { kind: 'agreed', amount: decimal('3.50'), by: 'the price list' },
};
const money = (pence: number): Decimal => new Decimal(pence).times('0.01');

/** A run of one supplier bill and one own charge, from the bill to the issued invoices. */
function run(pence: number, weights: readonly number[]): { entries: Entry[]; invoices: Invoice[] } {
  const net = money(pence);
  const cost: Cost = { no: 1, label: 'Units', amount: net, currency: 'GBP', component: 'units' };
  const shares = apportion(
    cost,
    who.map((beneficiary, index) => ({ beneficiary, weight: new Decimal(weights[index] ?? 0), reasons: [] })),
    null,
    october,
  );
  const lines = linesByMember(shares, [wording]);
  const invoices = members.map((memberId, index): Invoice => ({
    ...compose(
      { memberId, period: october, currency: 'GBP', taxPoint: on },
      [...(lines.get(memberId) ?? []), kiln],
      policy,
    ),
    kind: 'invoice',
    number: `MH-2026-0000${index + 1}`,
    issuedOn: on,
    dueOn: '2026-11-19',
  }));
  const accrued = {
    source: 'bill-7',
    of: 'supplier',
    net,
    tax: money(pence * 20)
      .times('0.01')
      .toDecimalPlaces(2),
    currency: 'GBP',
    on,
  } as const;
  return {
    invoices,
    entries: [postCostAccrued(accrued), postCostsShared('run-1', shares, 'GBP', on), ...invoices.map(postDocument)],
  };
}
const weights = fc
  .array(fc.nat(1000), { minLength: who.length, maxLength: who.length })
  .filter((list) => list.some((one) => one > 0));
const pence = fc.integer({ min: -1e7, max: 1e7 });

describe('the books', () => {
  it('tell a run as the treasurer would', () => {
    const { entries } = run(10_000, [50, 20, 10, 6, 4, 5, 5]);
    expect([...trialBalance(entries)].map(([account, balance]) => `${account} ${balance.toFixed(2)}`)).toEqual([
      'common-cost 6.00',
      'held 4.00',
      'own-income -10.50',
      'receivable:amir 16.20',
      'receivable:lund 28.20',
      'receivable:rosa 70.20',
      'supplier-clearing 0.00',
      'supplier-payable -120.00',
      'tax-input 20.00',
      'tax-output -19.10',
      'vacant-cost 5.00',
    ]);
  });

  it('leave the clearing at exactly zero after issue, and after credit notes', () => {
    fc.assert(
      fc.property(pence, weights, (amount, list) => {
        const { entries, invoices } = run(amount, list);
        expect(balanceOf('supplier-clearing', entries).isZero()).toBe(true);
        const credits = invoices.map((one, index) =>
          postDocument(creditNote(one, { number: `C-${index}`, issuedOn: on, cause: 'Wrong reading.' }, null)),
        );
        expect(balanceOf('supplier-clearing', [...entries, ...credits]).isZero()).toBe(true);
        for (const id of members) expect(balanceOf(receivable(id), [...entries, ...credits]).isZero()).toBe(true);
      }),
    );
  });

  it('sum to zero, entry by entry and as a whole, with no posting of nothing', () => {
    fc.assert(
      fc.property(pence, weights, (amount, list) => {
        const { entries } = run(amount, list);
        for (const { postings } of entries) {
          expect(sum(postings.map((one) => one.amount)).isZero()).toBe(true);
          expect(postings.some((one) => one.amount.isZero())).toBe(false);
        }
        expect(sum(trialBalance(entries).values()).isZero()).toBe(true);
      }),
    );
  });

  it('owe from a member what invoices less credit notes less payments come to', () => {
    fc.assert(
      fc.property(
        pence,
        weights,
        fc.array(fc.integer({ min: 1, max: 1e6 }), { maxLength: 5 }),
        fc.boolean(),
        (amount, list, paid, bounced) => {
          const { entries, invoices } = run(amount, list);
          const [rosa] = invoices;
          if (rosa === undefined) throw new Error('Rosa is a member.');
          const payments = paid.map((one, index): Payment => ({
            id: `p${index}`,
            memberId: 'rosa',
            amount: money(one),
            currency: 'GBP',
            receivedOn: on,
          }));
          const received = payments.map(postPayment);
          const back = bounced ? received.slice(0, 1).map((one) => postPaymentReversed(one, 'bounce-1', on)) : [];
          const kept = sum(payments.slice(back.length).map((one) => one.amount));
          expect(balanceOf(receivable('rosa'), [...entries, ...received, ...back]).equals(rosa.gross.minus(kept))).toBe(
            true,
          );
          expect(balanceOf('bank', [...received, ...back]).equals(kept)).toBe(true);
        },
      ),
    );
  });

  it('take the community’s own costs as its income', () => {
    const rent = postCostAccrued({
      source: 'rent-10',
      of: 'community',
      net: decimal('900'),
      tax: decimal('0'),
      currency: 'GBP',
      on,
    });
    expect(rent.postings.map(({ account, amount }) => `${account} ${amount.toFixed(2)}`)).toEqual([
      'own-income -900.00',
      'supplier-clearing 900.00',
    ]);
  });

  it('refuse an entry that does not sum to zero: our bug', () => {
    const head = { kind: 'invoice-issued', source: 'x', postedOn: on, currency: 'GBP', reverses: null } as const;
    expect(() => entry(head, [{ account: 'bank', amount: decimal('0.01') }])).toThrow(AssertionFailed);
  });

  it('refuse a payment of nothing and the reversal of what is no payment', () => {
    const payment: Payment = { id: 'p', memberId: 'rosa', amount: decimal('0'), currency: 'GBP', receivedOn: on };
    expect(() => postPayment(payment)).toThrow(refusal('invalid-input'));
    const [bill] = run(100, [1]).entries;
    expect(bill && (() => postPaymentReversed(bill, 'b', on))).toThrow(refusal('invalid-input'));
  });

  it('say of each entry which fact it is, on which day, and what it takes back', () => {
    const { entries, invoices } = run(10_000, [50, 20, 10, 6, 4, 5, 5]);
    const [rosa] = invoices;
    if (rosa === undefined) throw new Error('Rosa is a member.');
    const paid = postPayment({ id: 'p7', memberId: 'rosa', amount: money(500), currency: 'GBP', receivedOn: on });
    const credit = creditNote(rosa, { number: 'C-1', issuedOn: '2026-11-09', cause: 'Wrong reading.' }, null);
    const all = [
      ...entries.slice(0, 3),
      postDocument(credit),
      paid,
      postPaymentReversed(paid, 'bounce-1', '2026-11-12'),
    ];
    expect(all.map(({ kind, source, postedOn, reverses }) => [kind, source, postedOn, reverses])).toEqual([
      ['cost-accrued', 'bill-7', on, null],
      ['costs-shared', 'run-1', on, null],
      ['invoice-issued', 'MH-2026-00001', on, null],
      ['credit-note-issued', 'C-1', '2026-11-09', null],
      ['payment-received', 'p7', on, null],
      ['payment-reversed', 'bounce-1', '2026-11-12', 'p7'],
    ]);
    expect(all.every(({ currency }) => currency === 'GBP')).toBe(true);
  });

  it('hold what a credit note gives back of a shared cost, and give back the own charge from income', () => {
    const [rosa] = run(10_000, [50, 20, 10, 6, 4, 5, 5]).invoices;
    if (rosa === undefined) throw new Error('Rosa is a member.');
    const credit = creditNote(rosa, { number: 'C-1', issuedOn: on, cause: 'Wrong reading.' }, null);
    expect(postDocument(credit).postings.map(({ account, amount }) => `${account} ${amount.toFixed(2)}`)).toEqual([
      'held 55.00',
      'own-income 3.50',
      'receivable:rosa -70.20',
      'tax-output 11.70',
    ]);
  });

  it('have a fund owe what it gives', () => {
    const grant = {
      source: 'fund-3',
      of: 'fund',
      net: decimal('-40'),
      tax: decimal('0'),
      currency: 'GBP',
      on,
    } as const;
    expect(postCostAccrued(grant).postings.map(({ account, amount }) => `${account} ${amount.toFixed(2)}`)).toEqual([
      'funds-receivable 40.00',
      'supplier-clearing -40.00',
    ]);
  });

  it('say why a payment or a reversal is refused', () => {
    const payment: Payment = { id: 'p', memberId: 'rosa', amount: decimal('-1'), currency: 'GBP', receivedOn: on };
    expect(() => postPayment(payment)).toThrow(
      expect.objectContaining({
        message: 'A payment is more than zero; to take one back, reverse it.',
        facts: { payment: 'p' },
      }),
    );
    const [bill] = run(100, [1]).entries;
    expect(bill && (() => postPaymentReversed(bill, 'b', on))).toThrow(
      'bill-7 is no payment; only payments are reversed, documents are credited.',
    );
  });

  it('list accounts in order, in an entry and over all of them', () => {
    const head = { kind: 'cost-accrued', source: 'x', postedOn: on, currency: 'GBP', reverses: null } as const;
    const mixed = entry(head, [
      { account: 'tax-input', amount: decimal('1') },
      { account: 'bank', amount: decimal('-3') },
      { account: 'held', amount: decimal('1') },
      { account: 'tax-input', amount: decimal('1') },
    ]);
    expect(mixed.postings.map(({ account, amount }) => `${account} ${amount.toFixed()}`)).toEqual([
      'bank -3',
      'held 1',
      'tax-input 2',
    ]);
    const later = entry(head, [
      { account: 'bank', amount: decimal('3') },
      { account: 'common-cost', amount: decimal('-3') },
    ]);
    expect([...trialBalance([mixed, later])].map(([account, amount]) => `${account} ${amount.toFixed()}`)).toEqual([
      'bank 0',
      'common-cost -3',
      'held 1',
      'tax-input 2',
    ]);
    expect(balanceOf('bank', [mixed, later]).isZero()).toBe(true);
    expect(balanceOf('bank', [mixed]).toFixed()).toBe('-3');
  });
});
