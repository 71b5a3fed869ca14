import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The built service as a process of its own, on its own embedded database: killed without warning, and started again. */
export interface KilledService {
  /** Where it listens now; another place after each start. */
  readonly url: () => string;
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
  /** Ends it in good order. @returns its exit code */
  readonly end: () => Promise<number>;
  /** Founds a community while the service is down. @returns the treasurer's token */
  readonly found: (...options: readonly string[]) => string;
  /** Ends it where it runs, and removes what it kept. */
  readonly remove: () => Promise<void>;
  /** The next moment of the seed, below so many. */
  readonly random: (below: number) => number;
}

const cli = path.resolve('dist/src/cli.js');

/** mulberry32: the same moments for the same seed. */
function drawn(seed: number): KilledService['random'] {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/**
 * @param seed what the moments are drawn from; a failure prints it
 * @param more settings beside its own
 */
export function killedService(name: string, seed: number, more: Readonly<Record<string, string>> = {}): KilledService {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `commonmeter-${name}-`));
  fs.chmodSync(folder, 0o755);
  const own = {
    DATA_DIR: folder,
    XDG_DATA_HOME: folder,
    PORT: '0',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: '',
    REDIS_URL: '',
    ...more,
  };
  const env = { ...process.env, ...own };
  let running: ChildProcess | undefined;
  let url = '';

  const stop = async (signal: NodeJS.Signals): Promise<number> => {
    if (!running || running.exitCode !== null || running.signalCode !== null) return 0;
    const ended = new Promise<number>((resolve) => running?.once('exit', (code) => resolve(code ?? -1)));
    running.kill(signal);
    return ended;
  };

  return {
    url: () => url,
    start: async () => {
      const started = spawn(process.execPath, [cli, 'start', '--no-demo'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      running = started;
      let said = '';
      started.stdout.on('data', (text: Buffer) => (said += text.toString()));
      started.stderr.on('data', (text: Buffer) => (said += text.toString()));
      for (let attempt = 0; ; attempt += 1) {
        const found = /API\s+(http\S+)\/api\/v1/.exec(said);
        if (found?.[1]) return void (url = found[1]);
        if (attempt > 600 || started.exitCode !== null)
          throw new Error(`The service did not start (seed ${seed}):\n${said}`);
        await pause(100);
      }
    },
    kill: async () => void (await stop('SIGKILL')),
    end: () => stop('SIGTERM'),
    found: (...options) => {
      const set = ['setup', '--json', '--code', 'market', '--treasurer', 'Tess', ...options];
      const said = execFileSync(process.execPath, [cli, ...set], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return (JSON.parse(said) as { token: string }).token;
    },
    remove: async () => {
      await stop('SIGTERM');
      fs.rmSync(folder, { recursive: true, force: true });
    },
    random: drawn(seed),
  };
}
