import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { programs, type RunProgram } from './binaries.js';
import { holdServer } from './holder.js';
import { placeFor, sharedFolder } from './place.js';
import { serverUser, type SystemUser } from './server-user.js';

/**
 * The database that needs no installing: a real PostgreSQL, started beside the service and stopped with it.
 *
 * A start finds one of three things: nothing (the cluster is made, whole or not at all), a cluster at rest (it is
 * started), or a cluster that runs, because its process was killed without a chance to stop it (it is adopted). The server
 * detaches from the terminal, so that Ctrl-C reaches only us and requests under way are still answered.
 */
export interface EmbeddedServer {
  /** Address of a database on this server, for its superuser. */
  urlFor(database: string): string;
  /** Stops the server, unless another process started it and still uses it. */
  stop(): Promise<void>;
  /** The folder that holds the data. */
  readonly place: string;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** Settings of postgresql.conf. Durability is never among them, except in tests. */
  readonly flags?: Readonly<Record<string, string | number>>;
}

export async function startEmbedded({ dataDir, flags = {} }: EmbeddedOptions): Promise<EmbeddedServer> {
  const user = serverUser();
  const place = placeFor(dataDir, user);
  const run = programs(user, user ? sharedFolder : place);
  const data = path.join(place, 'data');
  if (!fs.existsSync(data)) await makeCluster(run, place, user);
  const password = fs.readFileSync(passwordFile(data), 'utf8').trim();
  const port = (await portOfRunning(run, data)) ?? (await startCluster(run, data, flags));
  const release = holdServer(place);
  return {
    place,
    urlFor: (database) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      if (!release()) return;
      const { code, output } = await run('pg_ctl', ['-D', data, '-w', '-t', '60', '-s', '-m', 'fast', 'stop']);
      if (code !== 0 && (await portOfRunning(run, data)) !== undefined)
        throw new Error(`PostgreSQL did not stop: ${output}`);
    },
  };
}

const passwordFile = (data: string) => path.join(data, 'commonmeter.password');

/** Makes a cluster in a folder aside and gives it its name when it is whole; a start that is killed half-way leaves no ruin. */
async function makeCluster(run: RunProgram, place: string, user: SystemUser | undefined): Promise<void> {
  const half = path.join(place, `new.${process.pid}`);
  const password = path.join(place, `password.${process.pid}`);
  fs.rmSync(half, { recursive: true, force: true });
  fs.writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (user) fs.chownSync(password, user.uid, user.gid);
  const login = ['-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', password];
  const language = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const { code, output } = await run('initdb', ['-D', half, ...login, ...language, '--no-instructions']);
  try {
    if (code !== 0) throw new Error(`PostgreSQL could not make its data folder in ${place}: ${output}`);
    fs.renameSync(password, passwordFile(half));
    fs.renameSync(half, path.join(place, 'data'));
  } catch (error) {
    fs.rmSync(password, { force: true });
    fs.rmSync(half, { recursive: true, force: true });
    if (!fs.existsSync(path.join(place, 'data'))) throw error;
  }
}

async function startCluster(
  run: RunProgram,
  data: string,
  flags: NonNullable<EmbeddedOptions['flags']>,
): Promise<number> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...flags,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  fs.writeFileSync(path.join(data, 'postgresql.auto.conf'), lines.join(''));
  const log = path.join(data, '..', 'postgres.log');
  const port = await freePort();
  const { code, output } = await run('pg_ctl', [
    '-D',
    data,
    '-w',
    '-t',
    '120',
    '-s',
    '-l',
    log,
    '-o',
    `-p ${port}`,
    'start',
  ]);
  if (code === 0) return port;
  const startedByAnother = await portOfRunning(run, data);
  if (startedByAnother !== undefined) return startedByAnother;
  throw new Error(`PostgreSQL did not start: ${output}\n${tail(log)}`);
}

/** The port of a server that runs on this data. A killed server may look alive for seconds, so the port is tried too. */
async function portOfRunning(run: RunProgram, data: string): Promise<number | undefined> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await run('pg_ctl', ['-D', data, 'status'])).code !== 0) return undefined;
    const port = portInPidFile(data);
    if (port !== undefined && (await answers(port))) return port;
    await pause(200);
  }
  return undefined;
}

function portInPidFile(data: string): number | undefined {
  try {
    const port = Number.parseInt(fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[3] ?? '', 10);
    return Number.isNaN(port) ? undefined : port;
  } catch {
    return undefined;
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

const tail = (log: string): string => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').slice(-2000) : '');
