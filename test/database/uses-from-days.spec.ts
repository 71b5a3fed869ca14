import fc from 'fast-check';
import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { spanOf } from '../../src/domain/calendar/zone.js';
import type { Frame } from '../../src/domain/metering/figures.js';
import { frameOf } from '../../src/domain/metering/frame.js';
import { usualRules } from '../../src/domain/metering/rules/usual.js';
import { decimal } from '../../src/domain/quantity/decimal.js';
import { consumeInDomain } from '../../src/modules/metering/consume/consume-in-domain.js';
import { plan } from '../../src/modules/metering/consume/consumption-plan.js';
import type { OccupancyPiece } from '../../src/modules/metering/consume/consumption.types.js';
import { registersOf } from '../../src/modules/metering/registers/installed-registers.js';
import { measureRegisters } from '../../src/modules/metering/validate/measure-registers.js';
import { usesFromDays } from '../../src/modules/metering/consume/uses-from-days.js';
import { newId } from '../../src/platform/ids.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import { type MeteredHall, meteredHall } from '../support/metered-hall.js';

/**
 * A pass adds the use of each spell of a space from the days it has just measured. What it says so is what all readings say, cut at the
 * same midnights; what it cannot know it leaves to them.
 */

const zone = 'Europe/London';
const half = 1_800_000;
// The clock goes back on the second of these days.
const period = { from: '2026-10-24', to: '2026-10-29' };
const span = spanOf(period, zone);
const start = epochMs(span.from);
const slots = (epochMs(span.to) - start) / half;
const exchanges = ['2026-10-26T00:00:00Z', '2026-10-26T10:00:00Z'];

let database: TestDatabase;
let hall: MeteredHall;
let community: string;
let space: string;
let person: string;
const [anna, ben] = [newId(), newId()];

beforeAll(async () => {
  database = await testDatabase();
  hall = await meteredHall(database, { zone, months: ['2026-01-01', '2026-12-31'] });
  ({ community, space } = hall);
  person = await hall.person('Ann');
});
afterAll(() => database.drop());

interface Sent {
  readonly slot: number;
  readonly value: number;
  readonly quality: string;
  /** Minutes by which it is off the grid. */
  readonly off?: number;
}

const regular = (values: readonly number[]): Sent[] =>
  values.map((value, slot) => ({ slot, value, quality: slot % 5 === 0 ? 'customer' : 'actual' }));

/** A meter of half-hours with one device, or with two by turns. */
async function meterWith(
  sent: readonly Sent[],
  exchange: string | null = null,
): Promise<{ meter: string; no: number }> {
  const { meter, no } = await hall.meter({ kind: 'interval' }, [
    { to: exchange, multiplier: '2' },
    ...(exchange === null ? [] : [{ from: exchange, multiplier: '40' }]),
  ]);
  const at = ({ slot, off = 0 }: Sent): number => start + slot * half + off * 60_000;
  await hall.sent(
    no,
    sent.map((one) => ({
      at: fromEpochMs(at(one)),
      until: fromEpochMs(at(one) + half),
      quality: one.quality,
      value: decimal(String(one.value)).times('0.001').toFixed(),
    })),
  );
  return { meter, no };
}

const look = { zone, futureMinutes: 5, maxGapHours: 30, rules: usualRules };
const frame = frameOf({ ...look, now: '2026-11-20T09:00:00Z', period });

const spells: readonly OccupancyPiece[] = [
  { spaceId: '', memberId: anna, from: '2026-10-24', to: '2026-10-26' },
  { spaceId: '', memberId: null, from: '2026-10-26', to: '2026-10-27' },
  { spaceId: '', memberId: ben, from: '2026-10-27', to: '2026-10-29' },
];

interface Told {
  readonly from: string;
  readonly member: string | null;
  readonly quantity: string | null;
}

