import { generateKeyPairSync } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Forwarder } from '../../clients/forward.js';
import { fromEpochMs } from '../../src/domain/calendar/period.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { type Service, startService } from '../support/service.js';

/* Days without a network: the two reference clients keep what the meter showed, and bring it all in, once. */

const folder = mkdtempSync(join(tmpdir(), 'commonmeter-forward-'));
const hour = 3_600_000;
let service: Service;
let communityId: string;
let key: string;
let signer: { readonly id: string; readonly token: string };
const pair = generateKeyPairSync('ed25519');
let proxy: Proxy;

/** Between gateway and service: away, or answering for the service; may cut a connection after the service has answered. */
class Proxy {
  private server: Server | undefined;
  port = 0;
  asked = 0;

  constructor(private readonly target: string) {}

  /** @param cut numbers of the requests whose answers get lost on their way */
  async open(cut: readonly number[] = []): Promise<void> {
    this.asked = 0;
    this.server = createServer((request, reply) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.asked += 1;
        const isCut = cut.includes(this.asked);
        const passed = ['authorization', 'content-type', 'content-digest', 'signature-input', 'signature'];
        const headers = Object.fromEntries(
          passed.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : [])),
        );
        fetch(`${this.target}${request.url ?? ''}`, {
          method: 'POST',
          headers,
          body: Buffer.concat(parts),
        })
          .then(async (answer) => {
            const text = await answer.text();
            if (isCut) request.socket.destroy();
            else reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
          })
          .catch(() => request.socket.destroy());
      });
    });
    await new Promise<void>((listening) => this.server?.listen(this.port, '127.0.0.1', listening));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((closed) => this.server?.close(closed));
  }
}

const reading = (meter: string, i: number, value = `${1000 + i}.5`) => ({
  meter,
  register: 'import',
  at: fromEpochMs(Date.parse('2026-07-01T00:00:00Z') + i * hour),
  value,
  unit: 'kWh',
});
const storedOf = async (meter: string): Promise<string[]> => {
  const rows = await service.database.transactions.inCommunity(communityId, (tx) =>
    tx.query<{ value: string }>(
      `SELECT trim_scale(r.value)::text AS value FROM reading r JOIN register g ON g.no = r.register_no JOIN meter m ON m.id = g.meter_id
       WHERE m.code = $1 ORDER BY r.at`,
      [meter],
    ),
  );
  return rows.map(({ value }) => value);
};

beforeAll(async () => {
  service = await startService();
  const access = service.app.get(AccessService);
  const treasurer = { name: 'Tess', email: '' };
  const place = { code: 'market', name: 'Market', currency: 'GBP', zone: 'Europe/London' };
  const founded = await access.createCommunity({ ...place, treasurer });
  communityId = founded.communityId;
  const ask = async (path: string, body: object): Promise<{ id: string }> => {
    const answer = await fetch(`${service.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${founded.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { id: string };
  };
  const site = await ask('sites', { code: 'OMH', name: 'Hall', zone: 'Europe/London' });
  for (const code of ['SHELL', 'NODE']) {
    const registers = [{ code: 'import', kind: 'cumulative', unit: 'kWh' }];
    const installedFrom = '2026-01-01T00:00:00Z';
    await ask('meters', { site: 'OMH', code, name: code, role: 'sub', installedFrom, registers });
  }
  key = (await access.issueDeviceKey(communityId, { name: 'gateway', siteId: site.id }, system)).token;
  signer = await access.issueDeviceKey(communityId, { name: 'signer', siteId: site.id }, system);
  const publicKey = pair.publicKey.export({ format: 'pem', type: 'spki' });
  await ask(`device-keys/${signer.id}/signing-keys`, { publicKey });
  proxy = new Proxy(service.url);
  await proxy.open();
  await proxy.close();
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

const hours = 1_500;
const wanted = Array.from({ length: hours }, (_, i) => `${1000 + i}.5`);

describe('the shell client', () => {
  if (spawnSync('curl', ['--version'], { stdio: 'ignore' }).error !== undefined) {
    it.skip('is skipped: this machine has no curl', () => undefined);
    return;
  }
  const place = join(folder, 'shell');
  const queue = join(place, 'queue');
  const log = (from: number, to: number): void => {
    for (let i = from; i < to; i += 1) appendFileSync(queue, `${JSON.stringify(reading('SHELL', i))}\n`);
  };
  const forward = (): Promise<number | null> =>
    new Promise((done, failed) => {
      const args = ['clients/forward.sh', `http://127.0.0.1:${proxy.port}`, key, place].map((arg, i) =>
        i === 0 ? resolve(arg) : arg,
      );
      spawn('sh', args, { stdio: 'ignore' }).once('close', done).once('error', failed);
    });

  it('keeps everything while nobody answers', async () => {
    mkdirSync(place);
    log(0, 700);
    expect(await forward()).toBe(1);
    log(700, hours);
    expect(await forward()).toBe(1);
    expect(await storedOf('SHELL')).toEqual([]);
  });

  it('sends again what was not answered, and everything is there once', async () => {
    await proxy.open([1]);
    expect(await forward()).toBe(1);
    expect((await storedOf('SHELL')).length).toBeGreaterThan(0);
    expect(await forward()).toBe(0);
    await proxy.close();
    expect(await storedOf('SHELL')).toEqual(wanted);
    expect([existsSync(queue), existsSync(join(place, 'running'))]).toEqual([false, false]);
  });

  it('writes down what was not simply stored, and goes on', async () => {
    await proxy.open();
    appendFileSync(queue, `${JSON.stringify(reading('SHELL', 0, '7'))}\n${JSON.stringify(reading('SHELL', hours))}\n`);
    expect(await forward()).toBe(0);
    await proxy.close();
    const answers = readFileSync(join(place, 'answers'), 'utf8');
    expect(answers).toContain('"status":"conflict"');
    expect(answers).toContain(JSON.stringify(reading('SHELL', 0, '7')));
    expect((await storedOf('SHELL')).length).toBe(hours + 1);
  });
});

