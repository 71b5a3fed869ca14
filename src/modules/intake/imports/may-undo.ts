import { DomainError } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { ImportRow } from './import-row.js';

/*
 * What stands in the way of undoing an import. Others act at the same time, so what they act on is held until the transaction ends:
 * runs, then sites, in the order in which a run holds them too.
 */

const no = (sentence: string): DomainError => new DomainError('import-not-undoable', sentence);

/** Whether an import is in a state in which it can be undone. @throws DomainError `already-decided`, `import-not-undoable` */
export function checkState({ state, dryRun, undoneAt }: ImportRow): void {
  if (state === 'undone') throw new DomainError('already-decided', `The import was undone on ${undoneAt ?? ''}.`);
  if (state === 'undoing') throw new DomainError('already-decided', 'The import is being undone.');
  if (dryRun) throw no('The import was a dry run, and stored nothing.');
  if (state === 'refused') throw no('The file was refused, and nothing of it was stored.');
}

/** @throws DomainError `import-not-undoable` that says what to do */
export async function checkUse(tx: Tx, id: string): Promise<void> {
  await holdRunsAndSites(tx, id);
  await checkReductions(tx, id);
  await checkRuns(tx, id);
  await checkDecisions(tx, id);
  await checkLaterImports(tx, id);
}

/** Readings of an import, found by the registers and the time of which its file speaks. */
const ofImport = `
  FROM import_register g
  JOIN community c ON c.id = g.community_id
  JOIN reading k ON k.community_no = c.no AND k.register_no = g.register_no AND k.at BETWEEN g.from_at AND g.to_at
  JOIN import_batch b ON b.community_id = g.community_id AND b.import_id = g.import_id AND b.batch_no = k.batch_no
  WHERE g.community_id = current_community() AND g.import_id = $1`;

const sitesOf = `
  SELECT DISTINCT m.site_id FROM import_register g
  JOIN register r ON r.no = g.register_no
  JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
  WHERE g.community_id = current_community() AND g.import_id = $1`;

/** Nobody calculates, approves or issues a run of these sites meanwhile. */
async function holdRunsAndSites(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `SELECT FROM billing_run WHERE community_id = current_community() AND site_id IN (${sitesOf}) AND status <> 'cancelled'
     ORDER BY id FOR UPDATE`,
    [id],
  );
  await tx.query(
    `SELECT FROM site WHERE community_id = current_community() AND id IN (${sitesOf}) ORDER BY id FOR NO KEY UPDATE`,
    [id],
  );
}

/** Where the readings of a time went by policy they had been billed; which of them came with the file nobody can tell any more. */
async function checkReductions(tx: Tx, id: string): Promise<void> {
  const [reduced] = await tx.query<{ from: string; to: string; on: string; meter: string; register: string }>(
    `SELECT d.from_at AS from, d.to_at AS to, d.reduced_at::date::text AS on, m.code AS meter, r.code AS register
     FROM import_register g
     JOIN reading_reduction d ON d.community_id = g.community_id AND d.register_no = g.register_no AND d.from_at <= g.to_at AND d.to_at > g.from_at
     JOIN register r ON r.no = g.register_no
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     WHERE g.community_id = current_community() AND g.import_id = $1 ORDER BY d.from_at LIMIT 1`,
    [id],
  );
  if (!reduced) return;
  const { meter, register, from, to, on } = reduced;
  throw no(
    `Readings of ${meter} ${register} from ${from} to ${to} were billed, and reduced on ${on} by the policy "retention". What is left of the file stays.`,
  );
}

/**
 * A reading is in an issued run where it lies in its period, or, for a register that shows nothing just at an edge of the period, where
 * it is the next on the other side of that edge: the value at the edge was estimated from it.
 */
