import { checkUse } from '../../src/modules/intake/imports/may-undo.js';
import { newId } from '../../src/platform/ids.js';
import { insertCommunity, makeMonths, type TestDatabase, testDatabase } from '../support/database.js';

/** What the database itself says to imports: whole files stay, counts add up, and a reading goes only with a batch that was undone. */

let database: TestDatabase;
let market: string;
let arches: string;
let person: string;
let site: string;

const owner = (sql: string, params: unknown[] = []) => database.owner.query(sql, params);
const asApp = <Row>(sql: string, params: unknown[] = [], community = market) =>
  database.transactions.inCommunity(community, (tx) => tx.query<Row>(sql, params));

beforeAll(async () => {
  database = await testDatabase();
  await makeMonths(database, '2026-09-01', '2026-11-30');
  market = await insertCommunity(database, 'market');
  arches = await insertCommunity(database, 'arches');
  [person, site] = [newId(), newId()];
  await asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Tess')`, [market, person]);
  await asApp(`INSERT INTO site (community_id, id, code, name, zone) VALUES ($1, $2, 'OMH', 'Hall', 'Europe/London')`, [
    market,
    site,
  ]);
  await asApp(
    `INSERT INTO community_policy (community_id, id, name, days, terms, decision)
     VALUES ($1, $2, 'readings', '[2000-01-01,)', '{"futureMinutes": 5, "maxInterpolationHours": 48}', 'at first')`,
    [market, newId()],
  );
});
afterAll(() => database.drop());

