import { FixedClock } from '../../src/platform/clock.js';
import { epochMs } from '../../src/domain/calendar/period.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import {
  calculated,
  foundMarket,
  issued,
  type Market,
  type MarketOptions,
  october,
  windowsOfOctober,
} from './billing-market.js';

/**
 * A hall that buys electricity by day and night, from half-hours, and gas by the month, from displays that somebody reads on the first.
 * A calendar belongs to the cost that counts by it: no meter is asked for the bands of another's.
 *
 *   gas, m³                   1 October   1 November   used
 *   source                      1000.0       1500.0     500
 *   stall 1, ROSA                120.5        320.5     200    × 450.00/500 = 180.00
 *   stall 2, LUND                 50.0        340.0     290                   261.00
 *   nobody's meter                                       10                     9.00, by area: 20, 30, 25 and 15 of 90 m²
 */
const [start, end] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];

const open: InProcess[] = [];
afterAll(async () => {
  for (const service of open) await service.close();
});
async function begun(options: MarketOptions = {}): Promise<Market> {
  const service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  open.push(service);
  return foundMarket(service, options);
}

async function make(market: Market, path: string, body: object, expected = 201): Promise<void> {
  const answer = await market.ask('POST', path, body);
  expect([path, answer.status, answer.text]).toEqual([path, expected, expect.anything()]);
}

const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 6' };
const always = { from: '2026-01-01', to: null };

/** A meter with a display, read at the given instants. */
async function display(
  market: Market,
  code: string,
  more: object,
  unit: string,
  ...shown: [at: string, value: string][]
) {
  await make(market, 'meters', {
    ...{ site: 'OMH', code, name: code, installedFrom: '2026-01-01T00:00:00Z', serial: code, ...more },
    registers: [{ code: 'import', kind: 'cumulative', unit }],
  });
  const readings = shown.map(([at, value]) => ({
    meter: code,
    register: 'import',
    at,
    value,
    unit,
    quality: 'actual',
  }));
  await make(market, 'readings', { readings }, 200);
}

async function burnsGas(market: Market): Promise<void> {
  const gas = { utility: 'gas' };
  await display(market, 'G-SRC', { ...gas, role: 'source' }, 'm3', [start, '1000.0'], [end, '1500.0']);
  await display(market, 'G-1', { ...gas, role: 'sub', space: 'S1' }, 'm3', [start, '120.5'], [end, '320.5']);
  await display(market, 'G-2', { ...gas, role: 'sub', space: 'S2' }, 'm3', [start, '50.0'], [end, '340.0']);
  const terms = { kind: 'metered', calendar: null, band: null, residual: { policy: 'to-common', key: 'area' } };
  await make(market, 'keys', { code: 'gas', name: 'Metered gas', version: { days: always, terms, ...decided } });
  await make(market, 'supplier-bills', {
    ...{ site: 'OMH', supplier: 'Southgas', number: 'SG-1', utility: 'gas', period: october, currency: 'GBP' },
    ...{ net: '462.40', tax: '92.48', gross: '554.88' },
    components: [
      {
        ...{ description: 'Gas', kind: 'energy', quantity: '500', unit: 'm3', price: '0.90' },
        ...{ amount: '450.00', tax: '90.00', taxCode: 'S', key: 'gas' },
      },
      {
        ...{ description: 'Gas, standing charge', kind: 'standing', quantity: '31', unit: 'days', price: '0.40' },
        ...{ amount: '12.40', tax: '2.48', taxCode: 'S', key: 'equal' },
      },
    ],
  });
}

const findings = async (market: Market, { id }: { id: string }): Promise<Answer['body'][]> =>
  (await market.ask('GET', `billing-runs/${id}/issues`)).body.items;

