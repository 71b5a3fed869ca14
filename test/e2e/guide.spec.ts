import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Spoken } from '../support/cli.js';
import { type Service, startService } from '../support/service.js';

/* The treasurer's guide is true: its blocks are run as they stand, in one shell, against a service. */

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
const missing = ['curl'].filter((program) => !has(program));

/** Runs a script without holding up this process, which is the service that the script asks. */
const run = (script: string, cwd: string, env: Record<string, string>): Promise<Spoken> =>
  new Promise((done, failed) => {
    const shell = spawn('sh', ['-eu', script], { cwd, env: { ...process.env, ...env } });
    let [stdout, stderr] = ['', ''];
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    shell.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    shell.once('error', failed).once('close', (code) => done({ code, stdout, stderr }));
  });

describe("the treasurer's guide", () => {
  if (missing.length > 0) {
    it.skip(`is skipped: this machine has no ${missing.join(', ')}`, () => undefined);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'commonmeter-guide-'));
  let service: Service;
  let said: Spoken;

  beforeAll(async () => {
    service = await startService();
    const blocks = readFileSync('docs/treasurer-first-month.md', 'utf8').match(/(?<=```sh\n)[\s\S]*?(?=```)/g) ?? [];
    // The build is there already, so the command line is run without npm; and the service listens on a port of its own.
    const npm = `npm() { shift 4; node ${resolve('dist/src/cli.js')} "$@"; }\n`;
    const script = join(folder, 'guide.sh');
    writeFileSync(script, npm + blocks.join('\n').replaceAll('http://127.0.0.1:3000', service.url));
    said = await run(script, folder, { DATABASE_URL: service.database.url, DATA_DIR: folder, LOG_LEVEL: 'warn' });
  });
  afterAll(async () => {
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs to its end', () => {
    expect({ code: said.code, stderr: said.code === 0 ? '' : said.stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('ends with the figures that it prints', () => {
    const guide = readFileSync('docs/treasurer-first-month.md', 'utf8');
    const [rosa, lund, together] = [...guide.matchAll(/\*\*(\d+\.\d\d)\*\* \|$/gm)].map((match) => match[1]);
    expect([rosa, lund, together]).toEqual(['202.20', '135.00', '337.20']);
    expect(said.stdout).toMatch(/^Total +337\.20 +337\.20 +0\.00 +0\.00 +0\.00 +0\.00$/m);
    const accounts = JSON.parse(said.stdout.trimEnd().split('\n').at(-1) ?? '') as {
      items: { member: { code: string } | null; balance: string }[];
    };
    const owed = accounts.items.flatMap(({ member, balance }) => (member === null ? [] : [[member.code, balance]]));
    // Rosa has paid.
    expect(owed.toSorted()).toEqual([
      ['LUND', lund],
      ['ROSA', '0.00'],
    ]);
  });

  it('leaves the statements of both shops', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.pdf'));
    expect(files).toHaveLength(2);
    for (const file of files) expect(readFileSync(join(folder, file)).subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });
});
