import { compose } from './compose.js';
import type { StatementFacts, UseFacts } from './facts.js';
import type { ReadingRow } from './model.js';
import { sampleFacts } from './sample.js';

/*
 * Every figure of a statement that another one must bear out, made wrong alone: the statement is refused with the place, and with both figures.
 */

const advances = {
  rows: [
    {
      document: 'AD-1',
      from: '2026-10-01',
      to: '2026-10-16',
      asked: '80.00',
      paid: '70.00',
      setOff: '60.00',
      left: '10.00',
    },
    {
      document: 'AD-2',
      from: '2026-10-16',
      to: '2026-11-01',
      asked: '60.00',
      paid: '60.00',
      setOff: '60.00',
      left: '0.00',
    },
  ],
  ...{
    asked: '140.00',
    paid: '130.00',
    setOff: '120.00',
    net: '100.00',
    tax: '20.00',
    toPay: '44.29',
    toReturn: '0.00',
  },
};
const setOff = { kind: 'set-off', document: sampleFacts.number, amount: '-120.00' } as const;
const [payment, charged, credit] = sampleFacts.balance.entries as [
  (typeof sampleFacts.balance.entries)[number],
  (typeof sampleFacts.balance.entries)[number],
  (typeof sampleFacts.balance.entries)[number],
];
const inAdvance: StatementFacts = {
  ...sampleFacts,
  advances,
  balance: { opening: { amount: '0.00' }, entries: [charged, setOff], closing: '44.29' },
};
/** Another document's advance payments stand in the balance and are none of this one's. */
const othersToo: StatementFacts = {
  ...inAdvance,
  balance: {
    opening: { amount: '0.00' },
    entries: [charged, setOff, { ...setOff, document: 'MH-8', amount: '-1.00' }],
    closing: '43.29',
  },
};
const credited: StatementFacts = {
  ...sampleFacts,
  ...{ kind: 'credit-note', number: 'CN-1', use: [], sharing: [] },
  charges: {
    lines: [
      {
        ...{ section: 'Electricity', description: 'Day', net: '-10.00' },
        reason: { rule: 'reverses', amount: '10.00', document: 'MH-1' },
      },
    ],
    ...{ net: '-10.00', gross: '-10.00' },
  },
  balance: {
    opening: { amount: '30.00' },
    entries: [
      { kind: 'credit', document: 'CN-0', amount: '-3.00' },
      { kind: 'charges', amount: '1.00' },
      { kind: 'credit', document: 'CN-1', amount: '-10.00' },
    ],
    closing: '18.00',
  },
};
const { charges, sharing } = sampleFacts;
const [day, ...otherLines] = charges.lines as [(typeof charges.lines)[number], ...(typeof charges.lines)[number][]];
const [electricity] = sampleFacts.use as [UseFacts];
const [register, ...bands] = electricity.readings as [ReadingRow, ...ReadingRow[]];
const withCharges = (more: Partial<StatementFacts['charges']>): StatementFacts => ({
  ...sampleFacts,
  charges: { ...charges, ...more },
});
const withAdvances = (more: Partial<typeof advances>): StatementFacts => ({
  ...inAdvance,
  advances: { ...advances, ...more },
});
const withUse = (more: Partial<UseFacts>): StatementFacts => ({ ...sampleFacts, use: [{ ...electricity, ...more }] });
const withRegister = (more: Partial<ReadingRow>): StatementFacts =>
  withUse({ readings: [{ ...register, ...more }, ...bands] });
const without = <T extends object>(value: T, key: keyof T): T =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T;
/** A line that is a share by a weight which shows what it is made of: 15 + 5 of 40 parts of 20.00. */
const made = (weight: string, rule = 'share') =>
  ({
    ...{ section: 'Rent', description: 'Stall', net: '10.00', taxRate: '0' },
    reason: {
      ...{ rule, of: '20.00', weight, total: '40', unit: 'm² × days' },
      made: [[{ quantity: '3' }, { quantity: '5' }], [{ quantity: '5' }]],
    },
  }) as (typeof charges.lines)[number];
