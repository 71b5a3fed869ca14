import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answers, freePort } from './ports.js';

/** Whether this machine has a Redis server that the tests can start for themselves. */
export const hasRedis = ((): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a Redis on a free port, with the settings given. */
export async function startRedis(settings: readonly string[]): Promise<TestRedis> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-redis-'));
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  for (let attempt = 0; !(await answers(port)); attempt += 1) {
    if (attempt > 100 || server.exitCode !== null) throw new Error('redis-server did not start');
    await pause(50);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
