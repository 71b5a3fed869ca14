import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, hourly, issued, type Market, october, stalls } from './billing-market.js';

/*
 * A bill from 15 October to 15 November, 31 days with the clock change, in months of the market. The source runs at 4.7 kW in October and at
 * half of it from November on: of the bill 17 days and an hour in October, 14 days in November.
 *
 *   all      409 h × 4.7 = 1,922.3 kWh     336 h × 2.35 = 789.6      together 2,711.9
 *   day      289 h × 4.7 = 1,358.3         238 h × 2.35 = 559.3                 1,917.6
 *   night    120 h × 4.7 =   564.0          98 h × 2.35 = 230.3                   794.3
 *
 *   day units 400.00 × 1,358.3 / 1,917.6 = 283.33      night units 80.00 × 564 / 794.3 = 56.80
 *   levy 20.00 × 1,922.3 / 2,711.9 = 14.18             standing charge 55.80 × 17 / 31 = 30.60
 */
const [november, december] = ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'];
const parts = { october: ['283.33', '56.80', '30.60', '14.18'], november: ['116.67', '23.20', '25.20', '5.82'] };
const whole = ['400.00', '80.00', '55.80', '20.00'];

const common = { taxCode: 'S' };
const energy = { ...common, kind: 'energy', unit: 'kWh' };
const components = [
  {
    ...energy,
    description: 'Day units',
    band: 'day',
    quantity: '2000',
    price: '0.2',
    amount: '400.00',
    tax: '80.00',
    key: 'day',
  },
  {
    ...energy,
    description: 'Night units',
    band: 'night',
    quantity: '800',
    price: '0.1',
    amount: '80.00',
    tax: '16.00',
    key: 'night',
  },
  { ...common, kind: 'standing', description: 'Standing charge', amount: '55.80', tax: '11.16', key: 'equal' },
  {
    ...common,
    kind: 'levy',
    description: 'Levy',
    quantity: '2800',
    unit: 'kWh',
    amount: '20.00',
    tax: '4.00',
    key: 'all',
  },
];
const straddling = {
  ...{ number: 'NE-2', period: { from: '2026-10-15', to: '2026-11-15' }, components },
  ...{ net: '555.80', tax: '111.16', gross: '666.96' },
};
/** A standing charge alone, for the days before and after. */
const filler = (number: string, period: object) => ({
  ...{ number, period, net: '10.00', tax: '2.00', gross: '12.00' },
  components: [
    { ...common, kind: 'standing', description: 'Standing charge', amount: '10.00', tax: '2.00', key: 'equal' },
  ],
});

const open: InProcess[] = [];
afterAll(async () => {
  for (const service of open) await service.close();
});

async function market(code: string, options: { register?: boolean; lateReadings?: boolean } = {}): Promise<Market> {
  const service = await inProcess(new FixedClock('2026-12-03T09:30:00Z'));
  open.push(service);
  const registered = options.register ?? true;
  const founded = await foundMarket(service, { code, registered, withBill: false, withReadings: false });
  for (const [from, to, half] of [
    ['2026-09-30T23:00:00Z', november, 1],
    [november, options.lateReadings ? november : december, 2],
  ] as const)
    await readings(founded, from, to, half);
  const bills = [
    filler('NE-1', { from: '2026-10-01', to: '2026-10-15' }),
    straddling,
    filler('NE-3', { from: '2026-11-15', to: '2026-12-01' }),
  ];
  for (const one of bills) expect((await founded.ask('POST', 'supplier-bills', bill(one))).status).toBe(201);
  return founded;
}
async function readings(of: Market, from: string, to: string, half: 1 | 2): Promise<void> {
  const sent = stalls.flatMap(({ meter, watts }) => hourly(meter, watts / half, from, to));
  if (sent.length > 0) expect((await of.ask('POST', 'readings', { readings: sent })).status).toBe(200);
}

/** Takes a run to issued, with whatever else validation asks about taken on by name. */
async function issuedRun(of: Market, period: object): Promise<Answer['body']> {
  const run = await calculated(of, period);
  expect(run).toMatchObject({ status: 'previewed', totals: { difference: '0.00' } });
  return issued(of, run);
}
const ofBill = async (of: Market, { id }: { id: string }): Promise<{ description: string; amount: string }[]> => {
  const { lines } = (await of.ask('GET', `billing-runs/${id}/reconciliation`)).body;
  return lines.filter(({ source }: { source: string }) => source === 'Northgrid NE-2');
};
const amounts = (lines: readonly { amount: string }[]): string[] => lines.map(({ amount }) => amount);
const novemberPeriod = { from: '2026-11-01', to: '2026-12-01' };

