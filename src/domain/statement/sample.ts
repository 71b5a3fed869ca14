import type { StatementFacts } from './facts.js';

/**
 * A worked example with every sum done by hand: Rosa's Bakery, Old Market Hall, October 2026.
 *
 * The supplier's bill is 6,120 day units at 24.60p, 1,840 night units at 15.90p, 31 days at £1.85 and the levy of 0.801p on
 * 7,960 units: 1,505.52 + 292.56 + 57.35 + 63.76 = 1,919.19. Of the units 480 and 160 are light and corridors, with their
 * levy 118.08 + 25.44 + 5.13 = 148.65, shared by floor area. Rosa: 431 day units 106.03, 92.5 night units 14.71, levy
 * 58.63 × 523.5 / 7,320 = 4.19, standing charge 57.35 / 23 = 2.49, shared areas 148.65 × 18 / 412 = 6.49, metering 3.00:
 * net 136.91, VAT at 20 % 27.38, total 164.29. Her balance: 164.12 − 164.12 + 164.29 − 4.80 = 159.49.
 */
const used = [
  '546.0',
  '556.0',
  '570.0',
  '576.0',
  '530.0',
  '520.0',
  '497.0',
  '487.0',
  '493.0',
  '501.0',
  '514.0',
  '523.0',
  '523.5',
];
const months = [
  ...['2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03', '2026-04'],
  ...['2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'],
];