let made = 0;
async function register(kind: 'cumulative' | 'interval'): Promise<number> {
  made += 1;
  const meter = newId();
  await asApp(
    `INSERT INTO meter (community_id, id, site_id, code, name, role) VALUES ($1, $2, $3, $4, 'Shop', 'sub')`,
    [market, meter, site, `SHOP-${made}`],
  );
  const [row] = await asApp<{ no: number }>(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit, interval_minutes) VALUES ($1, $2, $3, 'import', $4, 'kWh', $5) RETURNING no`,
    [market, newId(), meter, kind, kind === 'interval' ? 60 : null],
  );
  return row!.no;
}

async function batch(): Promise<string> {
  const [row] = await asApp<{ no: string }>(
    `INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items) VALUES ($1, 'file', 'system', now(), 1) RETURNING no`,
    [market],
  );
  return row!.no;
}

const read = (no: number, at: string, batchNo: string, until: string | null = null) =>
  asApp(
    `INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
     SELECT no, $2::int, $3::timestamptz, $4::timestamptz, $5::bigint, 'actual', 100 FROM community WHERE id = $1`,
    [market, no, at, until, batchNo],
  );

async function file(): Promise<string> {
  const id = newId();
  await asApp(
    `INSERT INTO import_file (community_id, id, sha256, bytes, begun_at) VALUES ($1, $2::uuid, sha256($2::text::bytea), 8, now())`,
    [market, id],
  );
  return id;
}

/** An import of one batch, with a reading at each of some instants. */
async function imported(
  no: number,
  ...at: readonly (string | readonly [string, string])[]
): Promise<{ id: string; batchNo: string }> {
  const [id, batchNo] = [newId(), await batch()];
  await asApp(
    `INSERT INTO reading_import (community_id, id, file_id, asked_format, dry_run, actor_kind, received_at, state, format, items, items_taken, created)
     VALUES ($1, $2, $3, 'auto', false, 'system', now(), 'done', 'CSV', $4, $4, $4)`,
    [market, id, await file(), at.length],
  );
  await asApp(
    'INSERT INTO import_batch (community_id, batch_no, import_id, first_item, last_item) VALUES ($1, $2, $3, 1, $4)',
    [...[market, batchNo, id, at.length]],
  );
  const from = at.map((one) => (typeof one === 'string' ? one : one[0])).sort();
  await asApp(
    'INSERT INTO import_register (community_id, import_id, register_no, from_at, to_at) VALUES ($1, $2, $3, $4, $5)',
    [...[market, id, no, from[0], from.at(-1)]],
  );
  for (const one of at) await (typeof one === 'string' ? read(no, one, batchNo) : read(no, one[0], batchNo, one[1]));
  return { id, batchNo };
}

async function undone({ id, batchNo }: { id: string; batchNo: string }): Promise<void> {
  await asApp(
    `INSERT INTO import_undoing (community_id, import_id, reason, undone_by, undone_at) VALUES ($1, $2, 'Wrong file', $3, now())`,
    [market, id, person],
  );
  await asApp('INSERT INTO undone_batch (community_id, batch_no, import_id) VALUES ($1, $2, $3)', [
    market,
    batchNo,
    id,
  ]);
}

describe('a reading of a file', () => {
  it('goes when its batch was undone, and no other does', async () => {
    const no = await register('cumulative');
    const [gone, stays] = [await imported(no, '2026-10-01T00:00:00Z'), await imported(no, '2026-10-02T00:00:00Z')];
    const remove = () => asApp('DELETE FROM reading WHERE register_no = $1', [no]);
    await expect(remove()).rejects.toThrow(/never changed or deleted/);
    await undone(gone);
    await expect(remove()).rejects.toThrow(/never changed or deleted/);
    await asApp('DELETE FROM reading WHERE register_no = $1 AND batch_no = $2', [no, gone.batchNo]);
    expect(await asApp('SELECT batch_no FROM reading WHERE register_no = $1', [no])).toEqual([
      { batch_no: stays.batchNo },
    ]);
  });

  it('is not changed even then, and not by whoever forgets to say for which community', async () => {
    const no = await register('cumulative');
    const gone = await imported(no, '2026-10-01T00:00:00Z');
    await undone(gone);
    await expect(owner('UPDATE reading SET value = 1 WHERE register_no = $1', [no])).rejects.toThrow(
      /never changed or deleted/,
    );
    await expect(owner('DELETE FROM reading WHERE register_no = $1', [no])).rejects.toThrow(/never changed or deleted/);
    await asApp('DELETE FROM reading WHERE register_no = $1', [no], arches);
    expect(await asApp('SELECT 1 AS one FROM reading WHERE register_no = $1', [no])).toHaveLength(1);
  });

  it('stays where its batch is named that came with no file', async () => {
    const [no, pushed] = [await register('cumulative'), await batch()];
    await read(no, '2026-10-01T00:00:00Z', pushed);
    const { id } = await imported(no, '2026-10-02T00:00:00Z');
    await expect(undone({ id, batchNo: pushed })).rejects.toThrow(/does not exist|foreign key/);
  });

  it.each(['import_undoing', 'undone_batch', 'import_batch', 'import_repeat', 'import_mapping'])(
    'is vouched for by %s, which is never changed',
    async (table) => {
      const no = await register('cumulative');
      await undone(await imported(no, '2026-10-01T00:00:00Z'));
      if (table === 'import_mapping')
        await asApp(`INSERT INTO import_mapping VALUES ($1, 'm', 1, '{}', $2, now())`, [market, person]);
      if (table === 'import_repeat')
        await asApp(`INSERT INTO import_repeat VALUES ($1, $2, now(), sha256('x'), '{}', $3)`, [
          market,
          no,
          await batch(),
        ]);
      await expect(owner(`UPDATE ${table} SET community_id = community_id`)).rejects.toThrow(/append-only/);
      await expect(owner(`DELETE FROM ${table}`)).rejects.toThrow(/append-only|foreign key/);
      await expect(owner(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(/append-only/);
    },
  );
});

describe('a file', () => {
  it('takes pieces until it is whole, and then stays as it is', async () => {
    const id = newId();
    await asApp('INSERT INTO import_file (community_id, id, begun_at) VALUES ($1, $2, now())', [market, id]);
    const piece = (no: number) => asApp(`INSERT INTO import_piece VALUES ($1, $2, $3, 'abc')`, [market, id, no]);
    await piece(0);
    await asApp(`UPDATE import_file SET sha256 = sha256('abc'), bytes = 3 WHERE id = $1`, [id]);
    for (const sql of [
      `UPDATE import_file SET bytes = 4 WHERE id = '${id}'`,
      `DELETE FROM import_file WHERE id = '${id}'`,
      `UPDATE import_piece SET content = 'abd' WHERE file_id = '${id}'`,
      `DELETE FROM import_piece WHERE file_id = '${id}'`,
    ])
      await expect(asApp(sql)).rejects.toThrow(/is never changed or deleted/i);
    await expect(piece(1)).rejects.toThrow(/is never changed or deleted/i);
    await expect(owner('TRUNCATE import_piece')).rejects.toThrow(/append-only/);
  });

  it('that never became whole may go', async () => {
    const id = newId();
    await asApp('INSERT INTO import_file (community_id, id, begun_at) VALUES ($1, $2, now())', [market, id]);
    await asApp(`INSERT INTO import_piece VALUES ($1, $2, 0, 'abc')`, [market, id]);
    await asApp('DELETE FROM import_piece WHERE file_id = $1', [id]);
    await asApp('DELETE FROM import_file WHERE id = $1', [id]);
    expect(await asApp('SELECT 1 AS one FROM import_file WHERE id = $1', [id])).toEqual([]);
  });

  it('is kept once', async () => {
    const same = (id: string) =>
      asApp(
        `INSERT INTO import_file (community_id, id, sha256, bytes, begun_at) VALUES ($1, $2, sha256('same'), 4, now())`,
        [market, id],
      );
    await same(newId());
    await expect(same(newId())).rejects.toThrow(/one of these already/);
  });

  it('has no piece of more than a megabyte', async () => {
    const id = newId();
    await asApp('INSERT INTO import_file (community_id, id, begun_at) VALUES ($1, $2, now())', [market, id]);
    await expect(
      asApp('INSERT INTO import_piece VALUES ($1, $2, 0, $3)', [market, id, Buffer.alloc(1_048_577)]),
    ).rejects.toThrow(/outside of what can be stored/);
  });
});

describe('an import', () => {
  const change = (id: string, sets: string) => asApp(`UPDATE reading_import SET ${sets} WHERE id = $1`, [id]);

  it.each([
    ['has counts that come to what was taken', 'created = created + 1'],
    ['has taken no more than there is', 'items_taken = 2, created = 2'],
    ['is done when all of it was taken', 'items_taken = 0, created = 0'],
    ['says why it failed', `state = 'failed'`],
  ])('%s', async (_, sets) => {
    const { id } = await imported(await register('cumulative'), '2026-10-01T00:00:00Z');
    await expect(change(id, sets)).rejects.toThrow(/outside of what can be stored|cannot become/i);
  });

  it('is never deleted, and does not come back', async () => {
    const { id } = await imported(await register('cumulative'), '2026-10-01T00:00:00Z');
    await expect(asApp('DELETE FROM reading_import WHERE id = $1', [id])).rejects.toThrow(/undone, never deleted/);
    await change(id, `state = 'undone'`);
    for (const state of ['received', 'reading', 'done', 'undoing'])
      await expect(change(id, `state = '${state}'`)).rejects.toThrow(/cannot become/);
  });

  it('has no two batches that begin with the same item', async () => {
    const { id } = await imported(await register('cumulative'), '2026-10-01T00:00:00Z');
    await expect(
      asApp(
        'INSERT INTO import_batch (community_id, batch_no, import_id, first_item, last_item) VALUES ($1, $2, $3, 1, 1)',
        [...[market, await batch(), id]],
      ),
    ).rejects.toThrow(/one of these already/);
  });

  it('keeps ten thousand problems and no more', async () => {
    const { id } = await imported(await register('cumulative'), '2026-10-01T00:00:00Z');
    const problem = (no: number) =>
      asApp(
        `INSERT INTO import_problem (community_id, import_id, no, severity, line, detail, remedy) VALUES ($1, $2, $3, 'note', 1, 'odd', 'look')`,
        [market, id, no],
      );
    await problem(10_000);
    await expect(problem(10_001)).rejects.toThrow(/outside of what can be stored/);
  });
});

describe('a reading in an issued run', () => {
  beforeAll(async () => {
    const approver = newId();
    await asApp(`INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Amir')`, [market, approver]);
    const run = newId();
    await asApp(
      `INSERT INTO billing_run (community_id, id, site_id, days, currency, status, created_by, created_at, input_hash, proposed_by, proposed_at,
         approved_by, approved_at, issued_by, issued_at)
       VALUES ($1, $2, $3, '[2026-10-01,2026-11-01)', 'GBP', 'issued', $4, now(), sha256('x'), $4, now(), $5, now(), $4, now())`,
      [market, run, site, person, approver],
    );
  });
  const check = ({ id }: { id: string }) => database.transactions.inCommunity(market, (tx) => checkUse(tx, id));

  // October in London: from 30 September 23:00 to 1 November 00:00 UTC.
  it.each([
    ['in the middle of it', '2026-10-15T00:00:00Z', true],
    ['at its first instant', '2026-09-30T23:00:00Z', true],
    ['at its last instant', '2026-11-01T00:00:00Z', true],
    ['two days after it, from which its end was estimated', '2026-11-03T00:00:00Z', true],
    ['longer after it than anything is estimated over', '2026-11-03T00:00:01Z', false],
    ['two days before it', '2026-09-28T23:00:00Z', true],
    ['long before it', '2026-09-20T00:00:00Z', false],
  ])('of a display, %s', async (_, at, isIn) => {
    const given = await imported(await register('cumulative'), at);
    if (isIn) await expect(check(given)).rejects.toThrow('were billed in the run of OMH from 2026-10-01 to 2026-11-01');
    else await expect(check(given)).resolves.toBeUndefined();
  });

  it('of a display beyond the edge is not in it, where the display was read just at the edge', async () => {
    const no = await register('cumulative');
    await read(no, '2026-11-01T00:00:00Z', await batch());
    await expect(check(await imported(no, '2026-11-01T12:00:00Z'))).resolves.toBeUndefined();
  });

  it.each([
    ['that ends where it begins', '2026-09-30T22:00:00Z', '2026-09-30T23:00:00Z', false],
    ['that begins where it begins', '2026-09-30T23:00:00Z', '2026-10-01T00:00:00Z', true],
    ['that begins before and ends in it', '2026-09-30T22:30:00Z', '2026-09-30T23:30:00Z', true],
    ['that begins where it ends', '2026-11-01T00:00:00Z', '2026-11-01T01:00:00Z', false],
  ])('of an interval %s', async (_, from, to, isIn) => {
    const given = await imported(await register('interval'), [from, to]);
    if (isIn) await expect(check(given)).rejects.toThrow('were billed');
    else await expect(check(given)).resolves.toBeUndefined();
  });
});

describe('tables of imports', () => {
  it('have an index behind every foreign key', async () => {
    const { rows } = await owner(`
      SELECT c.conrelid::regclass::text AS tab, c.conname AS name FROM pg_constraint c
      WHERE c.contype = 'f' AND (c.conrelid::regclass::text LIKE 'import\\_%' OR c.conrelid::regclass::text IN ('reading_import', 'undone_batch'))
        AND c.confrelid <> 'community'::regclass
        AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
          AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey AND c.conkey @> (i.indkey::int2[])[0:cardinality(c.conkey) - 1])`);
    expect(rows).toEqual([]);
  });
});
