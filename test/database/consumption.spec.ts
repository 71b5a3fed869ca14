import fc from 'fast-check';
import { type BandCalendar, bandWindows } from '../../src/domain/calendar/bands.js';
import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { spanOf } from '../../src/domain/calendar/zone.js';
import { sum } from '../../src/domain/quantity/decimal.js';
import { consumeInDomain } from '../../src/modules/metering/consume/consume-in-domain.js';
import { consumeInSql } from '../../src/modules/metering/consume/consume-in-sql.js';
import { plan } from '../../src/modules/metering/consume/consumption-plan.js';
import type { Answer, OccupancyPiece } from '../../src/modules/metering/consume/consumption.types.js';
import { registersOf, type Which } from '../../src/modules/metering/registers/installed-registers.js';
import { newId } from '../../src/platform/ids.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import { type MeteredHall, meteredHall } from '../support/metered-hall.js';

/**
 * Consumption is summed by the database where all is regular and by the domain where it is not. Whatever the database dares to
 * answer, the domain must answer too, to the last digit; and what is regular the database must dare.
 */

const zone = 'Europe/London';
const half = 1_800_000;
const nightAndDay: BandCalendar = {
  bands: ['night', 'day', 'weekend'],
  rules: [
    { band: 'night', from: '23:30', to: '07:00' },
    { band: 'day', weekdays: [1, 2, 3, 4, 5], from: '07:00', to: '23:30' },
    { band: 'weekend', weekdays: [6, 7], from: '07:00', to: '23:30' },
  ],
};

const peak: BandCalendar = {
  bands: ['peak', 'rest'],
  rules: [
    { band: 'peak', from: '16:00', to: '20:00' },
    { band: 'rest', from: '20:00', to: '16:00' },
  ],
};
type Calendars = Readonly<Record<string, BandCalendar>>;
const usual: Calendars = { hours: nightAndDay, peak };

let database: TestDatabase;
let hall: MeteredHall;
let community: string;
let site: string;
let space: string;

beforeAll(async () => {
  database = await testDatabase();
  hall = await meteredHall(database, { zone, months: ['2026-01-01', '2027-01-31'] });
  ({ community, site, space } = hall);
});
afterAll(() => database.drop());

/** A meter with one register; `values` are steps or quantities for half-hours from `start`, null where there is none. */
async function meterWith(
  kind: 'cumulative' | 'interval',
  start: number,
  values: readonly (number | null)[],
  { multiplier = '1', minutes = 30 } = {},
): Promise<string> {
  const { meter, no } = await hall.meter({ kind, minutes }, [{ multiplier }]);
  const length = minutes * 60_000;
  const thousandths = (value: number): string => `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, '0')}`;
  await hall.sent(
    no,
    values.flatMap((value, i) => {
      if (value === null) return [];
      const at = start + i * length;
      const until = kind === 'interval' ? fromEpochMs(at + length) : null;
      const quality = value % 7 === 0 ? 'estimated' : value % 5 === 0 ? 'customer' : 'actual';
      return [{ at: fromEpochMs(at), until, quality, value: thousandths(value) }];
    }),
  );
  return meter;
}

interface Both {
  readonly bySql: readonly Answer[] | undefined;
  readonly byDomain: readonly Answer[];
  readonly issues: readonly { readonly code: string; readonly severity: string }[];
}

async function both(
  meterId: string,
  from: string,
  to: string,
  pieces: readonly OccupancyPiece[] | null = null,
  calendars: Calendars = usual,
): Promise<Both> {
  const [one] = await bothOf({ meterId }, from, to, pieces, calendars);
  return one!;
}

async function bothOf(
  which: Which,
  from: string,
  to: string,
  pieces: readonly OccupancyPiece[] | null,
  calendars: Calendars = usual,
): Promise<Both[]> {
  const span = spanOf({ from, to }, zone);
  const bands = new Map(Object.entries(calendars).map(([code, calendar]) => [code, bandWindows(calendar, span, zone)]));
  return database.transactions.inCommunity(community, async (tx) => {
    const plans = plan(await registersOf(tx, community, which, span), span, zone, bands, pieces);
    const explained = await consumeInDomain(tx, community, plans, span, 48);
    const answers = await consumeInSql(tx, community, plans, span);
    return explained.map(({ plan: { register }, answers: byDomain, issues }) => ({
      bySql: answers.get(register.no),
      byDomain,
      issues,
    }));
  });
}

