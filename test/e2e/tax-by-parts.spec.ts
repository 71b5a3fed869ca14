import { FixedClock } from '../../src/platform/clock.js';
import { type Answer, type InProcess, inProcess } from '../support/in-process.js';
import { bill, calculated, foundMarket, type Market, october } from './billing-market.js';

/**
 * One cost of which 60 % go by use and 40 % by floor area, on the market of billing-market.ts: each part is taxed, capped and spared the
 * levy by how it was measured. A second bill has fees of the network of 100.00 and a levy of 10.00, both shared so.
 */
let service: InProcess;
let market: Market;
const always = { from: '2026-01-01', to: null };
const made = async (path: string, body: unknown): Promise<Answer['body']> => {
  const answer = await market.ask('POST', path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const adopt = (name: string, terms: object) =>
  made('policies', { name, from: '2026-10-01', terms, decision: 'minute 5' });

interface Line {
  readonly description: string;
  readonly net: string;
  readonly taxCode: string;
  readonly taxBecause: string;
}
async function linesOf(run: { id: string }, code: string): Promise<Record<string, Line>> {
  const { body } = await market.ask('GET', `billing-runs/${run.id}/preview`);
  const member = body.members.find((one: { member: { code: string } }) => one.member.code === code);
  return Object.fromEntries(member.lines.map((line: Line) => [line.description, line]));
}

async function foundWithSecondBill(): Promise<void> {
  const metered = { kind: 'metered', calendar: 'DN', band: 'day', residual: { policy: 'by-area', key: null } };
  const parts = [
    { part: '60', key: metered },
    { part: '40', key: { kind: 'area' } },
  ];
  const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
  const terms = { kind: 'composite', parts };
  await made('keys', { code: 'mixed', name: 'Use and area', version: { days: always, terms, ...decided } });
  const component = { quantity: null, unit: null, price: null, taxCode: 'S', key: 'mixed' };
  await made('supplier-bills', {
    ...bill({ number: 'NG-2', net: '110.00', tax: '22.00', gross: '132.00' }),
    period: october,
    components: [
      { ...component, description: 'Network', kind: 'other', amount: '100.00', tax: '20.00' },
      { ...component, description: 'Network levy', kind: 'levy', amount: '10.00', tax: '2.00' },
    ],
  });
}

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service);
  await foundWithSecondBill();
  await made('tax-rates', { code: 'R', label: 'Reduced rate', rate: '0.05', days: always });
  const exempt = { category: 'E', reason: 'VATA 1994 Schedule 9 Group 1' };
  await made('tax-rates', { code: 'X', label: 'Rent', rate: '0', ...exempt, days: always });
  await adopt('tax-treatment', { metered: 'S', standing: 'S', unmetered: 'X', commonParts: 'X', spaceWork: null });
  const reduced = { utility: 'electricity', normal: 'S', reduced: 'R', smallUsePerDay: null, source: 'VATA 1994' };
  await adopt('reduced-rate', { utilities: [reduced], qualifyingFromPercent: '60' });
  await adopt('levy', { sharedBy: 'taxable-use', smallUseExempt: false });
  const declare = async (space: string, more: object) => {
    const [held] = (await market.ask('GET', `occupancies?space=${space}`)).body.items;
    const of = { occupancy: held.id, days: always, evidence: 'Certificate', declaredOn: '2026-01-02' };
    await made('qualifying-uses', { ...of, ...more });
  };
  await declare('S1', { kind: 'domestic' });
  await declare('S2', { kind: 'mixed', percent: '20' });
}, 120_000);
afterAll(() => service.close());

describe('a cost that goes by use in part', () => {
  let run: Answer['body'];
  beforeAll(async () => {
    run = await calculated(market);
  }, 120_000);

  it('is taxed by part: what the meter counted as power, the rest as rent', async () => {
    const rosa = await linesOf(run, 'ROSA');
    // 60.00 × 527 / 2,476.9 = 12.765…; 40.00 × 620 / 2,790 = 8.888…
    expect(rosa['Network, 60 of 100']).toMatchObject({ net: '12.77', taxCode: 'R' });
    expect(rosa['Network, 60 of 100']?.taxBecause).toBe(
      'measured at your own meter; 745 of 745 kWh are used at home or by a charity, as declared',
    );
    expect(rosa['Network, 40 of 100']).toMatchObject({
      net: '8.89',
      taxCode: 'X',
      taxBecause: 'shared without a meter',
    });
    expect(rosa['Shared areas and losses: Network, 60 of 100']).toMatchObject({ taxCode: 'X' });
  });

  it('is cut by declared use in that part alone', async () => {
    const lund = await linesOf(run, 'LUND');
    // 60.00 × 1,054 / 2,476.9 = 25.531…, of it a fifth 5.106; 40.00 × 930 / 2,790 = 13.333…
    expect(lund['Network, 60 of 100, qualifying use']).toMatchObject({ net: '5.11', taxCode: 'R' });
    expect(lund['Network, 60 of 100, other use']).toMatchObject({ net: '20.42', taxCode: 'S' });
    expect(lund['Network, 40 of 100']).toMatchObject({ net: '13.33', taxCode: 'X' });
  });

  it('spares a home the levy of the part that goes by use, and taxes all of what is left of it at the normal rate', async () => {
    const rosa = await linesOf(run, 'ROSA');
    expect(rosa['Network levy, 60 of 100']?.net ?? '0.00').toBe('0.00');
    expect(rosa['Network levy, 40 of 100']).toMatchObject({ taxCode: 'X' });
    // By day the source counted 2,476.9 kWh, less Rosa's 527 and a fifth of Lund's: 1,739.1. Lund's 843.2 of them: 6.00 × 0.4848… = 2.909…
    const lund = await linesOf(run, 'LUND');
    expect(lund['Network levy, 60 of 100']).toMatchObject({ net: '2.91', taxCode: 'S' });
    const { body } = await market.ask('GET', `billing-runs/${run.id}/reconciliation`);
    const levy = body.lines.find((one: { description: string }) => one.description === 'Network levy');
    expect(levy).toMatchObject({ amount: '10.00', difference: '0.00' });
  });

  it('is capped by the units of the band that its metered part goes by', async () => {
    await market.ask('POST', `billing-runs/${run.id}/cancel`, { reason: 'A cap was adopted' });
    const cap = { kind: 'resale', site: 'OMH', utility: 'electricity', members: 'all', standing: 'equal' };
    await adopt('price-cap', { caps: [cap] });
    const blocked = await calculated(market);
    const { items } = (await market.ask('GET', `billing-runs/${blocked.id}/issues`)).body;
    const excess = items
      .filter(({ code }: { code: string }) => code === 'price-cap-exceeded')
      .map(({ facts }: { facts: Record<string, string> }) => [facts['member'], facts['charged'], facts['cap']]);
    // What the first bill was paid for is charged as it was paid. Adam: 68.25, and of the network 60.00 × 255 / 2,476.9 and 40.00 × 375 / 2,790
    // where 100.00 × 255 / 2,476.9 was paid for his units by day: 6.18 + 5.38 against 10.30.
    expect(excess).toEqual([
      ['ADAM', '79.81', '78.55'],
      ['BELA', '85.22', '83.89'],
      ['ROSA', '162.81', '162.43'],
    ]);
  }, 120_000);
});
