import fc from 'fast-check';
import { decimal, fixed, sum } from '../quantity/decimal.js';
import { compose } from './compose.js';
import { explain } from './explain.js';
import type { StatementFacts } from './facts.js';
import type { Reason } from './model.js';
import { sampleFacts } from './sample.js';

const coins = (value: number): string => fixed(decimal(String(value)).dividedBy(100), 2);
const add = (...values: string[]): string => fixed(sum(values.map(decimal)), 2);
const addsUp = expect.objectContaining({ code: 'lines-do-not-add-up' });

/** Facts that add up: any opening, payments, lines with their exact reasons, and a bill with any division. */
const facts = fc
  .record({
    opening: fc.integer({ min: -9_999_999, max: 9_999_999 }),
    payments: fc.array(fc.integer({ min: -999_999, max: 0 }), { maxLength: 4 }),
    lines: fc.array(fc.integer({ min: -99_999, max: 99_999 }), { minLength: 1, maxLength: 12 }),
    division: fc.array(fc.nat(99_999), { minLength: 4, maxLength: 4 }),
  })
  .map(({ opening, payments, lines, division }): StatementFacts => {
    const net = add(...lines.map(coins));
    const entries = [
      ...payments.map((amount) => ({ kind: 'payment' as const, amount: coins(amount) })),
      { kind: 'charges' as const, amount: net },
    ];
    const [members, common, vacant, held] = division.map(coins) as [string, string, string, string];
    const amount = add(members, common, vacant, held);
    const component = { label: 'units', sharedBy: 'metered use', amount, members, common, vacant, held, you: '0.00' };
    return {
      ...sampleFacts,
      kind: 'statement',
      charges: {
        lines: lines.map((line) => ({
          section: 'Electricity',
          description: 'line',
          net: coins(line),
          reason: { rule: 'set-amount', amount: coins(line), by: 'the meeting' },
        })),
        net,
        gross: net,
      },
      balance: {
        opening: { amount: coins(opening) },
        entries,
        closing: add(coins(opening), ...entries.map((entry) => entry.amount)),
      },
      sharing: [
        { title: 'Bill', from: '2026-10-01', to: '2026-11-01', basis: 'before tax', amount, components: [component] },
      ],
    };
  });

