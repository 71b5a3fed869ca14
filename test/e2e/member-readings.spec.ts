import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** A member reads its own display and takes a photo of it; nobody else's business, but the treasurer's. */

let service: InProcess;
let treasurer: string;
let installer: string;
let rosa: string;
let lund: string;

const ask = (method: string, path: string, body?: unknown, token = treasurer, headers: Record<string, string> = {}) =>
  service.ask(method, path, { token, body, headers });
const reading = (more: object = {}) => ({
  meter: 'SHOP-01',
  register: 'import',
  at: '2026-11-20T08:00:00Z',
  value: '4711',
  ...more,
});
const push = (items: unknown[], token = rosa) => ask('POST', 'my/readings', { readings: items }, token);
const statuses = ({ body }: { body: { results: { status: string; problem?: { code: string } }[] } }) =>
  body.results.map(({ status, problem }) => (problem ? `${status} ${problem.code}` : status));

/** A JPEG with a place in its Exif. */
const jpeg = (mark: string): Buffer => {
  const exif = Buffer.from(`Exif\0\0GPS 51.5074 N 0.1278 W ${mark}`, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(exif.length + 2);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1]),
    length,
    exif,
    Buffer.from([0xff, 0xda, 0, 2]),
    Buffer.from(`points ${mark}`),
    Buffer.from([0xff, 0xd9]),
  ]);
};
const send = (photo: Buffer, token = rosa, type = 'image/jpeg', query = '') =>
  ask('POST', `photos${query}`, photo, token, { 'content-type': type });
const photoOf = async (mark: string, token = rosa): Promise<string> => {
  const { status, body } = await send(jpeg(mark), token);
  expect(status).toBe(201);
  return body.id as string;
};

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  const access = service.app.get(AccessService);
  const { communityId, token } = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  treasurer = token;
  await ask('POST', 'sites', { code: 'OMH', name: 'Hall', zone: 'Europe/London' });
  for (const code of ['UNIT-1', 'UNIT-2'])
    await ask('POST', 'spaces', { site: 'OMH', code, name: code, kind: 'let', area: '20' });
  const person = async (name: string, memberId?: string) => {
    const roles = memberId === undefined ? [{ role: 'installer' as const }] : [{ role: 'member' as const, memberId }];
    const { personId } = await access.addPerson(communityId, { name, email: '', roles }, { kind: 'system', id: null });
    return (await access.issuePersonToken(communityId, personId, 'phone')).token;
  };
  const member = async (code: string) => (await ask('POST', 'members', { code, name: code })).body.id as string;
  rosa = await person('Rosa', await member('ROSA'));
  lund = await person('Lund', await member('LUND'));
  installer = await person('Ines');
  // Lund had the space until November, Rosa has it since.
  await ask('POST', 'occupancies', { space: 'UNIT-1', member: 'LUND', days: { from: '2026-01-01', to: '2026-11-01' } });
  await ask('POST', 'occupancies', { space: 'UNIT-1', member: 'ROSA', days: { from: '2026-11-01', to: null } });
  await ask('POST', 'occupancies', { space: 'UNIT-2', member: 'LUND', days: { from: '2026-01-01', to: null } });
  for (const [code, space] of [
    ['SHOP-01', 'UNIT-1'],
    ['SHOP-02', 'UNIT-2'],
    ['MAIN', null],
  ] as const) {
    const made = await ask('POST', 'meters', {
      site: 'OMH',
      code,
      name: code,
      role: space === null ? 'source' : 'sub',
      space,
      installedFrom: '2026-01-01T00:00:00Z',
      serial: `SN-${code}`,
      registers: [
        { code: 'import', kind: 'cumulative', unit: 'kWh', capacity: '1000000' },
        { code: 'hh', kind: 'interval', unit: 'kWh', intervalMinutes: 30 },
      ],
    });
    expect(made.status).toBe(201);
  }
  await ask('POST', 'readings', { ...reading({ at: '2026-10-20T00:00:00Z', value: '4000' }), unit: 'kWh' });
}, 60_000);
afterAll(() => service.close());

describe('the displays of a member', () => {
  it('are those of the spaces it has today, without what others read before', async () => {
    const { status, body } = await ask('GET', 'my/registers', undefined, rosa);
    expect(status).toBe(200);
    expect(body.items).toEqual([
      {
        ...{
          meter: 'SHOP-01',
          name: 'SHOP-01',
          serial: 'SN-SHOP-01',
          register: 'import',
          unit: 'kWh',
          space: 'UNIT-1',
        },
        ...{ digits: 6, last: null },
      },
    ]);
    const of = (await ask('GET', 'my/registers', undefined, lund)).body.items as { meter: string }[];
    expect(of.map(({ meter }) => meter)).toEqual(['SHOP-02']);
  });
});

