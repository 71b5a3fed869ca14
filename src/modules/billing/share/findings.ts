import { type Issue, issueCodes, type Severity } from '../../../domain/errors.js';
import { issueId, type Override, overridable, override } from '../../../domain/invoice/billing-run.js';
import { DomainError } from '../../../domain/errors.js';
import type { Instant } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { RunIssueReply } from '../billing.schema.js';

const severities: readonly Severity[] = ['blocking', 'warning', 'info'];

/** Findings in their fixed order, each once: what blocks first, then by code, by whom it is about, and by time. */
export function inOrder(issues: readonly Issue[]): Issue[] {
  const rank = ({ severity, code, subject, from = '', to = '' }: Issue): string =>
    [
      severities.indexOf(severity),
      String(issueCodes.indexOf(code)).padStart(3, '0'),
      subject.label,
      subject.id,
      from,
      to,
    ].join('\u0000');
  const once = new Map<string, Issue>();
  for (const issue of issues) if (!once.has(issueId(issue))) once.set(issueId(issue), issue);
  const ranked = [...once.values()].map((issue) => ({ issue, rank: rank(issue) }));
  return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ issue }) => issue);
}

interface IssueRow {
  readonly no: number;
  readonly fingerprint: string;
  readonly code: Issue['code'];
  readonly severity: Severity;
  readonly kind: Issue['subject']['kind'];
  readonly subjectId: string;
  readonly label: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly detail: string;
  readonly remedy: string;
  readonly facts: Readonly<Record<string, string>> | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: Instant | null;
}

/** The findings of a run as they are stored, with who took which of them on. */
export async function readFindings(tx: Tx, runId: string): Promise<RunIssueReply[]> {
  const rows = await tx.query<IssueRow>(
    `SELECT i.no, i.fingerprint, i.code, i.severity, i.subject_kind AS kind, i.subject_id AS "subjectId", i.subject_label AS label,
            i.from_at AS "from", i.to_at AS "to", i.detail, i.remedy, i.facts, o.reason, o.decided_by AS by, o.decided_at AS at
     FROM run_issue i
     LEFT JOIN run_override o ON o.community_id = i.community_id AND o.run_id = i.run_id AND o.fingerprint = i.fingerprint
     WHERE i.community_id = current_community() AND i.run_id = $1 ORDER BY i.no`,
    [runId],
  );
  return rows.map(({ kind, subjectId, label, reason, by, at, ...row }) => ({
    ...row,
    subject: { kind, id: subjectId, label },
    overridable: overridable[row.code],
    override: reason === null || by === null || at === null ? null : { reason, by, at },
  }));
}

/** Who took on what in a run; it counts for the same finding however often the run is calculated. */
export const readOverrides = (tx: Tx, runId: string): Promise<Override[]> =>
  tx.query<Override>(
    `SELECT fingerprint AS issue, decided_by AS by, reason FROM run_override
     WHERE community_id = current_community() AND run_id = $1 ORDER BY fingerprint`,
    [runId],
  );

/**
 * Records that a person takes a finding on.
 *
 * @throws DomainError `not-found`, `issue-not-overridable`, `already-decided`
 */
export async function overrideFinding(
  tx: Tx,
  runId: string,
  no: number,
  by: string,
  reason: string,
  at: Instant,
): Promise<RunIssueReply> {
  const found = (await readFindings(tx, runId)).find((issue) => issue.no === no);
  if (!found) throw new DomainError('not-found', `The run has no finding ${no}; see its issues.`);
  const { code, subject, severity, detail, remedy, from, to } = found;
  const issue = {
    code,
    subject,
    severity,
    detail,
    remedy,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  } as Issue;
  const taken = override(issue, by, reason);
  const written = await tx.query(
    `INSERT INTO run_override (community_id, run_id, fingerprint, code, reason, decided_by, decided_at)
     VALUES (current_community(), $1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING code`,
    [runId, found.fingerprint, code, taken.reason, by, at],
  );
  if (written.length === 0) throw new DomainError('already-decided', `Finding ${no} has been taken on already.`);
  return { ...found, override: { reason: taken.reason, by, at } };
}
