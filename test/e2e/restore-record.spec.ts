import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keysOf } from '../../src/domain/proof/key-change.js';
import { writeKey } from '../../src/domain/proof/note.js';
import { handedKeyFile } from '../../src/modules/archive/handed-key.js';
import { seedFor } from '../../src/platform/signing-secret.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { ExportService } from '../../src/modules/archive/export.service.js';
import { RestoreService } from '../../src/modules/archive/restore.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { RotateKeyService } from '../../src/modules/proofs/rotate-key.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type Config, configToken, Secret } from '../../src/platform/config.js';
import { schemaOf } from '../../src/platform/database/migrate.js';
import { asOwnerOf } from '../support/database.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { foundCommunity, type Founded } from './billing-market.js';
import { sayTo } from './lived-market.js';

/** What the record of a community has been through comes back as it was: a key that handed over, an alarm that was cleared, one that is open. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const home = mkdtempSync(path.join(tmpdir(), 'commonmeter-restore-record-'));
const [first, second] = ['51', '52'].map((pair) => pair.repeat(32)) as [string, string];
let old: InProcess;
let house: InProcess;
let before: Founded;
let after: Founded;

const upToDate = (of: InProcess) => of.app.get(RecordService).bringUpToDate(before.communityId);
let sites = 0;
const write = (into: Founded) =>
  sayTo(into)('POST', 'sites', { code: `S${(sites += 1)}`, name: 'Hall', zone: 'Europe/London' }, 201);

/** Rewrites the first entry past all triggers, has it found, and puts it right again: the alarm stays. */
async function alarmed(): Promise<void> {
  const rewrite = (data: string) =>
    asOwnerOf(old.database, before.communityId, async (client) => {
      await client.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL');
      await client.query(
        `UPDATE audit_entry SET data = ${data} WHERE id = (SELECT min(id::text)::uuid FROM audit_entry)`,
      );
      await client.query('ALTER TABLE audit_entry ENABLE TRIGGER ALL');
    });
  await write(before);
  await rewrite(`data || '{"forged": "yes"}'`);
  await upToDate(old);
  await rewrite(`data - 'forged'`);
}

beforeAll(async () => {
  old = await inProcess(clock, { SIGNING_SECRET: first });
  before = await foundCommunity(old);
  await write(before);
  await upToDate(old);
  await old.app.get(RotateKeyService).rotate(new Secret(second));
  old.app.get<{ -readonly [Key in keyof Config]: Config[Key] }>(configToken).signingSecret = new Secret(second);
  await write(before);
  await upToDate(old);
  await alarmed();
  const { alarms } = await sayTo(before)('GET', 'log/head');
  expect(alarms).toHaveLength(1);
  const named = { alarms: alarms.map(({ id }: { id: string }) => id), reason: 'A copy was put back' };
  await sayTo(before)('POST', 'log/alarms/clear', named);
  await alarmed();

  const folder = path.join(home, 'archive');
  mkdirSync(folder);
  const schema = await schemaOf(old.database.url);
  const made = await old.app.get(ExportService).export('market', folder, schema, () => undefined);
  house = await inProcess(clock, { SIGNING_SECRET: second });
  const done = await house.app
    .get(RestoreService)
    .restore({ ownerUrl: house.database.url, schema }, folder, () => undefined);
  expect(done.root).toBe(made.description.record.root);
  const [treasurer] = await house.app.get(RestoreService).treasurers(before.communityId);
  const access = house.app.get(AccessService);
  const { token } = await access.issuePersonToken(before.communityId, treasurer?.personId ?? '', 'x');
  after = {
    ...before,
    treasurer: token,
    ask: (method, at, body, as = token) => house.ask(method, at, { token: as, body }),
  };
}, 120_000);
afterAll(async () => {
  await old.close();
  await house.close();
  rmSync(home, { recursive: true, force: true });
});

it('has the key that the first handed over to, with the note that both signed', async () => {
  const [was, is] = [await sayTo(before)('GET', 'log/head'), await sayTo(after)('GET', 'log/head')];
  expect(was.keyChanges).toHaveLength(1);
  expect([is.key, is.keyChanges, is.head]).toEqual([was.key, was.keyChanges, was.head]);
});

