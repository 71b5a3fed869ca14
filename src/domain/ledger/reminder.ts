import { addDays, type CivilDate, daysIn } from '../calendar/period.js';
import type { Decimal } from '../quantity/decimal.js';
import { partOpen } from './dispute.js';

/*
 * A document that is not paid on the day it was due is overdue, and its member is reminded of it: in steps, some days after that day.
 *
 *   due 17 November, steps 3, 14 and 28 days, 145.00 open of which 26.16 are questioned
 *   → on 20 November 118.84 are asked for, on 1 December what is still open then, on 15 December the last time
 *
 * Whoever looks only on 10 December sends the second step: what was passed over is not made up for. The last step follows on 17 December
 * and not on the 15th, because nobody is reminded twice within a week.
 */

/** How often somebody is reminded of one document, whatever the steps are. */
export const mostReminders = 3;
/** The least days between two reminders of one document. */
const restDays = 7;

/** A reminder that went. */
export interface Reminded {
  /** Which step it was: so many days after the day on which it was due. */
  readonly step: number;
  readonly on: CivilDate;
}

/** A document that asks for money, as it stands today. */
export interface Claim {
  readonly number: string;
  readonly dueOn: CivilDate;
  /** What is neither paid nor credited, ≥ 0. */
  readonly open: Decimal;
  /** What of it the member questions, ≥ 0. */
  readonly questioned: Decimal;
  /** True while its mail waits or is held back: nobody is reminded of what it never got. */
  readonly isHeldBack: boolean;
  /** Oldest first. */
  readonly reminded: readonly Reminded[];
}

/** What stands in the way of a reminder. */
export type Pause = 'questioned' | 'held-back';

/** A claim that is overdue. */
export interface Overdue {
  readonly number: string;
  /** Since the day on which it was due; more than 0. */
  readonly days: number;
  /** What is asked for: open less what is questioned. */
  readonly due: Decimal;
  readonly paused: Decimal;
  /** The step to be sent today, in days after the due date; null where none is. */
  readonly step: number | null;
  /** The first day of the next step, while none is to be sent; null where none will be. */
  readonly next: CivilDate | null;
  readonly pause: Pause | null;
}

/**
 * What is overdue on a day, and of what somebody is to be reminded.
 *
 * @param steps days after the due date, ascending, at most three; none where nobody is reminded
 * @returns the claims that are overdue and not paid, the longest overdue first
 * @law due + paused = open; a step only where due > 0; never a step that was sent, nor one before it; at most three, a week apart
 */
export function overdueOn(claims: readonly Claim[], steps: readonly number[], today: CivilDate): Overdue[] {
  return claims
    .filter(({ open, dueOn }) => open.greaterThan(0) && dueOn < today)
    .map((claim): Overdue => {
      const { paused, due } = partOpen(claim.open, claim.questioned);
      const pause: Pause | null = claim.isHeldBack ? 'held-back' : due.greaterThan(0) ? null : 'questioned';
      const days = daysIn({ from: claim.dueOn, to: today });
      return { number: claim.number, days, due, paused, pause, ...stepOf(claim, steps, today, pause) };
    })
    .toSorted((a, b) => b.days - a.days || (a.number < b.number ? -1 : 1));
}

function stepOf(
  { dueOn, reminded }: Claim,
  steps: readonly number[],
  today: CivilDate,
  pause: Pause | null,
): Pick<Overdue, 'step' | 'next'> {
  const last = reminded.at(-1);
  const left = reminded.length < mostReminders ? steps.filter((step) => last === undefined || step > last.step) : [];
  const [first] = left;
  if (pause !== null || first === undefined) return { step: null, next: null };
  const rested = last === undefined ? dueOn : addDays(last.on, restDays);
  const from = [addDays(dueOn, first), rested].toSorted().at(-1) ?? dueOn;
  if (today < from) return { step: null, next: from };
  return { step: left.findLast((step) => addDays(dueOn, step) <= today) ?? null, next: null };
}
