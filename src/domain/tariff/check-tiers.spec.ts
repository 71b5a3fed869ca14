import type { DomainError } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { checkTiered, checkTiers } from './check-tiers.js';
import { allHours, type Tier, type TieredComponent } from './component.js';

const tier = (upTo: string | null, price = '1'): Tier => ({
  upTo: upTo === null ? null : decimal(upTo),
  price: decimal(price),
});
const tiered = (more: Partial<TieredComponent>): TieredComponent => ({
  kind: 'tiered',
  name: 'Energy',
  unit: 'kWh',
  scheme: 'graduated',
  count: 'month',
  limits: 'whole',
  demandMinutes: null,
  climbs: 'band',
  tiers: { [allHours]: [tier(null)] },
  ...more,
});
const about = (code: string, message: string): DomainError =>
  expect.objectContaining({ code, message, facts: { component: 'Energy' } }) as DomainError;

describe('tiers', () => {
  it('climb from above zero and end open, even where that is only one', () => {
    expect(() => checkTiers('Energy', [tier(null)])).not.toThrow();
    expect(() => checkTiers('Energy', [tier('0.001'), tier('0.002'), tier(null)])).not.toThrow();
    expect(() => checkTiers('Energy', [tier('100', '-0.05'), tier(null, '0')])).not.toThrow();
  });

  it.each<[string, Tier[], string, string]>([
    ['none', [], 'tariff-gap', 'Energy has no tier. Add a price.'],
    [
      'an end',
      [tier('10'), tier('1000.50')],
      'tariff-gap',
      'Energy has no price above 1000.5. Let the last tier be open.',
    ],
    [
      'an open one that others follow',
      [tier('10'), tier(null), tier(null)],
      'invalid-input',
      'Energy has an open tier before its last one, which is never reached.',
    ],
    ['one of no width', [tier('0'), tier(null)], 'invalid-input', 'Energy has a tier up to 0 that is not above zero.'],
    [
      'two of one limit',
      [tier('5.50'), tier('5.5'), tier(null)],
      'invalid-input',
      'Energy has a tier up to 5.5 that is not above 5.5.',
    ],
    [
      'one below the other',
      [tier('5'), tier('4'), tier(null)],
      'invalid-input',
      'Energy has a tier up to 4 that is not above 5.',
    ],
  ])('are refused with %s', (_, tiers, code, message) => {
    expect(() => checkTiers('Energy', tiers)).toThrow(about(code, message));
  });

  it('have prices that can be kept without rounding, each of them', () => {
    const finer = { upTo: null, price: decimal('0.5').times('0.000000001') };
    expect(() => checkTiers('Energy', [tier('5'), finer])).toThrow(
      'The price of Energy, 0.0000000005, has more than 9',
    );
  });
});

describe('a tiered component', () => {
  it('may count by the day, cut its limits by days, or have them for each kW', () => {
    expect(() => checkTiered(tiered({ count: 'day' }))).not.toThrow();
    expect(() => checkTiered(tiered({ count: 'day', limits: 'per-day' }))).not.toThrow();
    expect(() => checkTiered(tiered({ count: 'period', limits: 'by-days' }))).not.toThrow();
    expect(() => checkTiered(tiered({ limits: 'per-kW', demandMinutes: 30 }))).not.toThrow();
  });

  it.each<[Partial<TieredComponent>, string]>([
    [{ count: 'day', limits: 'by-days' }, 'Energy counts day by day, and a day has no days to cut a limit by.'],
    [
      { count: 'day', limits: 'per-kW', demandMinutes: 30 },
      'Energy counts day by day, and demand is known by the month.',
    ],
    [{ limits: 'per-kW' }, 'Energy needs the minutes of the demand where its limits are per kW, and only there.'],
    [{ demandMinutes: 30 }, 'Energy needs the minutes of the demand where its limits are per kW, and only there.'],
  ])('is refused with %j', (more, message) => {
    expect(() => checkTiered(tiered(more))).toThrow(about('invalid-input', message));
  });

  it('names the band whose tiers are wrong, and no band where there is none', () => {
    const prices = { day: [tier(null)], night: [tier('5')] };
    expect(() => checkTiered(tiered({ tiers: prices }))).toThrow('Energy, night has no price above 5.');
    expect(() => checkTiered(tiered({ tiers: { [allHours]: [] } }))).toThrow('Energy has no tier.');
  });
});
