import type { ChargeFacts, StatementFacts, UseFacts } from '../../src/domain/statement/facts.js';
import type { ReadingEnd } from '../../src/domain/statement/model.js';
import { sampleFacts } from '../../src/domain/statement/sample.js';

/*
 * Papers that say between them what a statement can say. What they look like is in test/golden/papers, and is read like prose.
 */

/** Facts with some left out and some others. */
const from = (changes: Partial<StatementFacts>, ...out: (keyof StatementFacts)[]): StatementFacts =>
  ({
    ...Object.fromEntries(Object.entries(sampleFacts).filter(([key]) => !out.includes(key as never))),
    ...changes,
  }) as StatementFacts;

type Line = ChargeFacts['lines'][number];
const line = (net: string, reason: Line['reason'], more: Partial<Line> = {}): Line => ({
  ...{ section: 'Electricity', description: `Cost of ${net}`, net, reason },
  ...more,
});
const set = (net: string, more: Partial<Line> = {}): Line =>
  line(net, { rule: 'set-amount', amount: net, by: 'the meeting' }, more);
const takenBack = (net: string, document: string, more: Partial<Line> = {}): Line =>
  line(`-${net}`, { rule: 'reverses', amount: net, document }, more);
const end = (value: string, at: string, quality: ReadingEnd['quality']): ReadingEnd => ({ value, at, quality });

const untaxed = (lines: readonly Line[], gross: string): Pick<StatementFacts, 'charges' | 'balance'> => ({
  charges: { lines, net: gross, gross },
  balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: gross }], closing: gross },
});

const creditOf = (lines: readonly Line[], gross: string, opening: string, closing: string): StatementFacts =>
  from(
    {
      kind: 'credit-note',
      number: 'CN-40',
      corrects: { number: 'MH-2026-10-0711', issuedOn: '2026-11-03', reason: 'wrong meter' },
      ...{ use: [], sharing: [], decisions: [], approvals: [] },
      charges: { lines, net: gross, gross },
      balance: {
        opening: { amount: opening },
        entries: [{ kind: 'credit', document: 'CN-40', amount: gross }],
        closing,
      },
    },
    'dueOn',
    'disputeBy',
    'taxPoint',
  );

const water: UseFacts = {
  utility: 'water',
  unit: 'm3',
  total: '31.75',
  cost: '63.50',
  history: [
    { from: '2025-10-01', to: '2025-10-11', quantity: '0', estimated: true },
    { from: '2026-09-15', to: '2026-10-01', quantity: '12.5', estimated: false },
    { from: '2026-10-01', to: '2026-10-21', quantity: '31.75', estimated: true },
  ],
  peers: { label: 'Typical café here', members: 2, perDay: '1.9' },
  site: { place: 'the yard', total: '40', otherMembers: 1, others: '5.25', vacant: '2.5', unmeasured: '0.5' },
  readings: [
    {
      meter: 'W-1',
      register: 'main',
      previous: end('99990.5', '2026-10-01', 'customer'),
      latest: end('11.75', '2026-10-21T12:00', 'estimated'),
      rolledOverAt: '100000',
      used: '21.25',
    },
    { meter: 'W-2', register: 'kitchen', multiplier: '10', rolledOverAt: '10000', note: 'new meter', used: '12.50' },
    { meter: 'W-3', register: 'worked out', used: '-2' },
    { meter: 'W-3', register: 'yard tap', partOf: 'worked out', sign: '+', used: '3' },
    { meter: 'W-3', register: 'café', partOf: 'worked out', sign: '−', used: '5' },
  ],
};
const gas: UseFacts = {
  ...{ utility: 'gas', unit: 'kWh', total: '0', history: [], readings: [] },
  site: { place: 'the kiln', total: '0', otherMembers: 0, others: '0' },
};

