import fc from 'fast-check';
import { epochMs, fromEpochMs } from '../calendar/period.js';
import { spanOf } from '../calendar/zone.js';
import { type Decimal, decimal, sum, zero } from '../quantity/decimal.js';
import { consumptionOver } from './consumption.js';
import { estimate } from './estimate.js';
import { type Around, type Gap, type MethodName, methodNames, type Methods } from './estimation.js';
import type { Slice, Source } from './figures.js';
import { advanceOver, gapsOf, historyOf } from './gaps.js';
import { energyGrid, type Installation, type IntervalReading } from './reading.js';

const zone = 'Europe/London';
const half = 1_800_000;
const day = 86_400_000;
const device: Installation = {
  from: '2025-01-01T00:00:00Z',
  to: null,
  multiplier: decimal('1'),
  capacity: null,
  plausibleMaxPerHour: null,
  opening: null,
  closing: null,
};
const register = { id: 'r', label: 'SHOP-07 hh', kind: 'interval', unit: 'kWh' } as const;
const source: Source = { register, intervalMinutes: 30, installations: [device] };
const all = (change: Partial<Methods> = {}): Methods => ({
  ...(Object.fromEntries(
    methodNames.map((name) => [name, { allowed: true, maxGapHours: 8784 }]),
  ) as unknown as Methods),
  linear: { allowed: true, maxGapHours: 3 },
  ...change,
});
const nothing: Around = { zone, checks: [], node: null, history: [], area: null, comparables: [] };
const ms = (text: string): number => epochMs(text);
/** A gap of so many half-hours from an instant. */
const gapAt = (from: string, slots: number, change: Partial<Gap> = {}): Gap => ({
  register,
  multiplier: decimal('1'),
  capacity: null,
  slots: Array.from({ length: slots }, (_, i) => ({
    from: ms(from) + i * half,
    to: ms(from) + (i + 1) * half,
    isAsked: true,
  })),
  start: null,
  advance: null,
  ...change,
});
const slice = (from: string, quantity: string, length = half): Slice => ({
  from: ms(from),
  to: ms(from) + length,
  quantity: decimal(quantity),
});
const advanceOf = (value: string) => ({ name: 'display', from: 0, to: 0, value: decimal(value) });
const flow = (name: string, ...uses: (string | null)[]) => ({
  name,
  uses: uses.map((use) => (use === null ? null : decimal(use))),
});
const climbed = (gap: Gap, around: Partial<Around>, methods = all(), only: MethodName | null = null) => {
  const { estimated, passed } = estimate(gap, { ...nothing, ...around }, methods, only);
  return {
    method: estimated?.method ?? null,
    values: estimated?.values.map(({ value }) => value.toFixed()) ?? [],
    bands: estimated?.values.map(({ low, high }) => `${low.toFixed()}–${high.toFixed()}`) ?? [],
    inputs: estimated?.values[0]?.inputs.map(({ name, value }) => `${name} ${value.toFixed()}`) ?? [],
    passed: passed.map(({ method }) => method),
    because: passed.map(({ because }) => because),
  };
};

const tuesday = '2026-10-13T10:00:00Z';

