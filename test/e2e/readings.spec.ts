import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { PushLane } from '../../src/modules/metering/readings/push-lane.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** What devices send: twice, late, wrong, to nobody, all at once. Each gets its answer and nothing else is harmed. */

const clock = new FixedClock('2026-11-02T09:00:00Z');
let service: InProcess;
let treasurer: string;
let device: string;
let narrow: string;
let communityId: string;

const meter = (code: string, registers: object[], more: object = {}) => ({
  site: 'OMH',
  code,
  name: `Meter ${code}`,
  role: 'sub',
  installedFrom: '2026-01-01T00:00:00Z',
  registers,
  ...more,
});
const total = { code: 'import', kind: 'cumulative', unit: 'kWh' };
const halfHours = { code: 'import-hh', kind: 'interval', unit: 'kWh', intervalMinutes: 30 };

const reading = (at: string, value: unknown, more: object = {}) => ({
  meter: 'SHOP-07',
  register: 'import',
  at,
  value,
  unit: 'kWh',
  ...more,
});
const push = (body: unknown, token = device, headers: Record<string, string> = {}) =>
  service.ask('POST', 'readings', { token, body, headers });
const statuses = async (...readings: unknown[]): Promise<string[]> => {
  const { body } = await push({ readings });
  return body.results.map(({ status }: { status: string }) => status);
};
const stored = async (): Promise<number> => {
  const [row] = await service.database.transactions.inCommunity(communityId, (tx) =>
    tx.query<{ count: number }>('SELECT count(*)::int AS count FROM reading'),
  );
  return row!.count;
};
const listed = (path: string) => service.ask('GET', path, { token: treasurer });

