import { FixedClock } from '../../src/platform/clock.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, issued, type Market } from './billing-market.js';

/**
 * October was billed; then a reading, the supplier's bill and an occupancy turn out otherwise, one after the other. Each time the whole pool
 * is computed again, every member's delta has a reason, and what was issued stays (billing-market.ts has the figures).
 */

const clock = new FixedClock('2026-11-03T09:30:00Z');
const dayMs = 86_400_000;
let service: InProcess;
let market: Market;
let run: Answer['body'];
const issuedTexts = new Map<string, string>();

interface Delta {
  kind: string;
  description: string;
  member: { code: string } | null;
  amount: string;
  reasons: { what: string; sentence: string; figures: Record<string, string> }[];
}

beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service);
  const fund = {
    ...{ code: 'council', name: 'Market relief', funder: 'Todmorden Council', site: 'OMH', taxCode: 'S' },
    days: { from: '2026-01-01', to: null },
    rate: { kind: 'percent', percent: '10' },
    ...{ of: ['energy'], cap: '1000.00', memberCap: null, beneficiaries: { kind: 'all' } },
    ...{ notice: 'Passed on in full.', evidence: 'Resolution 7' },
  };
  const made = await market.ask('POST', 'funds', fund);
  if (made.status !== 201) throw new Error(made.text);
  run = await issued(market, await calculated(market));
  for (const { id } of await invoicesOf(run.id)) issuedTexts.set(id, (await market.ask('GET', `invoices/${id}`)).text);
}, 120_000);
afterAll(() => service.close());
beforeEach(() => clock.advance(dayMs));

const invoicesOf = async (id: string): Promise<{ id: string; number: string }[]> =>
  (await market.ask('GET', `invoices?run=${id}`)).body.items.filter(({ kind }: { kind: string }) => kind === 'invoice');
const creditNotesOf = async (id: string): Promise<{ id: string; number: string }[]> =>
  (await market.ask('GET', `credit-notes?run=${id}`)).body.items;
const deltasOf = async (id: string): Promise<Answer['body']> =>
  (await market.ask('GET', `billing-runs/${id}/deltas`)).body;
const opened = async (cause: string): Promise<Answer> =>
  market.ask('POST', `billing-runs/${run.id}/corrections`, { way: 'credit-and-reissue', cause });
const corrected = async (cause: string): Promise<Answer['body']> => {
  const { status, body, text } = await opened(cause);
  if (status !== 201) throw new Error(text);
  return (await market.ask('POST', `billing-runs/${body.id}/calculate`)).body;
};
const holdBelow = async (amount: string, from: string): Promise<void> => {
  const policy = { name: 'corrections', from, terms: { holdBelow: amount }, decision: 'minute 9' };
  expect(await market.ask('POST', 'policies', policy)).toMatchObject({ status: 201 });
};
const sql = <Row>(text: string): Promise<Row[]> =>
  service.app.get(Transactions).inCommunity(market.communityId, (tx) => tx.query<Row>(text));
const balances = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (
      await sql<{ account: string; balance: string }>(
        `SELECT account, sum(balance)::numeric(18,2)::text AS balance FROM account_balance
         WHERE account IN ('held', 'supplier-clearing', 'supplier-payable', 'funds-receivable') GROUP BY account`,
      )
    ).map(({ account, balance }) => [account, balance]),
  );
const cents = (amount: string): number => Math.round(Number.parseFloat(amount) * 100);
const sumOf = (deltas: readonly Delta[]): number => deltas.reduce((total, { amount }) => total + cents(amount), 0);

/** Says that an hour of a meter counted otherwise: the other value is a conflict, and a person supersedes. */
async function supersede(meter: string, hour: string, quantity: string): Promise<void> {
  const from = `2026-10-${hour}:00:00Z`;
  const to = new Date(Date.parse(from) + 3_600_000).toISOString().replace('.000', '');
  const sent = await market.ask('POST', 'readings', { meter, register: 'import', from, to, quantity, unit: 'kWh' });
  expect(sent.body.results[0].status).toBe('conflict');
  const { items } = (await market.ask('GET', `exceptions?state=open&kind=conflict&meter=${meter}`)).body;
  const answer = { choice: 'supersede', reason: 'the logger was set to half' };
  expect((await market.ask('POST', `exceptions/${items[0].id}/resolve`, answer)).status).toBe(200);
}

