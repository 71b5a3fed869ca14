import { assert } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';

/*
 * Which tables an archive holds. The catalogue of PostgreSQL is asked, so that a table that is added one day is in the archive without
 * anybody's doing; what stays out is named here, with the reason. Whatever looks like a secret has to be decided about by name: a test
 * walks the catalogue and fails where a table or a column was not.
 */

/** Tables of a community that an archive leaves out, and why. The reader of the archive is told the same words. */
export const leftOut: Readonly<Record<string, string>> = {
  session: 'who is logged in: it ends with the house that it was in',
  log_in_link: 'links that let somebody in, once',
  passkey: 'a passkey opens the address that it was made for, and no other',
  authenticator: 'secrets of second factors, sealed with a key of the house',
  recovery_code: 'codes that stand in for a second factor',
  proof_pause: 'how often somebody failed to prove who they are',
  spent_challenge: 'challenges of passkeys that were answered',
  idempotency:
    'answers that were kept so that a request sent twice is done once; they may hold keys that were just handed out',
  outbox: 'work that one house has yet to do. What is not done is ordered again where the archive is restored',
  record_node: 'hashes over the record: they are made again from its entries, which proves the heads',
  record_settled: 'how far the record was looked through; that begins anew',
  register_catalog: 'a number that tells processes when registers changed',
};

/** Columns that an archive leaves out of its tables, and why. */
export const columnsLeftOut: Readonly<Record<string, string>> = {
  'access_token.secret_hash':
    'keys open one house and no other, and come back as ended; csv/keys.csv says which there were',
};

/** Tables without a community in their rows, and why they need not be in an archive of one; `reading` is written by months. */
export const ofNoCommunity: Readonly<Record<string, string>> = {
  migration: 'which migrations were run; the archive names them in archive.json',
};

/** Columns that sound like a secret and are none, or none any more. */
export const noSecrets: readonly string[] = [
  'token_meter.token_id',
  'signing_key.token_id',
  'document.lease_token',
  'reading_import.lease_token',
];

export interface ArchivedColumn {
  readonly name: string;
  /** Written as a text, so that no reader makes a float of it. */
  readonly isExact: boolean;
  /** Bytes that lie in a file of their own. */
  readonly isContent: boolean;
}

/** A table of the archive, with the columns that are written and restored: all but those that follow from others. */
export interface ArchivedTable {
  readonly name: string;
  readonly columns: readonly ArchivedColumn[];
  /** Columns that order its rows, of the alias `t`: the row, and not what is written of it. */
  readonly order: string;
}

/** Where rows must come in another order than that of their key: each step of a dispute follows the one before, and so does each reminder. */
const orders: Readonly<Record<string, string>> = {
  dispute_step: 't.dispute_id, t.no',
  reminder: 't.invoice_id, t.no',
};

/**
 * Tables that need another one first, where no foreign key says so: their triggers look at it. A head is checked against the entries it
 * speaks of; nothing is signed while an alarm stands, so alarms come after what was signed before them; a certificate says what shares come to.
 */
const alsoAfter: readonly (readonly [table: string, needs: string])[] = [
  ['record_head', 'record_entry'],
  ['record_alarm', 'record_head'],
  ['run_certificate', 'run_share'],
];

/** The tables of the archive, each after those that it refers to. */
export async function archivedTables(tx: Tx): Promise<ArchivedTable[]> {
  const rows = await tx.query<{ table: string; column: string; isExact: boolean; isContent: boolean }>(
    `SELECT c.relname AS table, a.attname AS column,
            coalesce(nullif(t.typbasetype, 0), t.oid) IN ('numeric'::regtype, 'bigint'::regtype) AS "isExact",
            a.attname = 'content' AND t.oid = 'bytea'::regtype AS "isContent"
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
       AND (c.relname = 'community' OR EXISTS (SELECT FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attname = 'community_id' AND NOT k.attisdropped))
       AND c.relname <> ALL ($1) AND c.relname || '.' || a.attname <> ALL ($2)
     ORDER BY c.relname, a.attnum`,
    [Object.keys(leftOut), Object.keys(columnsLeftOut)],
  );
  const keys = await tx.query<{ table: string; columns: string }>(
    `SELECT c.relname AS table, string_agg('t.' || quote_ident(a.attname), ', ' ORDER BY k.no) AS columns
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
     CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, no)
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE i.indisprimary GROUP BY c.relname`,
  );
  const orderOf = new Map(keys.map(({ table, columns }) => [table, columns]));
  const tables = new Map<string, ArchivedTable>();
  for (const { table: name, column, isExact, isContent } of rows) {
    const known = tables.get(name)?.columns ?? [];
    const order = orders[name] ?? orderOf.get(name);
    assert(order !== undefined, `The table ${name} has a primary key.`);
    tables.set(name, { name, columns: [...known, { name: column, isExact, isContent }], order });
  }
  return inOrder(tables, await references(tx));
}

/** Which table refers to which; to itself does not count. */
async function references(tx: Tx): Promise<(readonly [from: string, to: string])[]> {
  const rows = await tx.query<{ from: string; to: string }>(
    `SELECT DISTINCT f.relname AS from, t.relname AS to FROM pg_constraint k
     JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
     WHERE k.contype = 'f' AND NOT k.condeferred AND f.oid <> t.oid AND f.relnamespace = 'public'::regnamespace`,
  );
  return [...rows.map(({ from, to }) => [from, to] as const), ...alsoAfter];
}

/** Tables without anything before them first, and so on; those of the same rank by name. */
function inOrder(
  tables: ReadonlyMap<string, ArchivedTable>,
  needs: readonly (readonly [from: string, to: string])[],
): ArchivedTable[] {
  const ordered: ArchivedTable[] = [];
  const placed = new Set<string>();
  while (placed.size < tables.size) {
    const ready = [...tables.values()].filter(
      ({ name }) =>
        !placed.has(name) && needs.every(([from, to]) => from !== name || placed.has(to) || !tables.has(to)),
    );
    assert(ready.length > 0, 'Tables do not refer to each other in a circle.');
    for (const table of ready) {
      ordered.push(table);
      placed.add(table.name);
    }
  }
  return ordered;
}
