import fc from 'fast-check';
import { type BandCalendar, bandWindows } from '../../src/domain/calendar/bands.js';
import { epochMs, fromEpochMs, monthOf } from '../../src/domain/calendar/period.js';
import { spanOf } from '../../src/domain/calendar/zone.js';
import { decimal } from '../../src/domain/quantity/decimal.js';
import { highestSlot } from '../../src/domain/rating/measure-peaks.js';
import { priceSeries } from '../../src/domain/rating/rate-series.js';
import type { SeriesComponent } from '../../src/domain/tariff/component.js';
import { registersOf } from '../../src/modules/metering/registers/installed-registers.js';
import { type Load, peaksInSql, pricedInSql } from '../../src/modules/metering/loads/peak-uses.js';
import { PeakUsesService } from '../../src/modules/metering/loads/peak-uses.service.js';
import type { Tx } from '../../src/platform/database/transactions.js';
import { newId } from '../../src/platform/ids.js';
import { type TestDatabase, testDatabase } from '../support/database.js';
import { type MeteredHall, meteredHall } from '../support/metered-hall.js';

/** Peaks and priced half-hours: what the database says of a load, the domain says too, to the last digit. */

const zone = 'Europe/London';
const minuteMs = 60_000;
const october = monthOf('2026-10-01');
const evening: BandCalendar = {
  bands: ['evening', 'rest'],
  rules: [
    { band: 'evening', from: '16:00', to: '20:00' },
    { band: 'rest', from: '20:00', to: '16:00' },
  ],
};
const span = {
  from: spanOf(october, zone).from,
  to: fromEpochMs(epochMs(spanOf(october, zone).from) + 3 * 24 * 60 * minuteMs),
};
const hours = bandWindows(evening, span, zone).filter(({ band }) => band === 'evening');

let database: TestDatabase;
let hall: MeteredHall;
let community: string;
beforeAll(async () => {
  database = await testDatabase();
  hall = await meteredHall(database, { zone, months: ['2026-01-01', '2026-12-31'] });
  ({ community } = hall);
});
afterAll(() => database.drop());

/** A register with a reading of so many thousandths for each stretch of minutes; null where there is none. */
async function registerWith(values: readonly (number | null)[], minutes: number, multiplier = '1'): Promise<string> {
  const { register, no } = await hall.meter({ kind: 'interval', minutes }, [{ multiplier }]);
  await hall.sent(
    no,
    values.flatMap((value, i) => {
      const at = epochMs(span.from) + i * minutes * minuteMs;
      const until = fromEpochMs(at + minutes * minuteMs);
      return value === null ? [] : [{ at: fromEpochMs(at), until, value: kWh(value).toFixed() }];
    }),
  );
  return register;
}

const kWh = (thousandths: number) => decimal(String(thousandths)).times('0.001');
const loadOf = async (...ids: string[]): Promise<Load> => {
  const registers = await database.transactions.inCommunity(community, (tx) =>
    registersOf(tx, community, { registerIds: ids }, span),
  );
  const parts = registers.map((register) => ({ register, multiplier: register.devices[0]!.multiplier, span }));
  return { parts, origin: span.from };
};
const intervals = (values: readonly number[], minutes: number, multiplier = '1') =>
  values.map((value, i) => {
    const from = epochMs(span.from) + i * minutes * minuteMs;
    return {
      from: fromEpochMs(from),
      to: fromEpochMs(from + minutes * minuteMs),
      quantity: kWh(value).times(multiplier),
    };
  });
const inCommunity = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.transactions.inCommunity(community, work);
const service = new PeakUsesService();
const days3 = (minutes: number) => (3 * 24 * 60) / minutes;
const series = (prices: readonly number[]): SeriesComponent => ({
  kind: 'series',
  name: 'Energy',
  unit: 'kWh',
  series: 'agile',
  points: prices.map((price, i) => {
    const from = epochMs(span.from) + i * 30 * minuteMs;
    return {
      from: fromEpochMs(from),
      to: fromEpochMs(from + 30 * minuteMs),
      price: decimal(String(price)).times('0.0001'),
    };
  }),
});

