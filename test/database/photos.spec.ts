import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** Photos stand behind a second wall; verifications and removals say what they must. As PostgreSQL itself keeps them. */

/** As the application hears what a constraint refused. */
const checkViolation = 'invalid-input';
const uniqueViolation = 'already-exists';
const foreignKeyViolation = 'not-found';
const permissionDenied = '42501';

let database: TestDatabase;
let market: string;
let arches: string;
let ids: Record<'tess' | 'rosa' | 'lund' | 'member' | 'neighbour' | 'site' | 'meter' | 'register' | 'device', string>;
let photo: string;

const owner = (sql: string, params: unknown[] = []) => database.owner.query(sql, params);
/** Within a community, looking at photos for whom is said; for nobody where that is null. */
const asApp = <Row>(sql: string, params: unknown[] = [], viewer: string | null = null, community = market) =>
  database.transactions.inCommunity(community, async (tx) => {
    if (viewer !== null) await tx.query(`SELECT set_config('app.photos', $1, true)`, [viewer]);
    return tx.query<Row>(sql, params);
  });
const refused = (work: Promise<unknown>, code: string) => expect(work).rejects.toMatchObject({ code });

interface Photo {
  readonly content?: string;
  /** What its hash is of. */
  readonly sha256?: string;
  readonly type?: string;
  readonly sentBy?: string;
  readonly member?: string;
}
const keep = ({ content = 'points', sha256, type = 'image/png', sentBy = ids.rosa, member = ids.member }: Photo = {}) =>
  asApp(
    `INSERT INTO photo (community_id, id, sha256, sent_sha256, media_type, content, member_id, sent_by, sent_at)
     VALUES ($1, $2, sha256($3::bytea), sha256($3::bytea), $4, $5::bytea, $6, $7, '2026-11-20T09:00Z') RETURNING id`,
    [market, newId(), Buffer.from(sha256 ?? content), type, Buffer.from(content), member, sentBy],
    ids.rosa,
  );

