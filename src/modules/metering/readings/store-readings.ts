import { createHash } from 'node:crypto';
import { fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import type { Quality } from '../../../domain/metering/reading.js';
import { assert } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import type { HoldReason } from './judge-item.js';
import { isMomentary } from './momentary.js';
import type { Push } from './reading.types.js';
import type { ReadingItem } from './reading-item.js';
import type { ReadingMonths } from './reading-months.js';
import type { KnownRegister } from '../registers/register-catalog.js';

/**
 * The statements of intake. Each takes any number of rows in arrays, so that their number does not depend on the size of a
 * batch, and takes them in one order, so that two batches with the same readings never wait for each other in a circle.
 */

/** A reading that may be stored. */
export interface Candidate {
  readonly register: KnownRegister;
  readonly item: ReadingItem;
  readonly quality: Quality;
  readonly batchNo: string;
}

/** A reading that a person must decide about. */
export interface Doubt extends Candidate {
  readonly kind: 'conflict' | 'held';
  readonly reason: HoldReason | 'other-value';
  readonly detail: string;
}

/** An array as PostgreSQL writes it. For numbers, checked instants and checked decimals only: nothing is escaped. */
const list = (values: readonly (string | number | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

/** Writes down what arrived, before anything of it is stored. @returns one number for each push */
export async function recordBatches(tx: Tx, communityId: string, pushes: readonly Push[]): Promise<string[]> {
  const senders = new Map<string, { push: Push; items: number }>();
  for (const push of pushes) {
    const known = senders.get(senderKey(push));
    if (known) known.items += push.items.length;
    else senders.set(senderKey(push), { push, items: push.items.length });
  }
  const batches = [...senders.values()];
  const rows = await tx.prepared<{
    no: string;
    source: string;
    kind: string;
    id: string | null;
    sha256: string | null;
  }>(
    'record batches',
    `INSERT INTO reading_batch (community_id, source, actor_kind, actor_id, received_at, items, sha256)
     SELECT $1::uuid, b.source, b.kind, b.id, b.received_at, b.items, decode(b.sha256, 'hex')
     FROM unnest($2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::int[], $7::text[])
          AS b (source, kind, id, received_at, items, sha256)
     RETURNING no, source, actor_kind AS kind, actor_id AS id, encode(sha256, 'hex') AS sha256`,
    [
      communityId,
      batches.map(({ push }) => push.source),
      batches.map(({ push }) => push.sender.kind),
      batches.map(({ push }) => push.sender.id),
      batches.map(({ push }) => push.receivedAt),
      batches.map(({ items }) => items),
      batches.map(({ push }) => hashOf(push)),
    ],
  );
  const numbers = new Map(rows.map((row) => [`${row.kind} ${row.id} ${row.source} ${row.sha256}`, row.no]));
  return pushes.map((push) => {
    const no = numbers.get(senderKey(push));
    assert(no !== undefined, 'Every push has a batch.');
    return no;
  });
}

const hashOf = ({ signed, sha256 }: Push): string | null => signed?.sha256 ?? sha256 ?? null;

const senderKey = (push: Push): string => `${push.sender.kind} ${push.sender.id} ${push.source} ${hashOf(push)}`;

const inOrder = (a: Candidate, b: Candidate): number => a.register.no - b.register.no || a.item.ms - b.item.ms;

/** The first and the last instant of some readings: with them PostgreSQL looks only into the months that they lie in. */
function reachOf(candidates: readonly Candidate[]): [Instant, Instant] {
  let [first, last] = [Infinity, -Infinity];
  for (const { item } of candidates) {
    first = Math.min(first, item.ms);
    last = Math.max(last, item.ms);
  }
  return [fromEpochMs(first), fromEpochMs(last)];
}

/**
 * Stores what is new and leaves what is known as it is.
 *
 * @param candidates one for each register and instant
 * @returns those that were not stored, because the reading is known
 */
export async function insertReadings(
  tx: Tx,
  communityNo: number,
  candidates: Candidate[],
  months: ReadingMonths,
): Promise<readonly Candidate[]> {
  if (candidates.length === 0) return [];
  candidates.sort(inOrder);
  await months.make(
    tx,
    candidates.map(({ item }) => item.ms),
  );
  const columns = [
    communityNo,
    list(candidates.map(({ register }) => register.no)),
    list(candidates.map(({ item }) => item.at)),
    list(candidates.map(({ item }) => item.until)),
    list(candidates.map(({ batchNo }) => batchNo)),
    list(candidates.map(({ quality }) => quality)),
    list(candidates.map(({ item }) => item.value)),
  ];
  const rows = 'unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::text[], $7::numeric[])';
  const [stored] = await tx.prepared<{ count: number }>(
    'insert readings',
    `WITH stored AS (
       INSERT INTO reading (community_no, register_no, at, until, batch_no, quality, value)
       SELECT $1::int, n.* FROM ${rows} AS n ON CONFLICT DO NOTHING RETURNING 1)
     SELECT count(*)::int AS count FROM stored`,
    columns,
  );
  if (stored?.count === candidates.length) return [];
  if (stored?.count === 0) return candidates;
  const known = await tx.prepared<{ i: number }>(
    'known readings',
    `SELECT n.i::int AS i FROM unnest($2::int[], $3::timestamptz[], $4::bigint[]) WITH ORDINALITY AS n (no, at, batch, i)
     CROSS JOIN LATERAL (SELECT batch_no FROM reading
       WHERE community_no = $1 AND register_no = n.no AND at = n.at AND at BETWEEN $5::timestamptz AND $6::timestamptz OFFSET 0) r
     WHERE r.batch_no <> n.batch`,
    [columns[0], columns[1], columns[2], columns[4], ...reachOf(candidates)],
  );
  return known.flatMap(({ i }) => candidates[i - 1] ?? []);
}

/** What is stored under the register and instant of a candidate. */
export interface Stored {
  readonly value: string;
  readonly untilMs: number | null;
  /** The value that counts, where a person has corrected it. */
  readonly corrected: string | null;
}

/**
 * Looks for stored readings that say something else than the candidates do, or were corrected.
 *
 * @returns by position; nothing where the reading is stored just so, null where it is not stored at all
 */
export async function differing(
  tx: Tx,
  communityId: string,
  communityNo: number,
  candidates: readonly Candidate[],
): Promise<Map<number, Stored | null>> {
  if (candidates.length === 0) return new Map();
  // Each is looked up by its key (OFFSET keeps the planner from reading the table through, which it does while it thinks it small).
  const rows = await tx.prepared<{ i: number; value: string | null; until: Instant | null; corrected: string | null }>(
    'differing readings',
    `SELECT n.i::int - 1 AS i, trim_scale(r.value)::text AS value, r.until, trim_scale(c.value)::text AS corrected
     FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::numeric[]) WITH ORDINALITY AS n (no, at, until, value, i)
     LEFT JOIN LATERAL (SELECT value, until FROM reading
       WHERE community_no = $1 AND register_no = n.no AND at = n.at AND at BETWEEN $7::timestamptz AND $8::timestamptz OFFSET 0) r ON true
     LEFT JOIN LATERAL (SELECT value FROM reading_correction
       WHERE community_id = $6 AND register_no = n.no AND at = n.at ORDER BY version DESC LIMIT 1) c ON true
     WHERE r.value IS DISTINCT FROM n.value OR r.until IS DISTINCT FROM n.until OR c.value IS NOT NULL`,
    [
      communityNo,
      list(candidates.map(({ register }) => register.no)),
      list(candidates.map(({ item }) => item.at)),
      list(candidates.map(({ item }) => item.until)),
      list(candidates.map(({ item }) => item.value)),
      communityId,
      ...reachOf(candidates),
    ],
  );
  return new Map(
    rows.map(({ i, value, until, corrected }) => [
      i,
      value === null ? null : { value, untilMs: msOrNull(until), corrected },
    ]),
  );
}

const msOrNull = (at: Instant | null): number | null => (at === null ? null : Date.parse(at));

/** Keeps what a person must decide about; what is kept already stays as it is. */
export async function keepDoubts(tx: Tx, communityId: string, now: Instant, doubts: Doubt[]): Promise<void> {
  if (doubts.length === 0) return;
  doubts.sort(inOrder);
  await tx.query(
    `INSERT INTO reading_exception (community_id, id, kind, reason, detail, register_id, at, until, value, quality, batch_no, created_at)
     SELECT $1::uuid, n.id, n.kind, n.reason, n.detail, n.register, n.at, n.until, n.value, n.quality, n.batch, $2::timestamptz
     FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[], $9::timestamptz[], $10::numeric[],
                 $11::text[], $12::bigint[]) AS n (id, kind, reason, detail, register, at, until, value, quality, batch)
     ON CONFLICT DO NOTHING`,
    [
      communityId,
      now,
      doubts.map(() => newId()),
      doubts.map(({ kind }) => kind),
      doubts.map(({ reason }) => reason),
      doubts.map(({ detail }) => detail),
      doubts.map(({ register }) => register.id),
      doubts.map(({ item }) => item.at),
      doubts.map(({ item }) => item.until),
      doubts.map(({ item }) => item.value),
      doubts.map(({ quality }) => quality),
      doubts.map(({ batchNo }) => batchNo),
    ],
  );
}

/** A reading whose meter nobody knows yet. */
export interface Unclaimed {
  readonly item: ReadingItem;
  readonly quality: Quality;
  readonly batchNo: string;
}

/**
 * Keeps readings of unknown meters, under the names that they carry.
 *
 * @returns false where one of the names has been bound to a register in the meantime; nothing counts as kept then
 */
export async function keepUnclaimed(
  tx: Tx,
  communityId: string,
  now: Instant,
  unclaimed: readonly Unclaimed[],
): Promise<boolean> {
  if (unclaimed.length === 0) return true;
  const names = new Map(unclaimed.map(({ item }) => [nameOf(item), item]));
  const sources = [...names.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  const kept = await tx.query<{ id: string; meter: string; register: string; bound: string | null }>(
    `INSERT INTO unclaimed_source AS s (community_id, id, meter_code, register_code, first_seen, last_seen)
     SELECT $1::uuid, n.id, n.meter, n.register, $2::timestamptz, $2::timestamptz FROM unnest($3::uuid[], $4::text[], $5::text[]) AS n (id, meter, register)
     ON CONFLICT (community_id, meter_code, register_code) DO UPDATE SET last_seen = greatest(s.last_seen, excluded.last_seen)
     RETURNING id, meter_code AS meter, register_code AS register, bound_register_id AS bound`,
    [
      communityId,
      now,
      sources.map(() => newId()),
      sources.map(({ meter }) => meter),
      sources.map(({ register }) => register),
    ],
  );
  if (kept.some(({ bound }) => bound !== null)) return false;
  const ids = new Map(kept.map((source) => [nameOf(source), source.id]));
  const payloads = unclaimed.map(payloadOf);
  await tx.query(
    `INSERT INTO unclaimed_reading (community_id, source_id, sha256, payload, batch_no, received_at)
     SELECT $1::uuid, n.source, decode(n.sha256, 'hex'), n.payload::jsonb, n.batch, $2::timestamptz
     FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[]) AS n (source, sha256, payload, batch)
     ORDER BY n.source, n.sha256 ON CONFLICT DO NOTHING`,
    [
      communityId,
      now,
      unclaimed.map(({ item }) => ids.get(nameOf(item)) ?? null),
      unclaimed.map(({ item }, i) => sha256Of(isMomentary(item.unit) ? oneOfTheDay(item) : (payloads[i] ?? ''))),
      payloads,
      unclaimed.map(({ batchNo }) => batchNo),
    ],
  );
  return true;
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What can never be billed comes every few seconds for years: of each day (in UTC) the first is kept, as a sample. */
const oneOfTheDay = ({ meter, register, ms }: ReadingItem): string =>
  JSON.stringify({ meter, register, day: fromEpochMs(ms).slice(0, 10) });

const nameOf = ({ meter, register }: { meter: string; register: string }): string => `${meter}\n${register}`;

/** An item as it can be pushed again; the same reading always gives the same text. */
export function payloadOf({ item, quality }: Pick<Unclaimed, 'item' | 'quality'>): string {
  const { meter, register, unit } = item;
  const time =
    item.until === null ? { at: item.at, value: item.value } : { from: item.at, to: item.until, quantity: item.value };
  return JSON.stringify({ meter, register, ...time, unit, quality });
}