describe('compose', () => {
  it('accepts whatever adds up, and what it prints adds up', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { balance, charges, sharing } = compose(given);
        expect(add(balance.opening.amount, ...balance.entries.map((entry) => entry.amount))).toBe(balance.closing);
        expect(add(...charges.lines.map((line) => line.net))).toBe(charges.net);
        for (const { total, difference } of sharing) {
          expect(add(total.members, total.common, total.vacant, total.held)).toBe(total.amount);
          expect(difference).toBe('0.00');
        }
      }),
    );
  });

  it('refuses one coin too many anywhere', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const more = (value: string) => add(value, '0.01');
        const { balance, charges, sharing } = given;
        const [bill] = sharing;
        const wrong: StatementFacts[] = [
          { ...given, balance: { ...balance, closing: more(balance.closing) } },
          { ...given, charges: { ...charges, net: more(charges.net) } },
          { ...given, charges: { ...charges, gross: more(charges.gross) } },
          { ...given, sharing: bill === undefined ? [] : [{ ...bill, amount: more(bill.amount) }] },
        ];
        for (const facts of wrong) expect(() => compose(facts)).toThrow(addsUp);
      }),
    );
  });

  it('is deterministic', () => {
    fc.assert(
      fc.property(facts, (given) => JSON.stringify(compose(given)) === JSON.stringify(compose(structuredClone(given)))),
    );
  });

  it('works out the example by hand: 164.12 − 164.12 + 164.29 − 4.80 = 159.49, 523.5 / 31 = 16.9 a day, 4 % less', () => {
    const content = compose(sampleFacts);
    const [use] = content.use;
    expect(content.balance.closing).toBe('159.49');
    expect(content.period.days).toBe(31);
    expect(use?.glance).toEqual({
      total: '523.5',
      perDay: '16.9',
      costPerDay: '5.30',
      lastYear: { label: 'October\u00a02025', perDay: '17.6', change: '-4' },
      peers: { label: 'Typical bakery here', perDay: '18.2' },
    });
    expect(use?.history).toHaveLength(13);
    expect(use?.share?.parts.map((part) => `${part.kind} ${part.percent}`)).toEqual([
      'you 6.6',
      'others 85.4',
      'shared 8.0',
    ]);
  });

  it('says nothing of what does not exist: no history, two peers, no tax', () => {
    const [use] = sampleFacts.use;
    if (use === undefined) throw new Error('The sample has a use.');
    const alone = { ...use, history: [], peers: { label: 'Typical bakery here', members: 2, perDay: '18.2' } };
    const [made] = compose({ ...sampleFacts, use: [alone] }).use;
    expect(made).not.toHaveProperty('history');
    expect(made?.glance).toEqual({ total: '523.5', perDay: '16.9', costPerDay: '5.30' });
  });

  it('refuses a line that is a coin away from its own reason', () => {
    const [first, ...others] = sampleFacts.charges.lines;
    const [second, ...rest] = others;
    if (first === undefined || second === undefined) throw new Error('The sample has lines.');
    const swapped = [{ ...first, net: '106.04' }, { ...second, net: '14.70' }, ...rest];
    expect(() => compose({ ...sampleFacts, charges: { ...sampleFacts.charges, lines: swapped } })).toThrow(addsUp);
  });

  it('refuses a weight that is not what it says it is made of', () => {
    const [line, ...rest] = sampleFacts.charges.lines;
    if (line === undefined) throw new Error('The sample has lines.');
    const of = { rule: 'share', of: '106.03', total: '374', unit: 'm² × days' } as const;
    const given = (weight: string) => {
      const first = { ...line, reason: { ...of, weight, made: twoStalls } };
      return { ...sampleFacts, charges: { ...sampleFacts.charges, lines: [first, ...rest] } };
    };
    expect(compose(given('374')).charges.net).toBe('136.91');
    expect(() => compose(given('375'))).toThrow(addsUp);
  });

  it('divides by the days on which the member was there', () => {
    const [use] = sampleFacts.use;
    if (use === undefined) throw new Error('The sample has a use.');
    const history = [
      { from: '2025-10-01', to: '2025-11-01', quantity: '500', estimated: false },
      { from: '2026-10-16', to: '2026-11-01', quantity: '523.5', estimated: false },
    ];
    const glance = compose({ ...sampleFacts, use: [{ ...use, history }] }).use[0]?.glance;
    // 523.5 in 16 days is 32.7 a day; the 164.29 are 10.27 a day.
    expect(glance).toMatchObject({ total: '523.5', perDay: '32.7', days: 16, costPerDay: '10.27' });
  });

  it('checks readings: multiplier and rollover count, a wrong advance is refused', () => {
    const row = { meter: 'M', register: 'total', used: '40' } as const;
    const at = (value: string) => ({ value, at: '2026-10-01', quality: 'actual' as const });
    const use = { utility: 'water', unit: 'm³', total: '40', history: [] };
    const turned = { ...row, previous: at('999990'), latest: at('10'), rolledOverAt: '1000000', multiplier: '2' };
    expect(compose({ ...sampleFacts, use: [{ ...use, readings: [turned] }] }).use[0]?.readings).toEqual([turned]);
    const wrong = { ...row, previous: at('10'), latest: at('49') };
    expect(() => compose({ ...sampleFacts, use: [{ ...use, readings: [wrong] }] })).toThrow(addsUp);
  });

  it('makes hidden characters visible wherever they stand', () => {
    const { member } = compose({ ...sampleFacts, member: { ...sampleFacts.member, name: 'Rosa\u202e\u0000' } });
    expect(member.name).toBe('Rosa\ufffd\ufffd');
  });
});

/** 10 × 15 + 14 × 16 = 374. */
const twoStalls = [
  [
    { quantity: '10', unit: 'm²' },
    { quantity: '15', unit: 'days' },
  ],
  [
    { quantity: '14', unit: 'm²' },
    { quantity: '16', unit: 'days' },
  ],
];

describe('explain', () => {
  it.each<[Reason, string]>([
    [{ rule: 'equal-share', of: '57.35', shares: 23 }, '1 of 23 equal shares of £57.35'],
    [{ rule: 'share', of: '143.52', weight: '18', total: '412', unit: 'm²' }, '£143.52 × 18 / 412 m²'],
    [{ rule: 'per-unit', quantity: '431.0', unit: 'kWh', price: '0.246' }, '431.0\u00a0kWh × 24.600\u00a0p/kWh'],
    [{ rule: 'per-unit', quantity: '31', unit: 'days', price: '0.1' }, '31\u00a0days × 10.0\u00a0p/day'],
    [
      { rule: 'share', of: '118.11', weight: '374', total: '12772', unit: 'm² × days', made: twoStalls },
      '£118.11 × 374 / 12,772 (10\u00a0m² × 15\u00a0days + 14\u00a0m² × 16\u00a0days)',
    ],
    [{ rule: 'fixed-share', of: '100.00', percent: '4.5' }, '4.5% of £100.00, a fixed share'],
    [{ rule: 'set-amount', amount: '3.00', by: 'the members’ meeting' }, '£3.00, set by the members’ meeting'],
    [{ rule: 'reverses', amount: '2.49', document: 'MH-1' }, 'takes back £2.49 charged on MH-1'],
  ])('says why in a sentence: %j', (reason, sentence) => {
    expect(explain(reason, 'GBP')).toBe(sentence);
  });
});
