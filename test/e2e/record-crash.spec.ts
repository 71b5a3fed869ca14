import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { pino } from 'pino';
import { readCheckpoint } from '../../src/domain/proof/checkpoint.js';
import { readNote } from '../../src/domain/proof/note.js';
import { checkRecord } from '../../src/modules/proofs/check-record.js';
import { CertificateFacts } from '../../src/modules/billing/certificate-facts.service.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued } from './billing-market.js';

/*
 * The connection of the sequencer is cut at each statement that it sends, begin and commit among them: once before the statement reaches the
 * server, and once, where it is a commit, after the server has done it and before anybody hears so. (What is done within a transaction and
 * not heard of is undone with it, like what was never sent.) Each time the same market, with an issued run and nothing recorded yet, is
 * brought up to date, cut off, and brought up to date again. Wherever it was cut: one history, the same, without a gap.
 */

const now = '2026-11-03T09:30:00Z';
const config = loadConfig({ LOG_LEVEL: 'fatal', SIGNING_SECRET: '5a'.repeat(32) });

/** What of an entry is the same whenever it is recorded: batches, sums and certificates are named when they are made. */
interface Line {
  readonly idx: string;
  readonly type: string;
  readonly at: string;
  readonly of: string | null;
}

interface Cut {
  /** Statements until then. */
  left: number;
  readonly when: 'before' | 'after';
  statements: string[];
  /** What was signed, by size, whether it was stored or not. */
  readonly signed: Map<string, Set<string>>;
  isDone: boolean;
}

const within = new AsyncLocalStorage<Cut>();
type Query = (this: pg.Client, ...args: unknown[]) => unknown;
const whole = Reflect.get(pg.Client.prototype, 'query') as Query;

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string } | undefined)?.text ?? '');
}

/** As a network that breaks: neither side is told, both find out. */
const cutOff = (client: pg.Client): void => {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  stream.destroy();
};

const cutting: Query = function (this: pg.Client, ...args) {
  const cut = within.getStore();
  if (cut === undefined) return whole.apply(this, args);
  const text = textOf(args[0]);
  cut.statements.push(text);
  if (text.includes('INSERT INTO record_head')) {
    const [size, , note] = (args[0] as { values: [number, string, string] }).values;
    cut.signed.set(String(size), (cut.signed.get(String(size)) ?? new Set()).add(note));
  }
  cut.left -= 1;
  if (cut.left !== 0) return whole.apply(this, args);
  cut.isDone = true;
  if (cut.when === 'before') {
    cutOff(this);
    return whole.apply(this, args);
  }
  return (whole.apply(this, args) as Promise<unknown>).then(() => {
    cutOff(this);
    throw new Error('Connection terminated unexpectedly');
  });
};

let service: InProcess;
let communityId: string;

beforeAll(async () => {
  service = await inProcess(new FixedClock(now));
  const market = await foundMarket(service);
  communityId = market.communityId;
  await issued(market, await calculated(market));
  Reflect.set(pg.Client.prototype, 'query', cutting);
}, 120_000);
afterAll(async () => {
  Reflect.set(pg.Client.prototype, 'query', whole);
  await service.close();
});

/** A process of its own, as far as the record is concerned. */
const bringUpToDate = (): Promise<void> =>
  new RecordService(
    service.app.get(Transactions),
    new FixedClock(now),
    config,
    pino({ level: 'silent' }),
    service.app.get(CertificateFacts),
  ).bringUpToDate(communityId);

/** Takes everything away that the sequencer wrote, past all triggers. */
async function unrecorded(): Promise<void> {
  const client = await service.database.owner.connect();
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    await client.query(
      'TRUNCATE record_key, record_entry, record_settled, record_node, record_head, record_alarm, run_sum, run_certificate CASCADE',
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

/** The entries of the record, checked against what they tell of and against the head. */
function historyOf(): Promise<Line[]> {
  return service.database.transactions.inCommunity(communityId, async (tx) => {
    const lines = await tx.query<Line>(
      `SELECT idx::text, type, at, CASE WHEN type NOT IN ('readings', 'run-sums', 'certificate') THEN id END AS of FROM record_entry
       WHERE community_id = current_community() ORDER BY record_entry.idx`,
    );
    const heads = await tx.query<{ size: string; root: string }>(
      `SELECT size, encode(root, 'hex') AS root FROM record_head WHERE community_id = current_community() ORDER BY size DESC`,
    );
    const { root, differences } = await checkRecord(tx, 1);
    expect(differences).toEqual([]);
    expect(heads[0]).toEqual({ size: String(lines.length), root });
    expect(lines.map(({ idx }) => idx)).toEqual(lines.map((_, i) => String(i)));
    return lines;
  });
}

/** Brings the market up to date with the connection cut at a statement, and then again. */
async function cutAt(left: number, when: Cut['when']): Promise<Cut & { readonly lines: Line[] }> {
  await unrecorded();
  const cut: Cut = { left, when, statements: [], signed: new Map(), isDone: false };
  const first = await within.run(cut, bringUpToDate).then(
    () => 'whole',
    () => 'cut',
  );
  expect([cut.isDone, first]).toEqual(left > 0 ? [true, 'cut'] : [false, 'whole']);
  await within.run({ ...cut, left: -1, statements: [] }, bringUpToDate);
  const lines = await historyOf();
  for (const [size, notes] of cut.signed) {
    // One text for each size, also where the first was never stored; and it is the record that there is now.
    expect([size, notes.size]).toEqual([size, 1]);
    for (const note of notes) {
      const { root } = readCheckpoint(readNote(note).text);
      const [row] = await service.database.transactions.inCommunity(communityId, (tx) =>
        tx.query<{ root: string }>(`SELECT encode(record_root(current_community(), $1), 'hex') AS root`, [size]),
      );
      expect(row?.root).toBe(root);
    }
  }
  return { ...cut, lines };
}

it('the connection of the sequencer breaks at any statement: one history results, without a gap, and nothing is signed twice', async () => {
  const { statements, lines } = await cutAt(-1, 'before');
  expect(lines.length).toBeGreaterThan(40);
  const commits = statements.flatMap((text, i) => (text === 'COMMIT' ? [i + 1] : []));
  // Twice: what there is, nothing more, the head; and the certificate between them.
  expect(commits).toHaveLength(7);
  let signed = 0;
  for (let left = 1; left <= statements.length; left += 1) {
    const cut = await cutAt(left, 'before');
    expect([left, cut.lines]).toEqual([left, lines]);
    signed += cut.signed.size;
  }
  for (const left of commits) {
    const cut = await cutAt(left, 'after');
    expect([left, cut.lines]).toEqual([left, lines]);
  }
  expect(signed).toBeGreaterThan(0);
}, 1_200_000);
