import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../support/in-process.js';
import { bill, calculated, fillMarket, type Market } from './billing-market.js';

/**
 * The built service as a process of its own, on its own embedded database, killed without warning in the middle of a calculation, of an
 * issue, and of the making of documents, and started again. Moments are drawn from a seed, which a failure prints.
 */

/** Of each kind of moment one; `CRASH_ROUNDS` asks for more, up to nine. */
const rounds = Number.parseInt(process.env['CRASH_ROUNDS'] ?? '3', 10);
/** ROSA, LUND, ADAM, and OWNR for the empty stall; BELA comes later in the month. */
const billed = 4;
const seed = Number.parseInt(process.env['CRASH_SEED'] ?? '20261103', 10);
const cli = path.resolve('dist/src/cli.js');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'commonmeter-crash-'));
fs.chmodSync(folder, 0o755);
const environment = {
  ...process.env,
  DATA_DIR: folder,
  XDG_DATA_HOME: folder,
  PORT: '0',
  LOG_LEVEL: 'fatal',
  DATABASE_URL: '',
  REDIS_URL: '',
};

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
  const ended = new Promise((resolve) => service.once('exit', resolve));
  service.kill('SIGKILL');
  await ended;
}

const asker =
  (treasurer: string): Market['ask'] =>
  async (method, where, body, token = treasurer): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const reply = await fetch(`${url}/api/v1/${where}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    const isJson = reply.headers.get('content-type')?.includes('json') === true;
    return {
      status: reply.status,
      text,
      body: isJson ? JSON.parse(text) : undefined,
      headers: Object.fromEntries(reply.headers),
    };
  };

let market: Pick<Market, 'ask' | 'approver'> & Market;
const day = (n: number) => ({ from: `2026-10-0${n}`, to: `2026-10-0${n + 1}` });

/** Asks, and kills the service a moment later; whether the answer arrives is luck. */
async function askAndKill(where: string, body?: unknown, token?: string): Promise<void> {
  const asked = market.ask('POST', where, body, token).catch(() => undefined);
  await pause(random(120));
  await kill();
  await asked;
}

beforeAll(async () => {
  await start();
  await kill();
  const set = ['setup', '--json', '--code', 'market', '--name', 'Old Market Hall', '--treasurer', 'Tess'];
  const founded = JSON.parse(
    execFileSync(process.execPath, [cli, ...set], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as {
    token: string;
  };
  await start();
  const ask = asker(founded.token);
  const memberIds = await fillMarket(ask, { withBill: false });
  const person = (await ask('POST', 'people', { name: 'Amir', roles: [{ role: 'approver' }] })).body as { id: string };
  const approver = (await ask('POST', 'tokens', { personId: person.id, name: 'test' })).body as { token: string };
  market = { communityId: '', treasurer: founded.token, approver: approver.token, rosa: '', memberIds, ask };
  for (let n = 1; n <= rounds; n += 1) {
    const [first, second, third, fourth] = bill().components;
    // A day of 17 and 7 hours at 4.7 kW: 79.9 and 32.9 kWh.
    const components = [
      { ...first, quantity: '79.9', amount: '15.98', tax: '3.20' },
      { ...second, quantity: '32.9', amount: '3.29', tax: '0.66' },
      { ...third, quantity: '1', amount: '1.80', tax: '0.36' },
      { ...fourth, quantity: '112.8', amount: '0.90', tax: '0.18' },
    ];
    const made = await ask(
      'POST',
      'supplier-bills',
      bill({ number: `NE-${n}`, period: day(n), net: '21.97', tax: '4.40', gross: '26.37', components }),
    );
    if (made.status !== 201) throw new Error(made.text);
  }
}, 180_000);

afterAll(async () => {
  if (service.exitCode === null && service.signalCode === null) {
    const ended = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGTERM');
    await ended;
  }
  fs.rmSync(folder, { recursive: true, force: true });
}, 60_000);

const see = async (id: string): Promise<Answer['body']> => (await market.ask('GET', `billing-runs/${id}`)).body;
const invoicesOf = async (id: string): Promise<{ number: string; document: string }[]> =>
  (await market.ask('GET', `invoices?run=${id}`)).body.items;

describe(`a service that is killed (seed ${seed})`, () => {
  it.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    'has issued a run whole or not at all, round %i',
    async (n) => {
      const where = (['calculate', 'issue', 'documents'] as const)[(n - 1) % 3];
      const run = await calculated(market, day(n));
      expect(run.status).toBe('previewed');
      const at = `billing-runs/${run.id}`;

      if (where === 'calculate') {
        await askAndKill(`${at}/calculate`);
        await start();
        expect(['open', 'previewed']).toContain((await see(run.id)).status);
        expect((await market.ask('POST', `${at}/calculate`)).body.inputHash).toBe(run.inputHash);
      }
      expect((await market.ask('POST', `${at}/approve`, { inputHash: run.inputHash }, market.approver)).status).toBe(
        200,
      );

      if (where === 'issue') {
        await askAndKill(`${at}/issue`);
        await start();
        const { status, documents } = await see(run.id);
        const whole = ['issued', 'closed'].includes(status);
        expect(whole || status === 'approved').toBe(true);
        expect([documents.total, (await invoicesOf(run.id)).length]).toEqual(whole ? [billed, billed] : [0, 0]);
      }
      if ((await see(run.id)).status === 'approved') expect((await market.ask('POST', `${at}/issue`)).status).toBe(200);

      if (where === 'documents') {
        await pause(random(400));
        await kill();
        await start();
      }
      for (let attempt = 0; (await see(run.id)).status !== 'closed'; attempt += 1) {
        if (attempt > 900)
          throw new Error(`The documents were not made (seed ${seed}): ${JSON.stringify(await see(run.id))}`);
        await pause(200);
      }
      expect((await see(run.id)).documents).toEqual({ done: billed, total: billed });
    },
    240_000,
  );

  it('has numbered without gap and made one document for each invoice', async () => {
    const { items } = (await market.ask('GET', 'invoices?limit=500')).body as {
      items: { id: string; number: string; document: string }[];
    };
    expect(items).toHaveLength(billed * rounds);
    expect(items.map(({ number }) => Number.parseInt(number.slice(-5), 10)).sort((a, b) => a - b)).toEqual(
      items.map((_, index) => index + 1),
    );
    expect(new Set(items.map(({ document }) => document))).toEqual(new Set(['done']));
    const pdf = await fetch(`${url}/api/v1/invoices/${items[0]?.id}/document.pdf`, {
      headers: { authorization: `Bearer ${market.treasurer}` },
    });
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 8)
        .toString('latin1'),
    ).toBe('%PDF-1.7');
  });

  it('has corrected a run whole or not at all: credit notes, invoices and books together', async () => {
    const late = { ...bill().components[2], description: 'Reactive power', kind: 'other', key: 'equal' };
    const components = [{ ...late, quantity: null, unit: null, price: null, amount: '8.00', tax: '1.60' }];
    const second = bill({ number: 'NE-late', period: day(1), net: '8.00', tax: '1.60', gross: '9.60', components });
    expect((await market.ask('POST', 'supplier-bills', second)).status).toBe(201);
    const { items } = (await market.ask('GET', 'billing-runs?limit=500')).body as {
      items: { id: string; period: { from: string } }[];
    };
    const run = items.find(({ period }) => period.from === day(1).from)!;
    const given = { way: 'credit-and-reissue', cause: 'Reactive power was billed late' };
    const { id } = (await market.ask('POST', `billing-runs/${run.id}/corrections`, given)).body as { id: string };
    const { inputHash } = (await market.ask('POST', `billing-runs/${id}/calculate`)).body as { inputHash: string };
    const approval = await market.ask('POST', `billing-runs/${id}/approve`, { inputHash }, market.approver);
    expect(approval.status).toBe(200);
    await askAndKill(`billing-runs/${id}/issue`);
    await start();
    const { status } = await see(id);
    const whole = ['issued', 'closed'].includes(status);
    expect(whole || status === 'approved').toBe(true);
    const papers = async () =>
      (await market.ask('GET', `invoices?run=${id}&limit=500`)).body.items as { kind: string }[];
    expect(await papers()).toHaveLength(whole ? 2 * billed : 0);
    if (!whole) expect((await market.ask('POST', `billing-runs/${id}/issue`)).status).toBe(200);
    expect((await papers()).filter(({ kind }) => kind === 'credit-note')).toHaveLength(billed);
    expect((await papers()).filter(({ kind }) => kind === 'invoice')).toHaveLength(billed);
  }, 240_000);
});
