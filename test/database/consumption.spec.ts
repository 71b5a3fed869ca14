import fc from 'fast-check';
import { type BandCalendar, bandWindows } from '../../src/domain/calendar/bands.js';
import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { spanOf } from '../../src/domain/calendar/zone.js';
import { consumeInDomain } from '../../src/modules/metering/consume-in-domain.js';
import { consumeInSql } from '../../src/modules/metering/consume-in-sql.js';
import { plan } from '../../src/modules/metering/consumption-plan.js';
import type { Answer, OccupancyPiece } from '../../src/modules/metering/consumption.types.js';
import { registersOf } from '../../src/modules/metering/installed-registers.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

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

let database: TestDatabase;
let community: string;
let site: string;
let space: string;

const asApp = <Row>(sql: string, params: unknown[] = []) =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));

beforeAll(async () => {
  database = await testDatabase();
  community = await insertCommunity(database, 'market');
  [site, space] = [newId(), newId()];
  await asApp(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', $3)`, [
    community,
    site,
    zone,
  ]);
  await asApp(`INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'U1', 'Unit', 10)`, [
    community,
    space,
    site,
  ]);
});
afterAll(() => database.drop());

let made = 0;

/** A meter with one register; `values` are steps or quantities for half-hours from `start`, null where there is none. */
async function meterWith(
  kind: 'cumulative' | 'interval',
  start: number,
  values: readonly (number | null)[],
  { multiplier = '1' } = {},
): Promise<string> {
  made += 1;
  const [meter, register, device] = [newId(), newId(), newId()];
  await asApp(`INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES ($1, $2, $3, $4, 'M', 'sub')`, [
    community,
    meter,
    site,
    `M-${made}`,
  ]);
  const [row] = await asApp<{ no: number }>(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit, interval_minutes) VALUES ($1, $2, $3, 'r', $4, 'kWh', $5) RETURNING no`,
    [community, register, meter, kind, kind === 'interval' ? 30 : null],
  );
  await asApp(
    `INSERT INTO installation (community_id, id, meter_id, space_id, period) VALUES ($1, $2, $3, $4, '[2026-01-01Z,)')`,
    [community, device, meter, space],
  );
  await asApp(
    `INSERT INTO installation_register (community_id, installation_id, register_id, multiplier) VALUES ($1, $2, $3, $4)`,
    [community, device, register, multiplier],
  );
  const rows = values.flatMap((value, i) => (value === null ? [] : [{ at: start + i * half, value }]));
  const thousandths = (value: number): string => `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, '0')}`;
  await asApp(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT c.no, $2::int, t.at, t.until, 1, t.quality, t.value FROM community c,
       unnest($3::timestamptz[], $4::timestamptz[], $5::text[], $6::numeric[]) AS t (at, until, quality, value) WHERE c.id = $1`,
    [
      community,
      row!.no,
      rows.map(({ at }) => fromEpochMs(at)),
      rows.map(({ at }) => (kind === 'interval' ? fromEpochMs(at + half) : null)),
      rows.map(({ value }) => (value % 7 === 0 ? 'estimated' : value % 5 === 0 ? 'customer' : 'actual')),
      rows.map(({ value }) => thousandths(value)),
    ],
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
): Promise<Both> {
  const span = spanOf({ from, to }, zone);
  const bands = new Map([['hours', bandWindows(nightAndDay, span, zone)]]);
  return database.transactions.inCommunity(community, async (tx) => {
    const plans = plan(await registersOf(tx, community, { meterId }, span), span, zone, bands, pieces);
    const [explained] = await consumeInDomain(tx, community, plans, span, 48);
    const answers = await consumeInSql(tx, community, plans, span);
    return { bySql: answers.get(plans[0]!.register.no), byDomain: explained!.answers, issues: explained!.issues };
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
          async (from, days, steps, multiplier) => {
            const span = spanOf({ from, to: addedDays(from, days) }, zone);
            const count = (epochMs(span.to) - epochMs(span.from)) / half;
            const values = Array.from({ length: count }, () => steps.next().value as number);
            const meter = await meterWith(kind, epochMs(span.from), kind === 'cumulative' ? running(values) : values, {
              multiplier,
            });
            const { bySql, byDomain, issues } = await both(meter, from, addedDays(from, days), pieceAt(from, days, 1));
            expect(issues).toEqual([]);
            expect(bySql && printed(bySql)).toEqual(printed(byDomain));
          },
        ),
        { numRuns: 15 },
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
    const { bySql } = await both(meter, '2026-10-24', '2026-10-26');
    const [whole, ...bands] = bySql!;
    expect(whole!.quantity!.toFixed()).toBe('4.753');
    expect(
      bands.reduce((total, { quantity }) => total.plus(quantity!), whole!.quantity!.minus(whole!.quantity!)).toFixed(),
    ).toBe('4.753');
  });

  it.each(['cumulative', 'interval'] as const)(
    'is never another answer than the domain gives, however broken a %s register is',
    async (kind) => {
      const damaged = fc.array(fc.tuple(fc.nat({ max: 200 }), fc.option(fc.nat({ max: 9000 }))), {
        minLength: 1,
        maxLength: 3,
      });
      await fc.assert(
        fc.asyncProperty(damaged, async (damage) => {
          const start = Date.parse('2026-10-23T23:00:00Z');
          const steps = Array.from({ length: 98 }, (_, i) => (i * 37) % 100);
          const values: (number | null)[] = kind === 'cumulative' ? running(steps) : steps;
          for (const [place, value] of damage) values[place % values.length] = value;
          const { bySql, byDomain, issues } = await both(
            await meterWith(kind, start, values),
            '2026-10-24',
            '2026-10-26',
          );
          if (bySql) expect(printed(bySql)).toEqual(printed(byDomain));
          if (issues.length > 0) expect(bySql).toBeUndefined();
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );
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
    await asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [community, person]);
    await asApp(
      `INSERT INTO reading_correction (community_id, register_no, at, version, until, value, quality, reason, decided_by, decided_at)
       SELECT $1, r.no, '2026-10-24T10:00:00Z', 1, '2026-10-24T10:30:00Z', 6, 'substituted', 'stuck', $3, now() FROM register r WHERE r.meter_id = $2`,
      [community, meter, person],
    );
    const { bySql, byDomain } = await both(meter, '2026-10-24', '2026-10-26');
    expect(bySql).toBeUndefined();
    expect(byDomain[0]!.quantity!.toFixed()).toBe('103');
    expect(byDomain[0]!.quality).toBe('substituted');
  });

  it('is an interval that lies across two slots', async () => {
    const meter = await meterWith(
      'interval',
      start,
      Array.from({ length: 98 }, () => 1000),
    );
    await asApp(
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
