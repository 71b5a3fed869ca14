import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What a command said, and how it ended. */
export interface Spoken {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** What it has said so far. */
  readonly stdout: () => string;
  readonly ended: Promise<Spoken>;
  /** Waits until it has said something; fails where it ends before. */
  says(text: string): Promise<void>;
  /** Asks it to end, as Ctrl-C does, and waits until it has. */
  interrupt(): Promise<Spoken>;
}

const settings = [
  'DATABASE_URL',
  'REDIS_URL',
  'MQTT_URL',
  'MQTT_COMMUNITY',
  'PORT',
  'HOST',
  'PUBLIC_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'DATA_DIR',
  'ROLE',
  'LOG_LEVEL',
];

/** Starts the built command line in a process of its own; of our own settings it sees only those given. */
export function command(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
  const inherited = Object.entries(process.env).filter(([name]) => !settings.includes(name));
  const child = spawn(process.execPath, [path.resolve('dist/src/cli.js'), ...args], {
    env: { ...Object.fromEntries(inherited), LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, isOver] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Spoken>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      isOver = true;
      resolve({ code, stdout, stderr });
    });
  });
  return {
    process: child,
    stdout: () => stdout,
    ended,
    says: async (text) => {
      while (!stdout.includes(text)) {
        if (isOver) throw new Error(`The command ended before it said "${text}":\n${stdout}\n${stderr}`);
        await pause(50);
      }
    },
    interrupt: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

/** Runs a command to its end. */
export const commonmeter = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Spoken> =>
  command(args, env).ended;

/** The one JSON document that a command printed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the command says is what a test looks at
export function documentOf({ stdout }: Spoken): any {
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}
