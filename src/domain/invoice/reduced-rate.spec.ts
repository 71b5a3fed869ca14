import fc from 'fast-check';
import { Decimal, decimal, plain, sum } from '../quantity/decimal.js';
import { writeMoney } from '../quantity/money.js';
import { compose } from './compose.js';
import { levyOn } from './levy.js';
import type { DraftLine } from './lines.js';
import { applyRelief, premisesUse, type ReducedRate, reliefOf } from './reduced-rate.js';
import type { TaxRate } from './tax.js';

const rule: ReducedRate = {
  utility: 'electricity',
  normal: 'standard',
  reduced: 'reduced',
  smallUsePerDay: decimal('33'),
  qualifyingFromPercent: decimal('60'),
};
const use = (quantity: string, percent: string, days: number) =>
  premisesUse([{ quantity: decimal(quantity), percent: decimal(percent) }], days);
const line = (description: string, net: string, section: DraftLine['section'] = 'energy'): DraftLine => ({
  costNo: 1,
  section,
  description,
  quantity: null,
  unit: null,
  price: null,
  net: decimal(net),
  taxCode: 'standard',
  why: { kind: 'agreed', amount: decimal(net), by: 'the example' },
});

describe('the use of a member at the premises', () => {
  it.each([
    ['1023', '0', 31, 'all'],
    ['1023.001', '0', 31, 'none'],
    ['0', '0', 1, 'all'],
    ['2000', '60', 31, 'all'],
    ['2000', '59.999999', 31, 'split'],
    ['2000', '20', 31, 'split'],
  ])('of %s kWh, %s %% declared, in %i days is reduced: %s', (quantity, percent, days, kind) => {
    expect(reliefOf(use(quantity, percent, days), rule).kind).toBe(kind);
  });

  it('is judged over all meters: two small shops of one member are one large use', () => {
    const two = premisesUse(
      [
        { quantity: decimal('900'), percent: decimal('0') },
        { quantity: decimal('900'), percent: decimal('0') },
      ],
      31,
    );
    expect(reliefOf(two, rule).kind).toBe('none');
    expect(reliefOf(use('900', '0', 31), rule)).toMatchObject({
      kind: 'all',
      because: expect.stringContaining('33 a day'),
    });
  });

  it('has no limit of small use where the rule has none', () => {
    expect(reliefOf(use('1', '0', 31), { ...rule, smallUsePerDay: null }).kind).toBe('none');
  });

  it('never earns less by qualifying more, nor small use by using more', () => {
    const rank = { none: 0, split: 1, all: 2 } as const;
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), fc.nat(100), fc.nat(100), (a, b, p, q) => {
        const judged = (kWh: number, percent: number) => reliefOf(use(String(kWh), String(percent), 31), rule);
        expect(rank[judged(a, Math.max(p, q)).kind]).toBeGreaterThanOrEqual(rank[judged(a, Math.min(p, q)).kind]);
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        if (judged(more, 0).kind === 'all') expect(judged(less, 0).kind).toBe('all');
      }),
    );
  });
});

describe('a line that is taxed in two parts', () => {
  it('keeps its net to the coin, in charge and credit, and says what decided', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e7, max: 1e7 }), fc.integer({ min: 1, max: 59 }), (pence, percent) => {
        const relief = reliefOf(use('2000', String(percent), 31), rule);
        const parts = (net: Decimal) =>
          applyRelief([{ ...line('Units', '0'), net }], relief, rule, 'GBP', 'example').map((one) => one.net);
        const net = new Decimal(pence).times('0.01');
        expect(sum(parts(net)).equals(net)).toBe(true);
        expect(parts(net.negated()).map((one) => plain(one.negated().plus(0)))).toEqual(parts(net).map(plain));
      }),
    );
    const relief = reliefOf(use('2000', '20', 31), rule);
    const [less, more] = applyRelief([line('Units', '200.00')], relief, rule, 'GBP', 'example');
    expect(less).toMatchObject({
      taxCode: 'reduced',
      description: 'Units, qualifying use',
      taxBecause: expect.stringContaining('400 of 2000 kWh'),
    });
    expect(more).toMatchObject({ taxCode: 'standard', description: 'Units, other use' });
    expect([less, more].map((one) => plain(one?.net ?? decimal('0')))).toEqual(['40', '160']);
  });

  it('touches no line of another code', () => {
    const rent = { ...line('Rent', '310.00'), taxCode: 'rent' };
    const relief = reliefOf(use('10', '0', 31), rule);
    expect(applyRelief([rent], relief, rule, 'GBP', 'example')).toEqual([rent]);
  });
});

