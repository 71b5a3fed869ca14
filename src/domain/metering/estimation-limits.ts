import { addMonths, epochMs, fromEpochMs, type Period } from '../calendar/period.js';
import { spanOf, startOfDay, type Zone } from '../calendar/zone.js';
import type { Issue, Subject } from '../errors.js';
import { Decimal, plain, quotient, sum } from '../quantity/decimal.js';

/** How much of a bill may rest on estimates, and for how long. */
export interface EstimationLimits {
  /** Of the floor area of the site. */
  readonly maxSharePercent: Decimal;
  /** How long a register may be without a reading that somebody or something took. */
  readonly maxMonths: number;
}

/** A space of the site. */
export interface MeteredSpace {
  readonly code: string;
  /** m² ≥ 0. */
  readonly area: Decimal;
  /** Whether a part of what it used in the period was estimated. */
  readonly isEstimated: boolean;
}

/** A register with estimates in the period. */
export interface EstimatedRegister {
  readonly subject: Subject;
  /** The latest reading that was no estimate; where there is none, when its device went in. */
  readonly lastRead: number;
}

/**
 * What stands in the way of a bill that rests on estimates.
 *
 * A space counts with its whole area, however short the time that was estimated: whoever lets the bill go on reads what it is about.
 *
 * @returns `estimated-share` where more of the area is estimated than may be; `prolonged-estimation` for each register that nobody has
 *   read for too long
 * @source HeizkostenV § 9a (2); 12 months without an actual reading: Western Australia, Code of Conduct
 * @example 30 of 90 m² estimated, 25 % allowed → blocked: 33.3 %
 */
export function estimationIssues(
  site: Subject,
  { period, zone }: { readonly period: Period; readonly zone: Zone },
  spaces: readonly MeteredSpace[],
  registers: readonly EstimatedRegister[],
  { maxSharePercent, maxMonths }: EstimationLimits,
): Issue[] {
  const span = spanOf(period, zone);
  const issues: Issue[] = [];
  const estimated = spaces.filter(({ isEstimated }) => isEstimated);
  const [part, whole] = [areaOf(estimated), areaOf(spaces)];
  if (part.times(100).greaterThan(whole.times(maxSharePercent))) {
    const share = plain(quotient(part.times(100), whole, 1, 'half-up'));
    issues.push({
      code: 'estimated-share',
      severity: 'blocking',
      subject: site,
      ...span,
      detail: `The use of ${listed(estimated)} is estimated at least in part: ${plain(part)} of ${plain(whole)} m², ${share} % of the floor area. At most ${plain(maxSharePercent)} % may be.`,
      remedy:
        'Read the meters. If that is not possible, do not share the cost of this period by consumption but by floor area alone; for heat and hot water HeizkostenV § 9a (2) demands it.',
    });
  }
  const overdue = epochMs(startOfDay(addMonths(period.to, -maxMonths), zone));
  for (const { subject, lastRead } of registers) {
    if (lastRead >= overdue) continue;
    issues.push({
      code: 'prolonged-estimation',
      severity: 'blocking',
      subject,
      ...span,
      detail: `${subject.label} was last read at ${fromEpochMs(lastRead)}. It may be estimated for at most ${maxMonths} months.`,
      remedy: 'Have the meter read.',
    });
  }
  return issues;
}

const areaOf = (spaces: readonly MeteredSpace[]): Decimal => sum(spaces.map(({ area }) => area));

/** The first few by their codes; a run says which, and does not fill a page. */
function listed(spaces: readonly MeteredSpace[]): string {
  const codes = spaces.map(({ code }) => code).sort();
  const more = codes.length - 5;
  return more > 0 ? `${codes.slice(0, 5).join(', ')} and ${more} more` : codes.join(', ');
}
