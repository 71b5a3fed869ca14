import fc from 'fast-check';
import { addMonths, monthOf, type Period } from '../calendar/period.js';
import { type Decimal, decimal } from '../quantity/decimal.js';
import { addUp, compare, decimalOf, rational, roundRational } from '../quantity/rational.js';
import type { DemandComponent, DemandWindow, Tier } from '../tariff/component.js';
import { rate } from './rate.js';
import { type Peak, type Usage, windowKey } from './usage.js';

const tier = (upTo: string | null, price: string): Tier => ({
  upTo: upTo === null ? null : decimal(upTo),
  price: decimal(price),
});
const window = (more: Partial<DemandWindow> = {}): DemandWindow => ({
  name: '',
  bands: null,
  months: null,
  tiers: [tier(null, '9.20')],
  ...more,
});
const demand = (more: Partial<DemandComponent> = {}): DemandComponent => ({
  kind: 'demand',
  name: 'Demand',
  unit: 'kW',
  minutes: 30,
  powerFactor: null,
  per: 'month',
  proration: 'day-of-month',
  scheme: 'graduated',
  windows: [window()],
  ratchet: null,
  least: null,
  ...more,
});
const peak = (month: string, energy: string, more: Partial<Peak> = {}): Peak => ({
  period: monthOf(`${month}-01`),
  minutes: 30,
  window: '',
  energy: decimal(energy),
  at: `${month}-14T10:30:00Z`,
  ...more,
});
const used = (...peaks: Peak[]): Usage => ({ unit: 'kWh', byBand: { '': decimal('1000') }, peaks });
const september = monthOf('2026-09-01');
const lines = (component: DemandComponent, usage: Usage, period: Period = september) =>
  rate([{ tariff: { components: [component] }, period, usage }]);
const told = (...args: Parameters<typeof lines>): string[] =>
  lines(...args).map(
    ({ description, quantity, amount }) =>
      `${description}: ${decimalOf(quantity)?.toFixed()} → ${roundRational(amount, 4, 'half-up').toFixed()}`,
  );