beforeAll(async () => {
  database = await testDatabase();
  market = await insertCommunity(database, 'market');
  arches = await insertCommunity(database, 'arches');
  ids = Object.fromEntries(
    ['tess', 'rosa', 'lund', 'member', 'neighbour', 'site', 'meter', 'register', 'device'].map((name) => [
      name,
      newId(),
    ]),
  ) as typeof ids;
  for (const person of [ids.tess, ids.rosa, ids.lund])
    await owner(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Somebody')`, [market, person]);
  for (const [member, code] of [
    [ids.member, 'ROSA'],
    [ids.neighbour, 'LUND'],
  ])
    await owner(`INSERT INTO member (community_id, id, code, name) VALUES ($1, $2, $3, 'Shop')`, [
      market,
      member,
      code,
    ]);
  await owner(
    `INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'HALL', 'Hall', 'Europe/London')`,
    [market, ids.site],
  );
  await owner(
    `INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES ($1, $2, $3, 'M-1', 'M', 'sub')`,
    [market, ids.meter, ids.site],
  );
  await owner(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit) VALUES ($1, $2, $3, 'import', 'cumulative', 'kWh')`,
    [market, ids.register, ids.meter],
  );
  await owner(
    `INSERT INTO installation (community_id, id, meter_id, serial, period) VALUES ($1, $2, $3, 'SN-1', '[2026-01-01T00:00Z,)')`,
    [market, ids.device, ids.meter],
  );
  const [row] = (await keep()) as { id: string }[];
  photo = row!.id;
  const link = `INSERT INTO reading_photo (community_id, photo_id, register_id, at, linked_at) VALUES ($1, $2, $3, '2026-11-20T08:00Z', now())`;
  await asApp(link, [market, photo, ids.register], ids.rosa);
  const show =
    'INSERT INTO device_photo (community_id, photo_id, installation_id, linked_at) VALUES ($1, $2, $3, now())';
  await asApp(show, [market, photo, ids.device], ids.rosa);
});
afterAll(() => database.drop());

describe('the wall around photos', () => {
  const seen = async (viewer: string | null, community = market) =>
    (
      await Promise.all(
        ['photo', 'reading_photo', 'device_photo'].map((table) =>
          asApp(`SELECT 1 FROM ${table}`, [], viewer, community),
        ),
      )
    ).map((rows) => rows.length);

  it('shows them to the treasurer, to who sent them and to whose they are', async () => {
    expect(await seen('all')).toEqual([1, 1, 1]);
    expect(await seen(ids.rosa)).toEqual([1, 1, 1]);
    expect(await seen(`${ids.lund},${ids.member}`)).toEqual([1, 1, 1]);
  });

  it('shows nothing of them to anybody else, nor where nobody said for whom', async () => {
    expect(await seen(null)).toEqual([0, 0, 0]);
    expect(await seen('')).toEqual([0, 0, 0]);
    expect(await seen(`${ids.lund},${ids.neighbour}`)).toEqual([0, 0, 0]);
    expect(await seen('all', arches)).toEqual([0, 0, 0]);
  });

  it('forgets for whom it looked at the end of the transaction', async () => {
    await Promise.all(Array.from({ length: 20 }, () => asApp('SELECT 1 FROM photo', [], 'all')));
    expect(await seen(null)).toEqual([0, 0, 0]);
  });

  it('refuses a photo for somebody for whom nobody looks, and a link to one that is not seen', async () => {
    await refused(keep({ sentBy: ids.lund, member: ids.neighbour }), permissionDenied);
    const link = `INSERT INTO reading_photo (community_id, photo_id, register_id, at, linked_at) VALUES ($1, $2, $3, '2026-11-21T08:00Z', now())`;
    await refused(asApp(link, [market, photo, ids.register], ids.lund), permissionDenied);
  });
});

describe('a photo', () => {
  it.each([
    ['whose hash is another’s', { content: 'a', sha256: 'b' }, checkViolation],
    ['of another kind', { content: 'c', type: 'image/svg+xml' }, checkViolation],
    ['of nothing', { content: '' }, checkViolation],
    ['that is kept', {}, uniqueViolation],
    [
      'of a member that is not there',
      { content: 'd', member: '0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10' },
      foreignKeyViolation,
    ],
  ])('is refused %s', async (_, change, code) => {
    await refused(keep(change), code);
  });

  it('larger than 8 MB is refused', async () => {
    await refused(keep({ content: 'x'.repeat(8_388_609) }), checkViolation);
  });

  it.each(['photo', 'reading_photo', 'device_photo'])(
    'stays: rows of %s are neither changed nor deleted',
    async (table) => {
      await refused(asApp(`UPDATE ${table} SET community_id = community_id`, [], 'all'), permissionDenied);
      await refused(asApp(`DELETE FROM ${table}`, [], 'all'), permissionDenied);
      await expect(owner(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
    },
  );
});

describe('a verification', () => {
  const record = (days: string, certificate: string, community = market) =>
    asApp(
      `INSERT INTO meter_verification (community_id, id, meter_id, days, certificate, serial, recorded_by, recorded_at)
       VALUES ($1, $2, $3, $4::daterange, $5, 'SN-1', $6, now())`,
      [market, newId(), ids.meter, days, certificate, ids.tess],
      null,
      community,
    );
  const until = async () =>
    (await owner('SELECT verified_until FROM meter WHERE id = $1', [ids.meter])).rows[0].verified_until as
      string | null;
  const set = (date: string | null) =>
    asApp('UPDATE meter SET verified_until = $2 WHERE community_id = $1', [market, date]);

  it('moves the date of its meter, and the one that reaches farthest counts', async () => {
    await set('2026-06-30');
    await record('[2026-01-01,2031-01-01)', 'A');
    expect(await until()).toBe('2030-12-31');
    await record('[2020-01-01,2025-01-01)', 'B');
    expect(await until()).toBe('2030-12-31');
    await record('[2030-06-01,2036-01-01)', 'C');
    expect(await until()).toBe('2035-12-31');
  });

  it('is all that moves it once there is one', async () => {
    await refused(set('2040-01-01'), 'conflict');
    await refused(set(null), 'conflict');
    await set('2035-12-31');
    expect(await until()).toBe('2035-12-31');
  });

  it.each([
    ['without an end', '[2026-01-01,)', 'D', checkViolation],
    ['of no day', '[2026-01-01,2026-01-01)', 'D', checkViolation],
    ['without a certificate', '[2026-01-01,2027-01-01)', '', checkViolation],
    ['that is recorded', '[2026-01-01,2027-01-01)', 'A', uniqueViolation],
  ])('is refused %s', async (_, days, certificate, code) => {
    await refused(record(days, certificate), code);
  });

  it('of another community is refused, and none is changed or deleted', async () => {
    await refused(record('[2026-01-01,2027-01-01)', 'E', arches), permissionDenied);
    await refused(asApp('DELETE FROM meter_verification'), permissionDenied);
    await expect(owner(`UPDATE meter_verification SET certificate = 'Z'`)).rejects.toThrow('append-only');
  });
});

describe('an exchange', () => {
  it('for another device ends what the verification of the old one said; the same device keeps it', async () => {
    const next = (from: string, serial: string) =>
      [
        [
          'UPDATE installation SET period = tstzrange(lower(period), $3) WHERE community_id = $1 AND meter_id = $2 AND upper_inf(period)',
          [market, ids.meter, from],
        ],
        [
          `INSERT INTO installation (community_id, id, meter_id, serial, period) VALUES ($1, $2, $3, $4, tstzrange($5, NULL))`,
          [market, newId(), ids.meter, serial, from],
        ],
      ] as const;
    const after = (serial: string) =>
      database.transactions
        .inCommunity(market, async (tx) => {
          for (const [sql, params] of next('2026-10-01T00:00Z', serial)) await tx.query(sql, [...params]);
          const [row] = await tx.query<{ until: string | null }>(
            'SELECT verified_until AS until FROM meter WHERE id = $1',
            [ids.meter],
          );
          throw new Error(`until ${row?.until}`);
        })
        .catch((error: Error) => error.message);
    expect(await after('SN-1')).toBe('until 2035-12-31');
    expect(await after('SN-2')).toBe('until null');
  });
});

describe('a removal', () => {
  it('says why only where the device is out', async () => {
    const because = `UPDATE installation SET removed_because = 'gone' WHERE community_id = $1 AND id = $2`;
    await refused(asApp(because, [market, ids.device]), checkViolation);
    const out = `UPDATE installation SET period = tstzrange(lower(period), '2026-12-01T00:00Z'), removed_because = 'gone' WHERE community_id = $1 AND id = $2`;
    await asApp(out, [market, ids.device]);
    const { rows } = await owner('SELECT removed_because FROM installation WHERE id = $1', [ids.device]);
    expect(rows).toEqual([{ removed_because: 'gone' }]);
  });
});
