import fc from 'fast-check';
import { bandWindows } from '../../src/domain/calendar/bands.js';
import { addDays, epochMs, fromEpochMs, type Period } from '../../src/domain/calendar/period.js';
import { spanOf } from '../../src/domain/calendar/zone.js';
import { decimal, plain } from '../../src/domain/quantity/decimal.js';
import { CommunityService } from '../../src/modules/community/community.service.js';
import { ConsumptionService, type OccupancyPiece } from '../../src/modules/metering/consume/consumption.service.js';
import { VirtualConsumptionService } from '../../src/modules/metering/consume/virtual-consumption.service.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, makeMonths, type TestDatabase, testDatabase } from '../support/database.js';

/** Formulas are facts: they are right when they are adopted, they stay, and none ever comes back to itself. */

const zone = 'Europe/London';
let database: TestDatabase;
let market: string;
let arches: string;
const ids: Record<string, string> = {};
const id = (name: string): string => (ids[name] ??= newId());

const owner = <Row>(sql: string, params: unknown[] = []) =>
  database.owner.query(sql, params).then(({ rows }) => rows as Row[]);
const asApp = <Row>(sql: string, params: unknown[] = [], community = market) =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));

interface Made {
  readonly site?: string;
  readonly role?: string;
  readonly utility?: string;
  readonly kind?: string;
  readonly unit?: string;
  readonly minutes?: number | null;
  readonly space?: string | null;
}
async function make(name: string, more: Made = {}): Promise<void> {
  const { site = 'hall', role = 'sub', utility = 'electricity', kind = 'interval', unit = 'kWh', space = null } = more;
  const minutes = kind === 'interval' ? (more.minutes ?? 30) : null;
  await asApp(
    'INSERT INTO meter (community_id, id, site_id, code, name, role, utility) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [...[market, id(`meter ${name}`), id(site), name, name, role, utility]],
  );
  await asApp(
    'INSERT INTO register (community_id, id, meter_id, code, kind, unit, interval_minutes) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [...[market, id(name), id(`meter ${name}`), 'use', kind, unit, minutes]],
  );
  await asApp(
    `INSERT INTO installation (community_id, id, meter_id, space_id, period) VALUES ($1, $2, $3, $4, '[2026-01-01T00:00Z,)')`,
    [...[market, id(`device ${name}`), id(`meter ${name}`), space === null ? null : id(space)]],
  );
  await asApp('INSERT INTO installation_register (community_id, installation_id, register_id) VALUES ($1, $2, $3)', [
    ...[market, id(`device ${name}`), id(name)],
  ]);
}
const virtual = (name: string, more: Made = {}) => make(name, { role: 'virtual', kind: 'virtual', ...more });

const insertFormula = `INSERT INTO virtual_formula (community_id, register_id, version, from_day, terms, reason, made_at)
  VALUES ($1, $2, $3, $4, $5, 'agreed', '2026-01-01T00:00Z')`;