it('has its alarms: one that was cleared, by whom and why, and one of the same row that is open', async () => {
  const [was, is] = [await sayTo(before)('GET', 'log/alarms'), await sayTo(after)('GET', 'log/alarms')];
  expect(was.items.map(({ clearedBecause }: { clearedBecause: string | null }) => clearedBecause)).toEqual([
    null,
    'A copy was put back',
  ]);
  expect(is).toEqual(was);
});

it('signs nothing until somebody clears the open one, and goes on from the same head then', async () => {
  const say = sayTo(after);
  const { head, alarms } = await say('GET', 'log/head');
  await write(after);
  await upToDate(house);
  expect((await say('GET', 'log/head')).head).toEqual(head);
  const named = { alarms: alarms.map(({ id }: { id: string }) => id), reason: 'Looked at both houses' };
  await say('POST', 'log/alarms/clear', named);
  const now = await say('GET', 'log/head');
  expect(now.head.size).toBeGreaterThan(head.size);
  expect(now.alarms).toEqual([]);
  const { proof } = await say('GET', `log/proof/consistency?first=${head.size}&second=${now.head.size}`);
  expect(proof.length).toBeGreaterThan(0);
});

describe('an archive that hands its key over', () => {
  const passphrase = new Secret('correct horse battery staple');
  let folder: string;
  const into = async (given?: Secret) => {
    const other = await inProcess(clock, { SIGNING_SECRET: '77'.repeat(32) });
    const schema = await schemaOf(other.database.url);
    const restored = other.app
      .get(RestoreService)
      .restore({ ownerUrl: other.database.url, schema }, folder, () => undefined, given);
    return { other, restored };
  };

  beforeAll(async () => {
    folder = path.join(home, 'handed');
    mkdirSync(folder);
    const schema = await schemaOf(house.database.url);
    await house.app.get(ExportService).export('market', folder, schema, () => undefined, passphrase);
  }, 60_000);

  it('says so on the record, and shows nothing of the key', () => {
    const sealed = readFileSync(path.join(folder, handedKeyFile), 'utf8');
    expect(sealed).not.toContain(seedFor(new Secret(second), `record/${before.communityId}`));
    expect(readFileSync(path.join(folder, 'tables', 'audit_entry.jsonl'), 'utf8')).toContain('"handsOverKey": true');
  });

  it('is restored by any house with the passphrase: the old key hands over, and the record goes on', async () => {
    const { other, restored } = await into(passphrase);
    try {
      const done = await restored;
      const was = await sayTo(after)('GET', 'log/head');
      const { token } = await other.app
        .get(AccessService)
        .issuePersonToken(
          before.communityId,
          (await other.app.get(RestoreService).treasurers(before.communityId))[0]?.personId ?? '',
          'x',
        );
      const ask: Founded['ask'] = (method, at, body, as = token) => other.ask(method, at, { token: as, body });
      const now = await sayTo({ ask })('GET', 'log/head');
      expect([now.key, now.alarms]).toEqual([done.key, []]);
      expect(now.key).not.toBe(was.key);
      expect(keysOf(now.key, now.keyChanges).map(writeKey)).toContain(was.key);
      expect(now.head.size).toBeGreaterThan(was.head.size);
      await sayTo({ ask })('GET', `log/proof/consistency?first=${was.head.size}&second=${now.head.size}`);
      const { items } = await sayTo({ ask })('GET', 'log/entries?type=record.key-rotated');
      expect(items[0]).toMatchObject({ data: { from: was.key, to: now.key } });
    } finally {
      await other.close();
    }
  });

  it.each([
    ['without the passphrase', undefined, /ARCHIVE_PASSPHRASE/],
    ['with another', new Secret('another horse battery staple'), /does not open the key/],
  ])('is refused %s', async (_, given, why) => {
    const { other, restored } = await into(given);
    try {
      await expect(restored).rejects.toThrow(why);
      expect((await other.database.owner.query('SELECT 1 FROM community')).rows).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
