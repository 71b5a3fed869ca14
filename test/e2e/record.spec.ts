import { readCheckpoint } from '../../src/domain/proof/checkpoint.js';
import { entryLeaf } from '../../src/domain/proof/entry.js';
import { isConsistent, isIncluded } from '../../src/domain/proof/merkle.js';
import { isSignedBy, readKey, readNote } from '../../src/domain/proof/note.js';
import { checkRecord } from '../../src/modules/proofs/check-record.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { Transactions, type Tx } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, hourly, issued, type Market } from './billing-market.js';

/** The record of a market: everything that was written down is in it, provably, and nothing of it can be rewritten unseen. */

let service: InProcess;
let market: Market;
let record: RecordService;

const get = async (path: string, token = market.rosa) => (await market.ask('GET', path, undefined, token)).body;
const head = () => get('log/head');
const upToDate = () => record.bringUpToDate(market.communityId);
const inMarket = <T>(work: (tx: Tx) => Promise<T>) =>
  service.app.get(Transactions).inCommunity(market.communityId, work);
/** As who owns the server, past triggers and policies: the one against whom no constraint helps. */
async function asIntruder(sql: string, params: unknown[] = []): Promise<void> {
  const client = await service.database.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL session_replication_role = replica`);
    await client.query(`SELECT set_config('app.community_id', $1, true)`, [market.communityId]);
    const { rowCount } = await client.query(sql, params);
    expect(rowCount).toBeGreaterThan(0);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

beforeAll(async () => {
  service = await inProcess();
  market = await foundMarket(service);
  record = service.app.get(RecordService);
  await issued(market, await calculated(market));
}, 120_000);
afterAll(() => service.close());

describe('the record', () => {
  it('holds all that was written down, in a head that anybody can check with the key', async () => {
    expect((await head()).head).toBeNull();
    await upToDate();
    const { head: first, key, entries, alarms } = await head();
    const note = readNote(first.note);
    expect(isSignedBy(note, readKey(key))).toBe(true);
    expect(readCheckpoint(note.text)).toEqual({
      origin: 'market.commonmeter/record',
      size: entries,
      root: first.root,
    });
    expect(alarms).toEqual([]);
    const types = await inMarket((tx) =>
      tx.query<{ type: string }>('SELECT DISTINCT type FROM record_entry WHERE community_id = current_community()'),
    );
    const expected = ['readings', 'supplier-bill', 'billing-run', 'invoice', 'tariff.version', 'key.version'];
    expect(types.map(({ type }) => type)).toEqual(
      expect.arrayContaining([...expected, 'occupancy.created', 'billing-run.approved']),
    );
    const [{ unsealed }] = (await inMarket((tx) =>
      tx.query(
        `SELECT count(*)::int AS unsealed FROM reading_batch b WHERE community_id = current_community()
         AND NOT EXISTS (SELECT FROM record_batch r WHERE r.community_id = b.community_id AND r.batch_no = b.no)`,
      ),
    )) as [{ unsealed: number }];
    expect(unsealed).toBe(0);
  });

  it('says nothing of what was recorded', async () => {
    const [row] = await inMarket((tx) =>
      tx.query<{ all: string }>(
        `SELECT string_agg(e::text, ' ') AS all FROM record_entry e WHERE community_id = current_community()`,
      ),
    );
    for (const word of ['ROSA', 'Northgrid', '495.38', 'General meeting']) expect(row?.all).not.toContain(word);
  });

  it('proves of each entry that it is there, and of nothing else', async () => {
    const { head: now } = await head();
    const ids = await inMarket((tx) =>
      tx.query<{ id: string }>('SELECT id FROM record_entry WHERE community_id = current_community() ORDER BY idx'),
    );
    for (const { id } of ids) {
      const { entry, note, proof } = await get(`log/proof/inclusion/${id}`);
      const { size, root } = readCheckpoint(readNote(note).text);
      const leaf = entryLeaf(entry);
      expect([size, root]).toEqual([now.size, now.root]);
      expect(isIncluded(leaf, entry.index, size, proof, root)).toBe(true);
      expect(isIncluded(entryLeaf({ ...entry, type: 'x' }), entry.index, size, proof, root)).toBe(false);
    }
    const unknown = await market.ask('GET', `log/proof/inclusion/${market.communityId}`, undefined, market.rosa);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not-found']);
  });

  it('signs nothing new where nothing was written', async () => {
    const before = await head();
    await upToDate();
    expect(await head()).toEqual(before);
  });

  it('grows, and proves that it begins with what it was', async () => {
    const { head: before } = await head();
    await market.ask('POST', 'members', { code: 'NOVA', name: 'Nova', trade: 'tailor' });
    await market.ask('POST', 'readings', {
      readings: hourly('M1', 1000, '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'),
    });
    await upToDate();
    const { head: after } = await head();
    expect(after.size).toBe(before.size + 2);
    const { proof } = await get(`log/proof/consistency?first=${before.size}&second=${after.size}`);
    expect(isConsistent(before.size, after.size, before.root, after.root, proof)).toBe(true);
    const tooLong = await market.ask('GET', 'log/proof/consistency?first=1&second=999999', undefined, market.rosa);
    expect(tooLong.status).toBe(404);
    expect((await market.ask('GET', 'log/proof/consistency?first=0&second=1', undefined, market.rosa)).status).toBe(
      400,
    );
  });

  it('takes in everything once where two bring it up to date at the same time', async () => {
    for (let i = 0; i < 5; i += 1) await market.ask('POST', 'members', { code: `TWO${i}`, name: 'N', trade: 'tailor' });
    const { head: before } = await head();
    await Promise.all([upToDate(), upToDate(), upToDate()]);
    expect((await head()).head.size).toBe(before.size + 5);
    expect(await inMarket((tx) => checkRecord(tx, 1))).toMatchObject({ differences: [] });
  });

  it('takes in what is committed late, though it was written early', async () => {
    const slow = await service.database.owner.connect();
    await slow.query('BEGIN');
    await slow.query(`SELECT set_config('app.community_id', $1, true)`, [market.communityId]);
    const [row] = (
      await slow.query<{ no: string }>(
        `INSERT INTO reading_batch (community_id, source, actor_kind, received_at, items) VALUES ($1, 'late', 'system', now(), 0) RETURNING no`,
        [market.communityId],
      )
    ).rows;
    await market.ask('POST', 'readings', {
      readings: hourly('M2', 2000, '2026-11-01T00:00:00Z', '2026-11-01T01:00:00Z'),
    });
    await upToDate();
    await slow.query('COMMIT');
    slow.release();
    await upToDate();
    const sealed = await inMarket((tx) =>
      tx.query('SELECT 1 FROM record_batch WHERE community_id = current_community() AND batch_no = $1', [row?.no]),
    );
    expect(sealed).toHaveLength(1);
  });
});

describe('a crash of the sequencer', () => {
  it('at any of its statements leaves one history', async () => {
    const transactions = service.app.get(Transactions);
    const whole = transactions.inCommunity.bind(transactions);
    let left = 0;
    const spy = jest.spyOn(transactions, 'inCommunity').mockImplementation((community, work) =>
      whole(community, (tx) =>
        work({
          ...tx,
          query: (sql: string, params?: readonly unknown[]) => {
            left -= 1;
            if (left === 0) throw new Error('killed here');
            return tx.query(sql, params);
          },
        }),
      ),
    );
    const sizes: number[] = [];
    try {
      for (let statement = 1; ; statement += 1) {
        left = -1;
        await market.ask('POST', 'members', { code: `C${statement}`, name: 'N', trade: 'tailor' });
        await market.ask('POST', 'readings', {
          readings: hourly('M1', 1000, '2026-11-03T00:00:00Z', '2026-11-03T01:00:00Z'),
        });
        left = statement;
        const died = await upToDate().then(
          () => false,
          (error: Error) => error.message === 'killed here',
        );
        left = -1;
        const { head: now } = await head();
        sizes.push(now.size);
        if (!died) break;
      }
    } finally {
      spy.mockRestore();
    }
    expect(sizes.length).toBeGreaterThan(15);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    await upToDate();
    const { head: now, entries, alarms } = await head();
    expect([now.size, alarms]).toEqual([entries, []]);
    expect(await inMarket((tx) => checkRecord(tx, 1))).toEqual({ root: now.root, differences: [] });
    for (const size of new Set(sizes)) {
      const { proof } = await get(`log/proof/consistency?first=${size}&second=${now.size}`);
      const [before] = await inMarket((tx) =>
        tx.query<{ root: string }>(
          `SELECT encode(root, 'hex') AS root FROM record_head WHERE community_id = current_community() AND size = $1`,
          [size],
        ),
      );
      expect(isConsistent(size, now.size, before?.root ?? '', now.root, proof)).toBe(true);
    }
  }, 120_000);
});

describe('a row that was rewritten past all constraints', () => {
  /** Another type, with the leaf that the check asks for. */
  const entryAs = (type: string) => `type = '${type}', leaf = sha256('\\x00'::bytea || convert_to(
    '{"at":"' || at || '","c":"' || encode(commitment, 'hex') || '","id":"' || id || '","type":"' || '${type}' || '","v":1}', 'UTF8'))`;
  const cases: readonly (readonly [what: string, rewrite: string, back: string, kind: string])[] = [
    [
      'a decision',
      `UPDATE audit_entry SET data = data || '{"reason": "x"}' WHERE id = (SELECT min(id::text)::uuid FROM audit_entry WHERE community_id = current_community())`,
      `UPDATE audit_entry SET data = data - 'reason' WHERE id = (SELECT min(id::text)::uuid FROM audit_entry WHERE community_id = current_community())`,
      'fact-changed',
    ],
    [
      'a price',
      `UPDATE tariff_version SET terms = replace(terms::text, '"0.10"', '"0.11"')::jsonb WHERE community_id = current_community()`,
      `UPDATE tariff_version SET terms = replace(terms::text, '"0.11"', '"0.10"')::jsonb WHERE community_id = current_community()`,
      'fact-changed',
    ],
    [
      'a component of a supplier bill',
      `UPDATE supplier_bill_component SET price = 0.21 WHERE community_id = current_community() AND no = 1`,
      `UPDATE supplier_bill_component SET price = 0.20 WHERE community_id = current_community() AND no = 1`,
      'fact-changed',
    ],
    [
      'a share of an issued run',
      `UPDATE run_share SET weight = weight + 1 WHERE community_id = current_community() AND cost_no = 1 AND no = 1`,
      `UPDATE run_share SET weight = weight - 1 WHERE community_id = current_community() AND cost_no = 1 AND no = 1`,
      'fact-changed',
    ],
    [
      'an issued statement',
      `UPDATE invoice_statement SET body = body || ' ', sha256 = sha256(convert_to(body || ' ', 'UTF8')) WHERE community_id = current_community()`,
      `UPDATE invoice_statement SET body = rtrim(body), sha256 = sha256(convert_to(rtrim(body), 'UTF8')) WHERE community_id = current_community()`,
      'fact-changed',
    ],
    [
      'a reading',
      `UPDATE reading SET value = value + 0.001 WHERE at = '2026-10-05 10:00+00' AND register_no = (SELECT min(no) FROM register)`,
      `UPDATE reading SET value = value - 0.001 WHERE at = '2026-10-05 10:00+00' AND register_no = (SELECT min(no) FROM register)`,
      'readings-changed',
    ],
    [
      'an entry and its leaf',
      `UPDATE record_entry SET ${entryAs('reading.taken')} WHERE community_id = current_community() AND idx = 3`,
      `UPDATE record_entry e SET ${entryAs("' || (SELECT a.type FROM audit_entry a WHERE a.id = e.id) || '")} WHERE community_id = current_community() AND idx = 3`,
      'tree-changed',
    ],
    [
      'a node of the tree',
      `UPDATE record_node SET hash = sha256('x') WHERE community_id = current_community() AND level = (SELECT max(level) FROM record_node) AND index = 0`,
      `UPDATE record_node n SET hash = sha256('\\x01'::bytea || record_tree(n.community_id, n.level - 1, 0) || record_tree(n.community_id, n.level - 1, 1))
       WHERE community_id = current_community() AND level = (SELECT max(level) FROM record_node) AND index = 0`,
      'tree-changed',
    ],
  ];

  it.each(cases)('%s: no head is signed any more, and an alarm says which', async (_, rewrite, back, kind) => {
    await upToDate();
    const { head: before, alarms: known } = await head();
    await asIntruder(rewrite);
    await market.ask('POST', 'members', { code: `R${before.size}`, name: 'N', trade: 'tailor' });
    await upToDate();
    const { head: after, entries, alarms } = await head();
    expect(after.size).toBe(before.size);
    expect(entries).toBe(before.size + 1);
    const raised = alarms.filter(
      (alarm: { detail: string }) => !known.some((old: { detail: string }) => old.detail === alarm.detail),
    );
    expect(raised.map((alarm: { kind: string }) => alarm.kind)).toContain(kind);
    const named = { alarms: raised.map(({ id }: { id: string }) => id), reason: 'A test of the copy; put back' };
    const early = await market.ask('POST', 'log/alarms/clear', named);
    expect([early.status, early.body.code]).toEqual([409, 'record-differs']);
    await asIntruder(back);
    await upToDate();
    expect((await head()).head.size).toBe(before.size);
    // Right again is not enough: somebody says so, and that is on the record too.
    const cleared = await market.ask('POST', 'log/alarms/clear', named);
    expect([cleared.status, cleared.body.items.length]).toEqual([200, raised.length]);
    for (const item of cleared.body.items)
      expect(item).toMatchObject({ clearedBy: { name: 'Tess Treasurer' }, clearedBecause: named.reason });
    expect(await head()).toMatchObject({ head: { size: before.size + 1 + raised.length }, alarms: [] });
    const [entry] = (await market.ask('GET', 'log/entries?type=record.alarm-cleared')).body.items;
    expect(entry.data).toMatchObject({ reason: named.reason, entries: String(before.size + 1) });
    expect((await market.ask('POST', 'log/alarms/clear', named)).body.code).toBe('already-decided');
  });

  it('rewritten a second time it raises a second alarm, and none is cleared that is not there', async () => {
    const rewrite = `UPDATE tariff_version SET decision = 'minute 5' WHERE community_id = current_community()`;
    for (const alarms of [1, 2]) {
      await asIntruder(rewrite);
      await market.ask('POST', 'members', { code: `AGAIN${alarms}`, name: 'N', trade: 'tailor' });
      await upToDate();
      await upToDate();
      const { alarms: open } = await head();
      expect(open).toHaveLength(1);
      await asIntruder(rewrite.replace('minute 5', 'minute 4'));
      const ids = open.map(({ id }: { id: string }) => id);
      const stranger = { alarms: [...ids, market.communityId], reason: 'x' };
      expect((await market.ask('POST', 'log/alarms/clear', stranger)).status).toBe(404);
      expect((await market.ask('POST', 'log/alarms/clear', { alarms: ids, reason: 'put back' })).status).toBe(200);
      const { items } = await get('log/alarms');
      const of = items.filter(({ subject }: { subject: string }) => subject === open[0].subject);
      expect(of.length).toBeGreaterThanOrEqual(alarms);
      expect(of.every(({ clearedAt }: { clearedAt: string }) => clearedAt !== null)).toBe(true);
    }
    expect((await get('log/alarms?limit=1')).next).not.toBeNull();
    expect((await market.ask('POST', 'log/alarms/clear', { alarms: [], reason: 'x' })).status).toBe(400);
  });

  it('a decision that was removed: what is missing is named', async () => {
    await upToDate();
    const { head: before } = await head();
    await asIntruder(`DELETE FROM audit_entry WHERE community_id = current_community() AND type = 'charge.created'`);
    await market.ask('POST', 'members', { code: 'GONE', name: 'N', trade: 'tailor' });
    await upToDate();
    const { head: after, alarms } = await head();
    expect(after.size).toBe(before.size);
    expect(alarms[0]).toMatchObject({ kind: 'fact-missing', detail: expect.stringContaining('charge.created') });
  });
});

describe('PostgreSQL', () => {
  const size = 'SELECT max(idx) + 1 FROM record_entry WHERE community_id = current_community()';

  it.each([
    [
      'an entry with a leaf of its own',
      `INSERT INTO record_entry (community_id, idx, id, type, at, commitment, leaf)
       SELECT current_community(), (${size}), gen_random_uuid(), 'x', '2026-10-01T00:00:00.000000Z', sha256('c'), sha256('x')`,
      /record_entry_leaf/,
    ],
    [
      'an entry behind a gap',
      `INSERT INTO record_entry (community_id, idx, id, type, at, commitment, leaf)
       SELECT current_community(), (${size}) + 1, i.id, 'x', '2026-10-01T00:00:00.000000Z', sha256('c'), sha256('\\x00'::bytea || convert_to(
         '{"at":"2026-10-01T00:00:00.000000Z","c":"' || encode(sha256('c'), 'hex') || '","id":"' || i.id || '","type":"x","v":1}', 'UTF8'))
       FROM (SELECT gen_random_uuid() AS id) i`,
      /record_entry_no_gap/,
    ],
    [
      'a node that is not of its halves',
      `INSERT INTO record_node (community_id, level, index, hash) VALUES (current_community(), 1, 100000, sha256('x'))`,
      /record-differs/,
    ],
    [
      'a head with another root',
      `INSERT INTO record_head (community_id, size, root, note, key_no, signed_at) SELECT current_community(), (${size}), sha256('x'), 'x', 1, now()`,
      /do not have this root/,
    ],
    [
      'a head whose text is of another',
      `INSERT INTO record_head (community_id, size, root, note, key_no, signed_at) SELECT current_community(), (${size}), record_root(current_community(), (${size})), 'x', 1, now()`,
      /text that is signed/,
    ],
    [
      'a head that is shorter than one that was signed',
      `INSERT INTO record_head (community_id, size, root, note, key_no, signed_at) SELECT current_community(), 1, record_root(current_community(), 1), 'x', 1, now()`,
      /longer record was signed/,
    ],
    ['an entry that is rewritten', `UPDATE record_entry SET type = 'x' WHERE idx = 0`, /append-only|permission denied/],
    ['a head that is taken back', 'DELETE FROM record_head', /append-only|permission denied/],
    ['an alarm that is silenced', 'DELETE FROM record_alarm', /append-only|permission denied/],
    ['a decision that is taken back', 'DELETE FROM record_alarm_clearing', /append-only|permission denied/],
    [
      'a second alarm about what is open',
      `INSERT INTO record_alarm (community_id, id, at, kind, subject, detail, no)
       SELECT community_id, gen_random_uuid(), now(), kind, subject, 'x', no + 1 FROM record_alarm a WHERE NOT EXISTS
         (SELECT FROM record_alarm_clearing c WHERE c.community_id = a.community_id AND c.alarm_id = a.id) LIMIT 1`,
      /alarm before about .* is open/,
    ],
    [
      'a head while an alarm is open',
      `INSERT INTO record_head (community_id, size, root, note, key_no, signed_at)
       SELECT current_community(), (${size}), r.root, k.origin || E'\n' || (${size}) || E'\n' || encode(r.root, 'base64') || E'\n\nx', 1, now()
       FROM (SELECT record_root(current_community(), (${size})) AS root) r JOIN record_key k ON k.community_id = current_community()`,
      /alarm of the record is open/,
    ],
  ])('refuses %s', async (_, sql, says) => {
    const client = await service.database.owner.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT set_config('app.community_id', $1, true)`, [market.communityId]);
      await expect(client.query(sql)).rejects.toThrow(says);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('a process with another secret', () => {
  it('signs nothing, and says so', async () => {
    const other = await foundMarket(service, { code: 'other', withReadings: false, withBill: false });
    await record.bringUpToDate(other.communityId);
    const strange = Object.assign(Object.create(Object.getPrototypeOf(record) as object), record, {
      config: { dataDir: '/nowhere', signingSecret: { reveal: () => '77'.repeat(32) } },
    }) as RecordService;
    await other.ask('POST', 'members', { code: 'NOVA', name: 'N', trade: 'tailor' });
    await strange.bringUpToDate(other.communityId);
    const now = (await other.ask('GET', 'log/head')).body;
    expect(now.head.size).toBe(now.entries - 1);
    expect(now.alarms).toMatchObject([{ kind: 'key-differs' }]);
  });
});
