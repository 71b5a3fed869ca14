import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { asOwnerOf } from '../support/database.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { type SmtpSink, smtpSink } from '../support/smtp-sink.js';
import { calculated, foundMarket, issued, type Market, work } from './billing-market.js';

/**
 * October was due on 17 November. Rosa questions a line, Lund pays a part, Adam has no address, Bela's mail was held back: who is reminded of
 * how much, and when, and that nobody is reminded twice of the same.
 */

const clock = new FixedClock('2026-11-03T09:30:00Z');
let sink: SmtpSink;
let service: InProcess;
let market: Market;
let second: string;

const list = async (): Promise<Answer['body']> => (await market.ask('GET', 'reminders')).body;
const of = async (code: string): Promise<Answer['body']> =>
  (await list()).items.find(({ member }: { member: { code: string } }) => member.code === code);
const send = (members: readonly string[], token = market.treasurer) =>
  market.ask('POST', 'reminders', { members }, token);
const letterTo = async (code: string): Promise<Answer['body']> =>
  (await market.ask('GET', `reminders/${code}/letter`)).body;
const pay = (member: string, amount: string, receivedOn: string) =>
  market.ask('POST', 'payments', { member, amount, receivedOn, currency: 'GBP', method: 'bank transfer' });
const toRosa = () =>
  sink.taken.filter(({ to, mail }) => to[0] === 'rosa@bakery.example' && mail.attachments.length === 0);
