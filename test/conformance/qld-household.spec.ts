import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../src/cli/client.js';
import { addDays, addMonths } from '../../src/domain/calendar/period.js';
import { decimal, sum } from '../../src/domain/quantity/decimal.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { type Service, startService } from '../support/service.js';

/*
 * A household in Queensland, NMI 3044076134, from 10 August to 31 December 2016: a published NEM12 file of 144 days of half-hours, and
 * the NEM13 file of the register that was read by hand before. It comes in as one shop's meter through the import, and two runs bill it
 * with Ergon's published prices of the financial year that ends in June 2017, in cents without GST:
 *
 *   tariff 11: supply 89.572 a day, usage 24.610 a kWh
 *   tariff 12: supply 101.306 a day, peak 55.865, shoulder and off-peak 19.859; 15:00 to 21:30 is peak from December to February
 *              and shoulder in the other months
 *
 * Source of files and prices: aguinane/qld-tariffs (MIT), examples/ and qldtariffs/prices.toml, toutimes.toml.
 */

const data = join(process.cwd(), '../shared/data');
const folder = join(data, 'qld-tariffs');
const isThere = existsSync(join(folder, 'examples/example_NEM12.csv')) && existsSync(join(data, 'golden.json'));
const file = (name: string): Buffer => readFileSync(join(folder, 'examples', name));

interface GoldenCase {
  readonly id: string;
  // The shape of a case follows from its kind.
  readonly input: any; // eslint-disable-line @typescript-eslint/no-explicit-any
  readonly expected: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}
function golden(id: string): GoldenCase {
  const found = (JSON.parse(readFileSync(join(data, 'golden.json'), 'utf8')) as GoldenCase[]).find(
    (one) => one.id === id,
  );
  if (!found) throw new Error(`golden.json has no case ${id}.`);
  return found;
}

/** The 300 records of the file, added up without any of our readers. */
function daysOfFile(): Map<string, string> {
  const days = file('example_NEM12.csv')
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('300,'));
  return new Map(
    days.map((line) => {
      const [, date = '', ...values] = line.split(',');
      const kWh = values.slice(0, 48).map((value) => decimal(value.startsWith('.') ? `0${value}` : value));
      return [date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'), sum(kWh).toFixed()];
    }),
  );
}

const nmi = '3044076134';
const decided = { adoptedBy: 'General meeting', adoptedOn: '2016-05-02', decision: 'minute 3' };
const fy2017 = { from: '2016-07-01', to: '2017-07-01' };
const always = { from: '2014-01-01', to: null };

let service: Service;
let treasurer: ApiClient;
let approver: ApiClient;