const printed = (answers: readonly Answer[]) =>
  answers.map(({ quantity, quality, opening, closing, intervals }) => ({
    quantity: quantity?.toFixed() ?? null,
    quality,
    opening: opening && { ...opening, value: opening.value.toFixed() },
    closing: closing && { ...closing, value: closing.value.toFixed() },
    intervals,
  }));

const running = (steps: readonly number[], base = 5000): number[] => {
  let total = base;
  return [total, ...steps.map((step) => (total += step))];
};

// The last Sundays of March and October 2026, with the days around them.
const dayBefore = fc.constantFrom('2026-03-28', '2026-10-24', '2026-06-13', '2026-12-30');
const addedDays = (date: string, days: number): string =>
  fromEpochMs(epochMs(`${date}T00:00:00Z`) + days * 86_400_000).slice(0, 10);
const pieceAt = (from: string, days: number, cut: number): OccupancyPiece[] => [
  { spaceId: space, memberId: null, from, to: addedDays(from, cut) },
  { spaceId: space, memberId: 'next', from: addedDays(from, cut), to: addedDays(from, days) },
];
/** Somebody for all days, one after the other, or one who came later and of whose time alone is asked. */
const peopleOf = fc.constantFrom(
  () => null,
  (from: string, days: number) => pieceAt(from, days, 1),
  (from: string, days: number) => pieceAt(from, days, 1).slice(1),
);

