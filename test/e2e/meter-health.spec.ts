import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** Which meters somebody has to look at: loggers that fell silent, displays that stopped, clocks that run ahead, verifications that ended. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const begin = Date.parse('2026-11-20T09:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();

const clock = new FixedClock('2026-11-20T09:00:00Z');
let service: InProcess;
let treasurer: string;
let device: string;

const ask = (method: string, path: string, body?: unknown, token = treasurer, headers: Record<string, string> = {}) =>
  service.ask(method, path, { token, body, headers });
const install = async (code: string, kind: 'interval' | 'cumulative', more: object = {}) => {
  const register =
    kind === 'interval'
      ? { code: 'hh', kind, unit: 'kWh', intervalMinutes: 30 }
      : { code: 'import', kind, unit: 'kWh' };
  const made = await ask('POST', 'meters', {
    ...{ site: 'OMH', code, name: code, role: 'sub', installedFrom: '2026-01-01T00:00:00Z', registers: [register] },
    ...more,
  });
  expect(made.status).toBe(201);
};
/** Half-hours from some time ago until another, in one push as a logger does after an outage. */
const halfHours = async (meter: string, fromAgo: number, toAgo: number, quantity: (i: number) => string) => {
  const count = (fromAgo - toAgo) / (30 * minute);
  const readings = Array.from({ length: count }, (_, i) => ({
    ...{ meter, register: 'hh', unit: 'kWh', quantity: quantity(i) },
    from: iso(begin - fromAgo + i * 30 * minute),
    to: iso(begin - fromAgo + (i + 1) * 30 * minute),
  }));
  const { body } = await ask('POST', 'readings', { readings }, device);
  expect(body.summary.created).toBe(count);
};
const displays = async (meter: string, shown: readonly (readonly [ago: number, value: string])[], token = device) => {
  const readings = shown.map(([ago, value]) => ({
    meter,
    register: 'import',
    unit: 'kWh',
    at: iso(begin - ago),
    value,
  }));
  const { body } = await ask('POST', 'readings', { readings }, token);
  expect(body.summary.created).toBe(shown.length);
};
const healthOf = async (meter: string) => {
  const { body } = await ask('GET', 'meters/health?site=OMH');
  return body.items.find((one: { meter: string }) => one.meter === meter);
};
const uneven = (i: number): string => `0.${1 + (i % 7)}`;

beforeAll(async () => {
  service = await inProcess(clock);
  const access = service.app.get(AccessService);
  const { communityId, token } = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  treasurer = token;
  const site = await ask('POST', 'sites', { code: 'OMH', name: 'Hall', zone: 'Europe/London' });
  const key = { name: 'logger', siteId: site.body.id as string };
  device = (await access.issueDeviceKey(communityId, key, { kind: 'system', id: null })).token;

  await install('WELL', 'interval');
  await halfHours('WELL', 36 * day, 0, uneven);
  await install('GAPS', 'interval');
  await halfHours('GAPS', 36 * day, 20 * day, uneven);
  await halfHours('GAPS', 19 * day, 10 * day, uneven);
  await halfHours('GAPS', 10 * day - 90 * minute, 0, uneven);
  await install('FASTER', 'cumulative');
  await displays('FASTER', [
    // Each half-hour for 36 days but for a day without, and then each minute of one hour.
    ...Array.from({ length: 36 * 48 }, (_, i) => [36 * day - i * 30 * minute, String(i)] as const).filter(
      ([ago]) => !(ago < 20 * day && ago > 19 * day) && ago >= hour,
    ),
    ...Array.from({ length: 60 }, (_, i) => [(59 - i) * minute, String(1_800 + i)] as const),
  ]);
  await install('LATE', 'interval');
  await halfHours('LATE', 3 * day, 5 * hour, uneven);
  await install('SILENT', 'interval');
  await halfHours('SILENT', 10 * day, 2 * day, uneven);
  await install('EVEN', 'interval');
  await halfHours('EVEN', 10 * day, 3 * day, uneven);
  await halfHours('EVEN', 3 * day, 0, () => '0.31');
  await install('NEVER', 'cumulative', { serial: '=cmd' });
  await install('HAND', 'cumulative');
  const months = [100, 70, 40, 10].map((days) => [days * day, String(1000 - days)] as const);
  await displays('HAND', [[130 * day, '860'], ...months], treasurer);
  await install('STUCK', 'cumulative', { serial: 'OLD-1' });
  await displays(
    'STUCK',
    Array.from({ length: 60 }, (_, i) => [(59 - i) * 12 * hour, i < 20 ? String(i) : '20']),
  );
  await install('SKEWED', 'cumulative');
  for (let i = 10; i >= 0; i -= 1) {
    clock.set(iso(begin - i * hour));
    await displays('SKEWED', [[i * hour - 3 * minute, String(100 - i)]]);
  }
}, 120_000);
afterAll(() => service.close());

describe('the health of the meters', () => {
  it('has a word for each register, by meter', async () => {
    const { status, body } = await ask('GET', 'meters/health');
    expect(status).toBe(200);
    expect(body.items.map(({ meter, state }: Record<string, string>) => `${meter} ${state}`)).toEqual([
      ...['EVEN stuck', 'FASTER ok', 'GAPS ok', 'HAND ok', 'LATE late', 'NEVER never-seen'],
      ...['SILENT silent', 'SKEWED skewed', 'STUCK stuck', 'WELL ok'],
    ]);
  });

  it('says of a logger that is well when it was seen, and how often it sends', async () => {
    expect(await healthOf('WELL')).toEqual({
      ...{ meter: 'WELL', name: 'WELL', site: 'OMH', space: null, register: 'hh', kind: 'interval', unit: 'kWh' },
      ...{ serial: '', state: 'ok', advice: 'Nothing need be done.', held: 0, verifiedUntil: null },
      lastSeen: '2026-11-20T09:00:00Z',
      lastReading: '2026-11-20T09:00:00Z',
      silentSince: null,
      rhythm: { seconds: 1800, how: 'declared' },
      gaps: { count: 0, hours: '0' },
      // One push of a whole month tells no delay.
      clockSkewSeconds: null,
      unchangedSince: null,
    });
  });

  it('counts gaps within 35 days, and what lies before the first reading', async () => {
    expect((await healthOf('GAPS')).gaps).toEqual({ count: 2, hours: '25.5' });
    // Who sends each minute today had no gaps while it sent each half-hour, but for the day on which nothing came.
    expect(await healthOf('FASTER')).toMatchObject({
      rhythm: { seconds: 60, how: 'learnt' },
      gaps: { count: 1, hours: '23.5' },
    });
    // Ten days of thirty-five came, and then none for two: those are silence and no gap.
    expect((await healthOf('SILENT')).gaps).toEqual({ count: 1, hours: '600' });
  });

  it('learns the rhythm of a display from its readings, and does not take one by hand for silence', async () => {
    expect(await healthOf('HAND')).toMatchObject({
      rhythm: { seconds: 30 * 86_400, how: 'learnt' },
      clockSkewSeconds: null,
      lastReading: '2026-11-10T09:00:00Z',
      state: 'ok',
    });
    expect((await healthOf('NEVER')).rhythm).toBeNull();
    expect((await healthOf('NEVER')).gaps).toBeNull();
  });

  it('says since when, and what to do', async () => {
    expect(await healthOf('SILENT')).toMatchObject({
      lastReading: '2026-11-18T09:00:00Z',
      silentSince: '2026-11-18T09:30:00Z',
      advice:
        'Nothing has come since 2026-11-18 09:00, and it sends every 30 minutes as a rule: go and look at its power and its network, or read it.',
    });
    expect(await healthOf('STUCK')).toMatchObject({ unchangedSince: '2026-10-31T21:00:00Z' });
    expect(await healthOf('EVEN')).toMatchObject({ unchangedSince: '2026-11-17T09:00:00Z' });
    expect(await healthOf('SKEWED')).toMatchObject({
      clockSkewSeconds: -180,
      rhythm: { seconds: 3600, how: 'learnt' },
      advice: 'Its clock runs 3 minutes ahead: set it.',
    });
  });

  it('names what is held, by which a register seems silent', async () => {
    const ahead = { meter: 'NEVER', register: 'import', unit: 'kWh', at: iso(begin + day), value: '5' };
    expect((await ask('POST', 'readings', ahead, device)).body.results[0].status).toBe('held');
    expect(await healthOf('NEVER')).toMatchObject({
      state: 'never-seen',
      held: 1,
      advice: expect.stringContaining('One reading of it is held: decide about them first.'),
    });
  });

  it('goes by the rules of validation: what the community does not ask is not asked', async () => {
    const { body } = await ask('GET', 'policies?name=validation');
    const terms = { ...body.items[0].terms, 'zero-use': { mode: 'off', days: 14 } };
    const adopted = await ask('POST', 'policies', {
      name: 'validation',
      from: '2026-11-20',
      terms,
      decision: 'Minute 3',
    });
    expect(adopted.status).toBe(201);
    expect((await healthOf('STUCK')).state).toBe('ok');
    expect((await healthOf('EVEN')).state).toBe('stuck');
  });

  it('comes in pages, by state, and as a table for a spreadsheet', async () => {
    const meters = ({ body }: { body: { items: { meter: string }[] } }) => body.items.map(({ meter }) => meter);
    const first = await ask('GET', 'meters/health?limit=4');
    const second = await ask('GET', `meters/health?limit=100&cursor=${first.body.next}`);
    expect([...meters(first), ...meters(second)]).toHaveLength(10);
    expect([meters(second)[0], second.body.next]).toEqual(['LATE', null]);
    expect(meters(await ask('GET', 'meters/health?state=late'))).toEqual(['LATE']);
    const { headers, text } = await ask('GET', 'meters/health', undefined, treasurer, { accept: 'text/csv' });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toContain('meter,name,site,space,register,unit,serial,state,advice,last_seen');
    expect(lines[6]).toContain(`'=cmd,never-seen`);
    expect((await ask('GET', 'meters/health?format=csv&state=ok')).text.trimEnd().split('\r\n')).toHaveLength(6);
  });

  it.each([
    ['meters/health?site=NONE', 404, 'not-found'],
    ['meters/health?state=well', 400, 'invalid-input'],
  ])('is refused as %s', async (path, status, code) => {
    expect(await ask('GET', path)).toMatchObject({ status, body: { code } });
  });
});

describe('a verification', () => {
  const verify = (body: object) => ask('POST', 'meters/WELL/verifications', body);

  it('is recorded with its certificate, and shows when it ends', async () => {
    const first = { from: '2020-01-01', until: '2025-12-31', certificate: 'NMO 1' };
    expect(await verify(first)).toMatchObject({ status: 201, body: { ...first, meter: 'WELL', recordedBy: 'Tess' } });
    expect(await healthOf('WELL')).toMatchObject({
      state: 'expired',
      verifiedUntil: '2025-12-31',
      advice: 'Its verification ended on 2025-12-31: have it verified, or exchange it.',
    });
    expect((await verify({ from: '2026-11-01', until: '2032-10-31', certificate: 'NMO 2' })).status).toBe(201);
    expect(await healthOf('WELL')).toMatchObject({ state: 'ok', verifiedUntil: '2032-10-31' });
    expect((await ask('GET', 'meters/WELL')).body.verifiedUntil).toBe('2032-10-31');
    const { body } = await ask('GET', 'meters/WELL/verifications?limit=1');
    expect(body).toMatchObject({ items: [{ certificate: 'NMO 2' }], next: expect.any(String) });
    const rest = await ask('GET', `meters/WELL/verifications?cursor=${body.next}`);
    expect(rest.body).toMatchObject({ items: [{ certificate: 'NMO 1' }], next: null });
  });

  it('asks a question where it ended before the period did', async () => {
    await ask('POST', 'meters/GAPS/verifications', { from: '2020-01-01', until: '2026-10-31', certificate: 'NMO 3' });
    const period = { from: '2026-11-01', to: '2026-11-20' };
    expect((await ask('POST', 'validations', { site: 'OMH', period })).status).toBeLessThan(300);
    const { body } = await ask('GET', 'exceptions?meter=GAPS&limit=1000');
    expect(JSON.stringify(body.items)).toContain('The verification of GAPS ended on 2026-10-31');
  });

  it.each([
    ['that ends before it begins', { from: '2026-01-01', until: '2025-12-31', certificate: 'X' }, 400, 'invalid-input'],
    ['without a certificate', { from: '2026-01-01', until: '2026-12-31', certificate: '' }, 400, 'invalid-input'],
    ['that is recorded', { from: '2026-01-01', until: '2026-12-31', certificate: 'NMO 2' }, 409, 'already-exists'],
  ])('is refused %s', async (_, body, status, code) => {
    expect(await verify(body)).toMatchObject({ status, body: { code } });
  });

  it('is of one device: another that goes in has none until it is recorded', async () => {
    const serials = async () =>
      (await ask('GET', 'meters/STUCK/verifications')).body.items.map(({ serial }: { serial: string }) => serial);
    await ask('POST', 'meters/STUCK/verifications', { from: '2026-01-01', until: '2031-12-31', certificate: 'NMO 4' });
    expect(await serials()).toEqual(['OLD-1']);
    const exchange = {
      at: '2026-11-20T08:59:00Z',
      serial: 'NEW-1',
      registers: [{ code: 'import', closing: '20', opening: '0' }],
    };
    expect((await ask('POST', 'meters/STUCK/exchange', exchange)).status).toBe(201);
    expect((await ask('GET', 'meters/STUCK')).body.verifiedUntil).toBeNull();
    await ask('POST', 'meters/STUCK/verifications', { from: '2026-11-01', until: '2033-12-31', certificate: 'NMO 5' });
    expect((await ask('GET', 'meters/STUCK')).body.verifiedUntil).toBe('2033-12-31');
    expect(await serials()).toEqual(['NEW-1', 'OLD-1']);
  });

  it('is not set aside by a date without a certificate', async () => {
    expect(await ask('PATCH', 'meters/WELL', { verifiedUntil: '2040-01-01' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('record another') },
    });
    expect((await ask('PATCH', 'meters/LATE', { verifiedUntil: '2040-01-01' })).status).toBe(200);
  });
});

describe('a removal', () => {
  const remove = (more: object = {}) =>
    ask('POST', 'meters/HAND/remove', {
      at: '2026-11-15T12:00:00Z',
      reason: 'The stall was taken down',
      registers: [{ code: 'import', closing: '995' }],
      ...more,
    });

  it.each([
    ['without its closing reading', { registers: [] }, 400, 'invalid-input'],
    ['without a reason', { reason: '' }, 400, 'invalid-input'],
    ['before the device went in', { at: '2025-11-15T12:00:00Z' }, 400, 'invalid-input'],
    ['of a register that is not there', { registers: [{ code: 'export', closing: '1' }] }, 404, 'not-found'],
    ['before it was read last', { at: '2026-11-09T12:00:00Z' }, 409, 'conflict'],
    ['with a photo that is not there', { photos: ['0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10'] }, 404, 'not-found'],
  ])('is refused %s, and the device is in', async (_, more, status, code) => {
    expect(await remove(more)).toMatchObject({ status, body: { code } });
    expect((await ask('GET', 'meters/HAND')).body.installations).toMatchObject([{ to: null }]);
  });

  it('ends the device with its closing reading; the meter is no longer asked about, and later readings are held', async () => {
    expect(await remove()).toMatchObject({
      status: 201,
      body: { installations: [{ to: '2026-11-15T12:00:00Z', registers: [{ closing: '995' }] }] },
    });
    expect(await healthOf('HAND')).toBeUndefined();
    const later = { meter: 'HAND', register: 'import', unit: 'kWh', at: '2026-11-16T00:00:00Z', value: '999' };
    expect((await ask('POST', 'readings', later)).body.results[0]).toMatchObject({ status: 'held' });
    const { body } = await ask('GET', 'consumption?meter=HAND&from=2026-11-11&to=2026-11-20&grain=billing-period');
    expect(body.series[0].figures).toMatchObject([{ to: expect.any(String) }]);
    expect(await remove()).toMatchObject({ status: 400 });
    const { body: log } = await ask('GET', 'log/entries?type=meter.removed');
    expect(log.items).toMatchObject([{ data: { reason: 'The stall was taken down' } }]);
  });
});
