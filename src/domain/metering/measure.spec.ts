import fc from 'fast-check';
import { epochMs, fromEpochMs } from '../calendar/period.js';
import { decimal } from '../quantity/decimal.js';
import type { Readings } from './consumption.js';
import type { Frame, RegisterFigures, Source } from './figures.js';
import { frameOf } from './frame.js';
import { measure, withoutStrays } from './measure.js';
import type { CumulativeReading, Installation, IntervalReading, Quality } from './reading.js';
import { usualRules } from './rules/usual.js';

const half = 1_800_000;
const look = {
  zone: 'Europe/London',
  now: '2026-11-20T09:00:00Z',
  futureMinutes: 5,
  maxGapHours: 48,
  rules: usualRules,
};
/** Three days, of which the second has 25 hours. */
const frame: Frame = frameOf({ ...look, period: { from: '2026-10-24', to: '2026-10-27' } });
const start = frame.span.from;
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
const source = (kind: 'cumulative' | 'interval', installations: readonly Installation[] = [device()]): Source => ({
  register: { id: 'r1', label: 'SHOP-07 import', kind, unit: 'kWh' },
  intervalMinutes: kind === 'interval' ? 30 : null,
  installations,
});
const interval = (i: number, quantity: string, quality: Quality = 'actual'): IntervalReading => ({
  from: fromEpochMs(start + i * half),
  to: fromEpochMs(start + (i + 1) * half),
  quantity: decimal(quantity),
  quality,
});
const shown = (i: number, value: string, quality: Quality = 'actual'): CumulativeReading => ({
  at: fromEpochMs(start + i * half),
  value: decimal(value),
  quality,
});
const slots = (frame.span.to - start) / half;
const month = (quantity: string): IntervalReading[] => Array.from({ length: slots }, (_, i) => interval(i, quantity));

/** Figures as texts, so that they can be compared. */
const printed = ({ source: _, frame: __, ...figures }: RegisterFigures): unknown => JSON.parse(JSON.stringify(figures));
const without = (figures: RegisterFigures, ...names: (keyof RegisterFigures)[]): unknown =>
  Object.fromEntries(
    Object.entries(printed(figures) as object).filter(([name]) => !names.includes(name as keyof RegisterFigures)),
  );

describe('the frame of a look', () => {
  it('has the days of the zone, one of 25 hours where the clock goes back', () => {
    expect(frame.days.map(({ from, to }) => (to - from) / half)).toEqual([48, 50, 48]);
    expect(fromEpochMs(frame.span.from)).toBe('2026-10-23T23:00:00Z');
    expect(slots).toBe(146);
  });

  it('expects nothing of a day that has not ended', () => {
    const running = frameOf({
      ...look,
      now: '2026-10-25T22:00:00Z',
      period: { from: '2026-10-24', to: '2026-10-27' },
    });
    expect(running.days).toHaveLength(1);
    expect(fromEpochMs(running.due)).toBe('2026-10-24T23:00:00Z');
    const late = measure(source('interval'), month('1').slice(0, 48), running);
    expect(late.gaps).toEqual([]);
  });
});

