import type { Instant } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { canonicalJson } from '../../domain/proof/canonical.js';
import { type Certificate, certificateText } from '../../domain/proof/certificate.js';
import { checkCertificate } from '../../domain/proof/check-certificate.js';
import type { Checkpoint } from '../../domain/proof/checkpoint.js';
import { type NoteKey, writeNote } from '../../domain/proof/note.js';
import { signText } from '../../domain/proof/sign.js';
import type { Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import type { RunFacts } from '../billing/certificate-facts.service.js';
import type { Difference } from './difference.js';

/*
 * A run is certified when a signed head speaks of it, of its documents and of its sealed sums: that is, when the record was made again
 * from its rows and nothing differed. What is certified is recorded next, so the head after that speaks of the certificate too.
 *
 * A certificate that does not add up is not made: an alarm says so, and what else there is to do is not kept waiting.
 */

/** What certificates are made with: what a run says, the head that knows it, and the key of the record with its seed. */
export interface Certifying {
  readonly factsOf: (runId: string) => Promise<RunFacts>;
  readonly head: Checkpoint;
  readonly key: NoteKey;
  readonly seed: string;
  readonly at: Instant;
}

const atOnce = 200;

/** Runs that a head speaks of wholly and that have no certificate yet, oldest first. A final statement bills one member: its figures would be that member's. */
function certifiable(tx: Tx, { size }: Checkpoint): Promise<{ id: string; sums: string | null }[]> {
  const isIn = (id: string): string =>
    `EXISTS (SELECT FROM record_entry e WHERE e.community_id = r.community_id AND e.id = ${id} AND e.idx < $1)`;
  return tx.query<{ id: string; sums: string | null }>(
    `SELECT r.id, encode(sha256(convert_to(s.lists, 'UTF8')), 'hex') AS sums FROM billing_run r
     LEFT JOIN run_sum s ON s.community_id = r.community_id AND s.run_id = r.id
     WHERE r.community_id = current_community() AND r.status IN ('issued', 'closed') AND r.leaver_id IS NULL
       AND NOT EXISTS (SELECT FROM run_certificate c WHERE c.community_id = r.community_id AND c.run_id = r.id)
       AND ${isIn('r.id')} AND (s.id IS NULL OR ${isIn('s.id')})
       AND NOT EXISTS (SELECT FROM invoice i WHERE i.community_id = r.community_id AND i.run_id = r.id AND NOT ${isIn('i.id')})
     ORDER BY r.issued_at, r.id LIMIT $2`,
    [size, atOnce],
  );
}

/** Certifies what can be certified. @returns how many runs were, and what stands in the way of others */
export async function certifyRuns(
  tx: Tx,
  certifying: Certifying,
): Promise<{ readonly certified: number; readonly differences: Difference[] }> {
  const runs = await certifiable(tx, certifying.head);
  const differences: Difference[] = [];
  for (const { id, sums } of runs) {
    const { factsOf, head, at } = certifying;
    const facts = { ...(await factsOf(id)), ...(sums === null ? {} : { sums }), madeAt: sixDigits(at), log: head };
    const wrong =
      checkCertificate(facts).find(({ outcome }) => outcome === 'differs')?.says ??
      (await stored(tx, facts, certifying));
    if (wrong !== null)
      differences.push({ kind: 'certificate-differs', subject: `run ${id}`, detail: wrong.slice(0, 1000) });
  }
  return { certified: runs.length - differences.length, differences };
}

/** Signs and stores a certificate. @returns why the database does not take it; null where it does */
async function stored(tx: Tx, content: Certificate, { head, key, seed, at }: Certifying): Promise<string | null> {
  const text = certificateText(content);
  const note = writeNote({ text, signatures: [signText(text, key, seed)] });
  try {
    await tx.undoable(() =>
      tx.query(
        `INSERT INTO run_certificate (community_id, id, run_id, content, signature, log_size, made_at)
         VALUES (current_community(), $1, $2, $3, $4, $5, $6)`,
        [newId(), content.run, canonicalJson(content), note, head.size, at],
      ),
    );
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.code !== 'too-busy') return error.message;
    throw error;
  }
}

/** `2026-11-03T09:30:00.1Z` → `2026-11-03T09:30:00.100000Z`: as the record writes instants. */
function sixDigits(at: Instant): string {
  const [seconds = '', fraction = ''] = at.replace(/Z$/, '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}