describe('readings of a member', () => {
  it('are taken in as the customer’s own, and answered one by one', async () => {
    const answer = await push([
      reading(),
      reading({ at: '2026-11-20T09:00:00+01:00', register: 'import' }),
      reading({ value: '4712' }),
      reading({ at: '2026-11-21T08:00:00Z' }),
      reading({ unit: 'm3', at: '2026-11-19T08:00:00Z' }),
      reading({ quality: 'actual' }),
      { meter: 'SHOP-01' },
    ]);
    expect(answer.status).toBe(200);
    expect(statuses(answer)).toEqual([
      ...['created', 'duplicate', 'conflict conflict', 'held reading-held', 'rejected unit-mismatch'],
      ...['rejected invalid-input', 'rejected invalid-input'],
    ]);
    expect(answer.body.summary).toMatchObject({ created: 1, duplicate: 1, conflict: 1, held: 1, rejected: 3 });
    const { body } = await ask('GET', 'readings?meter=SHOP-01&register=import&from=2026-11-01T00:00:00Z');
    expect(body.items).toMatchObject([{ at: '2026-11-20T08:00:00Z', value: '4711', quality: 'customer' }]);
    expect((await ask('GET', 'my/registers', undefined, rosa)).body.items[0].last).toEqual({
      at: '2026-11-20T08:00:00Z',
      value: '4711',
      quality: 'customer',
    });
  });

  it.each([
    ['a display of another', { meter: 'SHOP-02' }],
    ['the meter of the whole site', { meter: 'MAIN' }],
    ['a time before the member came', { at: '2026-10-31T23:59:00Z' }],
    ['a register that sends intervals', { register: 'hh' }],
    ['a meter that is not there', { meter: 'NONE' }],
  ])('are refused for %s, in the same words', async (_, more) => {
    const { body } = await push([reading(more)]);
    expect(body.results).toEqual([
      {
        index: 0,
        status: 'rejected',
        problem: {
          type: '/docs/problems.md#not-found',
          code: 'not-found',
          detail: 'No display of yours goes by this name at that time; GET /api/v1/my/registers lists yours.',
          errors: [{ pointer: '/meter', detail: expect.any(String) }],
        },
      },
    ]);
  });

  it('of the time before are the former member’s, who may send them still', async () => {
    expect(statuses(await push([reading({ at: '2026-10-31T23:59:00Z', value: '4600' })], lund))).toEqual(['created']);
    expect(statuses(await push([reading({ at: '2026-11-01T00:00:00Z' })], lund))).toEqual(['rejected not-found']);
  });

  it.each([
    ['nothing', { readings: [] }],
    ['too many', { readings: Array.from({ length: 101 }, () => reading()) }],
    ['no list', reading()],
  ])('are refused as %s', async (_, body) => {
    expect(await ask('POST', 'my/readings', body, rosa)).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    });
  });

  it('get the first answer again with an Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'once' };
    const body = { readings: [reading({ at: '2026-11-20T08:30:00Z', value: '4715' })] };
    const first = await ask('POST', 'my/readings', body, rosa, key);
    const second = await ask('POST', 'my/readings', body, rosa, key);
    expect([statuses(first), statuses(second)]).toEqual([['created'], ['created']]);
  });
});

