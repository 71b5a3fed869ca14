import { AccessService } from '../../src/modules/access/access.service.js';
import { firstValidation } from '../../src/modules/community/validation-terms.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, type Market } from './billing-market.js';

/** Readings are validated; what is found waits in a queue, is answered, and the answer stays with who and why. */

const october = { from: '2026-10-01', to: '2026-11-01' };
const [start, end] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];
const half = 1_800_000;

let service: InProcess;
let treasurer: string;
let installer: string;

const ask = (method: string, path: string, body?: unknown, token = treasurer) =>
  service.ask(method, path, { token, body });
const display = { code: 'import', kind: 'cumulative', unit: 'kWh', opening: '0' };
const halfHours = { code: 'hh', kind: 'interval', unit: 'kWh', intervalMinutes: 30 };
const install = async (code: string, register: object, more: object = {}) => {
  const body = {
    site: 'OMH',
    code,
    name: code,
    role: 'sub',
    installedFrom: '2026-01-01T00:00:00Z',
    serial: `${code}-A`,
    registers: [register],
    ...more,
  };
  expect(await ask('POST', 'meters', body)).toMatchObject({ status: 201 });
};
const shows = (meter: string, at: string, value: string) => ({
  meter,
  register: 'import',
  at,
  value,
  unit: 'kWh',
  quality: 'actual',
});
const push = async (readings: object[]) => {
  const { body } = await ask('POST', 'readings', { readings });
  expect(body.summary.created).toBe(readings.length);
};
/** Half-hours of October, never even, but for what `change` says; null where there is none. */
const sends = (meter: string, change: (i: number) => string | null | undefined = () => undefined): object[] =>
  Array.from({ length: (Date.parse(end) - Date.parse(start)) / half }, (_, i) => {
    const said = change(i);
    const at = Date.parse(start) + i * half;
    const [from, to] = [new Date(at).toISOString(), new Date(at + half).toISOString()];
    const quantity = said ?? `0.${100 + (i % 48)}`;
    return said === null ? [] : [{ meter, register: 'hh', from, to, quantity, unit: 'kWh', quality: 'actual' }];
  }).flat();
const validate = (period: object = october, token = treasurer) =>
  ask('POST', 'validations', { site: 'OMH', period }, token);
const listed = async (query: string): Promise<Answer['body'][]> =>
  (await ask('GET', `exceptions?${query}`)).body.items as Answer['body'][];
const open = (more = '') => listed(`state=open${more}`);
const resolve = (id: string, body: object, token = treasurer) =>
  ask('POST', `exceptions/${id}/resolve`, { reason: 'seen on site', ...body }, token);
