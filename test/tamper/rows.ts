import type pg from 'pg';
import { checkRecord } from '../../src/modules/proofs/check-record.js';
import type { Tx } from '../../src/platform/database/transactions.js';

/*
 * One column of one row, changed by who owns the server: no trigger, no foreign key and no check of a table stands in the way, and all
 * is rolled back afterwards.
 */

export interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Of tables, the columns that hold something of their own. */
export async function columnsOf(client: pg.PoolClient, tables: readonly string[]): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT c.relname AS table, a.attname AS column, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) AS type
     FROM unnest($1::text[]) AS n (name)
     JOIN pg_class c ON c.oid = n.name::regclass
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     JOIN pg_type t ON t.oid = a.atttypid
     ORDER BY 1, 2`,
    [tables],
  );
  return rows;
}

/** Takes the checks of tables away until the transaction ends, and sleeps all triggers. */
export async function unguard(client: pg.PoolClient, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS sql FROM pg_constraint
     WHERE conrelid = ANY($1::text[]::regclass[]) AND contype = 'c' AND coninhcount = 0`,
    [tables],
  );
  const numbered = await client.query<{ sql: string }>(
    `SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', attrelid::regclass, attname) AS sql FROM pg_attribute
     WHERE attrelid = ANY($1::text[]::regclass[]) AND attidentity <> ''`,
    [tables],
  );
  for (const { sql } of [...rows, ...numbered.rows]) await client.query(sql);
  await client.query('SET LOCAL session_replication_role = replica');
}

/** What a value is replaced by; of a text one character, of a document one key more. */
function otherOf({ column, type }: Column): string {
  const c = `"${column}"`;
  if (/^(integer|bigint|smallint)$/.test(type)) return `${c} + 1000`;
  if (type === 'numeric') return `${c} + 0.01`;
  if (type === 'text' || type.startsWith('character'))
    return `overlay(${c} placing CASE WHEN left(${c}, 1) = '7' THEN '3' ELSE '7' END from 1)`;
  if (type === 'date') return `${c} + 1`;
  if (type.startsWith('timestamp')) return `${c} + interval '1 second'`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'bytea') return `set_byte(${c}, 0, get_byte(${c}, 0) # 1)`;
  if (type === 'boolean') return `NOT ${c}`;
  if (type === 'daterange') return `daterange(lower(${c}) + 1, upper(${c}) + 1)`;
  if (type === 'jsonb')
    return `CASE jsonb_typeof(${c}) WHEN 'object' THEN ${c} || '{"tampered": "1"}' ELSE '["1"]' END`;
  throw new Error(`How is a ${type} changed? (${column})`);
}

/** A transaction as those who check the record know it: of what they ask for at once, one waits for the other on this one connection. */
export function asTx(client: pg.PoolClient): Tx {
  let before: Promise<unknown> = Promise.resolve();
  const query = (sql: string, params: readonly unknown[] = []): Promise<unknown> => {
    const answer = before.catch(() => undefined).then(async () => (await client.query(sql, [...params])).rows);
    before = answer;
    return answer;
  };
  return { query } as unknown as Tx;
}

/** How many rows are tried where a constraint refuses the change of one: two versions of a key may not overlap, the last can move. */
const ROWS = 20;

/**
 * Changes a column of one row, checks the record, and takes the change back.
 *
 * @param where which rows of the table the record speaks of
 * @returns whether it was seen; null where no row holds anything there, or the type of the column refuses it
 */
export async function tamperRow(client: pg.PoolClient, of: Column, where: string): Promise<boolean | null> {
  const other = otherOf(of);
  const { rows } = await client.query<{ part: string; place: string }>(
    `SELECT tableoid::text AS part, ctid::text AS place FROM ${of.table} r
     WHERE (${where}) AND "${of.column}" IS NOT NULL AND "${of.column}" IS DISTINCT FROM (${other})
     ORDER BY random() LIMIT ${String(ROWS)}`,
  );
  for (const row of rows) {
    await client.query('SAVEPOINT before');
    try {
      await client.query(
        `UPDATE ${of.table} SET "${of.column}" = ${other} WHERE tableoid = $1::oid AND ctid = $2::tid`,
        [row.part, row.place],
      );
      return (await checkRecord(asTx(client), 1)).differences.length > 0;
    } catch (error) {
      // A domain or a key that the change does not fit: this row cannot be stored so at all.
      if (!/^23/.test((error as { code?: string }).code ?? '')) throw error;
    } finally {
      await client.query('ROLLBACK TO SAVEPOINT before');
    }
  }
  return null;
}
