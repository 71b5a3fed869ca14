import fc from 'fast-check';
import type { Period } from '../calendar/period.js';
import { type Decimal, decimal, sum } from '../quantity/decimal.js';
import { addUp, compare, decimalOf, rational } from '../quantity/rational.js';
import { allHours, type Tier, type TieredComponent } from '../tariff/component.js';
import { rate } from './rate.js';
import type { Usage } from './usage.js';

const january: Period = { from: '2026-01-01', to: '2026-02-01' };
const tier = (upTo: string | null, price: string): Tier => ({
  upTo: upTo === null ? null : decimal(upTo),
  price: decimal(price),
});
const tiered = (more: Partial<TieredComponent> = {}): TieredComponent => ({
  kind: 'tiered',
  name: 'Energy',
  unit: 'kWh',
  scheme: 'graduated',
  count: 'period',
  limits: 'whole',
  demandMinutes: null,
  climbs: 'band',
  tiers: { [allHours]: [tier('1000', '0.28'), tier('3000', '0.24'), tier(null, '0.20')] },
  ...more,
});
const kWh = (byBand: Record<string, string>, more: Partial<Usage> = {}): Usage => ({
  unit: 'kWh',
  byBand: Object.fromEntries(Object.entries(byBand).map(([band, quantity]) => [band, decimal(quantity)])),
  ...more,
});
const lines = (component: TieredComponent, usage: Usage, period = january, whole = period) =>
  rate([{ tariff: { components: [component] }, period, usage, whole }]);
const told = (...args: Parameters<typeof lines>): string[] =>
  lines(...args).map(
    ({ description, quantity, amount }) =>
      `${description}: ${decimalOf(quantity)?.toFixed() ?? '∞'} → ${decimalOf(amount)?.toFixed() ?? '∞'}`,
  );

