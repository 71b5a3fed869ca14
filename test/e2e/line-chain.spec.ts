import { createHash } from 'node:crypto';
import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, issued, type Market } from './billing-market.js';

/** From a figure on a bill to where it comes from, on the market of billing-market.ts. */
let service: InProcess;
let market: Market;
const file = Buffer.from('%PDF-1.4 the bill of Northgrid');
const sha256 = createHash('sha256').update(file).digest('hex');

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service, { withBill: false });
  const document = { name: 'NE-1.pdf', mediaType: 'application/pdf', content: file.toString('base64') };
  const entered = await market.ask('POST', 'supplier-bills', bill({ document }));
  if (entered.status !== 201) throw new Error(entered.text);
  await issued(market, await calculated(market));
}, 120_000);
afterAll(() => service.close());

async function invoiceOf(code: string): Promise<Answer['body']> {
  const { items } = (await market.ask('GET', `invoices?member=${code}`)).body;
  return (await market.ask('GET', `invoices/${items[0].id}`)).body;
}
async function whyOf(code: string, description: string, token?: string): Promise<Answer> {
  const { number, lines } = await invoiceOf(code);
  const line = lines.find((one: { description: string }) => one.description === description);
  return market.ask('GET', `invoices/${number}/lines/${line.no}/why`, undefined, token);
}

describe('why a line costs what it costs', () => {
  it('leads its reader from the line to the share, the cost, the rule and the bill with the hash of its file', async () => {
    const { status, body } = await whyOf('ROSA', 'Day units', market.rosa);
    expect(status).toBe(200);
    expect(body.line).toMatchObject({ net: '105.40', sentence: '£495.38 × 527 / 2,476.9 kWh' });
    expect(body.shares).toMatchObject([
      { part: 'own', amount: '105.40', pool: '495.38', weight: '527', whole: '2476.9', steps: [] },
    ]);
    expect(body.cost).toMatchObject({ description: 'Day units', amount: '495.38', ofAmount: '495.38' });
    expect(body.rule).toMatchObject({ kind: 'key', code: 'day', from: '2026-01-01', decision: 'minute 4' });
    expect(body.bill).toMatchObject({ supplier: 'Northgrid', number: 'NE-1', document: { name: 'NE-1.pdf', sha256 } });
    expect(body.bill.component).toEqual({ no: 1, description: 'Day units', amount: '495.38' });
    const kept = await market.ask('GET', body.bill.document.href.replace('/api/v1/', ''), undefined, market.rosa);
    expect(kept.status).toBe(200);
    // What is at the end of the chain is the very file: its bytes have the hash that the line leads to.
    expect(createHash('sha256').update(kept.text).digest('hex')).toBe(body.bill.document.sha256);
  });

  it('goes on to the use, its readings, and the payload in which they arrived', async () => {
    const { uses } = (await whyOf('ROSA', 'Day units', market.rosa)).body;
    expect(uses).toMatchObject([
      {
        ...{ meter: 'M1', register: 'import', virtual: false, band: 'DN/day', quantity: '527', unit: 'kWh' },
        ...{ from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z', moreDeliveries: 0 },
        readings: { count: 745, corrected: 0, estimated: 0 },
      },
    ]);
    const [{ deliveries, readings }] = uses;
    expect(deliveries).toMatchObject([{ readings: 745, receivedAt: '2026-11-03T09:30:00Z', file: null }]);
    const { rows } = await service.database.owner.query(
      `SELECT encode(sha256, 'hex') AS sha256 FROM reading_batch WHERE no = $1`,
      [deliveries[0].batch],
    );
    expect(deliveries[0].sha256).toBe(rows[0].sha256);
    expect((await market.ask('GET', readings.href.replace('/api/v1/', ''))).body.items).not.toHaveLength(0);
  });

  it('of what no meter explains names its own share, and no use of a neighbour', async () => {
    const { body } = await whyOf('ROSA', 'Shared areas and losses: Day units');
    expect(body.shares).toMatchObject([{ part: 'residual', figures: [{ what: 'area-days' }] }]);
    expect(body.uses).toEqual([]);
  });

  it('of an empty stall leads its payer to the meter of the stall', async () => {
    const { body } = await whyOf('OWNR', 'Day units, Stall S4 (S4) while empty');
    expect(body.uses).toMatchObject([{ meter: 'M4', quantity: '105.4' }]);
  });

  it('of a rent and of a price of our own names the charge and the tariff', async () => {
    expect((await whyOf('ROSA', 'Rent of stall 1')).body).toMatchObject({
      ...{ rule: null, bill: null, uses: [] },
      charge: { code: 'rent-1' },
    });
    const { lines } = await invoiceOf('ROSA');
    const fee = lines.find((one: { unit: string; section: string }) => one.section === 'fee');
    expect((await whyOf('ROSA', fee.description)).body).toMatchObject({
      ...{ rule: { kind: 'tariff', code: 'fee' }, uses: [] },
      charge: { code: 'metering' },
    });
  });

  it("is not there for another member's line, nor for a line that is none", async () => {
    expect((await whyOf('LUND', 'Day units', market.rosa)).status).toBe(404);
    const { number } = await invoiceOf('ROSA');
    expect((await market.ask('GET', `invoices/${number}/lines/99/why`)).status).toBe(404);
    expect((await market.ask('GET', `invoices/${number}/lines/first/why`)).status).toBe(400);
  });
});