beforeAll(async () => {
  service = await inProcess(clock);
  const access = service.app.get(AccessService);
  const founded = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  communityId = founded.communityId;
  treasurer = founded.token;
  await service.ask('POST', 'sites', {
    token: treasurer,
    body: { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' },
  });
  const made: { id: string }[] = [];
  for (const body of [meter('SHOP-07', [total, halfHours]), meter('SHOP-08', [total])]) {
    const answer = await service.ask('POST', 'meters', { token: treasurer, body });
    expect(answer).toMatchObject({ status: 201 });
    made.push(answer.body);
  }
  const [row] = (await listed('sites')).body.items;
  device = (await access.issueDeviceKey(communityId, { name: 'gateway', siteId: row.id }, system)).token;
  narrow = (await access.issueDeviceKey(communityId, { name: 'logger', meterIds: [made[1]!.id] }, system)).token;
}, 60_000);
afterAll(() => service.close());

describe('one reading', () => {
  it('is created, and a duplicate when it comes again', async () => {
    const item = reading('2026-10-01T00:30:00+01:00', '48210.400', { quality: 'actual' });
    expect(await push(item)).toMatchObject({
      status: 200,
      body: {
        results: [{ index: 0, status: 'created' }],
        summary: { created: 1, duplicate: 0, conflict: 0, held: 0, unclaimed: 0, rejected: 0 },
      },
    });
    expect(await statuses(item, { ...item, value: '048210.4' }, { ...item, at: '2026-09-30T23:30:00Z' })).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
    ]);
  });

  it('is taken late, before what is known already', async () => {
    expect(await statuses(reading('2026-09-01T00:00:00Z', '48000'))).toEqual(['created']);
  });

  it('is an interval where the register has intervals', async () => {
    const item = {
      meter: 'SHOP-07',
      register: 'import-hh',
      from: '2026-10-01T00:00:00Z',
      to: '2026-10-01T00:30:00Z',
      quantity: '0.412',
      unit: 'kWh',
    };
    expect(await statuses(item, item, { ...item, quantity: '0.413' })).toEqual(['created', 'duplicate', 'conflict']);
    const { body } = await push({ ...item, to: '2026-10-01T00:45:00Z' });
    expect(body.results[0]).toMatchObject({
      status: 'rejected',
      problem: { detail: expect.stringContaining('intervals of 30 minutes') },
    });
  });

  it('is a conflict with another value, kept once, and changes nothing', async () => {
    await push(reading('2026-10-02T00:00:00Z', '48220'));
    const other = reading('2026-10-02T00:00:00Z', '48999');
    expect(await statuses(other)).toEqual(['conflict']);
    expect(await statuses(other, other)).toEqual(['conflict', 'conflict']);
    const conflicts = (await listed('exceptions?kind=conflict&state=open')).body.items.filter(
      ({ at }: { at: string }) => at === '2026-10-02T00:00:00Z',
    );
    expect(conflicts).toMatchObject([
      {
        meter: 'SHOP-07',
        register: 'import',
        value: '48999',
        known: { value: '48220' },
        choices: ['keep', 'supersede'],
      },
    ]);
    const list = await listed(
      'readings?meter=SHOP-07&register=import&from=2026-10-02T00:00:00Z&to=2026-10-02T01:00:00Z',
    );
    expect(list.body.items).toMatchObject([{ value: '48220', quality: 'actual', superseded: [], corrections: [] }]);
  });

  it('of a person is by the customer where nothing else is said', async () => {
    await push(reading('2026-10-03T00:00:00Z', '48230'), treasurer);
    const { body } = await listed(
      'readings?meter=SHOP-07&register=import&from=2026-10-03T00:00:00Z&to=2026-10-03T01:00:00Z',
    );
    expect(body.items[0].quality).toBe('customer');
  });

  it('from the future is held, until the future has come', async () => {
    const item = reading('2026-11-02T09:05:01Z', '48900');
    expect(await statuses(reading('2026-11-02T09:05:00Z', '48899'), item)).toEqual(['created', 'held']);
    expect((await listed('exceptions?kind=held')).body.items).toMatchObject([
      { reason: 'in-the-future', value: '48900', choices: ['accept', 'dismiss'] },
    ]);
    clock.advance(60_000);
    expect(await statuses(item)).toEqual(['created']);
  });

  it('from before the installation is held', async () => {
    const { body } = await push(reading('2025-12-31T23:59:59Z', '1'));
    expect(body.results[0]).toMatchObject({
      status: 'held',
      problem: { code: 'reading-held', detail: expect.stringContaining('No device is recorded as installed') },
    });
  });

  it.each([
    ['a float', reading('2026-10-04T00:00:00Z', 48240.5), 'invalid-decimal', '/value'],
    ['too many digits', reading('2026-10-04T00:00:00Z', '1.1234567'), 'invalid-decimal', '/value'],
    ['an exponent', reading('2026-10-04T00:00:00Z', '1e3'), 'invalid-decimal', '/value'],
    ['not a number', reading('2026-10-04T00:00:00Z', 'NaN'), 'invalid-decimal', '/value'],
    ['a negative value', reading('2026-10-04T00:00:00Z', '-1'), 'invalid-decimal', '/value'],
    ['no offset', reading('2026-10-04T00:00:00', '1'), 'invalid-period', '/at'],
    ['another unit', reading('2026-10-04T00:00:00Z', '48240500', { unit: 'Wh' }), 'unit-mismatch', '/unit'],
    [
      'a value for an interval register',
      reading('2026-10-04T00:00:00Z', '1', { register: 'import-hh' }),
      'invalid-input',
      '/at',
    ],
  ])('with %s is rejected, with the place and the remedy', async (_, item, code, pointer) => {
    const { status, body } = await push(item);
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { index: 0, status: 'rejected', problem: { code, type: `/docs/problems.md#${code}`, errors: [{ pointer }] } },
    ]);
  });

  it('names both units where they differ', async () => {
    const { body } = await push(reading('2026-10-04T00:00:00Z', '48240500', { unit: 'Wh' }));
    expect(body.results[0].problem.detail).toMatch(/kWh.*Wh/);
  });

  it('of a meter outside the scope of the key is not allowed', async () => {
    const { body } = await push(
      { readings: [reading('2026-10-05T00:00:00Z', '1'), reading('2026-10-05T00:00:00Z', '1', { meter: 'SHOP-08' })] },
      narrow,
    );
    expect(body.results).toMatchObject([
      { status: 'rejected', problem: { code: 'not-allowed' } },
      { status: 'created' },
    ]);
  });

  it('is answered the same again under an Idempotency-Key', async () => {
    const item = reading('2026-10-06T00:00:00Z', '48260');
    const first = await push(item, device, { 'idempotency-key': 'k-1' });
    expect((await push(item, device, { 'idempotency-key': 'k-1' })).body).toEqual(first.body);
    expect(first.body.results[0].status).toBe('created');
  });
});

