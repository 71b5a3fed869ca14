import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bareDone, bareSite, type BareSite } from './bare-site.js';
import { type BenchFigure, median } from './ingest.js';
import { crowd, type Crowd, lastRun } from './web-crowd.js';

/*
 * How the web app feels on a slow telephone: the demo on an embedded PostgreSQL of its own, opened by a Chromium whose processor is slowed down four times and whose
 * network is "slow 4G" as Lighthouse means it (150 ms there and back, 1.6 Mbit a second down, 750 kbit up).
 *
 * - How long until a page's content stands there, and until one can work with it: beside a bare page, which is one script of as many bytes that writes one heading,
 *   served from this machine and measured by the same hand. What our pages take longer goes into several requests, React, and the answers of the service.
 * - How long the page is held up at most by a preview of a thousand members, and by a chart of a year's 17,520 half-hours with the table behind it: beside a bare page
 *   that writes the same cells at once and draws the same bars.
 * - What comes over the wire: beside what we allow ourselves (test/build/budget.spec.ts).
 *
 * Times and bytes are better where they are smaller; the ratio is the ceiling by ours, so that 1 is as good as it gets, as everywhere else.
 */

const network = { latency: 150, downloadThroughput: (1.6e6 * 0.9) / 8, uploadThroughput: (750e3 * 0.9) / 8 };
const slowdown = 4;
const phone = { width: 390, height: 844 };

export interface WebBench {
  readonly quick: boolean;
}

interface Page {
  readonly url: string;
  /** What it is opened for, as a selector. */
  readonly wanted: string;
  readonly role?: string;
  /** Answers of more than the page asks for. */
  readonly stretch?: { readonly path: string; readonly months: readonly { from: string; to: string }[] };
}

