import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** The walls between communities, and the record that nobody can edit, as PostgreSQL itself keeps them. */

const permissionDenied = '42501';
const raisedByTrigger = 'P0001';
const uniqueViolation = '23505';
const checkViolation = '23514';

let database: TestDatabase;
let market: string;
let arches: string;

beforeAll(async () => {
  database = await testDatabase();
  market = await insertCommunity(database, 'market');
  arches = await insertCommunity(database, 'arches');
  for (const community of [market, arches]) await insertSite(community);
});
afterAll(() => database.drop());

const insertSite = (community: string, code = 'HALL') =>
  database.owner.query(
    `INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, $3, 'Hall', 'Europe/London')`,
    [community, newId(), code],
  );

/** What the application may do within a community, in a transaction of its own. */
const asApp = <Row = Record<string, unknown>>(community: string, sql: string, params: unknown[] = []): Promise<Row[]> =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));

/** Runs statements as the owner and undoes them, whatever they did. */
async function undone(...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = await database.owner.connect();
  try {
    await client.query('BEGIN');
    let rows: Record<string, unknown>[] = [];
    for (const sql of statements) rows = (await client.query<Record<string, unknown>>(sql)).rows;
    return rows;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('the wall between communities', () => {
  it('shows nothing where no community is set', async () => {
    const tables = await database.app.query<{ name: string }[]>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
         AND has_table_privilege(c.oid, 'SELECT')`,
    );
    const full = await database.owner.query('SELECT FROM site');
    expect(full.rowCount).toBe(2);
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['community', 'site', 'reading', 'invoice', 'posting']),
    );
    for (const { name } of tables) {
      expect({ name, rows: await database.app.query(`SELECT 1 FROM ${name}`) }).toEqual({ name, rows: [] });
    }
  });

  it("shows a community its own rows and never another's, whatever is asked for", async () => {
    const all = await asApp<{ communityId: string }>(market, 'SELECT community_id AS "communityId" FROM site');
    expect(all).toEqual([{ communityId: market }]);
    expect(await asApp(market, 'SELECT id FROM site WHERE community_id = $1', [arches])).toEqual([]);
    expect(await asApp(market, 'SELECT id FROM community')).toEqual([{ id: market }]);
  });

  it('forgets the community at the end of the transaction, so that the pool leaks none', async () => {
    await asApp(market, 'SELECT 1');
    const rows = await Promise.all(Array.from({ length: 30 }, () => database.app.query('SELECT id FROM site')));
    expect(rows.flat()).toEqual([]);
  });

  it('refuses to write into another community', async () => {
    const insert = `INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'X', 'X', 'Europe/London')`;
    await expect(asApp(market, insert, [arches, newId()])).rejects.toMatchObject({
      driverError: { code: permissionDenied },
    });
  });

  it('refuses to move a row into another community, and does not find the rows there', async () => {
    const moved = asApp(market, 'UPDATE site SET community_id = $1', [arches]);
    await expect(moved).rejects.toMatchObject({ driverError: { code: permissionDenied } });
    const update = `UPDATE site SET name = 'Taken' WHERE community_id = $1 RETURNING id`;
    expect(await asApp(market, update, [arches])).toEqual([]);
    expect(await asApp(market, 'DELETE FROM site WHERE community_id = $1 RETURNING id', [arches])).toEqual([]);
  });

  it('binds the owner of the tables too', async () => {
    const prepare = [
      'CREATE ROLE plain_owner NOSUPERUSER NOBYPASSRLS',
      'ALTER TABLE site OWNER TO plain_owner',
      'SET LOCAL ROLE plain_owner',
    ];
    expect(await undone(...prepare, 'SELECT id FROM site')).toEqual([]);
    const setMarket = `SELECT set_config('app.community_id', '${market}', true)`;
    expect(await undone(...prepare, setMarket, 'SELECT community_id FROM site')).toEqual([{ community_id: market }]);
  });

  it('shows whoever holds a secret the one row of that secret, and no other', async () => {
    const hash = 'ab'.repeat(32);
    await database.owner.query(
      `INSERT INTO access_token (community_id, id, kind, name, prefix, secret_hash)
       VALUES ($1, $2, 'device', 'logger', 'cm_one', decode($3, 'hex')), ($1, $4, 'device', 'other', 'cm_two', decode($5, 'hex'))`,
      [market, newId(), hash, newId(), 'cd'.repeat(32)],
    );
    const seen = await database.transactions.withCredential(hash, async (tx) => ({
      tokens: await tx.query('SELECT prefix FROM access_token'),
      sites: await tx.query('SELECT id FROM site'),
      communities: await tx.query('SELECT id FROM community'),
    }));
    expect(seen).toEqual({ tokens: [{ prefix: 'cm_one' }], sites: [], communities: [] });
    expect(await asApp(arches, 'SELECT prefix FROM access_token')).toEqual([]);
  });

  it('shows the dispatcher the outbox of everybody and nothing else', async () => {
    await asApp(market, `INSERT INTO outbox (id, community_id, topic, key, payload) VALUES ($1, $2, 'a', 'b', '{}')`, [
      newId(),
      market,
    ]);
    const seen = await database.transactions.asDispatcher(async (tx) => ({
      outbox: await tx.query('SELECT community_id AS community FROM outbox'),
      sites: await tx.query('SELECT id FROM site'),
    }));
    expect(seen).toEqual({ outbox: [{ community: market }], sites: [] });
  });
});

describe('the record', () => {
  const entry = `INSERT INTO audit_entry (community_id, id, at, actor_kind, type, subject_kind, subject_id)
    VALUES ($1, $2, now(), 'system', 'site.created', 'site', 'x')`;
  const changes = [`UPDATE audit_entry SET type = 'nothing'`, 'DELETE FROM audit_entry', 'TRUNCATE audit_entry'];

  beforeAll(() => asApp(market, entry, [market, newId()]));

  it.each(changes)('refuses the application: %s', async (sql) => {
    await expect(asApp(market, sql)).rejects.toMatchObject({ driverError: { code: permissionDenied } });
  });

  it.each(changes)('refuses whoever may do everything: %s', async (sql) => {
    await expect(database.owner.query(sql)).rejects.toMatchObject({
      code: raisedByTrigger,
      message: expect.stringContaining('append-only'),
    });
  });

  it('takes no entry in the name of another community', async () => {
    await expect(asApp(market, entry, [arches, newId()])).rejects.toMatchObject({
      driverError: { code: permissionDenied },
    });
  });
});

describe('people and keys', () => {
  const insertPerson = async () => {
    const id = newId();
    await database.owner.query(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Rosa')`, [market, id]);
    return id;
  };
  const grant = (person: string, role: string) =>
    database.owner.query('INSERT INTO role_grant (community_id, id, person_id, role) VALUES ($1, $2, $3, $4)', [
      market,
      newId(),
      person,
      role,
    ]);
  const token = (kind: string, personId: string | null, hash: string) =>
    database.owner.query(
      `INSERT INTO access_token (community_id, id, kind, name, prefix, secret_hash, person_id)
       VALUES ($1, $2, $3, 'n', 'cm_x', decode($4, 'hex'), $5)`,
      [market, newId(), kind, hash, personId],
    );

  it('gives a role once, until it is taken away', async () => {
    const person = await insertPerson();
    await grant(person, 'auditor');
    await expect(grant(person, 'auditor')).rejects.toMatchObject({
      code: uniqueViolation,
      constraint: 'role_grant_once',
    });
    await database.owner.query('UPDATE role_grant SET revoked_at = now() WHERE person_id = $1', [person]);
    await expect(grant(person, 'auditor')).resolves.toMatchObject({ rowCount: 1 });
  });

  it('knows no member without the member that is meant, and no other roles', async () => {
    const person = await insertPerson();
    await expect(grant(person, 'member')).rejects.toMatchObject({ constraint: 'role_grant_member_needs_member' });
    await expect(grant(person, 'device')).rejects.toMatchObject({ code: checkViolation });
  });

  it('keeps a hash of 32 bytes, once, and either of a person or of a device', async () => {
    const person = await insertPerson();
    await expect(token('person', person, 'abcd')).rejects.toMatchObject({ code: checkViolation });
    await expect(token('device', person, '01'.repeat(32))).rejects.toMatchObject({
      constraint: 'access_token_person_or_device',
    });
    await expect(token('person', null, '01'.repeat(32))).rejects.toMatchObject({
      constraint: 'access_token_person_or_device',
    });
    await token('person', person, '02'.repeat(32));
    await expect(token('device', null, '02'.repeat(32))).rejects.toMatchObject({ code: uniqueViolation });
  });
});

describe('the catalogue', () => {
  it('has row-level security on and forced on every table, with a policy that checks what is read and what is written', async () => {
    const open = await database.owner.query(
      `SELECT c.relname FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'migration'
         AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
           SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL))`,
    );
    expect(open.rows).toEqual([]);
  });

  it('has an index behind every foreign key', async () => {
    const bare = await database.owner.query(
      `SELECT k.conrelid::regclass::text AS "table", k.conname AS key FROM pg_constraint k
       WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND NOT EXISTS (
         SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL AND i.indisvalid
           AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey)`,
    );
    expect(bare.rows).toEqual([]);
  });

  it('has the community first in the primary key of every table that belongs to one', async () => {
    const other = await database.owner.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('community_id', 'community_no')
       JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND i.indkey[0] <> a.attnum`,
    );
    expect(other.rows).toEqual([{ name: 'outbox' }]);
  });

  it('has four functions that run with the rights of their owner: one makes a part for a month, and takes only a date; three erase, in the community that is set alone', async () => {
    const definers = await database.owner.query<{ proname: string; source: string }>(
      `SELECT proname, pg_get_function_identity_arguments(oid) AS arguments, proconfig AS config,
              has_function_privilege('public', oid, 'EXECUTE') AS public, prosrc AS source FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY proname`,
    );
    const own = { config: ['search_path=public, pg_temp'], public: false };
    expect(definers.rows.map(({ source: _, ...row }) => row)).toEqual([
      { proname: 'erase_copies', arguments: 'erasure uuid, at timestamp with time zone', ...own },
      { proname: 'erase_member_books', arguments: 'of_member uuid, erasure uuid, at timestamp with time zone', ...own },
      {
        proname: 'erase_member_personal',
        arguments: 'of_member uuid, erasure uuid, at timestamp with time zone',
        ...own,
      },
      { proname: 'make_reading_month', arguments: 'month date', ...own },
    ]);
    // Whatever table one of them changes, it changes where the community is the one that is set.
    for (const { proname, source } of definers.rows.filter((row) => row.proname.startsWith('erase'))) {
      const changes = source.match(/\b(?:UPDATE (?!SKIP)\w+ \w+ SET|DELETE FROM)\b[^;]*/g) ?? [];
      expect([proname, changes.length]).not.toEqual([proname, 0]);
      expect(changes.filter((change) => !/community_id = current_community\(\)/.test(change))).toEqual([]);
    }
  });

  it('has only views that run with the rights of the reader', async () => {
    const views = await database.owner.query<{ invoker: boolean }>(
      `SELECT c.relkind = 'v' AND coalesce('security_invoker=true' = ANY (c.reloptions), false) AS invoker
       FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')`,
    );
    expect(views.rows.length).toBeGreaterThan(0);
    expect(views.rows.every(({ invoker }) => invoker)).toBe(true);
  });

  it('gives the application a role that owns nothing, passes no wall and can empty no table', async () => {
    const [role] = await database.app.query<Record<string, unknown>[]>(
      `SELECT current_user AS name, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
              (SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owns,
              (SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                 AND has_table_privilege(r.oid, c.oid, 'TRUNCATE')) AS empties
       FROM pg_roles r WHERE rolname = current_user`,
    );
    expect(role).toEqual({
      name: 'commonmeter_app',
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      owns: '0',
      empties: '0',
    });
  });
});
