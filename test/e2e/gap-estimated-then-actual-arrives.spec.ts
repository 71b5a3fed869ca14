import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, hourly, type Market, october, stalls } from './billing-market.js';

/**
 * A gateway was down for six hours of Tuesday, 13 October, and stall 1 has a gap. The run is blocked, because missing is not zero. The gap is
 * estimated, the run goes on, and its figures say so. Then the gateway sends what it had kept.
 *
 * By hand, for each of the six hours: 4.7 kW went in, 2.0 + 1.0 + 0.2 + 0.4 came out by other meters, so 1.1 are left for stall 1. The meters
 * of the hall add up to 97.9 % at other times, which is near enough for the balance. Really it was 1.0, as ever.
 */

const [start, gapFrom, gapTo, end] = [
  '2026-09-30T23:00:00Z',
  '2026-10-13T10:00:00Z',
  '2026-10-13T16:00:00Z',
  '2026-11-01T00:00:00Z',
];
const reason = 'the gateway was down';
let service: InProcess;
let market: Market;

const estimate = (more: object = {}): Promise<Answer> =>
  market.ask('POST', 'estimates', { site: 'OMH', period: october, reason, ...more });
const listed = async (site = 'OMH', to = '2026-11-01'): Promise<Answer['body'][]> =>
  (await market.ask('GET', `estimates?site=${site}&from=2026-10-01&to=${to}`)).body.items;
const use = async (): Promise<Answer['body']> =>
  (await market.ask('GET', 'consumption?meter=M1&from=2026-10-01&to=2026-11-01&grain=billing-period')).body.series[0]
    .figures[0];
const issuesOf = async (run: { id: string }): Promise<{ no: number; code: string; severity: string }[]> =>
  (await market.ask('GET', `billing-runs/${run.id}/issues`)).body.items;
const usesOf = (run: { id: string }) =>
  service.database.transactions.inCommunity(market.communityId, (tx) =>
    tx.query(
      `SELECT DISTINCT u.quality FROM run_use u JOIN register r ON r.id = u.register_id JOIN meter m ON m.id = r.meter_id
       WHERE u.run_id = $1 AND m.code = 'M1' AND u.band = ''`,
      [run.id],
    ),
  );

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service, { withReadings: false, withBill: false });
  await market.ask('POST', 'supplier-bills', bill());
  const readings = stalls.flatMap(({ meter, watts }) =>
    meter === 'M1'
      ? [...hourly(meter, watts, start, gapFrom), ...hourly(meter, watts, gapTo, end)]
      : hourly(meter, watts, start, end),
  );
  const sent = await market.ask('POST', 'readings', { readings });
  expect(sent.status).toBe(200);
}, 60_000);
afterAll(() => service.close());

