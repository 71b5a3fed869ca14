import { readBundle } from '../../src/domain/proof/bundle.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/**
 * Advance payments of October and November 2026, set off when October is billed. Rosa is asked 500.00 and 100.00 VAT a month and is charged 663.00;
 * Lund is asked more than the month comes to; Adam leaves on the 16th.
 */
let service: InProcess;
let market: Market;
let run: Answer['body'];
const get = async (path: string): Promise<Answer['body']> => (await market.ask('GET', path)).body;
const owner = (sql: string) => service.database.owner.query(sql);
const pence = (amount: string): bigint => BigInt(amount.replace('.', ''));
const accounts = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await get('accounts')).items.map((one: { account: string; member: { code: string } | null; balance: string }) => [
      one.member === null ? one.account : `${one.account}:${one.member.code}`,
      one.balance,
    ]),
  );
const statementOf = async (member: string): Promise<Answer['body']> => {
  const { items } = await get(`invoices?member=${member}&run=${run.id}`);
  return get(`statements/${items.at(-1).number}`);
};
const advancesOf = async (member: string): Promise<Answer['body']> => (await get(`advances?member=${member}`)).items;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service);
  for (const [member, amount] of [
    ['ROSA', '500.00'],
    ['LUND', '1000.00'],
    ['ADAM', '150.00'],
  ] as const) {
    const occupancy = (await get(`occupancies?member=${member}`)).items[0].id as string;
    const terms = { occupancy, from: '2026-10-01', amount, taxCode: 'S', agreedBy: member, agreedOn: '2026-09-20' };
    expect((await market.ask('POST', 'advance-plans', terms)).status).toBe(201);
  }
  for (const month of ['2026-10', '2026-11'])
    expect((await market.ask('POST', 'advances', { month })).status).toBe(201);
  const paid = { member: 'ROSA', receivedOn: '2026-10-05', amount: '600.00', currency: 'GBP', method: 'bank transfer' };
  expect((await market.ask('POST', 'payments', paid)).status).toBe(201);
  run = await issued(market, await calculated(market));
}, 120_000);
afterAll(() => service.close());

describe('an invoice', () => {
  it('sets off what was asked for its days, keeps all its charges and tax, and says what is left', async () => {
    const { advances, charges, balance, number } = await statementOf('ROSA');
    expect(charges).toMatchObject({ net: '552.50', tax: '110.50', gross: '663.00' });
    expect(advances).toMatchObject({
      rows: [{ from: '2026-10-01', to: '2026-11-01', asked: '600.00', paid: '600.00', setOff: '600.00', left: '0.00' }],
      ...{ setOff: '600.00', net: '500.00', tax: '100.00', toPay: '63.00', toReturn: '0.00' },
    });
    // November was asked as well, and is not paid.
    expect(balance).toMatchObject({ opening: { amount: '0.00' }, closing: '663.00' });
    expect(await get('accounts/ROSA')).toMatchObject({ closing: '663.00' });
    const { text } = await market.ask('GET', `invoices/${number}/document.txt`);
    const said = text.replace(/\s+/g, ' ');
    expect(said).toContain('Charges £663.00 − set off £600.00 = £63.00 left to pay.');
    expect(said).toContain('Advance payments set off −600.00');
  });

  it('proves itself by its bundle, with what it sets off', async () => {
    await service.app.get(RecordService).bringUpToDate(market.communityId);
    for (const member of ['ROSA', 'LUND', 'ADAM']) {
      const { number } = await statementOf(member);
      const bundle = readBundle((await market.ask('GET', `invoices/${number}/bundle`)).text);
      expect(bundle.statement.balance.entries.map(({ kind }) => kind)).toContain('set-off');
      expect(bundle.record?.run).toBeDefined();
      const checks = verifyBundle(bundle);
      expect([member, checks.filter(({ outcome }) => outcome === 'differs')]).toEqual([member, []]);
    }
  });

  it('leaves a credit where more was asked than the month comes to', async () => {
    const { advances, charges } = await statementOf('LUND');
    expect(pence(advances.toReturn)).toBe(pence('1200.00') - pence(charges.gross));
    expect(pence(advances.toReturn)).toBeGreaterThan(0n);
    expect(advances).toMatchObject({ setOff: '1200.00', toPay: '0.00' });
  });

  it('takes all that was asked of whoever has left', async () => {
    // Adam was not asked for November: on its first day he was gone.
    expect(await advancesOf('ADAM')).toMatchObject([{ asked: '180.00', setOff: '180.00', left: '0.00' }]);
  });

  it('leaves in the books what is asked for later days, and nothing else', async () => {
    expect((await accounts())['members-advances']).toBe('-1500.00');
    expect((await get('accounts')).trialBalance).toMatchObject([{ balance: '0.00', balances: true }]);
    expect(await advancesOf('ROSA')).toMatchObject([
      { setOff: '0.00', left: '600.00' },
      { setOff: '600.00', left: '0.00' },
    ]);
  });

  it('is what the next year is suggested from, with the reason, and nothing is applied', async () => {
    const { items } = await get('advances/suggestions?site=OMH&from=2026-10-01&to=2026-11-01');
    expect(items.find(({ member }: { member: { code: string } }) => member.code === 'ROSA')).toMatchObject({
      net: '552.50',
      exact: '552.50',
      amount: '553.00',
      reason: '£552.50 before tax over 1 month are £552.50 a month; rounded up to a multiple of 1.',
    });
    expect((await get('advance-plans?member=ROSA')).items).toHaveLength(1);
  });
});

