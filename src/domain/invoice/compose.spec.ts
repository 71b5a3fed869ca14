import fc from 'fast-check';
import { apportion, type Cost, type CostShare } from '../apportionment/apportion.js';
import { type Beneficiary, billedMember } from '../apportionment/beneficiary.js';
import type { DomainError } from '../errors.js';
import { Decimal, decimal, sum } from '../quantity/decimal.js';
import { compose, type Heading } from './compose.js';
import { creditNote } from './correct.js';
import { type Draft, type Invoice, sections } from './invoice.js';
import { type CostWording, type DraftLine, linesByMember } from './lines.js';
import type { TaxPolicy } from './tax.js';
import type { TaxChoice } from './tax-treatment.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const october = { from: '2026-10-01', to: '2026-11-01' };
const heading: Heading = { memberId: 'rosa', period: october, currency: 'GBP', taxPoint: '2026-11-05' };
const registered: TaxPolicy = {
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
    { code: 'reduced', label: 'VAT 5 %', category: 'S', reason: '', rate: decimal('5'), from: '2000-01-01', to: null },
  ],
};
const line = (net: Decimal | string, more: Partial<DraftLine> = {}): DraftLine => ({
  costNo: null,
  section: 'own-charge',
  description: 'Kiln',
  quantity: null,
  unit: null,
  price: null,
  net: new Decimal(net),
  taxCode: 'standard',
  why: { kind: 'agreed', amount: new Decimal(net), by: 'the price list' },
  ...more,
});
const invoice = (draft: Draft): Invoice => ({
  ...draft,
  kind: 'invoice',
  number: 'MH-2026-00042',
  issuedOn: '2026-11-05',
  dueOn: '2026-11-19',
});
const drawn = fc.array(
  fc.record({
    net: fc.integer({ min: -1e7, max: 1e7 }).map((pence) => new Decimal(pence).times('0.01')),
    section: fc.constantFrom(...sections),
    costNo: fc.option(fc.integer({ min: 1, max: 9 })),
    taxCode: fc.constantFrom('standard', 'reduced'),
  }),
  { maxLength: 20 },
);
const linesOf = (list: readonly (Partial<DraftLine> & { net: Decimal })[]): DraftLine[] =>
  list.map((one) => line(one.net, one));

describe('compose', () => {
  it('prints sections in their order, costs as entered, and numbers them', () => {
    const draft = compose(
      heading,
      [line('1.00'), line('2.00', { section: 'energy', costNo: 2 }), line('3.00', { section: 'energy', costNo: 1 })],
      registered,
    );
    expect(draft.lines.map(({ no, section, net }) => [no, section, net.toFixed()])).toEqual([
      [1, 'energy', '3'],
      [2, 'energy', '2'],
      [3, 'own-charge', '1'],
    ]);
  });

  it('shows no tax where the community is not registered: the lines are what the cost came to', () => {
    const draft = compose(heading, [line('12.34', { taxCode: null })], { kind: 'unregistered' });
    expect([draft.taxes, draft.net.toFixed(), draft.tax.toFixed(), draft.gross.toFixed()]).toEqual([
      null,
      '12.34',
      '0',
      '12.34',
    ]);
    expect(draft.lines.map((one) => one.taxRate)).toEqual([null]);
  });

  it('makes an empty invoice of nothing', () => {
    expect(compose(heading, [], registered).gross.toFixed()).toBe('0');
  });

  it('refuses a line without a tax code, one with a code that must not be there, one without a rate, and half a coin', () => {
    expect(() => compose(heading, [line('1.00', { taxCode: null })], registered)).toThrow(refusal('invalid-input'));
    expect(() => compose(heading, [line('1.00')], { kind: 'unregistered' })).toThrow(refusal('invalid-input'));
    expect(() => compose(heading, [line('1.00', { taxCode: 'luxury' })], registered)).toThrow(refusal('not-found'));
    expect(() => compose(heading, [line('1.005')], registered)).toThrow(refusal('off-grid-total'));
  });

  it('names the line that is refused, and what to do', () => {
    const refused = (one: DraftLine, policy: TaxPolicy = registered) => {
      try {
        compose(heading, [line('1.00', policy === registered ? {} : { taxCode: null }), one], policy);
      } catch (error) {
        return (error as DomainError).message;
      }
      return null;
    };
    expect(refused(line('0.005'))).toBe('The line "Kiln" comes to 0.005, which is no whole coin.');
    expect(refused(line('1.00', { taxCode: null }))).toContain('name one, a code of zero percent');
    expect(refused(line('1.00'), { kind: 'unregistered' })).toContain(
      'the tax code standard, but the community is not registered',
    );
  });

  it('adds printed lines up to printed totals', () => {
    fc.assert(
      fc.property(drawn, (list) => {
        const { lines, net, tax, taxes, gross } = compose(heading, linesOf(list), registered);
        expect(sum(lines.map((one) => one.net)).equals(net)).toBe(true);
        expect(sum((taxes ?? []).map((row) => row.net)).equals(net)).toBe(true);
        expect(sum((taxes ?? []).map((row) => row.tax)).equals(tax)).toBe(true);
        expect(net.plus(tax).equals(gross)).toBe(true);
      }),
    );
  });

  it('gives the same bytes again', () => {
    fc.assert(
      fc.property(drawn, (list) => {
        const once = JSON.stringify(compose(heading, linesOf(list), registered));
        expect(JSON.stringify(compose(heading, linesOf(list), registered))).toBe(once);
      }),
    );
  });
});

