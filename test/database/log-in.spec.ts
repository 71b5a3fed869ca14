import { DataSource } from 'typeorm';
import { LogIn1767225600039 } from '../../migrations/1767225600039-log-in.js';
import { SecondFactors1767225600044 } from '../../migrations/1767225600044-second-factors.js';
import { Erasure1767225600050 } from '../../migrations/1767225600050-erasure.js';
import { EraseMembers1767225600051 } from '../../migrations/1767225600051-erase-members.js';
import { EraseCopies1767225600052 } from '../../migrations/1767225600052-erase-copies.js';
import { MailsWait1767225600053 } from '../../migrations/1767225600053-mails-wait.js';
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

  it('is not held back after it was handed over, and goes again as another', async () => {
    const insert = (copy: number, name: string) =>
      asApp(
        `INSERT INTO mail (community_id, id, kind, subject_id, copy, message_id, recipient, created_at, handing_at)
         VALUES ($1, $2, 'statement', $3, $4, $5, 'a@b.example', now(), now())`,
        [market, newId(), subject, copy, name],
      );
    await insert(1, '<again@hall.example>');
    await expect(insert(1, '<twice@hall.example>')).rejects.toMatchObject(refusedBy(uniqueViolation));
    await expect(
      asApp(`UPDATE mail SET state = 'held', settled_at = now() WHERE community_id = $1 AND copy = 1`, [market]),
    ).rejects.toMatchObject(refusedBy(checkViolation));
    // The way back of the migration refuses where a mail went again; it is tried below.
    await asApp('DELETE FROM mail WHERE community_id = $1 AND copy = 1', [market]);
  });
});

describe('second factors', () => {
  const add = (table: string, columns: string, values: string) =>
    asApp(`INSERT INTO ${table} (community_id, ${columns}) VALUES ($1, ${values})`, [market]);
  const passkey = async (values: Record<string, string> = {}): Promise<string> => {
    const id = newId();
    const row = {
      credential: `replace('${id}', '-', '')`,
      key: `sha256('key')`,
      counter: '5',
      hash: `sha256('${id}')`,
      ...values,
    };
    await add(
      'passkey',
      'id, person_id, credential_id, credential_hash, public_key, counter, is_backed_up, name, created_at',
      `'${id}', '${tess}', ${row.credential}, ${row.hash}, ${row.key}, ${row.counter}, false, 'Telephone', now()`,
    );
    return id;
  };

  it.each([
    ['whose name is no name', { credential: `'short'` }, checkViolation],
    ['whose name is in another alphabet', { credential: `'0123456789abcdef+/='` }, checkViolation],
    ['without a key', { key: `''` }, checkViolation],
    ['that counts below zero', { counter: '-1' }, checkViolation],
  ])('know no passkey %s', async (_, values, code) => {
    await expect(passkey(values as Record<string, string>)).rejects.toMatchObject(refusedBy(code));
  });

  it('know a passkey once, in all communities', async () => {
    await passkey({ hash: `sha256('the same')` });
    await expect(passkey({ hash: `sha256('the same')` })).rejects.toMatchObject(refusedBy(uniqueViolation));
  });

  it('never count back, and are given to nobody else', async () => {
    const id = await passkey();
    const change = (to: string) => asApp(`UPDATE passkey SET ${to} WHERE id = $1`, [id]);
    await expect(change('counter = 4')).rejects.toMatchObject(refusedBy(raisedByTrigger));
    await expect(change(`person_id = '${nobody}'`)).rejects.toMatchObject(refusedBy(permissionDenied));
    await expect(asOwner(`UPDATE passkey SET public_key = sha256('mine') WHERE id = $1`, [id])).rejects.toMatchObject({
      code: raisedByTrigger,
    });
    await change('counter = 6');
  });

  it('use each step of an app once, and keep its secret', async () => {
    const columns = 'person_id, sealed_secret, created_at';
    await expect(add('authenticator', columns, `'${tess}', 'in clear', now()`)).rejects.toMatchObject(
      refusedBy(checkViolation),
    );
    await add('authenticator', columns, `'${tess}', decode(repeat('ab', 48), 'hex'), now()`);
    const use = (to: string) => asApp(`UPDATE authenticator SET ${to} WHERE person_id = $1`, [tess]);
    await use('last_step = 10, confirmed_at = now()');
    for (const to of ['last_step = 10', 'last_step = 9', 'last_step = 11, confirmed_at = NULL'])
      await expect(use(to)).rejects.toMatchObject(refusedBy(raisedByTrigger));
    const secret = `sealed_secret = decode(repeat('cd', 48), 'hex'), last_step = 20`;
    await expect(use(secret)).rejects.toMatchObject(refusedBy(permissionDenied));
  });

  it('use a recovery code once, and a challenge once', async () => {
    await add(
      'recovery_code',
      'id, person_id, code_hash, created_at',
      `'${newId()}', '${tess}', sha256('code'), now()`,
    );
    await asApp('UPDATE recovery_code SET used_at = now() WHERE community_id = $1', [market]);
    for (const to of ['now()', 'NULL'])
      await expect(
        asApp(`UPDATE recovery_code SET used_at = ${to} WHERE community_id = $1`, [market]),
      ).rejects.toMatchObject(refusedBy(raisedByTrigger));
    const spend = () => add('spent_challenge', 'challenge_hash, spent_at', `sha256('challenge'), now()`);
    await spend();
    await expect(spend()).rejects.toMatchObject(refusedBy(uniqueViolation));
  });
});

describe('the migrations', () => {
  /** What the catalogue says of all tables and functions. */
  const described = async () =>
    (
      await asOwner(`
        SELECT 'column' AS kind, attrelid::regclass::text AS of, attname AS name, format_type(atttypid, atttypmod) || attnotnull || coalesce(attacl::text, '') AS what
          FROM pg_attribute JOIN pg_class c ON c.oid = attrelid AND c.relnamespace = 'public'::regnamespace WHERE attnum > 0 AND NOT attisdropped
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'policy', polrelid::regclass::text, polname, concat(polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
        UNION ALL SELECT 'table', oid::regclass::text, relname, concat(relkind, relrowsecurity, relforcerowsecurity, relacl) FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'function', proname, proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1, 2, 3, 4`)
    ).rows as unknown[];

  it('go and come back and leave the same', async () => {
    const before = await described();
    expect(before.length).toBeGreaterThan(1000);
    const runner = new DataSource({ type: 'postgres', url: database.url });
    await runner.initialize();
    const q = runner.createQueryRunner();
    try {
      // Erasure is built upon both, so it goes first.
      const steps = [
        new LogIn1767225600039(),
        new SecondFactors1767225600044(),
        new Erasure1767225600050(),
        new EraseMembers1767225600051(),
        new EraseCopies1767225600052(),
        new MailsWait1767225600053(),
      ];
      for (const one of steps.toReversed()) await one.down(q);
      expect((await described()).length).toBeLessThan(before.length);
      for (const one of steps) await one.up(q);
    } finally {
      await q.release();
      await runner.destroy();
    }
    expect(await described()).toEqual(before);
  });
});
