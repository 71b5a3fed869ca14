import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../support/in-process.js';
import { channel, countOf, days, type House, installed, nem12, overHttp } from './import-house.js';

/**
 * The built service as a process of its own, on its own embedded database, killed without warning while it takes a file, and started
 * again. Moments are drawn from a seed, which a failure prints; `CRASH_ROUNDS` asks for more kills.
 */
const rounds = Number.parseInt(process.env['CRASH_ROUNDS'] ?? '2', 10);
const seed = Number.parseInt(process.env['CRASH_SEED'] ?? '20261103', 10);
const cli = path.resolve('dist/src/cli.js');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-import-crash-'));
fs.chmodSync(folder, 0o755);
const environment = {
  ...process.env,
  ...{ DATA_DIR: folder, XDG_DATA_HOME: folder, PORT: '0', LOG_LEVEL: 'fatal', DATABASE_URL: '', REDIS_URL: '' },
};
const zone = 'Australia/Brisbane';

/** mulberry32: the same moments for the same seed. */
let state = seed;
const random = (below: number): number => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
};

let service: ChildProcess;
let url = '';

async function start(): Promise<void> {
  service = spawn(process.execPath, [cli, 'start', '--no-demo'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  service.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  service.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  for (let attempt = 0; ; attempt += 1) {
    const found = /API\s+(http\S+)\/api\/v1/.exec(said);
    if (found?.[1]) return void (url = found[1]);
    if (attempt > 600 || service.exitCode !== null)
      throw new Error(`The service did not start (seed ${seed}):\n${said}`);
    await pause(100);
  }
}

async function kill(): Promise<void> {
  const hasEnded = new Promise((resolve) => service.once('exit', resolve));
  service.kill('SIGKILL');
  await hasEnded;
}

let house: House;

beforeAll(async () => {
  await start();
  await kill();
  const set = [
    'setup',
    '--json',
    '--code',
    'market',
    '--name',
    'Market',
    '--treasurer',
    'Tess',
    '--currency',
    'AUD',
    '--zone',
    zone,
  ];
  const founded = JSON.parse(
    execFileSync(process.execPath, [cli, ...set], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as { token: string };
  await start();
  const ask: House['ask'] = (method, where, body, headers) =>
    overHttp(url, founded.token, method, where, body, headers);
  const send: House['send'] = (file, query = '', headers = {}) =>
    ask('POST', `imports${query}`, Buffer.from(file), { 'content-type': 'text/csv', ...headers });
  house = { communityId: '', treasurer: founded.token, ask, send };
  expect((await ask('POST', 'sites', { code: 'OMH', name: 'Hall', zone })).status).toBe(201);
  await installed(house, 'QB00000001');
}, 180_000);

afterAll(async () => {
  if (service.exitCode === null && service.signalCode === null) {
    const hasEnded = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGTERM');
    await hasEnded;
  }
  fs.rmSync(folder, { recursive: true, force: true });
}, 60_000);

const see = async (id: string): Promise<Answer['body']> => (await house.ask('GET', `imports/${id}`)).body;

/** Waits until an import has ended, or has taken so many readings. */
async function until(id: string, taken = Infinity): Promise<Answer['body']> {
  for (let look = 0; ; look += 1) {
    const body = await see(id);
    if (body.progress.phase === 'ended' || body.progress.taken >= taken) return body;
    if (look > 4_000) throw new Error(`The import stands still (seed ${seed}): ${JSON.stringify(body)}`);
    await pause(50);
  }
}

describe(`a service that is killed while it takes a file (seed ${seed})`, () => {
  const count = 48 * 1_500;

  it(
    'goes on after the last batch, and counts nothing twice',
    async () => {
      const { status, body } = await house.send(
        nem12(channel('QB00000001'), ...days('2021-01-01', 1_500)),
        '?name=long.csv',
        {
          prefer: 'respond-async',
        },
      );
      expect(status).toBe(202);
      let taken = 0;
      for (let round = 1; round <= rounds; round += 1) {
        const before = await until(body.id, taken + 1 + random(Math.trunc((count - taken) / 4)));
        if (before.progress.phase === 'ended') break;
        await pause(random(100));
        await kill();
        await start();
        const after = await see(body.id);
        expect(after.state).toBe('reading');
        expect(after.progress.taken).toBeGreaterThanOrEqual(before.progress.taken);
        taken = after.progress.taken as number;
        expect(taken).toBeLessThan(count);
      }
      expect(await until(body.id)).toMatchObject({
        state: 'done',
        read: count,
        created: count,
        duplicate: 0,
        conflict: 0,
        channels: [{ meter: 'QB00000001', register: 'E1', count }],
      });
      expect(await countOf(house, 'QB00000001')).toBe(count);
      // The same file again finds every one of them.
      const again = await house.send(nem12(channel('QB00000001'), ...days('2021-01-01', 1_500)), '', {
        prefer: 'respond-async',
      });
      expect(await until(again.body.id)).toMatchObject({ state: 'done', created: 0, duplicate: count });
    },
    420_000 + rounds * 120_000,
  );

  it('ends in good order while it takes a file, and goes on when it starts again', async () => {
    await installed(house, 'QB00000002');
    const { body } = await house.send(nem12(channel('QB00000002'), ...days('2021-01-01', 1_500)), '', {
      prefer: 'respond-async',
    });
    await until(body.id, 1);
    const hasEnded = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGTERM');
    expect(await hasEnded).toBe(0);
    await start();
    expect(await until(body.id)).toMatchObject({ state: 'done', created: count, duplicate: 0 });
  }, 420_000);
});
