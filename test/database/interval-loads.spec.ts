import fc from 'fast-check';
import { addUp, type Allotment, allot, type Interval } from '../../src/domain/apportionment/generation.js';
import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { Decimal, decimal, one, sum } from '../../src/domain/quantity/decimal.js';
import { allotInSql } from '../../src/modules/metering/loads/allot-in-sql.js';
import {
  incompleteParts,
  type Load,
  type LoadPart,
  loadsAtSitePeak,
  ownPeaks,
} from '../../src/modules/metering/loads/interval-loads.js';
import { insertCommunity, makeMonths, testDatabase, type TestDatabase } from '../support/database.js';

/** Loads in single intervals and the allotment of what a roof made: the statements against the domain. */

let db: TestDatabase;
let community: string;
let nextRegister = 1;
const start = '2026-10-24T22:00:00Z';
const quarterMs = 900_000;
const at = (slot: number): string => fromEpochMs(epochMs(start) + slot * quarterMs);

/** Writes a register's intervals, in steps of the energy grid, one after another. */
async function register(who: string, steps: readonly (number | null)[], multiplier: Decimal = one): Promise<LoadPart> {
  const registerNo = nextRegister;
  nextRegister += 1;
  await db.transactions.inCommunity(community, (tx) =>
    tx.query(
      `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT (SELECT no FROM community WHERE id = $1), $2, v.at, v.at + interval '15 minutes', 1, 'actual', v.value
       FROM unnest($3::timestamptz[], $4::numeric[]) AS v (at, value) WHERE v.value IS NOT NULL`,
      [
        community,
        registerNo,
        steps.map((_, slot) => at(slot)),
        steps.map((value) => (value === null ? null : new Decimal(value).times('1e-6').toFixed())),
      ],
    ),
  );
  return { registerNo, who, multiplier, from: start, to: at(steps.length) };
}
const inside = <T>(work: (tx: Parameters<typeof ownPeaks>[0]) => Promise<T>) =>
  db.transactions.inCommunity(community, work);
const told = (loads: readonly Load[]) => loads.map(({ who, at: when, quantity }) => [who, when, quantity.toFixed()]);

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'market');
  await makeMonths(db, '2026-10-01', '2026-11-30');
}, 60_000);
afterAll(() => db.drop());

describe('peaks', () => {
  it('are the loads in the earliest of the highest intervals of the site', async () => {
    const rosa = await register('rosa', [1, 5, 2, 5]);
    const lund = await register('lund', [4, 1, 4, 1]);
    expect(told(await inside((tx) => loadsAtSitePeak(tx, community, [rosa, lund], [rosa, lund])))).toEqual([
      ['lund', at(1), '0.000001'],
      ['rosa', at(1), '0.000005'],
    ]);
    const source = await register('site', [5, 6, 9, 9]);
    expect(told(await inside((tx) => loadsAtSitePeak(tx, community, [source], [rosa, lund])))).toEqual([
      ['lund', at(2), '0.000004'],
      ['rosa', at(2), '0.000002'],
    ]);
  });

  it('are the highest interval of each, the registers of one added and multiplied', async () => {
    const [import1, import2] = [await register('rosa', [1, 5, 2]), await register('rosa', [9, 1, 9], decimal('2'))];
    const lund = await register('lund', [7, 7, 1]);
    expect(told(await inside((tx) => ownPeaks(tx, community, [import1, import2, lund])))).toEqual([
      ['lund', at(0), '0.000007'],
      ['rosa', at(2), '0.00002'],
    ]);
  });

  it('look at each hand for its own time only', async () => {
    const whole = await register('rosa', [1, 2, 9, 3]);
    const [before, after] = [
      { ...whole, to: at(2) },
      { ...whole, who: 'lund', from: at(2) },
    ];
    expect(told(await inside((tx) => ownPeaks(tx, community, [before, after])))).toEqual([
      ['lund', at(2), '0.000009'],
      ['rosa', at(1), '0.000002'],
    ]);
  });

  it('name the parts whose time is not filled', async () => {
    const [full, holed] = [await register('full', [1, 0, 1]), await register('holed', [1, null, 1])];
    const none: LoadPart = { ...full, registerNo: nextRegister + 1000, who: 'none' };
    expect(await inside((tx) => incompleteParts(tx, community, [full, holed, none]))).toEqual(['holed', 'none']);
  });

  it('are seen by their community only', async () => {
    const rosa = await register('rosa', [1]);
    const other = await insertCommunity(db, 'other');
    expect(await db.transactions.inCommunity(other, (tx) => ownPeaks(tx, community, [rosa]))).toEqual([]);
  });
});

