import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bundle } from '../../src/domain/proof/bundle.js';
import { isSignedBy, readKey, readNote } from '../../src/domain/proof/note.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { type Exported, ExportService } from '../../src/modules/archive/export.service.js';
import { type Restored, RestoreService } from '../../src/modules/archive/restore.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { schemaOf } from '../../src/platform/database/migrate.js';
import { commonmeter } from '../support/cli.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, hourly, issued, type Market, stalls } from './billing-market.js';
import { documentsOf, type LivedMarket, livedMarket, sayTo } from './lived-market.js';

/** A community leaves one house and comes to another, which brings the secret along: it is the same community, to the coin and to the hash. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const home = mkdtempSync(path.join(tmpdir(), 'commonmeter-restore-'));
const secrets = { old: '11'.repeat(32), new: '11'.repeat(32), other: '22'.repeat(32) };
const houses: InProcess[] = [];
let before: LivedMarket;
let old: InProcess;
let house: InProcess;
let made: Exported;
let done: Restored;
let after: Market;
let archives = 0;

async function houseWith(secret: string): Promise<InProcess> {
  const opened = await inProcess(clock, { SIGNING_SECRET: secret });
  houses.push(opened);
  return opened;
}
async function exported(from: InProcess): Promise<{ folder: string; made: Exported }> {
  const folder = path.join(home, `archive-${(archives += 1)}`);
  mkdirSync(folder);
  const schema = await schemaOf(from.database.url);
  return { folder, made: await from.app.get(ExportService).export('market', folder, schema, () => undefined) };
}
async function restored(into: InProcess, folder: string, schema?: readonly string[]): Promise<Restored> {
  const to = { ownerUrl: into.database.url, schema: schema ?? (await schemaOf(into.database.url)) };
  return into.app.get(RestoreService).restore(to, folder, () => undefined);
}
const count = async (from: InProcess, sql: string): Promise<unknown> => (await from.database.owner.query(sql)).rows;
let folder: string;

beforeAll(async () => {
  old = await houseWith(secrets.old);
  before = await livedMarket(old, clock, { SIGNING_SECRET: secrets.old });
  ({ folder, made } = await exported(old));
  house = await houseWith(secrets.new);
  done = await restored(house, folder);
  const access = house.app.get(AccessService);
  const people = (await count(house, 'SELECT id, name FROM person')) as { id: string; name: string }[];
  const tokenOf = async (name: string) =>
    (await access.issuePersonToken(before.communityId, people.find((one) => one.name.startsWith(name))?.id ?? '', 'x'))
      .token;
  const [treasurer, approver, rosa] = [await tokenOf('Tess'), await tokenOf('Amir'), await tokenOf('Rosa')];
  const ask: Market['ask'] = (method, at, body, token = treasurer) => house.ask(method, at, { token, body });
  after = { ...before, treasurer, approver, rosa, ask };
}, 240_000);
afterAll(async () => {
  for (const one of houses) await one.close();
  rmSync(home, { recursive: true, force: true });
});

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const filesOf = (where: string): string[] =>
  readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(where, path.join(entry.parentPath, entry.name)))
    .sort();
const november = { from: '2026-11-01', to: '2026-12-01' };
/** 720 hours, 510 by day and 210 by night, at 4.7 kW. */
const billOfNovember = () => {
  const [day, night, standing, levy] = bill().components;
  return bill({
    ...{ number: 'NE-2', period: november, net: '659.17', tax: '131.83', gross: '791.00' },
    components: [
      { ...day, quantity: '2397', amount: '479.40', tax: '95.88' },
      { ...night, quantity: '987', amount: '98.70', tax: '19.74' },
      { ...standing, quantity: '30', amount: '54.00', tax: '10.80' },
      { ...levy, quantity: '3384', amount: '27.07', tax: '5.41' },
    ],
  });
};