/** What holds after every correction, whatever it corrected. */
async function stands(): Promise<void> {
  for (const [id, text] of issuedTexts) {
    const now = JSON.parse((await market.ask('GET', `invoices/${id}`)).text) as Record<string, unknown>;
    expect({ ...now, creditedBy: null }).toEqual({ ...(JSON.parse(text) as object), creditedBy: null });
  }
  // Nothing is left in the clearing, and the held account is what the shares say is held.
  const [held] = await sql<{ held: string }>(
    `SELECT coalesce(sum(s.amount), 0)::numeric(18,2)::text AS held FROM run_share s JOIN standing_run r ON r.community_id = s.community_id AND r.id = s.run_id
     WHERE s.kind = 'held'`,
  );
  const books = await balances();
  expect(books['supplier-clearing'] ?? '0.00').toBe('0.00');
  expect(books['held'] ?? '0.00').toBe(held!.held);
  // What stands is counted once: the matrix of the year is the standing run, and its invoices that nobody took back are the members' shares.
  const matrix = (await market.ask('GET', 'sites/OMH/apportionment-matrix?year=2026')).body;
  const [standing] = await sql<{ total: string; members: string; billed: string }>(
    `SELECT (SELECT sum(c.amount) FROM run_cost c WHERE c.run_id = r.id)::text AS total,
            (SELECT sum(s.amount) FROM run_share s WHERE s.run_id = r.id AND s.member_id IS NOT NULL)::text AS members,
            (SELECT sum(i.net) FROM invoice i WHERE i.kind = 'invoice' AND NOT EXISTS (SELECT FROM invoice c WHERE c.credits_id = i.id))::text AS billed
     FROM standing_run r`,
  );
  expect(matrix).toMatchObject({ totals: { amount: standing!.total }, difference: '0.00' });
  expect(standing!.billed).toBe(standing!.members);
  // The fund gave what the statements that stand say.
  const [fund] = await sql<{ drawn: string; given: string }>(
    `SELECT f.drawn::numeric(18,2)::text AS drawn, (SELECT -sum(c.amount) FROM run_cost c JOIN standing_run r ON r.id = c.run_id WHERE c.fund_id = f.id)::text AS given FROM fund f`,
  );
  expect(fund!.given).toBe(fund!.drawn);
  expect(books['funds-receivable']).toBe(fund!.drawn);
}

