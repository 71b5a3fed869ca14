import fc from 'fast-check';
import { epochMs, fromEpochMs, type Span } from '../calendar/period.js';
import { spanOf } from '../calendar/zone.js';
import { decimal, sum } from '../quantity/decimal.js';
import { type Consumption, consumptionOver } from './consumption.js';
import { energyGrid, type Installation, type IntervalReading, type Register } from './reading.js';

const register: Register = { id: 'r2', label: 'SHOP-07 import-hh', kind: 'interval', unit: 'kWh' };
const options = { maxGapHours: 3, grid: energyGrid };
const device = (change: Partial<Installation> = {}): Installation => ({
  from: '2026-01-01T00:00:00Z',
  to: null,
  multiplier: decimal('1'),
  capacity: null,
  plausibleMaxPerHour: null,
  opening: null,
  closing: null,
  ...change,
});
const used = (
  from: string,
  to: string,
  quantity: string,
  quality: IntervalReading['quality'] = 'actual',
): IntervalReading => ({
  from,
  to,
  quantity: decimal(quantity),
  quality,
});
const span = (from: string, to: string): Span => ({ from, to });
const over = (readings: IntervalReading[], spans: Span[], devices: Installation[] = [device()]): Consumption =>
  consumptionOver(register, devices, readings, spans, options);
const quantities = ({ pieces }: Consumption): (string | undefined)[] =>
  pieces.map(({ quantity }) => quantity?.toFixed());
const codes = ({ issues }: Consumption): string[] => issues.map(({ code, severity }) => `${severity} ${code}`);
const clock = (time: string): string => `2026-10-01T${time}:00Z`;
const halfHours = ({ from, to }: Span, quantity: string): IntervalReading[] =>
  Array.from({ length: (epochMs(to) - epochMs(from)) / 1_800_000 }, (_, i) =>
    used(fromEpochMs(epochMs(from) + i * 1_800_000), fromEpochMs(epochMs(from) + (i + 1) * 1_800_000), quantity),
  );

describe('consumptionOver an interval register', () => {
  it('adds the intervals inside, times the multiplier', () => {
    const readings = [used(clock('00:00'), clock('00:30'), '0.412'), used(clock('00:30'), clock('01:00'), '0.1')];
    expect(
      quantities(over(readings, [span(clock('00:00'), clock('01:00'))], [device({ multiplier: decimal('10') })])),
    ).toEqual(['5.12']);
  });

  it('cuts an interval on the edge by time and marks it estimated', () => {
    // 0.412 × 10/30 = 0.137333…
    const result = over(
      [used(clock('00:00'), clock('00:30'), '0.412')],
      [span(clock('00:00'), clock('00:10')), span(clock('00:10'), clock('00:30'))],
    );
    expect(quantities(result)).toEqual(['0.137333', '0.274667']);
    expect(result.pieces.map(({ quality }) => quality)).toEqual(['estimated', 'estimated']);
    expect(codes(result)).toEqual(['info estimated-boundary']);
  });

  it('names a gap once, whole, and leaves the spans that it does not touch', () => {
    const day = span('2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z');
    const readings = halfHours(day, '1').filter(({ from }) => from < clock('10:00') || from >= clock('14:00'));
    const spans = ['00:00', '06:00', '12:00', '18:00'].map((from, i) =>
      span(clock(from), [clock('06:00'), clock('12:00'), clock('18:00'), day.to][i] ?? day.to),
    );
    const result = over(readings, spans);
    expect(quantities(result)).toEqual(['12', undefined, undefined, '12']);
    expect(result.issues).toMatchObject([
      { code: 'missing-interval', severity: 'blocking', from: clock('10:00'), to: clock('14:00') },
    ]);
  });

  it('is missing, not zero, where nothing was sent', () => {
    const result = over([], [span(clock('00:00'), clock('01:00'))]);
    expect(quantities(result)).toEqual([undefined]);
    expect(result.issues).toMatchObject([{ code: 'missing-interval', from: clock('00:00'), to: clock('01:00') }]);
  });

  it('blocks where two intervals claim the same time, and takes a repeated one once', () => {
    const hour = span(clock('00:00'), clock('01:00'));
    const whole = used(clock('00:00'), clock('01:00'), '2');
    expect(quantities(over([whole, whole], [hour]))).toEqual(['2']);
    const result = over(
      [whole, used(clock('00:30'), clock('01:30'), '1')],
      [hour, span(clock('00:00'), clock('00:30'))],
    );
    expect(quantities(result)).toEqual([undefined, '1']);
    expect(result.issues.find(({ severity }) => severity === 'blocking')).toMatchObject({
      code: 'overlapping-interval',
      severity: 'blocking',
      from: clock('00:30'),
      to: clock('01:00'),
    });
  });

  it('blocks a negative quantity', () => {
    expect(codes(over([used(clock('00:00'), clock('01:00'), '-0.1')], [span(clock('00:00'), clock('01:00'))]))).toEqual(
      ['blocking register-regressed'],
    );
  });

  it('asks for no interval while no device was in', () => {
    const result = over(
      [used(clock('00:30'), clock('01:00'), '1')],
      [span(clock('00:00'), clock('01:00'))],
      [device({ from: clock('00:30') })],
    );
    expect(quantities(result)).toEqual(['1']);
    expect(codes(result)).toEqual(['warning not-installed']);
  });

  it('carries the worst quality of its parts', () => {
    const readings = [
      used(clock('00:00'), clock('00:30'), '1', 'substituted'),
      used(clock('00:30'), clock('01:00'), '1', 'customer'),
    ];
    expect(over(readings, [span(clock('00:00'), clock('01:00'))]).pieces[0]?.quality).toBe('substituted');
  });

  it.each([
    ['2026-03-29', '2026-03-30', 46],
    ['2026-10-25', '2026-10-26', 50],
    ['2028-02-29', '2028-03-01', 48],
  ])('adds the half-hours that %s has', (from, to, count) => {
    const day = spanOf({ from, to }, 'Europe/London');
    const readings = halfHours(day, '0.5');
    expect(readings).toHaveLength(count);
    expect(quantities(over(readings, [day]))).toEqual([decimal('0.5').times(count).toFixed()]);
  });

  it('adds over a cut, whatever the instants and the order', () => {
    const day = span('2026-10-01T00:00:00Z', '2026-10-03T00:00:00Z');
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 2 * 86_400_000 }), { minLength: 3, maxLength: 9 });
    const steps = fc.array(fc.integer({ min: 0, max: 999_999_999 }), { minLength: 96, maxLength: 96 });
    fc.assert(
      fc.property(cuts, steps, fc.boolean(), (instants, values, backwards) => {
        const readings = halfHours(day, '0').map((interval, i) => ({
          ...interval,
          quantity: decimal(String(values[i] ?? 0)).times('0.000001'),
        }));
        const at = instants.sort((a, b) => a - b).map((ms) => fromEpochMs(epochMs(day.from) + ms));
        const parts = at.slice(1).map((to, i) => span(at[i] ?? day.from, to));
        const whole = span(at[0] ?? day.from, at.at(-1) ?? day.to);
        const { pieces } = over(backwards ? readings.reverse() : readings, [...parts, whole]);
        const known = pieces.map(({ quantity }) => quantity ?? decimal('-1'));
        expect(known.every((quantity) => !quantity.isNegative())).toBe(true);
        expect(sum(known.slice(0, -1)).toFixed()).toBe(known.at(-1)?.toFixed());
      }),
    );
  });
});
