import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** Rosa questions a line: its part is paused, the rest stays due, and what is answered and decided stays on the record. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
let service: InProcess;
let market: Market;
let invoice: Answer['body'];
let lund: Answer['body'];

const asRosa = (path: string, body?: unknown) => market.ask(body ? 'POST' : 'GET', path, body, market.rosa);
const asAmir = (path: string, body: unknown) => market.ask('POST', path, body, market.approver);
const openOf = async (): Promise<Answer['body']> => (await asRosa('accounts/ROSA')).body.open[0];
const energyLine = () => invoice.lines.find(({ section }: { section: string }) => section === 'energy');
const detail = ({ body }: Answer): unknown[] => [body.code, body.errors?.[0]?.pointer];

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
  await issued(market, await calculated(market));
  const { items } = (await market.ask('GET', 'invoices')).body;
  const of = async (code: string) =>
    (await market.ask('GET', `invoices/${items.find((one: { memberCode: string }) => one.memberCode === code).id}`))
      .body;
  [invoice, lund] = [await of('ROSA'), await of('LUND')];
}, 120_000);
afterAll(() => service.close());

describe('a question about a line', () => {
  let dispute: Answer['body'];

  it('pauses the line with its tax, and leaves the rest due', async () => {
    const before = await openOf();
    expect(before).toMatchObject({ number: invoice.number, amount: invoice.gross, paused: '0.00', due: invoice.gross });
    const answer = await asRosa('disputes', {
      invoice: invoice.number,
      line: energyLine().no,
      question: 'The oven was off.',
    });
    expect(answer.status).toBe(201);
    dispute = answer.body;
    // 105.40 of day energy with 20 % of tax.
    expect(energyLine()).toMatchObject({ net: '105.40' });
    expect(dispute).toMatchObject({
      ...{ amount: '126.48', state: 'asked', paused: true, due: '2026-11-17', overdue: false, referableUntil: null },
      invoice: { number: invoice.number, period: { from: '2026-10-01', to: '2026-11-01' } },
      line: { section: 'energy', net: '105.40' },
      steps: [{ kind: 'asked', on: '2026-11-03', by: { name: 'Rosa' }, text: 'The oven was off.' }],
    });
    const open = await openOf();
    expect(open).toMatchObject({ amount: invoice.gross, paused: '126.48' });
    expect(BigInt(open.due.replace('.', ''))).toBe(BigInt(invoice.gross.replace('.', '')) - 12648n);
  });

  it('is asked once for a line, about a charge of the own shop, and for no more than the line', async () => {
    const { no } = energyLine();
    const again = await asRosa('disputes', { invoice: invoice.number, line: no, question: 'Again.' });
    expect([again.status, again.body.code]).toEqual([409, 'already-exists']);
    const foreign = await asRosa('disputes', { invoice: lund.number, line: 1, question: 'How much do they pay?' });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not-found']);
    expect(detail(await asRosa('disputes', { invoice: invoice.number, line: 99, question: '?' }))).toEqual([
      'invalid-input',
      '/line',
    ]);
    const other = invoice.lines.find(
      (line: { no: number; net: string }) => line.no !== no && !line.net.startsWith('-'),
    );
    const ask = { invoice: invoice.number, line: other.no, question: '?' };
    expect(detail(await asRosa('disputes', { ...ask, amount: '9999.00' }))).toEqual(['invalid-input', '/amount']);
    expect(detail(await asRosa('disputes', { ...ask, amount: '0.00' }))).toEqual(['invalid-input', '/amount']);
    expect(detail(await asRosa('disputes', { ...ask, amount: 5 }))).toEqual(['invalid-input', '/amount']);
    expect(detail(await asRosa('disputes', { ...ask, question: '' }))).toEqual(['invalid-input', '/question']);
  });

  it('stays paused when it is answered, and late answers are counted', async () => {
    clock.set('2026-11-18T09:00:00Z');
    expect((await asRosa(`disputes/${dispute.id}`)).body).toMatchObject({ overdue: true });
    expect((await market.ask('GET', 'disputes/patterns')).body.overdue).toBe(1);
    const answered = await market.ask('POST', `disputes/${dispute.id}/answer`, { text: 'We look at the meter.' });
    expect(answered.body).toMatchObject({ state: 'answered', paused: true, due: '2026-12-16', overdue: false });
    expect((await openOf()).paused).toBe('126.48');
  });

  it('is decided by somebody else than who asked, once, and the line is due again', async () => {
    const decision = { outcome: 'rejected', text: 'The night reading shows that it ran.' };
    const decided = await market.ask('POST', `disputes/${dispute.id}/resolve`, decision);
    expect(decided.body).toMatchObject({ state: 'decided', paused: false, due: null, referableUntil: '2026-12-09' });
    expect((await openOf()).paused).toBe('0.00');
    const twice = await asAmir(`disputes/${dispute.id}/resolve`, decision);
    expect([twice.status, twice.body.code]).toEqual([409, 'already-decided']);
    expect((await asRosa(`disputes/${dispute.id}/resolve`, decision)).status).toBe(403);
  });

  it('is referred by the member, decided by another person, and closed then', async () => {
    const referred = await asRosa(`disputes/${dispute.id}/refer`, { text: 'The night reading is of M2.' });
    expect(referred.body).toMatchObject({ state: 'referred', paused: true, due: '2026-12-16' });
    const decision = { outcome: 'upheld', text: 'It is of M2. You get a credit note.' };
    const same = await market.ask('POST', `disputes/${dispute.id}/resolve`, decision);
    expect([same.status, same.body.code]).toEqual([403, 'four-eyes']);

    const remedy = await asAmir(`disputes/${dispute.id}/resolve`, { ...decision, remedy: lund.number });
    expect(detail(remedy)).toEqual(['invalid-input', '/remedy']);
    const credit = (await market.ask('POST', `invoices/${invoice.id}/credit-notes`, { reason: 'Read on M2' })).body;
    const decided = (await asAmir(`disputes/${dispute.id}/resolve`, { ...decision, remedy: credit.number })).body;
    expect(decided).toMatchObject({ state: 'decided', paused: false, referableUntil: null });
    expect(
      decided.steps.map(({ kind, by, outcome, remedy: by_ }: Answer['body']) => [kind, by.name, outcome, by_]),
    ).toEqual([
      ['asked', 'Rosa', null, null],
      ['answered', 'Tess Treasurer', null, null],
      ['decided', 'Tess Treasurer', 'rejected', null],
      ['referred', 'Rosa', null, null],
      ['decided', 'Amir Approver', 'upheld', credit.number],
    ]);
    const more = await asRosa(`disputes/${dispute.id}/refer`, { text: 'Still not.' });
    expect([more.status, more.body.code]).toEqual([409, 'already-decided']);
    const late = await asRosa('disputes', { invoice: invoice.number, line: 2, question: 'And this?' });
    expect([late.status, late.body.code]).toEqual([409, 'already-credited']);
  });

  it('shows the board what is questioned, and is sealed step by step', async () => {
    expect((await market.ask('GET', 'disputes/patterns')).body).toEqual({
      items: [
        expect.objectContaining({
          section: 'energy',
          asked: 1,
          open: 0,
          upheld: 1,
          rejected: 0,
          members: 1,
          amount: '126.48',
        }),
      ],
      overdue: 0,
    });
    expect((await asRosa('disputes/patterns')).status).toBe(403);
    await service.app.get(RecordService).bringUpToDate(market.communityId);
    const sealed = await service.app
      .get(Transactions)
      .inCommunity(market.communityId, (tx) =>
        tx.query<{ type: string }>(
          `SELECT e.type FROM record_entry e JOIN dispute_step s ON s.community_id = e.community_id AND s.id = e.id ORDER BY s.no`,
        ),
      );
    expect(sealed.map(({ type }) => type)).toEqual([
      ...['dispute.asked', 'dispute.answered', 'dispute.decided', 'dispute.referred', 'dispute.decided'],
    ]);
  });
});