describe('gas that is read monthly beside electricity by day and night', () => {
  let market: Market;
  let run: Answer['body'];
  beforeAll(async () => {
    market = await begun();
    await burnsGas(market);
    run = await calculated(market);
  }, 60_000);

  it('is billed in the same run, without a finding', async () => {
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0, warning: 0 } });
    expect(await findings(market, run)).toEqual([]);
  });

  it('comes to what it comes to by hand, and leaves electricity as it was', async () => {
    const { lines, total } = (await market.ask('GET', `billing-runs/${run.id}/reconciliation`)).body;
    const of = (description: string) => lines.find((line: { description: string }) => line.description === description);
    // 180.00 and 261.00, and of the 9.00 by area all but the 1.50 of the empty stall.
    expect(of('Gas')).toMatchObject({ amount: '450.00', members: '448.50', vacant: '1.50', difference: '0.00' });
    expect(of('Gas, standing charge')).toMatchObject({ amount: '12.40', members: '9.30', vacant: '3.10' });
    expect(of('Day units')).toMatchObject({ amount: '495.38', members: '465.52', vacant: '29.86' });
    expect(of('Night units')).toMatchObject({ amount: '102.46', members: '96.28', vacant: '6.18' });
    // 1,496.95 of the market and 462.40 of gas.
    expect(total).toMatchObject({ amount: '1959.35', common: '0.00', held: '0.00', difference: '0.00' });
  });

  it('shows each member both, gas with its two readings and electricity with its bands', async () => {
    await issued(market, run);
    const { items } = (await market.ask('GET', 'invoices?limit=100')).body;
    const { number } = items.find(({ memberCode }: { memberCode: string }) => memberCode === 'ROSA');
    const { use, charges } = (await market.ask('GET', `statements/${number}`)).body;
    const [gas, electricity] = ['gas', 'electricity'].map((utility) =>
      (use as Answer['body'][]).find((one) => one.utility === utility),
    );
    expect(gas).toMatchObject({
      ...{ unit: 'm3', glance: { total: '200' } },
      readings: [{ previous: { value: '120.5' }, latest: { value: '320.5' }, used: '200' }],
    });
    expect(electricity).toMatchObject({ unit: 'kWh', glance: { total: '745' } });
    expect(electricity.readings.map(({ register, used }: Record<string, string>) => [register, used])).toEqual([
      ['import', '745'],
      ['day', '527'],
      ['night', '218'],
    ]);
    expect(charges.lines).toContainEqual(
      expect.objectContaining({ section: 'Gas', description: 'Gas', quantity: '200', net: '180.00' }),
    );
  });
});

it('a key of electricity that changes within the month cuts no gas', async () => {
  const market = await begun();
  await burnsGas(market);
  const terms = { kind: 'metered', calendar: 'DN', band: 'day', residual: { policy: 'pro-rata' } };
  await make(market, 'keys/day/versions', { days: { from: '2026-10-16', to: null }, terms, ...decided });
  const run = await calculated(market);
  expect(run).toMatchObject({ status: 'previewed', totals: { costs: '1959.35', difference: '0.00' } });
  const { lines } = (await market.ask('GET', `billing-runs/${run.id}/reconciliation`)).body;
  const described = lines.map(({ description }: { description: string }) => description) as string[];
  expect(described.filter((one) => one.startsWith('Day units'))).toHaveLength(2);
  expect(described.filter((one) => one.startsWith('Gas'))).toEqual(['Gas', 'Gas, standing charge']);
}, 60_000);

