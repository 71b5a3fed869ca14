import type { DomainError } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { checkAdjusting, checkSeries } from './check-adjusting.js';
import type { AdjustingComponent, SeriesComponent } from './component.js';

const before = new Set(['Energy', 'Demand']);
const least = (amount: string, of: readonly string[] | null = null): AdjustingComponent => ({
  ...{ kind: 'minimum', name: 'Least', per: 'month', proration: '365', of },
  amount: decimal(amount),
});
const off = (percent: string, of: readonly string[] | null = null): AdjustingComponent => ({
  ...{ kind: 'discount', name: 'Off', of },
  percent: decimal(percent),
});

describe('what looks at the components before it', () => {
  it.each([least('0'), least('10', ['Demand']), off('0.1'), off('100', ['Energy', 'Demand'])])(
    'is taken at the edge of what it may be: %j',
    (component) => {
      expect(() => checkAdjusting(component, before)).not.toThrow();
    },
  );

  const percentage = 'Off takes off a percentage that is not above 0 and at most 100.';
  it.each<[AdjustingComponent, ReadonlySet<string>, string]>([
    [least('1'), new Set(), 'Least looks at the components before it, and there is none.'],
    [least('1', []), before, 'Least names no component to look at.'],
    [least('1', ['Energy', 'Rent']), before, 'Least looks at Rent, which is not a component before it.'],
    [least('-1'), before, 'Least is below zero.'],
    [off('0'), before, percentage],
    [off('-5'), before, percentage],
    [off('100.01'), before, percentage],
  ])('is refused: %j', (component, known, message) => {
    expect(() => checkAdjusting(component, known)).toThrow(
      expect.objectContaining({ code: 'invalid-input', message, facts: { component: component.name } }) as DomainError,
    );
  });

  it('has an amount that can be kept without rounding', () => {
    const finer = { ...least('1'), amount: decimal('0.5').times('0.000000001') } as AdjustingComponent;
    expect(() => checkAdjusting(finer, before)).toThrow('The price of Least');
  });
});

describe('prices by the interval', () => {
  const series = (...points: [string, string, string?][]): SeriesComponent => ({
    ...{ kind: 'series', name: 'Energy', unit: 'kWh', series: 'agile' },
    points: points.map(([from, to, price = '0.1']) => ({
      from: `2026-10-01T${from}:00Z`,
      to: `2026-10-01T${to}:00Z`,
      price: decimal(price),
    })),
  });

  it('follow each other, each for some time, and may be below zero', () => {
    expect(() =>
      checkSeries(series(['00:00', '00:30'], ['00:30', '01:00', '-0.02'], ['01:00', '04:00'])),
    ).not.toThrow();
  });

  it.each<[string, SeriesComponent, object]>([
    [
      'none at all',
      series(),
      { code: 'tariff-gap', message: 'Energy has no price at all.', facts: { component: 'Energy' } },
    ],
    [
      'no time',
      series(['01:00', '01:00']),
      {
        code: 'invalid-input',
        message: 'Energy has a price from 2026-10-01T01:00:00Z to 2026-10-01T01:00:00Z, which is no time.',
      },
    ],
    ['a time that runs back', series(['01:00', '00:30']), { code: 'invalid-input' }],
    [
      'a hole',
      series(['00:00', '00:30'], ['00:31', '01:00']),
      {
        code: 'tariff-gap',
        message: 'Energy has no price from 2026-10-01T00:30:00Z to 2026-10-01T00:31:00Z.',
        facts: { from: '2026-10-01T00:30:00Z', to: '2026-10-01T00:31:00Z' },
      },
    ],
    [
      'two at once',
      series(['00:00', '00:30'], ['00:29', '01:00']),
      {
        code: 'tariff-overlap',
        message: 'Energy has two prices for 2026-10-01T00:29:00Z, or is not in order of time.',
        facts: { from: '2026-10-01T00:29:00Z' },
      },
    ],
  ])('are refused with %s', (_, component, what) => {
    expect(() => checkSeries(component)).toThrow(expect.objectContaining(what));
  });

  it('can be kept without rounding, each of them', () => {
    const [first] = series(['00:00', '00:30']).points;
    const finer = { from: '2026-10-01T00:30:00Z', to: '2026-10-01T01:00:00Z', price: decimal('1').times('1e-10') };
    const points = first === undefined ? [] : [first, finer];
    expect(() => checkSeries({ ...series(), points })).toThrow('The price of Energy, 0.0000000001, has more than 9');
  });
});