describe('the Node client', () => {
  const place = join(folder, 'node');
  const said: string[] = [];
  // A new one each time: what it knows is on the disk.
  const forwarder = (): Forwarder =>
    new Forwarder({
      url: `http://127.0.0.1:${proxy.port}`,
      key,
      folder: place,
      onAnswer: (line, { status }) => said.push(`${status} ${line}`),
    });

  it('keeps everything while nobody answers', async () => {
    mkdirSync(place);
    for (let i = 0; i < hours; i += 1) forwarder().keep(reading('NODE', i));
    expect(await forwarder().send()).toBeGreaterThan(0);
    expect(await storedOf('NODE')).toEqual([]);
  });

  it('sends again what was not answered, and everything is there once', async () => {
    await proxy.open([1]);
    expect(await forwarder().send()).toBeGreaterThan(0);
    expect(await forwarder().send()).toBe(0);
    expect(await storedOf('NODE')).toEqual(wanted);
    expect([proxy.asked, existsSync(join(place, 'queue.ndjson')), said]).toEqual([3, false, []]);
    expect(await forwarder().send()).toBe(0);
    expect(proxy.asked).toBe(3);
  });

  it('leaves a line that was cut off, and tells what was not simply stored', async () => {
    forwarder().keep(reading('NODE', 0, '7'));
    appendFileSync(join(place, 'queue.ndjson'), '{"meter": "NO');
    expect(await forwarder().send()).toBe(0);
    expect(said).toEqual([`conflict ${JSON.stringify(reading('NODE', 0, '7'))}`]);
    expect(readFileSync(join(place, 'queue.ndjson'), 'utf8')).toContain('{"meter": "NO');
    await proxy.close();
  });
});

describe('a gateway that signs', () => {
  const verdicts = () =>
    service.database.transactions.inCommunity(communityId, (tx) =>
      tx.query<{ verdict: string; readings: number }>(
        `SELECT s.verdict, (SELECT count(*)::int FROM reading r WHERE r.batch_no = s.batch_no) AS readings FROM batch_signature s
         WHERE s.community_id = current_community() ORDER BY s.batch_no`,
      ),
    );

  it('signs what it sends with either client, and the service verifies it', async () => {
    await proxy.open();
    const url = `http://127.0.0.1:${proxy.port}`;
    const node = join(folder, 'signed-node');
    mkdirSync(node);
    const forwarder = new Forwarder({ url, key: signer.token, folder: node, secret: pair.privateKey });
    forwarder.keep(reading('NODE', 2_000));
    // The first may take a connection that the proxy closed when it was away.
    const waits = [await forwarder.send(), await forwarder.send()];
    expect(waits[1]).toBe(0);
    expect(await verdicts()).toEqual([{ verdict: 'verified', readings: 1 }]);
    const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' });
    if (openssl.status === 0 && openssl.stdout.startsWith('OpenSSL 3')) {
      const shell = join(folder, 'signed-shell');
      mkdirSync(shell);
      const secret = join(folder, 'gateway.pem');
      writeFileSync(secret, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
      for (const i of [2_000, 2_001]) appendFileSync(join(shell, 'queue'), `${JSON.stringify(reading('SHELL', i))}\n`);
      const args = [resolve('clients/forward.sh'), url, signer.token, shell, secret];
      const ended = await new Promise((done, failed) =>
        spawn('sh', args, { stdio: 'ignore' }).once('close', done).once('error', failed),
      );
      expect(ended).toBe(0);
      expect(await verdicts()).toEqual([
        { verdict: 'verified', readings: 1 },
        { verdict: 'verified', readings: 2 },
      ]);
    }
    await proxy.close();
  });
});
