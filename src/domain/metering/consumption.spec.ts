import fc from 'fast-check';
import { type BandCalendar, bandWindows } from '../calendar/bands.js';
import { epochMs, fromEpochMs, type Span } from '../calendar/period.js';
import { spanOf } from '../calendar/zone.js';
import { decimal, sum } from '../quantity/decimal.js';
import { type Consumption, consumptionOver } from './consumption.js';
import { type CumulativeReading, energyGrid, type Installation, type Register } from './reading.js';

const register: Register = { id: 'r1', label: 'SHOP-07 import', kind: 'cumulative', unit: 'kWh' };
const options = { maxGapHours: 24 * 40, grid: energyGrid };
const read = (at: string, value: string, quality: CumulativeReading['quality'] = 'actual'): CumulativeReading => ({
  at,
  value: decimal(value),
  quality,
});
const device = (change: Partial<Installation> = {}): Installation => ({
  from: '2026-01-01T00:00:00Z',
  to: null,
  multiplier: decimal('1'),
  capacity: decimal('1000000'),
  plausibleMaxPerHour: decimal('50'),
  opening: decimal('0'),
  closing: null,
  ...change,
});
const span = (from: string, to: string): Span => ({ from, to });
const october = span('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z');
const over = (
  readings: CumulativeReading[],
  spans: Span[] = [october],
  devices: Installation[] = [device()],
): Consumption => consumptionOver(register, devices, readings, spans, options);
const quantities = ({ pieces }: Consumption): (string | undefined)[] =>
  pieces.map(({ quantity }) => quantity?.toFixed());
const codes = ({ issues }: Consumption): string[] => issues.map(({ code, severity }) => `${severity} ${code}`);