const onlyOf = async (rule: string, meter: string) => {
  const found = await listed(`rule=${rule}&meter=${meter}`);
  expect(found).toHaveLength(1);
  return found[0];
};

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const access = service.app.get(AccessService);
  const founded = await access.createCommunity({
    code: 'hall',
    name: 'Hall',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  treasurer = founded.token;
  const person = await access.addPerson(
    founded.communityId,
    { name: 'Kim', email: '', roles: [{ role: 'installer' }] },
    { kind: 'system', id: null },
  );
  installer = (await access.issuePersonToken(founded.communityId, person.personId, 'phone')).token;
  await ask('POST', 'sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  for (const code of ['UNIT-1', 'UNIT-2'])
    await ask('POST', 'spaces', { site: 'OMH', code, name: code, kind: 'let', area: '20' });
  await ask('POST', 'members', { code: 'ROSA', name: 'Rosa' });
  await ask('POST', 'occupancies', { space: 'UNIT-1', member: 'ROSA', days: { from: '2026-01-01', to: null } });
  await install('WRAP', { ...display, opening: '999990', capacity: '1000000', maxPerHour: '60' }, { space: 'UNIT-1' });
  await install('SWAP', display);
  await install('GAP', halfHours);
  await install('KILN', halfHours, { verifiedUntil: '2026-09-30' });
  await install('EMPTY', display, { space: 'UNIT-2' });
  await install('PLUG', { ...display, restarts: true, maxPerHour: '10' });
  await push([
    ...[shows('WRAP', start, '999990'), shows('WRAP', '2026-10-12T00:00:00Z', '6'), shows('WRAP', end, '30')],
    ...[
      shows('SWAP', start, '4821'),
      shows('SWAP', '2026-10-14T10:00:00Z', '4900'),
      shows('SWAP', '2026-10-15T00:00:00Z', '3'),
      shows('SWAP', end, '45'),
    ],
    ...[shows('EMPTY', start, '10'), shows('EMPTY', end, '90')],
    ...[
      shows('PLUG', start, '5000'),
      shows('PLUG', '2026-10-20T10:00:00Z', '5020'),
      shows('PLUG', '2026-10-20T10:30:00Z', '0.4'),
      shows('PLUG', end, '12'),
    ],
  ]);
  await push(sends('GAP', (i) => (i >= 40 && i < 46 ? null : undefined)));
  await push(sends('KILN', (i) => (i === 700 ? '18' : undefined)));
}, 60_000);
afterAll(() => service.close());

describe('a pass', () => {
  it('asks all rules of all registers and answers with counts', async () => {
    expect(await validate()).toMatchObject({
      status: 201,
      body: {
        site: 'OMH',
        period: october,
        registers: 6,
        found: { blocking: 2, warning: 5 },
        open: 7,
        added: 7,
        closed: 0,
        restarts: 1,
      },
    });
  });

  it('adds nothing when it is made again, by whomever', async () => {
    expect((await validate(october, installer)).body).toMatchObject({
      added: 0,
      closed: 0,
      reopened: 0,
      restarts: 0,
      open: 7,
    });
    const { body } = await ask('GET', 'log/entries?type=site.validated');
    expect(body.items).toHaveLength(2);
  });

  it.each([
    ['a site that is not there', { site: 'NOWHERE', period: october }, 404, 'not-found'],
    [
      'a period that has not begun',
      { site: 'OMH', period: { from: '2027-01-01', to: '2027-02-01' } },
      400,
      'invalid-period',
    ],
    ['years', { site: 'OMH', period: { from: '2020-01-01', to: '2026-02-01' } }, 413, 'too-large'],
  ])('is refused for %s', async (_, body, status, code) => {
    expect(await ask('POST', 'validations', body)).toMatchObject({ status, body: { code } });
  });
});

describe('the queue', () => {
  it('lists what was found with rule, severity, evidence, choices and a sentence', async () => {
    const found = await open('&kind=finding');
    expect(found.map(({ rule, severity, meter }) => `${meter} ${severity} ${rule}`).sort()).toEqual([
      'EMPTY warning inactive-use',
      'GAP blocking missing-interval',
      'KILN warning spike',
      'KILN warning unusual-day',
      'KILN warning verification-passed',
      'SWAP blocking register-regressed',
      'WRAP warning rollover-assumed',
    ]);
    expect(await onlyOf('rollover-assumed', 'WRAP')).toMatchObject({
      kind: 'finding',
      site: 'OMH',
      register: 'import',
      at: start,
      until: '2026-10-12T00:00:00Z',
      evidence: { start: '999990', end: '6', capacity: '1000000', wrapped: '16', unit: 'kWh' },
      choices: ['rollover-confirmed', 'exchange-found', 'ask', 'estimate'],
      decision: null,
      closedAt: null,
      detail: expect.stringContaining('WRAP import went from 999990'),
    });
    expect(await onlyOf('missing-interval', 'GAP')).toMatchObject({ evidence: { intervals: 6, hours: '3' } });
  });

  it('is read by kind, severity, meter and page by page', async () => {
    await ask('POST', 'readings', { readings: [{ ...shows('EMPTY', end, '91') }] });
    expect(await open('&severity=blocking')).toHaveLength(2);
    expect(await open('&kind=conflict')).toMatchObject([
      { kind: 'conflict', meter: 'EMPTY', value: '91', choices: ['keep', 'supersede'] },
    ]);
    expect((await open('&meter=EMPTY')).map(({ kind }) => kind)).toEqual(['finding', 'conflict']);
    const all = await open();
    const paged: unknown[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { body } = await ask('GET', `exceptions?state=open&limit=3${next === '' ? '' : `&cursor=${next}`}`);
      paged.push(...body.items);
      next = body.next as string | null;
    }
    expect(paged).toEqual(all);
    expect(all).toHaveLength(8);
  });
});

describe('an answer', () => {
  it('confirms a wrap, once, with who and why on the record', async () => {
    const { id } = await onlyOf('rollover-assumed', 'WRAP');
    expect((await resolve(id, { choice: 'rollover-confirmed' }, installer)).status).toBe(403);
    expect(await resolve(id, { choice: 'accept' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-input', detail: expect.stringContaining('rollover-confirmed or exchange-found') },
    });
    expect(await resolve(id, { choice: 'rollover-confirmed' })).toMatchObject({
      status: 200,
      body: { choices: [], decision: { choice: 'rollover-confirmed', reason: 'seen on site' } },
    });
    expect(await resolve(id, { choice: 'ask' })).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    const { body } = await ask('GET', `log/entries?subjectId=${id}`);
    expect(body.items).toMatchObject([
      {
        type: 'exception.resolved',
        actor: { kind: 'person' },
        subject: { kind: 'validation-finding' },
        data: { choice: 'rollover-confirmed', reason: 'seen on site', rule: 'rollover-assumed', meter: 'WRAP' },
      },
    ]);
    expect((await validate()).body).toMatchObject({ added: 0, closed: 0 });
  });

  it('records the exchange that was found, in one step, and the next pass sees no fall any more', async () => {
    const { id } = await onlyOf('register-regressed', 'SWAP');
    const exchange = {
      at: '2026-10-14T12:00:00Z',
      serial: 'SWAP-B',
      registers: [{ code: 'import', closing: '4903', opening: '0' }],
    };
    expect(await resolve(id, { choice: 'exchange-found' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    });
    expect(await resolve(id, { choice: 'ask', exchange })).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    });
    const wrong = { ...exchange, registers: [{ code: 'import', opening: '0' }] };
    expect(await resolve(id, { choice: 'exchange-found', exchange: wrong })).toMatchObject({ status: 400 });
    expect((await onlyOf('register-regressed', 'SWAP')).decision).toBeNull();
    expect((await resolve(id, { choice: 'exchange-found', exchange })).status).toBe(200);
    expect((await ask('GET', 'meters/SWAP')).body.installations).toMatchObject([
      { serial: 'SWAP-A', to: '2026-10-14T12:00:00Z', registers: [{ closing: '4903' }] },
      { serial: 'SWAP-B', registers: [{ opening: '0' }] },
    ]);
    expect((await validate()).body).toMatchObject({ found: { blocking: 1 }, closed: 1 });
    expect(await onlyOf('register-regressed', 'SWAP')).toMatchObject({
      closedAt: '2026-11-20T09:00:00Z',
      decision: { choice: 'exchange-found' },
    });
    const { body } = await ask('GET', 'consumption?meter=SWAP&from=2026-10-01&to=2026-11-01&grain=billing-period');
    // 4821 to 4903, and 0 to 45.
    expect(body.series[0].figures[0].quantity).toBe('127');
  });

  it('asks for readings, and closes when they have come', async () => {
    const { id } = await onlyOf('missing-interval', 'GAP');
    expect((await resolve(id, { choice: 'accept' })).status).toBe(400);
    expect(await resolve(id, { choice: 'ask' })).toMatchObject({
      status: 200,
      body: { decision: { choice: 'ask' }, choices: ['estimate'] },
    });
    expect(await resolve(id, { choice: 'estimate' })).toMatchObject({
      status: 200,
      body: { decision: { choice: 'estimate' }, choices: ['ask'] },
    });
    expect((await open('&rule=missing-interval')).length).toBe(0);
    expect(await listed('state=decided&rule=missing-interval')).toHaveLength(1);
    await push(sends('GAP').slice(40, 46));
    expect((await validate()).body).toMatchObject({ found: { blocking: 0 }, closed: 1 });
    expect(await listed('state=closed&rule=missing-interval')).toMatchObject([
      { id, closedAt: '2026-11-20T09:00:00Z', choices: [] },
    ]);
    expect(await resolve(id, { choice: 'ask' })).toMatchObject({ status: 409, body: { code: 'already-decided' } });
  });

  it('is given to many at once, each with its own result', async () => {
    const [spike, day, vacant] = [
      await onlyOf('spike', 'KILN'),
      await onlyOf('unusual-day', 'KILN'),
      await onlyOf('inactive-use', 'EMPTY'),
    ];
    const gone = '0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10';
    const many = (body: object, token = treasurer) =>
      ask('POST', 'exceptions/resolve', { choice: 'accept', reason: 'kiln lit', ...body }, token);
    expect((await many({ filter: { meter: 'KILN' } }, installer)).status).toBe(403);
    expect(await many({ ids: [spike.id], filter: { meter: 'KILN' } })).toMatchObject({ status: 400 });
    expect(await many({ filter: {} })).toMatchObject({ status: 400 });
    expect(await many({ ids: [spike.id], choice: 'exchange-found' })).toMatchObject({ status: 400 });
    expect((await many({ ids: [spike.id, gone, spike.id] })).body).toEqual({
      results: [
        { id: spike.id, status: 'resolved' },
        {
          id: gone,
          status: 'refused',
          problem: { type: '/docs/problems.md#not-found', code: 'not-found', detail: expect.any(String) },
        },
      ],
      summary: { resolved: 1, refused: 1 },
      more: false,
    });
    const { body } = await many({ filter: { meter: 'KILN' } });
    expect(body.results.map(({ status }: { status: string }) => status)).toEqual(['resolved', 'resolved']);
    expect((await onlyOf('unusual-day', 'KILN')).decision).toMatchObject({ choice: 'accept', reason: 'kiln lit' });
    expect([day.decision, vacant.decision]).toEqual([null, null]);
    const rest = await many({ filter: { site: 'OMH' } });
    // The conflict cannot be accepted; that is said, and harms no other.
    expect(rest.body.summary).toEqual({ resolved: 1, refused: 1 });
  });

  it('is given once, however many give it at once', async () => {
    await push([shows('EMPTY', '2026-11-20T00:00:00Z', '200')]);
    await validate({ from: '2026-11-01', to: '2026-12-01' });
    const [{ id }] = await open('&rule=inactive-use');
    const answers = await Promise.all(['accept', 'accept', 'accept'].map((choice) => resolve(id, { choice })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });
});

describe('a counter that started again at zero', () => {
  it('is recorded as an exchange of the same device, and is never negative use', async () => {
    const { body: meter } = await ask('GET', 'meters/PLUG');
    expect(meter.registers).toMatchObject([{ restarts: true }]);
    expect(meter.installations).toMatchObject([
      { serial: 'PLUG-A', to: '2026-10-20T10:00:00.001Z', registers: [{ closing: '5020', maxPerHour: '10' }] },
      { serial: 'PLUG-A', from: '2026-10-20T10:00:00.001Z', to: null, registers: [{ opening: '0', maxPerHour: '10' }] },
    ]);
    const { body } = await ask('GET', 'consumption?meter=PLUG&from=2026-10-01&to=2026-11-01&grain=billing-period');
    expect(body.series[0].figures[0].quantity).toBe('32');
    expect(body.issues).toEqual([]);
    const log = await ask('GET', `log/entries?subjectId=${meter.id}&type=meter.counter-restarted`);
    expect(log.body.items).toMatchObject([
      { actor: { kind: 'system' }, data: { at: '2026-10-20T10:00:00.001Z', registers: ['import'] } },
    ]);
  });

  it('is said of a register, and taken back, by whoever keeps the meters', async () => {
    const set = (restarts: boolean, code = 'import') =>
      ask('PATCH', 'meters/PLUG', { registers: [{ code, restarts }] }, installer);
    expect((await set(false)).body.registers).toMatchObject([{ restarts: false }]);
    expect((await set(true)).body.registers).toMatchObject([{ restarts: true }]);
    expect(await set(true, 'none')).toMatchObject({ status: 404 });
    expect(await ask('PATCH', 'meters/GAP', { registers: [{ code: 'hh', restarts: true }] })).toMatchObject({
      status: 400,
    });
  });
});

describe('the rules', () => {
  it('are the community’s own, from a day on', async () => {
    const terms = {
      ...firstValidation,
      'verification-passed': { mode: 'off' },
      spike: { mode: 'block', percent: '300' },
    };
    expect(
      await ask('POST', 'policies', { name: 'validation', from: '2026-10-15', terms, decision: 'Minute 9' }),
    ).toMatchObject({ status: 201 });
    expect(
      await ask('POST', 'policies', {
        name: 'validation',
        from: '2026-12-01',
        terms: { ...terms, luck: { mode: 'off' } },
      }),
    ).toMatchObject({ status: 400 });
    expect(
      await ask('POST', 'policies', {
        name: 'validation',
        from: '2026-12-01',
        terms: { ...terms, spike: { mode: 'loud', percent: '-3' } },
      }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/terms/spike/mode' }, { pointer: '/terms/spike/percent' }] },
    });
    await validate();
    expect(await listed('state=closed&rule=verification-passed')).toHaveLength(1);
    expect((await open('&rule=spike')).map(({ severity }) => severity)).toEqual(['blocking']);
  });
});

describe('a billing run', () => {
  const issuesOf = async (
    market: Market,
    run: { id: string },
  ): Promise<{ code: string; severity: string; remedy: string; subject: { id: string; label: string } }[]> =>
    (await market.ask('GET', `billing-runs/${run.id}/issues`)).body.items;

  it('has what validation sees as its issues, stops where a rule blocks, and goes on when it was answered', async () => {
    const market = await foundMarket(service, { code: 'even' });
    const terms = { ...firstValidation, 'stuck-intervals': { mode: 'block', days: 2 } };
    expect(await market.ask('POST', 'policies', { name: 'validation', from: '2026-10-01', terms })).toMatchObject({
      status: 201,
    });
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'open', issues: { blocking: 6, warning: 1 } });
    const found = await issuesOf(market, run);
    expect(found.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      ...Array.from({ length: 6 }, () => 'blocking stuck-intervals'),
      'warning inactive-use',
    ]);
    expect(found[0]?.remedy).toContain('It can be answered in the exceptions.');
    const answer = { filter: { rule: 'stuck-intervals' }, choice: 'accept', reason: 'test meters run evenly' };
    expect((await market.ask('POST', 'exceptions/resolve', answer)).body.summary).toEqual({ resolved: 6, refused: 0 });
    const again = (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
    expect(again).toMatchObject({ status: 'previewed', issues: { blocking: 0, warning: 1 } });
    // An answer after the calculation is another input: what was seen is not what would be issued.
    const [{ id }] = (await market.ask('GET', 'exceptions?state=open&rule=inactive-use')).body.items;
    expect(
      (await market.ask('POST', `exceptions/${id}/resolve`, { choice: 'accept', reason: 'the cleaner' })).status,
    ).toBe(200);
    expect(
      await market.ask('POST', `billing-runs/${run.id}/approve`, { inputHash: again.inputHash }, market.approver),
    ).toMatchObject({ status: 409, body: { code: 'run-changed' } });
  });

  it('says of a gap once what it needs, and keeps the question in the queue', async () => {
    const market = await foundMarket(service, { code: 'holed', withReadings: false });
    for (const [meter, watts] of [
      ['M1', 1000],
      ['M2', 2000],
      ['M3', 1000],
      ['M4', 200],
      ['MH', 400],
      ['SRC', 4700],
    ] as const) {
      const readings = hourly(meter, watts, start, end).filter((_, i) => meter !== 'M1' || i < 100 || i > 102);
      expect((await market.ask('POST', 'readings', { readings })).status).toBe(200);
    }
    const run = await calculated(market);
    const gaps = (await issuesOf(market, run)).filter(({ subject }) => subject.label === 'M1 import');
    expect(gaps).toMatchObject([{ code: 'missing-interval', severity: 'blocking' }]);
    expect((await market.ask('GET', 'exceptions?state=open&kind=finding')).body.items).toMatchObject([
      { rule: 'missing-interval', meter: 'M1', evidence: { intervals: 3 } },
    ]);
  });
});