async function checkRuns(tx: Tx, id: string): Promise<void> {
  const [billed] = await tx.query<{
    site: string;
    days: { from: string; to: string };
    meter: string;
    register: string;
  }>(
    `SELECT s.code AS site, run.days, m.code AS meter, r.code AS register
     FROM import_register g
     JOIN community c ON c.id = g.community_id
     JOIN register r ON r.no = g.register_no
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     JOIN site s ON s.community_id = m.community_id AND s.id = m.site_id
     JOIN billing_run run ON run.community_id = s.community_id AND run.site_id = s.id AND run.status IN ('issued', 'closed')
     CROSS JOIN LATERAL (SELECT lower(run.days)::timestamp AT TIME ZONE s.zone AS first, upper(run.days)::timestamp AT TIME ZONE s.zone AS last) span
     CROSS JOIN LATERAL (
       SELECT coalesce((SELECT (p.terms->>'maxInterpolationHours')::int FROM community_policy p
                        WHERE p.community_id = c.id AND p.name = 'readings' AND p.days @> (upper(run.days) - 1)), 0) * interval '1 hour' AS gap) policy
     CROSS JOIN LATERAL (
       SELECT coalesce((SELECT max(at) FROM reading WHERE community_no = c.no AND register_no = r.no AND at BETWEEN span.first - policy.gap AND span.first), span.first) AS first,
              coalesce((SELECT min(at) FROM reading WHERE community_no = c.no AND register_no = r.no AND at BETWEEN span.last AND span.last + policy.gap), span.last) AS last) edge
     WHERE g.community_id = current_community() AND g.import_id = $1 AND EXISTS (
       SELECT FROM reading k
       JOIN import_batch b ON b.community_id = g.community_id AND b.import_id = g.import_id AND b.batch_no = k.batch_no
       WHERE k.community_no = c.no AND k.register_no = r.no
         AND CASE r.kind WHEN 'interval' THEN k.at >= span.first - interval '26 hours' AND k.at < span.last AND k.until > span.first
                         ELSE k.at BETWEEN edge.first AND edge.last END)
     ORDER BY lower(run.days), m.code, r.code LIMIT 1`,
    [id],
  );
  if (!billed) return;
  const { site, days, meter, register } = billed;
  throw no(
    `Readings of ${meter} ${register} were billed in the run of ${site} from ${days.from} to ${days.to}, which is issued. Send the right values: they are conflicts, and what you decide about them is corrected in the next run.`,
  );
}

async function checkDecisions(tx: Tx, id: string): Promise<void> {
  const [corrected] = await tx.query<{ at: string; meter: string; register: string }>(
    `SELECT k.at, m.code AS meter, r.code AS register
     FROM reading_correction d
     JOIN import_register g ON g.community_id = d.community_id AND g.register_no = d.register_no AND d.at BETWEEN g.from_at AND g.to_at
     JOIN community c ON c.id = g.community_id
     JOIN reading k ON k.community_no = c.no AND k.register_no = d.register_no AND k.at = d.at
     JOIN import_batch b ON b.community_id = g.community_id AND b.import_id = g.import_id AND b.batch_no = k.batch_no
     JOIN register r ON r.no = d.register_no
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     WHERE d.community_id = current_community() AND g.import_id = $1 LIMIT 1`,
    [id],
  );
  if (corrected) {
    const { meter, register, at } = corrected;
    throw no(
      `A person has corrected the reading of ${meter} ${register} at ${at}, which came with this file. What was decided stays.`,
    );
  }
  const [decided] = await tx.query<{ at: string; choice: string }>(
    `SELECT e.at, d.choice FROM import_batch b
     JOIN reading_exception e ON e.community_id = b.community_id AND e.batch_no = b.batch_no
     JOIN exception_decision d ON d.community_id = e.community_id AND d.exception_id = e.id
     WHERE b.community_id = current_community() AND b.import_id = $1 AND d.choice IN ('accept', 'supersede') LIMIT 1`,
    [id],
  );
  if (decided)
    throw no(
      `A person has decided to ${decided.choice} a value of this file at ${decided.at}. What was decided stays.`,
    );
}

/** A later file that said the same was answered that it is known. */
async function checkLaterImports(tx: Tx, id: string): Promise<void> {
  const [later] = await tx.query<{ id: string; name: string; receivedAt: string }>(
    `SELECT o.id, coalesce(o.name, o.format) AS name, o.received_at AS "receivedAt" FROM reading_import o
     WHERE o.community_id = current_community() AND o.id <> $1 AND NOT o.dry_run AND o.state IN ('reading', 'done', 'failed', 'undoing')
       AND o.duplicate + o.conflict + o.held + o.unclaimed > 0
       AND (SELECT min(batch_no) FROM import_batch b WHERE b.community_id = o.community_id AND b.import_id = o.id)
         > (SELECT min(batch_no) FROM import_batch b WHERE b.community_id = o.community_id AND b.import_id = $1)
       AND (EXISTS (SELECT FROM import_register a JOIN import_register z USING (community_id, register_no)
                    WHERE a.community_id = o.community_id AND a.import_id = $1 AND z.import_id = o.id
                      AND a.from_at <= z.to_at AND z.from_at <= a.to_at)
            OR EXISTS (SELECT FROM import_channel a JOIN import_channel z USING (community_id, meter, register)
                       WHERE o.unclaimed > 0 AND a.community_id = o.community_id AND a.import_id = $1 AND z.import_id = o.id))
     ORDER BY o.id DESC LIMIT 1`,
    [id],
  );
  if (later)
    throw no(
      `"${later.name}" of ${later.receivedAt}, import ${later.id}, came after it and speaks of the same. Undo that one first, then this.`,
    );
}

/** How many readings an import has stored that are still there. */
export async function countReadings(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(`SELECT count(*)::float8 AS count ${ofImport}`, [id]);
  return row?.count ?? 0;
}
