import { epochMs, fromEpochMs } from '../../src/domain/calendar/period.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { foundMarket, type Market } from './billing-market.js';

/** More readings come than can be stored: the service says so and when to come again, and what it took is there. */

const clock = new FixedClock('2026-11-03T09:30:00Z');
let service: InProcess;
let market: Market;
beforeAll(async () => {
  service = await inProcess(clock);
  market = await foundMarket(service, { withReadings: false, withBill: false });
}, 60_000);
afterAll(() => service.close());

const start = epochMs('2026-03-01T00:00:00Z');
const hourMs = 3_600_000;
/** Five thousand hours of two meters. */
const readings = ['M1', 'M2'].flatMap((meter) =>
  Array.from({ length: 5_000 }, (_, i) => ({
    ...{ meter, register: 'import', quantity: '1.5', unit: 'kWh' },
    ...{ from: fromEpochMs(start + i * hourMs), to: fromEpochMs(start + (i + 1) * hourMs) },
  })),
);

it('answers 503 with Retry-After beyond a hundred thousand waiting readings, and loses nothing that it took', async () => {
  const blocker = await service.database.owner.connect();
  await blocker.query('BEGIN; LOCK TABLE reading_batch IN ACCESS EXCLUSIVE MODE');
  const pushes = Array.from({ length: 13 }, () => market.ask('POST', 'readings', { readings }));
  const first = await Promise.race(pushes);
  await blocker.query('ROLLBACK');
  blocker.release();
  expect(first).toMatchObject({ status: 503, body: { code: 'too-busy' } });
  expect(first.headers['retry-after']).toMatch(/^\d+$/);
  const answers = await Promise.all(pushes);
  const taken = answers.filter(({ status }) => status === 200);
  expect(answers.filter(({ status }) => status === 503)).toHaveLength(13 - taken.length);
  expect(taken.length).toBeGreaterThan(0);
  const created = taken.reduce((sum, { body }) => sum + body.summary.created, 0);
  const { rows } = await service.database.owner.query('SELECT count(*)::int AS n FROM reading');
  expect([created, rows[0].n]).toEqual([readings.length, readings.length]);
  const again = await market.ask('POST', 'readings', { readings });
  expect(again.body.summary).toMatchObject({ duplicate: readings.length });
}, 120_000);
