import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import { type Decimal, decimal, sum } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CreditNotesService } from '../../invoices/credit-notes.service.js';
import { grouped } from '../grouped.js';
import type { Run } from '../run/runs.js';

/** The invoice by which a member was last billed for a run or its corrections. */
export interface StandingInvoice {
  readonly id: string;
  readonly number: string;
  readonly memberId: string;
  readonly issuedOn: CivilDate;
  readonly net: string;
  /** Number of the credit note that takes it back already; null where none does. */
  readonly creditedBy: string | null;
}

/** Of each member the last invoice of a run and its corrections that no correction has taken back. */
export const standingInvoices = (tx: Tx, originId: string): Promise<StandingInvoice[]> =>
  tx.query<StandingInvoice>(
    `SELECT i.id, i.number, i.member_id AS "memberId", i.issued_on AS "issuedOn", i.net, c.number AS "creditedBy"
     FROM invoice i
     JOIN billing_run r ON r.community_id = i.community_id AND r.id = i.run_id AND coalesce(r.corrects_id, r.id) = $1
     LEFT JOIN invoice c ON c.community_id = i.community_id AND c.credits_id = i.id
     WHERE i.community_id = current_community() AND i.kind = 'invoice' AND NOT EXISTS (
       SELECT FROM invoice_taken_back t WHERE t.community_id = i.community_id AND t.invoice_id = i.id)
     ORDER BY i.number COLLATE "C"`,
    [originId],
  );

/** The invoice that another takes the place of. */
export interface Replaced {
  readonly number: string;
  readonly issuedOn: CivilDate;
  readonly creditNote: string;
  readonly cause: string;
  /** What changed for the member, in sentences. */
  readonly because: readonly string[];
}

/** What a correction takes back before it bills anew. */
export interface TakenBack {
  /** Members of whom a line changes: they get a document, and nobody else does. */
  readonly moved: ReadonlySet<string>;
  readonly replaced: ReadonlyMap<string, Replaced>;
  /** Net that leaves the held account to be billed again: of the invoices that were taken back; below zero where the change goes there to wait. */
  readonly net: Decimal;
}

/** The first half of credit and reissue: for each member with a change, the mirror of the invoice that stands. */
@Injectable()
export class TakeBack {
  constructor(private readonly creditNotes: CreditNotesService) {}

  async of(tx: Tx, run: Run, by: string): Promise<TakenBack> {
    const { correctsId, cause, way } = run;
    // What moves is billed by the next run, and waits in the held account until then.
    if (way === 'next-run') return { moved: new Set(), replaced: new Map(), net: await movedBy(tx, run.id) };
    assert(correctsId !== null && cause !== null, 'A correction says what it corrects, and why.');
    const because = await sentencesOf(tx, run.id);
    const invoices = (await standingInvoices(tx, correctsId)).filter(({ memberId }) => because.has(memberId));
    const replaced = new Map<string, Replaced>();
    for (const { id, number, memberId, issuedOn, creditedBy } of invoices) {
      const taking = { reason: cause, runId: run.id, actor: { kind: 'person', id: by } as const };
      const creditNote = creditedBy ?? (await this.creditNotes.takeBack(tx, run.communityId, id, taking)).number;
      replaced.set(memberId, { number, issuedOn, creditNote, cause, because: because.get(memberId) ?? [] });
    }
    await tx.query(
      `INSERT INTO invoice_taken_back (community_id, invoice_id, run_id) SELECT current_community(), unnest($1::uuid[]), $2`,
      [invoices.map(({ id }) => id), run.id],
    );
    return { moved: new Set(because.keys()), replaced, net: sum(invoices.map(({ net }) => decimal(net))) };
  }
}

/** What members are to bear less, all together. */
async function movedBy(tx: Tx, runId: string): Promise<Decimal> {
  const [row] = await tx.query<{ less: string }>(
    `SELECT coalesce(-sum(amount), 0)::numeric AS less FROM run_delta WHERE community_id = current_community() AND run_id = $1 AND kind = 'member'`,
    [runId],
  );
  return decimal(row?.less ?? '0');
}

/** Why each member's lines change, each sentence once. What others did is not told to a member. */
async function sentencesOf(tx: Tx, runId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tx.query<{ memberId: string; sentence: string }>(
    `SELECT d.member_id AS "memberId", r.reason->>'sentence' AS sentence
     FROM run_delta d CROSS JOIN LATERAL jsonb_array_elements(d.reasons) AS r (reason)
     WHERE d.community_id = current_community() AND d.run_id = $1 AND d.kind = 'member'
     GROUP BY d.member_id, r.reason->>'sentence' ORDER BY min(d.no)`,
    [runId],
  );
  const byMember = grouped(rows, ({ memberId }) => memberId);
  return new Map([...byMember].map(([id, some]) => [id, some.map(({ sentence }) => sentence)]));
}