describe('the figures of intervals', () => {
  it('are the days, what was counted, and no gap, where all is there', () => {
    const figures = measure(source('interval', [device({ multiplier: decimal('40') })]), month('0.5'), frame);
    expect(figures).toMatchObject({ count: 146, actual: 146, gaps: [], strays: [], beyond: [], highest: [] });
    expect(figures.days.map(({ quantity, each }) => [quantity.toFixed(), each?.toFixed()])).toEqual([
      ['960', '20'],
      ['1000', '20'],
      ['960', '20'],
    ]);
    expect([figures.counted?.quantity.toFixed(), figures.counted?.ms]).toEqual(['2920', 146 * half]);
  });

  it('take out what cannot pass in its time before anything is compared', () => {
    const limited = source('interval', [device({ plausibleMaxPerHour: decimal('2') })]);
    const readings = month('0.5').map((one, i) => (i === 10 ? { ...one, quantity: decimal('999') } : one));
    const figures = measure(limited, readings, frame);
    expect(figures.beyond.map(({ quantity }) => quantity.toFixed())).toEqual(['999']);
    expect([figures.highest, figures.days.length, figures.counted?.quantity.toFixed()]).toEqual([[], 2, '72.5']);
  });

  it('name a gap whole, also across an exchange, and never as zero', () => {
    const at = fromEpochMs(start + 20 * half);
    const two = source('interval', [device({ to: at }), device({ from: at })]);
    const figures = measure(two, [...month('0.5').slice(0, 18), ...month('0.5').slice(24)], frame);
    expect(figures.gaps).toEqual([{ from: start + 18 * half, to: start + 24 * half, why: 'no-interval' }]);
    expect(figures.days).toHaveLength(2);
  });

  it('know what has no device, and what has not come yet', () => {
    const short = source('interval', [device({ from: fromEpochMs(start + 48 * half) })]);
    const figures = measure(short, month('0.5'), { ...frame, latest: start + 140 * half });
    expect(figures.strays.filter(({ why }) => why === 'not-installed')).toHaveLength(48);
    expect(figures.strays.filter(({ why }) => why === 'in-the-future')).toHaveLength(6);
    expect(figures.gaps).toEqual([{ from: start + 140 * half, to: frame.due, why: 'no-interval' }]);
  });
});

describe('the figures of displays', () => {
  it('are exact days where both midnights were read, and no day where they were not', () => {
    const readings = [shown(0, '100'), shown(48, '110.5'), shown(98, '121'), shown(150, '140')];
    const figures = measure(source('cumulative'), readings, frame);
    expect(figures.days.map(({ from, quantity }) => [from, quantity.toFixed()])).toEqual([
      [start, '10.5'],
      [start + 48 * half, '10.5'],
    ]);
    expect([figures.counted?.quantity.toFixed(), figures.counted?.ms]).toEqual(['40', 150 * half]);
    expect(figures.gaps).toEqual([]);
  });

  it('know that nothing was used between two equal readings, whenever they were taken', () => {
    const figures = measure(source('cumulative'), [shown(-5, '100'), shown(160, '100')], {
      ...frame,
      maxGapMs: 200 * half,
    });
    expect(figures.days.map(({ quantity }) => quantity.toFixed())).toEqual(['0', '0', '0']);
  });

  it('tell a plausible wrap from a fall', () => {
    const wraps = device({ capacity: decimal('1000000'), plausibleMaxPerHour: decimal('60') });
    const figures = measure(
      source('cumulative', [wraps]),
      [shown(0, '999990'), shown(48, '8'), shown(98, '3'), shown(146, '20')],
      frame,
    );
    expect(
      figures.falls.map(({ start: from, end, wrapped }) => [from.toFixed(), end.toFixed(), wrapped?.toFixed()]),
    ).toEqual([
      ['999990', '8', '18'],
      ['8', '3', undefined],
    ]);
    expect(figures.counted).toBeNull();
  });

  it.each([
    ['never-read', [], {}],
    ['sets-base', [shown(20, '5'), shown(146, '9')], {}],
    ['before-first', [shown(20, '5'), shown(146, '9')], { to: fromEpochMs(start + 30 * half), closing: decimal('7') }],
    ['after-last', [shown(0, '5'), shown(100, '9')], {}],
    ['gap-too-long', [shown(-200, '5'), shown(20, '9'), shown(146, '12')], {}],
  ] as const)('have an edge that is %s', (why, readings, change) => {
    const second = why === 'before-first' ? [device({ from: fromEpochMs(start - 10 * half) })] : [];
    const devices =
      second.length > 0
        ? [device({ to: fromEpochMs(start - 10 * half), closing: decimal('1') }), ...second]
        : [device(change)];
    expect(measure(source('cumulative', devices), readings, frame).gaps).toMatchObject([{ why }]);
  });
});

