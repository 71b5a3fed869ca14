import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, type Market } from './billing-market.js';

/*
 * Own tariffs with tiers, demand, a minimum and half-hours at their own prices, in a run of the market of October 2026.
 *
 *   limit 620 kWh a month, by days: ROSA 745 kWh     → 620 × 0.20 = 124.00 and 125 × 0.30 = 37.50
 *                                   LUND 1490         → 124.00 and 870 × 0.30 = 261.00
 *                                   ADAM 360, 15 days → limit 300: 60.00 and 18.00
 *                                   BELA 385, 16 days → limit 320: 64.00 and 19.50
 *   demand 2.00 a kW and month: 1 kW 2.00, 2 kW 4.00, 1 kW × 15/31 0.97 and × 16/31 1.03
 *   at least 170 a month: ROSA 163.50 → 6.50; ADAM 82.26 − 78.97 = 3.29; BELA 87.74 − 84.53 = 3.21
 *   one price for all October, 0.01: ROSA 7.45, LUND 14.90, ADAM 3.60, BELA 3.85
 */

const open: InProcess[] = [];
afterAll(async () => {
  for (const service of open) await service.close();
});
async function start(): Promise<Market> {
  const service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  open.push(service);
  return foundMarket(service);
}

const version = (terms: object) => ({
  days: { from: '2026-01-01', to: null },
  terms,
  adoptedBy: 'General meeting',
  adoptedOn: '2026-01-14',
  decision: 'minute 5',
});
async function chargeBy(market: Market, code: string, terms: object): Promise<void> {
  for (const [path, body] of [
    ['tariffs', { code, name: code, version: version(terms) }],
    [
      'charges',
      {
        ...{ site: 'OMH', taxCode: 'S', days: { from: '2026-01-01', to: null }, code: `by-${code}` },
        ...{ description: code, section: 'fee', kind: 'tariff', tariff: code },
      },
    ],
  ] as const) {
    const answer = await market.ask('POST', path, body);
    expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
  }
}
const tiers = [
  { upTo: '620', price: '0.20' },
  { upTo: null, price: '0.30' },
];
const own = {
  calendar: 'DN',
  components: [
    { kind: 'tiered', name: 'Energy', unit: 'kWh', count: 'month', limits: 'by-days', tiers },
    {
      ...{ kind: 'demand', name: 'Demand', minutes: 60 },
      windows: [{ bands: ['day'], tiers: [{ upTo: null, price: '2.00' }] }],
    },
    { kind: 'minimum', name: 'Least', amount: '170' },
  ],
};
const series = (to: string) => ({
  calendar: null,
  components: [
    {
      ...{ kind: 'series', name: 'Half-hours', unit: 'kWh', series: 'agile' },
      points: [{ from: '2026-09-30T23:00:00Z', to, price: '0.01' }],
    },
  ],
});
const linesOf = (preview: Answer, code: string): Record<string, string> => {
  const member = preview.body.members.find((one: { member: { code: string } }) => one.member.code === code);
  const lines = member.lines.filter((line: { description: string }) => /^(own|agile)/.test(line.description));
  return Object.fromEntries(lines.map((line: { description: string; net: string }) => [line.description, line.net]));
};

describe('own tariffs with tiers, demand, a minimum and priced half-hours', () => {
  let market: Market;
  let run: Answer['body'];
  let preview: Answer;
  beforeAll(async () => {
    market = await start();
    await chargeBy(market, 'own', own);
    await chargeBy(market, 'agile', series('2026-11-01T00:00:00Z'));
    run = await calculated(market);
    preview = await market.ask('GET', `billing-runs/${run.id}/preview`);
  }, 60_000);

  it('come to what they come to by hand, for each member', () => {
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0 }, totals: { difference: '0.00' } });
    expect(linesOf(preview, 'ROSA')).toEqual({
      'own: Energy, up to 620 kWh': '124.00',
      'own: Energy, above 620 kWh': '37.50',
      'own: Demand': '2.00',
      'own: Least': '6.50',
      'agile: Half-hours': '7.45',
    });
    expect(linesOf(preview, 'LUND')).toEqual({
      'own: Energy, up to 620 kWh': '124.00',
      'own: Energy, above 620 kWh': '261.00',
      'own: Demand': '4.00',
      'agile: Half-hours': '14.90',
    });
    expect(linesOf(preview, 'ADAM')).toEqual({
      'own: Energy, up to 300 kWh': '60.00',
      'own: Energy, above 300 kWh': '18.00',
      'own: Demand': '0.97',
      'own: Least': '3.29',
      'agile: Half-hours': '3.60',
    });
    expect(linesOf(preview, 'BELA')).toMatchObject({
      'own: Demand': '1.03',
      'own: Least': '3.21',
      'agile: Half-hours': '3.85',
    });
  });

  it('say when the peak was, by the clock of the site', () => {
    const rosa = preview.body.members.find((one: { member: { code: string } }) => one.member.code === 'ROSA');
    const line = rosa.lines.find((one: { description: string }) => one.description === 'own: Demand');
    expect(line.sentence).toContain('1 kWh in the 60 minutes from 2026-10-01T07:00 are 1');
  });
});

describe('a series that ends before the month does', () => {
  it('stops the run, and names the first hour without a price', async () => {
    const market = await start();
    await chargeBy(market, 'agile', series('2026-10-31T23:00:00Z'));
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'open' });
    const { items } = (await market.ask('GET', `billing-runs/${run.id}/issues`)).body;
    expect(items[0]).toMatchObject({ code: 'tariff-gap', severity: 'blocking' });
    expect(items[0].detail).toContain('from 2026-10-31T23:00:00Z to 2026-11-01T00:00:00Z');
  }, 60_000);
});
