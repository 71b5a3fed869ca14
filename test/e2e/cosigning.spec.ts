import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CosignOptions, cosignCommand } from '../../src/cli/cosign.js';
import { readBundle } from '../../src/domain/proof/bundle.js';
import { readCertificate } from '../../src/domain/proof/certificate.js';
import { type Check } from '../../src/domain/proof/check.js';
import { type NoteKey, readNote, writeKey, writeNote } from '../../src/domain/proof/note.js';
import { cosign, publicKeyOf } from '../../src/domain/proof/sign.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { verifyCertificate } from '../../src/domain/proof/verify-certificate.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** Two people of a market cosign heads of its record: with their own keys, on their own machines, and not what is another record. */

let service: InProcess;
let market: Market;
let url: string;
let auditor: string;
const folder = mkdtempSync(join(tmpdir(), 'commonmeter-cosign-'));

const upToDate = () => service.app.get(RecordService).bringUpToDate(market.communityId);
const head = async () => (await market.ask('GET', 'log/head')).body;
const said: string[] = [];
const out = {
  answer: (text: string) => void said.push(text),
  say: () => undefined,
  busy: () => undefined,
  progress: () => undefined,
};
const run = async (file: string, token: string, more: Partial<CosignOptions> = {}): Promise<string> => {
  await cosignCommand(out, { file: join(folder, file), url, token, ...more });
  return said.at(-1) ?? '';
};
const of = (checks: readonly Check[], outcome: Check['outcome']) =>
  checks.filter((one) => one.name === 'cosigned' && one.outcome === outcome).map(({ says }) => says);

beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service);
  const access = service.app.get(AccessService);
  const roles = [{ role: 'auditor' }] as const;
  const given = { name: 'Amy Auditor', email: '', roles: [...roles] };
  const { personId } = await access.addPerson(market.communityId, given, { kind: 'system', id: null });
  auditor = (await access.issuePersonToken(market.communityId, personId, 'test')).token;
  await service.app.listen(0, '127.0.0.1');
  url = await service.app.getUrl();
  const asked = await market.ask('POST', 'policies', {
    ...{ name: 'cosigning', from: '2026-01-01', terms: { required: 2 }, decision: 'minute 12' },
  });
  expect(asked.status).toBe(201);
  await issued(market, await calculated(market));
  await upToDate();
}, 120_000);
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('commonmeter cosign', () => {
  it('makes a key that stays in its file, and registers the public half', async () => {
    const text = await run('amy.json', auditor, { new: 'amy.auditor' });
    const file = JSON.parse(readFileSync(join(folder, 'amy.json'), 'utf8')) as { seed: string };
    expect(statSync(join(folder, 'amy.json')).mode & 0o077).toBe(0);
    expect(text).not.toContain(file.seed);
    await run('amir.json', market.approver, { new: 'amir.approver' });
    const { items } = (await market.ask('GET', 'log/cosigners', undefined, market.rosa)).body;
    expect(items).toMatchObject([
      { name: 'amir.approver', role: 'approver' },
      { name: 'amy.auditor', role: 'auditor' },
    ]);
    expect(text).toContain(items[1].key);
    await expect(run('amy.json', auditor, { new: 'amy.again' })).rejects.toThrow(/never written over/);
    await upToDate();
  });

  it('cosigns the newest head, which is served with it, and says so once more when it is asked again', async () => {
    expect(await run('amy.json', auditor)).toMatch(/^Cosigned \d+ entries of market\.commonmeter\/record/);
    const before = await head();
    expect(before).toMatchObject({ required: 2, cosignatures: [{ name: 'amy.auditor', role: 'auditor' }] });
    expect(readNote(before.head.note).signatures.map(({ name }) => name)).toEqual([
      'market.commonmeter/record',
      'amy.auditor',
    ]);
    expect(await run('amy.json', auditor)).toMatch(/^You had cosigned/);
    expect(await head()).toEqual(before);
  });

  it('makes the quorum with the second person, and who verifies is told both by name', async () => {
    const { items } = (await market.ask('GET', 'certificates')).body as { items: { id: string }[] };
    const certificate = async () =>
      verifyCertificate(readCertificate((await market.ask('GET', `certificates/${items[0]?.id}`)).text));
    expect(of(await certificate(), 'not-told')[0]).toMatch(/asks for 2 cosignatures; this file carries those of 1/);
    await run('amir.json', market.approver);
    expect(of(await certificate(), 'holds')).toEqual([
      expect.stringMatching(/^amir\.approver \(approver\) cosigned this head/),
      expect.stringMatching(/^amy\.auditor \(auditor\) cosigned this head/),
      '2 people cosigned this head; the community asks for 2.',
    ]);
    const { text } = await market.ask('GET', 'invoices/MH-2026-00005/bundle', undefined, market.rosa);
    const checks = verifyBundle(readBundle(text));
    expect(checks.filter(({ outcome }) => outcome === 'differs')).toEqual([]);
    expect(of(checks, 'holds')).toHaveLength(3);
  });

  it('files go by the newest head that was cosigned by enough, and not by a newer one', async () => {
    const cosigned = (await head()).head.size;
    await market.ask('POST', 'members', { code: 'NOVA', name: 'Nova', trade: 'tailor' });
    await upToDate();
    expect((await head()).head.size).toBeGreaterThan(cosigned);
    const bundle = readBundle((await market.ask('GET', 'invoices/MH-2026-00005/bundle')).text);
    expect(readNote(bundle.record?.head ?? '').text.split('\n')[1]).toBe(String(cosigned));
  });

  it('goes on from what it signed last, and signs nothing that does not begin with it', async () => {
    expect(await run('amy.json', auditor)).toMatch(/which begins with the \d+ that you cosigned last/);
    await market.ask('POST', 'members', { code: 'NEMO', name: 'Nemo', trade: 'tailor' });
    await upToDate();
    const path = join(folder, 'amy.json');
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { last: { root: string; size: number } };
    const other = (last: object) => writeFileSync(path, JSON.stringify({ ...kept, last: { ...kept.last, ...last } }));
    other({ root: 'ab'.repeat(32) });
    await expect(run('amy.json', auditor)).rejects.toThrow(/Nothing was signed\. .* two records were shown/);
    other({ size: 1_000_000 });
    await expect(run('amy.json', auditor)).rejects.toThrow(/Nothing was signed\. .* is shorter than it was/);
    other({});
    const stranger: NoteKey = {
      name: 'market.commonmeter/record',
      kind: 'ed25519',
      publicKey: publicKeyOf('99'.repeat(32)),
    };
    await expect(run('amy.json', auditor, { key: writeKey(stranger) })).rejects.toThrow(/another key/);
    expect((await head()).cosignatures).toEqual([]);
    expect(await run('amy.json', auditor)).toMatch(/^Cosigned/);
  });
});