/** The space between a day and its month is one at which no line breaks. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const line = (code: string, part: Answer['body']): Answer['body'] => ({ code, ...part });

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    if (tries > 2000) throw new Error(`It never came to be: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeAll(async () => {
  sink = await smtpSink();
  service = await inProcess(clock, {
    ...{ PUBLIC_URL: 'https://hall.example', SMTP_URL: sink.url, MAIL_FROM: 'meters@hall.example' },
  });
  market = await foundMarket(service);
  await market.ask('PATCH', 'community', { contactEmail: 'energy@hall.example' });
  for (const [member, email] of [
    ['ROSA', 'rosa@bakery.example'],
    ['LUND', 'lund@shop.example'],
    ['BELA', 'bela@shop.example'],
  ])
    await market.ask('PATCH', `members/${member}`, { email });
  const access = service.app.get(AccessService);
  const person = { name: 'Tom Treasurer', email: '', roles: [{ role: 'treasurer' as const }] };
  const { personId } = await access.addPerson(market.communityId, person, system);
  second = (await access.issuePersonToken(market.communityId, personId, 'test')).token;
  const run = await issued(market, await calculated(market));
  await market.ask('POST', `billing-runs/${run.id}/mails/hold`);
  work(service);
  const mails = async (): Promise<Answer['body'][]> =>
    (await market.ask('GET', `billing-runs/${run.id}/mails`)).body.items;
  await until('all documents are made', async () => (await mails()).every(({ document }) => document === 'done'));
  for (const { invoiceId, member } of await mails())
    if (['ROSA', 'LUND'].includes(member.code)) await market.ask('POST', `invoices/${invoiceId}/mail`);
  await until('two statements went', () => sink.taken.length === 2);
}, 120_000);
afterAll(async () => {
  await service?.close();
  await sink?.close();
});

describe('a reminder', () => {
  it('is due of nothing before its day, and says when it will be', async () => {
    clock.set('2026-11-17T12:00:00Z');
    expect(await list()).toEqual({ today: '2026-11-17', daysAfterDue: [3, 14, 28], due: 0, items: [] });
    clock.set('2026-11-19T12:00:00Z');
    const rosa = await of('ROSA');
    expect([rosa.isDue, rosa.amount]).toEqual([false, '0.00']);
    expect(rosa.documents).toEqual([
      expect.objectContaining({
        ...{ kind: 'invoice', period: { from: '2026-10-01', to: '2026-11-01' }, dueOn: '2026-11-17', days: 2 },
        ...{ open: '663.00', paused: '0.00', due: '663.00', step: null, next: '2026-11-20', pause: null, reminded: [] },
      }),
    ]);
    const early = await send(['ROSA']);
    expect([early.status, early.body.sent, early.body.passedOver[0].why]).toEqual([200, [], 'nothing-due']);
  });

  it('leaves out what is questioned, what is paid and what never went', async () => {
    clock.set('2026-11-20T12:00:00Z');
    const { items } = (await market.ask('GET', 'invoices')).body;
    const { id } = items.find(({ memberCode }: Answer['body']) => memberCode === 'ROSA');
    const invoice = (await market.ask('GET', `invoices/${id}`)).body;
    const { no } = invoice.lines.find(({ section }: Answer['body']) => section === 'energy');
    const question = { invoice: invoice.number, line: no, question: 'The oven was off.' };
    expect((await market.ask('POST', 'disputes', question, market.rosa)).status).toBe(201);
    const before = (await of('LUND')).amount as string;
    expect((await pay('LUND', '100.00', '2026-11-19')).status).toBe(201);
    const found = await list();
    const told = found.items.map(({ member, isDue, hasAddress, amount, documents: [one] }: Answer['body']) =>
      line(member.code, { isDue, hasAddress, amount, step: one.step, pause: one.pause, paused: one.paused }),
    );
    const lund = `${BigInt(before.replace('.', '')) - 10000n}`.replace(/(\d\d)$/, '.$1');
    expect(told).toEqual(
      expect.arrayContaining([
        line('ROSA', { isDue: true, hasAddress: true, amount: '536.52', step: 3, pause: null, paused: '126.48' }),
        line('LUND', { isDue: true, hasAddress: true, amount: lund, step: 3, pause: null, paused: '0.00' }),
        line('BELA', {
          isDue: false,
          hasAddress: true,
          amount: '0.00',
          step: null,
          pause: 'held-back',
          paused: '0.00',
        }),
        expect.objectContaining({ code: 'ADAM', isDue: false, hasAddress: false, step: 3 }),
      ]),
    );
    expect(found.due).toBe(2);
  });

  it('is read before it is sent, and looking sends nothing', async () => {
    const { to, letter } = await letterTo('ROSA');
    expect(to).toBe('rosa@bakery.example');
    expect(letter.subject).toBe('Still open: £536.52, due since 17 Nov 2026 (ROSA & Co)');
    expect(letter.text).toContain('Perhaps it slipped through.');
    expect(letter.text).toContain('You have questioned £126.48 of MH-2026-');
    expect(letter.text).toContain('Reference: MARKET-ROSA');
    expect(letter.text).toContain('https://hall.example/my/account');
    expect((await letterTo('BELA')).letter).toBeNull();
    expect((await of('ROSA')).isDue).toBe(true);
    expect((await market.ask('GET', 'reminders/NOBODY/letter')).status).toBe(404);
  });

  it('goes once where two treasurers send at the same moment, and says the same as before', async () => {
    const { letter } = await letterTo('ROSA');
    const both = await Promise.all([send(['ROSA', 'ADAM']), send(['ADAM', 'ROSA'], second)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const sent = both.flatMap(({ body }) => body.sent);
    expect(sent).toEqual([
      expect.objectContaining({ amount: '536.52', currency: 'GBP', documents: [expect.stringContaining('MH-2026-')] }),
    ]);
    const passed = both.flatMap(({ body }) =>
      body.passedOver.map(({ member, why }: Answer['body']) => [member.code, why]),
    );
    expect(passed.toSorted()).toEqual([
      ['ADAM', 'no-address'],
      ['ADAM', 'no-address'],
      ['ROSA', 'nothing-due'],
    ]);
    await until('it arrived', () => toRosa().length === 1);
    const [mail] = toRosa();
    expect(mail?.mail.subject).toBe(letter.subject);
    expect(mail?.mail.text?.trim()).toBe(letter.text.trim());
    expect(mail?.mail.replyTo?.value).toEqual([{ address: 'energy@hall.example', name: '' }]);
    const read = (await market.ask('GET', `outbox/${sent[0].mailId}`)).body;
    expect([read.mail.kind, read.letter.text]).toEqual(['reminder', letter.text]);
  });

  it('is seen where the member looks and where the treasurer does, and is not due again', async () => {
    const reminded = [{ on: '2026-11-20', amount: '536.52' }];
    expect((await market.ask('GET', 'accounts/ROSA', undefined, market.rosa)).body.open[0].reminded).toEqual(reminded);
    await until('its mail is settled', async () => (await of('ROSA')).documents[0].mail?.state === 'accepted');
    expect((await of('ROSA')).documents[0]).toMatchObject({
      ...{ step: null, next: '2026-12-01', reminded: [{ step: 3, ...reminded[0] }] },
    });
    expect((await send(['ROSA'])).body.sent).toEqual([]);
    expect((await market.ask('GET', 'reminders', undefined, market.rosa)).status).toBe(403);
  });

  it('is none any more where everything was paid', async () => {
    expect((await pay('LUND', (await of('LUND')).amount as string, '2026-11-20')).status).toBe(201);
    expect(await of('LUND')).toBeUndefined();
    const { body } = await send(['LUND']);
    expect([body.sent, body.passedOver[0].why]).toEqual([[], 'nothing-due']);
  });

  it('asks for all of it when the question is decided, says what went before, and ends with the third', async () => {
    clock.set('2026-12-01T12:00:00Z');
    const { items } = (await market.ask('GET', 'disputes')).body;
    const decision = { outcome: 'rejected', text: 'The night reading shows that it ran.' };
    expect((await market.ask('POST', `disputes/${items[0].id}/resolve`, decision)).status).toBe(201);
    expect(await of('ROSA')).toMatchObject({ isDue: true, amount: '663.00', documents: [{ step: 14 }] });
    expect(plain((await letterTo('ROSA')).letter.text)).toContain('We wrote to you about it on 20 Nov 2026.');
    expect((await send(['ROSA'])).body.sent).toHaveLength(1);
    await until('the second arrived', () => toRosa().length === 2);
    clock.set('2026-12-15T12:00:00Z');
    const { letter } = await letterTo('ROSA');
    expect(plain(letter.text)).toContain('We wrote to you about it on 1 Dec 2026.');
    expect(letter.text).toContain('We do not write about it again.');
    expect((await send(['ROSA'])).body.sent).toHaveLength(1);
    await until('the third arrived', () => toRosa().length === 3);
    clock.set('2027-03-01T12:00:00Z');
    expect((await of('ROSA')).documents[0]).toMatchObject({ step: null, next: null, open: '663.00' });
    expect((await of('ROSA')).documents[0].reminded).toHaveLength(3);
  });

  it('is late where nobody looked, and then it is one', async () => {
    await market.ask('PATCH', 'members/ADAM', { email: 'adam@shop.example' });
    expect(await of('ADAM')).toMatchObject({ isDue: true, documents: [{ step: 28 }] });
    expect((await letterTo('ADAM')).letter.text).toContain('Perhaps it slipped through.');
    expect((await send(['ADAM'])).body.sent).toHaveLength(1);
    clock.set('2027-04-01T12:00:00Z');
    expect((await of('ADAM')).documents[0]).toMatchObject({ step: null, next: null });
  });

  it('is kept by PostgreSQL as it went: no step twice, none too early, none of more than was asked, no fourth', async () => {
    const again = (part: string) =>
      asOwnerOf(service.database, market.communityId, (client) =>
        client.query(
          `INSERT INTO reminder (community_id, id, letter_id, member_id, invoice_id, no, step, amount, paused, sent_on, sent_at, sent_by)
           SELECT r.community_id, gen_random_uuid(), r.letter_id, ${part}, r.sent_on, r.sent_at, r.sent_by
           FROM reminder r JOIN member m ON m.id = r.member_id WHERE m.code = 'ADAM'`,
        ),
      );
    const own = 'r.member_id, r.invoice_id';
    await expect(again(`${own}, 1, 3, 1, 0`)).rejects.toThrow('reminder_in_order');
    await expect(again(`${own}, 2, 28, 1, 0`)).rejects.toThrow('does not follow');
    await expect(again(`${own}, 3, 29, 1, 0`)).rejects.toThrow('does not follow');
    await expect(again(`${own}, 2, 200, 1, 0`)).rejects.toThrow('has not come');
    await expect(again(`${own}, 2, 29, 99999, 0`)).rejects.toThrow('asked for');
    await expect(again(`${own}, 2, 29, 0, 0`)).rejects.toThrow('reminder_amount_check');
    await expect(again(`${own}, 2, 29, 0.001, 0`)).rejects.toThrow('money_amount');
    const rosa = `'${market.memberIds['ROSA']}'::uuid, r.invoice_id`;
    await expect(again(`${rosa}, 2, 29, 1, 0`)).rejects.toThrow('nobody is reminded');
    const fourth = `r.member_id, (SELECT x.invoice_id FROM reminder x WHERE x.no = 3), 4, 29, 1, 0`;
    await expect(again(fourth)).rejects.toThrow();
    await expect(
      asOwnerOf(service.database, market.communityId, (client) => client.query('DELETE FROM reminder')),
    ).rejects.toThrow();
    const inMarket = (sql: string) =>
      service.database.transactions.inCommunity(market.communityId, (tx) => tx.query(sql));
    await expect(inMarket('UPDATE reminder SET amount = 1')).rejects.toThrow('permission denied');
  });

  it('stands in the record, with who sent it', async () => {
    const { items } = (await market.ask('GET', 'log/entries?type=reminder.sent')).body;
    expect(items).toHaveLength(4);
    expect(items[0]).toMatchObject({
      subject: { kind: 'member' },
      data: { currency: 'GBP', documents: [expect.any(String)] },
    });
  });

  it('goes by the steps that the community has decided, and by none where it wants none', async () => {
    const adopt = (from: string, daysAfterDue: readonly number[]) =>
      market.ask('POST', 'policies', { name: 'reminders', from, terms: { daysAfterDue }, decision: 'minute 9' });
    expect((await adopt('2027-04-02', [14, 3])).status).toBe(400);
    expect((await adopt('2027-04-02', [3, 4, 5, 6])).status).toBe(400);
    expect((await adopt('2027-04-02', [])).status).toBe(201);
    const bela = (await market.ask('GET', 'invoices?member=BELA')).body.items[0];
    expect((await market.ask('POST', `invoices/${bela.id}/mail`)).status).toBe(200);
    await until('the statement went', async () => (await of('BELA')).documents[0].pause === null);
    expect(await of('BELA')).toMatchObject({ isDue: true, documents: [{ step: 28 }] });
    clock.set('2027-04-02T12:00:00Z');
    expect(await list()).toMatchObject({ daysAfterDue: [], due: 0 });
    expect((await of('BELA')).documents[0]).toMatchObject({ step: null, next: null, pause: null });
  });
});
