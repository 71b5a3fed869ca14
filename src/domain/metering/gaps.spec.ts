import fc from 'fast-check';
import { epochMs, fromEpochMs, type Span } from '../calendar/period.js';
import { decimal, sum } from '../quantity/decimal.js';
import { consumptionOver } from './consumption.js';
import { estimate } from './estimate.js';
import { type Estimate, methodNames, type Methods } from './estimation.js';
import { estimatesInForce } from './estimates-in-force.js';
import type { Source } from './figures.js';
import { gapsOf, historyOf } from './gaps.js';
import { type CumulativeReading, energyGrid, type Installation, type IntervalReading } from './reading.js';

const zone = 'Europe/London';
const device: Installation = {
  from: '2026-01-01T00:00:00Z',
  to: null,
  multiplier: decimal('1'),
  capacity: null,
  plausibleMaxPerHour: null,
  opening: null,
  closing: null,
};
const display: Source = {
  register: { id: 'r', label: 'SHOP-07 import', kind: 'cumulative', unit: 'kWh' },
  intervalMinutes: null,
  installations: [device],
};
const read = (at: string, value: string, quality: CumulativeReading['quality'] = 'actual'): CumulativeReading => ({
  at,
  value: decimal(value),
  quality,
});
const october: Span = { from: '2026-09-30T23:00:00Z', to: '2026-11-01T00:00:00Z' };
const search = (span: Span, maxGapHours = 48) => ({
  span: { from: epochMs(span.from), to: epochMs(span.to) },
  zone,
  maxGapMs: maxGapHours * 3_600_000,
});
const allowed = Object.fromEntries(
  methodNames.map((name) => [name, { allowed: true, maxGapHours: 8784 }]),
) as unknown as Methods;
const fill = (readings: readonly CumulativeReading[], source = display, span = october): readonly Estimate[] =>
  gapsOf(source, readings, search(span)).gaps.flatMap((gap) => {
    const around = { zone, checks: [], node: null, history: historyOf(source, readings), area: null, comparables: [] };
    return estimate(gap, around, { ...allowed, linear: { allowed: false, maxGapHours: 0 } }).estimated?.values ?? [];
  });
const asReading = ({ at, value }: Estimate): CumulativeReading => ({ at, value, quality: 'estimated' });
const shown = (estimates: readonly Estimate[], at: string): string | undefined =>
  estimates.find((one) => one.at === at)?.value.toFixed();

