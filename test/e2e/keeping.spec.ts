import { KeepingService } from '../../src/modules/erasure/keeping.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { createHash } from 'node:crypto';
import { asOwnerOf } from '../support/database.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { foundMarket, type Market } from './billing-market.js';
import { sayTo } from './lived-market.js';

/** What came in long ago goes by the policy `keeping`, as counts and hashes on the record; what is new, or waits for somebody, stays. */

const clock = new FixedClock('2026-03-01T09:00:00Z');
const month = 31 * 86_400_000;
let service: InProcess;
let market: Market;
let file: Buffer;

const owner = async <Row>(sql: string): Promise<Row[]> => (await service.database.owner.query(sql)).rows as Row[];
const keep = async (dryRun: boolean) => (await service.app.get(KeepingService).keep(dryRun))[0];
const counts = async () => {
  const [row] = await owner<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM import_piece) AS pieces, (SELECT count(*)::int FROM batch_signature WHERE payload IS NOT NULL) AS payloads,
       (SELECT count(*)::int FROM photo) AS photos, (SELECT count(*)::int FROM mail WHERE recipient <> 'erased') AS mails,
       (SELECT count(*)::int FROM session) AS sessions, (SELECT count(*)::int FROM log_in_link) AS links`,
  );
  return row;
};
const send = (name: string) =>
  service.ask('POST', `imports?format=csv&name=${name}`, {
    token: market.treasurer,
    body: file,
    headers: { 'content-type': 'text/csv' },
  });

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service, { withReadings: false, withBill: false });
  file = Buffer.from(
    'meter,register,from,to,quantity,unit\nM1,import,2026-02-01T00:00:00Z,2026-02-01T01:00:00Z,1.000,kWh\n',
  );
  expect((await send('february.csv')).status).toBeLessThan(300);
  const photo = {
    body: Buffer.from('ffd8ffe10008457869660000ffda0002706f696e7473ffd9', 'hex'),
    headers: { 'content-type': 'image/jpeg' },
  };
  expect((await service.ask('POST', 'photos', { token: market.rosa, ...photo })).status).toBe(201);
  await asOwnerOf(service.database, market.communityId, async (client) => {
    const { rows } = await client.query<{ id: string; no: string }>(
      `SELECT p.id, (SELECT max(no) FROM reading_batch) AS no FROM person p WHERE p.name = 'Rosa'`,
    );
    const [{ id, no } = { id: '', no: '' }] = rows;
    await client.query(
      `INSERT INTO batch_signature (community_id, id, batch_no, at, kind, verdict, detail, sha256, payload, signature)
       VALUES (current_community(), gen_random_uuid(), $1, '2026-03-01', 'ed25519', 'unknown-key', '', sha256('signed'), 'signed', 'x')`,
      [no],
    );
    await client.query(
      `INSERT INTO mail (community_id, id, kind, subject_id, message_id, recipient, created_at, state, settled_at)
       VALUES (current_community(), gen_random_uuid(), 'x', gen_random_uuid(), '<1@x>', 'rosa@hall.example', '2026-03-01', 'accepted', '2026-03-01'),
              (current_community(), gen_random_uuid(), 'x', gen_random_uuid(), '<2@x>', 'waits@hall.example', '2026-03-01', 'waiting', NULL)`,
    );
    await client.query(
      `INSERT INTO session (community_id, id, person_id, secret_hash, way, began_at, expires_at, idle_minutes, last_seen_at)
       VALUES (current_community(), gen_random_uuid(), $1, sha256('a'), 'link', '2026-03-01', '2026-03-02', 30, '2026-03-01')`,
      [id],
    );
    await client.query(
      `INSERT INTO log_in_link (community_id, id, person_id, secret_hash, created_at, expires_at)
       VALUES (current_community(), gen_random_uuid(), $1, sha256('b'), '2026-03-01', '2026-03-01 00:15')`,
      [id],
    );
  });
  await service.app.get(RecordService).bringUpToDate(market.communityId);
  const terms = { booksYears: 10, payloadMonths: 6, photoMonths: 6, mailMonths: 6, sessionMonths: 6 };
  await sayTo(market)('POST', 'policies', { name: 'keeping', from: '2026-03-01', terms, decision: 'minute 3' }, 201);
}, 120_000);
afterAll(() => service.close());

const all = { pieces: 1, payloads: 1, photos: 1, mails: 2, sessions: 1, links: 1 };

describe('what came in', () => {
  it('stays while the policy keeps it', async () => {
    expect(await counts()).toEqual(all);
    clock.advance(5 * month);
    expect(await keep(false)).toEqual({ community: 'market', books: [], copies: [] });
    expect(await counts()).toEqual(all);
  });

  it('goes after that, counted and hashed; a dry run only says so', async () => {
    clock.advance(2 * month);
    const dry = await keep(true);
    expect(dry?.copies.map(({ what, count }) => [what, count])).toEqual([
      ...[
        ['files', 1],
        ['logInLinks', 1],
        ['mails', 1],
        ['payloads', 1],
        ['photos', 1],
        ['sessions', 1],
      ],
    ]);
    const [known] = await owner<{ id: string; sha256: string }>(
      `SELECT id, encode(sha256, 'hex') AS sha256 FROM import_file`,
    );
    const line = `${known?.id} ${createHash('sha256').update(file).digest('hex')}\n`;
    expect(dry?.copies[0]?.sha256).toBe(createHash('sha256').update(line).digest('hex'));
    expect(await counts()).toEqual(all);
    expect(await keep(false)).toEqual(dry);
    expect(await counts()).toEqual({ pieces: 0, payloads: 0, photos: 0, mails: 1, sessions: 0, links: 0 });
    expect((await keep(false))?.copies).toEqual([]);
    const { items } = await sayTo(market)('GET', 'log/entries?type=copies.erased');
    expect(items).toMatchObject([
      {
        actor: { kind: 'system' },
        data: { taken: { files: { count: 1, sha256: dry?.copies[0]?.sha256 } }, entries: 0 },
      },
    ]);
  });

  it('leaves the record whole: what went was spoken of by its hash', async () => {
    const record = service.app.get(RecordService);
    await record.bringUpToDate(market.communityId);
    const { differences } = await service.database.transactions.inCommunity(market.communityId, (tx) =>
      record.checkWhole(tx, market.communityId),
    );
    expect(differences).toEqual([]);
    expect((await sayTo(market)('GET', 'log/head')).alarms).toEqual([]);
  });

  it('is known when it is sent again: the readings are there, and the file is kept anew', async () => {
    const again = await send('again.csv');
    expect(again.status).toBeLessThan(300);
    expect(again.body).toMatchObject({ duplicate: 1, created: 0 });
    expect((await counts())?.['pieces']).toBe(1);
  });

  it('goes by no other way', async () => {
    const asApp = (sql: string) => service.database.transactions.inCommunity(market.communityId, (tx) => tx.query(sql));
    await expect(asApp('DELETE FROM import_piece')).rejects.toThrow('never changed or deleted');
    await expect(asApp(`SELECT erase_copies(gen_random_uuid(), '2099-01-01')`)).rejects.toThrow(
      'day that has not come',
    );
    await expect(asApp(`SELECT erase_copies(gen_random_uuid(), '2026-03-02')`)).rejects.toThrow(
      'nothing that could go',
    );
  });
});
