import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** A file of the market's data hub: looked at first, then taken in, then sent again by mistake. */

let service: InProcess;
let treasurer: string;

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  service.ask(method, path, { token: treasurer, body, headers });
const send = (file: string, query = '') =>
  ask('POST', `imports${query}`, Buffer.from(file), { 'content-type': 'text/csv' });

// One day of half-hours in market time: 1 October 2026 00:00 at UTC+10 is 30 September 14:00 UTC. 48 × 0.5 = 24.
const day = (date: string, value = '0.5', quality = 'A') =>
  `300,${date},${Array.from({ length: 48 }, () => value).join(',')},${quality},,,20261105120000,`;
const file = (...lines: string[]) => ['100,NEM12,202611050000,MDP1,COOP', ...lines, '900', ''].join('\r\n');
const channel = (nmi: string) => `200,${nmi},E1,E1,E1,N1,METER1,kWh,30,`;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const access = service.app.get(AccessService);
  treasurer = (
    await access.createCommunity({
      code: 'market',
      name: 'Market',
      currency: 'AUD',
      zone: 'Australia/Brisbane',
      treasurer: { name: 'Tess' },
    })
  ).token;
  await ask('POST', 'sites', { code: 'OMH', name: 'Hall', zone: 'Australia/Brisbane' });
  const meter = {
    site: 'OMH',
    code: 'QB00000001',
    name: 'Shop',
    role: 'sub',
    installedFrom: '2026-01-01T00:00:00+10:00',
    registers: [{ code: 'E1', kind: 'interval', unit: 'kWh', intervalMinutes: 30 }],
  };
  expect(await ask('POST', 'meters', meter)).toMatchObject({ status: 201 });
}, 60_000);
afterAll(() => service.close());

describe('a file', () => {
  const two = file(channel('QB00000001'), day('20261001'), day('20261002'), channel('QB00000099'), day('20261001'));

  it('says in a dry run what would happen, and stores nothing', async () => {
    const { status, body } = await send(two, '?dryRun=true');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      format: 'NEM12',
      dryRun: true,
      read: 144,
      created: 96,
      duplicate: 0,
      unclaimed: 48,
      rejected: 0,
    });
    expect(body.channels[0]).toEqual({ meter: 'QB00000001', register: 'E1', unit: 'kWh', count: 96, total: '48' });
    expect((await ask('GET', 'readings?meter=QB00000001&register=E1')).body.items).toEqual([]);
    expect((await ask('GET', 'unclaimed')).body.items).toEqual([]);
    expect((await ask('GET', 'imports')).body.items).toEqual([]);
  });

  it('comes in, once, and is on the list', async () => {
    expect((await send(two, '?name=october.csv')).body).toMatchObject({
      created: 96,
      unclaimed: 48,
      reasons: [{ status: 'unclaimed', meter: 'QB00000099', count: 48 }],
    });
    expect((await send(two, '?format=nem12&name=october.csv')).body).toMatchObject({
      created: 0,
      duplicate: 96,
      unclaimed: 48,
    });
    expect((await ask('GET', 'readings?meter=QB00000001&register=E1&limit=1')).body.items).toMatchObject([
      { at: '2026-09-30T14:00:00Z', until: '2026-09-30T14:30:00Z', value: '0.5' },
    ]);
    expect((await ask('GET', 'imports')).body.items).toMatchObject([
      { state: 'done', source: 'file october.csv', read: 144, created: 0 },
      { state: 'done', source: 'file october.csv', read: 144, created: 96 },
    ]);
    expect(
      (
        await ask('GET', 'consumption?meter=QB00000001&from=2026-10-01&to=2026-10-03&grain=day')
      ).body.series[0].figures.map(({ quantity }: { quantity: string }) => quantity),
    ).toEqual(['24', '24']);
  });

  it('with another value for a known interval is a conflict', async () => {
    expect((await send(file(channel('QB00000001'), day('20261001', '0.6')))).body).toMatchObject({
      created: 0,
      conflict: 48,
      reasons: [{ status: 'conflict', count: 48 }],
    });
  });

  // More than a push may have: 273 days of 48 values.
  const days = Array.from({ length: 273 }, (_, i) =>
    new Date(Date.UTC(2026, 0, 1) + i * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  const long = file(channel('QB00000001'), ...days.map((date) => day(date)));

  it('that turns out at its end to be cut short leaves nothing of its beginning', async () => {
    const cut = long.replace('\r\n900\r\n', '');
    for (const query of ['', '?dryRun=true']) {
      expect(await send(cut, query)).toMatchObject({
        status: 422,
        body: { code: 'unreadable-file', detail: expect.stringContaining('Line 275, record 900') },
      });
    }
    const january = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z';
    expect((await ask('GET', `readings?meter=QB00000001&register=E1&${january}`)).body.items).toEqual([]);
  }, 30_000);

  it('that is longer than one push comes in as a whole', async () => {
    expect((await send(long)).body).toMatchObject({ read: 13_104, created: 13_104 });
  }, 30_000);

  it('with very many faults names the first of them, and counts all', async () => {
    const bad = Array.from({ length: 1_200 }, () => '300,20261004,1,2,A,,,,');
    const { body } = await send(file(channel('QB00000001'), day('20261001'), ...bad));
    expect(body.problems).toHaveLength(1_000);
    expect(body.problemCounts).toEqual({ 'refuses-file': 0, 'loses-record': 1_200, note: 0 });
  });

  it('with a line that cannot be read names the line and takes the rest', async () => {
    const { body } = await send(file(channel('QB00000001'), day('20261003'), day('20261004', 'x')));
    expect(body).toMatchObject({ created: 48 });
    expect(body.problems).toMatchObject([{ line: 4, record: '300', remedy: expect.any(String) }]);
  });

  it.each([
    [
      'without its end',
      ['100,NEM12,202611050000,MDP1,COOP', channel('QB00000001'), day('20261001'), ''].join('\r\n'),
      '',
      422,
      'unreadable-file',
    ],
    ['of another kind', '{"kWh": 5}\n', '', 415, 'unsupported-format'],
    ['in another format than it is said to be in', two, '?format=nem13', 415, 'unsupported-format'],
    ['with nothing in it', '', '', 415, 'unsupported-format'],
  ])('%s is refused as a whole', async (_, content, query, status, code) => {
    expect(await send(content, query)).toMatchObject({ status, body: { code } });
  });

  it('is the body itself', async () => {
    expect(await ask('POST', 'imports', { file: 'x' })).toMatchObject({
      status: 415,
      body: { code: 'unsupported-format' },
    });
  });
});
