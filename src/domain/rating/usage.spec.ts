import { decimal } from '../quantity/decimal.js';
import { allHours, type Component, type DemandComponent, type TieredComponent } from '../tariff/component.js';
import { needsOf, needsSumsOnly, windowKey } from './usage.js';

const standing: Component = { kind: 'standing', name: 'Standing', perDay: decimal('1') };
const fee: Component = { kind: 'periodic', name: 'Fee', amount: decimal('1'), per: 'month', proration: '365' };
const perUnit = (unit = 'kWh'): Component => ({
  ...{ kind: 'per-unit', name: `Use of ${unit}`, unit, band: null },
  perUnit: decimal('1'),
});
const sun: Component = { kind: 'export-credit', name: 'Sun', unit: 'kWh', perUnit: decimal('1'), band: null };
const series: Component = { kind: 'series', name: 'Half-hours', unit: 'kWh', series: 'agile', points: [] };
const tiered = (more: Partial<TieredComponent>): Component => ({
  ...{ kind: 'tiered', name: 'Energy', unit: 'kWh', scheme: 'graduated', count: 'period', limits: 'whole' },
  ...{ demandMinutes: null, climbs: 'band', tiers: { [allHours]: [] } },
  ...more,
});
const demand = (more: Partial<DemandComponent>): Component => ({
  ...{ kind: 'demand', name: 'Demand', unit: 'kW', minutes: 30, powerFactor: null, per: 'month', proration: '365' },
  ...{ scheme: 'graduated', ratchet: null, least: null },
  windows: [{ name: '', bands: null, months: null, tiers: [] }],
  ...more,
});
const ratchet = (months: number | readonly number[]) => ({
  percent: decimal('80'),
  months,
  earlier: 'as-known' as const,
});
const needs = (...components: Component[]) => needsOf({ components });
const nothing = { unit: null, exported: false, months: false, days: false, peaks: [], lookback: 0, series: [] };

describe('what a tariff needs of a meter', () => {
  it('is nothing where only days count', () => {
    expect(needs()).toEqual(nothing);
    expect(needs(standing, fee, { kind: 'discount', name: 'Off', percent: decimal('5'), of: null })).toEqual(nothing);
    expect(needs(standing, perUnit())).toEqual({ ...nothing, unit: 'kWh' });
  });

  it('is sums by band alone, until a component asks for more', () => {
    expect(needsSumsOnly(needs(standing, perUnit(), tiered({})))).toBe(true);
    for (const component of [sun, series, tiered({ count: 'month' }), tiered({ count: 'day' }), demand({})]) {
      expect(needsSumsOnly(needs(perUnit(), component))).toBe(false);
    }
  });

  it('is what flows out, prices by the interval, months or days, each for whoever asks', () => {
    expect(needs(perUnit(), sun)).toEqual({ ...nothing, unit: 'kWh', exported: true });
    expect(needs(series)).toEqual({ ...nothing, unit: 'kWh', series: [series] });
    expect(needs(tiered({ count: 'month' }), tiered({}))).toEqual({ ...nothing, unit: 'kWh', months: true });
    expect(needs(tiered({ count: 'day' }), tiered({}))).toEqual({ ...nothing, unit: 'kWh', days: true });
  });

  it('is each mean power once, whatever the order of its bands', () => {
    const windows = [['day', 'peak'], ['peak', 'day'], null].map((bands, i) => ({
      ...{ name: `window ${i}`, bands, months: null },
      tiers: [],
    }));
    const found = needs(
      demand({ windows }),
      tiered({ limits: 'per-kW', demandMinutes: 15 }),
      demand({ name: 'Again' }),
    );
    expect(found.peaks).toEqual([
      { minutes: 30, bands: ['peak', 'day'], unit: 'kWh' },
      { minutes: 30, bands: null, unit: 'kWh' },
      { minutes: 15, bands: null, unit: 'kWh' },
    ]);
    expect([windowKey(null), windowKey(['b', 'a']), windowKey(['a', 'b'])]).toEqual(['', '["a","b"]', '["a","b"]']);
  });

  it('goes back as far as the ratchet that looks furthest', () => {
    expect(needs(demand({ ratchet: ratchet(3) }), demand({ ratchet: ratchet(24) })).lookback).toBe(24);
    expect(needs(demand({ ratchet: ratchet(3) }), demand({ ratchet: ratchet([1, 2]) })).lookback).toBe(12);
    expect(needs(demand({})).lookback).toBe(0);
  });

  it('is seen in kVAh where kVA are not made of kW', () => {
    expect(needs(demand({ unit: 'kVA' }))).toMatchObject({ unit: 'kVAh', peaks: [{ unit: 'kVAh' }] });
    expect(needs(demand({ unit: 'kVA', powerFactor: decimal('0.9') }))).toMatchObject({ unit: 'kWh' });
    expect(needs(perUnit(), demand({}))).toMatchObject({ unit: 'kWh' });
  });

  it('is never two units', () => {
    expect(() => needs(standing, perUnit('m3'), perUnit())).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: 'The tariff prices m3 and kWh. Make a tariff for each.',
        facts: { units: ['m3', 'kWh'] },
      }),
    );
  });
});