describe('consumptionOver a cumulative register', () => {
  it('subtracts the readings at the two ends and applies the multiplier', () => {
    const result = over(
      [read(october.from, '1000'), read(october.to, '1050')],
      [october],
      [device({ multiplier: decimal('40') })],
    );
    expect(quantities(result)).toEqual(['2000']);
    expect(result.issues).toEqual([]);
    expect(result.pieces[0]?.advances[0]).toMatchObject({
      opening: { at: october.from, interpolated: false },
      closing: { quality: 'actual' },
    });
  });

  it('D12: the first reading ever sets the base and bills nothing', () => {
    const unopened = device({ opening: null, from: '2026-09-01T00:00:00Z' });
    const result = over([read('2026-10-10T00:00:00Z', '48210.4'), read(october.to, '48300.4')], [october], [unopened]);
    expect(quantities(result)).toEqual(['90']);
    expect(codes(result)).toEqual(['warning missing-reading']);
    expect(result.issues[0]?.detail).toContain('sets the base');
  });

  it('D12: a single first reading at the end of the period blocks, and is not billed from zero', () => {
    const unopened = device({ opening: null, from: '2026-09-01T00:00:00Z' });
    const result = over([read(october.to, '48210.4')], [october], [unopened]);
    expect(quantities(result)).toEqual([undefined]);
    expect(codes(result)).toEqual(['blocking missing-reading']);
  });

  it('D1: a shop that leaves mid-period and its successor share the meter readings, each billed its own part', () => {
    const readings = [read(october.from, '100'), read('2026-10-15T00:00:00Z', '160'), read(october.to, '200')];
    const parts = [span(october.from, '2026-10-15T00:00:00Z'), span('2026-10-15T00:00:00Z', october.to)];
    expect(quantities(over(readings, [...parts, october]))).toEqual(['60', '40', '100']);
  });

  it('D4: the edges of a month are midnights of the site, not of Greenwich', () => {
    const local = spanOf({ from: '2026-10-01', to: '2026-11-01' }, 'Europe/London');
    const readings = [
      read('2026-09-30T23:00:00Z', '100'),
      read('2026-10-01T00:00:00Z', '107'),
      read('2026-11-01T00:00:00Z', '200'),
    ];
    expect(local.from).toBe('2026-09-30T23:00:00Z');
    expect(quantities(over(readings, [local]))).toEqual(['100']);
  });

  it('D10: takes the line between the neighbours of a boundary, not the highest reading nearby', () => {
    const readings = [
      read('2026-09-30T00:00:00Z', '100.2'),
      read('2026-10-02T00:00:00Z', '101.4'),
      read(october.to, '150'),
    ];
    const result = over(readings);
    expect(result.pieces[0]?.advances[0]?.opening).toMatchObject({
      value: decimal('100.8'),
      quality: 'estimated',
      interpolated: true,
    });
    expect(quantities(result)).toEqual(['49.2']);
    expect(result.pieces[0]?.quality).toBe('estimated');
    expect(codes(result)).toEqual(['info estimated-boundary']);
  });

  it('D11: an advance beyond what is plausible is kept whole', () => {
    expect(quantities(over([read(october.from, '0'), read(october.to, '999999')]))).toEqual(['999999']);
  });

  it('D13: a display that ran backwards blocks and bills nothing', () => {
    const result = over([read(october.from, '4821'), read(october.to, '4801')]);
    expect(quantities(result)).toEqual([undefined]);
    expect(codes(result)).toEqual(['blocking register-regressed']);
    expect(result.issues[0]?.detail).toContain('4821 at 2026-10-01T00:00:00Z, 4801 at 2026-11-01T00:00:00Z');
  });

  it('adds what old and new device counted, and never subtracts one from the other', () => {
    // (5180 − 5120) × 1 + (45 − 3) × 2 = 60 + 84
    const at = '2026-10-14T10:00:00Z';
    const devices = [
      device({ from: at, opening: decimal('3'), multiplier: decimal('2') }),
      device({ to: at, closing: decimal('5180') }),
    ];
    const result = over([read(october.from, '5120'), read(october.to, '45')], [october], devices);
    expect(quantities(result)).toEqual(['144']);
    expect(result.pieces[0]?.advances.map(({ quantity }) => quantity.toFixed())).toEqual(['60', '84']);
    expect(result.issues).toEqual([]);
  });

  it('follows an exchange with a rollover in the same month', () => {
    const at = '2026-10-14T10:00:00Z';
    const devices = [device({ to: at, closing: decimal('8') }), device({ from: at, opening: decimal('3') })];
    const result = over([read(october.from, '999990'), read(october.to, '40')], [october], devices);
    expect(quantities(result)).toEqual(['55']);
    expect(codes(result)).toEqual(['warning rollover-assumed']);
    expect(result.pieces[0]?.advances[0]?.wrapped.toFixed()).toBe('1000000');
  });

  it('blocks where the exchanged device has no closing reading, and where the new one has no opening', () => {
    const at = '2026-10-14T10:00:00Z';
    const devices = [device({ to: at }), device({ from: at, opening: null })];
    const result = over(
      [read(october.from, '5120'), read('2026-10-20T00:00:00Z', '9'), read(october.to, '45')],
      [october],
      devices,
    );
    expect(quantities(result)).toEqual([undefined]);
    expect(codes(result)).toEqual(['blocking missing-reading', 'blocking missing-reading']);
  });

  it('takes a reading at the instant of an exchange as the new device', () => {
    const at = '2026-10-14T10:00:00Z';
    const devices = [device({ to: at, closing: decimal('5180') }), device({ from: at, opening: null })];
    expect(
      quantities(over([read(october.from, '5120'), read(at, '3'), read(october.to, '45')], [october], devices)),
    ).toEqual(['102']);
  });

  it('blocks where the reading after the end is missing, and says since when', () => {
    const result = over([read(october.from, '10'), read('2026-10-28T00:00:00Z', '40')]);
    expect(quantities(result)).toEqual([undefined]);
    expect(result.issues).toMatchObject([
      { code: 'missing-reading', severity: 'blocking', from: '2026-10-28T00:00:00Z', to: october.to },
    ]);
  });

  it('does not estimate between readings that are too far apart', () => {
    const readings = [read('2026-09-01T00:00:00Z', '10'), read('2026-12-01T00:00:00Z', '40')];
    const result = over(readings);
    expect(codes(result)).toEqual(['blocking missing-reading']);
    expect(result.issues[0]?.detail).toContain('too far apart');
  });

  it('says that no device was in, and counts nothing there', () => {
    const result = over([read(october.to, '30')], [october], [device({ from: '2026-10-10T00:00:00Z' })]);
    expect(quantities(result)).toEqual(['30']);
    expect(result.issues).toMatchObject([
      { code: 'not-installed', severity: 'warning', from: october.from, to: '2026-10-10T00:00:00Z' },
    ]);
  });

  it('blocks where no device was in at all', () => {
    const result = over([], [october], []);
    expect(quantities(result)).toEqual([undefined]);
    expect(codes(result)).toEqual(['blocking not-installed']);
  });

  it('blocks on two values at one instant, and counts a repeated value once', () => {
    const twice = over([read(october.from, '10'), read(october.to, '40'), read(october.to, '40', 'estimated')]);
    expect(quantities(twice)).toEqual(['30']);
    expect(twice.pieces[0]?.quality).toBe('actual');
    const differing = over([read(october.from, '10'), read(october.to, '40'), read(october.to, '41')]);
    expect(quantities(differing)).toEqual([undefined]);
    expect(codes(differing)).toEqual(['blocking conflicting-reading']);
  });

  it('refuses two devices at once', () => {
    expect(() => over([], [october], [device(), device({ from: '2026-10-05T00:00:00Z' })])).toThrow(
      expect.objectContaining({ code: 'overlapping-installation' }),
    );
  });

  it.each([
    ['spring, 23 hours', '2026-03-29', '2026-03-30', '23'],
    ['autumn, 25 hours', '2026-10-25', '2026-10-26', '25'],
    ['the leap day', '2028-02-29', '2028-03-01', '24'],
  ])('counts the hours that there are in %s', (_, from, to, expected) => {
    // One step every hour since 2026-01-01.
    const hourly = [spanOf({ from, to }, 'Europe/London')].flatMap(({ from: first, to: last }) =>
      [first, last].map((at) => read(at, String((epochMs(at) - epochMs('2026-01-01T00:00:00Z')) / 3_600_000))),
    );
    expect(quantities(over(hourly, [spanOf({ from, to }, 'Europe/London')]))).toEqual([expected]);
  });

  it('G16j: writes whole steps where the community truncates', () => {
    const at = (days: number): string => fromEpochMs(epochMs('2017-01-01T00:00:00Z') + days * 86_400_000);
    const result = consumptionOver(
      register,
      [device({ from: at(0), opening: null })],
      [read(at(0), '10'), read(at(365), '110')],
      [span(at(31), at(355))],
      { maxGapHours: 24 * 366, grid: { scale: 0, rounding: 'down' } },
    );
    const [advance] = result.pieces[0]?.advances ?? [];
    expect([advance?.opening.value.toFixed(), advance?.closing.value.toFixed()]).toEqual(['18', '107']);
    expect(quantities(result)).toEqual(['89']);
  });

  it('splits a month into bands that add up to it, across the change of the clock', () => {
    const calendar: BandCalendar = {
      bands: ['day', 'night'],
      rules: [
        { band: 'night', from: '00:00', to: '07:00' },
        { band: 'day', from: '07:00', to: '24:00' },
      ],
    };
    const month = spanOf({ from: '2026-10-01', to: '2026-11-01' }, 'Europe/London');
    const readings = Array.from({ length: 747 }, (_, hour) =>
      read(fromEpochMs(epochMs(month.from) + (hour * 60 - 25) * 60_000), String(hour * 2)),
    );
    const windows = bandWindows(calendar, month, 'Europe/London');
    const { pieces, issues } = over(readings, [...windows, month]);
    const parts = pieces.slice(0, -1).map(({ quantity }) => quantity ?? decimal('-1'));
    // 745 hours at 2 kWh; the night of the 25th has 8 hours.
    expect(sum(parts).toFixed()).toBe('1490');
    expect(pieces.at(-1)?.quantity?.toFixed()).toBe('1490');
    const night = sum(
      windows.map((window, i) => (window.band === 'night' ? (parts[i] ?? decimal('0')) : decimal('0'))),
    );
    // 31 × 7 + 1 hours; the line is interpolated on the grid, so the sum is right to a millionth a boundary.
    expect(night.minus('436').abs().lessThan('0.0001')).toBe(true);
    expect(issues.map(({ code }) => code)).toEqual(['estimated-boundary']);
    expect(issues[0]?.detail).toContain('63 instants');
  });
});

