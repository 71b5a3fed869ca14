import { fromEpochMs } from '../../src/domain/calendar/period.js';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/*
 * A month without a network. Eighty gateways have kept what their meters showed every half-hour; now they all send at once, each in
 * any order, some of it twice, some stamped by a clock that is years off. Nothing may be lost, nothing may count twice, and no
 * wrong clock may reach a bill.
 */

const gateways = 80;
const days = 30;
const perGateway = days * 48;
const halfHourMs = 1_800_000;
const first = Date.parse('2026-10-01T00:00:00Z');
const tenYearsMs = 3_652 * 86_400_000;
const batch = 1000;
/** One in ten is sent again, one in twenty has a clock that is ten years off. */
const [again, skewed] = [10, 20];

interface Item {
  readonly meter: string;
  readonly register: string;
  readonly at: string;
  readonly value: string;
  readonly unit: string;
}

const meterOf = (gateway: number): string => `GW-${String(gateway).padStart(2, '0')}`;

/** A sequence that looks random and is the same each time (Numerical Recipes' generator). */
function* dice(seed: number): Generator<number> {
  for (let state = seed >>> 0; ;) yield (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

function shuffled<T>(items: T[], seed: number): T[] {
  const throws = dice(seed);
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = (throws.next().value ?? 0) % (i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/** What a gateway has kept: every half-hour once, some again, some with a wrong clock. */
function keptBy(gateway: number): Item[] {
  const items = Array.from({ length: perGateway }, (_, i): Item => {
    const isSkewed = (i + gateway) % skewed === 0;
    const offset = isSkewed ? (i % 2 === 0 ? tenYearsMs : -tenYearsMs) : 0;
    const at = fromEpochMs(first + i * halfHourMs + offset);
    return {
      meter: meterOf(gateway),
      register: 'import',
      at,
      value: `${1000 + i}.${String(gateway).padStart(2, '0')}`,
      unit: 'kWh',
    };
  });
  return shuffled([...items, ...items.filter((_, i) => i % again === 0)], gateway);
}

let service: InProcess;
let communityId: string;
let token: string;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-02T09:00:00Z'));
  const access = service.app.get(AccessService);
  const treasurer = { name: 'Tess', email: '' };
  const founded = await access.createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer,
  });
  communityId = founded.communityId;
  const site = { code: 'OMH', name: 'Hall', zone: 'Europe/London' };
  await service.ask('POST', 'sites', { token: founded.token, body: site });
  const [{ id }] = (await service.ask('GET', 'sites', { token: founded.token })).body.items;
  for (let gateway = 0; gateway < gateways; gateway += 1) {
    const answer = await service.ask('POST', 'meters', {
      token: founded.token,
      body: {
        site: 'OMH',
        code: meterOf(gateway),
        name: 'Gateway',
        role: 'sub',
        installedFrom: '2026-09-01T00:00:00Z',
        registers: [{ code: 'import', kind: 'cumulative', unit: 'kWh' }],
      },
    });
    expect(answer.status).toBe(201);
  }
  token = (await access.issueDeviceKey(communityId, { name: 'gateways', siteId: id }, system)).token;
}, 120_000);
afterAll(() => service.close());

it('80 gateways drain a month of half-hours, with nothing lost and nothing doubled', async () => {
  const all = shuffled(Array.from({ length: gateways }, (_, gateway) => keptBy(gateway)).flat(), 7);
  const answered: Record<string, number> = {};
  const queue = Array.from({ length: Math.ceil(all.length / batch) }, (_, i) =>
    all.slice(i * batch, (i + 1) * batch),
  ).values();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (const readings of queue) {
        const { status, body } = await service.ask('POST', 'readings', { token, body: { readings } });
        expect({ status, answers: body.results?.length }).toEqual({ status: 200, answers: readings.length });
        for (const [name, count] of Object.entries(body.summary as Record<string, number>))
          answered[name] = (answered[name] ?? 0) + count;
      }
    }),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);

  const kept = gateways * perGateway;
  const wrong = kept / skewed;
  const sentAgain = all.length - kept;
  const [stored] = await service.database.transactions.inCommunity(communityId, (tx) =>
    tx.query<{ readings: number; wrong: number; held: number; total: string }>(
      `SELECT count(*)::int AS readings, count(*) FILTER (WHERE at < '2026-10-01Z' OR at >= '2026-10-31Z')::int AS wrong, round(sum(value), 2)::text AS total,
              (SELECT count(*)::int FROM reading_exception) AS held
       FROM reading`,
    ),
  );
  const heldAgain = (answered['held'] ?? 0) - wrong;
  const difference = (stored?.readings ?? 0) - (kept - wrong);
  process.stdout.write(
    `offline month: ${all.length} sent, ${answered['created']} created, ${answered['duplicate']} duplicate, ${answered['held']} held; ` +
      `${stored?.readings} stored of ${kept - wrong}, ${Math.max(0, -difference)} lost, ${Math.max(0, difference)} doubled; ${seconds} s\n`,
  );
  // What was sent again is a duplicate, or held once more where its clock is wrong; held twice, it waits once.
  expect(answered).toEqual({
    created: kept - wrong,
    duplicate: sentAgain - heldAgain,
    held: wrong + heldAgain,
    conflict: 0,
    unclaimed: 0,
    rejected: 0,
  });
  // What the gateways kept, each half-hour once, added in whole hundredths.
  const hundredths = new Map(
    all
      .filter(({ at }) => at.startsWith('2026'))
      .map(({ meter, at, value }) => [`${meter} ${at}`, BigInt(value.replace('.', ''))]),
  );
  const total = [...hundredths.values()].reduce((sum, value) => sum + value, 0n);
  const exact = `${total / 100n}.${String(total % 100n).padStart(2, '0')}`;
  expect(stored).toMatchObject({ readings: kept - wrong, wrong: 0, held: wrong });
  expect(stored?.total).toBe(exact);
}, 120_000);