describe('the ladder', () => {
  it('takes what a check meter measured before anything else', () => {
    const found = climbed(gapAt(tuesday, 2), {
      checks: [flow('SHOP-07 broken', '1', null), flow('SHOP-07 check', '0.5', '0.75')],
      history: [slice('2026-10-13T09:30:00Z', '0.4'), slice('2026-10-13T11:00:00Z', '0.7')],
    });
    expect(found).toMatchObject({ method: 'check-meter', values: ['0.5', '0.75'], passed: [] });
    expect(found.bands).toEqual(['0.49–0.51', '0.735–0.765']);
    expect(found.inputs).toEqual(['SHOP-07 check 0.5']);
  });

  it('balances a node whose meters add up at other times', () => {
    const node = {
      inflows: [flow('source', '10', '12'), flow('roof', '1', '0')],
      outflows: [flow('M1', '4', '5'), flow('M2', '3', '3.5')],
      before: { unexplained: decimal('3'), inflow: decimal('100') },
      tolerancePercent: decimal('3'),
    };
    const found = climbed(gapAt(tuesday, 2), { node });
    expect(found).toMatchObject({ method: 'node-balance', values: ['4', '3.5'], passed: ['check-meter'] });
    // 3 % of 11 and of 12 that went in
    expect(found.bands).toEqual(['3.67–4.33', '3.14–3.86']);
    expect(found.inputs).toEqual(['into the node, by 2 meters 11', 'out of the node, by 2 other meters 7']);
    const open = { ...node, before: { unexplained: decimal('3.01'), inflow: decimal('100') } };
    expect(climbed(gapAt(tuesday, 2), { node: open })).toMatchObject({ method: null });
    const second = { ...node, outflows: [...node.outflows, flow('M3', null, '1')] };
    expect(climbed(gapAt(tuesday, 2), { node: second }).because[1]).toBe(
      'More than one flow of its node is not known in this time.',
    );
  });

  it('never gives a register less than nothing where the node contradicts itself', () => {
    const node = {
      inflows: [flow('source', '4')],
      outflows: [flow('M1', '5')],
      before: { unexplained: zero, inflow: decimal('100') },
      tolerancePercent: decimal('3'),
    };
    expect(climbed(gapAt(tuesday, 1), { node }).because[1]).toContain('contradict each other');
  });

  it('draws a line from the interval before to the one after', () => {
    const history = [slice('2026-10-13T09:30:00Z', '0.4'), slice('2026-10-13T11:00:00Z', '0.7')];
    const found = climbed(gapAt(tuesday, 2), { history });
    expect(found).toMatchObject({ method: 'linear', values: ['0.5', '0.6'], bands: ['0.4–0.7', '0.4–0.7'] });
    expect(found.inputs).toEqual(['the interval before 0.4', 'the interval after 0.7']);
  });

  it('draws no line over more than three hours', () => {
    const history = [slice('2026-10-13T09:30:00Z', '0.4'), slice('2026-10-13T13:30:00Z', '0.7')];
    const found = climbed(gapAt(tuesday, 7), { history });
    expect(found.method).toBe('average-day');
    expect(found.because[2]).toBe('The gap is of 3.5 hours, and it is allowed for at most 3.');
  });

  it('copies the same weekday, the nearest first and of two the earlier', () => {
    const history = [
      slice('2026-10-06T10:00:00Z', '1'),
      slice('2026-10-12T10:00:00Z', '9'),
      slice('2026-10-20T10:00:00Z', '2'),
    ];
    expect(climbed(gapAt(tuesday, 1), { history })).toMatchObject({
      method: 'like-day',
      values: ['1'],
      bands: ['0.75–1.25'],
    });
    expect(climbed(gapAt(tuesday, 1), { history: history.slice(1) }).values).toEqual(['2']);
    expect(climbed(gapAt(tuesday, 1), { history: history.slice(1, 2) }).values).toEqual(['9']);
    expect(climbed(gapAt(tuesday, 1), { history }).inputs).toEqual(['like day 2026-10-06 1']);
  });

  it('takes no Sunday for a Tuesday', () => {
    const history = [slice('2026-10-11T10:00:00Z', '1')];
    expect(climbed(gapAt(tuesday, 1), { history }).because[3]).toBe(
      'No day like 2026-10-13 is known in the same hours.',
    );
  });

  it('looks at the clock on the wall, also where it was put back in between', () => {
    // Tuesday 27 October 10:00 in winter, Tuesday 20 October 10:00 in summer
    const history = [slice('2026-10-20T09:00:00Z', '3'), slice('2026-10-20T10:00:00Z', '4')];
    expect(climbed(gapAt('2026-10-27T10:00:00Z', 1), { history }).values).toEqual(['3']);
  });

  it('fills both hours of the day that has one twice', () => {
    // 25 October 2026: 00:00Z is 01:00 in summer, 01:00Z is 01:00 in winter; a week before, 01:00 is 00:00Z
    const history = Array.from({ length: 8 }, (_, i) =>
      slice(fromEpochMs(ms('2026-10-17T23:00:00Z') + i * half), String(i)),
    );
    expect(climbed(gapAt('2026-10-25T00:00:00Z', 4), { history }).values).toEqual(['2', '3', '2', '3']);
  });

  it('scales the same time of last year by how the time before compares', () => {
    const history = [
      // 300 in the gap a year earlier; in the four weeks before 500 then and 450 now
      { from: ms('2025-09-16T00:00:00Z') - 28 * day, to: ms('2025-09-16T00:00:00Z'), quantity: decimal('500') },
      { from: ms('2025-09-16T00:00:00Z'), to: ms('2025-10-14T00:00:00Z'), quantity: decimal('300') },
      { from: ms('2026-09-15T00:00:00Z') - 28 * day, to: ms('2026-09-15T00:00:00Z'), quantity: decimal('450') },
    ];
    const gap = gapAt('2026-09-15T00:00:00Z', 1, {
      slots: [{ from: ms('2026-09-15T00:00:00Z'), to: ms('2026-10-13T00:00:00Z'), isAsked: true }],
    });
    const found = climbed(gap, { history });
    expect(found).toMatchObject({ method: 'last-year', values: ['270'], bands: ['189–351'] });
    expect(found.inputs).toEqual([
      'use a year earlier 300',
      'known use before the gap 450',
      'use in the same time a year earlier 500',
    ]);
    expect(climbed(gap, { history: history.slice(1) }).because[4]).toContain('There is no time before the gap');
    expect(climbed(gap, { history: history.slice(2) }).because[4]).toBe('The same time of last year is not known.');
  });

  it('spreads the average of what is known around it', () => {
    const history = [{ from: ms(tuesday) - 10 * day, to: ms(tuesday), quantity: decimal('48') }];
    const found = climbed(gapAt(tuesday, 2), { history });
    expect(found).toMatchObject({ method: 'average-day', values: ['0.1', '0.1'], bands: ['0.05–0.15', '0.05–0.15'] });
    expect(found.inputs).toEqual(['known use around the gap 48', 'hours of it 240']);
  });

  it('asks comparable shops last, by the square metre', () => {
    const comparables = [
      { ...flow('S1', '2'), area: decimal('20') },
      { ...flow('S2', '1'), area: decimal('10') },
      { ...flow('S3', null), area: decimal('70') },
    ];
    const found = climbed(gapAt(tuesday, 1), { area: decimal('12.5'), comparables });
    expect(found).toMatchObject({ method: 'comparable', values: ['1.25'], bands: ['0–2.5'] });
    expect(found.passed).toEqual(methodNames.slice(0, 6));
    expect(found.inputs).toEqual(['use of 2 comparable spaces 3', 'their area in m² 30', 'its own area in m² 12.5']);
  });

  it('says of every method why it cannot, where none can', () => {
    const found = climbed(gapAt(tuesday, 1), {});
    expect(found.method).toBeNull();
    expect(found.passed).toEqual(methodNames);
    expect(found.because.every((sentence) => sentence.endsWith('.'))).toBe(true);
  });

  it('leaves out what the community does not allow, and everything but the one that is asked for', () => {
    const around = {
      checks: [flow('check', '5')],
      history: [slice('2026-10-13T09:30:00Z', '1'), slice('2026-10-13T10:30:00Z', '1')],
    };
    const methods = all({ 'check-meter': { allowed: false, maxGapHours: 8784 } });
    expect(climbed(gapAt(tuesday, 1), around, methods)).toMatchObject({ method: 'linear', values: ['1'] });
    expect(climbed(gapAt(tuesday, 1), around, all(), 'average-day')).toMatchObject({
      method: 'average-day',
      passed: [],
    });
    expect(climbed(gapAt(tuesday, 1), around, methods, 'check-meter').method).toBeNull();
  });
});

