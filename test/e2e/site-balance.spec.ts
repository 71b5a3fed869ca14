import { decimal, plain, sum } from '../../src/domain/quantity/decimal.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, issued, type Market, october, work } from './billing-market.js';

/**
 * A stall without a meter, and what a site was supplied with against what its meters tell.
 *
 * The market of billing-market.ts with one stall more: stall 5, which nobody reads. Everything but it is metered, so it used what the
 * source counted and no other meter did: 4.7 − 1 − 2 − 1 − 0.2 − 0.4 = 0.1 kW, in 745 hours 74.5 kWh, of which 52.7 by day.
 */

const [start, middle, end] = ['2026-09-30T23:00:00Z', '2026-10-15T23:00:00Z', '2026-11-01T00:00:00Z'];
const days = 'from=2026-10-01&to=2026-11-01';
const meters = ['M1', 'M2', 'M3', 'M4', 'MH'];
const minus = (...names: string[]) => names.map((meter) => ({ coefficient: '-1', meter, register: 'import' }));
const rest = [{ meter: 'SRC', register: 'import' }, ...minus(...meters)];
const virtual = (code: string, terms: object[], more: object = {}) => ({
  ...{ site: 'OMH', code, name: code, role: 'virtual', installedFrom: '2026-01-01T00:00:00Z' },
  registers: [{ code: 'use', kind: 'virtual', unit: 'kWh', formula: { reason: 'nobody reads it', terms } }],
  ...more,
});

let service: InProcess;
beforeAll(async () => {
  service = await inProcess();
});
afterAll(() => service.close());

const open = async (market: Market, path: string, body: unknown, status = 201): Promise<Answer['body']> => {
  const answer = await market.ask('POST', path, body);
  expect([path, answer.status, answer.status === status ? '' : answer.text]).toEqual([path, status, '']);
  return answer.body;
};
const balance = async (market: Market, query = days): Promise<Answer['body'][]> =>
  (await market.ask('GET', `sites/OMH/balance?${query}`)).body.items as Answer['body'][];
const issuesOf = async (market: Market, run: { id: string }): Promise<Answer['body'][]> =>
  (await market.ask('GET', `billing-runs/${run.id}/issues`)).body.items as Answer['body'][];

/** A fifth stall that somebody has and nobody reads. */
async function fifthStall(market: Market): Promise<void> {
  await open(market, 'members', { code: 'DORA', name: 'DORA & Co' });
  await open(market, 'spaces', { site: 'OMH', code: 'S5', name: 'Stall S5', kind: 'let', area: '10' });
  await open(market, 'occupancies', { space: 'S5', member: 'DORA', days: { from: '2026-01-01', to: null } });
}

