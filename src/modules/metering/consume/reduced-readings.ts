import { epochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { DomainError, type Issue } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Explained } from './consume-in-domain.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/*
 * Readings of times that were billed long ago may have gone, by the policy `retention`. What is left of such a time says nothing about
 * what was used within it: a sum over it would be too small, and a gap in it is none. So it is told as what it is, and never counted.
 */

/** A time of a register whose readings went. */
export interface Reduction extends Span {
  readonly no: number;
  readonly reducedAt: Instant;
}

/** Reductions that a span meets, of some registers, in order of time. */
export async function reductionsOver(
  tx: Tx,
  communityId: string,
  registers: readonly Pick<InstalledRegister, 'no'>[],
  span: Span,
): Promise<Map<number, Reduction[]>> {
  const rows = await tx.query<Reduction>(
    `SELECT register_no AS no, from_at AS from, to_at AS to, reduced_at AS "reducedAt" FROM reading_reduction
     WHERE community_id = $1 AND register_no = ANY ($2::int[]) AND from_at < $4::timestamptz AND to_at > $3::timestamptz
     ORDER BY register_no, from_at`,
    [communityId, registers.map(({ no }) => no), span.from, span.to],
  );
  const byNo = new Map<number, Reduction[]>();
  for (const row of rows) {
    const known = byNo.get(row.no);
    if (known) known.push(row);
    else byNo.set(row.no, [row]);
  }
  return byNo;
}

export const overlaps = (a: Span, b: Span): boolean =>
  epochMs(a.from) < epochMs(b.to) && epochMs(b.from) < epochMs(a.to);

/** What became of a register: without quantities of reduced time, and nothing found there but that it was reduced. */
export function withoutReduced({ plan, answers, issues }: Explained, reductions: readonly Reduction[]): Explained {
  if (reductions.length === 0) return { plan, answers, issues };
  const isReduced = (span: Span): boolean => reductions.some((reduction) => overlaps(span, reduction));
  const known = answers.map((answer, i) =>
    plan.questions[i]?.stretches.some(isReduced)
      ? { ...answer, quantity: null, opening: null, closing: null, intervals: null }
      : answer,
  );
  const { id, label } = plan.register;
  const elsewhere = issues.filter(({ from, to }) => {
    const [start, end] = [from ?? to, to ?? from];
    return start === undefined || end === undefined || !isReduced({ from: start, to: end });
  });
  const told = reductions.map(({ from, to, reducedAt }): Issue => ({
    code: 'readings-reduced',
    severity: 'blocking',
    subject: { kind: 'register', id, label },
    ...{ from, to },
    detail: `The readings of ${label} from ${from} to ${to} were reduced on ${reducedAt.slice(0, 10)} by policy: they were billed, and are not kept any more.`,
    remedy: 'What was billed for this time stands in its billing run; ask for another time here.',
  }));
  return { plan, answers: known, issues: [...elsewhere, ...told] };
}

/** @throws DomainError `readings-reduced` where readings of the span have gone: what misses them cannot be judged or made up any more */
export async function refuseReduced(
  tx: Tx,
  communityId: string,
  registers: readonly Pick<InstalledRegister, 'no' | 'label'>[],
  span: Span,
): Promise<void> {
  const found = await reductionsOver(tx, communityId, registers, span);
  const register = registers.find(({ no }) => found.has(no));
  const [first] = found.get(register?.no ?? 0) ?? [];
  if (!register || !first) return;
  throw new DomainError(
    'readings-reduced',
    `The readings of ${register.label} from ${first.from} to ${first.to} were reduced on ${first.reducedAt.slice(0, 10)} by the policy "retention"; nothing can be checked or estimated there any more. Choose another time.`,
  );
}
