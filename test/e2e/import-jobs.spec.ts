import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createApi } from '../../src/api.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import type { Answer } from '../support/in-process.js';
import { type Service, startService } from '../support/service.js';
import { channel, countOf, days, type House, houseOf, installed, nem12, overHttp } from './import-house.js';

/** Files that are too large for a request, or whose senders would rather not wait: stored as they come, taken by a worker. */

let service: Service;
let house: House;
const clock = new FixedClock('2026-11-20T09:00:00Z');

beforeAll(async () => {
  service = await startService({ clock });
  house = await houseOf(service);
  for (const meter of ['QB00000001', 'QB00000002', 'QB00000003', 'QB00000004']) await installed(house, meter);
}, 60_000);
afterAll(() => service.close());

const later = { prefer: 'respond-async' };

async function ended(id: string): Promise<Answer['body']> {
  for (let look = 0; ; look += 1) {
    const { body } = await house.ask('GET', `imports/${id}`);
    if (body.progress.phase === 'ended') return body;
    if (look > 1_000) throw new Error(`The import does not end: ${JSON.stringify(body)}`);
    await pause(50);
  }
}

/** Lines that mean nothing, to make a file as long as one of a year. */
const filling = (bytes: number): string[] =>
  Array.from({ length: Math.ceil(bytes / 1_000) }, () => `500,S,RET1,${'0'.repeat(986)},`);

