import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A broker in a process of its own: Mosquitto where the machine has it, else the one that the tests use. */
export interface BenchBroker {
  readonly name: string;
  readonly url: string;
  close(): Promise<void>;
}

export async function startBroker(): Promise<BenchBroker> {
  return spawnSync('mosquitto', ['-h']).error ? startAedes() : startMosquitto();
}

/** What the configuration that we hand out says of queues, without accounts. */
const settings = (port: number): string => `
listener ${port} 127.0.0.1
allow_anonymous true
upgrade_outgoing_qos true
max_queued_messages 2000000
max_inflight_messages 1000
user root
log_type error
`;

async function startMosquitto(): Promise<BenchBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'commonmeter-bench-broker-'));
  const port = await freePort();
  writeFileSync(join(folder, 'mosquitto.conf'), settings(port));
  const child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  for (let attempt = 0; !(await answers(port)); attempt += 1) {
    if (attempt > 100 || child.exitCode !== null) throw new Error('mosquitto did not start');
    await pause(50);
  }
  const close = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  return { name: 'Mosquitto', url: `mqtt://127.0.0.1:${port}`, close };
}

async function startAedes(): Promise<BenchBroker> {
  const child = fork(new URL('./broker-process.js', import.meta.url));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { name: 'Aedes', url: `mqtt://127.0.0.1:${port}`, close: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