describe('a photo', () => {
  it('is kept without the place at which it was taken, and the same one is one', async () => {
    const { status, body } = await send(jpeg('first'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ mediaType: 'image/jpeg', member: 'ROSA', readings: [], devices: [] });
    expect(body.sha256).not.toBe(body.sentSha256);
    expect((await send(jpeg('first'))).body).toEqual(body);
    const { headers, text } = await ask('GET', `photos/${body.id}`, undefined, rosa);
    expect(headers['content-type']).toBe('image/jpeg');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(text).toContain('points first');
    expect(text).not.toContain('GPS');
  });

  it('is linked to the reading that it shows, also to one in conflict, and not to one that was refused', async () => {
    const [photo, other] = [await photoOf('taken'), await photoOf('other')];
    const at = '2026-11-20T08:45:00Z';
    const answer = await push([
      reading({ at, value: '4716', photo }),
      reading({ at, value: '4790', photo: other }),
      reading({ at: '2026-10-01T00:00:00Z', photo: other }),
    ]);
    expect(statuses(answer)).toEqual(['created', 'conflict conflict', 'rejected not-found']);
    const { body } = await ask('GET', 'photos?meter=SHOP-01');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([other, photo]);
    expect(body.items[0].readings).toEqual([{ meter: 'SHOP-01', register: 'import', at }]);
    expect((await ask('GET', `photos?from=${at}`, undefined, rosa)).body.items).toHaveLength(2);
    expect((await ask('GET', 'photos?from=2026-11-20T08:46:00Z', undefined, rosa)).body.items).toEqual([]);
    expect((await ask('GET', 'photos?limit=1', undefined, rosa)).body).toMatchObject({
      items: [{ id: other }],
      next: expect.any(String),
    });
  });

  it('is seen by the treasurer and by its member, and for everybody else it is not there', async () => {
    const photo = await photoOf('secret');
    expect((await ask('GET', `photos/${photo}`, undefined, treasurer)).status).toBe(200);
    expect((await ask('GET', `photos/${photo}`, undefined, rosa)).status).toBe(200);
    expect(await ask('GET', `photos/${photo}`, undefined, lund)).toMatchObject({ status: 404 });
    expect((await ask('GET', 'photos', undefined, lund)).body.items).toEqual([]);
    expect((await ask('GET', 'photos?meter=SHOP-01', undefined, lund)).body.items).toEqual([]);
    expect(await ask('GET', 'photos', undefined, installer)).toMatchObject({ status: 403 });
    const taken = await push([{ ...reading({ at: '2026-11-20T07:00:00Z' }), meter: 'SHOP-02', photo }], lund);
    expect(statuses(taken)).toEqual(['rejected not-found']);
    expect(taken.body.results[0].problem.errors[0].pointer).toBe('/photo');
  });

  it.each([
    ['that is none', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/jpeg', 415, 'unsupported-format'],
    [
      'of a kind whose place stays',
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
      'image/heic',
      415,
      'unsupported-format',
    ],
    ['that is broken off', jpeg('x').subarray(0, -2), 'image/jpeg', 422, 'unreadable-file'],
    ['as a text', Buffer.from('no photo'), 'text/plain', 415, 'unsupported-format'],
    ['larger than 8 MB', Buffer.alloc(8 * 1024 * 1024 + 1), 'image/jpeg', 413, 'too-large'],
  ])('is refused %s', async (_, photo, type, status, code) => {
    expect(await send(photo, rosa, type)).toMatchObject({ status, body: { code } });
  });

  it('of nearly 8 MB is kept, and is told by its bytes and not by its name', async () => {
    const filler = Buffer.alloc(8 * 1024 * 1024 - 100, 1);
    const large = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2]), filler, Buffer.from([0xff, 0xd9])]);
    const { status, body } = await send(large, rosa, 'image/png');
    expect([status, body.mediaType]).toEqual([201, 'image/jpeg']);
  });

  it('of a device is linked where one is exchanged, by whoever took it', async () => {
    const photo = await photoOf('closing', installer);
    const exchange = (photos: string[]) => ({
      at: '2026-11-18T10:00:00Z',
      serial: 'NEW-2',
      photos,
      registers: [{ code: 'import', closing: '500', opening: '0' }],
    });
    const stranger = await photoOf('of Rosa');
    expect(await ask('POST', 'meters/SHOP-02/exchange', exchange([stranger]), installer)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect((await ask('GET', 'meters/SHOP-02')).body.installations).toHaveLength(1);
    expect((await ask('POST', 'meters/SHOP-02/exchange', exchange([photo]), installer)).status).toBe(201);
    const { body } = await ask('GET', 'photos?meter=SHOP-02');
    expect(body.items).toMatchObject([
      {
        id: photo,
        member: null,
        devices: [
          { meter: 'SHOP-02', serial: 'SN-SHOP-02', to: '2026-11-18T10:00:00Z' },
          { meter: 'SHOP-02', serial: 'NEW-2', from: '2026-11-18T10:00:00Z', to: null },
        ],
      },
    ]);
    expect((await ask('GET', 'photos', undefined, lund)).body.items).toEqual([]);
  });

  it('of a display is linked to the device that is in, on the record, by whoever took it', async () => {
    const [photo, stranger] = [await photoOf('put in', installer), await photoOf('of Rosa again')];
    const show = (address: string, photos: string[]) => ask('POST', `meters/${address}/photos`, { photos }, installer);
    expect(await show('SHOP-02', [photo])).toMatchObject({ status: 201, body: { code: 'SHOP-02' } });
    expect(await show('SHOP-02', [photo])).toMatchObject({ status: 201 });
    const { items } = (await ask('GET', 'photos?meter=SHOP-02')).body;
    expect(items.find(({ id }: { id: string }) => id === photo).devices).toMatchObject([
      { meter: 'SHOP-02', serial: 'NEW-2', to: null },
    ]);
    const { body } = await ask('GET', 'log/entries?type=meter.photographed');
    expect(body.items[0]).toMatchObject({ actor: { kind: 'person' }, data: { photos: [photo] } });
    expect((await show('SHOP-02', [stranger])).status).toBe(404);
    expect((await show('NONE', [photo])).status).toBe(404);
    expect((await show('SHOP-02', [])).status).toBe(400);
  });
});