describe('a question that the treasurer enters for a member', () => {
  it('is not decided by the treasurer, may be taken back and asked again, and has its times', async () => {
    const ask = { invoice: lund.number, line: 1, amount: '1.00', question: 'By telephone: is this ours?' };
    const first = (await market.ask('POST', 'disputes', ask)).body;
    expect(first).toMatchObject({
      amount: '1.00',
      member: { code: 'LUND' },
      steps: [{ by: { name: 'Tess Treasurer' } }],
    });
    const own = await market.ask('POST', `disputes/${first.id}/resolve`, { outcome: 'rejected', text: 'It is.' });
    expect([own.status, own.body.code]).toEqual([403, 'four-eyes']);
    expect((await asRosa(`disputes/${first.id}`)).status).toBe(404);
    expect((await asRosa(`disputes/${first.id}/withdraw`, { text: 'Not mine.' })).status).toBe(404);
    const back = await market.ask('POST', `disputes/${first.id}/withdraw`, { text: 'They found the paper.' });
    expect(back.body).toMatchObject({ state: 'withdrawn', paused: false, due: null, referableUntil: null });

    const second = (await market.ask('POST', 'disputes', ask)).body;
    const decided = await asAmir(`disputes/${second.id}/resolve`, { outcome: 'rejected', text: 'It is yours.' });
    expect(decided.body.referableUntil).toBe('2026-12-09');
    clock.set('2026-12-10T09:00:00Z');
    const late = await market.ask('POST', `disputes/${second.id}/refer`, { text: 'Too late?' });
    expect([late.status, late.body.code]).toEqual([409, 'time-limit-passed']);
    const never = await market.ask('POST', 'disputes', { ...ask, line: 2 });
    expect([never.status, never.body.code]).toEqual([409, 'time-limit-passed']);
    const mine = (await asRosa('disputes')).body.items.map((one: Answer['body']) => one.member.code);
    expect(mine).toEqual(['ROSA']);
    expect((await market.ask('GET', 'disputes?member=LUND&state=withdrawn')).body.items).toHaveLength(1);
  });
});