/** One shop behind the supplier's meter, in Brisbane, where clocks never change and market time is local time. */
async function foundCommunity(): Promise<void> {
  const access = service.app.get(AccessService);
  const { token } = await access.createCommunity({
    code: 'bne',
    name: 'Household',
    currency: 'AUD',
    zone: 'Australia/Brisbane',
    treasurer: { name: 'Tess' },
    policies: { tax: { registered: true, vatNumber: '51 824 753 556', rounding: 'half-up' } },
  });
  treasurer = new ApiClient(service.url, token);
  const person = await treasurer.post<{ id: string }>('/people', { name: 'Amir', roles: [{ role: 'approver' }] });
  const handed = await treasurer.post<{ token: string }>('/tokens', { name: 'approver', personId: person.id });
  approver = new ApiClient(service.url, handed.token);
  const make = (path: string, body: object): Promise<unknown> => treasurer.post(path, body);
  await make('/sites', { code: 'QLD', name: 'House', zone: 'Australia/Brisbane' });
  await make('/members', { code: 'SHOP', name: 'Corner Shop' });
  await make('/spaces', { site: 'QLD', code: 'UNIT-1', name: 'Unit 1', kind: 'let', area: '80' });
  await make('/occupancies', { space: 'UNIT-1', member: 'SHOP', days: always });
  await make('/meters', {
    site: 'QLD',
    code: nmi,
    name: 'Unit 1',
    role: 'sub',
    space: 'UNIT-1',
    serial: '41051514',
    installedFrom: '2016-08-10T00:00:00+10:00',
    registers: [{ code: 'E1', kind: 'interval', unit: 'kWh', intervalMinutes: 30 }],
  });
  await make('/tax-rates', { code: 'GST', label: 'GST', rate: '0.1', days: always });
  await make('/band-calendars', {
    code: 'qld-regional',
    name: 'Queensland, regional',
    bands: ['peak', 'shoulder', 'offpeak'],
    rules: [
      { band: 'peak', months: [1, 2, 12], from: '15:00', to: '21:30' },
      { band: 'shoulder', months: [3, 4, 5, 6, 7, 8, 9, 10, 11], from: '15:00', to: '21:30' },
      { band: 'offpeak', from: '21:30', to: '15:00' },
    ],
  });
  const residual = { policy: 'landlord-bears' };
  const use = { kind: 'metered', calendar: null, band: null, residual };
  await make('/keys', { code: 'USE', name: 'Metered use', version: { days: always, ...decided, terms: use } });
  await make('/keys', {
    code: 'EQUAL',
    name: 'Equal',
    version: { days: always, ...decided, terms: { kind: 'equal' } },
  });
  await make('/keys', {
    code: 'US',
    name: 'In common',
    version: { days: always, ...decided, terms: { kind: 'common' } },
  });
}

/** A bill of tariff 11, each line rounded by itself. */
const tariff11 = (bill: {
  readonly number: string;
  readonly period: object;
  readonly keys: readonly [supply: string, usage: string];
  readonly quantities: readonly [days: string, kWh: string];
  readonly amounts: readonly [supply: string, usage: string];
  readonly taxes: readonly [supply: string, usage: string];
  readonly totals: { readonly net: string; readonly tax: string; readonly gross: string };
}): object => {
  const line = (i: 0 | 1, rest: object): object => ({
    quantity: bill.quantities[i],
    amount: bill.amounts[i],
    tax: bill.taxes[i],
    key: bill.keys[i],
    taxCode: 'GST',
    ...rest,
  });
  return {
    site: 'QLD',
    supplier: 'Ergon',
    number: bill.number,
    period: bill.period,
    currency: 'AUD',
    ...bill.totals,
    components: [
      line(0, { description: 'Supply charge', kind: 'standing', unit: 'day', price: '0.89572' }),
      line(1, { description: 'Usage', kind: 'energy', unit: 'kWh', price: '0.2461' }),
    ],
  };
};

interface Run {
  readonly id: string;
  readonly status: string;
  readonly inputHash: string;
  readonly totals: object;
  readonly documents: { readonly done: number; readonly total: number };
}

/** A whole cycle: opened, calculated, approved by the other person, issued, its document made. */
async function bill(
  period: object,
  expectedIssues: readonly string[],
): Promise<{ run: Run; invoice: Invoice; pdf: Buffer }> {
  const { id } = await treasurer.post<Run>('/billing-runs', { site: 'QLD', period });
  const calculated = await treasurer.post<Run>(`/billing-runs/${id}/calculate`);
  const { items: issues } = await treasurer.get<{ items: { code: string }[] }>(`/billing-runs/${id}/issues`);
  expect([calculated.status, ...issues.map(({ code }) => code)]).toEqual(['previewed', ...expectedIssues]);
  await approver.post(`/billing-runs/${id}/approve`, { inputHash: calculated.inputHash });
  await treasurer.post(`/billing-runs/${id}/issue`);
  let run = await treasurer.get<Run>(`/billing-runs/${id}`);
  while (run.documents.done < 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    run = await treasurer.get<Run>(`/billing-runs/${id}`);
  }
  const { items } = await treasurer.get<{ items: { id: string }[] }>(`/invoices?run=${id}`);
  expect(items).toHaveLength(1);
  const invoice = await treasurer.get<Invoice>(`/invoices/${items[0]?.id}`);
  return { run, invoice, pdf: await treasurer.bytes(`/invoices/${items[0]?.id}/document.pdf`) };
}