describe('the short way for readings', () => {
  const body = { readings: [reading('2026-10-20T00:00:00Z', '48470'), reading('2026-10-20T00:30:00Z', 48471), 7] };
  const json = { 'content-type': 'application/json' };
  const asks: [name: string, ask: (headers: Record<string, string>) => ReturnType<typeof push>][] = [
    ['a push', (headers) => push(body, device, headers)],
    ['a push again', (headers) => push(body, device, headers)],
    ['no token', (headers) => service.ask('POST', 'readings', { body, headers })],
    ['a token that is none', (headers) => push(body, 'cm_nobody', headers)],
    ['a role that may not', async (headers) => push(body, await approver(), headers)],
    ['a body that is not JSON', (headers) => push('{', device, { ...json, ...headers })],
    ['a body that reaches into prototypes', (headers) => push('{"__proto__": 1}', device, { ...json, ...headers })],
    ['an empty body', (headers) => push('', device, { ...json, ...headers })],
    ['no push', (headers) => push({ readings: 7 }, device, headers)],
    ['an unknown type', (headers) => push('x', device, { 'content-type': 'text/plain', ...headers })],
    [
      'lines',
      (headers) =>
        push(JSON.stringify(body.readings[0]), device, { 'content-type': 'application/x-ndjson', ...headers }),
    ],
  ];
  const approver = async (): Promise<string> => {
    const access = service.app.get(AccessService);
    const ada = { name: 'Ada', email: '', roles: [{ role: 'approver' as const }] };
    const { personId } = await access.addPerson(communityId, ada, system);
    return (await access.issuePersonToken(communityId, personId, 'first')).token;
  };

  it('is open', () => {
    expect(service.app.get(PushLane).isOpen).toBe(true);
  });

  // The long way is taken where a request has an Idempotency-Key.
  it.each(asks)('answers %s as the long way does', async (_, ask) => {
    await push(body);
    const plain = ({ status, headers, text }: Awaited<ReturnType<typeof push>>) => {
      const kept = Object.entries(headers).filter(([name]) => !['date', 'x-request-id'].includes(name));
      return { status, headers: Object.fromEntries(kept), text: text.replace(/"instance":"[^"]*"/, '') };
    };
    const short = plain(await ask({}));
    expect(short).toEqual(plain(await ask({ 'idempotency-key': `way-${asks.findIndex(([name]) => name === _)}` })));
    expect(short.headers).toHaveProperty('content-security-policy');
  });
});

describe('many readings', () => {
  it('one bad among 9,999 good ones costs nothing but itself', async () => {
    const start = Date.UTC(2026, 1, 1);
    const readings: unknown[] = Array.from({ length: 9_999 }, (_, i) =>
      reading(new Date(start + i * 60_000).toISOString(), String(10_000 + i), { meter: 'SHOP-08' }),
    );
    readings.splice(5_000, 0, reading('2026-02-01T00:00:00Z', 1.5, { meter: 'SHOP-08' }));
    const before = await stored();
    const { body } = await push({ readings });
    expect(body.summary).toMatchObject({ created: 9_999, rejected: 1 });
    expect(body.results[5_000]).toMatchObject({ index: 5_000, status: 'rejected' });
    expect(body.results.every(({ index }: { index: number }, i: number) => index === i)).toBe(true);
    expect(await stored()).toBe(before + 9_999);
  }, 30_000);

  it('beyond 10,000 are refused as a whole, with the remedy', async () => {
    const answer = await push({ readings: Array.from({ length: 10_001 }, () => 0) });
    expect(answer).toMatchObject({
      status: 413,
      body: { code: 'too-large', detail: expect.stringContaining('several parts') },
    });
  });

  it('beyond 5 MB are refused as a whole', async () => {
    const answer = await push(' '.repeat(5 * 1024 * 1024 + 1), device, { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it.each([[[reading('2026-10-01T00:00:00Z', '1')]], [{ readings: 7 }], [{ readings: [], more: 1 }]])(
    '%j is no push',
    async (body) => {
      expect(await push(body)).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    },
  );

  it('take the first of several for one time, and measure the others by it', async () => {
    const at = '2026-10-07T00:00:00Z';
    expect(await statuses(reading(at, '48270'), reading(at, '48271'), reading(at, '48270.0'))).toEqual([
      'created',
      'conflict',
      'duplicate',
    ]);
    expect(await statuses(reading(at, '48272'), reading(at, '48270'))).toEqual(['conflict', 'duplicate']);
  });

  it('come in any order and give the same', async () => {
    const times = Array.from({ length: 200 }, (_, i) => i);
    const readings = times.map((i) =>
      reading(new Date(Date.UTC(2026, 2, 1) + i * 1_800_000).toISOString(), String(100 + i)),
    );
    const shuffled = readings.map((_, i) => readings[(i * 77) % 200]);
    expect(new Set(await statuses(...shuffled))).toEqual(new Set(['created']));
    expect(new Set(await statuses(...readings))).toEqual(new Set(['duplicate']));
  });

  it('sent twice at once are created once', async () => {
    const readings = Array.from({ length: 2_000 }, (_, i) =>
      reading(new Date(Date.UTC(2026, 3, 1) + i * 60_000).toISOString(), String(i)),
    );
    const answers = await Promise.all([
      push({ readings }),
      push({ readings: readings.toReversed() }),
      push({ readings }, treasurer),
    ]);
    const created = answers.map(({ body }) => body.summary.created as number);
    const duplicate = answers.map(({ body }) => body.summary.duplicate as number);
    expect(created.reduce((a, b) => a + b)).toBe(2_000);
    expect(duplicate.reduce((a, b) => a + b)).toBe(4_000);
  }, 30_000);

  it('pushed singly at once are committed together, each with its own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        push(
          i % 10 === 0 ? { meter: 7 } : reading(new Date(Date.UTC(2026, 4, 1) + i * 60_000).toISOString(), String(i)),
        ),
      ),
    );
    expect(answers.map(({ body }) => body.results[0].status)).toEqual(
      Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? 'rejected' : 'created')),
    );
  });

  it('one a line, where a broken line takes its place among the others', async () => {
    const lines = [
      JSON.stringify(reading('2026-10-08T00:00:00Z', '48280')),
      '{"meter": "SHOP-07", ',
      '',
      JSON.stringify(reading('2026-10-09T00:00:00Z', '48290')),
    ];
    const { status, body } = await push(lines.join('\n'), device, { 'content-type': 'application/x-ndjson' });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { index: 0, status: 'created' },
      { index: 1, status: 'rejected', problem: { detail: expect.stringContaining('Line 2') } },
      { index: 2, status: 'created' },
    ]);
  });
});

