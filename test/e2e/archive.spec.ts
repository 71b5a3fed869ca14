import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { readKey, readNote, isSignedBy } from '../../src/domain/proof/note.js';
import { type Exported, ExportService } from '../../src/modules/archive/export.service.js';
import { MemberExportService } from '../../src/modules/archive/member-export.service.js';
import { archivedTables, columnsLeftOut, leftOut, noSecrets, ofNoCommunity } from '../../src/modules/archive/tables.js';
import { packFolder, unpackFile } from '../../src/platform/archive/tar.js';
import { FixedClock } from '../../src/platform/clock.js';
import { schemaOf } from '../../src/platform/database/migrate.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { type LivedMarket, livedMarket, sayTo } from './lived-market.js';

/** A community leaves with everything: what is in its archive, and what is not. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const home = mkdtempSync(path.join(tmpdir(), 'commonmeter-archive-'));
const folder = path.join(home, 'market');
let service: InProcess;
let market: LivedMarket;
let made: Exported;

const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const linesOf = (name: string): Record<string, unknown>[] =>
  read(`tables/${name}.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const all = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
const rows = async <Row>(sql: string): Promise<Row[]> => (await service.database.owner.query(sql)).rows as Row[];

beforeAll(async () => {
  service = await inProcess(clock);
  market = await livedMarket(service, clock);
  mkdirSync(folder);
  const schema = await schemaOf(service.database.url);
  made = await service.app.get(ExportService).export('market', folder, schema, () => undefined);
}, 180_000);
afterAll(async () => {
  await service.close();
  rmSync(home, { recursive: true, force: true });
});

describe('an archive', () => {
  it('is found whole by sha256sum, which knows nothing of us, and names every file', () => {
    const said = execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder }).toString();
    expect(said.match(/: OK$/gm)).toHaveLength(all().length - 1);
    expect(made.files).toHaveLength(all().length);
    expect(made.sha256).toBe(createHash('sha256').update(read('SHA256SUMS')).digest('hex'));
  });

  it('holds every row of every table, the catalogue of PostgreSQL says so', async () => {
    const tables = await rows<{ name: string; ofCommunity: boolean }>(
      `SELECT c.relname AS name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'community_id') AS "ofCommunity"
       FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    );
    expect(tables.length).toBeGreaterThan(90);
    const undecided: string[] = [];
    for (const { name, ofCommunity } of tables) {
      if (leftOut[name] !== undefined || ofNoCommunity[name] !== undefined || name === 'reading') continue;
      if (!existsSync(path.join(folder, 'tables', `${name}.jsonl`))) undecided.push(name);
      else {
        const [row] = await rows<{ count: number }>(
          `SELECT count(*)::int FROM ${name} WHERE ${ofCommunity ? 'community_id' : 'id'} = '${market.communityId}'`,
        );
        const later = name === 'audit_entry' ? 1 : 0; // that the archive was made is written down afterwards
        expect([name, linesOf(name).length + later]).toEqual([name, row?.count]);
      }
    }
    // Give a new table a community_id, name it among those left out with the reason, or write it as readings are written.
    expect(undecided).toEqual([]);
    const [{ count = 0 } = {}] = await rows<{ count: number }>('SELECT count(*)::int FROM reading');
    expect(count).toBeGreaterThan(4_000);
    expect(linesOf('reading-2026-09').length + linesOf('reading-2026-10').length).toBe(count);
  });

  it('has something in most tables here, so that the above says something', () => {
    const filled = made.description.tables.filter((table) => table.rows > 0).map(({ table }) => table);
    expect(filled).toEqual(
      expect.arrayContaining(
        'audit_entry billing_run dispute dispute_step document fund fund_draw invoice invoice_line journal_entry key_version member payment photo posting reading_batch reading_correction reading_exception record_batch record_entry record_head record_key record_opening run_cost run_delta run_share run_sum run_sum_opening run_use stored_file supplier_bill unclaimed_reading'.split(
          ' ',
        ),
      ),
    );
  });

  it('passes the walls within a community, whoever builds another has to look here', async () => {
    const walls = await rows<{ name: string }>(
      `SELECT tablename AS name FROM pg_policies WHERE schemaname = 'public' AND tablename !~ '^reading_(before_)?[0-9]'
         AND qual ~ '^\\(\\(community_id = current_community\\(\\)\\) AND' ORDER BY 1`,
    );
    // Each is opened where the archive is written and restored (export.service.ts, restore.service.ts).
    expect(walls.map(({ name }) => name)).toEqual(['device_photo', 'photo', 'reading_photo']);
  });

  it('leaves out what opens doors, and whoever adds a secret has to say so', async () => {
    const columns = await rows<{ name: string }>(
      `SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND a.attname ~ '(secret|token|password|passkey|otp|private|credential|session)' ORDER BY 1`,
    );
    const archived = await service.app
      .get(Transactions)
      .inCommunity(market.communityId, async (tx) => (await archivedTables(tx)).map(({ name }) => name));
    const open = columns.filter(
      ({ name }) =>
        archived.includes(name.split('.')[0] ?? '') && !noSecrets.includes(name) && columnsLeftOut[name] === undefined,
    );
    expect(open).toEqual([]);
    const secrets = await rows<{ hash: string; prefix: string }>(
      `SELECT encode(secret_hash, 'hex') AS hash, prefix FROM access_token`,
    );
    expect(secrets.length).toBeGreaterThan(2);
    const whole = all().map(read).join('\n');
    for (const secret of [market.treasurer, market.approver, ...secrets.map(({ hash }) => hash)]) {
      expect(whole).not.toContain(secret);
    }
    expect(read('csv/keys.csv')).toContain(secrets[0]?.prefix);
  });

  it('is read by people: sheets with names, documents by number, a word about everything', async () => {
    expect(read('csv/members.csv')).toMatch(/^member,name,contact,email,address,trade\r\n/);
    expect(read('csv/payments.csv')).toContain(`LUND,2026-11-04,100.00,GBP,bank,LUND 1`);
    expect(read('csv/payments.csv')).toContain("'=BELA()"); // no formula
    expect(read('csv/readings-2026-10.csv')).toContain(
      'M1,import,kWh,2026-10-25T00:00:00Z,2026-10-25T01:00:00Z,2026-10-25 01:00:00,1,customer\r\n',
    );
    const { items } = await sayTo(market)('GET', 'invoices');
    for (const { number } of items as { number: string }[]) {
      expect(read('csv/invoices.csv')).toContain(number);
      expect(
        readFileSync(path.join(folder, 'documents', `${number}.pdf`))
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-');
    }
    const [document = ''] = readdirSync(path.join(folder, 'supplier-documents'));
    expect(read(`supplier-documents/${document}`)).toBe('%PDF-1.4 the bill of October');
    expect(read('csv/bills.csv')).toContain(document.slice(0, 36));
    const text = read('README.txt');
    for (const word of ['sha256sum -c SHA256SUMS', 'import-archive', made.description.record.root, 'access_token']) {
      expect(text).toContain(word);
    }
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(170);
  });

  it('brings the record: heads that its keys have signed', () => {
    const [key = ''] = read('record/keys.txt').trim().split('\n');
    const { head } = made.description.record;
    expect(isSignedBy(readNote(head ?? ''), readKey(key))).toBe(true);
    expect(read('record/checkpoints.txt')).toContain(head);
    expect(linesOf('record_entry')).toHaveLength(made.description.record.entries);
  });

  it('is itself on the record: that it is made within it, and what was made in the house that made it', async () => {
    const begun = linesOf('audit_entry').at(-1);
    expect(begun).toMatchObject({ type: 'archive.begun', data: { archive: made.description.archive } });
    const { items } = await sayTo(market)('GET', 'log/entries?limit=1');
    const { entries, root } = made.description.record;
    expect(items[0]).toMatchObject({
      type: 'archive.made',
      data: { archive: made.description.archive, sha256: made.sha256, entries, root },
    });
    expect(linesOf('record_entry').map(({ id }) => id)).toContain(begun?.['id']);
  });

  it('sees one instant, whatever is written meanwhile', async () => {
    const other = path.join(home, 'busy');
    mkdirSync(other);
    const send = async () => {
      for (let i = 0; i < 20; i += 1) {
        await sayTo(market)(
          'POST',
          'payments',
          {
            ...{ member: 'LUND', receivedOn: '2026-11-04', amount: '1.00', currency: 'GBP', method: 'cash' },
            reference: `busy ${i}`,
          },
          201,
        );
      }
    };
    const schema = await schemaOf(service.database.url);
    const [exported] = await Promise.all([
      service.app.get(ExportService).export('market', other, schema, () => undefined),
      send(),
    ]);
    const postings = readFileSync(path.join(other, 'tables', 'posting.jsonl'), 'utf8')
      .trim()
      .split('\n').length;
    const payments = readFileSync(path.join(other, 'tables', 'payment.jsonl'), 'utf8')
      .trim()
      .split('\n').length;
    const { balances } = exported.description;
    expect((balances['accounts'] ?? []).reduce((sum, line) => sum + Number(line['postings']), 0)).toBe(postings);
    expect((balances['payments'] ?? []).reduce((sum, line) => sum + Number(line['payments']), 0)).toBe(payments);
  });

  it('is refused for a community that is not here', async () => {
    const call = service.app.get(ExportService).export('nobody', home, ['x'], () => undefined);
    await expect(call).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('what is held about one member', () => {
  const zipOf = async (member: string): Promise<Readonly<Record<string, string>>> => {
    const { content, bytes, name } = await service.app
      .get(MemberExportService)
      .export(market.communityId, member, null);
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece as Buffer);
    const whole = Buffer.concat(pieces);
    expect([whole.length, name]).toEqual([bytes, `${member}.zip`]);
    return Object.fromEntries(
      Object.entries(unzipSync(whole)).map(([at, file]) => [at, Buffer.from(file).toString('latin1')]),
    );
  };

  it('is all of it: entry, meters while they were its own, statements, payments, questions, photos', async () => {
    const rosas = await zipOf('ROSA');
    expect(rosas['csv/member.csv']).toContain('ROSA,ROSA & Co');
    // 745 hours of October; stall 1 has been Rosa's all along.
    expect(rosas['csv/readings.csv']?.match(/^M1,import,kWh,/gm)).toHaveLength(745);
    expect(rosas['csv/disputes.csv']).toContain('asked,');
    expect(rosas['csv/disputes.csv']).toContain('I see.');
    const numbers = (await sayTo(market)('GET', 'invoices?member=ROSA')).items as { number: string }[];
    expect(numbers.length).toBeGreaterThan(1);
    for (const { number } of numbers) {
      expect(rosas[`statements/${number}.pdf`]).toMatch(/^%PDF-/);
      expect(rosas['csv/invoices.csv']).toContain(number);
    }
    expect(Object.keys(rosas).filter((at) => at.startsWith('photos/'))).toHaveLength(1);
    expect((await zipOf('LUND'))['csv/payments.csv']).toContain('100.00,GBP,bank,LUND 1');
    for (const [at, content] of Object.entries(rosas).filter(([name]) => name !== 'SHA256SUMS')) {
      const sha256 = createHash('sha256').update(Buffer.from(content, 'latin1')).digest('hex');
      expect(rosas['SHA256SUMS']).toContain(`${sha256}  ${at}\n`);
    }
  });

  it('is nothing of others: readings of a stall are its own only from the day on that it had it', async () => {
    const belas = await zipOf('BELA');
    const at = [...(belas['csv/readings.csv'] ?? '').matchAll(/^M3,import,kWh,([^,]+),/gm)].map(([, one]) => one);
    expect([at[0], at.length]).toEqual(['2026-10-15T23:00:00Z', 385]);
    const text = Object.entries(belas)
      .filter(([name]) => !name.endsWith('.pdf'))
      .map(([, content]) => content)
      .join();
    for (const other of ['ROSA', 'LUND', 'OWNR', 'Rosa', 'oven']) expect(text).not.toContain(other);
    expect(Object.keys(belas).filter((name) => name.startsWith('photos/'))).toEqual([]);
  });

  it('is for the member and the treasurer, and for nobody else', async () => {
    const status = async (member: string, token: string) =>
      (await market.ask('GET', `members/${member}/export`, undefined, token)).status;
    expect(await status('ROSA', market.rosa)).toBe(200);
    expect(await status('ROSA', market.treasurer)).toBe(200);
    expect(await status('LUND', market.rosa)).toBe(404);
    expect(await status('ROSA', market.approver)).toBe(403);
    const { headers } = await market.ask('GET', 'members/ROSA/export', undefined, market.rosa);
    expect(headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="ROSA.zip"',
    });
  });
});

describe('a packed archive', () => {
  it('is unpacked by tar, to the byte', async () => {
    const file = path.join(home, 'market.tar.gz');
    await packFolder(folder, made.files, file);
    const out = path.join(home, 'unpacked');
    mkdirSync(out);
    execFileSync('tar', ['xzf', file, '-C', out]);
    execFileSync('diff', ['-r', folder, out]);
    expect(execFileSync('tar', ['tzf', file]).toString().split('\n')[0]).toBe('SHA256SUMS');
  });

  it('is unpacked by us when tar has packed it', async () => {
    const file = path.join(home, 'by-tar.tar.gz');
    execFileSync('tar', ['czf', file, '--format=gnu', '-C', folder, '.']);
    const out = path.join(home, 'by-us');
    mkdirSync(out);
    await unpackFile(file, out, () => undefined);
    execFileSync('diff', ['-r', folder, out]);
  });
});