describe('a bill across two periods', () => {
  it('is cut by what the source meter counted in each band, and its fixed part by days', async () => {
    const first = await market('in-order');
    const one = await ofBill(first, await issuedRun(first, october));
    expect(one.map(({ description }) => description)).toEqual([
      'Day units, 1358.3 of 1917.6 kWh',
      'Night units, 564 of 794.3 kWh',
      'Standing charge, 17 days of 31 days',
      'Levy, 1922.3 of 2711.9 kWh',
    ]);
    expect(amounts(one)).toEqual(parts.october);
    const two = await ofBill(first, await issuedRun(first, novemberPeriod));
    expect(amounts(two)).toEqual(parts.november);
    // What the community reclaims comes to the supplier's tax as well.
    const { rows } = await open[0]!.database.owner.query<{ no: number; tax: string; parts: string }>(
      `SELECT c.bill_component_no AS no, sum(c.supplier_tax)::text AS parts, max(b.tax)::text AS tax FROM run_cost c
       JOIN supplier_bill_component b ON b.bill_id = c.bill_id AND b.no = c.bill_component_no
       JOIN supplier_bill s ON s.id = c.bill_id WHERE s.number = 'NE-2' GROUP BY 1 ORDER BY 1`,
    );
    expect(rows.map((row) => row.parts)).toEqual(rows.map((row) => row.tax));
    const { items } = (await first.ask('GET', 'supplier-bills')).body;
    const { id } = items.find(({ number }: { number: string }) => number === 'NE-2');
    const told = (await first.ask('GET', `supplier-bills/${id}/accrual`, undefined, first.rosa)).body;
    expect(
      told.components.map(({ amount, accrued, left, by }: Record<string, string>) => [amount, accrued, left, by]),
    ).toEqual(whole.map((amount, index) => [amount, amount, '0.00', index === 2 ? 'days' : 'use']));
    expect(told.components[0].parts).toMatchObject([
      { period: october, amount: '283.33' },
      { period: novemberPeriod, amount: '116.67' },
    ]);
  }, 120_000);

  it('comes to the same and to the whole where later days are billed first, in periods of unequal length', async () => {
    const second = await market('backwards', { register: false });
    const periods = [
      { from: '2026-11-03', to: '2026-12-01' },
      { from: '2026-10-01', to: '2026-10-20' },
      { from: '2026-10-20', to: '2026-11-03' },
    ];
    const cut: string[][] = [];
    for (const period of periods) cut.push(amounts(await ofBill(second, await issuedRun(second, period))));
    // The community cannot reclaim, so the tax is a part of the cost: 480.00, 96.00, 66.96, 24.00.
    const together = ['480.00', '96.00', '66.96', '24.00'].map((_, index) =>
      cut.reduce((pence, of) => pence + BigInt((of[index] ?? '').replace('.', '')), 0n),
    );
    expect(together).toEqual([48000n, 9600n, 6696n, 2400n]);
  }, 120_000);

  it('goes by days where the source cannot tell yet, says so, and stays with that when readings come later', async () => {
    const late = await market('late', { lateReadings: true });
    const run = await calculated(late, october);
    const { items } = (await late.ask('GET', `billing-runs/${run.id}/issues`)).body;
    expect(items.filter(({ code }: { code: string }) => code === 'accrual-estimated')).toMatchObject([
      { severity: 'info', detail: expect.stringContaining('219.35 of 400 of Day units of Northgrid NE-2') },
      {},
      {},
    ]);
    const first = await ofBill(late, await issued(late, run));
    // 400.00 × 17 / 31 = 219.35, and so on.
    expect(amounts(first)).toEqual(['219.35', '43.87', '30.60', '10.97']);
    expect(first[0]?.description).toBe('Day units, 17 days of 31 days, estimated');
    await readings(late, november, december, 2);
    const then = await ofBill(late, await issuedRun(late, novemberPeriod));
    expect(amounts(then)).toEqual(['180.65', '36.13', '25.20', '9.03']);
  }, 120_000);
});
