import { FixedClock } from '../../src/platform/clock.js';
import type { Answer } from '../support/in-process.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, issued, type Market } from './billing-market.js';

/**
 * Tax that follows from how a cost was measured, thresholds over all that a member used, levies and caps, on the market of
 * billing-market.ts. Rosa used 745 kWh in 31 days, Lund 1,490, Adam 360 in 15 days, Bela 385 in 16.
 */
const open: InProcess[] = [];
async function start(options: Parameters<typeof foundMarket>[1] = {}): Promise<Market> {
  const service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  open.push(service);
  return foundMarket(service, options);
}
afterAll(async () => {
  for (const service of open) await service.close();
});

const always = { from: '2026-01-01', to: null };
const made = async (market: Market, path: string, body: unknown): Promise<Answer['body']> => {
  const answer = await market.ask('POST', path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const adopt = (market: Market, name: string, terms: object, from = '2026-10-01') =>
  made(market, 'policies', { name, from, terms, decision: 'minute 5' });
const occupancyOf = async (market: Market, space: string): Promise<string> =>
  (await market.ask('GET', `occupancies?space=${space}`)).body.items[0].id;

interface Line {
  readonly description: string;
  readonly net: string;
  readonly taxCode: string;
  readonly taxCategory: string;
  readonly taxBecause: string;
}
const linesOf = async (market: Market, run: { id: string }, code: string): Promise<Record<string, Line>> => {
  const { body } = await market.ask('GET', `billing-runs/${run.id}/preview`);
  const member = body.members.find((one: { member: { code: string } }) => one.member.code === code);
  return Object.fromEntries(member.lines.map((line: Line) => [line.description, line]));
};
const issuesOf = async (market: Market, run: { id: string }) =>
  (await market.ask('GET', `billing-runs/${run.id}/issues`)).body.items;

const rules = async (market: Market): Promise<void> => {
  await made(market, 'tax-rates', { code: 'R', label: 'Reduced rate', rate: '0.05', days: always });
  const exempt = { category: 'E', reason: 'VATA 1994 Schedule 9 Group 1' };
  await made(market, 'tax-rates', { code: 'X', label: 'Rent', rate: '0', ...exempt, days: always });
  await adopt(market, 'tax-treatment', {
    metered: 'S',
    standing: 'S',
    unmetered: 'X',
    commonParts: 'X',
    spaceWork: null,
  });
  const electricity = { utility: 'electricity', normal: 'S', reduced: 'R', smallUsePerDay: '33' };
  await adopt(market, 'reduced-rate', {
    utilities: [{ ...electricity, source: 'VATA 1994 Schedule 7A Group 1 Note 5' }],
    qualifyingFromPercent: '60',
  });
};

describe('tax that follows from the meter', () => {
  let market: Market;
  let run: Answer['body'];
  beforeAll(async () => {
    market = await start();
    await rules(market);
    await made(market, 'qualifying-uses', {
      occupancy: await occupancyOf(market, 'S2'),
      days: always,
      kind: 'mixed',
      percent: '20',
      evidence: 'Certificate of 2 January 2026',
      declaredOn: '2026-01-02',
    });
    await adopt(market, 'levy', { sharedBy: 'taxable-use', smallUseExempt: true });
    run = await calculated(market);
  }, 120_000);

  it('gives each line the code of its measuring, and the small user the reduced rate', async () => {
    const rosa = await linesOf(market, run, 'ROSA');
    expect(rosa['Day units']).toMatchObject({ taxCode: 'R', taxCategory: 'S' });
    expect(rosa['Day units']?.taxBecause).toBe(
      'measured at your own meter; 745 kWh in 31 days are not more than 33 a day',
    );
    expect(rosa['Standing charge']).toMatchObject({ taxCode: 'R' });
    expect(rosa['Shared areas and losses: Day units']).toMatchObject({
      taxCode: 'X',
      taxCategory: 'E',
      taxBecause: 'common parts and losses',
    });
    expect(rosa['Service charge']).toMatchObject({ taxCode: 'X' });
    expect(rosa['Rent of stall 1']).toMatchObject({ taxCode: 'S', taxBecause: 'as entered with the cost' });
  });

  it('cuts the lines of a large user by what it declared, to the coin', async () => {
    const lund = await linesOf(market, run, 'LUND');
    // 1,054 × 0.20 = 210.80: a fifth is 42.16. 436 × 0.10 = 43.60: a fifth is 8.72.
    expect(lund['Day units, qualifying use']).toMatchObject({ net: '42.16', taxCode: 'R' });
    expect(lund['Day units, other use']).toMatchObject({ net: '168.64', taxCode: 'S' });
    expect(lund['Night units, qualifying use']).toMatchObject({ net: '8.72', taxCode: 'R' });
    expect(lund['Night units, other use']).toMatchObject({ net: '34.88', taxCode: 'S' });
  });

  it('shares the levy among taxable use alone, all of it at the normal rate, and loses none', async () => {
    // Small users are spared. Of 28.01 Lund bears 1,192 kWh, the empty stall 149, hall and losses 372.5: of 1,713.5, the odd coins elsewhere.
    const lund = await linesOf(market, run, 'LUND');
    expect(lund['Climate Change Levy']).toMatchObject({ net: '19.48', taxCode: 'S' });
    expect((await linesOf(market, run, 'ROSA'))['Climate Change Levy']?.net ?? '0.00').toBe('0.00');
    const { body } = await market.ask('GET', `billing-runs/${run.id}/reconciliation`);
    const levy = body.lines.find((one: { description: string }) => one.description === 'Climate Change Levy');
    expect(levy).toMatchObject({ amount: '28.01', difference: '0.00' });
    expect(run.totals).toMatchObject({ costs: '1496.95', difference: '0.00' });
  });

  it('prints what a rate of nothing means', async () => {
    await issued(market, run);
    const { items } = (await market.ask('GET', 'invoices?member=ROSA')).body;
    const { body } = await market.ask('GET', `invoices/${items[0].id}`);
    expect(body.taxes.map(({ code, category, reason }: Record<string, string>) => [code, category, reason])).toEqual([
      ['S', 'S', ''],
      ['R', 'S', ''],
      ['X', 'E', 'VATA 1994 Schedule 9 Group 1'],
    ]);
    const { text } = await market.ask('GET', `invoices/${items[0].id}/document.txt`);
    expect(text).toContain('Rent, exempt: VATA 1994 Schedule 9 Group 1');
  });
});

describe('a community that is not registered', () => {
  it('shows no tax, whatever its rules say', async () => {
    const market = await start({ registered: false });
    await rules(market);
    const rosa = await linesOf(market, await calculated(market), 'ROSA');
    expect(new Set(Object.values(rosa).map((line) => line.taxCode))).toEqual(new Set(['none']));
  }, 120_000);
});

describe('a price cap', () => {
  const electricity = { site: 'OMH', utility: 'electricity' };
  it('lets a bill pass that is shared as it was paid, and blocks a community that adds to it, with the excess named', async () => {
    const market = await start();
    const cap = { kind: 'resale', ...electricity, members: 'all', standing: 'equal' };
    await adopt(market, 'price-cap', { caps: [cap] });
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'previewed', issues: { blocking: 0 } });
    await market.ask('POST', `billing-runs/${run.id}/cancel`, { reason: 'Another price' });

    await made(market, 'charges', {
      site: 'OMH',
      code: 'margin',
      description: 'Our own price',
      section: 'energy',
      kind: 'recurring',
      per: 'month',
      amount: '4.00',
      taxCode: 'S',
      days: always,
      space: 'S1',
    });
    const blocked = await calculated(market);
    expect(blocked).toMatchObject({ status: 'open', totals: null });
    // Rosa: 105.40 + 21.80 + 13.95 = 141.15 as paid, and 4.00 more.
    const findings = await issuesOf(market, blocked);
    expect(findings).toMatchObject([
      {
        code: 'price-cap-exceeded',
        severity: 'blocking',
        overridable: false,
        subject: { kind: 'member', label: 'ROSA' },
        facts: { member: 'ROSA', utility: 'electricity', charged: '145.15', cap: '141.15', excess: '4.00' },
      },
    ]);
    expect(findings[0].detail).toContain('4.00 too much');
  }, 120_000);

  it('of the cost by use blocks whoever pays more for the standing charge than its use comes to', async () => {
    const market = await start();
    await adopt(market, 'price-cap', { caps: [{ kind: 'cost-only', ...electricity, members: 'all' }] });
    const blocked = await calculated(market);
    expect(blocked).toMatchObject({ status: 'open', totals: null });
    // Rosa used 745 of 3,501.5 kWh: 105.40 + 21.80 + 55.80 × 745 / 3,501.5 = 11.88 (up); in equal parts the standing charge is 13.95 for her.
    const facts = (await issuesOf(market, blocked)).map((one: { facts: Record<string, string> }) => one.facts);
    expect(facts).toMatchObject([
      { member: 'ADAM', charged: '68.25', cap: '67.22', excess: '1.03' },
      { member: 'BELA', charged: '72.90', cap: '71.88', excess: '1.02' },
      { member: 'ROSA', charged: '141.15', cap: '139.08', excess: '2.07' },
    ]);
  }, 120_000);

  it('of domestic members looks at nobody who did not declare it', async () => {
    const market = await start();
    const cap = { kind: 'reference', ...electricity, members: 'domestic' };
    const price = { perUnit: '0.01', perDay: '0', percent: '80', source: 'an offer' };
    await adopt(market, 'price-cap', { caps: [{ ...cap, ...price }] });
    const run = await calculated(market);
    expect(run).toMatchObject({ status: 'previewed' });
    await market.ask('POST', `billing-runs/${run.id}/cancel`, { reason: 'Rosa lives here' });
    const flat = { occupancy: await occupancyOf(market, 'S1'), days: always, kind: 'domestic' };
    await made(market, 'qualifying-uses', { ...flat, evidence: 'Lease', declaredOn: '2026-01-02' });
    const findings = await issuesOf(market, await calculated(market));
    // 745 × 0.01 × 80 % = 5.96
    expect(findings.map((one: { facts: object }) => one.facts)).toMatchObject([{ member: 'ROSA', cap: '5.96' }]);
  }, 120_000);
});

