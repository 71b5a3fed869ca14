import fc from 'fast-check';
import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { spanOf } from '../../src/domain/calendar/zone.js';
import type { Frame, RegisterFigures } from '../../src/domain/metering/figures.js';
import { frameBefore, frameOf } from '../../src/domain/metering/frame.js';
import { usualRules } from '../../src/domain/metering/rules/usual.js';
import { decimal } from '../../src/domain/quantity/decimal.js';
import { type InstalledRegister, registersOf } from '../../src/modules/metering/registers/installed-registers.js';
import { measureInDomain } from '../../src/modules/metering/validate/measure-in-domain.js';
import { measureInSql } from '../../src/modules/metering/validate/measure-registers.js';
import { openFindings } from '../../src/modules/metering/validate/finding-exceptions.js';
import { storeFindings } from '../../src/modules/metering/validate/store-findings.js';
import { found } from '../../src/domain/metering/validation.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';
import { type Device, type MeteredHall, meteredHall } from '../support/metered-hall.js';

/**
 * Readings are judged by figures, which the database makes of what is regular and the domain of all else. Whatever the database dares
 * to say, the domain must say too, to the last digit; and what is regular the database must dare. What a pass sees is kept once.
 */

const zone = 'Europe/London';
const half = 1_800_000;
// The clock goes back on the second of these days.
const days = { from: '2026-10-24', to: '2026-10-28' };
const span = spanOf(days, zone);
const start = epochMs(span.from);
const slots = (epochMs(span.to) - start) / half;

let database: TestDatabase;
let hall: MeteredHall;
let community: string;
let site: string;

beforeAll(async () => {
  database = await testDatabase();
  hall = await meteredHall(database, { zone, months: ['2026-01-01', '2026-12-31'] });
  ({ community, site } = hall);
});
afterAll(() => database.drop());

interface Sent {
  /** In half-hours since the span began. */
  readonly slot: number;
  /** Thousandths. */
  readonly value: number;
  readonly quality: string;
  /** Minutes by which it is off the grid. */
  readonly off?: number;
}
/** A meter with one register and what it sent. @returns its id */
async function meterWith(kind: 'cumulative' | 'interval', sent: readonly Sent[], device: Device): Promise<string> {
  const opening = kind === 'cumulative' ? (device.opening ?? null) : null;
  const { meter, no } = await hall.meter({ kind }, [{ ...device, opening }]);
  const at = ({ slot, off = 0 }: Sent): number => start + slot * half + off * 60_000;
  await hall.sent(
    no,
    sent.map((one) => ({
      at: fromEpochMs(at(one)),
      until: kind === 'interval' ? fromEpochMs(at(one) + half) : null,
      quality: one.quality,
      value: decimal(String(one.value)).times('0.001').toFixed(),
    })),
  );
  return meter;
}

const look = { zone, now: '2026-11-20T09:00:00Z', futureMinutes: 5, maxGapHours: 30, rules: usualRules };
const frame = frameOf({ ...look, period: days });

interface Both {
  readonly bySql: RegisterFigures | undefined;
  readonly byDomain: RegisterFigures;
}

async function both(meterId: string, within: Frame = frame): Promise<Both> {
  return database.transactions.inCommunity(community, async (tx) => {
    const asked = { from: fromEpochMs(within.span.from), to: fromEpochMs(within.span.to) };
    const registers = await registersOf(tx, community, { meterId }, asked);
    const bySql = await measureInSql(tx, community, registers, within);
    const byDomain = await measureInDomain(tx, community, registers, within);
    const [{ no }] = registers as [InstalledRegister];
    return { bySql: bySql.get(no), byDomain: byDomain.get(no)! };
  });
}

const printed = ({ source: _, frame: __, ...figures }: RegisterFigures): unknown => JSON.parse(JSON.stringify(figures));

