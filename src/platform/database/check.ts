import type { DataSource } from 'typeorm';

/** One thing that was looked at. `detail` says what was found; where it is not well, also what to do. */
export interface CheckLine {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What the walls between communities stand on, checked on the live database. */
export async function checkDatabase(application: DataSource): Promise<readonly CheckLine[]> {
  return [
    await checkVersion(application),
    await checkRole(application),
    await checkRowSecurity(application),
    await checkViews(application),
  ];
}

async function checkVersion(db: DataSource): Promise<CheckLine> {
  const [row] = await db.query<{ num: string; version: string }[]>(
    "SELECT current_setting('server_version_num') AS num, current_setting('server_version') AS version",
  );
  const major = Number.parseInt(row?.num ?? '0', 10) / 10_000;
  const remedy = major >= 15 ? '' : '; version 15 or newer is needed';
  return { name: 'server', ok: major >= 15, detail: `PostgreSQL ${row?.version}${remedy}` };
}

async function checkRole(db: DataSource): Promise<CheckLine> {
  const [role] = await db.query<{ name: string; rolsuper: boolean; rolbypassrls: boolean; owns: string }[]>(`
    SELECT current_user AS name, rolsuper, rolbypassrls,
           (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace) AS owns
    FROM pg_roles WHERE rolname = current_user`);
  const ok = role !== undefined && !role.rolsuper && !role.rolbypassrls && role.owns === '0';
  const remedy = ok
    ? 'owns nothing and is bound by row-level security'
    : 'could pass row-level security: run migrate again';
  return { name: 'role', ok, detail: `${role?.name ?? 'nobody'} ${remedy}` };
}

async function checkRowSecurity(db: DataSource): Promise<CheckLine> {
  const open = await db.query<{ name: string }[]>(`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'migration'
      AND NOT (relrowsecurity AND relforcerowsecurity)
    ORDER BY relname`);
  const names = open.map((row) => row.name).join(', ');
  return {
    name: 'row-level security',
    ok: open.length === 0,
    detail: open.length === 0 ? 'on and forced on every table' : `missing on ${names}: run migrate again`,
  };
}

/**
 * What runs with the rights of its owner, because nobody else may do it. The first makes the part of a table that the readings of a month need, and shows
 * nothing. The others erase, each only rows of the community that is set for the transaction, and write down that they did.
 */
const asOwner = ['make_reading_month', 'erase_member_personal', 'erase_member_books', 'erase_copies'];

/** A view of a superuser would show every community's rows; so would a function that runs as its definer, and is not one of those above. */
async function checkViews(db: DataSource): Promise<CheckLine> {
  const leaks = await db.query<{ name: string }[]>(
    `
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace
      AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)))
    UNION ALL
    SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.proname <> ALL ($1)
    ORDER BY 1`,
    [asOwner],
  );
  return {
    name: 'views and functions',
    ok: leaks.length === 0,
    detail:
      leaks.length === 0
        ? `act with the rights of the reader, and ${asOwner.length} that must as their owner`
        : `act as their owner: ${leaks.map((l) => l.name).join(', ')}`,
  };
}