/** The spells as their days tell them, or null; and as all readings do. */
async function both(meterId: string, within: Frame = frame): Promise<{ byDays: Told[] | null; byReadings: Told[] }> {
  const pieces = spells.map((piece) => ({ ...piece, spaceId: space }));
  return database.transactions.inCommunity(community, async (tx) => {
    const registers = await registersOf(tx, community, { meterId }, span);
    const figures = await measureRegisters(tx, community, registers, within);
    const uses = usesFromDays(registers, figures, zone, pieces).get(registers[0]!.id);
    const plans = plan(registers, span, zone, new Map(), pieces);
    const [explained] = await consumeInDomain(tx, community, plans, span, look.maxGapHours);
    const told = (from: string, member: string | null, quantity: { toFixed(): string } | null): Told => ({
      ...{ from, member, quantity: quantity?.toFixed() ?? null },
    });
    return {
      byDays: uses?.map(({ from, memberId, quantity }) => told(from, memberId, quantity)) ?? null,
      byReadings: plans[0]!.cuts.map(({ from, memberId }, i) => told(from, memberId, explained!.answers[i]!.quantity)),
    };
  });
}

const values = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: slots, maxLength: slots });
const harm = fc.array(
  fc.record({
    slot: fc.nat({ max: slots - 1 }),
    what: fc.constantFrom('missing', 'estimated', 'off', 'high', 'none'),
  }),
  { maxLength: 2 },
);

function harmed(sent: readonly Sent[], harms: readonly { slot: number; what: string }[]): Sent[] {
  const what = new Map(harms.map((one) => [one.slot, one.what]));
  return sent.flatMap((one): Sent[] => {
    const happened = what.get(one.slot);
    if (happened === 'missing') return [];
    if (happened === 'estimated') return [{ ...one, quality: 'estimated' }];
    if (happened === 'off') return [one, { ...one, off: 10, quality: 'estimated' }];
    return happened === 'high' ? [{ ...one, value: 900_000 }] : [one];
  });
}

describe('uses from days', () => {
  it('are what all readings say of a register that is whole, also when the clock changes', async () => {
    await fc.assert(
      fc.asyncProperty(values, fc.constantFrom(null, exchanges[0]!), async (readings, exchange) => {
        const { byDays, byReadings } = await both((await meterWith(regular(readings), exchange)).meter);
        expect(byDays).toEqual(byReadings);
        expect(byDays).toHaveLength(3);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('are never another figure, however broken the register is', async () => {
    let dared = 0;
    await fc.assert(
      fc.asyncProperty(values, harm, fc.constantFrom(null, ...exchanges), async (readings, harms, exchange) => {
        const { meter } = await meterWith(harmed(regular(readings), harms), exchange);
        const { byDays, byReadings } = await both(meter);
        if (byDays === null) return;
        dared += 1;
        expect(byDays).toEqual(byReadings);
      }),
      { numRuns: 40 },
    );
    expect(dared).toBeGreaterThan(3);
  }, 120_000);

  it.each([
    ['a gap', 'missing'],
    ['an estimate', 'estimated'],
    ['an interval beside the others', 'off'],
  ])('are not told where there is %s', async (_, what) => {
    const sent = harmed(regular(Array.from({ length: slots }, () => 100)), [{ slot: 70, what }]);
    const { byDays, byReadings } = await both((await meterWith(sent)).meter);
    expect(byDays).toBeNull();
    expect(byReadings).toHaveLength(3);
  });

  it('are not told of a month that has not ended, nor where a device was exchanged during a day', async () => {
    const { meter } = await meterWith(regular(Array.from({ length: slots }, () => 100)));
    const running = frameOf({ ...look, now: '2026-10-27T15:00:00Z', period });
    expect((await both(meter, running)).byDays).toBeNull();
    const exchanged = await meterWith(regular(Array.from({ length: slots }, () => 100)), exchanges[1]);
    expect((await both(exchanged.meter)).byDays).toBeNull();
  });

  it('hold a value that was put right', async () => {
    const { meter, no } = await meterWith(regular(Array.from({ length: slots }, () => 1_000)));
    await hall.asApp(
      `INSERT INTO reading_correction (community_id, register_no, at, version, until, value, quality, reason, decided_by, decided_at)
       VALUES ($1, $2, $3, 1, $4, 3.5, 'actual', 'misread', $5, now())`,
      [community, no, span.from, fromEpochMs(start + half), person],
    );
    const { byDays, byReadings } = await both(meter);
    // 48 and 50 half-hours of 1, the first of them 3.5, by the multiplier of 2.
    expect(byDays?.map(({ quantity }) => quantity)).toEqual(['201', '96', '192']);
    expect(byDays).toEqual(byReadings);
  });
});