describe('the highest mean of a load', () => {
  it('is the same from the database and from the domain, for one register and for two that are one load', async () => {
    const quarter = fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: days3(15), maxLength: days3(15) });
    const half = fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: days3(30), maxLength: days3(30) });
    await fc.assert(
      fc.asyncProperty(quarter, half, fc.constantFrom(30, 60), fc.boolean(), async (a, b, minutes, isEvening) => {
        const load = await loadOf(await registerWith(a, 15, '2.5'), await registerWith(b, 30));
        const of = isEvening ? hours : null;
        const found = await inCommunity((tx) => peaksInSql(tx, community, [load], minutes, of));
        const both = [...intervals(a, 15, '2.5'), ...intervals(b, 30)];
        const need = { minutes, bands: isEvening ? ['evening'] : null, unit: 'kWh' } as const;
        const expected = highestSlot(both, need, hours, epochMs(span.from));
        expect(found.get(0)?.energy.toFixed()).toBe(expected?.energy.toFixed());
        expect(found.get(0)?.at).toBe(expected?.at);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);

  it('is not told by the database where a reading is missing or too long, and the domain says why', async () => {
    const values: (number | null)[] = Array.from({ length: days3(30) }, () => 100);
    values[7] = null;
    const [gap, long] = [
      await loadOf(await registerWith(values, 30)),
      await loadOf(
        await registerWith(
          Array.from({ length: days3(60) }, () => 1),
          60,
        ),
      ),
    ];
    expect((await inCommunity((tx) => peaksInSql(tx, community, [gap, long], 30, null))).size).toBe(0);
    const told = await inCommunity((tx) => service.peaks(tx, community, [gap, long], 30, null));
    expect(told).toEqual([
      { why: expect.stringContaining('has not one reading for each time from 2026-10-01T02:30:00Z') },
      { why: expect.stringContaining('cannot be told from a reading') },
    ]);
  });

  it('is zero at no instant where the hours asked for are none of its own', async () => {
    const load = await loadOf(
      await registerWith(
        Array.from({ length: days3(30) }, () => 100),
        30,
      ),
    );
    const [told] = await inCommunity((tx) => service.peaks(tx, community, [load], 30, []));
    expect(told).toEqual({ answer: { energy: decimal('0'), at: null } });
  });

  it('counts a correction, which the database leaves to the domain', async () => {
    const register = await registerWith(
      Array.from({ length: days3(30) }, () => 100),
      30,
    );
    const load = await loadOf(register);
    const person = newId();
    await hall.asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [community, person]);
    await hall.asApp(
      `INSERT INTO reading_correction (community_id, register_no, at, version, value, quality, reason, decided_by, decided_at)
       VALUES ($1, $2, $3, 1, 9, 'actual', 'typed wrongly', $4, now())`,
      [community, load.parts[0]!.register.no, '2026-10-01T12:00:00Z', person],
    );
    const [told] = await inCommunity((tx) => service.peaks(tx, community, [load], 30, null));
    expect(told).toMatchObject({ answer: { at: '2026-10-01T12:00:00Z' } });
  });
});

describe('half-hours at their own prices', () => {
  it('come to the same in the database and in the domain', async () => {
    const use = fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: days3(15), maxLength: days3(15) });
    const price = fc.array(fc.integer({ min: -500, max: 9000 }), { minLength: days3(30), maxLength: days3(30) });
    await fc.assert(
      fc.asyncProperty(use, price, async (values, prices) => {
        const load = await loadOf(await registerWith(values, 15, '1.5'));
        const component = series(prices);
        const found = await inCommunity((tx) => pricedInSql(tx, community, [load], component.points));
        const subject = { kind: 'tariff', id: 't', label: 't' } as const;
        const { use: expected } = priceSeries(component, intervals(values, 15, '1.5'), subject);
        expect(found.get(0)?.amount.equals(expected.amount)).toBe(true);
        expect(found.get(0)?.quantity.equals(expected.quantity)).toBe(true);
        expect(found.get(0)?.intervals).toBe(expected.intervals);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 60_000);

  it('have no sum where one of them has no price: the hour is named', async () => {
    const load = await loadOf(
      await registerWith(
        Array.from({ length: days3(30) }, () => 100),
        30,
      ),
    );
    const component = series(Array.from({ length: days3(30) - 1 }, () => 1200));
    const [told] = await inCommunity((tx) => service.priced(tx, community, [load], component));
    expect(told).toEqual({ why: expect.stringContaining('from 2026-10-03T22:30:00Z to 2026-10-03T23:00:00Z') });
  });
});
