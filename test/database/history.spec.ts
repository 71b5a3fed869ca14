import fc from 'fast-check';
import { addDays, epochMs, fromEpochMs, type Period } from '../../src/domain/calendar/period.js';
import { spanOf, startOfDay } from '../../src/domain/calendar/zone.js';
import { consumeInDomain } from '../../src/modules/metering/consume/consume-in-domain.js';
import { plan } from '../../src/modules/metering/consume/consumption-plan.js';
import type { OccupancyPiece } from '../../src/modules/metering/consume/consumption.types.js';
import { registersOf } from '../../src/modules/metering/registers/installed-registers.js';
import { type PastUse, pastUses } from '../../src/modules/metering/views/past-uses.js';
import { newId } from '../../src/platform/ids.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import { type Device, type MeteredHall, meteredHall } from '../support/metered-hall.js';

/**
 * A look back reads a display at the edges of the periods only. What it finds there is what every reading together says, or it
 * finds nothing.
 */

const zone = 'Europe/London';
const periods: readonly Period[] = [
  { from: '2026-02-01', to: '2026-03-01' },
  { from: '2026-03-01', to: '2026-04-01' },
  { from: '2026-04-01', to: '2026-05-01' },
];
const whole = { from: '2026-02-01', to: '2026-05-01' };
const days = 90;
const maxGapHours = 48;

let database: TestDatabase;
let hall: MeteredHall;
let community: string;
let space: string;
const [anna, ben] = [newId(), newId()];

beforeAll(async () => {
  database = await testDatabase();
  hall = await meteredHall(database, { zone, months: ['2025-01-01', '2027-01-31'] });
  ({ community, space } = hall);
});
afterAll(() => database.drop());

/** A meter whose register says something at midnights from 1 February, or for the days that begin there; null where nothing. */
async function meterWith(
  kind: 'cumulative' | 'interval',
  values: readonly (string | null)[],
  devices: readonly Device[] = [{ from: '2026-01-01T00:00:00Z', to: null }],
  minutes = 1440,
): Promise<{ meter: string; no: number }> {
  const { meter, no } = await hall.meter(
    { kind, minutes },
    devices.map((device) => ({ multiplier: '2', maxPerHour: '60', ...device })),
  );
  await hall.sent(
    no,
    values.flatMap((value, i) => {
      const date = addDays(whole.from, i);
      const until = kind === 'interval' ? startOfDay(addDays(date, 1), zone) : null;
      return value === null ? [] : [{ at: startOfDay(date, zone), until, value }];
    }),
  );
  return { meter, no };
}

