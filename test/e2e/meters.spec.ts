import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** Meters are made, read, exchanged, and their consumption is seen by whom it concerns. */

let service: InProcess;
let treasurer: string;
let rosa: string;

const ask = (method: string, path: string, body?: unknown, token = treasurer) =>
  service.ask(method, path, { token, body });
const import_ = {
  code: 'import',
  kind: 'cumulative',
  unit: 'kWh',
  multiplier: '40',
  opening: '999950',
  capacity: '1000000',
  maxPerHour: '200',
};
const meter = (more: object = {}) => ({
  site: 'OMH',
  code: 'SHOP-01',
  name: 'Shop 1',
  role: 'sub',
  space: 'UNIT-1',
  installedFrom: '2026-10-01T00:00:00+01:00',
  serial: 'A-1',
  registers: [import_],
  ...more,
});
const read = async (at: string, value: string, code = 'SHOP-01') =>
  (await ask('POST', 'readings', { meter: code, register: 'import', at, value, unit: 'kWh', quality: 'actual' })).body
    .results[0].status as string;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const access = service.app.get(AccessService);
  const founded = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  treasurer = founded.token;
  await ask('POST', 'sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  for (const code of ['UNIT-1', 'UNIT-2'])
    expect(await ask('POST', 'spaces', { site: 'OMH', code, name: code, kind: 'let', area: '20' })).toMatchObject({
      status: 201,
    });
  const members: Record<string, string> = {};
  for (const code of ['ROSA', 'LUND']) members[code] = (await ask('POST', 'members', { code, name: code })).body.id;
  expect(
    await ask('POST', 'occupancies', {
      space: 'UNIT-1',
      member: 'ROSA',
      days: { from: '2026-10-01', to: '2026-10-15' },
    }),
  ).toMatchObject({ status: 201 });
  expect(
    await ask('POST', 'occupancies', { space: 'UNIT-1', member: 'LUND', days: { from: '2026-10-15', to: null } }),
  ).toMatchObject({ status: 201 });
  const person = await access.addPerson(
    founded.communityId,
    { name: 'Rosa', email: '', roles: [{ role: 'member', memberId: members['ROSA']! }] },
    { kind: 'system', id: null },
  );
  rosa = (await access.issuePersonToken(founded.communityId, person.personId, 'phone')).token;
}, 60_000);
afterAll(() => service.close());

describe('a meter', () => {
  it('is made with its registers and its first device, and found by code and id', async () => {
    const made = await ask('POST', 'meters', meter());
    expect(made).toMatchObject({
      status: 201,
      body: { code: 'SHOP-01', site: 'OMH', registers: [{ code: 'import', kind: 'cumulative', lastReading: null }] },
    });
    expect(made.body.installations).toMatchObject([
      {
        space: 'UNIT-1',
        serial: 'A-1',
        from: '2026-09-30T23:00:00Z',
        to: null,
        registers: [{ multiplier: '40', opening: '999950' }],
      },
    ]);
    expect((await ask('GET', 'meters/SHOP-01')).body).toEqual(made.body);
    expect((await ask('GET', `meters/${made.body.id}`)).body).toEqual(made.body);
    expect((await ask('GET', 'meters?site=OMH&space=UNIT-1')).body).toEqual({ items: [made.body], next: null });
    expect((await ask('GET', 'meters?space=UNIT-2')).body.items).toEqual([]);
  });

  it.each([
    ['a code that is taken', meter(), 409, 'already-exists'],
    ['an unknown site', meter({ code: 'X', site: 'NOWHERE' }), 404, 'not-found'],
    ['a virtual role', meter({ code: 'X', role: 'virtual' }), 400, 'invalid-input'],
    ['no register', meter({ code: 'X', registers: [] }), 400, 'invalid-input'],
    [
      'an interval register without length',
      meter({ code: 'X', registers: [{ code: 'hh', kind: 'interval', unit: 'kWh' }] }),
      400,
      'invalid-input',
    ],
    [
      'a multiplier of nothing',
      meter({ code: 'X', registers: [{ ...import_, multiplier: '0' }] }),
      400,
      'invalid-input',
    ],
  ])('is refused with %s', async (_, body, status, code) => {
    expect(await ask('POST', 'meters', body)).toMatchObject({ status, body: { code } });
  });

  it('that is virtual has a formula instead of a device', async () => {
    const { body } = await ask('POST', 'meters', meter({ role: 'virtual' }));
    expect(body.errors).toEqual([
      {
        pointer: '/registers',
        detail: expect.stringContaining('a virtual meter has virtual registers with a formula'),
      },
    ]);
  });

  it('changes its name', async () => {
    expect((await ask('PATCH', 'meters/SHOP-01', { name: 'Bakery' })).body.name).toBe('Bakery');
  });
});