describe('the database', () => {
  const inCommunity = (sql: string) =>
    service.app.get(Transactions).inCommunity(market.communityId, (tx) => tx.query(sql, [market.communityId]));
  const copyOfStep = (kind: string, by = 's.taken_by', outcome = 'NULL') =>
    `INSERT INTO dispute_step (community_id, id, dispute_id, no, kind, taken_on, taken_at, taken_by, text, outcome)
     SELECT $1, gen_random_uuid(), s.dispute_id, (SELECT max(no) + 1 FROM dispute_step t WHERE t.dispute_id = s.dispute_id),
            '${kind}', s.taken_on, s.taken_at, ${by}, 'again', ${outcome}
     FROM dispute_step s JOIN dispute d ON d.id = s.dispute_id AND d.state = 'decided' JOIN member m ON m.id = d.member_id AND m.code = 'LUND'
     WHERE s.community_id = $1 AND s.no = 1`;

  it('refuses what the domain refuses', async () => {
    await expect(inCommunity(copyOfStep('answered'))).rejects.toThrow(/already-decided|does not follow/);
    await expect(inCommunity(copyOfStep('decided', 's.taken_by', `'upheld'`))).rejects.toThrow(
      /already-decided|does not follow/,
    );
    await expect(
      inCommunity(`UPDATE dispute SET state = 'asked' WHERE community_id = $1 AND state = 'decided'`),
    ).rejects.toThrow(/conflict|last step/);
    await expect(inCommunity(`UPDATE dispute SET amount = 1 WHERE community_id = $1`)).rejects.toThrow(
      /permission denied/,
    );
    await expect(inCommunity(`DELETE FROM dispute_step WHERE community_id = $1`)).rejects.toThrow(
      /permission denied|append-only/,
    );
    const beyond = `INSERT INTO dispute (community_id, id, invoice_id, line_no, member_id, amount, created_at)
      SELECT l.community_id, gen_random_uuid(), l.invoice_id, l.no, i.member_id, round(l.net * (1 + l.tax_rate), 2) + 0.01, now()
      FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE l.community_id = $1 AND i.number = 'NUMBER' AND l.no = 2`;
    await expect(inCommunity(beyond.replace('NUMBER', lund.number))).rejects.toThrow(/cannot be questioned/);
    const asAnother = beyond
      .replace('NUMBER', lund.number)
      .replace(' + 0.01', '')
      .replace('i.member_id', `(SELECT id FROM member WHERE code = 'ROSA')`);
    await expect(inCommunity(asAnother)).rejects.toThrow(/cannot be questioned/);
  });
});
