import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, issued, type Market } from './billing-market.js';

/*
 * The bill of the market, with what goes wrong with bills: a product that was miscalculated, a late fee, an estimate that is followed by the
 * actual bill, a credit. Nobody pays what nobody decided about.
 */

let service: InProcess;
beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
}, 60_000);
afterAll(() => service.close());

interface Component {
  readonly description: string;
  readonly amount: string;
  readonly tax: string;
}
const ofMarket = (bill() as { components: Component[] }).components;
const pence = (text: string): bigint => BigInt(text.replace('.', ''));
const money = (value: bigint): string => (Number(value) / 100).toFixed(2);
const together = (of: 'amount' | 'tax', components: readonly Component[]): bigint =>
  components.reduce((all, one) => all + pence(one[of]), 0n);
/** A bill of some components, with the sums that they have. */
const billOf = (number: string, components: readonly Component[], more: object = {}) => {
  const [net, tax] = [together('amount', components), together('tax', components)];
  return bill({ number, components, net: money(net), tax: money(tax), gross: money(net + tax), ...more });
};
// 2476.9 × 0.20 = 495.38: 20.00 more is 4.04 %.
const dearer = ofMarket.map((one) =>
  one.description === 'Day units' ? { ...one, amount: '515.38', tax: '103.08' } : one,
);
const lateFee = {
  description: 'Late payment fee',
  kind: 'late-fee',
  amount: '25.00',
  tax: '0.00',
  taxCode: 'S',
  key: 'equal',
};

const found = (code: string): Promise<Market> => foundMarket(service, { code, withBill: false });
const entered = async (market: Market, body: object): Promise<{ id: string }> => {
  const answer = await market.ask('POST', 'supplier-bills', body);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
};
const decide = (market: Market, id: string, component: number, choice: string, reason: string) =>
  market.ask('POST', `supplier-bills/${id}/decisions`, { component, choice, reason });
const findings = async (market: Market, run: { id: string }, ...codes: string[]) => {
  const { items } = (await market.ask('GET', `billing-runs/${run.id}/issues`)).body;
  return (items as { code: string; severity: string; detail: string }[]).filter(({ code }) => codes.includes(code));
};
const again = async (market: Market, run: { id: string }) =>
  (await market.ask('POST', `billing-runs/${run.id}/calculate`)).body;
const costs = async (market: Market, run: { id: string }): Promise<Record<string, Record<string, string>>> => {
  const { lines } = (await market.ask('GET', `billing-runs/${run.id}/reconciliation`)).body;
  return Object.fromEntries(lines.map((line: { description: string }) => [line.description, line]));
};

