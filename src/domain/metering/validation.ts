import { fromEpochMs, type Instant } from '../calendar/period.js';
import type { Subject } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';
import type { Range } from './range.js';

/**
 * What validation looks for and what it says. Each rule is a setting of the community with its own switch; what a rule finds is a
 * question to a person, with the figures that were compared and the answers that can be given.
 */

/** The rules, in the order in which they are asked: what cannot be true is taken out, then gaps are found, then the rest is judged. */
export const ruleNames = [
  'reading-time',
  'register-regressed',
  'rollover-assumed',
  'counter-restart',
  'physical-limit',
  'silent-sibling',
  'missing-interval',
  'missing-reading',
  'zero-use',
  'inactive-use',
  'high-low-use',
  'spike',
  'stuck-intervals',
  'unusual-day',
  'sum-check',
  'residual',
  'prolonged-estimation',
  'verification-passed',
] as const;
export type RuleName = (typeof ruleNames)[number];

/** off: not asked; warn: a question that lets a run go on; block: one that stops it. */
export type Mode = 'off' | 'warn' | 'block';

interface Setting {
  readonly mode: Mode;
}

/** What a community decided about each rule. Quantities are in the unit of the register, after the multiplier. */
export interface Rules {
  readonly 'reading-time': Setting;
  readonly 'register-regressed': Setting;
  readonly 'rollover-assumed': Setting;
  /** `maxPerHour`: for devices that do not declare it; a counter that shows more than this allows did not start again at zero. */
  readonly 'counter-restart': Setting & { readonly maxPerHour: Decimal };
  /** `maxPerHour`: for devices that do not declare it; null: such devices are not judged. */
  readonly 'physical-limit': Setting & { readonly maxPerHour: Decimal | null };
  readonly 'silent-sibling': Setting;
  readonly 'missing-interval': Setting;
  readonly 'missing-reading': Setting;
  /** `days`: how many whole days in succession without any use. */
  readonly 'zero-use': Setting & { readonly days: number };
  /** `perDay`: what an empty space may use. */
  readonly 'inactive-use': Setting & { readonly perDay: Decimal };
  readonly 'high-low-use': Setting & { readonly lowPercent: Decimal; readonly highPercent: Decimal };
  /** `percent`: of the third highest interval. */
  readonly spike: Setting & { readonly percent: Decimal };
  /** `days`: how many whole days in succession in which all intervals are the same. */
  readonly 'stuck-intervals': Setting & { readonly days: number };
  /** `days`: how many others a day must have to be compared with. Percentages of their median. */
  readonly 'unusual-day': Setting & {
    readonly days: number;
    readonly deviations: Decimal;
    readonly lowPercent: Decimal;
    readonly highPercent: Decimal;
  };
  /** A difference counts that is more than both. */
  readonly 'sum-check': Setting & { readonly percent: Decimal; readonly quantity: Decimal };
  readonly residual: Setting & { readonly warnAbovePercent: Decimal; readonly blockAbovePercent: Decimal };
  /** `periods`: how many billing periods in succession may be estimated. */
  readonly 'prolonged-estimation': Setting & { readonly periods: number; readonly months: number };
  readonly 'verification-passed': Setting;
}

/**
 * accept: it was looked at and is true. estimate: the time is to be estimated. ask: a reading is asked for. exchange-found: the device
 * was exchanged, and here is how. rollover-confirmed: the display wrapped.
 */
export const findingChoices = ['accept', 'estimate', 'ask', 'exchange-found', 'rollover-confirmed'] as const;
export type FindingChoice = (typeof findingChoices)[number];

/** What can be answered to each rule, the likeliest first. A gap cannot be accepted: missing is never zero. */
export const choicesOf: Readonly<Record<RuleName, readonly FindingChoice[]>> = {
  'reading-time': ['accept', 'estimate', 'ask'],
  'register-regressed': ['exchange-found', 'ask', 'estimate'],
  'rollover-assumed': ['rollover-confirmed', 'exchange-found', 'ask', 'estimate'],
  'counter-restart': ['exchange-found', 'ask', 'estimate'],
  'physical-limit': ['accept', 'estimate', 'ask'],
  'silent-sibling': ['ask', 'estimate', 'accept'],
  'missing-interval': ['estimate', 'ask'],
  'missing-reading': ['ask', 'estimate', 'exchange-found'],
  'zero-use': ['accept', 'ask', 'estimate', 'exchange-found'],
  'inactive-use': ['accept', 'ask'],
  'high-low-use': ['accept', 'ask', 'estimate'],
  spike: ['accept', 'estimate', 'ask'],
  'stuck-intervals': ['accept', 'estimate', 'ask'],
  'unusual-day': ['accept', 'estimate', 'ask'],
  'sum-check': ['accept', 'ask', 'estimate'],
  residual: ['accept', 'ask'],
  'prolonged-estimation': ['ask', 'accept'],
  'verification-passed': ['accept', 'exchange-found', 'ask'],
};

/** The figures that were compared: decimals and instants as texts, counts as whole numbers. */
export type Evidence = Readonly<Record<string, string | number | null>>;

/** A question about readings. */
export interface Finding {
  readonly rule: RuleName;
  readonly severity: 'blocking' | 'warning';
  readonly subject: Subject;
  readonly from: Instant;
  readonly to: Instant;
  readonly evidence: Evidence;
  readonly choices: readonly FindingChoice[];
}

/**
 * Makes a finding of a rule.
 *
 * @param atMost the severity that the figures themselves justify, whatever the rule is set to
 */
export function found(
  rule: RuleName,
  { mode }: Setting,
  subject: Subject,
  { from, to }: Range,
  evidence: Evidence,
  atMost: Finding['severity'] = 'blocking',
): Finding {
  return {
    rule,
    severity: mode === 'block' ? atMost : 'warning',
    subject,
    from: fromEpochMs(from),
    to: fromEpochMs(to),
    evidence,
    choices: choicesOf[rule],
  };
}