describe('a display that was not read at the end of a month', () => {
  const before = [read(october.from, '1000'), read('2026-10-11T23:00:00Z', '1110')];

  it('is counted on day by day from where it was last read', () => {
    // 110 kWh in 11 days are 10 a day; 20 days and an hour, because the clock is put back on the 25th
    const estimates = fill(before);
    expect(estimates).toHaveLength(20);
    expect(shown(estimates, '2026-10-12T23:00:00Z')).toBe('1120');
    expect(shown(estimates, october.to)).toBe('1310.416667');
    const { pieces, issues } = consumptionOver(
      display.register,
      display.installations,
      [...before, ...estimates.map(asReading)],
      [october],
      { maxGapHours: 48, grid: energyGrid },
    );
    expect(issues).toEqual([]);
    expect(pieces[0]).toMatchObject({
      quality: 'estimated',
      advances: [{ closing: { quality: 'estimated', interpolated: false } }],
    });
    expect(pieces[0]?.quantity?.toFixed()).toBe('310.416667');
  });

  it('stays between the readings where it is read again later', () => {
    const readings = [...before, read('2026-11-08T00:00:00Z', '1249.0625')];
    // 139.0625 in 27 days and an hour
    const estimates = fill(readings);
    const last = estimates.at(-1);
    expect(last?.at).toBe(october.to);
    expect(estimates.every(({ low, high }) => low.gte('1110') && high.lte('1249.0625'))).toBe(true);
    expect(last?.inputs.map(({ name }) => name)).toEqual([
      'known use around the gap',
      'hours of it',
      'what the display showed before',
      'what the display advanced by',
    ]);
  });

  it('is not estimated where its neighbours are near enough for a value between them', () => {
    expect(fill([...before, read('2026-10-31T12:00:00Z', '1300'), read('2026-11-01T08:00:00Z', '1310')])).toEqual([]);
  });

  it('has nothing to count from where it was never read', () => {
    expect(gapsOf(display, [], search(october)).hopeless).toMatchObject([
      { because: expect.stringContaining('never read') },
    ]);
  });

  it('is not estimated over a fall that nobody has explained', () => {
    const { gaps, hopeless } = gapsOf(
      display,
      [read('2026-09-20T00:00:00Z', '50'), read('2026-10-20T00:00:00Z', '40'), read(october.to, '41')],
      search(october),
    );
    expect(gaps).toEqual([]);
    expect(hopeless).toMatchObject([{ because: 'It ran backwards; that has to be explained first.' }]);
  });

  it('wraps at its capacity, and its band does not reach back over that', () => {
    const wrapping = { ...display, installations: [{ ...device, capacity: decimal('1200') }] };
    const estimates = fill(before, wrapping);
    expect(shown(estimates, '2026-10-20T23:00:00Z')).toBe('0');
    expect(shown(estimates, october.to)).toBe('110.416667');
    expect(estimates.every(({ low, value, high }) => low.lte(value) && value.lte(high) && !low.isNegative())).toBe(
      true,
    );
  });

  it('is estimated for the new device alone after an exchange', () => {
    const exchanged: Source = {
      ...display,
      installations: [
        { ...device, to: '2026-10-11T23:00:00Z', closing: decimal('1110') },
        { ...device, from: '2026-10-11T23:00:00Z', opening: decimal('3') },
      ],
    };
    const estimates = fill([read(october.from, '1000')], exchanged);
    expect(shown(estimates, '2026-10-12T23:00:00Z')).toBe('13');
  });

  it('keeps every law of a display between two readings', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 60, max: 400 }), (used, apart) => {
        let [ms, value] = [epochMs('2026-08-20T07:00:00Z'), 100];
        const readings = used.map((step) => {
          const one = read(fromEpochMs(ms), String(value));
          ms += apart * 3_600_000;
          value += step;
          return one;
        });
        const estimates = fill(readings);
        const all = [...readings, ...estimates.map(asReading)].sort((a, b) => epochMs(a.at) - epochMs(b.at));
        // It never runs backwards, and no reading is replaced.
        all.slice(1).forEach((one, i) => expect(one.value.gte(all[i]?.value ?? one.value)).toBe(true));
        expect(new Set(all.map(({ at }) => at)).size).toBe(all.length);
        expect(fill([...readings].reverse())).toEqual(estimates);
        expect(estimatesInForce(display, readings, estimates.map(asReading))).toHaveLength(estimates.length);
        expect(
          gapsOf(display, all, search(october)).gaps.flatMap(({ slots }) => slots.filter(({ isAsked }) => isAsked)),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('estimates in force', () => {
  const instants = ['2026-10-20T00:00:00Z', '2026-11-01T00:00:00Z', '2026-11-10T00:00:00Z'] as const;
  const [before, edge, after] = instants;
  const guess = [read(edge, '150', 'estimated')];

  it('stand until something is read, and give way to a reading of the same instant', () => {
    expect(estimatesInForce(display, [read(before, '100')], guess)).toEqual(guess);
    expect(estimatesInForce(display, [read(before, '100'), read(edge, '149')], guess)).toEqual([]);
  });

  it('give way to a later reading that shows less, and stand beside one that shows more', () => {
    expect(estimatesInForce(display, [read(before, '100'), read(after, '140')], guess)).toEqual([]);
    expect(estimatesInForce(display, [read(before, '100'), read(after, '150')], guess)).toEqual(guess);
  });

  it('give way to what a device showed when it went in', () => {
    const opened = { ...display, installations: [{ ...device, from: edge, opening: decimal('3') }] };
    expect(estimatesInForce(opened, [], guess)).toEqual([]);
  });

  it('stand on both sides of a wrapped display', () => {
    const readings = [read(before, '990'), read(after, '20')];
    expect(estimatesInForce(display, readings, [read(edge, '995', 'estimated')])).toHaveLength(1);
    expect(estimatesInForce(display, readings, [read(edge, '5', 'estimated')])).toHaveLength(1);
    expect(estimatesInForce(display, readings, [read(edge, '500', 'estimated')])).toEqual([]);
  });

  it('of intervals give way to any reading of the same time, and to no other', () => {
    const source: Source = { ...display, register: { ...display.register, kind: 'interval' }, intervalMinutes: 60 };
    const interval = (from: string, to: string): IntervalReading => ({
      from: `2026-10-13T${from}:00Z`,
      to: `2026-10-13T${to}:00Z`,
      quantity: decimal('1'),
      quality: 'estimated',
    });
    const estimates = [interval('10:00', '11:00'), interval('11:00', '12:00'), interval('12:00', '13:00')];
    const kept = (readings: IntervalReading[]) =>
      sum(estimatesInForce(source, readings, estimates.toReversed()).map(({ quantity }) => quantity)).toFixed();
    expect(kept([interval('09:00', '10:00'), interval('13:00', '14:00')])).toBe('3');
    expect(kept([interval('11:00', '12:00')])).toBe('2');
    expect(kept([interval('11:30', '12:15')])).toBe('1');
    expect(kept([interval('09:00', '14:00')])).toBe('0');
  });
});
