import { newId } from '../../src/platform/ids.js';
import { insertCommunity, type TestDatabase, testDatabase } from '../support/database.js';

/** Sessions, links and mail as PostgreSQL itself keeps them, whatever the application would do. */

const permissionDenied = '42501';
const raisedByTrigger = 'P0001';
const checkViolation = '23514';
const uniqueViolation = '23505';

let database: TestDatabase;
let market: string;
let arches: string;
let tess: string;
let nobody: string;

beforeAll(async () => {
  database = await testDatabase();
  market = await insertCommunity(database, 'market');
  arches = await insertCommunity(database, 'arches');
  tess = await insertPerson(market, 'Tess@hall.example');
  nobody = await insertPerson(market, '');
  await insertPerson(arches, 'tess@hall.example');
});
afterAll(() => database.drop());

async function insertPerson(community: string, email: string): Promise<string> {
  const id = newId();
  await database.owner.query('INSERT INTO person (community_id, id, name, email) VALUES ($1, $2, $3, $4)', [
    community,
    id,
    'Somebody',
    email,
  ]);
  return id;
}

/** In a transaction of a community, as the application; what PostgreSQL refuses is seen as it says it. */
async function asApp<Row = Record<string, unknown>>(
  sql: string,
  params: unknown[] = [],
  community = market,
): Promise<Row[]> {
  const client = await database.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT set_config('app.community_id', $1, true)", [community]);
    await client.query('SET LOCAL ROLE commonmeter_app');
    const { rows } = await client.query(sql, params);
    await client.query('COMMIT');
    return rows as Row[];
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
const asOwner = (sql: string, params: unknown[] = []) => database.owner.query(sql, params);
const refusedBy = (code: string) => ({ code });

const insertSession = async (values: Record<string, string> = {}): Promise<string> => {
  const id = newId();
  const row = {
    ...{
      way: `'link'`,
      began: `'2026-10-01T09:00Z'`,
      expires: `'2026-10-01T21:00Z'`,
      idle: '30',
      hash: 'sha256($2::uuid::text::bytea)',
    },
    ...values,
  };
  await asApp(
    `INSERT INTO session (community_id, id, person_id, secret_hash, way, began_at, expires_at, idle_minutes, last_seen_at)
     VALUES ($1, $2, $3, ${row.hash}, ${row.way}, ${row.began}, ${row.expires}, ${row.idle}, ${row.began})`,
    [market, id, tess],
  );
  return id;
};

describe('a session', () => {
  it.each([
    ['without an end', { expires: `'2026-10-01T09:00Z'` }, checkViolation],
    ['of more than a season', { expires: `'2027-02-01T09:00Z'` }, checkViolation],
    ['that never falls asleep', { idle: '0' }, checkViolation],
    ['begun in a way that we do not know', { way: `'password'` }, checkViolation],
    ['with a secret instead of its hash', { hash: `'secret'` }, checkViolation],
  ])('%s is refused', async (_, values, code) => {
    await expect(insertSession(values as Record<string, string>)).rejects.toMatchObject(refusedBy(code));
  });

  it('is given no more time, no other person and no other silence by the application', async () => {
    const id = await insertSession();
    for (const change of [
      `expires_at = '2026-12-01T09:00Z'`,
      'idle_minutes = 600',
      `person_id = '${nobody}'`,
      `way = 'demo'`,
    ]) {
      await expect(asApp(`UPDATE session SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject(
        refusedBy(permissionDenied),
      );
      await expect(asOwner(`UPDATE session SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject({
        code: raisedByTrigger,
      });
    }
  });

  it('that ended stays so', async () => {
    const id = await insertSession();
    await asApp('UPDATE session SET ended_at = now() WHERE id = $1', [id]);
    for (const change of ['ended_at = NULL', 'last_seen_at = now()', `secret_hash = sha256('another')`])
      await expect(asApp(`UPDATE session SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject(
        refusedBy(raisedByTrigger),
      );
  });

  it.each([
    ['are given', `INSERT INTO role_grant (community_id, id, person_id, role) VALUES ($1, $2, $3, 'auditor')`],
    [
      'are taken away',
      `UPDATE role_grant SET revoked_at = now() WHERE community_id = $1 AND person_id = $3 AND $2::uuid IS NOT NULL`,
    ],
  ])('ends when roles %s, whoever writes them', async (_, sql) => {
    const id = await insertSession();
    await asOwner(sql, [market, newId(), tess]);
    expect(await asApp('SELECT ended_at IS NOT NULL AS over FROM session WHERE id = $1', [id])).toEqual([
      { over: true },
    ]);
  });

  it('is seen by whoever has its secret, and by nobody of another community', async () => {
    const id = await insertSession({ hash: `sha256('known')` });
    const hash = (await asOwner(`SELECT encode(sha256('known'), 'hex') AS hash`)).rows[0].hash as string;
    const seen = await database.transactions.withCredential(hash, async (tx) => ({
      sessions: await tx.query('SELECT id FROM session'),
      people: await tx.query('SELECT id FROM person'),
    }));
    expect(seen).toEqual({ sessions: [{ id }], people: [] });
    expect(await asApp('SELECT id FROM session', [], arches)).toEqual([]);
  });
});

describe('an address', () => {
  it('shows the people who have it, in whatever community, and nothing else', async () => {
    const seen = await database.transactions.withAddress('tess@hall.example', async (tx) => ({
      people: await tx.query<{ community: string }>('SELECT community_id AS community FROM person'),
      roles: await tx.query('SELECT id FROM role_grant'),
      communities: await tx.query('SELECT id FROM community'),
    }));
    expect(seen.people.map(({ community }) => community).sort()).toEqual([market, arches].sort());
    expect([seen.roles, seen.communities]).toEqual([[], []]);
  });

  it('that is none shows nobody, though many have none', async () => {
    expect(await database.transactions.withAddress('', (tx) => tx.query('SELECT id FROM person'))).toEqual([]);
  });

  it('lets nothing be written', async () => {
    const change = database.transactions.withAddress('tess@hall.example', (tx) =>
      tx.query(`UPDATE person SET email = 'evil@hall.example' RETURNING id`),
    );
    expect(await change).toEqual([]);
  });
});

const insertLink = async (values: Record<string, string> = {}): Promise<string> => {
  const id = newId();
  const row = { created: `'2026-10-01T09:00Z'`, expires: `'2026-10-01T09:15Z'`, to: `'/'`, ...values };
  await asApp(
    `INSERT INTO log_in_link (community_id, id, person_id, secret_hash, to_path, created_at, expires_at)
     VALUES ($1, $2, $3, sha256($2::uuid::text::bytea), ${row.to}, ${row.created}, ${row.expires})`,
    [market, id, tess],
  );
  return id;
};

describe('a link', () => {
  it.each([
    ['that lasts for days', { expires: `'2026-10-03T09:00Z'` }],
    ['that leads to another site', { to: `'//evil.example'` }],
    ['that leads to another site by a backslash', { to: `E'/\\\\evil.example'` }],
    ['that leads to no path', { to: `'https://evil.example'` }],
  ])('%s is refused', async (_, values) => {
    await expect(insertLink(values as Record<string, string>)).rejects.toMatchObject(refusedBy(checkViolation));
  });

  it('is used once, in its time, and nothing else of it changes', async () => {
    const id = await insertLink();
    const use = (at: string) => asApp('UPDATE log_in_link SET used_at = $2 WHERE id = $1', [id, at]);
    await expect(use('2026-10-01T09:15Z')).rejects.toMatchObject(refusedBy(checkViolation));
    await use('2026-10-01T09:05Z');
    await expect(use('2026-10-01T09:06Z')).rejects.toMatchObject(refusedBy(raisedByTrigger));
    const again = `UPDATE log_in_link SET used_at = NULL WHERE id = $1`;
    await expect(asApp(again, [id])).rejects.toMatchObject(refusedBy(raisedByTrigger));
    const longer = `UPDATE log_in_link SET expires_at = '2026-10-01T10:00Z' WHERE id = $1`;
    await expect(asApp(longer, [id])).rejects.toMatchObject(refusedBy(permissionDenied));
    await expect(asOwner(longer, [id])).rejects.toMatchObject({ code: raisedByTrigger });
  });
});

describe('the rules of a log-in', () => {
  it('are relaxed in a demo only', async () => {
    const relax = (community: string) =>
      asApp(`INSERT INTO log_in_rules (community_id, second_factor) VALUES ($1, 'relaxed')`, [community], community);
    await expect(relax(market)).rejects.toMatchObject(refusedBy(raisedByTrigger));
    const demo = await insertCommunity(database, 'demo');
    await asOwner('UPDATE community SET demo = true WHERE id = $1', [demo]);
    await relax(demo);
    await asApp('INSERT INTO log_in_rules (community_id) VALUES ($1)', [market]);
    const later = `UPDATE log_in_rules SET second_factor = 'relaxed' WHERE community_id = $1`;
    await expect(asApp(later, [market])).rejects.toMatchObject(refusedBy(raisedByTrigger));
  });
});

describe('a mail', () => {
  const subject = newId();
  const insertMail = (kind: string, messageId: string) =>
    asApp(
      `INSERT INTO mail (community_id, id, kind, subject_id, message_id, recipient, created_at) VALUES ($1, $2, $3, $4, $5, 'a@b.example', now())`,
      [market, newId(), kind, subject, messageId],
    );

  it('is there once for what it is about, and has a name of its own', async () => {
    await insertMail('statement', '<one@hall.example>');
    await expect(insertMail('statement', '<two@hall.example>')).rejects.toMatchObject(refusedBy(uniqueViolation));
    await expect(insertMail('reminder', '<one@hall.example>')).rejects.toMatchObject(refusedBy(uniqueViolation));
  });

  it('is settled once, with its time, and never goes to somebody else', async () => {
    const settle = (to: string) => asApp(`UPDATE mail SET ${to} WHERE community_id = $1`, [market]);
    await expect(settle(`state = 'accepted'`)).rejects.toMatchObject(refusedBy(checkViolation));
    await expect(settle(`recipient = 'evil@b.example'`)).rejects.toMatchObject(refusedBy(permissionDenied));
    await settle(`state = 'accepted', settled_at = now()`);
    await expect(settle(`state = 'waiting', settled_at = NULL`)).rejects.toMatchObject(refusedBy(raisedByTrigger));
  });
});