const qualities = fc.constantFrom<Quality>('actual', 'customer', 'derived', 'estimated', 'substituted');
const intervals = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 149 }), fc.integer({ min: 0, max: 4000 }), qualities), { maxLength: 160 })
  .map((some) =>
    some.map(([i, value, quality]) => interval(i, decimal(String(value)).times('0.001').toFixed(), quality)),
  )
  .map((some) => [...new Map(some.map((one) => [one.from, one])).values()]);
const displays = fc
  .array(fc.tuple(fc.integer({ min: -120, max: 260 }), fc.integer({ min: 0, max: 400 }), qualities), { maxLength: 60 })
  .map((some) => some.map(([i, value, quality]) => shown(i, String(value), quality)))
  .map((some) => [...new Map(some.map((one) => [one.at, one])).values()]);
const limits = fc.constantFrom(null, '1', '30');
const devices = fc.constantFrom<Installation[]>(
  [device()],
  [device({ capacity: decimal('500'), multiplier: decimal('0.5') })],
  [
    device({ to: fromEpochMs(start + 31 * half), closing: decimal('100') }),
    device({ from: fromEpochMs(start + 31 * half), opening: decimal('3') }),
  ],
);
const cases = fc.oneof(
  fc.record({ kind: fc.constant('interval' as const), readings: intervals }),
  fc.record({ kind: fc.constant('cumulative' as const), readings: displays }),
);
const framed = limits.map((limit) => ({ ...frame, mostPerHour: limit === null ? null : decimal(limit) }));

describe('measuring', () => {
  it('does not depend on the order of readings', () => {
    fc.assert(
      fc.property(cases, devices, framed, ({ kind, readings }, installed, within) => {
        const mixed = [...readings].sort((a, b) => (a.quality < b.quality ? 1 : -1)).reverse() as unknown as Readings;
        expect(printed(measure(source(kind, installed), mixed, within))).toEqual(
          printed(measure(source(kind, installed), readings, within)),
        );
      }),
    );
  });

  it('is silent about what estimation made: estimates close gaps and change no other figure', () => {
    fc.assert(
      fc.property(cases, devices, framed, ({ kind, readings }, installed, within) => {
        const read = (readings as readonly { quality: Quality }[]).filter(
          ({ quality }) => quality !== 'estimated' && quality !== 'substituted',
        ) as unknown as Readings;
        const [all, onlyRead] = [
          measure(source(kind, installed), readings, within),
          measure(source(kind, installed), read, within),
        ];
        const direct = ({ falls }: RegisterFigures) => falls.map(({ isDirect: _, ...fall }) => fall);
        expect(without(all, 'gaps', 'count', 'falls')).toEqual(without(onlyRead, 'gaps', 'count', 'falls'));
        expect(JSON.stringify(direct(all))).toBe(JSON.stringify(direct(onlyRead)));
      }),
    );
  });

  it('finds no stray among what is left when the strays are out, and the same rest', () => {
    const early = { ...frame, latest: start + 120 * half };
    fc.assert(
      fc.property(cases, devices, ({ kind, readings }, installed) => {
        const once = measure(source(kind, installed), readings, early);
        const again = measure(source(kind, installed), withoutStrays(readings, once), early);
        expect(again.strays).toEqual([]);
        expect(without(again, 'strays')).toEqual(without(once, 'strays'));
      }),
    );
  });

  it('counts every instant of an installed span once: as sent or as a gap', () => {
    fc.assert(
      fc.property(intervals, (readings) => {
        const { gaps } = measure(source('interval'), readings, frame);
        const inside = readings.filter(({ from }) => epochMs(from) >= start && epochMs(from) < frame.span.to);
        const missing = gaps.reduce((ms, { from, to }) => ms + to - from, 0);
        expect(missing + inside.length * half).toBe(frame.span.to - start);
      }),
    );
  });
});
