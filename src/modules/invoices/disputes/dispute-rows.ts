import { addDays, type CivilDate } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { type DisputeLimits, isPaused, nextDue } from '../../../domain/ledger/dispute.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { isId } from '../../../platform/http/wire.js';
import type { Seen } from '../../community/places.service.js';
import type { DisputePatterns, DisputeReply } from './disputes.schema.js';

/** A dispute as it is stored: what follows from its steps and the day is told by the domain. */
export type DisputeRow = Omit<DisputeReply, 'paused' | 'due' | 'overdue' | 'referableUntil'>;

const columns = `
  SELECT d.id, jsonb_build_object('id', i.id, 'number', i.number, 'period', jsonb_build_object('from', lower(i.days), 'to', upper(i.days))) AS invoice,
         jsonb_build_object('no', l.no, 'section', l.section, 'description', l.description, 'net', l.net::text) AS line,
         jsonb_build_object('id', m.id, 'code', m.code, 'name', m.name) AS member, i.currency, d.amount, d.state,
         (SELECT jsonb_agg(jsonb_build_object('kind', s.kind, 'on', s.taken_on, 'at', date_trunc('milliseconds', s.taken_at), 'by', jsonb_build_object('id', p.id, 'name', p.name),
                   'text', s.text, 'outcome', s.outcome, 'remedy', r.number) ORDER BY s.no)
          FROM dispute_step s JOIN person p ON p.community_id = s.community_id AND p.id = s.taken_by
          LEFT JOIN invoice r ON r.community_id = s.community_id AND r.id = s.remedy_id
          WHERE s.community_id = d.community_id AND s.dispute_id = d.id) AS steps
  FROM dispute d
  JOIN invoice i ON i.community_id = d.community_id AND i.id = d.invoice_id
  JOIN invoice_line l ON l.community_id = d.community_id AND l.invoice_id = d.invoice_id AND l.no = d.line_no
  JOIN member m ON m.community_id = d.community_id AND m.id = d.member_id
  WHERE d.community_id = current_community()`;

export interface WantedDisputes {
  readonly seen: Seen;
  readonly member: string | null;
  readonly invoice: string | null;
  readonly state: string | null;
  readonly before: string | null;
  readonly limit: number;
}

/** The last asked first. */
export const readDisputes = (
  tx: Tx,
  { seen, member, invoice, state, before, limit }: WantedDisputes,
): Promise<DisputeRow[]> =>
  tx.query<DisputeRow>(
    `${columns} AND ($1::uuid[] IS NULL OR d.member_id = ANY($1::uuid[])) AND ($2::text IS NULL OR m.code = $2 OR m.id::text = $2)
       AND ($3::text IS NULL OR i.number = $3 OR i.id::text = $3) AND ($4::text IS NULL OR d.state = $4) AND ($5::uuid IS NULL OR d.id < $5)
     ORDER BY d.id DESC LIMIT $6::int`,
    [seen, member, invoice, state, before, limit],
  );

/** @throws DomainError `not-found`, the same for what is not there and what is another's */
export async function disputeAt(tx: Tx, id: string, seen: Seen): Promise<DisputeRow> {
  const [row] = isId(id)
    ? await tx.query<DisputeRow>(`${columns} AND d.id = $1 AND ($2::uuid[] IS NULL OR d.member_id = ANY($2::uuid[]))`, [
        id,
        seen,
      ])
    : [];
  if (!row) throw new DomainError('not-found', `There is no dispute ${id} here.`);
  return row;
}

/** The steps of a dispute as the domain reads them. */
export const stepsOf = ({ steps }: DisputeRow) => steps.map(({ kind, on, by }) => ({ kind, on, by: by.id }));

/** With what follows from the steps on a day. */
export function disputeReply(row: DisputeRow, limits: DisputeLimits, today: CivilDate): DisputeReply {
  const steps = stepsOf(row);
  const due = nextDue(steps, limits);
  const decisions = steps.filter(({ kind }) => kind === 'decided');
  const isReferable = row.state === 'decided' && decisions.length === 1;
  return {
    ...row,
    paused: isPaused(steps),
    due,
    overdue: due !== null && due < today,
    referableUntil: isReferable && decisions[0] ? addDays(decisions[0].on, limits.referDays) : null,
  };
}

/** What was questioned, by what the line was for. */
export const readPatterns = (tx: Tx): Promise<DisputePatterns['items']> =>
  tx.query<DisputePatterns['items'][number]>(
    `SELECT l.section, l.description, count(*)::int AS asked, (count(*) FILTER (WHERE d.state IN ('asked', 'answered', 'referred')))::int AS open,
            (count(*) FILTER (WHERE d.state = 'decided' AND s.outcome IN ('upheld', 'partly')))::int AS upheld,
            (count(*) FILTER (WHERE d.state = 'decided' AND s.outcome = 'rejected'))::int AS rejected,
            count(DISTINCT d.member_id)::int AS members, sum(d.amount) AS amount
     FROM dispute d
     JOIN invoice_line l ON l.community_id = d.community_id AND l.invoice_id = d.invoice_id AND l.no = d.line_no
     LEFT JOIN LATERAL (SELECT outcome FROM dispute_step s WHERE s.community_id = d.community_id AND s.dispute_id = d.id
                        ORDER BY s.no DESC LIMIT 1) s ON true
     WHERE d.community_id = current_community() AND d.state <> 'withdrawn'
     GROUP BY l.section, l.description ORDER BY count(*) DESC, l.section, l.description LIMIT 200`,
  );
