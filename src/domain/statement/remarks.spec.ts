import { compose } from './compose.js';
import type { StatementFacts } from './facts.js';
import type { Reason, Statement } from './model.js';
import { chargeRemarks, yoursMadeOf } from './remarks.js';
import { sampleFacts } from './sample.js';
import { chargesTable, sharingTable } from './tables.js';

const verification = {
  sha256: '0'.repeat(64),
  code: '1234-5678-9ABC',
  address: 'a.example/verify',
  link: 'https://a.example/verify',
};

interface Line {
  readonly section: string;
  readonly description: string;
  readonly net: string;
  readonly reason: Reason;
}

/** A statement without tax whose charges are these lines; one bill of two components stands behind them. */
function charged(lines: readonly Line[], total: string, facts: Partial<StatementFacts> = {}): Statement {
  const component = (label: string, amount: string, you: string) => ({
    ...{ label, sharedBy: 'Metered use', amount, members: amount, common: '0.00', vacant: '0.00', held: '0.00', you },
  });
  const composed = compose({
    ...sampleFacts,
    kind: 'statement',
    use: [],
    charges: { lines, net: total, gross: total },
    balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: total }], closing: total },
    sharing: [
      {
        title: 'Northgrid Energy',
        from: '2026-10-01',
        to: '2026-11-01',
        basis: 'including tax',
        amount: '1798.08',
        components: [component('Day units', '1505.52', '37.96'), component('Night units', '292.56', '0.00')],
      },
    ],
    ...facts,
  });
  return { ...composed, verification };
}

const share = (of: string, weight: string, total: string, unit: string): Reason => ({
  ...{ rule: 'share', of, weight, total, unit },
});
const line = (section: string, description: string, net: string, reason: Reason): Line => ({
  ...{ section, description, net, reason },
});
const metered = line('Electricity', 'Day units', '32.23', share('1505.52', '131', '6120', 'kWh'));
const shared = line('Shared areas and losses', 'Day units', '5.73', share('118.11', '20', '412', 'm²'));
const plain = (texts: readonly string[]): string[] => texts.map((text) => text.replaceAll('\u00a0', ' '));

describe('chargeRemarks', () => {
  it('says nothing where every figure comes out on a calculator', () => {
    expect(chargeRemarks(charged([metered], '32.23'))).toEqual([]);
  });

  it('says of which amount the shared areas are a part', () => {
    expect(plain(chargeRemarks(charged([metered, shared], '37.96')))).toEqual([
      'Shared areas and losses are what no space’s own meter counted: £118.11 of £1,505.52 for Day units.',
    ]);
    const vacant = { ...shared, description: 'Shared areas and losses: Day units' };
    expect(chargeRemarks(charged([metered, vacant], '37.96'))[0]).toContain('£118.11 of £1,505.52 for Day units.');
  });

  it('does not guess where two costs are called the same', () => {
    const twice = charged([metered, shared], '37.96');
    const [bill] = twice.sharing;
    if (bill === undefined) throw new Error('There is a bill.');
    expect(chargeRemarks({ ...twice, sharing: [bill, bill] })).toEqual([]);
  });

  it('says what a figure of days, or of floor area and days, is a part of', () => {
    const made = [
      [
        { quantity: '14', unit: 'm²' },
        { quantity: '16', unit: 'days' },
      ],
      [
        { quantity: '10', unit: 'm²' },
        { quantity: '15', unit: 'days' },
      ],
    ];
    const rent = share('4120.00', '374', '12772', 'm² × days') as Extract<Reason, { rule: 'share' }>;
    const lines = [
      line('Services', 'Rent', '120.65', { ...rent, made }),
      line('Services', 'Internet', '1.17', share('58.00', '15', '744', 'days')),
    ];
    expect(plain(chargeRemarks(charged(lines, '121.82')))).toEqual([
      'All spaces together have 12,772 m² × days and 744 days.',
    ]);
  });

  it('names the lines that got the odd coin, or did not, and counts them where they are many', () => {
    const internet = (net: string, section = 'Services') =>
      line(section, 'Internet', net, { rule: 'equal-share', of: '58.00', shares: 24 });
    expect(chargeRemarks(charged([internet('2.42')], '2.42'))).toEqual([]);
    expect(chargeRemarks(charged([internet('2.41')], '2.41'))).toEqual([
      'So that all shares make the exact cost, this differs from usual rounding: Internet by \u2212£0.01.',
    ]);
    const night = line('Services', 'Night units', '0.75', share('25.42', '374', '12772', 'kWh'));
    const two = [internet('2.41', 'Stall 1'), internet('2.41', 'Stall 2'), night];
    expect(plain(chargeRemarks(charged(two, '5.57'))).at(-1)).toBe(
      'So that all shares make the exact cost, these differ from usual rounding: ' +
        'Internet (Stall 1) by \u2212£0.01, Internet (Stall 2) by \u2212£0.01, Night units by +£0.01.',
    );
    const many = Array.from({ length: 5 }, (_, index) => internet('2.41', `Stall ${index}`));
    expect(chargeRemarks(charged(many, '12.05'))).toEqual([
      'So that all shares make the exact cost, 5 lines differ from usual rounding by £0.01.',
    ]);
  });

  it('says once which document is taken back, and under each line where there are several', () => {
    const back = (net: string, document: string) =>
      line('Electricity', 'Day units', `-${net}`, { rule: 'reverses', amount: net, document });
    const credit = (lines: readonly Line[], total: string) =>
      charged(lines, total, {
        kind: 'credit-note',
        sharing: [],
        balance: {
          opening: { amount: '0.00' },
          entries: [{ kind: 'credit', document: sampleFacts.number, amount: total }],
          closing: total,
        },
      });
    const one = credit([back('22.44', 'MH-8'), back('5.99', 'MH-8')], '-28.43');
    expect(chargesTable(one).notes).toEqual(['Each line takes back in full what MH-8 charged.']);
    expect(chargesTable(one).rows.some(({ below }) => below !== undefined)).toBe(false);
    const two = credit([back('22.44', 'MH-8'), back('5.99', 'MH-9')], '-28.43');
    expect(chargesTable(two).notes).toEqual([]);
    expect(chargesTable(two).rows.flatMap(({ below }) => below ?? [])).toEqual([
      'takes back £22.44 charged on MH-8',
      'takes back £5.99 charged on MH-9',
    ]);
  });
});

describe('yoursMadeOf', () => {
  it('adds up the lines that a part of a cost is made of', () => {
    const statement = charged([metered, shared], '37.96');
    const below = sharingTable(statement)?.rows.map((row) => row.below);
    expect(below).toEqual([undefined, 'you: 32.23 + 5.73', undefined, undefined]);
  });

  it('says nothing where the lines called like it come to something else', () => {
    const statement = charged([metered, { ...shared, section: 'Oven' }], '37.96');
    const [bill] = statement.sharing;
    const [units] = bill?.components ?? [];
    if (units === undefined) throw new Error('There is a component.');
    expect(yoursMadeOf({ ...units, you: '32.23' }, statement)).toBe('');
    expect(yoursMadeOf({ ...units, label: 'Other units' }, statement)).toBe('');
  });
});
