import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../support/in-process.js';
import { killedService } from '../support/killed-service.js';
import { bill, billOfDay, calculated, fillMarket, type Market } from './billing-market.js';

/**
 * The built service as a process of its own, on its own embedded database, killed without warning in the middle of a calculation, of an
 * issue, of the making of documents, and of asking for advance payments, and started again. Moments are drawn from a seed, which a failure prints.
 */

/** Of each kind of moment one; `CRASH_ROUNDS` asks for more, up to nine. */
const rounds = Number.parseInt(process.env['CRASH_ROUNDS'] ?? '3', 10);
/** ROSA, LUND, ADAM, and OWNR for the empty stall; BELA comes later in the month. */
const billed = 4;
const seed = Number.parseInt(process.env['CRASH_SEED'] ?? '20261103', 10);
const service = killedService('crash', seed);

const asker =
  (treasurer: string): Market['ask'] =>
  async (method, where, body, token = treasurer): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const reply = await fetch(`${service.url()}/api/v1/${where}`, {
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
  await pause(service.random(120));
  await service.kill();
  await asked;
}

beforeAll(async () => {
  await service.start();
  await service.kill();
  const token = service.found('--name', 'Old Market Hall');
  await service.start();
  const ask = asker(token);
  const memberIds = await fillMarket(ask, { withBill: false });
  const person = (await ask('POST', 'people', { name: 'Amir', roles: [{ role: 'approver' }] })).body as { id: string };
  const approver = (await ask('POST', 'tokens', { personId: person.id, name: 'test' })).body as { token: string };
  market = { communityId: '', treasurer: token, approver: approver.token, rosa: '', memberIds, ask };
  for (let n = 1; n <= rounds; n += 1) {
    const made = await ask('POST', 'supplier-bills', billOfDay(day(n), { number: `NE-${n}` }));
    if (made.status !== 201) throw new Error(made.text);
  }
}, 180_000);

afterAll(() => service.remove(), 60_000);

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
        await service.start();
        expect(['open', 'previewed']).toContain((await see(run.id)).status);
        expect((await market.ask('POST', `${at}/calculate`)).body.inputHash).toBe(run.inputHash);
      }
      expect((await market.ask('POST', `${at}/approve`, { inputHash: run.inputHash }, market.approver)).status).toBe(
        200,
      );

      if (where === 'issue') {
        await askAndKill(`${at}/issue`);
        await service.start();
        const { status, documents } = await see(run.id);
        const whole = ['issued', 'closed'].includes(status);
        expect(whole || status === 'approved').toBe(true);
        expect([documents.total, (await invoicesOf(run.id)).length]).toEqual(whole ? [billed, billed] : [0, 0]);
      }
      if ((await see(run.id)).status === 'approved') expect((await market.ask('POST', `${at}/issue`)).status).toBe(200);

      if (where === 'documents') {
        await pause(service.random(400));
        await service.kill();
        await service.start();
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
    const pdf = await fetch(`${service.url()}/api/v1/invoices/${items[0]?.id}/document.pdf`, {
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
    await service.start();
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

  it('has asked a month for its advance payments whole or not at all: documents, numbers and books together', async () => {
    const payers = ['ROSA', 'LUND', 'BELA'];
    for (const code of payers) {
      const [occupancy] = (await market.ask('GET', `occupancies?member=${code}`)).body.items as { id: string }[];
      const agreed = { from: '2027-01-01', amount: '100.00', taxCode: 'S', agreedBy: code, agreedOn: '2026-10-01' };
      const made = await market.ask('POST', 'advance-plans', { occupancy: occupancy!.id, ...agreed });
      expect([made.status, made.text]).toEqual([201, made.text]);
    }
    const askedFor = async (month: string): Promise<number> =>
      ((await market.ask('GET', 'advances?limit=500')).body.items as { period: { from: string } }[]).filter(
        ({ period }) => period.from.startsWith(month),
      ).length;
    const owed = async (): Promise<string | undefined> =>
      ((await market.ask('GET', 'accounts?limit=500')).body.items as { account: string; balance: string }[]).find(
        ({ account }) => account === 'members-advances',
      )?.balance;
    for (let n = 1; n <= rounds; n += 1) {
      const month = `2027-0${n}`;
      await askAndKill('advances', { month });
      await service.start();
      const there = await askedFor(month);
      expect([0, payers.length]).toContain(there);
      const before = (n - 1) * payers.length + there;
      expect(await owed()).toBe(before === 0 ? undefined : `-${before * 100}.00`);
      const again = (await market.ask('POST', 'advances', { month })).body as { asked: object[]; before: number };
      expect([again.asked.length, again.before]).toEqual([payers.length - there, there]);
      expect(await owed()).toBe(`-${n * payers.length * 100}.00`);
    }
    const { items } = (await market.ask('GET', 'advances?limit=500')).body as { items: { document: string }[] };
    const numbers = items.map(({ document }) => Number.parseInt(document.slice(-5), 10)).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: rounds * payers.length }, (_, index) => index + 1));
  }, 240_000);
});