describe('rateTiered', () => {
  it('G09e: 1000 at 0.28, to 3000 at 0.24, the rest at 0.20', () => {
    expect(told(tiered(), kWh({ [allHours]: '2500' }))).toEqual([
      'Energy, up to 1000 kWh: 1000 → 280',
      'Energy, 1000 to 3000 kWh: 1500 → 360',
    ]);
    expect(told(tiered(), kWh({ [allHours]: '5000' }))).toEqual([
      'Energy, up to 1000 kWh: 1000 → 280',
      'Energy, 1000 to 3000 kWh: 2000 → 480',
      'Energy, above 3000 kWh: 2000 → 400',
    ]);
  });

  it('takes a limit into its tier, prices all at the tier reached by whole quantity, and shows the first price of nothing', () => {
    expect(told(tiered(), kWh({ [allHours]: '1000' }))).toEqual(['Energy, up to 1000 kWh: 1000 → 280']);
    const whole = tiered({ scheme: 'whole-quantity' });
    expect(told(whole, kWh({ [allHours]: '1000' }))).toEqual(['Energy, up to 1000 kWh: 1000 → 280']);
    expect(told(whole, kWh({ [allHours]: '1000.5' }))).toEqual(['Energy, 1000 to 3000 kWh: 1000.5 → 240.12']);
    expect(told(tiered(), kWh({ [allHours]: '0' }))).toEqual(['Energy, up to 1000 kWh: 0 → 0']);
  });

  it('climbs by band, or gives each band its part of every tier of the total', () => {
    const tiers = { day: [tier('300', '0.30'), tier(null, '0.36')], night: [tier('300', '0.20'), tier(null, '0.24')] };
    const usage = kWh({ day: '400', night: '100' });
    expect(told(tiered({ tiers }), usage)).toEqual([
      'Energy, day, up to 300 kWh: 300 → 90',
      'Energy, day, above 300 kWh: 100 → 36',
      'Energy, night, up to 300 kWh: 100 → 20',
    ]);
    expect(told(tiered({ tiers, climbs: 'total' }), usage)).toEqual([
      'Energy, day, up to 300 kWh: 240 → 72',
      'Energy, day, above 300 kWh: 160 → 57.6',
      'Energy, night, up to 300 kWh: 60 → 12',
      'Energy, night, above 300 kWh: 40 → 9.6',
    ]);
  });

  it('counts by month and by day, each from the first tier again', () => {
    const slice = (from: string, to: string, quantity: string) => ({
      period: { from, to },
      byBand: { [allHours]: decimal(quantity) },
    });
    const months = [slice('2026-01-01', '2026-02-01', '1200'), slice('2026-02-01', '2026-02-15', '900')];
    const period = { from: '2026-01-01', to: '2026-02-15' };
    expect(told(tiered({ count: 'month' }), kWh({ [allHours]: '2100' }, { months }), period)).toEqual([
      'Energy, up to 1000 kWh: 1000 → 280',
      'Energy, 1000 to 3000 kWh: 200 → 48',
      'Energy, up to 1000 kWh: 900 → 252',
    ]);
    const days = [slice('2026-01-01', '2026-01-02', '8'), slice('2026-01-02', '2026-01-03', '12')];
    const daily = tiered({ count: 'day', tiers: { [allHours]: [tier('10', '0.10'), tier(null, '0.30')] } });
    expect(told(daily, kWh({ [allHours]: '20' }, { days }), { from: '2026-01-01', to: '2026-01-03' })).toEqual([
      'Energy, up to 10 kWh: 18 → 1.8',
      'Energy, above 10 kWh: 2 → 0.6',
    ]);
  });

  it('cuts a limit to the days of a part of a month only where the tariff says so', () => {
    // Half of April: a limit of 1000 is 500.
    const period = { from: '2026-04-01', to: '2026-04-16' };
    const months = [{ period, byBand: { [allHours]: decimal('700') } }];
    const usage = kWh({ [allHours]: '700' }, { months });
    expect(told(tiered({ count: 'month' }), usage, period)).toEqual(['Energy, up to 1000 kWh: 700 → 196']);
    expect(told(tiered({ count: 'month', limits: 'by-days' }), usage, period)).toEqual([
      'Energy, up to 500 kWh: 500 → 140',
      'Energy, 500 to 1500 kWh: 200 → 48',
    ]);
    const april = { from: '2026-04-01', to: '2026-05-01' };
    expect(told(tiered({ limits: 'by-days' }), usage, period, april)).toHaveLength(2);
    const perDay = tiered({ limits: 'per-day', tiers: { [allHours]: [tier('10', '1'), tier(null, '2')] } });
    expect(told(perDay, usage, period)).toEqual([
      'Energy, up to 150 kWh: 150 → 150',
      'Energy, above 150 kWh: 550 → 1100',
    ]);
  });

  it('counts hours of use of the demand: so many kWh for each kW', () => {
    const peaks = [{ period: january, minutes: 15, window: '', energy: decimal('2.5'), at: '2026-01-14T11:30:00Z' }];
    const tiers = { [allHours]: [tier('300', '0.049'), tier(null, '0.033')] };
    const byHours = tiered({ limits: 'per-kW', demandMinutes: 15, count: 'month', tiers });
    const months = [{ period: january, byBand: { [allHours]: decimal('4000') } }];
    expect(told(byHours, kWh({ [allHours]: '4000' }, { months, peaks }))).toEqual([
      'Energy, up to 3000 kWh: 3000 → 147',
      'Energy, above 3000 kWh: 1000 → 33',
    ]);
    expect(() => lines(byHours, kWh({ [allHours]: '4000' }, { months }))).toThrow('which was not measured');
  });

  it('skips a band that has no hour, and refuses one that was not measured, or a month that was not', () => {
    const tiers = { day: [tier(null, '0.30')], winter: [tier(null, '0.20')] };
    expect(told(tiered({ tiers }), kWh({ day: '1' }, { idleBands: ['winter'] }))).toEqual(['Energy, day: 1 → 0.3']);
    expect(() => lines(tiered({ tiers }), kWh({ day: '1' }))).toThrow('the band winter');
    expect(() => lines(tiered({ count: 'month' }), kWh({ [allHours]: '1' }))).toThrow('counts by the month');
  });

  const quantity = fc.integer({ min: 0, max: 10_000_000 }).map((n): Decimal => decimal(String(n)).times('0.001'));
  const prices = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 5 });
  const laddersOf = (of: readonly number[]): Tier[] =>
    of.map((price, i) =>
      tier(i === of.length - 1 ? null : String((i + 1) * 1000), decimal(String(price)).times('0.000001').toFixed()),
    );

  it('is monotone and continuous where it is graduated', () => {
    fc.assert(
      fc.property(prices, quantity, quantity, (of, a, b) => {
        const [low, high] = a.lessThan(b) ? [a, b] : [b, a];
        const ladder = laddersOf(of);
        const money = (used: Decimal) =>
          addUp(
            lines(tiered({ tiers: { [allHours]: ladder } }), kWh({ [allHours]: used.toFixed() })).map(
              (line) => line.amount,
            ),
          );
        expect(compare(money(low), money(high))).toBeLessThanOrEqual(0);
        // No step is higher than the dearest price times the step.
        const dearest = ladder.reduce((most, { price }) => (price.greaterThan(most) ? price : most), decimal('0'));
        expect(compare(money(high), addUp([money(low), rational(high.minus(low).times(dearest))]))).toBeLessThanOrEqual(
          0,
        );
      }),
    );
  });

  it('gives every unit one tier and one band, however it climbs', () => {
    fc.assert(
      fc.property(prices, quantity, quantity, fc.constantFrom('band', 'total'), (of, day, night, climbs) => {
        const ladder = laddersOf(of);
        const usage = kWh({ day: day.toFixed(), night: night.toFixed() });
        const found = lines(tiered({ tiers: { day: ladder, night: ladder }, climbs: climbs }), usage);
        expect(addUp(found.map((line) => line.quantity))).toEqual(rational(sum([day, night])));
      }),
    );
  });

  it('is a unit price where it has one tier', () => {
    fc.assert(
      fc.property(quantity, (used) => {
        const one = tiered({ tiers: { [allHours]: [tier(null, '0.31')] } });
        expect(lines(one, kWh({ [allHours]: used.toFixed() }))[0]?.amount).toEqual(rational(used.times('0.31')));
      }),
    );
  });
});