describe('a shop whose electricity is read monthly, beside others by day and night', () => {
  let market: Market;
  let run: Answer['body'];
  beforeAll(async () => {
    market = await begun();
    // 0.05 kW for 745 hours.
    await display(market, 'OLD', { role: 'sub', space: 'S1' }, 'kWh', [start, '100'], [end, '137.25']);
    run = await calculated(market);
  }, 60_000);

  it('stops the run, which says why, who asks, and what can be done; and nobody can take it on', async () => {
    expect(run).toMatchObject({ status: 'open', totals: null });
    const found = await findings(market, run);
    expect(found).toMatchObject([
      {
        ...{ code: 'bands-unknown', severity: 'blocking', overridable: false, from: start, to: end },
        subject: { kind: 'register', label: 'OLD import' },
        detail: `OLD import was not read between ${start} and ${end}, so nobody knows how much of it was night and how much day by the calendar DN: the key "day" and the key "night" ask for that.`,
      },
    ]);
    const taken = await market.ask('POST', `billing-runs/${run.id}/issues/${found[0].no}/override`, {
      reason: 'even use',
    });
    expect(taken).toMatchObject({ status: 422, body: { code: 'issue-not-overridable' } });
  });

  it('is billed when the display was read at the hours at which the bands change', async () => {
    const readings = windowsOfOctober()
      .slice(1)
      .map(({ from }) => {
        const hours = (epochMs(from) - epochMs(start)) / 3_600_000;
        const value = `${100 + Math.floor(hours / 20)}.${String((hours % 20) * 5).padStart(2, '0')}`;
        return { meter: 'OLD', register: 'import', at: from, value, unit: 'kWh', quality: 'actual' };
      });
    await make(market, 'readings', { readings }, 200);
    const again = (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(again).toMatchObject({ status: 'previewed', issues: { blocking: 0 }, totals: { difference: '0.00' } });
    const { items } = (await market.ask('GET', `billing-runs/${run.id}/shares`)).body;
    const rosa = (items as Record<string, string>[]).filter(({ member, part }) => member === 'ROSA' && part === 'own');
    // 527 and 218 hours of 1.05 kW.
    expect(rosa.filter(({ description = '' }) => description.endsWith('units')).map(({ weight }) => weight)).toEqual([
      '553.35',
      '228.9',
    ]);
  });
});

it('a tariff by day and night asks the stalls, and neither the source nor the hall; a rent asks no meter', async () => {
  const market = await begun({ sourceWatts: null, withBill: false });
  await display(market, 'OLD-SRC', { role: 'source' }, 'kWh', [start, '1000'], [end, '4501.5']);
  await display(market, 'LIFT', { role: 'sub', space: 'HALL' }, 'kWh', [start, '7'], [end, '44.25']);
  await make(market, 'supplier-bills', {
    ...{ site: 'OMH', supplier: 'Northgrid', number: 'NE-1', utility: 'electricity', period: october, currency: 'GBP' },
    ...{ net: '560.24', tax: '112.05', gross: '672.29' },
    components: [
      {
        ...{ description: 'Units', kind: 'energy', quantity: '3501.5', unit: 'kWh', price: '0.16' },
        ...{ amount: '560.24', tax: '112.05', taxCode: 'S', key: 'all' },
      },
    ],
  });
  const components = [{ kind: 'time-of-use', name: 'Kiln', unit: 'kWh', prices: { day: '0.02', night: '0.01' } }];
  await make(market, 'tariffs', {
    code: 'kiln',
    name: 'Kiln',
    version: { days: always, terms: { calendar: 'DN', components }, ...decided },
  });
  await make(market, 'charges', {
    ...{
      site: 'OMH',
      code: 'kiln',
      description: 'Kiln',
      section: 'fee',
      kind: 'tariff',
      tariff: 'kiln',
      taxCode: 'S',
      days: always,
    },
  });
  await make(market, 'charges', {
    ...{
      site: 'OMH',
      code: 'rent-2',
      description: 'Rent of stall 2',
      section: 'rent',
      kind: 'recurring',
      per: 'month',
    },
    ...{ amount: '310.00', space: 'S2', taxCode: 'S', days: { from: '2026-10-16', to: null } },
  });
  const run = await calculated(market);
  expect(await findings(market, run)).toEqual([]);
  expect(run).toMatchObject({ status: 'previewed', totals: { difference: '0.00' } });
}, 60_000);