describe('an import', () => {
  const large = nem12(channel('QB00000001'), ...days('2026-01-01', 120), ...filling(6_000_000));

  it('of a large file is answered while it is being worked on, and shows how far it is until it has ended', async () => {
    expect(large.length).toBeGreaterThan(5 * 1024 * 1024);
    const { status, body, headers } = await house.send(large, '?name=year.csv');
    expect([status, headers['location']]).toEqual([202, `/api/v1/imports/${body.id}`]);
    expect(['received', 'reading']).toContain(body.state);
    const stream = await fetch(`${service.url}/api/v1/imports/${body.id}/events`, {
      headers: { authorization: `Bearer ${house.treasurer}` },
    });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const events = (await stream.text())
      .split('\n\n')
      .filter((event) => event !== '')
      .map((event) => JSON.parse(event.replace('data: ', '')));
    const last = events.at(-1);
    expect(last).toMatchObject({
      state: 'done',
      read: 5_760,
      created: 5_760,
      progress: { readings: 5_760, taken: 5_760 },
    });
    expect(last.progress.bytes).toBe(large.length);
    const takenOf = events.map(({ progress }) => progress.taken as number);
    expect(takenOf).toEqual([...takenOf].sort((a, b) => a - b));
    expect(await ended(body.id)).toMatchObject({
      name: 'year.csv',
      format: 'NEM12',
      bytes: large.length,
      channels: [{ meter: 'QB00000001', register: 'E1', unit: 'kWh', count: 5_760, total: '2880' }],
      problems: [],
    });
    expect(await countOf(house, 'QB00000001')).toBe(5_760);
  }, 120_000);

  it('keeps the file as it came, once, in pieces', async () => {
    const again = await house.send(large, '?name=again.csv');
    expect(await ended(again.body.id)).toMatchObject({ created: 0, duplicate: 5_760 });
    const { rows } = await service.database.owner.query<{ files: number; whole: Buffer; hash: string }>(
      `SELECT count(DISTINCT f.id)::int AS files, string_agg(p.content, '' ORDER BY p.no) AS whole, min(encode(f.sha256, 'hex')) AS hash
       FROM import_file f JOIN import_piece p ON p.file_id = f.id WHERE f.bytes = $1`,
      [large.length],
    );
    expect(rows[0]).toMatchObject({ files: 1, hash: again.body.sha256 });
    expect(rows[0]?.whole.equals(Buffer.from(large))).toBe(true);
  }, 120_000);

  it('that its sender waits for is answered when it has ended', async () => {
    const { status, body } = await house.send(large, '?name=waited.csv', { prefer: 'wait=60' });
    expect([status, body.state, body.duplicate]).toEqual([200, 'done', 5_760]);
  }, 120_000);

  it('of a file packed with gzip is the same', async () => {
    const { body } = await house.send(gzipSync(large), '', { ...later, 'content-type': 'application/gzip' });
    expect(await ended(body.id)).toMatchObject({ duplicate: 5_760, problemCounts: { 'loses-record': 0 } });
  }, 60_000);

  it('as a dry run counts what would happen and stores nothing but that', async () => {
    const file = nem12(channel('QB00000002'), ...days('2026-01-01', 250), channel('NOBODY'), ...days('2026-01-01', 2));
    const { body } = await house.send(file, '?dryRun=true', later);
    expect(await ended(body.id)).toMatchObject({ dryRun: true, read: 12_096, created: 12_000, unclaimed: 96 });
    expect(await countOf(house, 'QB00000002')).toBe(0);
    expect((await house.ask('GET', 'unclaimed')).body.items).toEqual([]);
    const { rows } = await service.database.owner.query(
      `SELECT (SELECT count(*)::int FROM import_batch WHERE import_id = $1) AS batches,
              (SELECT count(*)::int FROM reading_batch WHERE sha256 = (SELECT f.sha256 FROM reading_import i JOIN import_file f ON f.id = i.file_id WHERE i.id = $1)) AS recorded`,
      [body.id],
    );
    expect(rows).toEqual([{ batches: 0, recorded: 0 }]);
    expect(await house.ask('POST', `imports/${body.id}/undo`, { reason: 'Why not' })).toMatchObject({
      status: 409,
      body: { code: 'import-not-undoable' },
    });
  }, 60_000);

  it('of a file that is refused at its end leaves nothing of its beginning, and says where it ended', async () => {
    const cut = nem12(channel('QB00000002'), ...days('2026-01-01', 250), '300,20260909,x').replace('\r\n900\r\n', '');
    const { body } = await house.send(cut, '', later);
    const refused = await ended(body.id);
    expect(refused).toMatchObject({ state: 'refused', read: 0, created: 0, refusal: { code: 'unreadable-file' } });
    expect(refused.refusal.detail).toContain('Line 253');
    expect(refused.problems.length).toBeGreaterThan(0);
    expect((await house.ask('GET', `imports/${body.id}/rejected.csv`)).text).toContain('"300,20260909,x"');
    expect(await countOf(house, 'QB00000002')).toBe(0);
    expect(await house.send(cut, '', { prefer: 'respond-async, wait=60' })).toMatchObject({
      status: 422,
      body: { code: 'unreadable-file' },
    });
  }, 60_000);

  it('of a bomb of zeros that is small only while it is packed is refused by the worker, and leaves nothing', async () => {
    const { status, body } = await house.send(gzipSync(Buffer.alloc(50_000_000)));
    expect(status).toBe(202);
    const refused = await ended(body.id);
    expect(refused).toMatchObject({ state: 'refused', read: 0, created: 0, refusal: { code: 'unsupported-format' } });
    expect(refused.refusal.detail).toMatch(/\.$/);
  }, 60_000);

  it('with very many faults keeps ten thousand of them and counts all', async () => {
    const bad = Array.from({ length: 10_500 }, (_, i) => `300,20261004,${i},A,,,,`);
    const { body } = await house.send(nem12(channel('QB00000002'), ...days('2026-10-01', 1), ...bad), '', later);
    const done = await ended(body.id);
    expect(done).toMatchObject({ created: 48, problemCounts: { 'loses-record': 10_500 } });
    expect(done.problems).toHaveLength(1_000);
    const lines = (await house.ask('GET', `imports/${body.id}/rejected.csv`)).text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(10_002);
    expect(lines[1]).toMatch(/^4,.*"300,20261004,0,A,,,,"$/);
    expect(lines.at(-1)).toBe(',,"There are 500 more, which were counted and not kept.",');
  }, 120_000);

  it('that comes twice at once counts every reading once', async () => {
    const file = nem12(channel('QB00000003'), ...days('2026-01-01', 250));
    const [one, other] = await Promise.all([house.send(file, '', later), house.send(file, '', later)]);
    const both = [await ended(one.body.id), await ended(other.body.id)];
    expect(both.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(both.map(({ created, duplicate }) => created + duplicate)).toEqual([12_000, 12_000]);
    // One of them waits until the other is through.
    expect(both.map(({ created }) => created as number).sort((a, b) => a - b)).toEqual([0, 12_000]);
    expect(await countOf(house, 'QB00000003')).toBe(12_000);
  }, 120_000);

  it('is on the list, latest first, page by page, by its state', async () => {
    await ended((await house.send(nem12('300,20260909,x'), '', later)).body.id);
    const { body } = await house.ask('GET', 'imports?state=refused&limit=1');
    expect(body.items).toMatchObject([{ state: 'refused' }]);
    const next = await house.ask('GET', `imports?state=refused&limit=9&cursor=${body.next}`);
    expect(next.body).toMatchObject({ items: [{ state: 'refused' }, { state: 'refused' }], next: null });
    expect(next.body.items[0].receivedAt <= body.items[0].receivedAt).toBe(true);
  });

  it('that a worker gives up says why', async () => {
    const { owner } = service.database;
    await owner.query(`UPDATE community_policy SET terms = '{}' WHERE community_id = $1 AND name = 'readings'`, [
      house.communityId,
    ]);
    const { body } = await house.send(nem12(channel('QB00000004'), ...days('2026-01-01', 1)), '', later);
    const failed = await ended(body.id);
    expect(failed).toMatchObject({ state: 'failed', read: 0, refusal: { code: 'not-found' } });
    expect(failed.refusal.detail).toContain('policy "readings"');
    await owner.query(
      `UPDATE community_policy SET terms = '{"futureMinutes": 5, "maxInterpolationHours": 48}' WHERE community_id = $1 AND name = 'readings'`,
      [house.communityId],
    );
  }, 60_000);
});

describe('a sender', () => {
  it('who goes away in the middle of a large file leaves nothing', async () => {
    const { port } = new URL(service.url);
    const socket = createConnection({ host: '127.0.0.1', port: Number.parseInt(port, 10) });
    await once(socket, 'connect');
    const head = [
      'POST /api/v1/imports HTTP/1.1',
      'host: localhost',
      `authorization: Bearer ${house.treasurer}`,
      'content-type: text/csv',
      'content-length: 9000000',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const count = async () => {
      const { rows } = await service.database.owner.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM import_file WHERE sha256 IS NULL',
      );
      return rows[0]?.n;
    };
    for (let sent = 0; sent < 7; sent += 1) socket.write(Buffer.alloc(1_000_000, '1'));
    while ((await count()) !== 1) await pause(20);
    socket.destroy();
    while ((await count()) !== 0) await pause(20);
  }, 30_000);

  it.each([[2_500_000], [30_000_000]])(
    'of more than is allowed, %i bytes, is told so',
    async (bytes) => {
      const api = await createApi(loadConfig({ LOG_LEVEL: 'fatal', PORT: '0', IMPORT_LIMIT_MB: '2' }), {
        databaseUrl: service.database.url,
      });
      try {
        await api.listen(0, '127.0.0.1');
        const url = await api.getUrl();
        const sent = overHttp(url, house.treasurer, 'POST', 'imports', Buffer.alloc(bytes, '1'), {
          'content-type': 'text/csv',
        });
        // A sender that writes on without listening may find the connection closed before it reads why.
        const answer = await sent.catch((error: Error) => error.message);
        if (typeof answer === 'string') expect(answer).toBe('fetch failed');
        else
          expect(answer).toMatchObject({
            status: 413,
            body: { code: 'too-large', detail: expect.stringContaining('2 MB') },
          });
        expect((await overHttp(url, house.treasurer, 'GET', 'imports?limit=1')).status).toBe(200);
      } finally {
        await api.close();
      }
    },
    60_000,
  );

  it('without a token is turned away before anything is kept', async () => {
    const { rows: before } = await service.database.owner.query('SELECT count(*) FROM import_file');
    const answer = await overHttp(service.url, 'cm_nobody', 'POST', 'imports', Buffer.from('x'), {
      'content-type': 'text/csv',
    });
    expect(answer).toMatchObject({ status: 401, body: { code: 'not-signed-in' } });
    expect((await service.database.owner.query('SELECT count(*) FROM import_file')).rows).toEqual(before);
  });

  it('of another community sees nothing of it', async () => {
    const access = service.app.get(AccessService);
    const { token } = await access.createCommunity({
      code: 'arches',
      name: 'Arches',
      currency: 'AUD',
      zone: 'Australia/Brisbane',
      treasurer: { name: 'Bo' },
    });
    const { body } = await house.ask('GET', 'imports?limit=1');
    const { id } = body.items[0] as { id: string };
    for (const path of [`imports/${id}`, `imports/${id}/events`, `imports/${id}/rejected.csv`]) {
      expect((await overHttp(service.url, token, 'GET', path)).status).toBe(404);
    }
    expect((await overHttp(service.url, token, 'POST', `imports/${id}/undo`, { reason: 'x' })).status).toBe(404);
    expect((await overHttp(service.url, token, 'GET', 'imports')).body.items).toEqual([]);
  });
});