const stall = (weight: string, net = '10.00', rates: StatementFacts['charges']['taxes'] = []): StatementFacts => ({
  ...sampleFacts,
  ...{ use: [], sharing: [] },
  charges: { lines: [made(weight)], net, gross: net, ...(rates.length === 0 ? {} : { taxes: rates, tax: '0.00' }) },
  balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: net }], closing: net },
});

it.each<[string, StatementFacts]>([
  ['what was worked out by hand', sampleFacts],
  ['advance payments', inAdvance],
  ["advance payments beside another document's", othersToo],
  ['advance payments without tax', { ...inAdvance, advances: without(without({ ...advances }, 'net'), 'tax') }],
  ['a net in advance whose tax is nothing', withAdvances({ net: '120.00', tax: undefined as never })],
  ['a credit note beside another one and charges', credited],
  ['a weight that is made of others', stall('20')],
  [
    'rates of which one is told in two rows',
    stall('20', '10.00', [
      { label: 'A', rate: '0', net: '4.00', tax: '0.00' },
      { label: 'B', rate: '0', net: '6.00', tax: '0.00' },
    ]),
  ],
  ['a use without a site', { ...sampleFacts, use: [without({ ...electricity }, 'site')] }],
  ['a use without readings', withUse({ readings: [] })],
  [
    'a register with one reading alone',
    { ...sampleFacts, use: [{ ...electricity, readings: [without({ ...register }, 'previous'), ...bands] }] },
  ],
  [
    'a register with the other reading alone',
    { ...sampleFacts, use: [{ ...electricity, readings: [without({ ...register }, 'latest'), ...bands] }] },
  ],
  [
    'a register that began again',
    withRegister({
      previous: { value: '99999.5', at: '2026-10-01', quality: 'actual' },
      latest: { value: '523', at: '2026-11-01', quality: 'actual' },
      rolledOverAt: '100000',
    }),
  ],
  [
    'a register with a multiplier',
    withRegister({
      previous: { value: '0', at: '2026-10-01', quality: 'actual' },
      latest: { value: '52.35', at: '2026-11-01', quality: 'actual' },
      multiplier: '10',
    }),
  ],
])('takes %s', (_, facts) => {
  expect(() => compose(facts)).not.toThrow();
});