const insertTerm = `INSERT INTO virtual_term (community_id, register_id, version, no, part_id, coefficient) VALUES ($1, $2, $3, $4, $5, $6)`;
type Sum = Readonly<Record<string, string>>;
/** As the owner of the tables, past the service: what is refused is refused by the tables. */
async function asOwner(
  work: (client: { query: (sql: string, params?: unknown[]) => Promise<unknown> }) => Promise<void>,
) {
  const client = await database.owner.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
const adopt = (name: string, sum: Sum, { version = 1, from = '2026-01-01', terms = Object.keys(sum).length } = {}) =>
  asOwner(async (client) => {
    await client.query(insertFormula, [market, id(name), version, from, terms]);
    for (const [no, [part, factor]] of Object.entries(sum).entries())
      await client.query(insertTerm, [market, id(name), version, no + 1, id(part), factor]);
  });

beforeAll(async () => {
  database = await testDatabase();
  await makeMonths(database, '2026-01-01', '2026-12-31');
  market = await insertCommunity(database, 'market');
  arches = await insertCommunity(database, 'arches');
  for (const site of ['hall', 'yard'])
    await asApp(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, $3, $4, $5)`, [
      market,
      id(site),
      site,
      site,
      zone,
    ]);
  await asApp(
    `INSERT INTO space (community_id, id, site_id, code, name, area) VALUES ($1, $2, $3, 'S4', 'Stall 4', 10)`,
    [...[market, id('stall'), id('hall')]],
  );
  for (const name of ['MAIN', 'S1', 'S2', 'HOUR']) await make(name, { minutes: name === 'HOUR' ? 60 : 30 });
  await make('SHOWN', { kind: 'cumulative' });
  await make('FAR', { site: 'yard' });
  await make('GAS', { utility: 'gas', unit: 'm3' });
  await make('VAR', { unit: 'kVArh' });
  for (const name of ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'V']) await virtual(name, { space: 'stall' });
});
afterAll(() => database.drop());

describe('a formula', () => {
  it.each([
    ['a register of another site', { FAR: '1' }, 'its own site'],
    ['another utility', { GAS: '1' }, 'its own site'],
    ['another unit', { VAR: '1' }, 'its own site'],
    ['a factor of nothing', { MAIN: '0' }, 'formula_factor'],
    ['a factor that is too fine', { MAIN: '0.0001' }, 'formula_factor'],
    ['a factor that is too large', { MAIN: '1000' }, 'formula_factor'],
    ['itself', { A: '1' }, 'formula-loop'],
  ])('is refused with %s', async (_, sum, sentence) => {
    await expect(adopt('A', sum as Sum)).rejects.toThrow(sentence);
  });

  it('has as many terms as it says, and no register twice', async () => {
    await expect(adopt('A', { MAIN: '1' }, { terms: 2 })).rejects.toThrow('the terms it was adopted with');
    await expect(adopt('A', {}, { terms: 1 })).rejects.toThrow('the terms it was adopted with');
    await expect(adopt('A', {}, { terms: 0 })).rejects.toThrow('virtual_formula_terms_check');
    await expect(adopt('A', {}, { terms: 201 })).rejects.toThrow('virtual_formula_terms_check');
    const twice = asOwner(async (tx) => {
      await tx.query(insertFormula, [market, id('A'), 1, '2026-01-01', 2]);
      for (const no of [1, 2]) await tx.query(insertTerm, [market, id('A'), 1, no, id('MAIN'), '1']);
    });
    await expect(twice).rejects.toThrow('virtual_term_once');
    const far = asOwner(async (tx) => {
      await tx.query(insertFormula, [market, id('A'), 1, '2026-01-01', 1]);
      await tx.query(insertTerm, [market, id('A'), 1, 201, id('MAIN'), '1']);
    });
    await expect(far).rejects.toThrow('virtual_term_no_check');
  });

  it('belongs to a virtual register, and its versions are counted', async () => {
    await expect(adopt('S1', { MAIN: '1' })).rejects.toThrow('only registers of virtual meters');
    await expect(adopt('A', { MAIN: '1' }, { version: 2 })).rejects.toThrow('another formula was adopted');
  });

  it('stays as it was adopted', async () => {
    await adopt('B', { MAIN: '1', S1: '-1' });
    await expect(asApp(insertTerm, [market, id('B'), 1, 3, id('S2'), '-1'])).rejects.toThrow(
      'the terms it was adopted with',
    );
    for (const table of ['virtual_formula', 'virtual_term']) {
      await expect(asApp(`DELETE FROM ${table}`)).rejects.toThrow('permission denied');
      await expect(owner(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
      await expect(owner(`UPDATE ${table} SET version = 9`)).rejects.toThrow('append-only');
    }
  });

  it('is not seen by another community', async () => {
    for (const table of ['virtual_formula', 'virtual_term', 'formula_in_force']) {
      expect(await asApp(`SELECT FROM ${table}`, [], arches)).toEqual([]);
    }
  });

  it('is adopted only where a lock shows what others have done', async () => {
    const client = await database.owner.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await expect(client.query(insertFormula, [market, id('C'), 1, '2026-01-01', 1])).rejects.toThrow(
        'READ COMMITTED',
      );
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('a loop', () => {
  it('is refused however long the way', async () => {
    await adopt('C', { D: '1', S1: '1' });
    await adopt('D', { E: '-1' });
    await expect(adopt('E', { S1: '1', C: '1' })).rejects.toThrow('formula-loop');
    await adopt('E', { S1: '1', S2: '1' });
  });

  it('is one only where the days meet', async () => {
    await adopt('F', { G: '1' });
    await expect(adopt('G', { F: '1' }, { from: '2026-06-01' })).rejects.toThrow('formula-loop');
    await adopt('F', { S1: '1' }, { version: 2, from: '2026-06-01' });
    await adopt('G', { F: '1' }, { from: '2026-06-01' });
    await expect(adopt('F', { G: '1' }, { version: 3, from: '2026-05-01' })).rejects.toThrow('formula-loop');
    const days = await asApp(`SELECT version, days::text FROM formula_in_force WHERE register_id = $1 ORDER BY 1`, [
      id('F'),
    ]);
    expect(days).toEqual([
      { version: 1, days: '[2026-01-01,2026-06-01)' },
      { version: 2, days: '[2026-06-01,)' },
    ]);
  });

  it('is not closed by two who adopt at once', async () => {
    const [one, other] = [await database.owner.connect(), await database.owner.connect()];
    try {
      await virtual('L1');
      await virtual('L2');
      const begin = async (client: typeof one, name: string, part: string): Promise<void> => {
        await client.query('BEGIN');
        await client.query(insertFormula, [market, id(name), 1, '2026-01-01', 1]);
        await client.query(insertTerm, [market, id(name), 1, 1, id(part), '1']);
      };
      await begin(one, 'L1', 'L2');
      const second = begin(other, 'L2', 'L1').then(
        () => 'adopted',
        (error: unknown) => String(error),
      );
      await waits();
      await one.query('COMMIT');
      expect(await second).toContain('formula-loop');
    } finally {
      await other.query('ROLLBACK');
      one.release();
      other.release();
    }
  });

  /** Until somebody waits for the lock of the site. */
  async function waits(): Promise<void> {
    const sql = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    while ((await owner(sql)).length === 0) await new Promise((done) => setTimeout(done, 10));
  }

  it('is not closed by many who adopt a ring at once', async () => {
    const ring = ['R0', 'R1', 'R2', 'R3', 'R4', 'R5'];
    for (const name of ring) await virtual(name);
    const done = await Promise.allSettled(
      ring.map((name, i) => adopt(name, { [ring[(i + 1) % ring.length] ?? '']: '1' })),
    );
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(ring.length - 1);
  });
});

describe('a virtual register', () => {
  it('is one of a virtual meter, and has no other', async () => {
    const insert = `INSERT INTO register (community_id, id, meter_id, code, kind, unit, direction, restarts) VALUES ($1, $2, $3, 'more', $4, 'kWh', $5, $6)`;
    const put = (meter: string, kind: string, direction = 'import', restarts = false) =>
      owner(insert, [market, newId(), id(`meter ${meter}`), kind, direction, restarts]);
    await expect(put('V', 'cumulative')).rejects.toThrow('worked out by a formula');
    await expect(put('S1', 'virtual')).rejects.toThrow('worked out by a formula');
    await expect(put('V', 'virtual', 'export')).rejects.toThrow('register_virtual_plain');
    await expect(put('V', 'virtual', 'import', true)).rejects.toThrow('register_virtual_plain');
    await expect(put('S1', 'thought')).rejects.toThrow('register_kind_check');
  });

  it('has no device and no readings', async () => {
    const alias = `INSERT INTO register_alias (community_id, meter_code, register_code, register_id) VALUES ($1, 'x', 'y', $2)`;
    await expect(owner(alias, [market, id('V')])).rejects.toThrow('nothing is read');
    const device = 'UPDATE installation_register SET multiplier = 2 WHERE register_id = $1';
    await expect(owner(device, [id('V')])).rejects.toThrow('has no device');
    const estimate = `INSERT INTO reading_estimate (community_id, register_id, at, version, value, low, high, method, inputs, reason, made_by, made_at)
      VALUES ($1, $2, now(), 1, 1, 1, 1, 'linear', '[]', 'x', $3, now())`;
    await expect(owner(estimate, [market, id('V'), newId()])).rejects.toThrow('nothing is read');
  });

  it('rests on meters that stay what they are', async () => {
    for (const change of [`role = 'source'`, `utility = 'gas'`, `site_id = '${id('yard')}'`])
      await expect(asApp(`UPDATE meter SET ${change} WHERE id = $1`, [id('meter S1')])).rejects.toThrow(
        'never changes',
      );
    for (const change of [`unit = 'kVArh'`, `direction = 'export'`, `meter_id = '${id('meter S2')}'`])
      await expect(asApp(`UPDATE register SET ${change} WHERE id = $1`, [id('S1')])).rejects.toThrow('never changes');
    await asApp(`UPDATE meter SET name = 'Bakery' WHERE id = $1`, [id('meter S1')]);
  });
});

describe('what a virtual register used', () => {
  const october: Period = { from: '2026-10-24', to: '2026-10-28' };
  const span = spanOf(october, zone);
  const half = 1_800_000;
  const bands = new Map([
    [
      'DN',
      bandWindows(
        {
          bands: ['day', 'night'],
          rules: [
            { band: 'night', from: '23:30', to: '07:00' },
            { band: 'day', from: '07:00', to: '23:30' },
          ],
        },
        span,
        zone,
      ),
    ],
  ]);
  const pieces: OccupancyPiece[] = [
    { spaceId: id('stall'), memberId: newId(), from: october.from, to: '2026-10-26' },
    { spaceId: id('stall'), memberId: null, from: '2026-10-26', to: october.to },
  ];
  const consumption = () =>
    new ConsumptionService(
      new CommunityService(database.transactions, undefined as never, { onFounding: () => undefined } as never),
    );
  const used = (name: string) =>
    database.transactions.inCommunity(market, async (tx) => {
      const service = new VirtualConsumptionService(consumption());
      const registers = (await service.registersOf(tx, market, id('hall'), span)).filter((one) => one.id === id(name));
      return service.of(tx, market, registers, { span, zone, bands, pieces });
    });
  const told = ({ uses }: Awaited<ReturnType<typeof used>>) =>
    uses.map(({ band, memberId, quantity }) => [memberId, band, quantity && plain(quantity)]);

  /** Readings of a register over the span: half-hours, hours, or a display. */
  async function read(name: string, from: number, values: readonly string[], length = half): Promise<void> {
    const isShown = name === 'SHOWN';
    await owner(
      `WITH batch AS (INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items) VALUES ($1, 'test', 'system', now(), 0) RETURNING no)
       INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT c.no, r.no, v.at, v.until, batch.no, 'actual', v.value
       FROM batch, community c, register r, unnest($3::timestamptz[], $4::timestamptz[], $5::numeric[]) AS v (at, until, value)
       WHERE c.id = $1 AND r.community_id = $1 AND r.id = $2`,
      [
        ...[market, id(name)],
        values.map((_, i) => fromEpochMs(from + i * length)),
        values.map((_, i) => (isShown ? null : fromEpochMs(from + (i + 1) * length))),
        values,
      ],
    );
  }
  /** The same values once more as corrections: the domain then adds what the database added before. */
  const correct = (names: readonly string[]) =>
    owner(
      `INSERT INTO reading_correction (community_id, register_no, at, version, until, value, quality, reason, decided_by, decided_at)
       SELECT $1, r.register_no, r.at, 1, r.until, r.value, r.quality, 'the same', $3, now()
       FROM reading r JOIN register g ON g.no = r.register_no WHERE g.id = ANY ($2::uuid[])`,
      [market, names.map(id), id('Tess')],
    );

  beforeAll(async () => {
    await asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [market, id('Tess')]);
    await asApp(
      `INSERT INTO community_policy (community_id, id, name, days, terms, decision)
       VALUES ($1, $2, 'readings', '[2000-01-01,)', '{"futureMinutes": 5, "maxInterpolationHours": 48}', 'first')`,
      [market, newId()],
    );
    const [slots, start] = [(epochMs(span.to) - epochMs(span.from)) / half, epochMs(span.from)];
    await read(
      'MAIN',
      start,
      Array.from({ length: slots }, (_, i) => `${20 + (i % 7)}.${100 + (i % 50)}`),
    );
    await read(
      'S1',
      start,
      Array.from({ length: slots }, (_, i) => `${1 + (i % 3)}.${String(i % 10)}25`),
    );
    await read(
      'S2',
      start,
      Array.from({ length: slots }, (_, i) => `0.${100 + i}`),
    );
    await read(
      'HOUR',
      start,
      Array.from({ length: slots / 2 }, (_, i) => `${i % 4}.5`),
      2 * half,
    );
    await read(
      'SHOWN',
      start,
      Array.from({ length: slots + 1 }, (_, i) => `${1000 + i * 2}.5`),
    );
    for (const name of ['SUM0', 'SUM1', 'SUM2', 'SUM3']) await virtual(name, { space: 'stall' });
  });

  it('is what SQL adds up by itself, to the last digit, and what the domain adds up where readings were corrected', async () => {
    const part = fc.constantFrom('MAIN', 'S1', 'S2', 'HOUR', 'SHOWN');
    const factor = fc.integer({ min: 1, max: 2500 }).map((steps) => plain(decimal(String(steps)).dividedBy(1000)));
    const sums = fc.dictionary(part, factor, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
    const drawn = fc.sample(sums, { numRuns: 4, seed: 7 });
    const expected = async (sum: Sum, from: string, to: string, band: string | null) => {
      const windows = (bands.get('DN') ?? []).filter((one) => band === null || one.band === band);
      const [row] = await owner<{ total: string }>(
        `SELECT sum(f.factor * CASE WHEN g.kind = 'interval' THEN
             (SELECT sum(r.value) FROM reading r WHERE r.register_no = g.no AND r.at >= w.first AND r.at < w.last)
           ELSE (SELECT r.value FROM reading r WHERE r.register_no = g.no AND r.at = w.last)
              - (SELECT r.value FROM reading r WHERE r.register_no = g.no AND r.at = w.first) END)::text AS total
         FROM unnest($1::uuid[], $2::numeric[]) AS f (id, factor) JOIN register g ON g.id = f.id
         CROSS JOIN (SELECT greatest(first, $5::timestamptz) AS first, least(last, $6::timestamptz) AS last
                     FROM unnest($3::timestamptz[], $4::timestamptz[]) AS u (first, last)) AS w WHERE w.first < w.last`,
        [
          Object.keys(sum).map(id),
          Object.values(sum),
          windows.map((one) => one.from),
          windows.map((one) => one.to),
          ...[from, to],
        ],
      );
      return plain(decimal(row?.total ?? ''));
    };
    // The display is read each half-hour, and bands begin at half-hours; an hourly register is cut by them only at 23:30.
    const sound = drawn.map((sum) => Object.fromEntries(Object.entries(sum).filter(([name]) => name !== 'HOUR')));
    for (const [index, sum] of sound.entries()) {
      if (Object.keys(sum).length === 0) continue;
      await adopt(`SUM${index}`, sum);
      const found = await used(`SUM${index}`);
      expect(found.issues).toEqual([]);
      expect(found.uses).toHaveLength(6);
      for (const { from, to, band, quantity } of found.uses)
        expect(quantity && plain(quantity)).toBe(await expected(sum, from, to, band));
    }
    const bySql = await Promise.all(sound.map((_, index) => used(`SUM${index}`)));
    await correct(['MAIN', 'S1', 'S2', 'SHOWN']);
    const byDomain = await Promise.all(sound.map((_, index) => used(`SUM${index}`)));
    expect(byDomain.map(told)).toEqual(bySql.map(told));
    expect(bySql.some(({ uses }) => uses.length === 6)).toBe(true);
  });

  it('follows a formula that changes, by the formula of each day, and adds up to the whole', async () => {
    await adopt('V', { MAIN: '1', S1: '-1' });
    const before = await used('V');
    await adopt('V', { MAIN: '1', S1: '-1', S2: '-1' }, { version: 2, from: addDays(october.from, 1) });
    const after = await used('V');
    const [whole] = after.uses;
    expect(after.issues).toEqual([]);
    expect(whole?.quantity?.lessThan(before.uses[0]?.quantity ?? 0)).toBe(true);
    expect(whole?.parts?.map(({ label, coefficient }) => [label, plain(coefficient)])).toEqual([
      ['MAIN use', '1'],
      ['S1 use', '-1'],
      ['S2 use', '-1'],
    ]);
    for (const member of [0, 3]) {
      const [all, ...parts] = after.uses.slice(member, member + 3).map(({ quantity }) => quantity);
      expect(all && plain(all)).toBe(
        plain(parts.reduce<typeof all>((a, b) => a && b && a.plus(b), decimal('0')) ?? decimal('-1')),
      );
    }
  });

  it('is not known where a part is not, and says which', async () => {
    await make('YOUNG');
    await read('YOUNG', epochMs(span.from) + half, ['1', '1']);
    await adopt('H', { MAIN: '1', YOUNG: '-1' });
    const { uses, issues } = await used('H');
    expect(uses.every(({ quantity }) => quantity === null)).toBe(true);
    expect(issues.map(({ code, subject }) => [code, subject.label])).toEqual(
      expect.arrayContaining([
        ['virtual-part-missing', 'H use'],
        ['missing-interval', 'YOUNG use'],
      ]),
    );
    expect(issues.find(({ code }) => code === 'virtual-part-missing')?.detail).toContain('YOUNG use');
  });
});