describe('laws of consumption', () => {
  const start = epochMs('2026-10-01T00:00:00Z');
  const minutes = 60 * 24 * 20;
  const at = (minute: number): string => fromEpochMs(start + minute * 60_000);

  /** A register with one or two devices, wrapping displays, readings at odd minutes, and three instants inside. */
  const scene = fc
    .record({
      steps: fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 900_000 })), {
        minLength: 20,
        maxLength: 60,
      }),
      initial: fc.integer({ min: 0, max: 9_999_999 }),
      exchangeAfter: fc.option(fc.integer({ min: 3, max: 15 }), { nil: null }),
      cuts: fc.array(fc.integer({ min: 0, max: minutes }), { minLength: 3, maxLength: 8 }),
      seed: fc.integer(),
    })
    .map(({ steps, initial, exchangeAfter, cuts, seed }) => {
      const capacity = 10_000_000n; // thousandths: the display wraps at 10 000
      const thousandths = (n: bigint): string => `${n / 1000n}.${String(n % 1000n).padStart(3, '0')}`;
      let [minute, total] = [0, BigInt(initial)];
      const readings: CumulativeReading[] = [read(at(0), thousandths(total))];
      const devices: Installation[] = [];
      let open = { from: at(0), opening: null as Installation['opening'] };
      const shared = { capacity: decimal('10000'), plausibleMaxPerHour: decimal('189000'), multiplier: decimal('3.5') };
      steps.forEach(([wait, used], i) => {
        minute += wait;
        total = (total + BigInt(used)) % capacity;
        if (i === exchangeAfter) {
          devices.push(device({ ...shared, ...open, to: at(minute), closing: decimal(thousandths(total)) }));
          open = { from: at(minute), opening: decimal('7') };
          total = 7000n;
        } else readings.push(read(at(minute), thousandths(total)));
      });
      devices.push(device({ ...shared, ...open }));
      const inside = [...new Set(cuts.map((cut) => cut % (minute + 1)))].sort((a, b) => a - b);
      return { readings, devices, inside, seed };
    })
    .filter(({ inside }) => inside.length >= 3);
  const shuffled = <T>(items: readonly T[], seed: number): T[] =>
    items
      .map((item, i) => ({ item, key: Math.imul(i + 1, 2654435761 ^ seed) }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);

  it('adds over a cut: [a,c) = [a,b) + [b,c), and is never negative', () => {
    fc.assert(
      fc.property(scene, ({ readings, devices, inside }) => {
        const parts = inside.slice(1).map((to, i) => span(at(inside[i] ?? 0), at(to)));
        const whole = span(at(inside[0] ?? 0), at(inside.at(-1) ?? 0));
        const { pieces } = over(readings, [...parts, whole], devices);
        const known = pieces.map(({ quantity }) => quantity ?? decimal('-1'));
        expect(known.every((quantity) => !quantity.isNegative())).toBe(true);
        expect(sum(known.slice(0, -1)).toFixed()).toBe(known.at(-1)?.toFixed());
      }),
    );
  });

  it('does not depend on the order of readings and devices, nor on what else is asked', () => {
    fc.assert(
      fc.property(scene, ({ readings, devices, inside, seed }) => {
        const whole = span(at(inside[0] ?? 0), at(inside.at(-1) ?? 0));
        const part = span(whole.from, at(inside[1] ?? 0));
        const once = over(readings, [whole, part], devices);
        expect(over(shuffled(readings, seed), [whole, part], shuffled(devices, seed))).toEqual(once);
        expect(over(readings, [part], devices).pieces[0]).toEqual(once.pieces[1]);
      }),
    );
  });
});