describe('creditNote', () => {
  const issue = { number: 'MH-C-2026-00001', issuedOn: '2026-11-20', cause: 'The meter of stall 4 was read wrongly.' };

  it('takes back every figure of the invoice', () => {
    fc.assert(
      fc.property(drawn, (list) => {
        const charge = invoice(compose(heading, linesOf(list), registered));
        const credit = creditNote(charge, issue, null);
        expect(credit.credits).toBe(charge.number);
        const figures = (one: Draft): Decimal[] => [
          one.net,
          one.tax,
          one.gross,
          ...one.lines.map((each) => each.net),
          ...(one.taxes ?? []).flatMap((row) => [row.net, row.tax, row.gross]),
        ];
        const back = figures(credit);
        figures(charge).forEach((figure, index) => expect(back[index]?.plus(figure).isZero()).toBe(true));
        expect(JSON.stringify(credit)).not.toContain('"-0"');
      }),
    );
  });

  it('is written once', () => {
    const charge = invoice(compose(heading, [line('1.00')], registered));
    expect(() => creditNote(charge, issue, 'MH-C-2026-00001')).toThrow(refusal('already-credited'));
  });
});

describe('linesByMember', () => {
  const who: Beneficiary[] = [
    { kind: 'member', memberId: 'rosa' },
    { kind: 'member', memberId: 'lund' },
    { kind: 'common' },
    { kind: 'held' },
    { kind: 'vacant', spaceId: '4', payerMemberId: 'rosa' },
    { kind: 'vacant', spaceId: '5', payerMemberId: null },
  ];
  const cost = (amount: Decimal): Cost => ({ no: 1, label: 'Water', amount, currency: 'GBP', component: 'water' });
  const wording: CostWording = {
    no: 1,
    section: 'space',
    description: 'Water',
    residualDescription: 'Water, shared areas',
    price: null,
    taxOf: null,
  };
  const shares = (amount: Decimal, list: readonly number[]): CostShare[] =>
    apportion(
      cost(amount),
      who.map((beneficiary, index) => ({
        beneficiary,
        weight: new Decimal(list[index] ?? 0),
        reasons: [{ what: 'days', spaceId: '4', spaceLabel: 'Stall 4', days: 1, value: new Decimal(1) }],
      })),
      null,
      october,
    );

  it('bills members and named payers, and says which space stood empty', () => {
    const lines = linesByMember(shares(decimal('6.00'), [1, 1, 1, 1, 1, 1]), [wording]);
    expect(
      [...lines.entries()].map(([id, list]) => [id, list.map((one) => `${one.section}: ${one.description}`)]),
    ).toEqual([
      ['rosa', ['space: Water', 'vacant-space: Water, Stall 4 while empty']],
      ['lund', ['space: Water']],
    ]);
  });

  it('names and taxes the part that no meter explains by itself', () => {
    const rosa: Beneficiary = { kind: 'member', memberId: 'rosa' };
    const own = { beneficiary: rosa, weight: decimal('3'), reasons: [] };
    const parts = apportion(cost(decimal('4.00')), [own], { quantity: decimal('1'), weights: [own] }, october);
    const taxOf = ({ part }: CostShare): TaxChoice =>
      part === 'own' ? { code: 'power', because: 'a meter' } : { code: 'rent', because: 'no meter' };
    const metered: CostWording = { ...wording, section: 'energy', taxOf };
    const lines = linesByMember(parts, [metered]).get('rosa') ?? [];
    expect(lines.map((one) => `${one.section}: ${one.description} ${one.net.toFixed(2)} ${one.taxCode}`)).toEqual([
      'energy: Water 3.00 power',
      'shared-areas: Water, shared areas 1.00 rent',
    ]);
  });

  it('loses nothing: lines and what nobody is billed for add up to the cost', () => {
    const weights = fc
      .array(fc.nat(1000), { minLength: 6, maxLength: 6 })
      .filter((list) => list.some((value) => value > 0));
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), weights, (pence, list) => {
        const amount = new Decimal(pence).times('0.01');
        const parts = shares(amount, list);
        const billed = [...linesByMember(parts, [wording]).values()].flat().map((one) => one.net);
        const rest = parts.filter((one) => billedMember(one.beneficiary) === null).map((one) => one.amount);
        expect(sum([...billed, ...rest]).equals(amount)).toBe(true);
      }),
    );
  });
});
