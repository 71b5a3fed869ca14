import type { Tx } from '../../platform/database/transactions.js';

/*
 * What a community comes to, asked of the database in the same words where an archive is made and where it is restored. Each line is a
 * sum over rows, so a row that was lost, doubled or changed on the way shows in one of them.
 */

/** Lines of figures by what they are of. Every figure is a text. */
export type Balances = Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;

const questions: Readonly<Record<string, string>> = {
  accounts: `SELECT p.account, m.code AS member, e.currency, sum(p.amount)::text AS balance, count(*)::text AS postings
    FROM posting p JOIN journal_entry e ON e.community_id = p.community_id AND e.id = p.entry_id
    LEFT JOIN member m ON m.community_id = p.community_id AND m.id = p.member_id
    WHERE p.community_id = current_community() GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS FIRST, 3`,
  invoices: `SELECT series, kind, currency, count(*)::text AS documents, min(number) AS first, max(no)::text AS "lastNo",
      sum(net)::text AS net, sum(tax)::text AS tax, sum(gross)::text AS gross
    FROM invoice WHERE community_id = current_community() GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  series: `SELECT series, last_no::text AS "lastNo" FROM invoice_series WHERE community_id = current_community() ORDER BY 1`,
  payments: `SELECT currency, count(*)::text AS payments, sum(amount)::text AS amount
    FROM payment WHERE community_id = current_community() GROUP BY 1 ORDER BY 1`,
  runs: `SELECT r.id AS run, r.status, count(c.no)::text AS costs, coalesce(sum(c.amount), 0)::text AS amount,
      (SELECT coalesce(sum(s.amount), 0)::text FROM run_share s WHERE s.community_id = r.community_id AND s.run_id = r.id) AS shares
    FROM billing_run r LEFT JOIN run_cost c ON c.community_id = r.community_id AND c.run_id = r.id
    WHERE r.community_id = current_community() GROUP BY r.community_id, r.id ORDER BY r.id`,
  readings: `SELECT m.code AS meter, g.code AS register, count(t.at)::text AS readings, sum(t.value)::text AS total,
      min(t.at)::text AS first, max(t.at)::text AS last
    FROM register g JOIN meter m ON m.community_id = g.community_id AND m.id = g.meter_id
    LEFT JOIN reading t ON t.community_no = (SELECT no FROM community WHERE id = current_community()) AND t.register_no = g.no
    WHERE g.community_id = current_community() GROUP BY 1, 2 ORDER BY 1, 2`,
};

/** The balances of the community of the transaction. */
export async function balancesOf(tx: Tx): Promise<Balances> {
  const found: Record<string, Record<string, string | null>[]> = {};
  for (const [what, sql] of Object.entries(questions)) found[what] = await tx.query(sql);
  return found;
}

/** A line of balances that is another now. */
export interface ChangedBalance {
  readonly what: string;
  readonly before: string | null;
  readonly now: string | null;
}

/** Lines that are not the same on both sides, in whatever order they come; none where all are identical. */
export function changedBalances(before: Balances, now: Balances): ChangedBalance[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((what) => {
    const [had, has] = [before, now].map((side) => (side[what] ?? []).map(written).sort());
    const count = Math.max(had?.length ?? 0, has?.length ?? 0);
    return Array.from({ length: count }, (_, i) => ({ what, before: had?.[i] ?? null, now: has?.[i] ?? null })).filter(
      (line) => line.before !== line.now,
    );
  });
}

/** A line as one text, whatever the order of its figures. */
const written = (line: Readonly<Record<string, string | null>>): string =>
  JSON.stringify(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1)));