describe('a community that came back', () => {
  it('says that root, heads and balances are the same', () => {
    expect(done.root).toBe(made.description.record.root);
    expect(done.heads).toBe(made.description.record.heads);
    expect(done.heads).toBeGreaterThan(0);
    expect(done.balances).toBeGreaterThan(20);
    expect(done.readings).toBeGreaterThan(4_000);
  });

  it('makes the same archive again, to the byte, but for what happened since', async () => {
    const again = (await exported(house)).folder;
    const grown = ['audit_entry', 'record_entry', 'record_opening', 'record_key'].map((name) => `tables/${name}.jsonl`);
    const other = [
      'tables/record_head.jsonl',
      'tables/community.jsonl',
      'tables/access_token.jsonl',
      'archive.json',
      'README.txt',
      'SHA256SUMS',
    ];
    const known = filesOf(folder);
    expect(filesOf(again)).toEqual(known);
    for (const name of known.filter((one) => !one.startsWith('record/') && !other.includes(one))) {
      const [was, is] = [folder, again].map((where) => readFileSync(path.join(where, name)));
      if (name === 'csv/keys.csv' || name === 'csv/log.csv') continue;
      const part = grown.includes(name) ? is?.subarray(0, was?.length) : is;
      expect([name, sha256(part ?? Buffer.alloc(0))]).toEqual([name, sha256(was ?? Buffer.alloc(0))]);
    }
  });

  it('goes on with the record under the same key, and says that it was restored', async () => {
    const say = sayTo(after);
    const head = await say('GET', 'log/head');
    expect([head.alarms, done.key]).toEqual([[], (await sayTo(before)('GET', 'log/head')).key]);
    expect(head.key).toBe(done.key);
    expect(isSignedBy(readNote(head.head.note), readKey(done.key ?? ''))).toBe(true);
    await say('GET', `log/proof/consistency?first=${made.description.record.entries}&second=${head.head.size}`);
    const { items } = await say('GET', 'log/entries?type=archive.restored');
    const { archive } = made.description;
    expect(items).toMatchObject([
      { actor: { kind: 'system' }, data: { archive, sha256: made.sha256, root: done.root, key: done.key } },
    ]);
  });

  it('has every statement from before verified offline with the key that its member was given, on paper and anew', async () => {
    const { items } = await sayTo(after)('GET', 'invoices');
    expect(items.length).toBeGreaterThan(5);
    for (const { id, number } of (items as { id: string; number: string }[]).slice(0, 4)) {
      const pdf = path.join(folder, 'documents', `${number}.pdf`);
      const paper = await commonmeter(['verify', pdf, '--key', done.key ?? ''], { DATA_DIR: home });
      expect([number, paper.code, paper.stdout.match(/✗.*/g)]).toEqual([number, 0, null]);
      const bundle = path.join(home, `${number}.json`);
      writeFileSync(bundle, (await after.ask('GET', `invoices/${id}/bundle`)).text);
      const anew = await commonmeter(['verify', bundle, '--key', done.key ?? ''], { DATA_DIR: home });
      expect([number, anew.code, anew.stdout.match(/✗.*/g)]).toEqual([number, 0, null]);
    }
  });

  it('has every other statement verified too', async () => {
    const { items } = await sayTo(after)('GET', 'invoices');
    for (const { id } of (items as { id: string }[]).slice(4)) {
      const { body } = await after.ask('GET', `invoices/${id}/bundle`);
      const checks = verifyBundle(body as Bundle, { key: done.key ?? '' });
      expect(checks.filter(({ outcome }) => outcome === 'differs')).toEqual([]);
      expect(checks.map(({ name }) => name)).toContain('document');
    }
  });

  it('bills the next month, and its numbers go on without a gap', async () => {
    const say = sayTo(after);
    const numbersOf = async () =>
      (await count(
        house,
        `SELECT series, array_agg(no ORDER BY no) AS numbers FROM invoice GROUP BY 1 ORDER BY 1`,
      )) as { series: string; numbers: number[] }[];
    const issuedBefore = await numbersOf();
    expect(issuedBefore).toHaveLength(2); // invoices, credit notes
    clock.set('2026-12-02T09:00:00Z');
    const readings = stalls.flatMap(({ meter, watts }) =>
      hourly(meter, watts, '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'),
    );
    const sent = await say('POST', 'readings', { readings });
    expect(sent.summary).toMatchObject({ created: readings.length });
    await say('POST', 'supplier-bills', billOfNovember(), 201);
    await issued(after, await calculated(after, november));
    const [invoices, creditNotes] = await numbersOf();
    expect(creditNotes).toEqual(issuedBefore[1]);
    expect(invoices?.numbers).toEqual(
      Array.from({ length: (issuedBefore[0]?.numbers.length ?? 0) + 4 }, (_, i) => i + 1),
    );
    await documentsOf(house, { SIGNING_SECRET: secrets.new });
    await house.app.get(RecordService).bringUpToDate(after.communityId);
    expect((await say('GET', 'log/head')).alarms).toEqual([]);
    const { items } = await say('GET', 'invoices');
    const rosas = items.find(
      (one: { memberCode: string; period: { from: string } }) =>
        one.memberCode === 'ROSA' && one.period.from === november.from,
    );
    const { body } = await after.ask('GET', `invoices/${rosas.id}/bundle`);
    const earlier = (body as Bundle).record?.earlier;
    expect(earlier).toBeDefined(); // the proof leads back into the house that was left
    const checks = verifyBundle(body as Bundle, { key: done.key ?? '', earlierHead: earlier?.head ?? '' });
    expect(checks.filter(({ outcome }) => outcome === 'differs')).toEqual([]);
    expect(checks.find(({ name }) => name === 'earlier')).toMatchObject({ outcome: 'holds' });
  });
});

describe('keys of the house that was left', () => {
  it('open nothing here, though it is known which there were', async () => {
    const { status } = await house.ask('GET', 'community', { token: before.treasurer });
    expect(status).toBe(401);
    const [was, is] = (await Promise.all([old, house].map((one) => count(one, 'SELECT prefix FROM access_token')))) as {
      prefix: string;
    }[][];
    const known = (is ?? []).map(({ prefix }) => prefix);
    expect((was ?? []).length).toBeGreaterThan(2);
    expect(known).toEqual(expect.arrayContaining((was ?? []).map(({ prefix }) => prefix)));
  });
});

