import type pg from 'pg';

/** The twin: a table like that of the readings, without row-level security, filled by one bare statement. */
export const makeTwin = (pool: pg.Pool): Promise<unknown> =>
  pool.query('DROP TABLE IF EXISTS reading_twin; CREATE TABLE reading_twin (LIKE reading INCLUDING ALL)');

export const dropTwin = (pool: pg.Pool): Promise<unknown> => pool.query('DROP TABLE IF EXISTS reading_twin');

export interface TwinRow {
  readonly meter: number;
  readonly at: string;
  readonly value: string;
}

/** The set-based insert that leaves known rows alone; prepared, because that is the fastest. */
export const insertTwin = (pool: pg.Pool, rows: readonly TwinRow[]): Promise<unknown> =>
  pool.query({
    name: 'twin',
    text: `INSERT INTO reading_twin (community_no, register_no, at, batch_no, quality, value)
           SELECT 1, n.no, n.at, 1, 'actual', n.value FROM unnest($1::int[], $2::timestamptz[], $3::numeric[]) AS n (no, at, value)
           ON CONFLICT DO NOTHING`,
    values: [rows.map(({ meter }) => meter), rows.map(({ at }) => at), rows.map(({ value }) => value)],
  });