const steps = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5_000_000 }));
const ids = ['ada', 'ben', 'cleo', 'dan'];
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const table = (parts: Readonly<Record<string, string>>, of = hours) => ({
  hours: of,
  parts: Object.entries(parts).map(([id, part]) => ({ id, part: decimal(part) })),
});
const day = hours.filter((hour) => hour >= 1 && hour < 3);
const byHour = [
  table({ ada: '0.333333333', ben: '0.333333333', gone: '0.333333334' }, day),
  table(
    { cleo: '0.1', dan: '0.9' },
    hours.filter((hour) => !day.includes(hour)),
  ),
];
const allotments: readonly Allotment[] = [
  { kind: 'dynamic' },
  { kind: 'static', tables: byHour },
  { kind: 'hybrid', tables: byHour },
  { kind: 'priority', order: [['dan', 'ada'], ['cleo']] },
];

describe('allotInSql', () => {
  // The intervals lie over the night in which the clock goes back, so that an hour comes twice.
  it.each(allotments.map((one) => [one.kind, one] as const))(
    'allots a night of intervals as the domain does: %s',
    async (_, allotment) => {
      const slots = 20;
      const series = (names: readonly string[]) =>
        fc.tuple(...names.map(() => fc.array(steps, { minLength: slots, maxLength: slots })));
      await fc.assert(
        fc.asyncProperty(series(['roof', 'shed']), series(ids), async (made, used) => {
          const write = (names: readonly string[], all: readonly (readonly number[])[]) =>
            Promise.all(names.map((name, index) => register(name, all[index] ?? [])));
          const [makers, users] = [await write(['roof', 'shed'], made), await write(ids, used)];
          const found = await inside((tx) => allotInSql(tx, community, makers, users, allotment, 'Europe/London'));
          const quantities = (names: readonly string[], all: readonly (readonly number[])[], slot: number) =>
            names.map((id, index) => ({ id, quantity: new Decimal(all[index]?.[slot] ?? 0).times('1e-6') }));
          const intervals = Array.from({ length: slots }, (__, slot): Interval => ({
            at: at(slot),
            // 22:00 UTC is 23:00 in London; from 01:00 UTC on the clock is one hour back.
            hour: (23 + Math.trunc(slot / 4) - (slot >= 12 ? 1 : 0)) % 24,
            made: quantities(['roof', 'shed'], made, slot),
            used: quantities(ids, used, slot),
          }));
          expect(found).toEqual(addUp(intervals.map((interval) => allot(interval, allotment))));
        }),
        { numRuns: 25 },
      );
    },
    60_000,
  );

  it('allots nothing where nothing is made, and exports what nobody uses', async () => {
    const [roof, ada] = [await register('roof', [7]), await register('ada', [0])];
    expect(await inside((tx) => allotInSql(tx, community, [], [ada], { kind: 'dynamic' }, 'UTC'))).toMatchObject({
      users: [{ id: 'ada', local: decimal('0') }],
      producers: [],
    });
    const { producers } = await inside((tx) => allotInSql(tx, community, [roof], [ada], { kind: 'dynamic' }, 'UTC'));
    expect(sum(producers.map(({ exported }) => exported)).toFixed()).toBe('0.000007');
  });
});
