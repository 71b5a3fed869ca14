import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundCommunity, foundMarket, type Market } from './billing-market.js';

/*
 * What other systems were seen to do wrong with tariffs, each tried through a whole run.
 *
 *   D2  an hour without a price takes the first price there is     here: refused on save, and a run stops, with the hour named
 *   D3  a fixed fee counts every calendar month that it touches    here: a part of a month is its part, as the tariff says
 */

let service: InProcess;
beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
}, 60_000);
afterAll(() => service.close());

const always = { from: '2026-01-01', to: null };
const adopted = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 5' };
const tariff = (code: string, calendar: string | null, components: readonly object[]) => ({
  ...{ code, name: code },
  version: { days: always, terms: { calendar, components }, ...adopted },
});
const charge = (code: string) => ({
  ...{ site: 'OMH', code: `by-${code}`, description: code, section: 'fee', kind: 'tariff', tariff: code },
  ...{ taxCode: 'S', days: always },
});
async function chargeBy(market: Market, code: string, calendar: string | null, components: readonly object[]) {
  expect(await market.ask('POST', 'tariffs', tariff(code, calendar, components))).toMatchObject({ status: 201 });
  expect(await market.ask('POST', 'charges', charge(code))).toMatchObject({ status: 201 });
}
const issuesOf = async (market: Market, { id }: { id: string }) =>
  (await market.ask('GET', `billing-runs/${id}/issues`)).body.items as {
    code: string;
    severity: string;
    detail: string;
    overridable: boolean;
  }[];
async function chargesOf(market: Market, id: string, name: string): Promise<Record<string, string>> {
  const { items } = (await market.ask('GET', `billing-runs/${id}/shares`)).body as {
    items: { description: string; member: string; amount: string }[];
  };
  const own = items.filter(({ description }) => description.startsWith(name));
  return Object.fromEntries(own.map(({ member, amount }) => [member, amount]));
}

const byBand = (prices: object) => ({ kind: 'time-of-use', name: 'Energy', unit: 'kWh', prices });

describe('D2: an hour that no band prices never takes the price of the first', () => {
  it('is refused when the tariff is saved, with the band or the hours named', async () => {
    const market = await foundMarket(service, { code: 'd2-save', withReadings: false, withBill: false });
    const withoutNight = await market.ask('POST', 'tariffs', tariff('half', 'DN', [byBand({ day: '0.30' })]));
    expect(withoutNight.status).toBe(422);
    expect(withoutNight.body).toMatchObject({ code: 'tariff-gap' });
    expect(withoutNight.body.detail).toContain('no price for the band night, Monday 00:00–07:00 in January');
    const holed = {
      code: 'HOLED',
      name: 'Day only',
      bands: ['day'],
      rules: [{ band: 'day', from: '07:00', to: '24:00' }],
    };
    const calendar = await market.ask('POST', 'band-calendars', holed);
    expect([calendar.status, calendar.body.code]).toEqual([422, 'tariff-gap']);
    expect(calendar.body.detail).toContain('No band covers Monday 00:00–07:00 in January.');
  });

  it('stops a run that meets one all the same, and charges nobody for it', async () => {
    const market = await foundMarket(service, { code: 'd2-run' });
    await chargeBy(market, 'tou', 'DN', [byBand({ day: '0.30', night: '0.20' })]);
    const priced = await calculated(market);
    expect(priced).toMatchObject({ status: 'previewed', issues: { blocking: 0 } });
    expect((await chargesOf(market, priced.id, 'tou: Energy, day'))['ROSA']).toBe('158.10');
    expect((await chargesOf(market, priced.id, 'tou: Energy, night'))['ROSA']).toBe('43.60');
    // Past every check, as a damaged row would: the tariff loses its price of the night.
    await service.database.owner.query(`SET session_replication_role = replica`);
    const { rowCount } = await service.database.owner.query(
      `UPDATE tariff_version SET terms = terms #- '{components,0,prices,night}'
       WHERE community_id = $1 AND terms #> '{components,0,prices,night}' IS NOT NULL`,
      [market.communityId],
    );
    await service.database.owner.query(`SET session_replication_role = DEFAULT`);
    expect(rowCount).toBe(1);
    const run = (await market.ask('POST', `billing-runs/${priced.id}/calculate`)).body;
    expect(run).toMatchObject({ status: 'open' });
    const found = (await issuesOf(market, run)).filter(({ code }) => code === 'tariff-gap');
    expect(found).not.toEqual([]);
    expect(found).toContainEqual(expect.objectContaining({ severity: 'blocking', overridable: false }));
    expect(found[0]?.detail).toContain('night');
    expect(await chargesOf(market, run.id, 'tou')).toEqual({});
  });

  it('refuses a price series with a hole, and stops a run at the first half-hour after its end', async () => {
    const market = await foundMarket(service, { code: 'd2-series' });
    const series = (points: object[]) => [{ kind: 'series', name: 'Half-hours', unit: 'kWh', series: 'agile', points }];
    const first = { from: '2026-09-30T23:00:00Z', to: '2026-10-20T16:00:00Z', price: '0.10' };
    const holed = series([first, { ...first, from: '2026-10-20T16:30:00Z', to: '2026-11-01T00:00:00Z' }]);
    expect(await market.ask('POST', 'tariffs', tariff('agile', null, holed))).toMatchObject({
      status: 422,
      body: {
        code: 'tariff-gap',
        detail: expect.stringContaining('from 2026-10-20T16:00:00Z to 2026-10-20T16:30:00Z'),
      },
    });
    await chargeBy(market, 'agile', null, series([first]));
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'open' });
    const [found] = await issuesOf(market, run);
    expect(found).toMatchObject({ code: 'tariff-gap', severity: 'blocking', overridable: false });
    expect(found?.detail).toContain('from 2026-10-20T16:00:00Z');
  });
});