/** What `web/scripts/measure.mjs` saw of a page; milliseconds and bytes. */
interface Seen {
  readonly content: number;
  readonly interactive: number;
  readonly longest: number;
  readonly bytes: number;
  readonly load: number;
}

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export async function benchWeb({ quick }: WebBench): Promise<BenchFigure[]> {
  const missing = whatIsMissing();
  if (missing !== undefined) {
    process.stderr.write(`web: NOT measured. ${missing}\n`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'commonmeter-bench-web-'));
  chmodSync(folder, 0o755);
  const demo = await startDemo(folder);
  const bare = await bareSite();
  try {
    const rounds = quick ? 3 : 5;
    const first = await firstLoads(demo.url, bare, folder, rounds);
    const many = await crowd(demo.url, 1_000);
    return [...first, ...(await heldUp(demo.url, bare, folder, rounds, many))];
  } finally {
    bare.close();
    await demo.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function whatIsMissing(): string | undefined {
  if (browserPath === undefined) return 'It needs Chromium, and none is found. Debian: apt install chromium.';
  if (!existsSync(join('web', 'dist', 'manifest.json')))
    return 'The web app is not built: node scripts/prepare.mjs --web --dev.';
  if (!existsSync(join('web', 'node_modules', 'playwright-core')))
    return 'What leads the browser is not installed: node scripts/prepare.mjs --web --dev.';
  return undefined;
}

/** What we allow a first page, and the piece with the charts behind it (test/build/budget.spec.ts). */
const allowed = { page: 280_000, charts: 230_000 };

/** The first page of each: cold, beside a bare page of as many bytes; by turns, and the medians of the rounds. */
async function firstLoads(url: string, bare: BareSite, folder: string, rounds: number): Promise<BenchFigure[]> {
  const homes = [
    {
      name: "treasurer's home",
      url: `${url}/home`,
      role: 'treasurer',
      wanted: 'main article button',
      limit: allowed.page,
    },
    {
      name: 'a preview',
      url: `${url}/runs/${(await lastRun(url)).id}/preview`,
      role: 'treasurer',
      wanted: 'main table tbody tr',
      limit: allowed.page,
    },
    {
      name: "member's home, with its chart",
      url: `${url}/my`,
      role: 'member',
      wanted: 'main canvas',
      limit: allowed.page + allowed.charts,
    },
  ];
  const figures: BenchFigure[] = [];
  for (const { name, limit, ...home } of homes) {
    const seen: { ours: Seen; ceiling: Seen }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [ours] = await look(url, folder, [home]);
      if (ours === undefined) throw new Error(`${home.url} was not seen.`);
      const [ceiling] = await look(url, folder, [{ url: `${bare.url}/load?bytes=${ours.bytes}`, wanted: bareDone }]);
      if (ceiling !== undefined) seen.push({ ours, ceiling });
    }
    const medianOf = (side: 'ours' | 'ceiling', what: keyof Seen): number => median(seen.map((one) => one[side][what]));
    figures.push(
      smaller(`${name}: over the wire, of what is allowed`, 'kB', medianOf('ours', 'load') / 1_000, limit / 1_000),
      ...(['content', 'interactive'] as const).map((what) =>
        smaller(
          `${name}: ${what === 'content' ? 'its content stands there' : 'one can work with it'}`,
          'ms',
          medianOf('ours', what),
          medianOf('ceiling', what),
        ),
      ),
    );
  }
  return figures;
}

/** The longest task of two pages with much on them, beside the same cells and bars written by a bare page. */
async function heldUp(
  url: string,
  bare: BareSite,
  folder: string,
  rounds: number,
  many: Crowd,
): Promise<BenchFigure[]> {
  const year = Array.from({ length: 12 }, (_, i) => monthBefore(many.month.from, 12 - i));
  const pairs = [
    {
      name: `preview of ${many.members.toLocaleString('en-GB')} members: longest task`,
      ours: { url: `${url}/runs/${many.run}/preview`, role: 'treasurer', wanted: 'main table tbody tr' },
      ceiling: { url: `${bare.url}/cells?count=${many.members}`, wanted: bareDone },
    },
    {
      name: 'chart of 17,520 half-hours: longest task',
      ours: {
        url: `${url}/my/use?by=interval&on=${year[11]?.from ?? ''}`,
        role: 'member',
        wanted: 'main canvas',
        stretch: { path: '/api/v1/consumption', months: year },
      },
      ceiling: { url: `${bare.url}/bars?count=17520`, wanted: bareDone },
    },
  ];
  const figures: BenchFigure[] = [];
  for (const { name, ours, ceiling } of pairs) {
    const seen: (readonly Seen[])[] = [];
    for (let round = 0; round < rounds; round += 1) seen.push(await look(url, folder, [ours, ceiling]));
    const longest = (i: number): number => median(seen.map((one) => one[i]?.longest ?? 0));
    figures.push(smaller(name, 'ms', longest(0), longest(1)));
  }
  return figures;
}

/** Better where it is smaller, so the ratio is the ceiling by ours. */
const smaller = (name: string, unit: string, ours: number, ceiling: number): BenchFigure => ({
  name,
  unit,
  ours,
  ceiling,
  ratio: ceiling / ours,
});

/** The month so many before one. */
function monthBefore(first: string, back: number): { from: string; to: string } {
  const [year = 0, month = 0] = first.split('-').map((part) => Number.parseInt(part, 10));
  const start = (less: number): string => new Date(Date.UTC(year, month - 1 - less, 1)).toISOString().slice(0, 10);
  return { from: start(back), to: start(back - 1) };
}

interface Demo {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** The demo as a newcomer starts it, in a folder of its own. */
async function startDemo(folder: string): Promise<Demo> {
  const ours = /^(DATABASE_URL|REDIS_URL|MQTT_URL|MQTT_COMMUNITY|HOST|PUBLIC_URL|ROLE)$/;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  const service = spawn(process.execPath, [resolve('dist/src/cli.js'), 'start'], {
    env: { ...inherited, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => service.once('exit', () => done()));
  let said = '';
  const url = await new Promise<string>((found, failed) => {
    service.stdout.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
      const address = /^App +(\S+)/m.exec(said)?.[1];
      if (address !== undefined && said.includes('Press Ctrl-C')) found(address);
    });
    void ended.then(() => failed(new Error(`The demo ended before it began:\n${said}`)));
  });
  const stop = async (): Promise<void> => {
    service.kill('SIGTERM');
    await ended;
  };
  return { url, stop };
}

/** Opens pages one after the other, each cold. */
async function look(url: string, folder: string, pages: readonly Page[]): Promise<readonly Seen[]> {
  const plan = join(folder, 'plan.json');
  const told = { browser: browserPath, url, window: phone, network, slowdown, patienceMs: 240_000, pages };
  writeFileSync(plan, JSON.stringify(told));
  // Not waited for in one piece: the bare pages come from this process.
  const browser = spawn(process.execPath, [join('web', 'scripts', 'measure.mjs'), plan], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  browser.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  const status = await new Promise<number | null>((done) => browser.once('close', done));
  if (status !== 0) throw new Error('The pages could not be measured; the reason stands above.');
  return JSON.parse(said) as Seen[];
}
