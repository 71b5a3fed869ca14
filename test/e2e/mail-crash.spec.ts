import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../support/in-process.js';
import { type KilledService, killedService } from '../support/killed-service.js';
import { freePort } from '../support/ports.js';
import { type SmtpSink, smtpSink } from '../support/smtp-sink.js';
import { billOfDay, calculated, fillMarket, issued, type Market } from './billing-market.js';

/**
 * The built service as a process of its own, killed while the mails of a run wait for their time, and again while some are being handed
 * over: each of them goes once, or twice under one message id where the server's word was never heard, and none is lost (ADR 0039).
 */

/** Whoever is billed for the first of October, with an address. */
const members = ['ROSA', 'LUND', 'ADAM', 'OWNR'];
const day = { from: '2026-10-01', to: '2026-10-02' };

interface Item {
  readonly number: string;
  readonly member: { readonly code: string };
  readonly document: string;
  readonly mail: { readonly to: string; readonly state: string; readonly leavesAt: string } | null;
}

let sink: SmtpSink;
let service: KilledService;
let run: string;
let ask: Market['ask'];

const addressOf = (code: string): string => `${code.toLowerCase()}@hall.example`;
const mails = async (): Promise<Item[]> => (await ask('GET', `billing-runs/${run}/mails`)).body.items;
const states = async (): Promise<string[]> => (await mails()).map(({ mail }) => mail?.state ?? 'unwritten');

/** @param isSo asked again until it is */
async function until(what: string, isSo: () => Promise<boolean> | boolean, tries = 900): Promise<void> {
  for (let tried = 0; !(await isSo()); tried += 1) {
    if (tried > tries) throw new Error(`It never came to be: ${what}; ${JSON.stringify(await mails())}`);
    await pause(200);
  }
}

beforeAll(async () => {
  sink = await smtpSink();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  service = killedService('mail-crash', 0, {
    ...{ PORT: String(port), PUBLIC_URL: url, SMTP_URL: sink.url, MAIL_FROM: 'meters@hall.example' },
  });
  const token = service.found('--name', 'Old Market Hall');
  await service.start();
  ask = async (method, where, body, by = token): Promise<Answer> => {
    const reply = await fetch(`${url}/api/v1/${where}`, {
      method,
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, text, body: text === '' ? undefined : JSON.parse(text), headers: {} };
  };
  await fillMarket(ask, { withBill: false });
  for (const code of members) await ask('PATCH', `members/${code}`, { email: addressOf(code) });
  const mailing = { name: 'mailing', from: '2026-09-01', terms: { undoMinutes: 1 }, decision: 'minute 9' };
  expect(await ask('POST', 'policies', mailing)).toMatchObject({ status: 201 });
  await ask('POST', 'supplier-bills', billOfDay(day));
  const person = (await ask('POST', 'people', { name: 'Amir', roles: [{ role: 'approver' }] })).body as { id: string };
  const approver = (await ask('POST', 'tokens', { personId: person.id, name: 'test' })).body as { token: string };
  run = (await issued({ ask, approver: approver.token }, await calculated({ ask }, day))).id;
}, 240_000);

afterAll(async () => {
  await service?.remove();
  await sink?.close();
}, 60_000);

describe('mails of a run', () => {
  it('wait on for their time where the service was killed meanwhile', async () => {
    await until('all wait', async () => (await states()).every((state) => state === 'waiting'), 250);
    const before = (await mails()).map(({ number, mail }) => [number, mail?.leavesAt]);
    expect(before).toHaveLength(members.length);
    await service.kill();
    await service.start();
    expect((await mails()).map(({ number, mail }) => [number, mail?.leavesAt])).toEqual(before);
    expect(await states()).toEqual(members.map(() => 'waiting'));
    expect(sink.taken).toEqual([]);
    const leavesAt = Date.parse(before[0]?.[1] ?? '');
    // From now on the server takes what it is given and says nothing of it.
    sink.behaviour = 'silent';
    await until('some are handed over', () => sink.taken.length >= 2);
    expect(Date.now()).toBeGreaterThanOrEqual(leavesAt);
  }, 180_000);

  it('go once, or twice under one message id, where it was killed before the word of the server was heard', async () => {
    expect((await states()).filter((state) => state === 'leaving').length).toBeGreaterThanOrEqual(2);
    await service.kill();
    const handed = sink.taken.map(({ to }) => to[0]);
    sink.behaviour = 'well';
    await service.start();
    await until('all are accepted', async () => (await states()).every((state) => state === 'accepted'));
    // Whatever would still go has a moment for it.
    await pause(3_000);
    const sent = members.map((code) => {
      const own = sink.taken.filter(({ to }) => to[0] === addressOf(code));
      return { code, times: own.length, ids: new Set(own.map(({ mail }) => mail.messageId)).size };
    });
    expect(sent).toEqual(members.map((code) => ({ code, times: handed.includes(addressOf(code)) ? 2 : 1, ids: 1 })));
    const { items } = (await ask('GET', 'outbox')).body as { items: { kind: string; state: string }[] };
    expect(items.filter(({ kind }) => kind === 'statement').map(({ state }) => state)).toEqual(
      members.map(() => 'accepted'),
    );
  }, 240_000);
});