describe('an unknown meter', () => {
  it('has its readings kept, until the name is bound and they are taken in', async () => {
    const item = (at: string, value: string) => reading(at, value, { meter: 'shelly-3ce9', register: 'total_act' });
    expect(
      await statuses(
        item('2026-06-01T00:00:00Z', '1'),
        item('2026-06-02T00:00:00Z', '2'),
        item('2026-06-02T00:00:00Z', '2'),
      ),
    ).toEqual(['unclaimed', 'unclaimed', 'unclaimed']);
    const [source] = (await listed('unclaimed')).body.items;
    expect(source).toMatchObject({ meter: 'shelly-3ce9', register: 'total_act', readings: 2, boundTo: null });
    const bind = () =>
      service.ask('POST', `unclaimed/${source.id}/bind`, {
        token: treasurer,
        body: { meter: 'SHOP-07', register: 'import' },
      });
    expect(await bind()).toMatchObject({
      status: 200,
      body: { source: { boundTo: 'SHOP-07 import' }, summary: { created: 2 } },
    });
    expect(await bind()).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect(await statuses(item('2026-06-03T00:00:00Z', '3'), item('2026-06-01T00:00:00Z', '1'))).toEqual([
      'created',
      'duplicate',
    ]);
    expect((await listed('unclaimed')).body.items).toEqual([]);
    expect((await listed('unclaimed?state=bound')).body.items).toHaveLength(1);
  });

  it('loses nothing that comes while it is being bound', async () => {
    const item = (i: number) =>
      reading(new Date(Date.UTC(2026, 6, 1) + i * 60_000).toISOString(), String(i), { meter: 'late-binder' });
    await push(item(0));
    const [source] = (await listed('unclaimed')).body.items;
    const [bound, ...pushed] = await Promise.all([
      service.ask('POST', `unclaimed/${source.id}/bind`, {
        token: treasurer,
        body: { meter: 'SHOP-08', register: 'import' },
      }),
      ...Array.from({ length: 20 }, (_, i) => push(item(i + 1))),
    ]);
    expect(bound.status).toBe(200);
    expect(pushed.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const { body } = await listed(
      'readings?meter=SHOP-08&register=import&from=2026-07-01T00:00:00Z&to=2026-07-01T00:21:00Z',
    );
    expect(body.items).toHaveLength(21);
  });
});

describe('an exception', () => {
  const open = async (at: string) =>
    (await listed('exceptions?state=open&limit=1000')).body.items.find((one: { at: string }) => one.at === at);
  const resolve = (id: string, choice: string, token = treasurer) =>
    service.ask('POST', `exceptions/${id}/resolve`, { token, body: { choice, reason: 'seen on site' } });
  const counted = async (at: string) => {
    const to = new Date(Date.parse(at) + 1000).toISOString();
    return (await listed(`readings?meter=SHOP-07&register=import&from=${at}&to=${to}`)).body.items[0];
  };

  it('is kept as it is known, once, and by a treasurer only', async () => {
    const at = '2026-08-01T00:00:00Z';
    await push({ readings: [reading(at, '10'), reading(at, '11')] });
    const { id } = await open(at);
    expect((await resolve(id, 'keep', device)).status).toBe(403);
    expect(await resolve(id, 'accept')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('keep or supersede') },
    });
    expect(await resolve(id, 'keep')).toMatchObject({
      status: 200,
      body: { decision: { choice: 'keep', reason: 'seen on site' }, choices: [] },
    });
    expect(await resolve(id, 'supersede')).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect((await counted(at)).value).toBe('10');
  });

  it('is superseded with who and why, and both values then are known', async () => {
    const at = '2026-08-02T00:00:00Z';
    await push({ readings: [reading(at, '20'), reading(at, '21')] });
    expect((await resolve((await open(at)).id, 'supersede')).status).toBe(200);
    expect(await counted(at)).toMatchObject({
      value: '21',
      superseded: [{ value: '20', quality: 'actual' }],
      corrections: [{ version: 1, value: '21', reason: 'seen on site' }],
    });
    expect(await statuses(reading(at, '20'), reading(at, '21'), reading(at, '22'))).toEqual([
      'duplicate',
      'duplicate',
      'conflict',
    ]);
  });

  it('is accepted as a reading, or dismissed', async () => {
    const [yes, no] = ['2025-06-01T00:00:00Z', '2025-06-02T00:00:00Z'];
    await push({ readings: [reading(yes, '30'), reading(no, '31')] });
    expect((await resolve((await open(yes)).id, 'accept')).status).toBe(200);
    expect((await resolve((await open(no)).id, 'dismiss')).status).toBe(200);
    expect((await counted(yes)).value).toBe('30');
    expect(await counted(no)).toBeUndefined();
    expect(await statuses(reading(yes, '30'), reading(yes, '33'))).toEqual(['duplicate', 'conflict']);
  });

  it('is decided once, however many decide at once', async () => {
    const at = '2026-08-03T00:00:00Z';
    await push({ readings: [reading(at, '40'), reading(at, '41')] });
    const { id } = await open(at);
    const answers = await Promise.all(['keep', 'supersede', 'keep'].map((choice) => resolve(id, choice)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });
});
