import { AssertionFailed, DomainError } from '../../src/domain/errors.js';
import { checkDatabase } from '../../src/platform/database/check.js';
import { newId } from '../../src/platform/ids.js';
import type { Tx } from '../../src/platform/database/transactions.js';
import { insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;
let arches: string;
let market: string;

beforeAll(async () => {
  db = await testDatabase();
  arches = await insertCommunity(db, 'arches');
  market = await insertCommunity(db, 'market');
});
afterAll(() => db.drop());

const addPerson = (tx: Tx, communityId: string, name: string) =>
  tx.query<{ id: string }>('INSERT INTO person (community_id, id, name) VALUES ($1, $2, $3) RETURNING id', [
    communityId,
    newId(),
    name,
  ]);
const names = (tx: Tx) =>
  tx.query<{ name: string }>('SELECT name FROM person ORDER BY name').then((rows) => rows.map((row) => row.name));
const openConnections = async () => {
  const { rows } = await db.owner.query<{ n: string }>(
    "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
  );
  return rows[0]?.n;
};

describe('the walls between communities', () => {
  it('shows the rows of the community that is set, and no others', async () => {
    await db.transactions.inCommunity(arches, (tx) => addPerson(tx, arches, 'Ada'));
    await db.transactions.inCommunity(market, (tx) => addPerson(tx, market, 'Ben'));
    expect(await db.transactions.inCommunity(arches, names)).toEqual(['Ada']);
    expect(await db.transactions.inCommunity(market, names)).toEqual(['Ben']);
  });

  it('shows nothing where no community is set, also on a connection that served one before', async () => {
    for (let i = 0; i < 30; i += 1) expect(await db.app.query('SELECT * FROM person')).toEqual([]);
  });

  it('refuses a row of another community', async () => {
    await expect(db.transactions.inCommunity(arches, (tx) => addPerson(tx, market, 'Eve'))).rejects.toThrow(
      /row-level security/,
    );
  });

  it('shows the outbox of all to the dispatcher, and to it nothing else', async () => {
    expect(await db.transactions.asDispatcher(names)).toEqual([]);
    for (const id of [arches, market]) {
      await db.transactions.inCommunity(id, (tx) =>
        tx.query("INSERT INTO outbox (id, community_id, topic, key, payload) VALUES ($1, $2, 'walls', 'one', '{}')", [
          newId(),
          id,
        ]),
      );
    }
    const seen = await db.transactions.asDispatcher((tx) => tx.query("SELECT id FROM outbox WHERE topic = 'walls'"));
    expect(seen).toHaveLength(2);
  });

  it('finds itself in order', async () => {
    expect((await checkDatabase(db.app)).filter((line) => !line.ok)).toEqual([]);
  });
});

describe('a snapshot', () => {
  it('sees one community as it stands at one instant', async () => {
    await db.transactions.inSnapshot(arches, async (tx) => {
      const before = await names(tx);
      await db.owner.query('INSERT INTO person (community_id, id, name) VALUES ($1, $2, $3)', [
        arches,
        newId(),
        'Late',
      ]);
      expect(await names(tx)).toEqual(before);
    });
    expect(await db.transactions.inSnapshot(arches, names)).toContain('Late');
    expect(await db.transactions.inSnapshot(market, names)).not.toContain('Late');
  });

  it('has every write refused by the database, and joins nothing that writes', async () => {
    await expect(db.transactions.inSnapshot(arches, (tx) => addPerson(tx, arches, 'Eve'))).rejects.toThrow(
      /read-only transaction/,
    );
    const joining = db.transactions.inCommunity(arches, () => db.transactions.inSnapshot(arches, names));
    await expect(joining).rejects.toThrow(AssertionFailed);
    expect(await openConnections()).toBe('0');
  });
});

describe('a transaction', () => {
  it('is joined by a service called within it', async () => {
    const together = db.transactions.inCommunity(arches, async () => {
      await db.transactions.inCommunity(arches, (tx) => addPerson(tx, arches, 'Joined'));
      throw new DomainError('conflict', 'The outer work fails.');
    });
    await expect(together).rejects.toThrow('The outer work fails.');
    expect(await db.transactions.inCommunity(arches, names)).not.toContain('Joined');
  });

  it('never works for another community', async () => {
    const crossing = db.transactions.inCommunity(arches, () => db.transactions.inCommunity(market, names));
    await expect(crossing).rejects.toThrow(AssertionFailed);
  });

  it('runs what waits for the commit after it, and not where it failed', async () => {
    const seen: string[] = [];
    await db.transactions.inCommunity(arches, async (tx) => {
      tx.afterCommit(() => seen.push('after'));
      seen.push('within');
    });
    const failing = db.transactions.inCommunity(arches, async (tx) => {
      tx.afterCommit(() => seen.push('never'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(seen).toEqual(['within', 'after']);
  });

  it('undoes an undoable part alone', async () => {
    await db.transactions.inCommunity(arches, async (tx) => {
      await addPerson(tx, arches, 'Kept');
      const part = tx.undoable(async () => {
        await addPerson(tx, arches, 'Undone');
        await tx.query('SELECT 1/0');
      });
      await expect(part).rejects.toThrow();
    });
    const all = await db.transactions.inCommunity(arches, names);
    expect(all).toContain('Kept');
    expect(all).not.toContain('Undone');
  });

  it('is repeated when a deadlock undid it', async () => {
    const [one, two] = await db.transactions.inCommunity(arches, async (tx) => [
      (await addPerson(tx, arches, 'First'))[0]?.id,
      (await addPerson(tx, arches, 'Second'))[0]?.id,
    ]);
    let runs = 0;
    let bothHold: () => void = () => undefined;
    const holding = new Promise<void>((resolve) => (bothHold = resolve));
    let holders = 0;
    const lockBoth = (first: unknown, second: unknown) =>
      db.transactions.inCommunity(arches, async (tx) => {
        runs += 1;
        await tx.query('SELECT 1 FROM person WHERE id = $1 FOR UPDATE', [first]);
        holders += 1;
        if (holders === 2) bothHold();
        await holding;
        await tx.query('SELECT 1 FROM person WHERE id = $1 FOR UPDATE', [second]);
      });
    await Promise.all([lockBoth(one, two), lockBoth(two, one)]);
    expect(runs).toBe(3);
  });

  it('leaves no connection behind, whatever happened', async () => {
    expect(await openConnections()).toBe('0');
  });
});

describe('refusals of the database', () => {
  it('speak with the codes of the domain and never quote a row', async () => {
    const twice = db.transactions.inCommunity(arches, async (tx) => {
      const id = newId();
      const insert = () =>
        tx.query("INSERT INTO person (community_id, id, name) VALUES ($1, $2, 'Dora')", [arches, id]);
      await insert();
      await insert();
    });
    const refusal: unknown = await twice.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({ code: 'already-exists' });
    expect(String(refusal)).not.toContain(arches);
  });

  it('carry the code that a trigger of ours gives', async () => {
    const change = db.transactions.inCommunity(arches, async (tx) => {
      await tx.query(
        `INSERT INTO audit_entry (community_id, id, at, actor_kind, type, subject_kind, subject_id)
         VALUES ($1, $2, now(), 'system', 'test', 'test', 'test')`,
        [arches, newId()],
      );
    });
    await change;
    const edit = db.owner.query("UPDATE audit_entry SET type = 'edited'");
    await expect(edit).rejects.toThrow(/append-only/);
  });

  it('give way after the lock timeout with a code that invites to try again', async () => {
    await db.transactions.inCommunity(arches, (tx) => addPerson(tx, arches, 'Locked'));
    const holder = await db.owner.connect();
    await holder.query("BEGIN; UPDATE person SET email = 'x' WHERE name = 'Locked'");
    const waiting = db.transactions.inCommunity(arches, (tx) =>
      tx.query("UPDATE person SET email = 'y' WHERE name = 'Locked'"),
    );
    await expect(waiting).rejects.toMatchObject({ code: 'too-busy' });
    await holder.query('ROLLBACK');
    holder.release();
  });
});

describe('values', () => {
  it('arrive as the texts of the domain, without a float or a Date on the way', async () => {
    const [row] = await db.app.query<Record<string, unknown>[]>(
      `SELECT 12345678901.123456::numeric AS n, 9007199254740993::bigint AS i, timestamptz '2026-10-25 01:30:00.120+01' AS at,
              timestamptz '2026-10-25 00:30:00+00' AS whole, timestamptz '2026-10-25 00:30:00.000999+00' AS micro,
              date '2026-10-25' AS d, daterange('2026-10-01', '2026-11-01') AS days, daterange('2026-10-01', NULL) AS open`,
    );
    expect(row).toEqual({
      n: '12345678901.123456',
      i: '9007199254740993',
      at: '2026-10-25T00:30:00.12Z',
      whole: '2026-10-25T00:30:00Z',
      micro: '2026-10-25T00:30:00Z',
      d: '2026-10-25',
      days: { from: '2026-10-01', to: '2026-11-01' },
      open: { from: '2026-10-01', to: null },
    });
  });
});
