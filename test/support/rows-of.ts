import type { TestDatabase } from './database.js';

/** A fingerprint of everything that a community has, table by table. */
export async function rowsOf(
  { owner }: Pick<TestDatabase, 'owner'>,
  community: string,
): Promise<Record<string, string>> {
  const tables = await owner.query<{ name: string; owned: string }>(
    `SELECT table_name AS name, CASE column_name WHEN 'community_no' THEN 'community_no = (SELECT no FROM community WHERE id = $1)'
            ELSE quote_ident(column_name) || ' = $1' END AS owned
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND (column_name IN ('community_id', 'community_no') OR (table_name, column_name) = ('community', 'id'))`,
  );
  const prints: Record<string, string> = {};
  for (const { name, owned } of tables.rows) {
    const rows = await owner.query(
      `SELECT count(*) || ' rows ' || coalesce(md5(string_agg(t::text, ';' ORDER BY t::text)), '') AS print FROM ${name} t WHERE ${owned}`,
      [community],
    );
    prints[name] = rows.rows[0].print as string;
  }
  return prints;
}
