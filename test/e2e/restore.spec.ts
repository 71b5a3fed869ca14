import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isSignedBy, readKey, readNote } from '../../src/domain/proof/note.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { type Exported, ExportService } from '../../src/modules/archive/export.service.js';
import { type Restored, RestoreService } from '../../src/modules/archive/restore.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { schemaOf } from '../../src/platform/database/migrate.js';
import { commonmeter } from '../support/cli.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, hourly, issued, type Market, stalls, work } from './billing-market.js';
import { documentsOf, type LivedMarket, livedMarket, sayTo } from './lived-market.js';

/** A community leaves one house and comes to another, which has another secret: it is the same community, to the coin and to the hash. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const home = mkdtempSync(path.join(tmpdir(), 'commonmeter-restore-'));
const secrets = { old: '11'.repeat(32), new: '22'.repeat(32) };
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
  before = await livedMarket(old, clock);
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

describe('a community that came back', () => {
  it('has the same root, and every row is there', async () => {
    expect(done.root).toBe(made.description.record.root);
    expect(done.heads).toBe(made.description.record.heads);
    expect(done.balances).toBeGreaterThan(20);
  });
});