interface Invoice {
  readonly lines: readonly { readonly description: string; readonly quantity: string | null; readonly net: string }[];
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
}
const linesOf = ({ lines }: Invoice): (string | null)[][] =>
  lines.map((line) => [line.description, line.quantity, line.net]);
const figures = async (query: string): Promise<{ quantity: string; quality: string; from: string }[]> => {
  const { series, issues } = await treasurer.get<{
    series: { figures: { quantity: string; quality: string; from: string }[] }[];
    issues: object[];
  }>(`/consumption?${query}`);
  expect(issues).toEqual([]);
  return series[0]?.figures ?? [];
};

describe('the household of qld-tariffs', () => {
  if (!isThere) {
    console.warn(`The household was not billed: ${folder} is not on this machine.`);
    it.skip('is skipped, because ../shared/data is not on this machine', () => undefined);
    return;
  }

  beforeAll(async () => {
    service = await startService();
    await foundCommunity();
  });
  afterAll(() => service.close());

  const send = (name: string, query = ''): Promise<object> =>
    treasurer.upload(`/imports?name=${name}${query}`, file(name), 'text/csv');
  // 144 days of 48 half-hours; the file itself adds up to 753.96 kWh.
  const whole = {
    format: 'NEM12',
    read: 6912,
    conflict: 0,
    held: 0,
    unclaimed: 0,
    rejected: 0,
    problems: [],
    reasons: [],
  };
  const channels = [{ meter: nmi, register: 'E1', unit: 'kWh', count: 6912, total: '753.96' }];

  it('is looked at in a dry run, which stores nothing', async () => {
    expect(await send('example_NEM12.csv', '&dryRun=true')).toMatchObject({
      ...whole,
      channels,
      dryRun: true,
      created: 6912,
      duplicate: 0,
    });
    expect(await treasurer.get(`/readings?meter=${nmi}&register=E1`)).toMatchObject({ items: [] });
  });

  it('comes in once, and every reading is known when it is sent again', async () => {
    expect(await send('example_NEM12.csv')).toMatchObject({ ...whole, channels, created: 6912, duplicate: 0 });
    expect(await send('example_NEM12.csv')).toMatchObject({ ...whole, channels, created: 0, duplicate: 6912 });
  });

  it('has the days and the month of G05', async () => {
    const { day_kwh, month_kwh } = golden('G05-nem12-qld').expected as Record<string, Record<string, string>>;
    for (const [day, kWh] of Object.entries(day_kwh ?? {})) {
      const [figure] = await figures(`meter=${nmi}&from=${day}&to=${addDays(day, 1)}&grain=day`);
      expect([day, figure?.quantity]).toEqual([day, kWh]);
    }
    for (const [month, kWh] of Object.entries(month_kwh ?? {})) {
      const from = `${month}-01`;
      const [figure] = await figures(`meter=${nmi}&from=${from}&to=${addMonths(from, 1)}&grain=month`);
      expect([month, figure?.quantity]).toEqual([month, kWh]);
    }
  });

  it('has on every one of its 144 days what the file says, and in every month their sum', async () => {
    const days = daysOfFile();
    expect(days.size).toBe(144);
    const byDay = await figures(`meter=${nmi}&from=2016-08-10&to=2017-01-01&grain=day`);
    expect(byDay.map(({ quantity }) => quantity)).toEqual([...days.values()]);
    // The first 22 half-hours were filled in by the distributor (flag F19), so that day is not all measured.
    expect(byDay.map(({ quality }) => quality === 'actual')).toEqual(byDay.map((_, i) => i !== 0));
    const byMonth = await figures(`meter=${nmi}&from=2016-08-10&to=2017-01-01&grain=month`);
    // Added up by hand from the 300 records of the file.
    expect(byMonth.map(({ quantity }) => quantity)).toEqual(['142.5', '144.03', '152.35', '138.44', '176.64']);
  });

  it('had a register that was read by hand: its file waits in the inbox until it is bound', async () => {
    expect(await send('example_NEM13.csv', '&dryRun=true')).toMatchObject({ format: 'NEM13', read: 8, unclaimed: 8 });
    expect(await send('example_NEM13.csv')).toMatchObject({ read: 8, unclaimed: 8, created: 0 });
    const { items } = await treasurer.get<{ items: { id: string; meter: string; register: string }[] }>('/unclaimed');
    expect(items).toMatchObject([{ meter: nmi, register: '11', readings: 8 }]);
    // The old device stood where the new one is now; as a site of its own it is no part of the runs below.
    await treasurer.post('/sites', { code: 'OLD', name: 'Before the exchange', zone: 'Australia/Brisbane' });
    await treasurer.post('/meters', {
      site: 'OLD',
      code: '31188',
      name: 'Until August 2016',
      role: 'sub',
      installedFrom: '2014-12-03T12:00:00+10:00',
      registers: [{ code: '11', kind: 'cumulative', unit: 'kWh' }],
    });
    expect(await treasurer.post(`/unclaimed/${items[0]?.id}/bind`, { meter: '31188', register: '11' })).toMatchObject({
      summary: { created: 8 },
    });
    const { reads } = golden('G05b-nem13-qld').input as { reads: [string, string][] };
    const { items: stored } = await treasurer.get<{ items: { at: string; value: string }[] }>(
      '/readings?meter=31188&register=11',
    );
    const expected = reads.map(([at, value]) => [Date.parse(`${at.padEnd(19, ':00')}+10:00`), value]);
    expect(stored.map(({ at, value }) => [Date.parse(at), value]).sort()).toEqual(expected);
    expect(await send('example_NEM13.csv')).toMatchObject({ created: 0, duplicate: 8, unclaimed: 0 });
  });

  /*
   * G04a: 22 days of August, 142.50 kWh, tariff 11. By hand:
   *   22 × 0.89572 = 19.70584 → 19.71      142.50 × 0.2461 = 35.06925 → 35.07      net 54.78
   *   GST 10 %: 5.478 → 5.48               gross 60.26
   * G04a prints 21.68 + 38.58 = 60.26 with tax by line, and 60.25 as the total of the unrounded sum. A document whose lines do not make
   * its total is what we never print: lines are rounded, tax is taken once, and the total is their sum.
   */
  it('is billed for August as the supplier billed it: G04a, to the cent that its lines make', async () => {
    const period = { from: '2016-08-10', to: '2016-09-01' };
    const { days, charges } = golden('G04a-ergon-T11').input as { days: number; charges: { units: string }[] };
    expect([days, charges[1]?.units]).toEqual([22, '142.50']);
    const given = tariff11({
      number: 'E-2016-08',
      period,
      keys: ['EQUAL', 'USE'],
      quantities: ['22', '142.5'],
      amounts: ['19.71', '35.07'],
      taxes: ['1.97', '3.51'],
      totals: { net: '54.78', tax: '5.48', gross: '60.26' },
    });
    const { id } = await treasurer.post<{ id: string }>('/supplier-bills', given);
    expect(await treasurer.get(`/supplier-bills/${id}/check`)).toMatchObject({
      agrees: true,
      components: [{ product: '19.70584' }, { product: '35.06925' }],
    });
    // Nobody reads a meter of the whole house here: the shop's own meter is the supplier's, and that is said.
    const { run, invoice, pdf } = await bill(period, ['source-meter-missing']);
    expect(run.totals).toEqual({
      costs: '54.78',
      members: '54.78',
      common: '0.00',
      vacant: '0.00',
      held: '0.00',
      difference: '0.00',
    });
    expect(linesOf(invoice)).toEqual([
      ['Usage', '142.5', '35.07'],
      ['Supply charge', null, '19.71'],
    ]);
    expect([invoice.net, invoice.tax, invoice.gross]).toEqual(['54.78', '5.48', '60.26']);
    const { supply, usage } = golden('G04a-ergon-T11').expected as { supply: number; usage: number };
    expect(decimal(invoice.gross).times(100).toFixed()).toBe(String(supply + usage));
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });

  /*
   * November and December by the community's own tariff 12, as in G04b; the supplier's bill of tariff 11 is borne in common and its
   * surplus or loss stays in sight. 61 days; kWh from the file: shoulder 64.05 (November), peak 78.43 (December),
   * off-peak 74.39 + 98.21 = 172.60. By hand:
   *   61 × 1.01306 = 61.79666 → 61.80       78.43 × 0.55865 = 43.8149195 → 43.81
   *   64.05 × 0.19859 = 12.7196895 → 12.72  172.60 × 0.19859 = 34.276634 → 34.28      net 152.61
   *   GST 10 %: 15.261 → 15.26              gross 167.87
   * The supplier: 61 × 0.89572 = 54.63892 → 54.64; 315.08 × 0.2461 = 77.541188 → 77.54; net 132.18, tax 5.46 + 7.75.
   */
  it('is billed for November and December by the time of use, with the prices of the tariff in force', async () => {
    const period = { from: '2016-11-01', to: '2017-01-01' };
    const charges = golden('G04b-ergon-T12').input.charges as { name: string; rate_c: string }[];
    const price = Object.fromEntries(
      charges.map(({ name, rate_c }) => [name, decimal(rate_c).times('0.01').toFixed()]),
    );
    expect(price).toEqual({ supply: '1.01306', peak: '0.55865', shoulder: '0.19859', offpeak: '0.19859' });
    const { supply, ...byBand } = price;
    await treasurer.post('/tariffs', {
      code: 'T12',
      name: 'Tariff 12',
      version: {
        days: fy2017,
        ...decided,
        terms: {
          calendar: 'qld-regional',
          components: [
            { kind: 'standing', name: 'Supply', perDay: supply },
            { kind: 'time-of-use', name: 'Usage', unit: 'kWh', prices: byBand },
          ],
        },
      },
    });
    // The prices of the next year: nothing of this period is rated by them.
    await treasurer.post('/tariffs/T12/versions', {
      days: { from: fy2017.to, to: null },
      ...decided,
      terms: {
        calendar: 'qld-regional',
        components: [
          { kind: 'standing', name: 'Supply', perDay: '0.89848' },
          {
            kind: 'time-of-use',
            name: 'Usage',
            unit: 'kWh',
            prices: { peak: '0.61137', shoulder: '0.2107', offpeak: '0.2107' },
          },
        ],
      },
    });
    await treasurer.post('/charges', {
      site: 'QLD',
      code: 'T12',
      description: 'Tariff 12',
      section: 'energy',
      kind: 'tariff',
      tariff: 'T12',
      taxCode: 'GST',
      days: { from: '2016-11-01', to: null },
    });
    const given = tariff11({
      number: 'E-2016-11',
      period,
      keys: ['US', 'US'],
      quantities: ['61', '315.08'],
      amounts: ['54.64', '77.54'],
      taxes: ['5.46', '7.75'],
      totals: { net: '132.18', tax: '13.21', gross: '145.39' },
    });
    await treasurer.post('/supplier-bills', given);
    const { run, invoice, pdf } = await bill(period, []);
    expect(run.totals).toEqual({
      costs: '284.79',
      members: '152.61',
      common: '132.18',
      vacant: '0.00',
      held: '0.00',
      difference: '0.00',
    });
    expect(linesOf(invoice).toSorted()).toEqual([
      ['Tariff 12: Supply', '61', '61.80'],
      ['Tariff 12: Usage, offpeak', '172.6', '34.28'],
      ['Tariff 12: Usage, peak', '78.43', '43.81'],
      ['Tariff 12: Usage, shoulder', '64.05', '12.72'],
    ]);
    expect([invoice.net, invoice.tax, invoice.gross]).toEqual(['152.61', '15.26', '167.87']);
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });
});