export const sampleFacts: StatementFacts = {
  kind: 'invoice',
  number: 'MH-2026-10-0711',
  locale: 'en-GB',
  currency: 'GBP',
  demo: false,
  issuedAt: '2026-11-03T09:30:00Z',
  issuedOn: '2026-11-03',
  taxPoint: '2026-11-03',
  dueOn: '2026-11-30',
  disputeBy: '2026-12-03',
  period: { from: '2026-10-01', to: '2026-11-01' },
  community: {
    name: 'Old Market Hall Co-operative Ltd',
    address: ['1 Market Street', 'Todmorden OL14 5AJ'],
    vatNumber: 'GB 123 4567 89',
    registration: 'society 12345R',
    email: 'energy@oldmarkethall.example',
    phone: '01700 000000',
  },
  payment: {
    accountName: 'Old Market Hall Co-op',
    sortCode: '00-00-00',
    accountNumber: '00000000',
    reference: 'MH0711-OCT26',
    link: 'https://energy.oldmarkethall.example/s/MH-2026-10-0711',
  },
  member: {
    number: '0711',
    name: 'Rosa’s Bakery',
    contact: 'Rosa Hartley',
    address: ['Stall 7, Old Market Hall', 'Todmorden OL14 5AJ'],
    units: ['Stall 7'],
    meters: [{ label: 'M-0711', verifiedUntil: '2031-06-30' }],
  },
  balance: {
    opening: { amount: '164.12', document: 'MH-2026-09-0711' },
    entries: [
      { kind: 'payment', on: '2026-10-12', amount: '-164.12' },
      { kind: 'charges', document: 'MH-2026-10-0711', amount: '164.29' },
      { kind: 'credit', document: 'CN-2026-031', label: 'September estimate corrected', amount: '-4.80' },
    ],
    closing: '159.49',
  },
  use: [
    {
      utility: 'electricity',
      unit: 'kWh',
      total: '523.5',
      cost: '164.29',
      history: used.map((quantity, index) => ({
        from: `${months[index] ?? ''}-01`,
        to: `${months[index + 1] ?? ''}-01`,
        quantity,
        estimated: index === 4 || index === 11,
      })),
      peers: { label: 'Typical bakery here', members: 3, perDay: '18.2' },
      site: {
        place: 'the hall',
        total: '7960',
        otherMembers: 22,
        others: '6796.5',
        shared: '640',
        sharedBy: 'Light and corridors are shared by floor area: you have 18 of 412 m².',
      },
      readings: [
        {
          meter: 'M-0711',
          register: 'import total',
          previous: { value: '48210.4', at: '2026-10-01T00:00', quality: 'actual' },
          latest: { value: '48733.9', at: '2026-11-01T00:00', quality: 'actual' },
          intervals: { present: 1490, expected: 1490, name: 'half-hours' },
          used: '523.5',
        },
        { meter: 'M-0711', register: 'day (07 to 24 h)', partOf: 'import total', used: '431.0' },
        { meter: 'M-0711', register: 'night (00 to 07 h)', partOf: 'import total', used: '92.5' },
      ],
    },
  ],
  charges: {
    lines: [
      {
        section: 'Electricity',
        description: 'Grid electricity, day',
        quantity: '431.0',
        unit: 'kWh',
        price: '0.246',
        net: '106.03',
        taxRate: '20',
        reason: { rule: 'per-unit', quantity: '431.0', unit: 'kWh', price: '0.246' },
      },
      {
        section: 'Electricity',
        description: 'Grid electricity, night',
        quantity: '92.5',
        unit: 'kWh',
        price: '0.159',
        net: '14.71',
        taxRate: '20',
        reason: { rule: 'per-unit', quantity: '92.5', unit: 'kWh', price: '0.159' },
      },
      {
        section: 'Electricity',
        description: 'Climate Change Levy on your units',
        quantity: '523.5',
        unit: 'kWh',
        net: '4.19',
        taxRate: '20',
        reason: { rule: 'share', of: '58.63', weight: '523.5', total: '7320', unit: 'kWh' },
      },
      {
        section: 'Electricity',
        description: 'Standing charge',
        quantity: '31',
        unit: 'days',
        net: '2.49',
        taxRate: '20',
        reason: { rule: 'equal-share', of: '57.35', shares: 23 },
      },
      {
        section: 'Electricity',
        description: 'Shared areas, with their levy',
        net: '6.49',
        taxRate: '20',
        reason: { rule: 'share', of: '148.65', weight: '18', total: '412', unit: 'm²' },
      },
      {
        section: 'Services',
        description: 'Metering and billing',
        quantity: '1',
        unit: 'month',
        price: '3',
        net: '3.00',
        taxRate: '20',
        reason: { rule: 'per-unit', quantity: '1', unit: 'month', price: '3' },
      },
    ],
    net: '136.91',
    tax: '27.38',
    gross: '164.29',
    taxes: [{ label: 'Standard rate', rate: '20', net: '136.91', tax: '27.38' }],
  },
  sharing: [
    {
      title: 'Northgrid Energy',
      document: 'NE-884213',
      from: '2026-10-01',
      to: '2026-11-01',
      basis: 'before tax',
      amount: '1919.19',
      components: [
        part('Day units, 6,120 kWh × 24.600 p', 'metered use', ['1505.52', '1387.44', '118.08', '106.03']),
        part('Night units, 1,840 kWh × 15.900 p', 'metered use', ['292.56', '267.12', '25.44', '14.71']),
        part('Standing charge, 31 days × £1.85', 'equal shares', ['57.35', '57.35', '0.00', '2.49']),
        part('Climate Change Levy, 7,960 kWh × 0.801 p', 'metered use', ['63.76', '58.63', '5.13', '4.19']),
      ],
      note: 'The co-op adds nothing to the supplier’s prices. You may see the supplier’s bill: ask us.',
    },
    {
      title: 'Shared areas, from the bill above',
      from: '2026-10-01',
      to: '2026-11-01',
      basis: 'before tax',
      amount: '148.65',
      components: [
        part('Light and corridors, 640 kWh with their levy', 'floor area', ['148.65', '148.65', '0.00', '6.49']),
      ],
    },
  ],
  decisions: [
    { what: 'Shares of the supplier’s bill', by: 'the members’ meeting', on: '2026-01-14', document: 'minute 4' },
    {
      what: 'Metering and billing at £3.00 a month',
      by: 'the members’ meeting',
      on: '2026-01-14',
      document: 'minute 5',
    },
  ],
  approvals: [
    { step: 'prepared', name: 'A. Okafor', on: '2026-11-02' },
    { step: 'approved', name: 'J. Lund', on: '2026-11-02' },
  ],
  notes: [
    { title: 'Late, or can’t pay?', text: 'Talk to us first: we never disconnect without a decision of the members.' },
    { title: 'Complaints', text: 'The treasurer, then the board, then the Energy Ombudsman where it applies.' },
    { title: 'Other formats', text: 'Large print, Welsh or audio: ask us.' },
  ],
};

function part(label: string, sharedBy: string, [amount, members, common, you]: [string, string, string, string]) {
  return { label, sharedBy, amount, members, common, vacant: '0.00', held: '0.00', you };
}