describe('a known advance', () => {
  it('is given in the shape of the profile, to the last digit', () => {
    // Last week 10, 4, 0, 6; 24.5 passed
    const history = ['10', '4', '0', '6'].map((quantity, i) =>
      slice(fromEpochMs(ms(tuesday) - 7 * day + i * half), quantity),
    );
    const found = climbed(
      gapAt(tuesday, 4, { advance: advanceOf('24.5') }),
      { history },
      all({ linear: { allowed: false, maxGapHours: 0 } }),
    );
    expect(found).toMatchObject({ method: 'like-day', values: ['12.25', '4.9', '0', '7.35'] });
    expect(found.inputs).toContain('display 24.5');
  });

  it('leaves a day without use to the next like day, and a register without any to others', () => {
    const idle = [slice('2026-10-06T10:00:00Z', '0')];
    const busy = [...idle, slice('2026-10-20T10:00:00Z', '2')];
    const gap = gapAt(tuesday, 1, { advance: advanceOf('3') });
    expect(climbed(gap, { history: busy })).toMatchObject({ method: 'like-day', values: ['3'] });
    expect(climbed(gap, { history: idle }).method).toBeNull();
    expect(climbed(gapAt(tuesday, 1, { advance: advanceOf('0') }), { history: idle }).values).toEqual(['0']);
  });

  it('is what the display of the meter leaves of the time between its readings', () => {
    const own = [slice('2026-10-13T09:30:00Z', '2'), slice('2026-10-13T11:00:00Z', '3')];
    const gap = gapAt(tuesday, 2);
    const display = [slice('2026-10-13T09:30:00Z', '9.5', 4 * half)];
    expect(advanceOver(gap, display, own)?.value.toFixed()).toBe('4.5');
    expect(advanceOver(gap, display, own.slice(1))).toBeNull();
    expect(advanceOver(gap, [slice('2026-10-13T09:30:00Z', '4.5', 4 * half)], own)).toBeNull();
    expect(advanceOver(gap, [slice('2026-10-13T10:30:00Z', '4.5', 4 * half)], own)).toBeNull();
  });
});