describe('a stall without a meter', () => {
  let market: Market;
  let run: Answer['body'];

  beforeAll(async () => {
    work(service);
    market = await foundMarket(service);
    await fifthStall(market);
  });

  it('is what the balance of the site does not explain, until a virtual meter does', async () => {
    expect(await balance(market)).toEqual([
      {
        ...{ utility: 'electricity', unit: 'kWh', from: start, to: end },
        ...{ imported: '3501.5', generated: '0', exported: '0', supplied: '3501.5', metered: '3427', derived: '0' },
        ...{ residual: '74.5', percent: '2.13', warnAbovePercent: '3', blockAbovePercent: '10' },
        ...{ state: 'ok', missing: [] },
      },
    ]);
    const made = await open(market, 'meters', virtual('M5', rest, { space: 'S5' }));
    expect(made.registers).toMatchObject([
      {
        ...{ code: 'use', kind: 'virtual', direction: 'import' },
        formulas: [
          {
            ...{ version: 1, from: '2026-01-01', reason: 'nobody reads it' },
            formula: 'SRC import − M1 import − M2 import − M3 import − M4 import − MH import',
          },
        ],
      },
    ]);
    expect(await balance(market)).toMatchObject([{ metered: '3427', derived: '74.5', residual: '0', percent: '0.00' }]);
  });

  it('has a consumption like any other, and its member sees it', async () => {
    const { body } = await market.ask('GET', `consumption?member=DORA&${days}&grain=billing-period`);
    expect(body.series).toMatchObject([
      {
        meter: 'M5',
        register: 'use',
        role: 'virtual',
        space: 'S5',
        figures: [{ quantity: '74.5', quality: 'derived' }],
      },
    ]);
    expect(body.issues).toEqual([]);
    const byHour = await market.ask('GET', `consumption?meter=M5&from=2026-10-25&to=2026-10-26&grain=interval`);
    const [{ figures }] = byHour.body.series as [{ figures: { quantity: string }[] }];
    expect([figures.length, new Set(figures.map(({ quantity }) => quantity))]).toEqual([25, new Set(['0.1'])]);
  });

  it('bears its share of a run in which the shares come to every cost', async () => {
    run = await calculated(market);
    expect(run).toMatchObject({ status: 'previewed' });
    const { body } = await market.ask('GET', `billing-runs/${run.id}/shares`);
    const shares = body.items as { member: string | null; amount: string; description: string }[];
    const byDay = shares.filter(({ description }) => description === 'Day units');
    // 52.7 of 2476.9 kWh: nothing is left to the residual but what the hall used itself.
    expect(byDay.find(({ member }) => member === 'DORA')?.amount).toBe('10.54');
    const { body: told } = await market.ask('GET', `billing-runs/${run.id}/reconciliation`);
    const lines = told.lines as Record<'description' | 'amount' | 'members' | 'common' | 'vacant' | 'held', string>[];
    expect(lines.map(({ description }) => description)).toContain('Day units');
    for (const { description, amount, members, common, vacant, held } of lines) {
      const shared = sum([members, common, vacant, held].map(decimal));
      expect([description, plain(shared)]).toEqual([description, plain(decimal(amount))]);
    }
  });

  it('is told on its statement, by its formula, with no figure of another member', async () => {
    await issued(market, run as { id: string; inputHash: string });
    const { body } = await market.ask('GET', `invoices?run=${run.id}&member=DORA`);
    const [{ id }] = body.items as [{ id: string }];
    const text = (await market.ask('GET', `invoices/${id}/document.txt`)).text.replace(/\s+/g, ' ');
    for (const told of [
      'M5 use 74.5',
      'no meter reads it: worked out by a formula',
      '+ SRC import 3,501.5',
      '− M4 import 149.0',
      '− MH import 298.0',
      '− 3 meters of other members 2,980.0',
    ])
      expect(text).toContain(told);
    expect(text).not.toMatch(/M[123] import/);
    const rosas = (await market.ask('GET', `invoices?run=${run.id}&member=ROSA`)).body.items as [{ id: string }];
    const rosa = (await market.ask('GET', `invoices/${rosas[0].id}/document.txt`)).text;
    expect(rosa).not.toContain('formula');
  });

  it('can be looked at by the day, in pages, and as a file', async () => {
    const all: Answer['body'][] = [];
    let cursor = '';
    do {
      const { body } = await market.ask('GET', `sites/OMH/balance?${days}&by=day&limit=10${cursor}`);
      all.push(...(body.items as Answer['body'][]));
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(all).toHaveLength(31);
    expect(all.map(({ from, residual }) => [from, residual])).toEqual(
      (await balance(market, `${days}&by=day`)).map(({ from }) => [from, '0']),
    );
    expect(all[24]).toMatchObject({ from: '2026-10-24T23:00:00Z', to: '2026-10-26T00:00:00Z', imported: '117.5' });
    expect(await balance(market, `from=2026-10-25&to=2026-10-26&by=interval`)).toHaveLength(25);
    const file = await service.ask('GET', `sites/OMH/balance?${days}&by=interval`, {
      token: market.treasurer,
      headers: { accept: 'text/csv' },
    });
    expect(file.headers['content-type']).toContain('text/csv');
    const lines = file.text.split('\r\n');
    expect([lines.length, lines[1]]).toEqual([
      747,
      'electricity,kWh,2026-09-30T23:00:00Z,2026-10-01T00:00:00Z,4.7,0,0,4.7,4.6,0.1,0,0.00,3,10,ok,',
    ]);
  });

  it('has a formula that changes from a day on, and never comes back to itself', async () => {
    await open(market, 'meters', virtual('M6', [{ meter: 'M5', register: 'use' }]));
    const formula = (terms: object[], more: object = {}) =>
      market.ask('POST', 'meters/M5/formulas', {
        register: 'use',
        from: '2026-11-01',
        reason: 'a new wall',
        terms,
        ...more,
      });
    const looped = await formula([...rest, { coefficient: '0.5', meter: 'M6', register: 'use' }]);
    expect(looped).toMatchObject({ status: 409, body: { code: 'formula-loop' } });
    expect(looped.body.detail).toContain('M5 use → M6 use → M5 use');
    expect(await formula([{ meter: 'NONE', register: 'import' }])).toMatchObject({ status: 404 });
    expect(await formula(rest.slice(0, 2), { register: 'import' })).toMatchObject({ status: 404 });
    expect(await formula([{ meter: 'M1', register: 'import', coefficient: '0' }])).toMatchObject({ status: 400 });
    expect(await formula(rest.slice(0, 2))).toMatchObject({
      status: 201,
      body: {
        registers: [
          { formulas: [{ version: 1 }, { version: 2, from: '2026-11-01', formula: 'SRC import − M1 import' }] },
        ],
      },
    });
    expect(await balance(market)).toMatchObject([{ residual: '0' }]);
    const sent = { meter: 'M5', register: 'use', from: start, to: '2026-10-01T00:00:00Z', quantity: '1', unit: 'kWh' };
    const { body } = await market.ask('POST', 'readings', { readings: [sent] });
    expect(body.summary).toMatchObject({ created: 0 });
  });

  it('is not billed beside a meter that it adds up', async () => {
    await open(market, 'meters', virtual('M7', [{ meter: 'M1', register: 'import' }], { space: 'S5' }));
    const again = await market.ask('POST', 'billing-runs', {
      site: 'OMH',
      period: { from: '2026-11-01', to: '2026-12-01' },
    });
    await market.ask('POST', `billing-runs/${again.body.id}/calculate`);
    const twice = (await issuesOf(market, again.body)).find(({ code }) => code === 'counted-twice');
    expect(twice).toMatchObject({ severity: 'blocking', overridable: false, subject: { label: 'M1 import' } });
    expect(twice?.detail).toContain('billed 2 times over: M1 import in its own space, M7 use');
  });
});

describe('a run', () => {
  it('is not held up by a stall without a meter, once a virtual meter tells its use', async () => {
    const market = await foundMarket(service, { code: 'high', sourceWatts: 5500 });
    await fifthStall(market);
    const asked = async (): Promise<unknown[]> => {
      await open(market, 'validations', { site: 'OMH', period: october });
      const { body } = await market.ask('GET', 'exceptions?state=open&kind=finding');
      return (body.items as { rule?: string }[]).filter(({ rule }) => rule === 'residual');
    };
    expect(await balance(market)).toMatchObject([{ residual: '670.5', percent: '16.36', state: 'high' }]);
    expect(await asked()).toHaveLength(1);
    await open(market, 'meters', virtual('M5', rest, { space: 'S5' }));
    expect(await balance(market)).toMatchObject([{ derived: '670.5', residual: '0', state: 'ok' }]);
    expect(await asked()).toEqual([]);
    // The source counted more than the supplier billed: that is for the treasurer to decide, and nothing else is left.
    const blocking = (await issuesOf(market, await calculated(market))).filter(
      ({ severity }) => severity === 'blocking',
    );
    expect(blocking).toMatchObject([{ code: 'bill-differs-from-meter', overridable: true }]);
  });

  it('is blocked where a virtual meter comes to less than nothing, and where a part of it is missing', async () => {
    const market = await foundMarket(service, { code: 'less', sourceWatts: 4500 });
    await fifthStall(market);
    await open(market, 'meters', virtual('M5', rest, { space: 'S5' }));
    const run = await calculated(market);
    const found = (await issuesOf(market, run)).filter(({ severity }) => severity === 'blocking');
    expect(found.find(({ code }) => code === 'negative-virtual-use')).toMatchObject({
      overridable: false,
      subject: { kind: 'register', label: 'M5 use' },
      detail: expect.stringContaining('M5 use comes to -74.5 kWh'),
    });
    expect(await balance(market)).toMatchObject([{ derived: '0', residual: '-74.5', state: 'negative' }]);
    const november = await open(market, 'billing-runs', {
      site: 'OMH',
      period: { from: '2026-11-01', to: '2026-12-01' },
    });
    await market.ask('POST', `billing-runs/${november.id}/calculate`);
    const missing = (await issuesOf(market, november)).find(({ code }) => code === 'virtual-part-missing');
    expect(missing).toMatchObject({ severity: 'blocking', subject: { label: 'M5 use' } });
    expect(missing?.detail).toContain('M1 import');
  });

  it('is blocked by a slice that is less than nothing, though the period is not, with the likely causes', async () => {
    const market = await foundMarket(service, { code: 'slice', withReadings: false });
    const watts = [1000, 2000, 1000, 200, 400];
    const readings = [
      ...meters.flatMap((meter, i) => hourly(meter, watts[i] ?? 0, start, end)),
      ...hourly('SRC', 4500, start, middle),
      ...hourly('SRC', 4900, middle, end),
    ];
    await open(market, 'readings', { readings }, 200);
    const charge = {
      site: 'OMH',
      code: 'signs',
      description: 'New signs',
      section: 'service',
      kind: 'recurring',
      per: 'month',
    };
    await open(market, 'charges', {
      ...charge,
      amount: '31.00',
      key: 'all',
      taxCode: 'S',
      days: { from: '2026-10-16', to: null },
    });
    const run = await calculated(market);
    expect(await balance(market)).toMatchObject([{ state: 'ok' }]);
    const negative = (await issuesOf(market, run)).filter(({ code }) => code === 'residual-negative');
    expect(negative).toMatchObject([
      { severity: 'blocking', from: '2026-10-01', to: '2026-10-16', overridable: false },
    ]);
    for (const cause of ['multiplier', 'wrong way', 'exchange']) expect(negative[0]?.remedy).toContain(cause);
  });

  it('counts what the roof made and what went back, and says where a register lacks readings', async () => {
    const market = await foundMarket(service, { code: 'solar', sourceWatts: 4500 });
    const meter = (code: string, role: string) => ({
      ...{ site: 'OMH', code, name: code, role, installedFrom: '2026-01-01T00:00:00Z' },
      registers: [{ code: 'export', kind: 'interval', unit: 'kWh', intervalMinutes: 60, direction: 'export' }],
    });
    await open(market, 'meters', meter('ROOF', 'sub'));
    await open(market, 'meters', meter('BACK', 'source'));
    const sent = (code: string, watts: number) =>
      hourly(code, watts, start, end).map((one) => ({ ...one, register: 'export' }));
    await open(market, 'readings', { readings: [...sent('ROOF', 400), ...sent('BACK', 200).slice(1)] }, 200);
    expect(await balance(market)).toMatchObject([
      {
        state: 'incomplete',
        imported: '3352.5',
        exported: null,
        residual: null,
        missing: [{ meter: 'BACK', register: 'export' }],
      },
    ]);
    const first = await balance(market, 'from=2026-10-01&to=2026-10-02&by=interval&limit=2');
    expect(first.map(({ state, residual }) => [state, residual])).toEqual([
      ['incomplete', null],
      ['ok', '0.1'],
    ]);
    await open(market, 'readings', { readings: sent('BACK', 200).slice(0, 1) }, 200);
    expect(await balance(market)).toMatchObject([
      { imported: '3352.5', generated: '298', exported: '149', supplied: '3501.5', metered: '3427', residual: '74.5' },
    ]);
    const run = await calculated(market);
    expect((await issuesOf(market, run)).filter(({ code }) => String(code).startsWith('residual'))).toEqual([]);
    expect(run).toMatchObject({ status: 'previewed' });
  });
});