const qualities = fc.constantFrom('actual', 'actual', 'actual', 'customer', 'derived', 'estimated', 'substituted');
const device = fc.record<Device>({
  multiplier: fc.constantFrom('1', '40', '0.001'),
  maxPerHour: fc.constantFrom(null, '2', '1000'),
  capacity: fc.constantFrom(null, '1000000'),
  opening: fc.constantFrom(null, '1'),
});
const plain: Device = { multiplier: '1', maxPerHour: null, capacity: null, opening: null };
const frames = fc.constantFrom(
  frame,
  { ...frame, mostPerHour: decimal('1.5') },
  frameOf({ ...look, period: days, now: '2026-10-26T15:00:00Z' }),
  frameBefore(days, zone, frame),
);
/** Half-hours of which some are the same all day, so that all shapes occur. */
const values = (least: number, most: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: least, max: most }), fc.boolean()), { minLength: 4, maxLength: 4 })
    .chain((ofDays) =>
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: slots, maxLength: slots }).map((noise) =>
        noise.map((value, i) => {
          const [base, isEven] = ofDays[Math.floor(i / 49)] ?? [0, true];
          return isEven ? base : base + value;
        }),
      ),
    );
const damage = fc.array(
  fc.record({
    slot: fc.nat({ max: slots - 1 }),
    what: fc.constantFrom('missing', 'tower', 'estimate', 'misplaced', 'low'),
  }),
  { maxLength: 6 },
);
const qualityOf = (i: number, estimates: ReadonlySet<number>): string =>
  estimates.has(i) ? 'estimated' : i % 5 === 0 ? 'customer' : 'actual';

function damaged(values: readonly number[], harm: readonly { slot: number; what: string }[]): Sent[] {
  const what = new Map(harm.map((one) => [one.slot, one.what]));
  const estimates = new Set(harm.filter((one) => one.what === 'estimate').map(({ slot }) => slot));
  return values.flatMap((value, slot): Sent[] => {
    const quality = qualityOf(slot, estimates);
    switch (what.get(slot)) {
      case 'missing':
        return [];
      case 'tower':
        return [{ slot, value: value + 5_000, quality }];
      case 'low':
        return [{ slot, value: Math.max(0, value - 700), quality }];
      case 'misplaced':
        return [{ slot, value, quality, off: 10 }];
      default:
        return [{ slot, value, quality }];
    }
  });
}