describe('a gap that is estimated, and whose readings arrive later', () => {
  let run: Answer['body'];

  it('blocks the run', async () => {
    run = await calculated(market);
    expect(run).toMatchObject({ status: 'open' });
    expect(await issuesOf(run)).toContainEqual(
      expect.objectContaining({ code: 'missing-interval', severity: 'blocking' }),
    );
    expect(await use()).toMatchObject({ quantity: null });
  });

  it('shows what would be estimated without storing it', async () => {
    const { status, body } = await estimate({ dryRun: true });
    expect(status).toBe(201);
    expect(body).toMatchObject({ dryRun: true, stored: 0, impossible: [] });
    expect(body.estimated).toMatchObject([
      { meter: 'M1', register: 'import', from: gapFrom, to: gapTo, method: 'node-balance', count: 6 },
    ]);
    expect(body.estimated[0].together).toEqual({ value: '6.6', low: '5.754', high: '7.446' });
    expect(body.estimated[0].values[0]).toEqual({
      at: gapFrom,
      until: '2026-10-13T11:00:00Z',
      value: '1.1',
      // 3 % of the 4.7 that went in
      low: '0.959',
      high: '1.241',
      inputs: [
        { name: 'into the node, by 1 meters', from: gapFrom, to: '2026-10-13T11:00:00Z', value: '4.7' },
        { name: 'out of the node, by 4 other meters', from: gapFrom, to: '2026-10-13T11:00:00Z', value: '3.6' },
      ],
    });
    expect(body.estimated[0].passed).toEqual([
      { method: 'check-meter', because: 'There is no other meter of the same energy.' },
    ]);
    expect(await listed()).toEqual([]);
  });

  it('takes the method that is asked for, and says why where it cannot', async () => {
    const { body } = await estimate({ dryRun: true, method: 'like-day' });
    expect(body.estimated).toMatchObject([{ method: 'like-day', count: 6 }]);
    expect(body.estimated[0].values[0]).toMatchObject({ value: '1', inputs: [{ name: 'like day 2026-10-06' }] });
    const linear = await estimate({ dryRun: true, method: 'linear' });
    expect(linear.body.estimated).toEqual([]);
    expect(linear.body.impossible[0].passed).toEqual([
      { method: 'linear', because: 'The gap is of 6 hours, and it is allowed for at most 3.' },
    ]);
  });

  it('is filled, and the run goes on with figures that are marked as estimated', async () => {
    expect((await estimate()).body).toMatchObject({ stored: 6 });
    run = (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0 } });
    // 739 hours of 1.0 and 6 of 1.1
    expect(await use()).toEqual({ from: start, to: end, quantity: '745.6', quality: 'estimated' });
    expect(await usesOf(run)).toEqual([{ quality: 'estimated' }]);
    expect(run.totals.difference).toBe('0.00');
  });

  it('is not estimated a second time, unless that is asked for; then only what differs is a new version', async () => {
    expect((await estimate()).body).toMatchObject({ estimated: [], stored: 0 });
    expect((await estimate({ again: true })).body).toMatchObject({ estimated: [{ count: 6 }], stored: 0 });
    expect((await estimate({ again: true, method: 'like-day' })).body).toMatchObject({ stored: 6 });
    expect((await estimate({ again: true })).body).toMatchObject({ stored: 6 });
    const versions = (await listed()).filter(({ at }) => at === gapFrom);
    expect(versions.map(({ version, method, counts }) => ({ version, method, counts }))).toEqual([
      { version: 1, method: 'node-balance', counts: false },
      { version: 2, method: 'like-day', counts: false },
      { version: 3, method: 'node-balance', counts: true },
    ]);
    expect((await use()).quantity).toBe('745.6');
  });

  it('stands in the log with who made it and why', async () => {
    const { items } = (await market.ask('GET', 'log/entries')).body;
    expect(items).toContainEqual(
      expect.objectContaining({ type: 'readings.estimated', data: expect.objectContaining({ reason, stored: 6 }) }),
    );
  });

  it('is blocked by a community that allows less than a fifth of its area to be estimated, until a person takes it on', async () => {
    const { terms } = (await market.ask('GET', 'policies?name=estimation')).body.items[0];
    const adopted = await market.ask('POST', 'policies', {
      name: 'estimation',
      from: '2026-10-01',
      terms: { ...terms, maxSharePercent: '19.9' },
      decision: 'minute 9',
    });
    expect(adopted.status).toBe(201);
    run = (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(run).toMatchObject({ status: 'open', issues: { blocking: 1 } });
    const issue = (await issuesOf(run)).find(({ code }) => code === 'estimated-share');
    expect(issue).toMatchObject({
      severity: 'blocking',
      detail: expect.stringContaining('20 of 100 m², 20 % of the floor area'),
      remedy: expect.stringContaining('HeizkostenV § 9a (2)'),
    });
    const taken = await market.ask(
      'POST',
      `billing-runs/${run.id}/issues/${issue?.no}/override`,
      { reason: 'six hours of 745' },
      market.approver,
    );
    expect(taken.status).toBe(200);
    run = (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(run).toMatchObject({ status: 'previewed' });
  });

  it('gives way to the readings that arrive, which the run then uses, and the difference is shown', async () => {
    const sent = await market.ask('POST', 'readings', { readings: hourly('M1', 1000, gapFrom, gapTo) });
    expect(sent.body).toMatchObject({ summary: { created: 6, conflict: 0 } });
    expect(await use()).toEqual({ from: start, to: end, quantity: '745', quality: 'customer' });
    run = (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0 } });
    expect(await usesOf(run)).toEqual([{ quality: 'customer' }]);
    const last = (await listed()).filter(({ version }) => version === 3);
    expect(last).toHaveLength(6);
    for (const one of last) {
      expect(one).toMatchObject({
        value: '1.1',
        counts: false,
        actual: { value: '1', quality: 'customer', difference: '-0.1' },
      });
    }
  });
});

describe('an exception that is decided to be estimated', () => {
  it('is estimated in the same step, and a later pass no longer sees it', async () => {
    const november = { from: '2026-11-01', to: '2026-11-02' };
    const readings = stalls.flatMap(({ meter, watts }) =>
      hourly(meter, watts, '2026-11-01T00:00:00Z', meter === 'M2' ? '2026-11-01T22:00:00Z' : '2026-11-02T00:00:00Z'),
    );
    await market.ask('POST', 'readings', { readings });
    await market.ask('POST', 'validations', { site: 'OMH', period: november });
    const find = async (state: string) =>
      (await market.ask('GET', `exceptions?meter=M2&rule=missing-interval&state=${state}`)).body.items;
    const [finding] = await find('open');
    expect(finding.choices).toContain('estimate');
    const decided = await market.ask('POST', `exceptions/${finding.id}/resolve`, { choice: 'estimate', reason });
    expect(decided.status).toBe(200);
    expect((await listed('OMH', '2026-11-02')).filter(({ meter }) => meter === 'M2')).toMatchObject([
      { at: '2026-11-01T22:00:00Z', counts: true, reason },
      { at: '2026-11-01T23:00:00Z', counts: true, reason },
    ]);
    const pass = await market.ask('POST', 'validations', { site: 'OMH', period: november });
    expect(pass.body.found.blocking).toBe(0);
    expect(await find('closed')).toMatchObject([{ id: finding.id }]);
  });
});

