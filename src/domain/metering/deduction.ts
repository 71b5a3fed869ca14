import type { Period } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import { type Decimal, plain, sum } from '../quantity/decimal.js';

/*
 * The problem: what a garden tap or a steam boiler takes never reaches the sewer, so waste water is charged without it, while
 * fresh water is charged in full.
 *
 *   intake 30 m³, garden 8 and boiler 2    fresh water 30 m³, waste water 20 m³
 *
 * More deducted than taken in is impossible: a meter is wrong or hangs elsewhere. It is told, and never cut to zero.
 */

/** What one meter counted. */
export interface Counted {
  readonly label: string;
  readonly quantity: Decimal;
}

/** What a meter counted, and what is left of it after the meters that hang on it. */
export interface Deducted {
  /** In full: what the intake itself is charged by. */
  readonly intake: Decimal;
  readonly deducted: Decimal;
  /** What a deducted charge is charged by; null where an Issue says why it is not known. */
  readonly net: Decimal | null;
  readonly issues: readonly Issue[];
}

/**
 * Takes what deduction meters counted off their intake.
 *
 * @param intake     of one meter, over a period
 * @param deductions of the meters behind it, in the same unit and over the same period
 * @returns the net quantity; or none and a blocking Issue `deduction-exceeds-intake`
 * @law intake = net + deducted; 0 ≤ net ≤ intake; without deductions the intake
 * @source golden case G09d
 */
export function deduct(
  intake: Decimal,
  deductions: readonly Counted[],
  unit: string,
  subject: Subject,
  period: Period,
): Deducted {
  const deducted = sum(deductions.map(({ quantity }) => quantity));
  const net = intake.minus(deducted);
  if (!net.lessThan(0)) return { intake, deducted, net, issues: [] };
  const counted = deductions.map(({ label, quantity }) => `${label} ${plain(quantity)}`).join(', ');
  const issue: Issue = {
    code: 'deduction-exceeds-intake',
    severity: 'blocking',
    subject,
    ...period,
    detail: `${subject.label} counted ${plain(intake)} ${unit}, the meters that are deducted from it ${plain(deducted)} ${unit}: ${counted}.`,
    remedy: 'Look for a wrong multiplier or a meter that hangs elsewhere, and correct the readings.',
  };
  return { intake, deducted, net: null, issues: [issue] };
}