describe('an exchange', () => {
  const exchange = (more: object = {}) => ({
    at: '2026-10-20T12:00:00Z',
    serial: 'B-2',
    registers: [{ code: 'import', closing: '20', opening: '3' }],
    ...more,
  });

  it.each([
    ['no closing reading', exchange({ registers: [{ code: 'import', opening: '3' }] }), 400],
    ['a register that is not there', exchange({ registers: [{ code: 'export', closing: '1', opening: '1' }] }), 404],
    ['a time before the installation', exchange({ at: '2026-09-01T00:00:00Z' }), 400],
  ])('is refused with %s, and leaves everything as it was', async (_, body, status) => {
    expect((await ask('POST', 'meters/SHOP-01/exchange', body)).status).toBe(status);
    expect((await ask('GET', 'meters/SHOP-01')).body.installations).toHaveLength(1);
  });

  it('ends one device and begins the next, and consumption goes through both', async () => {
    // 999950 → 999990 in the first half, over the wrap to 20 at the exchange, from 3 to 40 after it; 40 kWh a step.
    expect(await read('2026-10-15T00:00:00+01:00', '999990')).toBe('created');
    const exchanged = await ask('POST', 'meters/SHOP-01/exchange', exchange());
    expect(exchanged).toMatchObject({
      status: 201,
      body: {
        installations: [
          { to: '2026-10-20T12:00:00Z', registers: [{ closing: '20' }] },
          {
            from: '2026-10-20T12:00:00Z',
            space: 'UNIT-1',
            serial: 'B-2',
            registers: [{ opening: '3', multiplier: '40' }],
          },
        ],
      },
    });
    expect(await read('2026-11-01T00:00:00Z', '40')).toBe('created');
    const { body } = await ask('GET', 'consumption?meter=SHOP-01&from=2026-10-01&to=2026-11-01&grain=billing-period');
    const advance = String((40 + 30 + 37) * 40);
    expect(body.series).toMatchObject([
      {
        meter: 'SHOP-01',
        space: 'UNIT-1',
        unit: 'kWh',
        figures: [{ from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z', quantity: advance, quality: 'actual' }],
      },
    ]);
    expect(body.issues).toMatchObject([
      { code: 'rollover-assumed', severity: 'warning', subject: { label: 'SHOP-01 import' } },
    ]);
  });
});

describe('consumption', () => {
  it('of a member is what was used while the member was there', async () => {
    const own = await ask(
      'GET',
      'consumption?member=ROSA&from=2026-10-01&to=2026-11-01&grain=billing-period',
      undefined,
      rosa,
    );
    expect(own.body.series[0].figures).toMatchObject([{ quantity: String(40 * 40), quality: 'actual' }]);
    const bySpace = await ask(
      'GET',
      'consumption?space=UNIT-1&from=2026-10-01&to=2026-11-01&grain=billing-period',
      undefined,
      rosa,
    );
    expect(bySpace.body.series[0].figures[0].quantity).toBe(String(40 * 40));
  });

  it.each(['member=LUND', 'space=UNIT-2', 'meter=NONE', 'space=NONE', 'member=NONE'])(
    'of others (%s) is not there for a member',
    async (what) => {
      expect(await ask('GET', `consumption?${what}&from=2026-10-01&to=2026-11-01`, undefined, rosa)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    },
  );

  it('by the day has 25 hours on the day of the clock change, and its quality', async () => {
    const body = {
      ...meter({
        code: 'SHOP-02',
        space: 'UNIT-2',
        registers: [{ code: 'hh', kind: 'interval', unit: 'kWh', intervalMinutes: 30 }],
      }),
    };
    expect((await ask('POST', 'meters', body)).status).toBe(201);
    const start = Date.parse('2026-10-24T23:00:00Z');
    const readings = Array.from({ length: 50 }, (_, i) => ({
      meter: 'SHOP-02',
      register: 'hh',
      from: new Date(start + i * 1_800_000).toISOString(),
      to: new Date(start + (i + 1) * 1_800_000).toISOString(),
      quantity: '0.5',
      unit: 'kWh',
      quality: i === 7 ? 'substituted' : 'actual',
    }));
    expect((await ask('POST', 'readings', { readings })).body.summary.created).toBe(50);
    const days = await ask('GET', 'consumption?meter=SHOP-02&from=2026-10-25&to=2026-10-27&grain=day');
    expect(days.body.series[0].figures).toMatchObject([
      { from: '2026-10-24T23:00:00Z', to: '2026-10-26T00:00:00Z', quantity: '25', quality: 'substituted' },
      { quantity: null },
    ]);
    expect(days.body.issues).toMatchObject([{ code: 'missing-interval', severity: 'blocking' }]);
    const steps = await ask('GET', 'consumption?space=UNIT-2&from=2026-10-25&to=2026-10-26&grain=interval');
    expect(steps.body.series[0].figures).toHaveLength(50);
    expect((await ask('GET', 'consumption?meter=SHOP-02&from=2026-01-01&to=2026-10-26&grain=interval')).body.code).toBe(
      'too-large',
    );
  });
});