describe('D3: a fixed fee is charged for its part of a month, not for every month that is touched', () => {
  const fee = (name: string, proration: string, per = 'month', amount = '31.00') => ({
    ...{ kind: 'periodic', name, amount, per, proration },
  });

  it('ADAM has the stall for 15 days of October and BELA for 16', async () => {
    const market = await foundMarket(service, { code: 'd3-hands' });
    await chargeBy(market, 'fees', null, [
      fee('By days', 'day-of-month'),
      fee('By the year', 'day-of-year', 'year', '365.00'),
      fee('Touched', 'touched-months'),
    ]);
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0 }, totals: { difference: '0.00' } });
    expect(await chargesOf(market, run.id, 'fees: By days')).toEqual({
      ...{ ROSA: '31.00', LUND: '31.00', ADAM: '15.00', BELA: '16.00' },
    });
    expect(await chargesOf(market, run.id, 'fees: By the year')).toMatchObject({ ADAM: '15.00', BELA: '16.00' });
    // Whole months only where the community has written that it wants them.
    expect(await chargesOf(market, run.id, 'fees: Touched')).toMatchObject({ ADAM: '31.00', BELA: '31.00' });
  });

  it('a run from 15 January to 14 February is a month, not two', async () => {
    const { ask } = await foundCommunity(service, { code: 'd3-months' });
    const market = { ask } as Market;
    for (const [path, body] of [
      ['sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' }],
      ['members', { code: 'ROSA', name: 'Rosa', trade: 'bakery' }],
      ['spaces', { site: 'OMH', code: 'S1', name: 'Stall 1', kind: 'let', area: '20', vacantPayer: 'ROSA' }],
      ['occupancies', { space: 'S1', member: 'ROSA', days: always }],
      ['tax-rates', { code: 'S', label: 'Standard rate', rate: '0.2', days: always }],
    ] as const) {
      expect(await ask('POST', path, body)).toMatchObject({ status: 201 });
    }
    await chargeBy(market, 'fees', null, [fee('By days', 'day-of-month')]);
    const rent = { site: 'OMH', code: 'rent', description: 'Rent', section: 'rent', kind: 'recurring', per: 'month' };
    const given = { ...rent, amount: '155.00', space: 'S1', taxCode: 'S', days: always };
    expect(await ask('POST', 'charges', given)).toMatchObject({ status: 201 });
    const run = await calculated(market, { from: '2026-01-15', to: '2026-02-15' });
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0 } });
    // 17 of 31 days and 14 of 28: 17.00 + 15.50, and 85.00 + 77.50. Two touched months would be 62.00 and 310.00.
    expect(await chargesOf(market, run.id, 'fees: By days')).toEqual({ ROSA: '32.50' });
    expect(await chargesOf(market, run.id, 'Rent')).toEqual({ ROSA: '162.50' });
  });
});
