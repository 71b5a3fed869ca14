import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openBroker } from '../../src/demo/broker.js';
import { answers, freePort } from './ports.js';

/** A broker that keeps sessions. */
export interface TestBroker {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Whether this machine has a Mosquitto that the tests can start for themselves. */
export const hasMosquitto = ((): boolean => {
  try {
    execFileSync('mosquitto', ['-h'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // Asked for help, it ends with a code of its own.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
})();

/** A broker in this process: the demo's, at a free port. */
export async function startAedes(): Promise<TestBroker> {
  const broker = await openBroker(0);
  return { url: broker.url, port: broker.port, stop: () => broker.close() };
}

/** Mosquitto with the configuration that we hand out, on a free port and in a folder of its own. */
export async function startMosquitto(): Promise<TestBroker> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-mosquitto-'));
  const port = await freePort();
  const ours = path.resolve('docker/mosquitto');
  const given = fs.readFileSync(path.join(ours, 'mosquitto.conf'), 'utf8');
  const config = given
    .replace(/^listener .*$/m, `listener ${port} 127.0.0.1`)
    .replaceAll('/mosquitto/data/', `${folder}/`)
    .replaceAll('/mosquitto/config/', `${ours}/`);
  fs.writeFileSync(path.join(folder, 'mosquitto.conf'), `${config}\nuser root\n`);
  execFileSync('mosquitto_passwd', ['-c', '-b', path.join(folder, 'passwords'), 'commonmeter', 'secret']);
  execFileSync('mosquitto_passwd', ['-b', path.join(folder, 'passwords'), 'devices', 'secret']);
  const server: ChildProcess = spawn('mosquitto', ['-c', path.join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  for (let attempt = 0; !(await answers(port)); attempt += 1) {
    if (attempt > 100 || server.exitCode !== null) throw new Error('mosquitto did not start');
    await pause(50);
  }
  return {
    url: `mqtt://commonmeter:secret@127.0.0.1:${port}`,
    port,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
