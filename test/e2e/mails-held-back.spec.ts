import { FixedClock } from '../../src/platform/clock.js';
import { asOwnerOf } from '../support/database.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { type SmtpSink, smtpSink } from '../support/smtp-sink.js';
import { calculated, foundMarket, issued, type Market, work } from './billing-market.js';

/**
 * Statements wait ten minutes before they leave. Until then a treasurer holds them back; afterwards each goes when somebody sends it, and
 * nobody gets two. What was issued stays as it is, whatever becomes of its mail.
 */

const clock = new FixedClock('2026-11-03T09:30:00Z');
let sink: SmtpSink;
let service: InProcess;
let market: Market;
let run: string;

interface Item {
  readonly invoiceId: string;
  readonly number: string;
  readonly member: { readonly code: string };
  readonly hasAddress: boolean;
  readonly document: string;
  readonly mail: { readonly id: string; readonly to: string; readonly state: string; readonly leavesAt: string } | null;
}
const mails = async () =>
  (await market.ask('GET', `billing-runs/${run}/mails`)).body as { leavesAt: string | null; items: Item[] };
const of = async (member: string, number?: string) =>
  (await mails()).items.find((one) => one.member.code === member && (number === undefined || one.number === number));
const stateOf = async (member: string) => (await of(member))?.mail?.state;

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    if (tries > 2000) throw new Error(`It never came to be: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const issuedBytes = async () =>
  (
    await service.database.owner.query(
      `SELECT i.number, i.gross::text, encode(s.sha256, 'hex') AS statement FROM invoice i JOIN invoice_statement s ON s.invoice_id = i.id ORDER BY i.number`,
    )
  ).rows;

beforeAll(async () => {
  sink = await smtpSink();
  service = await inProcess(clock, {
    ...{ PUBLIC_URL: 'https://hall.example', SMTP_URL: sink.url, MAIL_FROM: 'meters@hall.example' },
  });
  market = await foundMarket(service);
  for (const [member, email] of [
    ['ROSA', 'rosa@bakery.example'],
    ['LUND', 'lund@shop.example'],
  ])
    await market.ask('PATCH', `members/${member}`, { email });
  run = (await issued(market, await calculated(market))).id;
}, 120_000);
afterAll(async () => {
  await service?.close();
  await sink?.close();
});

describe('the mails of a run', () => {
  it('are held back even before their documents are made, and nothing is sent before there is something to send', async () => {
    expect(await mails()).toMatchObject({
      leavesAt: null,
      items: expect.arrayContaining([expect.objectContaining({ mail: null })]),
    });
    const before = await issuedBytes();
    const held = await market.ask('POST', `billing-runs/${run}/mails/hold`);
    expect(held.status).toBe(200);
    const early = await market.ask('POST', `billing-runs/${run}/mails/send`);
    expect([early.status, early.body.code]).toEqual([409, 'request-in-progress']);
    work(service);
    await until('all documents are made', async () =>
      (await mails()).items.every(({ document }) => document === 'done'),
    );
    const { items } = await mails();
    expect(Object.fromEntries(items.map(({ member, mail }) => [member.code, mail?.state ?? null]))).toEqual({
      ...{ ROSA: 'held', LUND: 'held' },
      ...{ ADAM: null, BELA: null, OWNR: null },
    });
    expect(await issuedBytes()).toEqual(before);
    expect(sink.taken).toEqual([]);
  });

  it('cannot be held twice, and the answer says what can be done', async () => {
    const { status, body } = await market.ask('POST', `billing-runs/${run}/mails/hold`);
    expect([status, body.code]).toEqual([409, 'conflict']);
    expect(body.detail).toContain('taken back by a correction');
  });

  it('go when somebody sends them, each once, to the address of now', async () => {
    await market.ask('PATCH', 'members/LUND', { email: 'office@lund.example' });
    const sent = await market.ask('POST', `billing-runs/${run}/mails/send`);
    expect(sent.status).toBe(200);
    // Twice at once is once: the second finds what the first made.
    const again = await market.ask('POST', `billing-runs/${run}/mails/send`);
    expect([200, 409]).toContain(again.status);
    await until(
      'both are taken',
      async () => (await stateOf('ROSA')) === 'accepted' && (await stateOf('LUND')) === 'accepted',
    );
    expect(sink.taken.map(({ to }) => to[0]).sort()).toEqual(['office@lund.example', 'rosa@bakery.example']);
  });

  it('are repeated one by one, as another mail, also after the server refused one', async () => {
    const invoice = (await of('ROSA'))?.invoiceId ?? '';
    sink.behaviour = 'refuse';
    expect((await market.ask('POST', `invoices/${invoice}/mail`)).status).toBe(200);
    await until('it is refused', async () => (await stateOf('ROSA')) === 'refused');
    sink.behaviour = 'well';
    expect((await market.ask('POST', `invoices/${(await of('ROSA'))?.number}/mail`)).status).toBe(200);
    await until('it is taken', async () => (await stateOf('ROSA')) === 'accepted');
    const ids = sink.taken.filter(({ to }) => to[0] === 'rosa@bakery.example').map(({ mail }) => mail.messageId);
    expect([ids.length, new Set(ids).size]).toEqual([2, 2]);
    const states = ((await market.ask('GET', 'outbox')).body.items as { subjectId: string; state: string }[])
      .filter(({ subjectId }) => subjectId === invoice)
      .map(({ state }) => state);
    expect(states).toEqual(['accepted', 'refused', 'accepted', 'held']);
  });

  it('do not go to a member without an address', async () => {
    const { status, body } = await market.ask('POST', `invoices/${(await of('ADAM'))?.invoiceId}/mail`);
    expect([status, body.code]).toEqual([409, 'conflict']);
  });

  it('wait for ten minutes, and leave at once where somebody does not want to wait', async () => {
    const invoice = (await of('ROSA'))?.invoiceId ?? '';
    const note = await market.ask('POST', `invoices/${invoice}/credit-notes`, { reason: 'billed twice' });
    expect(note.status).toBe(201);
    const taken = sink.taken.length;
    await until(
      'the mail of the credit note waits',
      async () => (await of('ROSA', note.body.number))?.mail?.state === 'waiting',
    );
    expect((await mails()).leavesAt).toBe('2026-11-03T09:40:00Z');
    expect((await of('ROSA', note.body.number))?.mail?.leavesAt).toBe('2026-11-03T09:40:00Z');
    expect(sink.taken).toHaveLength(taken);
    expect((await market.ask('POST', `billing-runs/${run}/mails/send`)).status).toBe(200);
    await until('it is taken', async () => (await of('ROSA', note.body.number))?.mail?.state === 'accepted');
    expect(sink.taken).toHaveLength(taken + 1);
  });

  it('cannot be held back once one has begun to leave, and it arrives once', async () => {
    const invoice = (await of('LUND'))?.invoiceId ?? '';
    const note = await market.ask('POST', `invoices/${invoice}/credit-notes`, { reason: 'billed twice' });
    await until('the mail waits', async () => (await of('LUND', note.body.number))?.mail?.state === 'waiting');
    const taken = sink.taken.length;
    // The server has it, but its word is lost: nobody here can know.
    sink.behaviour = 'break-before-word';
    await market.ask('POST', `invoices/${note.body.id}/mail`);
    await until('it was handed over', () => sink.behaviour === 'well');
    expect((await market.ask('POST', `billing-runs/${run}/mails/hold`)).status).toBe(409);
    await until('it is settled', async () => (await of('LUND', note.body.number))?.mail?.state === 'accepted');
    const ids = sink.taken.slice(taken).map(({ mail }) => mail.messageId);
    expect(new Set(ids).size).toBe(1);
  });

  it('stand in the record with how many they were and who said so', async () => {
    const { items } = (await market.ask('GET', `log/entries?limit=500`)).body;
    const said = (items as { type: string; data: { mails?: number } }[]).filter(({ type }) =>
      type.startsWith('statement-mails.'),
    );
    expect(said.map(({ type }) => type)).toContain('statement-mails.held');
    expect(said.find(({ type }) => type === 'statement-mails.held')?.data).toEqual({ mails: 2 });
  });

  it('go also where only the mail came along and not the piece of work, as from another house', async () => {
    await market.ask('PATCH', 'members/BELA', { email: 'bela@shop.example' });
    const invoice = (await of('BELA'))?.invoiceId ?? '';
    const note = await market.ask('POST', `invoices/${invoice}/credit-notes`, { reason: 'billed twice' });
    await until('the mail waits', async () => (await of('BELA', note.body.number))?.mail?.state === 'waiting');
    const id = (await of('BELA', note.body.number))?.mail?.id;
    await asOwnerOf(service.database, market.communityId, async (client) => {
      const { rowCount } = await client.query(`DELETE FROM outbox WHERE topic = 'mail' AND key = $1`, [id]);
      expect(rowCount).toBe(1);
    });
    expect((await market.ask('POST', `invoices/${note.body.id}/mail`)).status).toBe(200);
    await until('it is taken', async () => (await of('BELA', note.body.number))?.mail?.state === 'accepted');
  });
});