describe('a reading that was corrected after the invoices went out', () => {
  let correction: Answer['body'];
  let deltas: { items: Delta[]; members: { member: { code: string }; change: string; document: string }[] } & Record<
    string,
    unknown
  >;

  it('moves the whole pool, shows every delta with its reason, and comes to what the cost changed by', async () => {
    await supersede('M1', '05T10', '1.5');
    correction = await corrected('The logger of stall 1 was set to half');
    expect(correction).toMatchObject({
      status: 'previewed',
      correction: { of: run.id, way: 'credit-and-reissue', cause: 'The logger of stall 1 was set to half' },
      totals: { difference: '0.00' },
    });
    deltas = await deltasOf(correction.id);
    const units = deltas.items.filter(({ description }) => description === 'Day units');
    // Half a kWh more at 20 p: 0.10 of her own; the losses are as much less, so that everybody pays a little less of them.
    expect(sumOf(units)).toBe(0);
    expect(
      units.find(({ member, reasons }) => member?.code === 'ROSA' && reasons[0]?.what === 'corrected-reading'),
    ).toBeDefined();
    const [rosa] = units.filter(({ member }) => member?.code === 'ROSA');
    expect(rosa!.reasons[0]).toEqual({
      what: 'corrected-reading',
      sentence: 'M1 counted 745.5 kWh where 745 kWh were billed.',
      figures: expect.objectContaining({ meter: 'M1', before: '745', after: '745.5' }) as object,
    });
    expect(units.filter(({ member }) => member?.code === 'LUND').map(({ reasons }) => reasons[0]!.what)).toEqual([
      'pool',
    ]);
    expect(deltas).toMatchObject({ difference: '0.00' });
  });

  it('is approved by a second person, bound to what was seen, and refuses one that is not', async () => {
    const path = `billing-runs/${correction.id}/approve`;
    const hash = { inputHash: correction.inputHash };
    expect((await market.ask('POST', path, { inputHash: run.inputHash }, market.approver)).body.code).toBe(
      'run-changed',
    );
    expect((await market.ask('POST', path, hash)).status).toBe(403);
    expect((await opened('once more')).body.code).toBe('overlapping-run');
  });

  it('credits the invoice of everybody who moved and issues another, and leaves the others alone', async () => {
    const done = await issued(market, correction as { id: string; inputHash: string });
    expect(done.status).toBe('issued');
    const [credits, invoices] = [await creditNotesOf(correction.id), await invoicesOf(correction.id)];
    const moved = deltas.members.filter(({ document }) => document !== null);
    expect(credits).toHaveLength(moved.length);
    expect(invoices).toHaveLength(moved.length);
    const rosa = moved.find(({ member }) => member.code === 'ROSA')!;
    const list = (await market.ask('GET', `invoices?run=${correction.id}&member=${market.memberIds['ROSA']}`)).body
      .items;
    const { body } = await market.ask(
      'GET',
      `invoices/${list.find(({ kind }: { kind: string }) => kind === 'invoice').id}/document.json`,
    );
    expect(body.corrects).toMatchObject({ number: rosa.document, reason: 'The logger of stall 1 was set to half' });
    expect(body.notes[0].title).toBe(`This replaces ${rosa.document}`);
    expect(body.notes[0].text).toContain('M1 counted 745.5 kWh where 745 kWh were billed.');
    // The walk of the account begins with the old invoice, takes it back, and charges the new one.
    expect(body.balance.entries.map(({ kind }: { kind: string }) => kind)).toEqual(['credit', 'charges']);
    await stands();
  });

  it('is not corrected where nothing differs', async () => {
    const empty = await corrected('to be sure');
    expect(await deltasOf(empty.id)).toMatchObject({ items: [], costs: { change: '0.00' } });
    const approve = await market.ask(
      'POST',
      `billing-runs/${empty.id}/approve`,
      { inputHash: empty.inputHash },
      market.approver,
    );
    expect(approve).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('nothing to correct') as string },
    });
    expect((await market.ask('POST', `billing-runs/${empty.id}/cancel`, { reason: 'nothing' })).status).toBe(200);
  });
});

describe('a change that is not worth a document', () => {
  it('is held by name, and nobody gets paper', async () => {
    await holdBelow('5.00', '2026-11-01');
    await supersede('M1', '05T11', '2');
    const correction = await corrected('Another hour of the same logger');
    const { items, members, difference } = (await deltasOf(correction.id)) as {
      items: Delta[];
      members: { member: { code: string }; change: string; held: string; document: string | null }[];
      difference: string;
    };
    expect(difference).toBe('0.00');
    expect(new Set(items.map(({ kind }) => kind))).toEqual(
      new Set(['held', ...items.filter(({ kind }) => kind === 'vacant' || kind === 'common').map(({ kind }) => kind)]),
    );
    const rosa = members.find(({ member }) => member.code === 'ROSA')!;
    expect(rosa).toMatchObject({ change: '0.00', document: null });
    expect(cents(rosa.held)).toBeGreaterThan(0);
    expect(items.find(({ member }) => member?.code === 'ROSA')!.reasons.map(({ what }) => what)).toEqual([
      'held',
      'corrected-reading',
    ]);
    await issued(market, correction as { id: string; inputHash: string });
    expect(await invoicesOf(correction.id)).toEqual([]);
    await stands();
  });

  it('is billed with the next one that is, and leaves the held account', async () => {
    await holdBelow('0', '2026-11-06');
    const correction = await corrected('What was held is billed');
    const { items, costs } = (await deltasOf(correction.id)) as { items: Delta[]; costs: { change: string } };
    expect(items.filter(({ kind }) => kind === 'held').length).toBeGreaterThan(0);
    // The bill stays; the fund gives a tenth of what is billed at last.
    expect(sumOf(items.filter(({ description }) => description !== 'Market relief'))).toBe(0);
    expect(sumOf(items)).toBe(cents(costs.change));
    await issued(market, correction as { id: string; inputHash: string });
    expect((await balances())['held'] ?? '0.00').toBe('0.00');
    await stands();
  });
});

