import type { BillingRun } from '../api/generated/types.gen';
import { nextMonth } from '../figures/figures';

/** The steps of a run, in their order; each has its page and can be entered at any time. */
export const steps = ['bill', 'readings', 'preview', 'approve', 'send', 'payments'] as const;
export type Step = (typeof steps)[number];
export const isStep = (text: string): text is Step => (steps as readonly string[]).includes(text);

/** What says how far a run is. */
type Standing = Pick<BillingRun, 'status' | 'issues' | 'totals'> & Partial<Pick<BillingRun, 'correction'>>;

/** Where a run waits for somebody. */
export function stepOf({ status, issues, totals, correction }: Standing): Step {
  switch (status) {
    case 'open':
    case 'validated':
      // A correction begins with what it changes: its costs and readings were looked at when they were put right.
      return issues.blocking > 0 ? 'readings' : totals === null && !correction ? 'bill' : 'preview';
    case 'previewed':
      return 'approve';
    case 'approved':
      return 'send';
    case 'issued':
      return 'send';
    case 'closed':
    case 'cancelled':
      return 'payments';
  }
}

/** Which steps lie behind a run. */
export function stepsDone(run: Standing): ReadonlySet<Step> {
  const past = steps.indexOf(stepOf(run));
  return new Set(run.status === 'closed' ? steps.slice(0, 5) : steps.slice(0, past));
}

/** What a site's treasurer does next. */
export type Next =
  | { readonly kind: 'go-on'; readonly run: BillingRun; readonly step: Step }
  | { readonly kind: 'start'; readonly period: Period }
  | { readonly kind: 'wait'; readonly period: Period; readonly run: BillingRun }
  | { readonly kind: 'first' };

interface Period {
  readonly from: string;
  readonly to: string;
}

/**
 * A run that is under way is gone on with; else the month after the last one is started as soon as it is over.
 *
 * @param runs of one site, newest first; what was cancelled or only corrects another leads nowhere, and a final statement bills no month
 * @param today in the site's zone
 */
export function nextOf(runs: readonly BillingRun[], today: string): Next {
  const own = runs.filter(({ status, correction }) => status !== 'cancelled' && correction === null);
  const underWay = own.find(({ status }) => status !== 'closed');
  if (underWay) return { kind: 'go-on', run: underWay, step: stepOf(underWay) };
  const last = own.filter(({ leaver }) => leaver === null).toSorted((a, b) => (a.period.to < b.period.to ? 1 : -1))[0];
  if (!last) return { kind: 'first' };
  const period = nextMonth(last.period);
  return period.to <= today ? { kind: 'start', period } : { kind: 'wait', period, run: last };
}
