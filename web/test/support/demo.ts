import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { browserPath, noBrowser } from './chromium';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the demo listens; empty where no browser is there to look at it. */
    url: string;
  }
}

/** A demo of its own for the whole run, made by the built service as a newcomer makes it, and thrown away afterwards; or the one of DEMO_URL. */
export default async function startDemo(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (browserPath === undefined) {
    process.stderr.write(`${noBrowser}\n`);
    project.provide('url', '');
    return undefined;
  }
  const running = process.env['DEMO_URL'];
  if (running !== undefined) {
    project.provide('url', running);
    return undefined;
  }
  const { url, stop } = await openDemo();
  project.provide('url', url);
  return stop;
}

/** Starts the demo in an empty folder. @returns its address, and how to end it */
export const openDemo = (): Promise<{ url: string; stop: () => Promise<void> }> => openService(emptyFolder());

export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'commonmeter-web-'));
  chmodSync(folder, 0o755); // as root, the database server's own user must be able to walk here
  return folder;
}

const cli = path.resolve(import.meta.dirname, '../../../dist/src/cli.js');

/** What the service is told of its surroundings: nothing of ours but the folder and what a test says. */
function settings(folder: string, own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const ours = /^(DATABASE_URL|REDIS_URL|MQTT_URL|MQTT_COMMUNITY|HOST|PUBLIC_URL|ROLE)$/;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  return { ...inherited, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'warn', ...own };
}

/** Runs a command of the service in a folder to its end. */
export async function runCommand(folder: string, ...words: string[]): Promise<void> {
  const run = spawn(process.execPath, [cli, ...words], {
    env: settings(folder, {}),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise<number | null>((resolve) => run.once('exit', resolve));
  if (code !== 0) throw new Error(`commonmeter ${words.join(' ')} ended with ${code}.`);
}

/** Starts the service in a folder, with the demo where there is nothing else. @returns its address, and how to end it */
export async function openService(
  folder: string,
  own: Readonly<Record<string, string>> = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const service = spawn(process.execPath, [cli, 'start'], {
    env: settings(folder, own),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => service.once('exit', () => resolve()));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    service.stdout.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
      const address = /^App +(\S+)/m.exec(said)?.[1];
      if (address !== undefined && said.includes('Press Ctrl-C')) resolve(address);
    });
    void ended.then(() => reject(new Error(`The service ended before it began:\n${said}`)));
  });
  const stop = async (): Promise<void> => {
    service.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { url, stop };
}