describe('the service takes no cosignature', () => {
  const seed = '77'.repeat(32);
  const keyOf = (name: string, from = seed): NoteKey => ({ name, kind: 'cosignature', publicKey: publicKeyOf(from) });
  const lineOf = async (name: string, at: number, from = seed, change = (text: string) => text): Promise<object> => {
    const now = await head();
    const text = readNote(now.head.note).text;
    const note = writeNote({ text, signatures: [cosign(change(text), keyOf(name, from), from, at)] });
    return { size: now.head.size, line: note.slice(text.length + 1).trimEnd() };
  };
  const send = async (body: object, token = auditor) => {
    const { status, body: answer } = await market.ask('POST', 'log/cosignatures', body, token);
    return [status, answer.code];
  };
  const now = () => Math.trunc(Date.now() / 1000);

  it('of a key that is not the person’s, over another head, of another time, or twice', async () => {
    await market.ask('POST', 'log/cosigners', { key: writeKey(keyOf('amy.new')) }, auditor);
    await upToDate();
    expect(await send(await lineOf('amir.approver', now()))).toEqual([400, 'invalid-input']);
    expect(await send(await lineOf('amy.new', now(), '66'.repeat(32)))).toEqual([400, 'invalid-input']);
    expect(await send(await lineOf('amy.new', now(), seed, (text) => text.replace('market', 'other')))).toEqual([
      400,
      'invalid-input',
    ]);
    expect(await send(await lineOf('amy.new', now() + 4_000))).toEqual([400, 'invalid-input']);
    expect(await send(await lineOf('amy.new', now() - 86_400))).toEqual([400, 'invalid-input']);
    expect(await send({ ...(await lineOf('amy.new', now())), size: 1 })).toEqual([404, 'not-found']);
    expect(await send({ size: 1, line: 'no line' })).toEqual([400, 'invalid-input']);
    expect(await send(await lineOf('amy.new', now()), market.treasurer)).toEqual([403, 'not-allowed']);
    const good = await lineOf('amy.new', now());
    expect(await send(good)).toEqual([201, undefined]);
    expect(await send(good)).toEqual([201, undefined]);
    expect(await send(await lineOf('amy.new', now() + 1))).toEqual([409, 'already-exists']);
  });

  it('registers no key twice, none of the record itself, and none that signs notes', async () => {
    const register = async (key: NoteKey, token = auditor) => {
      const { status, body } = await market.ask('POST', 'log/cosigners', { key: writeKey(key) }, token);
      return [status, body.code];
    };
    expect(await register(keyOf('amy.new'), market.approver)).toEqual([409, 'already-exists']);
    expect(await register(keyOf('amy.new', '55'.repeat(32)))).toEqual([409, 'already-exists']);
    expect(await register(keyOf('market.commonmeter/record', '55'.repeat(32)))).toEqual([409, 'conflict']);
    expect(await register({ ...keyOf('amy.plain', '55'.repeat(32)), kind: 'ed25519' })).toEqual([400, 'invalid-input']);
  });

  it('and PostgreSQL takes none of another person, of no head, and keeps what there is', async () => {
    const inMarket = (sql: string) =>
      service.app.get(Transactions).inCommunity(market.communityId, (tx) => tx.query(sql));
    const copy = (change: string) =>
      `INSERT INTO record_cosignature (community_id, size, person_id, key_id, line, cosigned_at, received_at)
       SELECT ${change}, line, cosigned_at, received_at FROM record_cosignature WHERE community_id = current_community() LIMIT 1`;
    await expect(
      inMarket(
        copy(
          `community_id, size, (SELECT id FROM person p WHERE p.community_id = current_community() AND p.id <> person_id LIMIT 1), key_id`,
        ),
      ),
    ).rejects.toThrow(/does not exist here|There is one of these already/);
    await expect(inMarket(copy('community_id, 999999, person_id, key_id'))).rejects.toThrow(/does not exist here/);
    for (const table of ['record_cosignature', 'cosigner_key'])
      for (const sql of [`UPDATE ${table} SET person_id = person_id`, `DELETE FROM ${table}`])
        await expect(inMarket(sql)).rejects.toThrow(/append-only|permission denied/);
  });
});
