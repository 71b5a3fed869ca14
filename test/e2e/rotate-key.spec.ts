import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readBundle, writeBundle } from '../../src/domain/proof/bundle.js';
import { readCertificate } from '../../src/domain/proof/certificate.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { verifyCertificate } from '../../src/domain/proof/verify-certificate.js';
import { checkRecord } from '../../src/modules/proofs/check-record.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { RotateKeyService } from '../../src/modules/proofs/rotate-key.service.js';
import { type Config, configToken, Secret } from '../../src/platform/config.js';
import { nextSecret, signingSecret, takeNextIntoUse } from '../../src/platform/signing-secret.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** The record gets another key. What was signed before holds, with the old key and with the new; nothing else passes for a change. */

let service: InProcess;
let market: Market;
let config: { -readonly [Key in keyof Config]: Config[Key] };
let before: { key: string; bundle: string; head: { size: number; note: string } };
const [old, next] = ['3c', '4d'].map((pair) => new Secret(pair.repeat(32))) as [Secret, Secret];
const head = async () => (await market.ask('GET', 'log/head')).body;
const bundleOf = async (number: string) => (await market.ask('GET', `invoices/${number}/bundle`)).text;
const upToDate = () => service.app.get(RecordService).bringUpToDate(market.communityId);
const wrong = (text: string, given: object) =>
  verifyBundle(readBundle(text), given)
    .filter(({ outcome }) => outcome === 'differs')
    .map(({ says }) => says);

beforeAll(async () => {
  service = await inProcess();
  config = service.app.get(configToken);
  config.signingSecret = old;
  market = await foundMarket(service);
  await issued(market, await calculated(market));
  await upToDate();
  const now = await head();
  before = { key: now.key, head: now.head, bundle: await bundleOf('MH-2026-00001') };
}, 120_000);
afterAll(() => service.close());

it('is handed over by who holds the old secret, on the record, and once', async () => {
  config.signingSecret = next;
  await expect(service.app.get(RotateKeyService).rotate(new Secret('99'.repeat(32)))).rejects.toThrow(
    /does not hold the secret/,
  );
  config.signingSecret = old;
  const [rotation] = await service.app.get(RotateKeyService).rotate(next);
  expect(rotation).toMatchObject({ from: before.key, to: expect.not.stringMatching(before.key) as string });
  expect(await service.app.get(RotateKeyService).rotate(next)).toMatchObject([{ from: null, to: rotation?.to }]);
  const { items } = (await market.ask('GET', 'log/entries?type=record.key-rotated')).body;
  expect(items).toMatchObject([{ data: { from: rotation?.from, to: rotation?.to } }]);
});

it('a process that still has the old secret signs nothing; one that has the new does', async () => {
  await upToDate();
  expect(await head()).toMatchObject({ head: { size: before.head.size }, alarms: [{ kind: 'key-differs' }] });
  config.signingSecret = next;
  await upToDate();
  const now = await head();
  expect(now.head.size).toBeGreaterThan(before.head.size);
  expect(now.keyChanges).toHaveLength(1);
  const ids = now.alarms.map(({ id }: { id: string }) => id);
  expect(
    (await market.ask('POST', 'log/alarms/clear', { alarms: ids, reason: 'Started with the new secret' })).status,
  ).toBe(200);
  const { root, differences } = await service.database.transactions.inCommunity(market.communityId, (tx) =>
    checkRecord(tx, 'all'),
  );
  expect([differences, root]).toEqual([[], (await head()).head.root]);
});

it('statements and certificates of before hold with the old key and with the new', async () => {
  const { key, keyChanges } = await head();
  const bundle = await bundleOf('MH-2026-00001');
  expect(readBundle(bundle).record).toMatchObject({ key, changes: keyChanges });
  for (const given of [before.key, key])
    expect(wrong(bundle, { key: given, earlierHead: before.head.note })).toEqual([]);
  expect(verifyBundle(readBundle(bundle), { key: before.key }).find(({ name }) => name === 'key')?.says).toContain(
    'handed over',
  );
  expect(wrong(before.bundle, { key: before.key })).toEqual([]);
  expect(wrong(bundle, { key: key.replace('market', 'other') })).toHaveLength(1);
  const { items } = (await market.ask('GET', 'certificates')).body;
  const { text } = await market.ask('GET', `certificates/${items[0].id}`);
  for (const given of [before.key, key]) {
    const checks = verifyCertificate(readCertificate(text), { key: given });
    expect(checks.filter(({ outcome }) => outcome === 'differs')).toEqual([]);
  }
  // The second implementation, from the document alone.
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-keys-')), 'bundle.json');
  fs.writeFileSync(file, bundle);
  const python = spawnSync('python3', ['test/second-implementation/verify.py', file], { encoding: 'utf8' });
  expect([python.status, JSON.parse(python.stdout || '{}'), python.stderr.slice(0, 500)]).toEqual([
    0,
    { [file]: 'right' },
    '',
  ]);
});

it('with the change left out or altered they do not', async () => {
  const bundle = readBundle(await bundleOf('MH-2026-00001'));
  const { changes = [], ...record } = bundle.record!;
  const without = writeBundle({ ...bundle, record });
  expect(wrong(without, { key: before.key }).length).toBeGreaterThan(0);
  const altered = writeBundle({ ...bundle, record: { ...record, changes: [changes[0]!.replace('\n20', '\n21')] } });
  expect(wrong(altered, {})).toEqual([expect.stringContaining('changes of keys do not hold')]);
});

it.each([
  [
    'a key that nobody handed over to',
    `INSERT INTO record_key (community_id, no, origin, public_key, since, change)
    SELECT community_id, 9, origin, sha256('x'), now(), 'x' FROM record_key WHERE no = 1`,
    /handed over/,
  ],
  [
    'a second key without a change',
    `INSERT INTO record_key (community_id, no, origin, public_key, since) SELECT community_id, 3, origin, sha256('x'), now() FROM record_key WHERE no = 1`,
    /handed_over|handed over/,
  ],
  [
    'a head of the old key',
    `INSERT INTO record_head (community_id, size, root, note, key_no, signed_at)
    SELECT community_id, size + 1, root, note, 1, now() FROM record_head ORDER BY size DESC LIMIT 1`,
    /handed over|do not have this root/,
  ],
])('PostgreSQL refuses %s', async (_, sql, says) => {
  const work = service.database.transactions.inCommunity(market.communityId, (tx) => tx.query(sql));
  await expect(work).rejects.toThrow(says);
});

it('secrets in files change places in one step, and the one before is kept', async () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-secret-'));
  const files = { ...config, signingSecret: undefined, newSigningSecret: undefined, dataDir };
  const [first, second] = [await signingSecret(files), await nextSecret(files)];
  expect((await nextSecret(files)).reveal()).toBe(second.reveal());
  expect(await takeNextIntoUse(files, '2026-11-23')).toBe(true);
  expect((await signingSecret(files)).reveal()).toBe(second.reveal());
  expect(fs.readFileSync(path.join(dataDir, 'signing-secret.until-2026-11-23'), 'utf8').trim()).toBe(first.reveal());
  await expect(nextSecret({ ...files, signingSecret: old })).rejects.toThrow('NEW_SIGNING_SECRET');
});