/** Rows of advance payments that make 120.00 set off. */
const advances = {
  rows: [
    {
      document: 'AD-1',
      from: '2026-10-01',
      to: '2026-10-16',
      asked: '80.00',
      paid: '80.00',
      setOff: '80.00',
      left: '0.00',
    },
    {
      document: 'AD-2',
      from: '2026-10-16',
      to: '2026-11-16',
      asked: '60.00',
      paid: '50.00',
      setOff: '40.00',
      left: '20.00',
    },
  ],
  ...{ asked: '140.00', paid: '130.00', setOff: '120.00', toPay: '44.29', toReturn: '0.00' },
};
const setOff = { kind: 'set-off', document: sampleFacts.number, amount: '-120.00' } as const;
const charged = sampleFacts.balance.entries[1]!;

/** By name. */
export const papers: Readonly<Record<string, StatementFacts>> = {
  'an-invoice': sampleFacts,
  'an-invoice-in-german': from({ locale: 'de-DE', currency: 'EUR', demo: true }),
  'an-invoice-in-austria': from(
    { locale: 'de-AT', currency: 'EUR', simplified: true, issuedOn: '2027-01-05' },
    'taxPoint',
  ),
  'advances-set-off-with-tax': from({
    advances: { ...advances, net: '100.00', tax: '20.00' },
    balance: { opening: { amount: '0.00' }, entries: [charged, setOff], closing: '44.29' },
  }),
  'advances-returned-in-swiss-german': from(
    {
      ...{ kind: 'statement', locale: 'de-CH', currency: 'CHF', sharing: [], use: [] },
      ...untaxed([set('90.00')], '90.00'),
      advances: {
        ...advances,
        rows: [{ ...advances.rows[0]!, asked: '120.00', paid: '120.00', setOff: '120.00' }],
        asked: '120.00',
        paid: '120.00',
        toPay: '0.00',
        toReturn: '30.00',
      },
      balance: {
        opening: { amount: '-1234.50', document: 'MH-9' },
        entries: [
          { kind: 'payment', on: '2026-10-12', label: 'Zahlung der Nachbarin', amount: '-5.50' },
          { kind: 'adjustment', amount: '1.00' },
          { kind: 'charges', document: 'MH-8', on: '2026-11-03', amount: '90.00' },
          { kind: 'set-off', document: sampleFacts.number, amount: '-120.00' },
          { kind: 'advance', document: 'AD-3', amount: '60.00' },
        ],
        closing: '-1209.00',
      },
      payment: { accountName: 'Halle', iban: 'CH93 0076 2011 6238 5295 7', bic: 'POFICHBE', reference: 'R-1' },
    },
    'taxPoint',
  ),
  'an-advance': from({
    ...{ kind: 'advance', sharing: [], use: [], notes: [], demo: true },
    decisions: [{ what: 'The plan', by: 'the board', on: '2026-01-14', document: '' }],
    charges: {
      lines: [set('50.00', { section: 'Advance payment', taxRate: '20' })],
      ...{ net: '50.00', tax: '10.00', gross: '60.00' },
      taxes: [{ label: 'Standard rate', rate: '20', net: '50.00', tax: '10.00' }],
    },
    balance: { opening: { amount: '3.00' }, entries: [{ kind: 'charges', amount: '60.00' }], closing: '63.00' },
  }),
  'an-advance-already-paid': from(
    {
      ...{ kind: 'advance', sharing: [], use: [], decisions: [], approvals: [] },
      charges: { lines: [set('50.00')], net: '50.00', gross: '50.00' },
      balance: { opening: { amount: '-50.00' }, entries: [{ kind: 'charges', amount: '50.00' }], closing: '0.00' },
    },
    'disputeBy',
  ),
  'an-advance-in-credit': from({
    ...{ kind: 'advance', locale: 'de-DE', currency: 'EUR', sharing: [], use: [] },
    charges: { lines: [set('50.00')], net: '50.00', gross: '50.00' },
    balance: { opening: { amount: '-70.00' }, entries: [{ kind: 'charges', amount: '50.00' }], closing: '-20.00' },
  }),
  'a-credit-that-leaves-something-to-pay': creditOf(
    [takenBack('20.00', 'MH-2026-10-0711')],
    '-20.00',
    '30.00',
    '10.00',
  ),
  'a-credit-of-two-documents': creditOf(
    [takenBack('20.00', 'MH-1'), takenBack('5.00', 'MH-2', { section: 'Services' })],
    ...(['-25.00', '25.00', '0.00'] as const),
  ),
  'a-credit-of-lines-and-more': creditOf(
    [takenBack('20.00', 'MH-1'), set('-5.00')],
    ...(['-25.00', '5.00', '-20.00'] as const),
  ),
  'a-credit-in-german': from(
    {
      ...creditOf([takenBack('20.00', 'MH-1'), takenBack('4.00', 'MH-1')], '-24.00', '30.00', '6.00'),
      locale: 'de-DE',
    },
    'corrects',
  ),
  'many-utilities-meters-and-spaces': from(
    {
      kind: 'statement',
      period: { from: '2026-10-01', to: '2026-11-01' },
      community: { name: 'Yard', address: ['Dock 1'], web: 'yard.example', phone: '1' },
      member: {
        ...{ number: '1', name: 'Café', address: [], units: ['A', 'B', 'C', 'D'] },
        meters: [
          { label: 'W-1', verifiedUntil: '2030-01-01' },
          { label: 'W-2' },
          { label: 'W-3', verifiedUntil: '2031-02-03' },
          { label: 'X', verifiedUntil: '2031-02-03' },
        ],
      },
      use: [water, gas, sampleFacts.use[0]!],
      decisions: [
        { what: 'Water by use', by: 'the board', on: '2026-01-14', document: 'minute 4' },
        { what: 'Rent by floor', by: 'the board', on: '2026-01-14', document: 'minute 4' },
        { what: 'Fees', by: 'Lund', on: '2026-02-01', document: 'agreed on 1 February 2026' },
        { what: 'Bins', by: 'Lund', on: '2026-02-01' },
      ],
      approvals: [
        { step: 'prepared', name: 'A', on: '2026-11-01' },
        { step: 'approved', name: 'B', on: '2026-11-02' },
      ],
      ...untaxed(
        [
          set('10.00'),
          line(
            '63.50',
            { rule: 'per-unit', quantity: '31.75', unit: 'm3', price: '2' },
            { section: 'Water', quantity: '31.75', unit: 'm3', price: '2' },
          ),
          line(
            '0.85',
            { rule: 'per-unit', quantity: '17', unit: 'days', price: '0.05' },
            { section: 'Water', quantity: '17', unit: 'days' },
          ),
          line('4.00', { rule: 'fixed-share', of: '32.00', percent: '12.5' }, { section: 'Fees', quantity: '3' }),
          line(
            '0.00',
            { rule: 'per-unit', quantity: '2', unit: 'parts', price: '0' },
            { section: 'Bins', quantity: '2', unit: 'parts', price: '0' },
          ),
        ],
        '78.35',
      ),
      sharing: [
        {
          ...{ title: 'Water works', from: '2026-10-01', to: '2026-10-21', basis: 'including tax', amount: '100.00' },
          components: [
            {
              label: 'Water',
              sharedBy: 'metered use',
              amount: '80.00',
              members: '70.00',
              common: '0.00',
              vacant: '8.00',
              held: '2.00',
              you: '63.50',
            },
            {
              label: 'Drain',
              sharedBy: 'floor area',
              amount: '20.00',
              members: '20.00',
              common: '0.00',
              vacant: '0.00',
              held: '0.00',
              you: '0.00',
            },
          ],
        },
        {
          ...{
            title: 'Our own',
            from: '2026-10-01',
            to: '2026-11-01',
            basis: 'before tax',
            amount: '10.00',
            note: 'Once.',
          },
          components: [
            {
              label: 'Cost of 10.00',
              sharedBy: 'agreement',
              amount: '10.00',
              members: '10.00',
              common: '0.00',
              vacant: '0.00',
              held: '0.00',
              you: '10.00',
            },
          ],
        },
      ],
    },
    ...(['payment', 'disputeBy', 'dueOn', 'taxPoint'] as const),
  ),
  'two-halves-of-a-month': from({
    period: { from: '2026-10-16', to: '2026-11-01' },
    use: [
      {
        ...sampleFacts.use[0]!,
        history: [
          { from: '2026-09-01', to: '2026-10-01', quantity: '501.0', estimated: false },
          { from: '2026-10-01', to: '2026-10-16', quantity: '260.0', estimated: false },
          { from: '2026-10-16', to: '2026-11-01', quantity: '523.5', estimated: false },
        ],
      },
    ],
    sharing: [],
  }),
  'three-meters-and-three-spaces': from({
    member: {
      ...sampleFacts.member,
      units: ['A', 'B', 'C'],
      meters: ['M-1', 'M-2', 'M-3'].map((label) => ({ label })),
    },
    sharing: [],
    notes: [],
    approvals: [],
    decisions: [{ what: 'All', by: 'the board', on: '2026-01-14' }],
  }),
  'nothing-but-an-amount': from(
    {
      ...{ kind: 'statement', use: [], sharing: [], decisions: [], approvals: [], notes: [] },
      community: { name: 'Yard', address: ['Dock 1'] },
      member: { number: '1', name: 'Café', address: ['Dock 2'], units: [], meters: [] },
      ...untaxed([set('10.00')], '10.00'),
    },
    ...(['payment', 'disputeBy', 'dueOn', 'taxPoint'] as const),
  ),
  'taxes-of-several-kinds': from({
    ...{ use: [], sharing: [] },
    charges: {
      lines: [
        set('10.00', { section: 'Rent', taxRate: '0', tax: 'exempt', taxBecause: 'shared without a meter' }),
        line(
          '5.00',
          { rule: 'share', of: '10.00', weight: '7', total: '14', unit: 'days' },
          { section: 'Bins', taxRate: '20' },
        ),
        line(
          '2.00',
          {
            ...{ rule: 'share', of: '8.00', weight: '155', total: '620', unit: 'm² × days' },
            made: [
              [
                { quantity: '10', unit: 'm²' },
                { quantity: '15', unit: 'days' },
              ],
              [{ quantity: '5' }, { quantity: '1' }],
            ],
          },
          { section: 'Bins', taxRate: '20.0', taxBecause: 'common parts' },
        ),
        line(
          '3.00',
          { rule: 'per-unit', quantity: '30', unit: 'kWh', price: '0.1' },
          { section: 'Bins', quantity: '30', unit: 'kWh', price: '0.1', taxRate: '20', taxBecause: 'metered' },
        ),
      ],
      ...{ net: '20.00', tax: '2.00', gross: '22.00' },
      taxes: [
        { label: 'Exempt', rate: '0', net: '10.00', tax: '0.00' },
        { label: 'Standard rate', rate: '20', net: '10.00', tax: '2.00' },
      ],
    },
    balance: { opening: { amount: '0.00' }, entries: [{ kind: 'charges', amount: '22.00' }], closing: '22.00' },
  }),
  'four-sections-and-four-odd-lines': from({
    ...{ kind: 'statement', use: [], sharing: [] },
    ...untaxed(
      ['A', 'B', 'C', 'D']
        .map((section) =>
          line('2.42', { rule: 'equal-share', of: '58.00', shares: 24 }, { section, description: 'Rent' }),
        )
        .map((one, index) => (index === 0 ? one : { ...one, net: '2.41' })),
      '9.65',
    ),
  }),
  'five-sections-and-five-odd-lines': from({
    ...{ kind: 'statement', use: [], sharing: [] },
    ...untaxed(
      ['A', 'B', 'C', 'D', 'E'].map((section) =>
        line('2.41', { rule: 'equal-share', of: '58.00', shares: 24 }, { section, description: `Rent ${section}` }),
      ),
      '12.05',
    ),
  }),
};