describe('a display that nobody read at the end of the month', () => {
  const read = (at: string, value: string) =>
    market.ask('POST', 'readings', { readings: [{ meter: 'D1', register: 'import', at, value, unit: 'kWh' }] });
  const closing = async () =>
    (await listed('ARCH')).filter(({ at }: { at: string }) => at === '2026-11-01T00:00:00Z').at(-1);

  beforeAll(async () => {
    await market.ask('POST', 'sites', { code: 'ARCH', name: 'Arches', zone: 'Europe/London' });
    await market.ask('POST', 'meters', {
      site: 'ARCH',
      code: 'D1',
      name: 'Arch 1',
      role: 'sub',
      space: null,
      installedFrom: '2026-01-01T00:00:00Z',
      registers: [{ code: 'import', kind: 'cumulative', unit: 'kWh' }],
    });
  });

  it('cannot be estimated before it was ever read', async () => {
    const { body } = await market.ask('POST', 'estimates', {
      meter: 'D1',
      register: 'import',
      period: october,
      reason,
    });
    expect(body).toMatchObject({
      estimated: [],
      impossible: [{ meter: 'D1', because: 'It was never read: there is no reading to count from.' }],
    });
  });

  it('is counted on from its last reading, day by day', async () => {
    await read(start, '1000');
    await read('2026-10-11T23:00:00Z', '1110');
    const { body } = await market.ask('POST', 'estimates', {
      meter: 'D1',
      register: 'import',
      period: october,
      reason,
    });
    expect(body).toMatchObject({ estimated: [{ method: 'average-day', count: 20 }], stored: 20 });
    // 10 a day for 20 days and an hour
    expect(await closing()).toMatchObject({ value: '1310.416667', until: null, counts: true, actual: null });
  });

  it('gives way to a later reading that shows less', async () => {
    await read('2026-11-02T00:00:00Z', '1300');
    expect(await closing()).toMatchObject({ version: 1, counts: false });
    const { body } = await market.ask('POST', 'estimates', {
      meter: 'D1',
      register: 'import',
      period: october,
      reason,
    });
    expect(body.estimated).toMatchObject([{ method: 'average-day' }]);
    // 190 passed in 505 hours, 481 of them in October: 190 × 481/505
    expect(await closing()).toMatchObject({ version: 2, value: '1290.970297', counts: true });
  });
});

describe('a gap of intervals beside a display that was read', () => {
  it('gets what the display leaves for it, in the shape of its neighbours', async () => {
    await market.ask('POST', 'meters', {
      site: 'ARCH',
      code: 'D2',
      name: 'Arch 2',
      role: 'sub',
      space: null,
      installedFrom: '2026-01-01T00:00:00Z',
      registers: [
        { code: 'total', kind: 'cumulative', unit: 'kWh' },
        { code: 'import', kind: 'interval', unit: 'kWh', intervalMinutes: 60 },
      ],
    });
    // 2 kWh an hour, but for two hours that are missing; from 08:00 to 14:00 the display advanced by 12.5, and 8 of it are known.
    const read = (at: string, value: string) => ({ meter: 'D2', register: 'total', at, value, unit: 'kWh' });
    const readings = [
      ...hourly('D2', 2000, '2026-10-12T23:00:00Z', '2026-10-13T10:00:00Z'),
      ...hourly('D2', 2000, '2026-10-13T12:00:00Z', '2026-10-13T23:00:00Z'),
      read('2026-10-13T08:00:00Z', '500'),
      read('2026-10-13T14:00:00Z', '512.5'),
    ];
    expect((await market.ask('POST', 'readings', { readings })).body.summary.created).toBe(24);
    const { body } = await market.ask('POST', 'estimates', {
      meter: 'D2',
      register: 'import',
      period: { from: '2026-10-13', to: '2026-10-14' },
      reason,
      dryRun: true,
    });
    expect(body.estimated).toMatchObject([{ method: 'linear', values: [{ value: '2.25' }, { value: '2.25' }] }]);
    expect(body.estimated[0].values[0].inputs).toContainEqual({
      name: 'what the display of the meter leaves for it',
      from: '2026-10-13T08:00:00Z',
      to: '2026-10-13T14:00:00Z',
      value: '4.5',
    });
  });
});