describe('laws of estimates', () => {
  const start = ms('2026-10-20T23:00:00Z');
  const span = { from: fromEpochMs(start), to: fromEpochMs(start + 2 * day) };
  const quantity = fc
    .integer({ min: 0, max: 50_000 })
    .map((n) => decimal(`${Math.floor(n / 1000)}.${String(n % 1000).padStart(3, '0')}`));
  const present = fc.tuple(fc.boolean(), quantity);
  /** Ten days of half-hours, of which some are missing. */
  const history = fc.array(present, { minLength: 480, maxLength: 480, size: 'max' }).map((some) =>
    some.flatMap(([isThere, value], i): IntervalReading[] =>
      isThere || i % 48 > 20
        ? [
            {
              from: fromEpochMs(start + (i - 384) * half),
              to: fromEpochMs(start + (i - 383) * half),
              quantity: value,
              quality: 'actual',
            },
          ]
        : [],
    ),
  );
  const multiplier = fc.constantFrom('1', '0.1', '3', '40');
  const sourceWith = (by: string): Source => ({ ...source, installations: [{ ...device, multiplier: decimal(by) }] });
  const filled = (own: Source, readings: readonly IntervalReading[]) => {
    const known = historyOf(own, readings);
    const search = { span: { from: ms(span.from), to: ms(span.to) }, zone, maxGapMs: 0 };
    const { gaps } = gapsOf(own, readings, search);
    const estimates = gaps.flatMap((gap) => {
      const { estimated } = estimate(gap, { ...nothing, history: known }, all());
      expect(estimated?.values).toHaveLength(gap.slots.length);
      return estimated?.values ?? [];
    });
    return { gaps, estimates };
  };
  const asReading = ({ at, until, value }: { at: string; until: string | null; value: Decimal }): IntervalReading => ({
    from: at,
    to: until ?? at,
    quantity: value,
    quality: 'estimated',
  });

  it('fill exactly the gap and nothing else, and replace nothing that is known', () => {
    fc.assert(
      fc.property(history, multiplier, (readings, by) => {
        const own = sourceWith(by);
        const { estimates } = filled(own, readings);
        const starts = new Set(readings.map(({ from }) => from));
        expect(estimates.filter(({ at }) => starts.has(at))).toEqual([]);
        const inside = readings.filter(({ from }) => ms(from) >= start);
        expect(estimates.length + inside.length).toBe(96);
        const whole = consumptionOver(register, own.installations, [...readings, ...estimates.map(asReading)], [span], {
          maxGapHours: 0,
          grid: energyGrid,
        });
        expect(whole.issues).toEqual([]);
        const total = sum([...inside.map((one) => one.quantity), ...estimates.map(({ value }) => value)]).times(by);
        expect(whole.pieces[0]?.quantity?.toFixed()).toBe(total.toFixed());
      }),
      { numRuns: 20 },
    );
  });

  it('are never negative, on the grid, and inside their band', () => {
    fc.assert(
      fc.property(history, multiplier, (readings, by) => {
        for (const { low, value, high } of filled(sourceWith(by), readings).estimates) {
          expect(low.isNegative() && !low.isZero()).toBe(false);
          expect(low.lte(value) && value.lte(high)).toBe(true);
          for (const one of [low, value, high]) expect(one.decimalPlaces()).toBeLessThanOrEqual(6);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are the same again, whatever the order of readings and flows', () => {
    fc.assert(
      fc.property(history, fc.array(quantity, { minLength: 2, maxLength: 6 }), (readings, uses) => {
        expect(filled(source, [...readings].reverse())).toEqual(filled(source, readings));
        const comparables = uses.map((use, i) => ({ name: `S${i}`, uses: [use], area: decimal(String(i + 1)) }));
        const of = (some: typeof comparables) => climbed(gapAt(tuesday, 1), { area: decimal('7'), comparables: some });
        expect(of(comparables.toReversed())).toEqual(of(comparables));
      }),
      { numRuns: 20 },
    );
  });

  it('never come from a later method where more is known', () => {
    const wide = fc.array(
      fc.tuple(
        fc.oneof(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -430, max: -350 })),
        fc.constantFrom(0, 20, 21, 22),
        fc.constantFrom('0', '1', '2.5'),
      ),
      {
        maxLength: 40,
      },
    );
    const sliced = (some: readonly (readonly [number, number, string])[]): Slice[] => {
      const byStart = new Map<number, Slice>();
      for (const [days, slot, value] of some) {
        if (days === 0 && (slot === 20 || slot === 21)) continue;
        const from = ms('2026-10-12T23:00:00Z') + days * day + slot * half;
        if (!byStart.has(from)) byStart.set(from, { from, to: from + half, quantity: decimal(value) });
      }
      return [...byStart.values()].sort((a, b) => a.from - b.from);
    };
    const rung = (some: readonly (readonly [number, number, string])[], advance: string | null): number => {
      const gap = gapAt('2026-10-13T09:00:00Z', 2, { advance: advance === null ? null : advanceOf(advance) });
      const { method } = climbed(gap, { history: sliced(some) });
      return method === null ? methodNames.length : methodNames.indexOf(method);
    };
    fc.assert(
      fc.property(wide, wide, fc.constantFrom(null, '0', '3'), (some, more, advance) => {
        expect(rung([...some, ...more], advance)).toBeLessThanOrEqual(rung(some, advance));
      }),
      { numRuns: 300 },
    );
  });

  it('add up to the known advance, exactly', () => {
    fc.assert(
      fc.property(
        fc.array(quantity, { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 1, max: 10 ** 9 }),
        multiplier,
        (uses, n, by) => {
          fc.pre(uses.some((use) => !use.isZero()));
          const advance = decimal(`${Math.floor(n / 10 ** 6)}.${String(n % 10 ** 6).padStart(6, '0')}`).times(by);
          const gap = gapAt(tuesday, uses.length, {
            multiplier: decimal(by),
            advance: { ...advanceOf('0'), value: advance },
          });
          const { estimated } = estimate(gap, { ...nothing, checks: [{ name: 'check', uses }] }, all());
          const values = estimated?.values ?? [];
          expect(
            sum(values.map(({ value }) => value))
              .times(by)
              .toFixed(),
          ).toBe(advance.toFixed());
          expect(values.every(({ low, value, high }) => low.lte(value) && value.lte(high))).toBe(true);
        },
      ),
    );
  });

  it('are found for a whole civil month with its long day', () => {
    const october = spanOf({ from: '2026-10-01', to: '2026-11-01' }, zone);
    const search = { span: { from: ms(october.from), to: ms(october.to) }, zone, maxGapMs: 0 };
    const { gaps } = gapsOf(source, [], search);
    expect(gaps.flatMap(({ slots }) => slots)).toHaveLength(31 * 48 + 2);
    const daily = gapsOf({ ...source, intervalMinutes: 1440 }, [], search).gaps.flatMap(({ slots }) => slots);
    expect(daily).toHaveLength(31);
    expect(new Set(daily.map(({ from, to }) => (to - from) / 3_600_000))).toEqual(new Set([24, 25]));
  });
});