describe('the database', () => {
  it('sets off no more than was asked, nothing by hand, and nothing for another member', async () => {
    await expect(owner(`UPDATE advance SET net_off = net_off - 1, tax_off = 0 WHERE net_off > 0`)).rejects.toThrow(
      /lines-do-not-add-up/,
    );
    await expect(owner(`UPDATE advance SET net = net + 1`)).rejects.toThrow(/append-only/);
    await expect(owner(`DELETE FROM advance`)).rejects.toThrow(/append-only/);
    await expect(owner(`UPDATE advance_set_off SET net = 0`)).rejects.toThrow(/append-only/);
    const again = (of: string, net: string) =>
      owner(`INSERT INTO advance_set_off (community_id, advance_id, document_id, invoice_id, net, tax)
        SELECT a.community_id, a.id, i.id, i.id, ${net}, 0 FROM advance a JOIN invoice d ON d.id = a.invoice_id
        JOIN member m ON m.id = d.member_id, invoice i JOIN member o ON o.id = i.member_id
        WHERE m.code = 'ROSA' AND a.net_off = 0 AND i.kind = 'invoice' AND o.code = '${of}'`);
    await expect(again('ROSA', 'a.net + 0.01')).rejects.toThrow(/advance_within_asked/);
    await expect(again('LUND', 'a.net')).rejects.toThrow(/who was asked/);
    await expect(owner(`UPDATE advance_plan SET amount = 1`)).rejects.toThrow(/append-only/);
  });
});

describe('an invoice that is taken back', () => {
  it('frees what it had set off, so that it can be set off again', async () => {
    const { number } = await statementOf('ROSA');
    const [, october] = await advancesOf('ROSA');
    const refused = await market.ask('POST', `invoices/${october.document}/credit-notes`, { reason: 'Too early' });
    expect(refused).toMatchObject({ status: 409 });
    const note = await market.ask('POST', `invoices/${number}/credit-notes`, { reason: 'Wrong meter' });
    expect(note).toMatchObject({ status: 201, body: { gross: '-663.00' } });
    expect(await advancesOf('ROSA')).toMatchObject([{ left: '600.00' }, { setOff: '0.00', left: '600.00' }]);
    // Asked 1,200.00 and paid 600.00.
    expect(await get('accounts/ROSA')).toMatchObject({ closing: '600.00' });
    expect(await get(`statements/${note.body.number}`)).toMatchObject({
      balance: { opening: { amount: '663.00' }, closing: '600.00' },
    });
    expect((await accounts())['members-advances']).toBe('-2000.00');
    const taken = await market.ask('POST', `invoices/${october.document}/credit-notes`, { reason: 'Not agreed' });
    expect(taken).toMatchObject({ status: 201 });
    expect((await get('accounts')).trialBalance).toMatchObject([{ balances: true }]);
  });
});