it('a bill of the supplier that comes late is shared with what stands, and the deltas come to it', async () => {
  const late = {
    ...{ description: 'Reactive power', kind: 'other', quantity: null, unit: null, price: null },
    ...{ band: null, amount: '40.00', tax: '8.00', taxCode: 'S', key: 'equal' },
  };
  const second = bill({ number: 'NE-1b', net: '40.00', tax: '8.00', gross: '48.00', components: [late] });
  const entered = await market.ask('POST', 'supplier-bills', second);
  if (entered.status !== 201) throw new Error(entered.text);
  const before = await balances();
  const correction = await corrected('Northgrid billed reactive power late');
  const { items, costs } = (await deltasOf(correction.id)) as { items: Delta[]; costs: { change: string } };
  const own = items.filter(({ description }) => description === 'Reactive power');
  expect(sumOf(own)).toBe(4000);
  expect(own.every(({ reasons }) => reasons.some(({ what }) => what === 'cost'))).toBe(true);
  // The fund gives a tenth of what its members pay of it.
  expect(cents(costs.change)).toBe(4000 + sumOf(items.filter(({ description }) => description === 'Market relief')));
  await issued(market, correction as { id: string; inputHash: string });
  expect(cents((await balances())['supplier-payable']!) - cents(before['supplier-payable']!)).toBe(-4800);
  await stands();
});

it('a changed occupancy moves both neighbours, and says so', async () => {
  const stays = (await market.ask('GET', 'occupancies?space=S3')).body.items as { id: string; memberCode: string }[];
  const stay = (code: string) => stays.find(({ memberCode }) => memberCode === code)!.id;
  expect((await market.ask('PATCH', `occupancies/${stay('ADAM')}`, { to: '2026-10-11' })).status).toBe(200);
  expect((await market.ask('PATCH', `occupancies/${stay('BELA')}`, { from: '2026-10-11' })).status).toBe(200);
  const correction = await corrected('ADAM handed stall 3 over on the 11th');
  const { items } = (await deltasOf(correction.id)) as { items: Delta[] };
  for (const code of ['ADAM', 'BELA']) {
    const own = items.filter(({ member }) => member?.code === code);
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ reasons }) => reasons[0]!.what === 'occupancy')).toBe(true);
  }
  expect(sumOf(items.filter(({ description }) => description === 'Rent of stall 3'))).toBe(0);
  await issued(market, correction as { id: string; inputHash: string });
  await stands();
});

it('an invoice that was taken back by hand is not taken back twice; the correction bills it anew', async () => {
  const last = (await sql<{
    id: string;
  }>(`SELECT i.id FROM invoice i WHERE i.kind = 'invoice' AND i.member_id = '${market.memberIds['ROSA']}'
    AND NOT EXISTS (SELECT FROM invoice c WHERE c.credits_id = i.id)`)) as { id: string }[];
  expect(last).toHaveLength(1);
  expect(
    (await market.ask('POST', `invoices/${last[0]!.id}/credit-notes`, { reason: 'the wrong address' })).status,
  ).toBe(201);
  await supersede('M1', '05T12', '2.5');
  const correction = await corrected('One more hour, and the address');
  await issued(market, correction as { id: string; inputHash: string });
  await stands();
});