describe('a house', () => {
  const refused = (into: InProcess, from: string, schema?: readonly string[]) =>
    expect(restored(into, from, schema)).rejects;
  const communities = async (of: InProcess) => ((await count(of, 'SELECT id FROM community')) as unknown[]).length;

  it('takes a community once', async () => {
    await refused(house, folder).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('already') as string,
    });
  });

  it('asks for the secret that the record is signed with', async () => {
    const empty = await houseWith(secrets.other);
    await refused(empty, folder).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('SIGNING_SECRET') as string,
    });
    expect(await communities(empty)).toBe(0);
  });

  it('says which version restores an archive of another schema', async () => {
    const empty = await houseWith(secrets.new);
    const schema = await schemaOf(empty.database.url);
    await refused(empty, folder, [...schema, 'Later1']).toThrow(
      /older Commonmeter \(.+\).*Later1.*commonmeter migrate/,
    );
    await refused(empty, folder, schema.slice(0, -1)).toThrow(/newer Commonmeter.*Update this house/);
    expect(await communities(empty)).toBe(0);
  });

  it('refuses an archive of which one byte or one line is another, and names the file', async () => {
    const empty = await houseWith(secrets.new);
    const copy = path.join(home, 'changed');
    cpSync(folder, copy, { recursive: true });
    const names = filesOf(copy).filter((name) => readFileSync(path.join(copy, name)).length > 0);
    expect(names.length).toBeGreaterThan(60);
    for (const [i, name] of names.entries()) {
      const file = path.join(copy, name);
      const content = readFileSync(file);
      const changed = Buffer.from(content);
      const at = (i * 7_919) % content.length;
      changed[at] = (changed[at] ?? 0) ^ 1;
      const lines = content.toString('latin1').split('\n');
      const shorter = Buffer.from(lines.filter((_, no) => no !== (lines.length >> 1) - 1).join('\n'), 'latin1');
      for (const other of shorter.equals(content) ? [changed] : [changed, shorter]) {
        writeFileSync(file, other);
        await refused(empty, copy).toMatchObject({
          code: 'invalid-input',
          // A change to the list itself shows in a file that it then names wrongly, or not at all.
          message: expect.stringMatching(
            name === 'SHA256SUMS' ? /./ : new RegExp(`^${name.replaceAll('.', '\\.')} is not`),
          ) as string,
        });
      }
      writeFileSync(file, content);
    }
    expect(await communities(empty)).toBe(0);
    expect((await restored(empty, copy)).root).toBe(made.description.record.root);
  });

  it.each([
    [
      'a reading',
      'tables/reading-2026-10.jsonl',
      (text: string) =>
        text.replace(/"value":"2\.000000"/, '"value":"2.100000"').replace(/"value":"2"/, '"value":"2.1"'),
    ],
    ['a posting', 'tables/posting.jsonl', (text: string) => text.replace(/"amount":"(\d+)/, '"amount":"1$1')],
    ['a line of an invoice', 'tables/invoice_line.jsonl', (text: string) => text.replace(/"net":"(\d+)/, '"net":"1$1')],
    ['a share', 'tables/run_share.jsonl', (text: string) => text.replace(/"amount":"(\d+)/, '"amount":"1$1')],
    [
      'a decision',
      'tables/audit_entry.jsonl',
      (text: string) => text.replace('billing-run.approved', 'billing-run.refused'),
    ],
    ['a salt', 'tables/record_opening.jsonl', (text: string) => text.replace(/"salt":"\\\\x../, '"salt":"\\\\x00')],
    ['an entry', 'tables/record_entry.jsonl', (text: string) => text.replace(/"type":"[a-z]/, '"type":"z')],
    ['a supplier’s document', 'supplier', (text: string) => text.replace('October', 'Oktober')],
    [
      'the last row',
      'tables/payment.jsonl',
      (text: string) =>
        text
          .trimEnd()
          .split('\n')
          .slice(0, -1)
          .map((line) => `${line}\n`)
          .join(''),
    ],
  ])('refuses %s that was changed by somebody who made the hashes anew', async (_, name, change) => {
    const empty = await houseWith(secrets.new);
    const copy = path.join(home, `forged-${(archives += 1)}`);
    cpSync(folder, copy, { recursive: true });
    const found = filesOf(copy).find((one) => one.startsWith(name)) ?? '';
    const text = readFileSync(path.join(copy, found), 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(path.join(copy, found), change(text));
    const sums = filesOf(copy).filter((one) => one !== 'SHA256SUMS');
    writeFileSync(
      path.join(copy, 'SHA256SUMS'),
      sums.map((one) => `${sha256(readFileSync(path.join(copy, one)))}  ${one}\n`).join(''),
    );
    await refused(empty, copy).toThrow();
    expect(await communities(empty)).toBe(0);
    const [{ triggers } = { triggers: -1 }] = (await count(
      empty,
      `SELECT count(*)::int AS triggers FROM pg_trigger WHERE tgenabled = 'D'`,
    )) as { triggers: number }[];
    expect(triggers).toBe(0);
  });
});