const yen = { ...stall('20'), currency: 'JPY' } as const;
it.each<[place: string, stated: string, computed: string, StatementFacts]>([
  [
    'Balance of MH-2026-10-0711',
    '159.5',
    '159.49',
    { ...sampleFacts, balance: { ...sampleFacts.balance, closing: '159.50' } },
  ],
  [
    'Charges in the balance of MH-2026-10-0711',
    '164.3',
    '164.29',
    {
      ...sampleFacts,
      balance: {
        opening: { amount: '164.11' },
        entries: [payment, { ...charged, amount: '164.30' }, credit],
        closing: '159.49',
      },
    },
  ],
  [
    'Charges in the balance of CN-1',
    '-11',
    '-10',
    {
      ...credited,
      balance: {
        ...credited.balance,
        entries: [{ kind: 'credit', document: 'CN-1', amount: '-11.00' }],
        closing: '19.00',
      },
    },
  ],
  ['Advance payments in the balance of MH-2026-10-0711', '0', '120', { ...sampleFacts, balance: inAdvance.balance }],
  [
    'Advance payments in the balance of MH-2026-10-0711',
    '120',
    '119',
    {
      ...inAdvance,
      balance: { ...inAdvance.balance, entries: [charged, { ...setOff, amount: '-119.00' }], closing: '45.29' },
    },
  ],
  ['Advance payments asked, MH-2026-10-0711', '141', '140', withAdvances({ asked: '141.00' })],
  ['Advance payments paid, MH-2026-10-0711', '131', '130', withAdvances({ paid: '131.00' })],
  [
    'Advance payments of MH-2026-10-0711',
    '120',
    '121',
    withAdvances({ rows: [{ ...advances.rows[0]!, setOff: '61.00' }, advances.rows[1]!] }),
  ],
  ['Tax in advance, MH-2026-10-0711', '120', '119', withAdvances({ net: '99.00' })],
  ['Tax in advance, MH-2026-10-0711', '120', '100', withAdvances({ tax: undefined as never })],
  ['What is left of MH-2026-10-0711', '44.28', '44.29', withAdvances({ toPay: '44.28' })],
  ['What is left of MH-2026-10-0711', '43.29', '44.29', withAdvances({ toReturn: '1.00' })],
  ['Net total of MH-2026-10-0711', '136.92', '136.91', withCharges({ net: '136.92' })],
  ['Total of MH-2026-10-0711', '164.29', '164.28', withCharges({ tax: '27.37' })],
  [
    'Net by tax rate of MH-2026-10-0711',
    '136.91',
    '136.9',
    withCharges({ taxes: [{ label: 'S', rate: '20', net: '136.90', tax: '27.38' }] }),
  ],
  [
    'Tax of MH-2026-10-0711',
    '27.38',
    '27.37',
    withCharges({ taxes: [{ label: 'S', rate: '20', net: '136.91', tax: '27.37' }] }),
  ],
  [
    'Net at 20% of MH-2026-10-0711',
    '136.91',
    '30.88',
    withCharges({ lines: [{ ...day, taxRate: '5' }, ...otherLines] }),
  ],
  [
    'Net at 20% of MH-2026-10-0711',
    '136.91',
    '30.88',
    withCharges({ lines: [without({ ...day }, 'taxRate'), ...otherLines] }),
  ],
  ['Line "Stall" of MH-2026-10-0711', '21', '20', stall('21')],
  [
    'Northgrid Energy, Day units, 6,120 kWh × 24.600 p',
    '1505.53',
    '1505.52',
    {
      ...sampleFacts,
      sharing: [
        {
          ...sharing[0]!,
          components: [{ ...sharing[0]!.components[0]!, amount: '1505.53' }, ...sharing[0]!.components.slice(1)],
        },
      ],
    },
  ],
  [
    'Northgrid Energy, total',
    '1919.2',
    '1919.19',
    { ...sampleFacts, sharing: [{ ...sharing[0]!, amount: '1919.20' }] },
  ],
  ['Use of the hall, kWh', '7961', '7960', withUse({ site: { ...electricity.site!, total: '7961' } })],
  ['Readings of electricity, kWh', '523.5', '523.4', withRegister({ used: '523.4' })],
  [
    'Readings of M-0711 import total',
    '523.5',
    '523.6',
    withRegister({ latest: { ...register.latest!, value: '48734.0' } }),
  ],
])('refuses a %s of %s where the lines come to %s', (place, stated, computed, facts) => {
  const thrown = (): unknown => {
    try {
      compose(facts);
    } catch (error) {
      const { code, message, facts: told } = error as { code: string; message: string; facts: object };
      return { code, message, facts: { ...told } };
    }
    return undefined;
  };
  expect(thrown()).toEqual({
    code: 'lines-do-not-add-up',
    message: `${place}: ${stated} is stated but the lines come to ${computed}. Calculate the run again before issuing.`,
    facts: { place, stated, computed },
  });
});

it('lets a line be less than a coin away from its own sum, and no more: a penny in pounds, a yen in yen', () => {
  const off = (net: string): StatementFacts => {
    const facts = stall('20', net);
    return { ...facts, charges: { ...facts.charges, lines: [{ ...made('20'), net }] } };
  };
  const inYen = (net: string): StatementFacts => ({ ...off(net), currency: yen.currency });
  expect(() => compose(off('10.00'))).not.toThrow();
  for (const facts of [off('10.01'), off('9.99'), inYen('11'), inYen('9')])
    expect(() => compose(facts)).toThrow(
      expect.objectContaining({
        code: 'lines-do-not-add-up',
        message: `Line "Stall" of MH-2026-10-0711: ${facts.charges.net} is a coin or more away from its own sum. Calculate the run again.`,
        facts: { place: 'Stall', stated: facts.charges.net },
      }),
    );
  expect(() => compose(inYen('10'))).not.toThrow();
});