describe('a component that was miscalculated', () => {
  it('stops the run until a named person decides; held, it is on nobody, and passed on, it is shared as billed', async () => {
    const market = await found('miscalculated');
    const { id } = await entered(market, billOf('NE-1', dearer));
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'open', issues: { blocking: 1 } });
    expect(await findings(market, run, 'bill-miscalculated')).toMatchObject([
      {
        severity: 'blocking',
        detail: expect.stringContaining('asks 515.38 for Day units; 2476.9 × 0.2 is 495.38, a difference of 20'),
      },
    ]);

    expect(await decide(market, id, 1, 'hold', 'Asked Northgrid on 2 November')).toMatchObject({
      status: 201,
      body: { component: 1, choice: 'hold', by: { name: 'Tess Treasurer' }, at: '2026-11-03T09:30:00Z' },
    });
    const held = await again(market, run);
    expect(held).toMatchObject({
      status: 'previewed',
      issues: { blocking: 0 },
      totals: { held: '515.38', difference: '0.00' },
    });
    expect((await costs(market, run))['Day units, held']).toMatchObject({
      amount: '515.38',
      held: '515.38',
      members: '0.00',
    });
    expect(await findings(market, run, 'held-amount')).toMatchObject([
      { severity: 'warning', detail: expect.stringContaining('Asked Northgrid on 2 November') },
    ]);

    expect((await decide(market, id, 1, 'pass-on', 'Northgrid showed the new price')).status).toBe(201);
    const passed = await again(market, run);
    expect(passed).toMatchObject({ status: 'previewed', totals: { held: '0.00', difference: '0.00' } });
    expect((await costs(market, run))['Day units']).toMatchObject({ amount: '515.38', held: '0.00' });
    expect(passed.inputHash).not.toBe(held.inputHash);
    const { items } = (await market.ask('GET', `supplier-bills/${id}/decisions`, undefined, market.rosa)).body;
    expect(items.map(({ choice, reason }: { choice: string; reason: string }) => [choice, reason])).toEqual([
      ['hold', 'Asked Northgrid on 2 November'],
      ['pass-on', 'Northgrid showed the new price'],
    ]);
    expect((await market.ask('GET', `log/entries?subjectId=${id}`)).body.items).toContainEqual(
      expect.objectContaining({ type: 'supplier-bill.decided', data: expect.objectContaining({ choice: 'hold' }) }),
    );
    // What was approved is what is issued: a decision after the approval undoes it.
    const approval = { inputHash: passed.inputHash };
    expect((await market.ask('POST', `billing-runs/${run.id}/approve`, approval, market.approver)).status).toBe(200);
    expect((await decide(market, id, 1, 'hold', 'Second thoughts')).status).toBe(201);
    expect(await market.ask('POST', `billing-runs/${run.id}/issue`)).toMatchObject({
      status: 409,
      body: { code: 'run-changed' },
    });
  }, 120_000);

  it('is decided by the treasurer, about what is there', async () => {
    const market = await found('decided');
    const { id } = await entered(market, billOf('NE-1', dearer));
    expect(await decide(market, id, 9, 'hold', 'x')).toMatchObject({ status: 404 });
    expect(await decide(market, id, 1, 'ignore', 'x')).toMatchObject({ status: 400 });
    expect(await decide(market, id, 1, 'hold', '')).toMatchObject({ status: 400 });
    const asked = { component: 1, choice: 'hold', reason: 'x' };
    for (const token of [market.rosa, market.approver])
      expect((await market.ask('POST', `supplier-bills/${id}/decisions`, asked, token)).status).toBe(403);
    for (const change of ['UPDATE bill_decision SET reason = reason', 'DELETE FROM bill_decision'])
      await expect(
        service.database.transactions.inCommunity(market.communityId, (tx) => tx.query(change)),
      ).rejects.toThrow('permission denied');
  }, 120_000);
});

describe('a late fee', () => {
  it('is held by itself, named, and issued to nobody, until somebody decides that members pay it', async () => {
    const market = await found('late-fee');
    const { id } = await entered(market, billOf('NE-1', [...ofMarket, lateFee]));
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'previewed', totals: { held: '25.00', difference: '0.00' } });
    expect(await findings(market, run, 'held-amount')).toMatchObject([
      { detail: expect.stringContaining('"Late payment fee, held"') },
    ]);
    expect((await decide(market, id, 5, 'pass-on', 'General meeting, minute 9')).status).toBe(201);
    expect(await again(market, run)).toMatchObject({ totals: { held: '0.00', difference: '0.00' } });
    expect((await decide(market, id, 5, 'hold', 'The board pays it')).status).toBe(201);
    await issued(market, await again(market, run));
    const { rows } = await service.database.owner.query<{ balance: string }>(
      `SELECT sum(p.amount)::numeric(18,2)::text AS balance FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
       WHERE p.community_id = $1 AND p.account = 'held'`,
      [market.communityId],
    );
    expect(rows).toEqual([{ balance: '25.00' }]);
  }, 120_000);
});