describe('rateDemand', () => {
  it('charges the highest mean, and says when it was', () => {
    const [line] = lines(demand(), used(peak('2026-09', '9.2')));
    expect(told(demand(), used(peak('2026-09', '9.2')))).toEqual(['Demand: 18.4 → 169.28']);
    expect(line?.why).toMatchObject({ rule: 'demand', at: '2026-09-14T10:30:00Z', by: 'peak', minutes: 30 });
  });

  it('G07a: 100 kW in January, of which 35 % count all other months, at 10.5 in five and 11.5 in six', () => {
    // 100 × (10.5 + 0.35 × 10.5 × 5 + 0.35 × 11.5 × 6) = 5302.50
    const ratchet = { percent: decimal('35'), months: 11, earlier: 'as-known' as const };
    const summer = [5, 6, 7, 8, 9, 10];
    const windows = [
      window({ name: 'winter', months: [1, 2, 3, 4, 11, 12], tiers: [tier(null, '10.5')] }),
      window({ name: 'summer', months: summer, tiers: [tier(null, '11.5')] }),
    ];
    const months = Array.from({ length: 12 }, (_, i) => addMonths('2026-01-01', i).slice(0, 7));
    const usage = used(...months.map((month) => peak(month, month === '2026-01' ? '50' : '1')));
    const found = lines(demand({ windows, ratchet }), usage, { from: '2026-01-01', to: '2027-01-01' });
    expect(decimalOf(addUp(found.map((line) => line.amount)))?.toFixed()).toBe('5302.5');
    expect(found.map(({ why }) => (why.rule === 'demand' ? why.by : ''))).toEqual([
      'peak',
      ...Array.from({ length: 11 }, () => 'earlier-peak'),
    ]);
  });

  it('looks back at named months, and refuses where one of them must be known and is not', () => {
    const ratchet = { percent: decimal('80'), months: [6, 7], earlier: 'must-be-known' as const };
    const june = peak('2026-06', '12.5');
    const usage = used(june, peak('2026-07', '4'), peak('2026-09', '9.2'));
    // June was 25 kW, of which 80 % are 20 kW: more than the 18.4 of September.
    expect(told(demand({ ratchet }), usage)).toEqual(['Demand: 20 → 184']);
    expect(lines(demand({ ratchet }), usage)[0]?.why).toMatchObject({ by: 'earlier-peak', earlier: { at: june.at } });
    expect(() => lines(demand({ ratchet }), used(june, peak('2026-09', '9.2')))).toThrow(
      'from 2026-07-01 to 2026-08-01',
    );
    expect(told(demand({ ratchet: { ...ratchet, earlier: 'as-known' } }), used(peak('2026-09', '9.2')))).toEqual([
      'Demand: 18.4 → 169.28',
    ]);
  });

  it('charges for a least demand, for tiers, and for all at the tier reached', () => {
    expect(told(demand({ least: decimal('30') }), used(peak('2026-09', '9.2')))).toEqual(['Demand: 30 → 276']);
    const windows = [window({ tiers: [tier('10', '0'), tier(null, '12')] })];
    expect(told(demand({ windows }), used(peak('2026-09', '9.2')))).toEqual([
      'Demand, up to 10 kW: 10 → 0',
      'Demand, above 10 kW: 8.4 → 100.8',
    ]);
    expect(told(demand({ windows, scheme: 'whole-quantity' }), used(peak('2026-09', '9.2')))).toEqual([
      'Demand, above 10 kW: 18.4 → 220.8',
    ]);
  });

  it('charges windows of bands apart, and none that had no hour', () => {
    const windows = [
      window({ name: 'peak hours', bands: ['peak', 'shoulder'], tiers: [tier(null, '20')] }),
      window({ name: 'winter', bands: ['winter'], tiers: [tier(null, '50')] }),
    ];
    const of = (bands: string[], energy: string, at: string | null) =>
      peak('2026-09', energy, { window: windowKey(bands), at });
    const usage = used(of(['shoulder', 'peak'], '5', '2026-09-02T17:00:00Z'), of(['winter'], '0', null));
    expect(told(demand({ windows }), usage)).toEqual(['Demand, peak hours: 10 → 200']);
  });

  it('makes kVA of kW by the power factor agreed, and takes prices by the day', () => {
    const usage = used(peak('2026-09', '9.5'));
    expect(told(demand({ unit: 'kVA', powerFactor: decimal('0.95') }), usage)).toEqual(['Demand: 20 → 184']);
    expect(told(demand({ per: 'day', windows: [window({ tiers: [tier(null, '0.25')] })] }), usage)).toEqual([
      'Demand: 19 → 142.5',
    ]);
    expect(() => lines(demand({ unit: 'kVA' }), usage)).toThrow('priced per kVAh');
  });

  it('cuts the price of a part of a month by its days', () => {
    const period = { from: '2026-09-16', to: '2026-10-01' };
    expect(told(demand(), used(peak('2026-09', '9.2', { period })), period)).toEqual(['Demand: 18.4 → 84.64']);
    expect(told(demand({ proration: 'touched-months' }), used(peak('2026-09', '9.2', { period })), period)).toEqual([
      'Demand: 18.4 → 169.28',
    ]);
  });

  it('refuses a month whose peak is not known: missing is never zero', () => {
    expect(() => lines(demand(), used())).toThrow(expect.objectContaining({ code: 'tariff-gap' }));
    const half = { from: '2026-09-01', to: '2026-09-15' };
    expect(() => lines(demand(), used(peak('2026-09', '9.2', { period: half })))).toThrow('was not measured');
  });

  it('never costs less for more power, and a ratchet never charges for less than the peak', () => {
    const energy = fc.integer({ min: 0, max: 1_000_000 }).map((n): Decimal => decimal(String(n)).times('0.001'));
    fc.assert(
      fc.property(energy, energy, energy, fc.integer({ min: 1, max: 100 }), (a, b, earlier, percent) => {
        const ratchet = { percent: decimal(String(percent)), months: 3, earlier: 'as-known' as const };
        const windows = [window({ tiers: [tier('50', '3'), tier(null, '12')] })];
        const of = (now: Decimal) =>
          lines(demand({ windows, ratchet }), used(peak('2026-08', earlier.toFixed()), peak('2026-09', now.toFixed())));
        const [low, high] = a.lessThan(b) ? [a, b] : [b, a];
        const money = (now: Decimal) => addUp(of(now).map((line) => line.amount));
        expect(compare(money(low), money(high))).toBeLessThanOrEqual(0);
        expect(compare(addUp(of(low).map((line) => line.quantity)), rational(low.times(2)))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