describe('gas', () => {
  it('is billed in kWh by the calorific values of its days, and refused where one is missing', async () => {
    const market = await start();
    const meter = (code: string, role: string, space: string | null) =>
      made(market, 'meters', {
        site: 'OMH',
        code,
        name: code,
        role,
        space,
        utility: 'gas',
        installedFrom: '2026-01-01T00:00:00Z',
        serial: code,
        registers: [{ code: 'import', kind: 'interval', unit: 'm3', intervalMinutes: 60 }],
      });
    await meter('G1', 'sub', 'S1');
    await meter('G2', 'sub', 'S2');
    await meter('GS', 'source', null);
    const [first, last] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'] as const;
    const counted = [
      ['G1', 200],
      ['G2', 100],
      ['GS', 300],
    ] as const;
    for (const [code, litres] of counted) {
      const readings = hourly(code, litres, first, last).map((one) => ({ ...one, unit: 'm3' }));
      expect((await market.ask('POST', 'readings', { readings })).body.summary).toMatchObject({ created: 745 });
    }
    const terms = { kind: 'metered', calendar: null, band: null, residual: { policy: 'by-area', key: null } };
    const decided = { adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' };
    await made(market, 'keys', { code: 'gas', name: 'Gas by meter', version: { days: always, terms, ...decided } });
    await made(market, 'supplier-bills', {
      site: 'OMH',
      supplier: 'Northgas',
      number: 'NG-1',
      utility: 'gas',
      period: { from: '2026-10-01', to: '2026-11-01' },
      currency: 'GBP',
      net: '100.00',
      tax: '20.00',
      gross: '120.00',
      components: [
        {
          description: 'Gas',
          kind: 'energy',
          quantity: '2501.46',
          unit: 'kWh',
          price: '0.03998',
          amount: '100.00',
          tax: '20.00',
          taxCode: 'S',
          key: 'gas',
        },
      ],
    });
    await adopt(market, 'gas', { billedIn: 'kWh', volumeCorrection: '1.02264' });
    const blocked = await calculated(market);
    const findings = await issuesOf(market, blocked);
    expect(findings.map((one: { code: string }) => one.code)).toContain('calorific-value-missing');

    const values = Array.from({ length: 31 }, (_, i) => ({
      day: `2026-10-${String(i + 1).padStart(2, '0')}`,
      value: '39.4',
    }));
    const given = { site: 'OMH', source: 'National Gas', values };
    expect(await made(market, 'calorific-values', given)).toEqual({ written: 31, known: 0 });
    expect(await made(market, 'calorific-values', given)).toEqual({ written: 0, known: 31 });
    const run = (await market.ask('POST', `billing-runs/${blocked.id}/calculate`)).body;
    expect((await issuesOf(market, run)).filter((one: { severity: string }) => one.severity === 'blocking')).toEqual(
      [],
    );
    expect(run).toMatchObject({ status: 'previewed', totals: { difference: '0.00' } });
    // 1.02264 × 39.4 / 3.6 = 11.192227 kWh/m³: Rosa's 149 m³ are 1,667.641823 kWh, two thirds of all.
    const rosa = await linesOf(market, run, 'ROSA');
    expect(rosa['Gas']).toMatchObject({ net: '66.67', quantity: '1667.641823', unit: 'kWh' });
    await issued(market, run);
    const { items } = (await market.ask('GET', 'invoices?member=ROSA')).body;
    const { text } = await market.ask('GET', `invoices/${items[0].id}/document.txt`);
    expect(text).toContain('11.192227 kWh/m³');
  }, 120_000);
});
