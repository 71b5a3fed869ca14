import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** Once a year every member is told who bore which part of what, and by what rule. */

let service: InProcess;
let market: Market;
const ask = (query: string, token?: string) =>
  market.ask('GET', `sites/OMH/apportionment-matrix?${query}`, undefined, token);

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  market = await foundMarket(service);
}, 120_000);
afterAll(() => service.close());

describe('the apportionment matrix', () => {
  it('is empty before a run of the year is issued', async () => {
    const run = await calculated(market);
    expect((await ask('year=2026')).body).toMatchObject({ rows: [], members: [], totals: { amount: '0.00' } });
    await issued(market, run);
    expect((await ask('year=2025')).body.rows).toEqual([]);
  });

  it('has a row for each cost, with its rule and decision, and adds up both ways', async () => {
    const { body } = await ask('year=2026');
    const { items } = (await market.ask('GET', 'billing-runs')).body;
    const { lines, total } = (await market.ask('GET', `billing-runs/${items[0].id}/reconciliation`)).body;
    expect(body.members.map((one: { code: string }) => one.code)).toEqual(['ADAM', 'BELA', 'LUND', 'ROSA']);
    const named = body.rows.map(({ costNo, description, amount, common, vacant, held }: Record<string, unknown>) => ({
      costNo,
      description,
      amount,
      common,
      vacant,
      held,
    }));
    expect(named).toEqual(
      lines.map(({ costNo, description, amount, common, vacant, held }: Record<string, unknown>) => ({
        costNo,
        description,
        amount,
        common,
        vacant,
        held,
      })),
    );
    expect(body.totals).toMatchObject({ amount: total.amount, common: total.common, vacant: total.vacant });
    expect([body.difference, body.totals.otherMembers]).toEqual(['0.00', '0.00']);
    const service = body.rows.find((row: { description: string }) => row.description === 'Service charge');
    // 279.00 by 20 × 31, 30 × 31, 25 × 15, 25 × 16 and the empty 15 × 31 m² and days of 2790.
    expect(service).toMatchObject({
      rule: { code: 'area', versionFrom: '2026-01-01', adoptedBy: 'General meeting', decision: 'minute 4' },
      shares: { ROSA: '62.00', LUND: '93.00', ADAM: '37.50', BELA: '40.00' },
      vacant: '46.50',
    });
  });

  it('shows a member the own column, and what the others bear as one figure', async () => {
    const { body } = await ask('year=2026', market.rosa);
    const service = body.rows.find((row: { description: string }) => row.description === 'Service charge');
    expect(service).toMatchObject({ shares: { ROSA: '62.00' }, otherMembers: '170.50', vacant: '46.50' });
    expect(JSON.stringify(body)).not.toMatch(/LUND|ADAM|BELA/);
    expect(body.difference).toBe('0.00');
  });

  it('is a table for a spreadsheet', async () => {
    const { headers, text } = await ask('year=2026&format=csv');
    expect(headers['content-type']).toContain('text/csv');
    const [head, ...rows] = text.trim().split('\r\n');
    expect(head).toBe(
      'from,to,cost,source,key,version from,adopted on,decision,currency,amount,ADAM,BELA,LUND,ROSA,other members,common,vacant,held',
    );
    expect(rows).toContain(
      '2026-10-01,2026-11-01,Service charge,service,area,2026-01-01,2026-01-14,minute 4,GBP,279.00,37.50,40.00,93.00,62.00,0.00,0.00,46.50,0.00',
    );
  });

  it.each([
    ['no year', '', 400, 'invalid-input'],
    ['half a year', 'year=20', 400, 'invalid-input'],
  ])('is refused with %s', async (_, query, status, code) => {
    expect(await ask(query)).toMatchObject({ status, body: { code } });
  });
});