describe('a bill in the place of another', () => {
  it('is shared instead of it; the estimate stays, and is replaced once', async () => {
    const market = await found('estimate');
    const guessed = ofMarket.map((one) =>
      one.description === 'Standing charge'
        ? { ...one, quantity: null, unit: null, price: null, amount: '60.00', tax: '12.00' }
        : one,
    );
    const first = await entered(market, billOf('NE-1', guessed, { kind: 'estimated' }));
    const run = await calculated(market);
    expect(await findings(market, run, 'bill-estimated')).toMatchObject([{ severity: 'info' }]);
    const second = await entered(market, billOf('NE-1A', ofMarket, { replaces: first.id }));
    const after = await again(market, run);
    expect(await findings(market, after, 'bill-estimated')).toEqual([]);
    expect((await costs(market, after))['Standing charge']).toMatchObject({ amount: '55.80' });
    expect((await market.ask('GET', `supplier-bills/${first.id}`)).body).toMatchObject({
      kind: 'estimated',
      replacedBy: second.id,
      net: '685.85',
    });
    const third = billOf('NE-1B', ofMarket, { kind: 'corrected', replaces: first.id });
    expect(await market.ask('POST', 'supplier-bills', third)).toMatchObject({
      status: 409,
      body: { facts: { id: second.id } },
    });
    const refused = [
      [{ kind: 'corrected' }, '/replaces'],
      [{ kind: 'credit' }, '/gross'],
      [{ supplier: 'Southgrid', replaces: second.id }, '/replaces'],
      [{ utility: 'gas', replaces: second.id }, '/replaces'],
      [{ period: { from: '2026-11-01', to: '2026-12-01' }, replaces: second.id }, '/replaces'],
    ] as const;
    for (const [more, pointer] of refused) {
      const answer = await market.ask('POST', 'supplier-bills', billOf('NE-X', ofMarket, more));
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    }
  }, 120_000);

  it('takes the place of what was issued by a correction, which takes all of the first back', async () => {
    const market = await found('replaced-late');
    const first = await entered(market, billOf('NE-1', ofMarket, { kind: 'estimated' }));
    const run = await issued(market, await calculated(market));
    const lower = ofMarket.map((one) =>
      one.description === 'Standing charge'
        ? { ...one, quantity: null, unit: null, price: null, amount: '45.80', tax: '9.16' }
        : one,
    );
    await entered(market, billOf('NE-1A', lower, { kind: 'corrected', replaces: first.id }));
    const asked = { way: 'credit-and-reissue', cause: 'Northgrid read the meter' };
    const { body: opened } = await market.ask('POST', `billing-runs/${run.id}/corrections`, asked);
    const correction = await again(market, opened);
    expect(correction).toMatchObject({ status: 'previewed', totals: { difference: '0.00' } });
    const { items } = (await market.ask('GET', `billing-runs/${correction.id}/deltas`)).body;
    expect((items as { amount: string }[]).reduce((all, { amount }) => all + pence(amount), 0n)).toBe(-1000n);
    await issued(market, correction);
    const { rows } = await service.database.owner.query<{ number: string; borne: string }>(
      `SELECT b.number, sum(c.amount)::numeric(18,2)::text AS borne FROM run_cost c JOIN standing_run r ON r.community_id = c.community_id AND r.id = c.run_id
       JOIN supplier_bill b ON b.community_id = c.community_id AND b.id = c.bill_id WHERE c.community_id = $1 GROUP BY b.number ORDER BY 1`,
      [market.communityId],
    );
    expect(rows).toEqual([
      { number: 'NE-1', borne: '0.00' },
      { number: 'NE-1A', borne: '671.65' },
    ]);
  }, 120_000);

  it('is not needed by a credit: it mirrors what it gives back, to each member', async () => {
    const market = await found('credit');
    await entered(market, billOf('NE-1', ofMarket));
    const whole = await calculated(market);
    const mirrored = ofMarket.map((one) => ({
      ...one,
      ...{ quantity: null, unit: null, price: null, amount: `-${one.amount}`, tax: `-${one.tax}` },
    }));
    const minus = { net: '-681.65', tax: '-136.33', gross: '-817.98' };
    await entered(market, { ...billOf('NE-C', mirrored), kind: 'credit', ...minus });
    const none = await again(market, whole);
    expect(none).toMatchObject({ status: 'previewed', totals: { difference: '0.00' } });
    const { items } = (await market.ask('GET', `billing-runs/${none.id}/shares`)).body;
    const ofBills = (
      items as { description: string; kind: string; part: string; member: string; space: string; amount: string }[]
    ).filter(({ description }) => ofMarket.some((one) => one.description === description));
    const sums = new Map<string, bigint>();
    for (const { description, kind, part, member, space, amount } of ofBills) {
      const name = [description, kind, part, member, space].join(' ');
      sums.set(name, (sums.get(name) ?? 0n) + pence(amount));
    }
    expect([...sums.values()].every((value) => value === 0n)).toBe(true);
    expect(sums.size).toBeGreaterThan(10);
  }, 120_000);
});