describe('what the database sums', () => {
  it.each(['cumulative', 'interval'] as const)(
    'is what the domain computes, for any regular %s register, also when the clock changes',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(
          dayBefore,
          fc.integer({ min: 2, max: 4 }),
          fc.infiniteStream(fc.integer({ min: 0, max: 900 })),
          fc.constantFrom('1', '40', '0.001'),
          peopleOf,
          async (from, days, steps, multiplier, people) => {
            const span = spanOf({ from, to: addedDays(from, days) }, zone);
            const count = (epochMs(span.to) - epochMs(span.from)) / half;
            const values = Array.from({ length: count }, () => steps.next().value as number);
            const meter = await meterWith(kind, epochMs(span.from), kind === 'cumulative' ? running(values) : values, {
              multiplier,
            });
            const { bySql, byDomain, issues } = await both(meter, from, addedDays(from, days), people(from, days));
            expect(issues).toEqual([]);
            expect(bySql && printed(bySql)).toEqual(printed(byDomain));
          },
        ),
        { numRuns: 20 },
      );
    },
    60_000,
  );

  it('adds up over the bands to the whole', async () => {
    const meter = await meterWith(
      'cumulative',
      Date.parse('2026-10-23T23:00:00Z'),
      running(Array.from({ length: 98 }, (_, i) => i)),
    );
    for (const calendars of [{ hours: nightAndDay }, { peak }]) {
      const { bySql } = await both(meter, '2026-10-24', '2026-10-26', null, calendars);
      const [whole, ...bands] = bySql!;
      expect(bands).toHaveLength(2);
      expect(whole!.quantity!.toFixed()).toBe('4.753');
      expect(sum(bands.map(({ quantity }) => quantity!)).toFixed()).toBe('4.753');
    }
  });

  it.each(['cumulative', 'interval'] as const)(
    'is never another answer than the domain gives, however broken a %s register is',
    async (kind) => {
      const damaged = fc.array(fc.tuple(fc.nat({ max: 200 }), fc.option(fc.nat({ max: 9000 }))), {
        minLength: 1,
        maxLength: 3,
      });
      await fc.assert(
        fc.asyncProperty(damaged, peopleOf, async (damage, people) => {
          const start = Date.parse('2026-10-23T23:00:00Z');
          const steps = Array.from({ length: 98 }, (_, i) => (i * 37) % 100);
          const values: (number | null)[] = kind === 'cumulative' ? running(steps) : steps;
          for (const [place, value] of damage) values[place % values.length] = value;
          const { bySql, byDomain, issues } = await both(
            await meterWith(kind, start, values),
            '2026-10-24',
            '2026-10-26',
            people('2026-10-24', 2),
          );
          if (bySql) expect(printed(bySql)).toEqual(printed(byDomain));
          if (issues.length > 0) expect(bySql).toBeUndefined();
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );

  it('is the same for many registers at once as for each alone', async () => {
    const start = Date.parse('2026-06-09T23:00:00Z');
    for (const minutes of [5, 15, 30, 60])
      await meterWith(
        'interval',
        start,
        Array.from({ length: (2 * 1440) / minutes }, (_, i) => i % 11),
        { minutes },
      );
    await meterWith('cumulative', start, running(Array.from({ length: 96 }, (_, i) => i % 13)));
    await meterWith('interval', start, [1, null, ...Array.from({ length: 94 }, () => 2)]);
    for (const pieces of [null, pieceAt('2026-06-10', 2, 1)]) {
      const found = await bothOf({ siteId: site }, '2026-06-10', '2026-06-12', pieces, { peak });
      const answered = found.filter(({ bySql }) => bySql !== undefined);
      expect(answered).toHaveLength(5);
      for (const { bySql, byDomain, issues } of answered) {
        expect(printed(bySql!)).toEqual(printed(byDomain));
        expect(issues).toEqual([]);
      }
    }
  });
});

describe('what the database leaves to the domain', () => {
  const start = Date.parse('2026-10-23T23:00:00Z');
  const steady = () => running(Array.from({ length: 98 }, () => 10));

  it('is a display that ran backwards between two edges and came up again', async () => {
    const values = steady();
    values[20] = 1;
    const { bySql, issues } = await both(await meterWith('cumulative', start, values), '2026-10-24', '2026-10-26');
    expect(bySql).toBeUndefined();
    expect(issues).toMatchObject([{ code: 'register-regressed', severity: 'blocking' }]);
  });

  it('is a display that fell anywhere in five weeks, and be it between two of them', async () => {
    // Five weeks and, because a clock change lies between, an hour.
    const count = 35 * 48 + 2;
    const week = 7 * 48;
    const places = fc.oneof(
      fc.constantFrom(1, week - 1, week, week + 1, 4 * week, 4 * week + 1, count - 1, count),
      fc.integer({ min: 1, max: count }),
    );
    await fc.assert(
      fc.asyncProperty(fc.option(places), fc.boolean(), async (place, isSparse) => {
        const values: (number | null)[] = running(Array.from({ length: count }, () => 10));
        if (place !== null) for (let i = place; i <= count; i += 1) values[i] = values[i]! - 20;
        const around = place === null ? [week, 3 * week] : [place - 2, place + 1];
        if (isSparse) for (const i of around) if (i > 0 && i < count) values[i] = null;
        const meter = await meterWith('cumulative', start - 19 * 86_400_000, values);
        const { bySql, issues } = await both(meter, '2026-10-05', '2026-11-09', null, {});
        expect(bySql === undefined).toBe(place !== null);
        expect(issues.map(({ code }) => code)).toEqual(place === null ? [] : ['register-regressed']);
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  it('is a boundary that nobody read', async () => {
    const values: (number | null)[] = steady();
    values[0] = null;
    values.unshift(4000);
    const { bySql, issues } = await both(
      await meterWith('cumulative', start - half, values),
      '2026-10-24',
      '2026-10-26',
    );
    expect(bySql).toBeUndefined();
    expect(issues).toMatchObject([{ code: 'estimated-boundary', severity: 'info' }]);
  });

  it('is a register with a correction, whose value counts', async () => {
    const meter = await meterWith(
      'interval',
      start,
      Array.from({ length: 98 }, () => 1000),
    );
    const person = newId();
    await hall.asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [community, person]);
    await hall.asApp(
      `INSERT INTO reading_correction (community_id, register_no, at, version, until, value, quality, reason, decided_by, decided_at)
       SELECT $1, r.no, '2026-10-24T10:00:00Z', 1, '2026-10-24T10:30:00Z', 6, 'substituted', 'stuck', $3, now() FROM register r WHERE r.meter_id = $2`,
      [community, meter, person],
    );
    const { bySql, byDomain } = await both(meter, '2026-10-24', '2026-10-26');
    expect(bySql).toBeUndefined();
    expect(byDomain[0]!.quantity!.toFixed()).toBe('103');
    expect(byDomain[0]!.quality).toBe('substituted');
  });

  it('is a register of half-hours by a band that begins between two of them', async () => {
    // Half an hour long, and one half-hour begins in it.
    const odd: BandCalendar = {
      bands: ['cleaning', 'rest'],
      rules: [
        { band: 'cleaning', from: '07:10', to: '07:40' },
        { band: 'rest', from: '07:40', to: '07:10' },
      ],
    };
    const meter = await meterWith(
      'interval',
      start,
      Array.from({ length: 98 }, (_, i) => i),
    );
    const { bySql, issues } = await both(meter, '2026-10-24', '2026-10-26', null, { odd });
    expect(bySql).toBeUndefined();
    expect(issues).toMatchObject([{ code: 'estimated-boundary' }]);
  });

  it('is a time that nobody asks about, if something is amiss there', async () => {
    const late = pieceAt('2026-10-24', 2, 1).slice(1);
    const intervals: (number | null)[] = Array.from({ length: 98 }, () => 3);
    const displays: (number | null)[] = steady();
    intervals.fill(null, 0, 5);
    displays.fill(null, 0, 5);
    for (const [kind, values] of [
      ['interval', intervals],
      ['cumulative', displays],
    ] as const) {
      const { bySql, issues } = await both(await meterWith(kind, start, values), '2026-10-24', '2026-10-26', late);
      expect(bySql).toBeUndefined();
      expect(issues).toHaveLength(1);
    }
  });

  it.each([
    ['lies across two slots', '2026-10-24T10:10:00Z', '2026-10-24T10:40:00Z', 'overlapping-interval'],
    ['ends before its slot does', '2026-10-24T10:00:00Z', '2026-10-24T10:20:00Z', 'missing-interval'],
    ['ends after its slot has', '2026-10-24T10:00:00Z', '2026-10-24T10:50:00Z', 'overlapping-interval'],
    ['reaches into the span from before', '2026-10-23T22:40:00Z', '2026-10-23T23:10:00Z', 'overlapping-interval'],
  ])('is an interval that %s, however many there are', async (_, at, until, code) => {
    const slot = (epochMs(at) - start) / half;
    const meter = await meterWith(
      'interval',
      start,
      Array.from({ length: 98 }, (_, i) => (i === Math.floor(slot) ? null : 1000)),
    );
    await hall.asApp(
      `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT c.no, r.no, $3::timestamptz, $4::timestamptz, 1, 'actual', 1 FROM community c, register r WHERE c.id = $1 AND r.meter_id = $2`,
      [community, meter, at, until],
    );
    const { bySql, issues } = await both(meter, '2026-10-24', '2026-10-26');
    expect(bySql).toBeUndefined();
    expect(issues.map((issue) => issue.code)).toContain(code);
  });

  it('is an interval that lies across two slots', async () => {
    const meter = await meterWith(
      'interval',
      start,
      Array.from({ length: 98 }, () => 1000),
    );
    await hall.asApp(
      `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT c.no, r.no, '2026-10-24T10:10:00Z', '2026-10-24T10:40:00Z', 1, 'actual', 1 FROM community c, register r WHERE c.id = $1 AND r.meter_id = $2`,
      [community, meter],
    );
    const { bySql, issues } = await both(meter, '2026-10-24', '2026-10-26');
    expect(bySql).toBeUndefined();
    expect(issues.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'overlapping-interval blocking',
      'overlapping-interval blocking',
    ]);
  });
});