describe('what the database says of intervals', () => {
  it('is what the domain says of any regular register, also when the clock changes', async () => {
    await fc.assert(
      fc.asyncProperty(values(0, 500), device, frames, async (readings, installed, within) => {
        const sent = readings.map((value, slot) => ({ slot, value, quality: 'actual' }));
        const { bySql, byDomain } = await both(await meterWith('interval', sent, { ...installed, maxPerHour: null }), {
          ...within,
          mostPerHour: null,
        });
        if (within.due === frame.due) expect(bySql).toBeDefined();
        if (bySql) expect(printed(bySql)).toEqual(printed(byDomain));
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  it('is never another figure than the domain has, however broken the register is', async () => {
    let dared = 0;
    await fc.assert(
      fc.asyncProperty(values(0, 300), damage, device, frames, async (readings, harm, installed, within) => {
        const { bySql, byDomain } = await both(await meterWith('interval', damaged(readings, harm), installed), within);
        if (!bySql) return;
        dared += 1;
        expect(printed(bySql)).toEqual(printed(byDomain));
        expect([byDomain.strays, byDomain.beyond]).toEqual([[], []]);
      }),
      { numRuns: 60 },
    );
    expect(dared).toBeGreaterThan(10);
  }, 120_000);

  it('dares gaps, estimates and peaks', async () => {
    const sent = Array.from({ length: slots }, (_, slot) => ({
      slot,
      value: 100 + (slot % 7),
      quality: slot === 60 ? 'estimated' : 'actual',
    }))
      .filter(({ slot }) => slot !== 30 && slot !== 31)
      .map((one) => (one.slot === 100 ? { ...one, value: 9_000 } : one));
    const { bySql } = await both(await meterWith('interval', sent, plain));
    expect(bySql?.gaps).toEqual([{ from: start + 30 * half, to: start + 32 * half, why: 'no-interval' }]);
    expect(bySql?.highest.map(({ quantity }) => quantity.toFixed())).toEqual(['9', '0.106', '0.106']);
    expect(bySql?.days).toHaveLength(2);
  });
});

const rising = (steps: readonly number[], base: number): number[] => {
  let total = base;
  return [total, ...steps.map((step) => (total += step))];
};

describe('what the database says of displays', () => {
  const slotsAround = fc.uniqueArray(fc.integer({ min: -100, max: slots + 80 }), { minLength: 0, maxLength: 40 });

  it('is what the domain says of any regular display, read every half-hour', async () => {
    await fc.assert(
      fc.asyncProperty(values(0, 300), device, frames, async (steps, installed, within) => {
        const sent = rising(steps, 2_000).map((value, slot) => ({ slot, value, quality: 'actual' }));
        const { bySql, byDomain } = await both(
          await meterWith('cumulative', sent, { ...installed, maxPerHour: null }),
          { ...within, mostPerHour: null },
        );
        if (within.due === frame.due) expect(bySql).toBeDefined();
        if (bySql) expect(printed(bySql)).toEqual(printed(byDomain));
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('is never another figure than the domain has, whenever it was read and whatever it showed', async () => {
    let dared = 0;
    await fc.assert(
      fc.asyncProperty(
        slotsAround,
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 40, maxLength: 40 }),
        fc.option(fc.tuple(fc.nat({ max: 39 }), fc.integer({ min: 0, max: 3_000 })), { nil: null }),
        qualities,
        device,
        frames,
        async (at, steps, fault, quality, installed, within) => {
          const sorted = [...at].sort((a, b) => a - b);
          const sent = rising(steps, 1_000).flatMap((value, i): Sent[] => {
            const slot = sorted[i];
            if (slot === undefined) return [];
            return [{ slot, value: fault?.[0] === i ? fault[1] : value, quality: i === 3 ? quality : 'actual' }];
          });
          const { bySql, byDomain } = await both(await meterWith('cumulative', sent, installed), within);
          if (!bySql) return;
          dared += 1;
          expect(printed(bySql)).toEqual(printed(byDomain));
        },
      ),
      { numRuns: 80 },
    );
    expect(dared).toBeGreaterThan(20);
  }, 120_000);
});

describe('what the database leaves to the domain', () => {
  const even = Array.from({ length: slots }, (_, slot): Sent => ({ slot, value: 100, quality: 'actual' }));
  const shown = rising(
    even.map(() => 10),
    5_000,
  ).map((value, slot): Sent => ({ slot, value, quality: 'actual' }));

  it.each([
    ['an interval off the grid', 'interval', even.map((one) => (one.slot === 9 ? { ...one, off: 5 } : one)), plain],
    [
      'an interval beyond the limit',
      'interval',
      even.map((one) => (one.slot === 9 ? { ...one, value: 9_000 } : one)),
      { ...plain, maxPerHour: '10' },
    ],
    ['a display that fell', 'cumulative', shown.map((one) => (one.slot === 9 ? { ...one, value: 1 } : one)), plain],
    [
      'a display with an estimate',
      'cumulative',
      shown.map((one) => (one.slot === 9 ? { ...one, quality: 'estimated' } : one)),
      plain,
    ],
    ['an advance beyond the limit', 'cumulative', shown, { ...plain, maxPerHour: '0.001' }],
  ] as const)('is %s', async (_, kind, sent, installed) => {
    const { bySql, byDomain } = await both(await meterWith(kind, sent, installed));
    expect(bySql).toBeUndefined();
    expect(byDomain.count).toBeGreaterThan(0);
  });

  it('is a register with a correction, whose value counts', async () => {
    const meter = await meterWith('interval', even, plain);
    const person = newId();
    await hall.asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [community, person]);
    await hall.asApp(
      `INSERT INTO reading_correction (community_id, register_no, at, version, until, value, quality, reason, decided_by, decided_at)
       SELECT $1, r.no, $3, 1, $4, 6, 'actual', 'misread', $5, now() FROM register r WHERE r.meter_id = $2`,
      [community, meter, fromEpochMs(start), fromEpochMs(start + half), person],
    );
    const { bySql, byDomain } = await both(meter);
    expect(bySql).toBeUndefined();
    expect(byDomain.highest[0]?.quantity.toFixed()).toBe('6');
  });
});

describe('what passes see', () => {
  const policy = newId();
  const finding = (
    from: string,
    to: string,
    rule: 'missing-interval' | 'high-low-use' = 'missing-interval',
    more: object = {},
  ) =>
    found(
      rule,
      usualRules[rule],
      { kind: 'site', id: site, label: 'Hall' },
      { from: epochMs(from), to: epochMs(to) },
      { hours: '1', ...more },
    );
  const pass = async (from: string, to: string, findings: readonly ReturnType<typeof finding>[]) =>
    database.transactions.inCommunity(community, async (tx) => {
      const seen = { passId: newId(), span: { from, to }, at: '2026-11-02T00:00:00Z', findings };
      await tx.query(
        `INSERT INTO validation_pass (community_id, id, site_id, days, span, policy_id, actor_kind, passed_at)
         VALUES ($1, $2, $3, '[2026-10-01,2026-11-01)', tstzrange($4, $5), $6, 'system', now())`,
        [community, seen.passId, site, from, to, policy],
      );
      return storeFindings(tx, { ...seen, communityId: community, siteId: site }, []);
    });
  const open = async (): Promise<string[]> => {
    const october = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' };
    const rows = await database.transactions.inCommunity(community, (tx) => openFindings(tx, community, site, october));
    return rows.map(({ rule, at }) => `${rule} ${at.slice(5, 10)}`).sort();
  };
  const month = ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z'] as const;
  const week = ['2026-10-08T00:00:00Z', '2026-10-15T00:00:00Z'] as const;
  const gap = () => finding('2026-10-10T00:00:00Z', '2026-10-10T01:00:00Z');
  const high = () => finding(...month, 'high-low-use');

  beforeAll(async () => {
    await hall.asApp(
      `INSERT INTO community_policy (community_id, id, name, days, terms) VALUES ($1, $2, 'validation', '[2000-01-01,)', '{}')`,
      [community, policy],
    );
  });

  it('is kept once, however often it is seen', async () => {
    expect(await pass(...month, [gap(), high()])).toEqual({ added: 2, closed: 0, reopened: 0 });
    expect(await pass(...month, [high(), gap()])).toEqual({ added: 0, closed: 0, reopened: 0 });
    expect(await open()).toEqual(['high-low-use 10-01', 'missing-interval 10-10']);
  });

  it('is a new question when the figures are others, and the old one is closed', async () => {
    const other = finding('2026-10-10T00:00:00Z', '2026-10-10T01:00:00Z', 'missing-interval', { hours: '0.5' });
    expect(await pass(...month, [other, high()])).toEqual({ added: 1, closed: 1, reopened: 0 });
    expect(await pass(...month, [gap(), high()])).toEqual({ added: 0, closed: 1, reopened: 1 });
  });

  it('closes what a narrower look can judge, and not what it cannot', async () => {
    expect(await pass(...week, [])).toEqual({ added: 0, closed: 1, reopened: 0 });
    expect(await open()).toEqual(['high-low-use 10-01']);
    expect(await pass(...month, [gap(), high()])).toEqual({ added: 0, closed: 0, reopened: 1 });
    expect(await pass('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', [])).toEqual({
      added: 0,
      closed: 0,
      reopened: 0,
    });
    expect(await pass(...month, [])).toEqual({ added: 0, closed: 2, reopened: 0 });
    expect(await open()).toEqual([]);
  });

  it.each(['validation_pass', 'validation_finding', 'validation_sight', 'finding_decision'])(
    'stays in %s: nobody changes or deletes it',
    async (table) => {
      if (table === 'finding_decision') {
        const person = newId();
        await hall.asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Ada')`, [community, person]);
        await hall.asApp(
          `INSERT INTO finding_decision (community_id, finding_id, no, choice, reason, decided_by, decided_at)
           SELECT community_id, id, 1, 'accept', 'seen', $2, now() FROM validation_finding WHERE community_id = $1 LIMIT 1`,
          [community, person],
        );
      }
      const owner = (sql: string) => database.owner.query(sql);
      await expect(owner(`UPDATE ${table} SET community_id = community_id`)).rejects.toThrow('append-only');
      await expect(owner(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
      await expect(hall.asApp(`DELETE FROM ${table}`)).rejects.toMatchObject({
        message: expect.stringContaining('permission denied'),
      });
    },
  );

  it('belongs to its community alone', async () => {
    const other = await insertCommunity(database, 'arches');
    const rows = await database.transactions.inCommunity(other, (tx) => tx.query('SELECT FROM finding_now'));
    expect(rows).toEqual([]);
  });
});
