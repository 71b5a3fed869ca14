import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, issued, stalls } from './billing-market.js';

/** What another system was seen to do wrong with quantities and tax: kWh rounded before they are priced, and no more than two rates. */
const [start, end] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];
let service: InProcess;
beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
}, 60_000);
afterAll(() => service.close());

describe('D7: many digits and many rates', () => {
  // Rosa's meter counts 1.000007 kWh an hour; 745 hours are 745.005215 kWh.
  let statement: {
    use: { glance: { total: string } }[];
    charges: Record<'net' | 'tax' | 'gross', string> & {
      lines: { description: string; net: string; taxRate: string }[];
      taxes: { rate: string; net: string; tax: string; gross: string }[];
    };
  };
  beforeAll(async () => {
    const market = await foundMarket(service, { code: 'digits', withReadings: false });
    const make = async (path: string, body: object, status = 201) =>
      expect([(await market.ask('POST', path, body)).status, path]).toEqual([status, path]);
    const readings = stalls.flatMap(({ meter, watts }) =>
      hourly(meter, watts, start, end).map((reading) =>
        meter === 'M1' ? { ...reading, quantity: '1.000007' } : reading,
      ),
    );
    await make('readings', { readings }, 200);
    const [days, decided] = [
      { from: '2026-01-01', to: null },
      { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' },
    ];
    const components = [{ kind: 'per-unit', name: 'Heat', unit: 'kWh', perUnit: '9.87654321', band: null }];
    await make('tariffs', {
      code: 'fine',
      name: 'Fine',
      version: { days, terms: { calendar: null, components }, ...decided },
    });
    const charged = { site: 'OMH', section: 'fee', kind: 'tariff', tariff: 'fine', taxCode: 'S', days };
    await make('charges', { ...charged, code: 'fine', description: 'Fine' });
    await make('tax-rates', { code: 'R', label: 'Reduced rate', rate: '0.05', days });
    await make('tax-rates', { code: 'M', label: 'Middle rate', rate: '0.135', days });
    const terms = { metered: 'S', standing: 'R', unmetered: 'M', commonParts: 'M', spaceWork: null };
    await make('policies', { name: 'tax-treatment', from: '2026-10-01', terms, decision: 'minute 5' });
    const run = await issued(market, await calculated(market));
    const { items } = (await market.ask('GET', `invoices?member=ROSA&run=${run.id}`)).body;
    statement = (await market.ask('GET', `statements/${items[0].number}`)).body;
  }, 60_000);

  it('prices every digit that was counted', () => {
    expect(statement.use[0]?.glance.total).toBe('745.005215');
    // 745.005215 × 9.87654321 = 7,358.0761976…; of 745.01 kWh it would be 7,358.12, of 745.00 it would be 7,358.02.
    const line = statement.charges.lines.find(({ description }) => description === 'Fine: Heat');
    expect(line?.net).toBe('7358.08');
  });

  it('adds three rates up to one invoice', () => {
    const { lines, taxes, net, tax, gross } = statement.charges;
    const pence = (amount: string): bigint => BigInt(amount.replace('.', ''));
    const total = (amounts: readonly string[]): bigint => amounts.reduce((sum, one) => sum + pence(one), 0n);
    expect(taxes.map(({ rate }) => rate)).toEqual(['20', '13.5', '5']);
    for (const row of taxes) {
      expect(pence(row.net)).toBe(total(lines.filter(({ taxRate }) => taxRate === row.rate).map((line) => line.net)));
      // Of a thousand, half up.
      expect(pence(row.tax)).toBe((pence(row.net) * BigInt(Number(row.rate) * 10) + 500n) / 1000n);
      expect(pence(row.gross)).toBe(pence(row.net) + pence(row.tax));
    }
    expect([total(lines.map((line) => line.net)), total(taxes.map((row) => row.tax))]).toEqual([
      pence(net),
      pence(tax),
    ]);
    expect(pence(gross)).toBe(pence(net) + pence(tax));
  });
});
