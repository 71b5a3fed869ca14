import { createHash } from 'node:crypto';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { type SmtpSink, smtpSink } from '../support/smtp-sink.js';
import { calculated, foundMarket, issued, type Market, work } from './billing-market.js';

/** After the issue every member who has an address gets one mail, with the statement as it was made; whoever has none gets none. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
let sink: SmtpSink;
let service: InProcess;
let market: Market;
let run: { id: string };

beforeAll(async () => {
  sink = await smtpSink();
  service = await inProcess(clock, {
    ...{ PUBLIC_URL: 'https://hall.example', SMTP_URL: sink.url, MAIL_FROM: 'meters@hall.example' },
  });
  market = await foundMarket(service, { undoMinutes: 0 });
  await market.ask('PATCH', 'community', { contactEmail: 'energy@hall.example' });
  for (const [member, email] of [
    ['ROSA', 'rosa@bakery.example'],
    ['LUND', 'lund@shop.example'],
  ])
    await market.ask('PATCH', `members/${member}`, { email });
  run = await issued(market, await calculated(market));
  expect(await mails()).toEqual([]);
  // The line breaks once before the server's word is heard, so one mail goes twice, as the same.
  sink.behaviour = 'break-before-word';
  work(service);
  for (
    let tries = 0;
    (await mails()).filter(({ state }) => !['waiting', 'leaving'].includes(state)).length < 2;
    tries += 1
  ) {
    if (tries > 300) throw new Error('The mails were never settled.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}, 120_000);
afterAll(async () => {
  await service?.close();
  await sink?.close();
});

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly to: string;
  readonly state: string;
  readonly messageId: string;
}
const mails = async () => (await market.ask('GET', 'outbox')).body.items as Row[];

describe('a statement by e-mail', () => {
  it('goes once to each member who has an address', async () => {
    expect((await mails()).map(({ to, kind, state }) => [to, kind, state]).sort()).toEqual([
      ['lund@shop.example', 'statement', 'accepted'],
      ['rosa@bakery.example', 'statement', 'accepted'],
    ]);
    expect((await market.ask('GET', `billing-runs/${run.id}`)).body).toMatchObject({
      documents: { done: 5, total: 5 },
    });
    const ids = sink.taken.map(({ mail }) => mail.messageId);
    expect([ids.length, new Set(ids).size]).toEqual([3, 2]);
    const { rows } = await service.database.owner.query(
      `SELECT count(*)::int AS n FROM outbox WHERE topic = 'mail' AND done_at IS NOT NULL`,
    );
    expect(rows[0].n).toBe(2);
  });

  it('says what to do in its subject and its first line, in both parts, and brings the PDF as it was made', async () => {
    const found = sink.taken.find(({ to }) => to[0] === 'rosa@bakery.example')?.mail;
    const { rows } = await service.database.owner.query(
      `SELECT encode(d.sha256, 'hex') AS sha256, i.due_on::text AS due FROM document d JOIN invoice i ON i.id = d.invoice_id
       JOIN member m ON m.id = i.member_id WHERE m.code = 'ROSA'`,
    );
    expect(found?.subject).toMatch(/^Statement October 2026: £663\.00 due \d+ \w+ 20\d\d \(ROSA & Co\)$/);
    expect(found?.text).toMatch(/^You owe £663\.00 by /);
    expect(found?.html).toContain('You owe £663.00 by');
    expect(found?.text).toContain('hall.example/verify under the code');
    expect(found?.from?.value).toEqual([{ address: 'meters@hall.example', name: 'Old Market Hall Co-operative' }]);
    expect(found?.replyTo?.value).toEqual([{ address: 'energy@hall.example', name: '' }]);
    expect(found?.attachments).toHaveLength(1);
    const [pdf] = found?.attachments ?? [];
    expect([pdf?.contentType, pdf?.filename]).toEqual(['application/pdf', 'MH-2026-00005.pdf']);
    expect(createHash('sha256').update(pdf!.content).digest('hex')).toBe(rows[0].sha256);
  });

  it('can be read again by the treasurer, as it went', async () => {
    const row = (await mails()).find(({ to }) => to === 'rosa@bakery.example');
    const { letter } = (await market.ask('GET', `outbox/${row?.id}`)).body;
    const sent = sink.taken.find(({ mail }) => mail.messageId === row?.messageId)?.mail;
    expect([letter.subject, letter.attachments[0].bytes]).toEqual([sent?.subject, sent?.attachments[0]?.size]);
    expect((await market.ask('GET', 'outbox', undefined, market.rosa)).status).toBe(403);
  });
});