/*
 * Oracle, UK vectors (Finan Example 1 to 4, Application of De Minimis): 2,000 kWh at 10p, £10 standing, the rates of then: tax 17.5 % and
 * 5 %, levy 0.43p. Their totals of tax are rounded down, as HMRC allows.
 */
describe('published bills of energy with levy and tax', () => {
  const rates: TaxRate[] = (
    [
      ['standard', '17.5'],
      ['reduced', '5'],
    ] as const
  ).map(([code, rate]) => ({
    code,
    label: code,
    category: 'S',
    reason: '',
    rate: decimal(rate),
    from: '2000-01-01',
    to: null,
  }));
  const bill = (percent: string, reliefPercent: string, smallUsePerDay: string) => {
    const all = use('2000', percent, 31);
    const relief = reliefOf(all, { ...rule, smallUsePerDay: decimal(smallUsePerDay) });
    const levied = relief.kind === 'all' ? { ...all, qualifying: all.quantity } : all;
    const levy = levyOn(levied, decimal('0.0043'), decimal(reliefPercent), 'GBP', 'down');
    const energy = applyRelief(
      [line('Standing charge', '10.00', 'standing'), line('Units', '200.00')],
      relief,
      rule,
      'GBP',
      'oracle',
    );
    const levies = [line('Levy', '0', 'levy'), line('Relief of the levy', '0', 'levy')].map((one, index) => ({
      ...one,
      net: index === 0 ? levy.amount : levy.relief,
    }));
    const heading = {
      memberId: 'm',
      period: { from: '2008-10-01', to: '2008-11-01' },
      currency: 'GBP',
      taxPoint: '2008-10-31',
    } as const;
    const draft = compose(heading, [...energy, ...levies.filter((one) => !one.net.isZero())], {
      kind: 'registered',
      rates,
      rounding: 'down',
    });
    return {
      levies: levies.map((one) => writeMoney(one.net, 'GBP')),
      taxes: draft.taxes?.map((row) => [writeMoney(row.net, 'GBP'), writeMoney(row.tax, 'GBP')]),
      gross: writeMoney(draft.gross, 'GBP'),
    };
  };

  it('a normal account: 38.255 is rounded down', () => {
    expect(bill('0', '0', '33')).toEqual({ levies: ['8.60', '0.00'], taxes: [['218.60', '38.25']], gross: '256.85' });
  });

  it('20 % qualifying: the levy is on 1,600 kWh and all of it in the normal part', () => {
    expect(bill('20', '0', '33')).toEqual({
      levies: ['6.88', '0.00'],
      taxes: [
        ['174.88', '30.60'],
        ['42.00', '2.10'],
      ],
      gross: '249.58',
    });
  });

  it('the same with 10 % of the levy let off: 30.485 is rounded down', () => {
    expect(bill('20', '10', '33')).toEqual({
      levies: ['6.88', '-0.68'],
      taxes: [
        ['174.20', '30.48'],
        ['42.00', '2.10'],
      ],
      gross: '248.78',
    });
  });

  it('small use: 5 % of 210.00 is 10.50, and not the 10.05 that was printed', () => {
    const small = bill('0', '0', '65');
    expect(small).toEqual({ levies: ['0.00', '0.00'], taxes: [['210.00', '10.50']], gross: '220.50' });
    expect(small.gross).not.toBe('220.05');
  });
});
