import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/** What is usual in a country becomes ordinary rates and policies, with where it was read. */
let service: InProcess;
let market: Market;
let run: { id: string; inputHash: string };
beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service);
}, 120_000);
afterAll(() => service.close());

describe('a country profile', () => {
  it('says where each of its rows was read, and which of them nobody has verified', async () => {
    const { items } = (await market.ask('GET', 'country-profiles')).body;
    expect(items.map(({ code }: { code: string }) => code)).toEqual(['GB', 'DE', 'CH', 'AT', 'plain']);
    for (const { rates, policies } of items) {
      for (const row of [...rates, ...policies]) expect(row).toMatchObject({ source: expect.stringMatching(/\S/) });
    }
  });

  it('is adopted as rows like any other, and a second time changes nothing', async () => {
    const adopt = () => market.ask('POST', 'country-profiles', { profile: 'GB', from: '2026-10-01' });
    const first = await adopt();
    expect(first.status).toBe(201);
    expect(first.body.rates).toEqual(['standard', 'reduced', 'rent']);
    expect(first.body.policies).toEqual([
      ...['tax', 'keeping', 'tax-treatment', 'reduced-rate', 'levy', 'price-cap', 'gas', 'payment-terms'],
    ]);
    expect((await adopt()).body).toEqual({ rates: [], policies: [] });
    const rates = (await market.ask('GET', 'tax-rates')).body.items;
    expect(rates.find(({ code }: { code: string }) => code === 'rent')).toMatchObject({
      rate: '0',
      category: 'E',
      reason: 'VATA 1994 Schedule 9 Group 1',
    });
    const [policy] = (await market.ask('GET', 'policies?name=tax-treatment&on=2026-10-01')).body.items;
    expect(policy.decision).toContain('HMRC Notice 742 section 11');
    expect(policy.decision).toContain('not verified');
  });

  it('leaves it to the community whether it is registered, and the next run follows it: Rosa uses little', async () => {
    const [tax] = (await market.ask('GET', 'policies?name=tax&on=2026-10-01')).body.items;
    expect(tax.terms).toMatchObject({ registered: true, vatNumber: 'GB 123 4567 89', rounding: 'down' });
    expect(tax.terms).toMatchObject({ simplifiedUpTo: '250.00' });
    const blocked = await calculated(market);
    expect(blocked).toMatchObject({ status: 'open', totals: null });
    const { items } = (await market.ask('GET', `billing-runs/${blocked.id}/issues`)).body;
    const missing = items.filter(({ code }: { code: string }) => code === 'invoice-contents-missing');
    // Nobody has an address yet: a full invoice, which is one above 250.00, needs it. Adam and Bela had half of a month each, and a smaller rent.
    expect(missing.map(({ facts }: { facts: Record<string, string> }) => [facts['member'], facts['missing']])).toEqual([
      ['LUND', 'receiver-address'],
      ['ROSA', 'receiver-address'],
    ]);
    for (const { facts } of missing) {
      await market.ask('PATCH', `members/${facts.member}`, { address: 'Old Market Hall, Todmorden OL14 5AJ' });
    }
    run = (await market.ask('POST', `billing-runs/${blocked.id}/calculate`)).body;
    expect(run).toMatchObject({ status: 'previewed' });
    const { members } = (await market.ask('GET', `billing-runs/${run.id}/preview`)).body;
    const rosa = members.find((one: { member: { code: string } }) => one.member.code === 'ROSA');
    const units = rosa.lines.find((line: { description: string }) => line.description === 'Day units');
    expect(units).toMatchObject({ taxCode: 'reduced', taxRate: '0.05' });
  });

  it('lets a small invoice be a simplified one, which says so', async () => {
    await issued(market, run);
    const titleOf = async (member: string): Promise<string> => {
      const [{ id }] = (await market.ask('GET', `invoices?member=${member}`)).body.items;
      return (await market.ask('GET', `invoices/${id}/document.txt`)).text;
    };
    expect(await titleOf('OWNR')).toContain('AND SIMPLIFIED VAT INVOICE');
    const rosa = await titleOf('ROSA');
    expect(rosa).toContain('AND VAT INVOICE');
    expect(rosa).not.toContain('SIMPLIFIED');
  });

  it('of no country is not there', async () => {
    expect((await market.ask('POST', 'country-profiles', { profile: 'XX', from: '2026-10-01' })).status).toBe(400);
  });
});