/** A meter of half-hours over all three months, in a pattern of seven. */
async function halfHoursWith(pattern: readonly number[]): Promise<{ meter: string; no: number }> {
  const made = await meterWith('interval', [], undefined, 30);
  await hall.asApp(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT c.no, $2::int, t.at, t.at + interval '30 minutes', 1, 'actual', ($3::int[])[1 + (n - 1) % 7]
     FROM community c, generate_series($4::timestamptz, $5::timestamptz - interval '30 minutes', interval '30 minutes') WITH ORDINALITY AS t (at, n)
     WHERE c.id = $1`,
    [community, made.no, pattern, spanOf(whole, zone).from, spanOf(whole, zone).to],
  );
  return made;
}

async function correct(no: number, at: string, value: string): Promise<void> {
  const person = await hall.person('Ann');
  await hall.asApp(
    `INSERT INTO reading_correction (community_id, register_no, at, version, value, quality, reason, decided_by, decided_at)
     VALUES ($1, $2, $3, 1, $5, 'customer', 'misread', $4, now())`,
    [community, no, at, person, value],
  );
}

interface Estimate {
  readonly at: number;
  readonly until: number | null;
  readonly value: string;
}

/** Stores estimates, a later one of the same instant as its next version. */
async function estimate(no: number, made: readonly Estimate[]): Promise<void> {
  const person = await hall.person('Ann');
  await hall.asApp(
    `INSERT INTO reading_estimate (community_id, register_id, at, version, until, value, low, high, method, inputs, reason, made_by, made_at)
     SELECT $1, r.id, e.at, row_number() OVER (PARTITION BY e.at ORDER BY e.n), e.until, e.value, e.value, e.value, 'linear', '[]', 'gap', $2, now()
     FROM unnest($4::timestamptz[], $5::timestamptz[], $6::numeric[]) WITH ORDINALITY AS e (at, until, value, n) JOIN register r ON r.no = $3`,
    [
      community,
      person,
      no,
      made.map(({ at }) => fromEpochMs(at)),
      made.map(({ until }) => (until === null ? null : fromEpochMs(until))),
      made.map(({ value }) => value),
    ],
  );
}

const half = 1_800_000;
const firstMs = epochMs(spanOf(whole, zone).from);

const held = (): readonly OccupancyPiece[] => [{ spaceId: space, memberId: anna, ...whole }];

async function past(meterId: string, pieces: readonly OccupancyPiece[] = held()): Promise<PastUse[]> {
  return database.transactions.inCommunity(community, async (tx) => {
    const registers = await registersOf(tx, community, { meterId }, spanOf(whole, zone));
    return pastUses(tx, community, registers, { zone, periods, pieces }, maxGapHours);
  });
}

/** The same months from every reading, as a bill would have them. */
async function billed(meterId: string): Promise<(string | null)[]> {
  const span = spanOf(whole, zone);
  const bands = new Map([
    ['months', periods.map((period, index) => ({ ...spanOf(period, zone), band: String(index) }))],
  ]);
  return database.transactions.inCommunity(community, async (tx) => {
    const plans = plan(await registersOf(tx, community, { meterId }, span), span, zone, bands, held());
    const [explained] = await consumeInDomain(tx, community, plans, span, maxGapHours);
    const found = plans[0]!.questions.flatMap(({ band }, i) =>
      band === null ? [] : [{ band, quantity: explained!.answers[i]!.quantity }],
    );
    return periods.map((_, index) => {
      const some = found.filter(({ band }) => band === String(index)).map(({ quantity }) => quantity);
      return some.reduce((sum, one) => sum && one && sum.plus(one))?.toFixed() ?? null;
    });
  });
}

/** By period; several devices or spells of one period together. */
const byPeriod = (uses: readonly PastUse[]): (string | null)[] =>
  periods.map((_, index) => {
    const some = uses.filter(({ period }) => period === index).map(({ quantity }) => quantity);
    return some.length === 0
      ? null
      : (some.reduce((sum, one) => (sum === null || one === null ? null : sum.plus(one)))?.toFixed() ?? null);
  });

describe('pastUses', () => {
  it('finds at the edges what every reading together says, with gaps and interpolated edges, or nothing', async () => {
    const steps = fc.array(fc.option(fc.nat(400), { nil: null, freq: 4 }), { minLength: days, maxLength: days });
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        let shown = 5000;
        const values = given.map((step) => (step === null ? null : String((shown += step))));
        const { meter } = await meterWith('cumulative', values);
        const [looked, all] = [byPeriod(await past(meter)), await billed(meter)];
        looked.forEach((quantity, index) => {
          if (quantity !== null) expect(quantity).toBe(all[index]);
        });
        const isEdgeRead = ['2026-03-01', '2026-04-01'].every((edge) => values[daysTo(edge)] !== null);
        if (isEdgeRead) expect(looked[1]).toBe(all[1]);
      }),
      { numRuns: 15 },
    );
  });

  it('counts an exchanged device, a display that began again, and a correction', async () => {
    const exchange = '2026-03-17T09:10:00Z';
    const oldShows = (day: number) => (99_900 + day * 2) % 100_000;
    const values = Array.from({ length: days }, (_, i) => String(i < daysTo('2026-03-18') ? oldShows(i) : i));
    const { meter, no } = await meterWith('cumulative', values, [
      { from: '2026-01-01T00:00:00Z', to: exchange, closing: '5', capacity: '100000' },
      { from: exchange, to: null, opening: '40' },
    ]);
    await correct(no, startOfDay('2026-03-01', zone), '99957');
    const looked = byPeriod(await past(meter));
    expect(looked).toEqual(await billed(meter));
    // February: 99,957 − 99,900 = 57; by the multiplier of 2: 114.
    expect(looked[0]).toBe('114');
  });

  it('adds whole days across a clock change, and has nothing for a month with a gap', async () => {
    const values = Array.from({ length: days }, (_, i) => (i === daysTo('2026-04-09') ? null : '1.5'));
    const { meter } = await meterWith('interval', values);
    // 28 and 31 days of 1.5, by the multiplier of 2.
    expect(byPeriod(await past(meter))).toEqual(['84', '93', null]);
  });

  it('adds half-hours as a bill does, with a value put right and without', async () => {
    const steps = fc.array(fc.nat(9), { minLength: 7, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(steps, fc.option(fc.nat(28 * 48 - 1)), async (pattern, wrong) => {
        const { meter, no } = await halfHoursWith(pattern);
        if (wrong !== null)
          await correct(no, fromEpochMs(epochMs(spanOf(whole, zone).from) + wrong * 1_800_000), '77.5');
        expect(byPeriod(await past(meter))).toEqual(await billed(meter));
        const [february] = await past(meter);
        expect(february?.quality).toBe(wrong === null ? 'actual' : 'customer');
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  it('adds estimates where nothing was read, and only there', async () => {
    const slots = fc.array(fc.record({ slot: fc.nat(89 * 48), isMissing: fc.boolean(), isEstimated: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    let known = 0;
    await fc.assert(
      fc.asyncProperty(slots, fc.boolean(), async (some, isAgain) => {
        const { meter, no } = await halfHoursWith([1, 2, 3, 4, 5, 6, 7]);
        const at = ({ slot }: { slot: number }): number => firstMs + slot * half;
        const missing = some.filter(({ isMissing }) => isMissing).map((one) => fromEpochMs(at(one)));
        await database.owner.query('ALTER TABLE reading DISABLE TRIGGER USER');
        await database.owner.query('DELETE FROM reading WHERE register_no = $1 AND at = ANY ($2::timestamptz[])', [
          no,
          missing,
        ]);
        await database.owner.query('ALTER TABLE reading ENABLE TRIGGER USER');
        const made = some
          .filter(({ isEstimated }) => isEstimated)
          .map((one) => ({ at: at(one), until: at(one) + half, value: '0.25' }));
        await estimate(no, [...made, ...(isAgain ? made.map((one) => ({ ...one, value: '0.5' })) : [])]);
        const looked = byPeriod(await past(meter));
        expect(looked).toEqual(await billed(meter));
        known += looked.filter((quantity) => quantity !== null).length;
      }),
      { numRuns: 8 },
    );
    expect(known).toBeGreaterThan(3);
  }, 120_000);

  it('knows nothing of a month in which an interval lies beside the grid, and all of the others', async () => {
    const { meter, no } = await halfHoursWith([1, 2, 3, 4, 5, 6, 7]);
    await hall.asApp(
      `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT no, $2::int, '2026-03-10T10:10:00Z', '2026-03-10T10:20:00Z', 1, 'actual', 9 FROM community WHERE id = $1`,
      [community, no],
    );
    const looked = byPeriod(await past(meter));
    const all = await billed(meter);
    expect(looked).toEqual([all[0], null, all[2]]);
    expect(all[1]).toBeNull();
  });

  it('lets an estimate of a display count where it stands between its neighbours', async () => {
    const steps = fc.array(fc.option(fc.nat(40), { nil: null, freq: 3 }), { minLength: days, maxLength: days });
    const guesses = fc.array(fc.record({ day: fc.nat(days - 1), value: fc.integer({ min: 4_900, max: 7_000 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(steps, guesses, async (given, guessed) => {
        let shown = 5000;
        const values = given.map((step) => (step === null ? null : String((shown += step))));
        const { meter, no } = await meterWith('cumulative', values);
        await estimate(
          no,
          guessed.map(({ day, value }) => ({
            at: epochMs(startOfDay(addDays(whole.from, day), zone)),
            until: null,
            value: String(value),
          })),
        );
        const [looked, all] = [byPeriod(await past(meter)), await billed(meter)];
        looked.forEach((quantity, index) => {
          if (quantity !== null && all[index] !== null) expect(quantity).toBe(all[index]);
        });
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('shows a month whose edge was estimated, as a bill would', async () => {
    const values = Array.from({ length: days }, (_, i) => (i > 20 && i < 40 ? null : String(1_000 + i * 10)));
    const { meter, no } = await meterWith('cumulative', values);
    expect(byPeriod(await past(meter))[0]).toBeNull();
    const edge = epochMs(startOfDay('2026-03-01', zone));
    await estimate(no, [{ at: edge, until: null, value: '1290' }]);
    const uses = await past(meter);
    // 1,290 − 1,000 = 290 instead of the 280 of an even use; by the multiplier of 2.
    expect(byPeriod(uses)[0]).toBe('580');
    expect(byPeriod(uses)).toEqual(await billed(meter));
    expect(uses[0]?.quality).toBe('estimated');
  });

  it('gives each member the days of its own, and nobody an empty space', async () => {
    const { meter } = await meterWith(
      'cumulative',
      Array.from({ length: days }, (_, i) => String(100 + i)),
    );
    const pieces = [
      { spaceId: space, memberId: anna, from: '2026-02-01', to: '2026-03-11' },
      { spaceId: space, memberId: null, from: '2026-03-11', to: '2026-03-21' },
      { spaceId: space, memberId: ben, from: '2026-03-21', to: '2026-05-01' },
    ];
    const uses = await past(meter, pieces);
    const told = uses.map(({ memberId, period, quantity }) => [
      memberId === anna ? 'Anna' : 'Ben',
      period,
      quantity?.toFixed(),
    ]);
    expect(told).toEqual([
      ['Anna', 0, '56'],
      ['Anna', 1, '20'],
      ['Ben', 1, '22'],
      ['Ben', 2, '60'],
    ]);
  });

  it('adds the half-hours of each member for as long as it was there', async () => {
    const { meter } = await halfHoursWith([1, 1, 1, 1, 1, 1, 1]);
    const pieces = [
      { spaceId: space, memberId: anna, from: '2026-02-01', to: '2026-03-11' },
      { spaceId: space, memberId: ben, from: '2026-03-21', to: '2026-05-01' },
    ];
    const uses = await past(meter, pieces);
    // Days of 48 half-hours by the multiplier of 2; the clock goes forward on 29 March.
    expect(uses.map(({ memberId, period, quantity }) => [memberId, period, quantity?.toFixed()])).toEqual([
      [anna, 0, '2688'],
      [anna, 1, '960'],
      [ben, 1, '1052'],
      [ben, 2, '2880'],
    ]);
  });

  it('does not take the time before the first reading for nothing used', async () => {
    const values = Array.from({ length: days }, (_, i) => (i < daysTo('2026-03-05') ? null : String(i)));
    const { meter } = await meterWith('cumulative', values);
    const uses = await past(meter);
    expect(uses[0]?.quantity).toBeNull();
    expect(uses[1]).toMatchObject({ from: startOfDay('2026-03-05', zone) });
  });
});

/** Days from 1 February to a date of the spring of 2026. */
function daysTo(date: string): number {
  return Array.from({ length: days }, (_, i) => addDays(whole.from, i)).indexOf(date);
}
