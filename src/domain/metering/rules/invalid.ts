import { fromEpochMs } from '../../calendar/period.js';
import { plain } from '../../quantity/decimal.js';
import { type Fall, hourMs, hoursOf } from '../figures.js';
import type { RegisterKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf, unitOf } from './subject.js';

/** What cannot be true as it stands. It is out of everything that is compared afterwards. */

/** Readings from the future, or from before the device went in. */
export const readingTime = ({ figures }: RegisterKnown, { 'reading-time': rule }: Rules): Finding[] =>
  figures.strays.map(({ why, value, ...range }) =>
    found('reading-time', rule, subjectOf(figures), range, { why, value: plain(value) }),
  );

/** A display that shows less than before, where neither a wrap nor a restart explains it. */
export const registerRegressed = (known: RegisterKnown, rules: Rules): Finding[] =>
  fallsOf(known, 'register-regressed', rules);

/** A display that may have wrapped: plausible, and still to be told from an exchange. */
export const rolloverAssumed = (known: RegisterKnown, rules: Rules): Finding[] =>
  fallsOf(known, 'rollover-assumed', rules);

/** A counter that started again at zero, where the community wants to be asked before that is recorded. */
export const counterRestart = (known: RegisterKnown, rules: Rules): Finding[] =>
  rules['counter-restart'].mode === 'block' ? fallsOf(known, 'counter-restart', rules) : [];

function fallsOf(
  known: RegisterKnown,
  name: 'register-regressed' | 'rollover-assumed' | 'counter-restart',
  rules: Rules,
): Finding[] {
  const { figures } = known;
  return figures.falls
    .filter((fall) => kindOf(fall, known, rules) === name)
    .map((fall) => {
      const { from, to, start, end, capacity, wrapped, maxPerHour } = fall;
      return found(
        name,
        rules[name],
        subjectOf(figures),
        { from, to },
        {
          start: plain(start),
          end: plain(end),
          capacity: capacity && plain(capacity),
          maxPerHour: maxPerHour && plain(maxPerHour),
          wrapped: wrapped && plain(wrapped),
          unit: unitOf(figures),
        },
      );
    });
}

function kindOf(fall: Fall, known: RegisterKnown, rules: Rules) {
  if (fall.wrapped !== null) return 'rollover-assumed';
  return isRestart(fall, known, rules) ? 'counter-restart' : 'register-regressed';
}

/**
 * True where a fall is a counter that started again at zero: its devices do so, and what it shows since can have passed in the time.
 *
 * @example 5000 → 0.4 after half an hour, at most 60 an hour → a restart; 5000 → 4990 is none
 */
export function isRestart(fall: Fall, { restarts }: Pick<RegisterKnown, 'restarts'>, rules: Rules): boolean {
  const { mode, maxPerHour } = rules['counter-restart'];
  if (!restarts || mode === 'off' || fall.wrapped !== null || !fall.isDirect) return false;
  const most = (fall.maxPerHour ?? maxPerHour).times(fall.to - fall.from);
  return fall.end.times(fall.multiplier).times(hourMs).lessThanOrEqualTo(most);
}

/** More than can pass in its time; all of a register in one finding. What was sent stays whole: nothing is cut to the limit. */
export function physicalLimit({ figures }: RegisterKnown, { 'physical-limit': rule }: Rules): Finding[] {
  const { beyond } = figures;
  const [first, last] = [beyond[0], beyond.at(-1)];
  if (!first || !last) return [];
  const most = beyond.reduce((a, b) => (b.quantity.greaterThan(a.quantity) ? b : a));
  return [
    found(
      'physical-limit',
      rule,
      subjectOf(figures),
      { from: first.from, to: last.to },
      {
        times: beyond.length,
        highest: plain(most.quantity),
        at: fromEpochMs(most.from),
        hours: hoursOf(most),
        maxPerHour: plain(most.maxPerHour),
        unit: unitOf(figures),
      },
    ),
  ];
}
