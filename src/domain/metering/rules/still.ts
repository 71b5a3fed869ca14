import { plain } from '../../quantity/decimal.js';
import type { DayUse } from '../figures.js';
import type { RegisterKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf, unitOf } from './subject.js';

/*
 * A meter that stopped says nothing, or says the same for ever. Both are counted in whole days that follow each other.
 *
 *   0 0 0 … for fourteen days         zero use: the shop is closed, or the meter is dead
 *   0.31 0.31 0.31 … for two days     stuck: a logger that repeats its last value; nothing real is so even
 */

/** Whole days in succession that somebody had the space and used nothing. Silent where last year's were like that: that is the season. */
export function zeroUse({ figures, held, before }: RegisterKnown, { 'zero-use': rule }: Rules): Finding[] {
  const lastYear = before.find(({ which }) => which === 'last-year');
  if (lastYear?.counted.quantity.isZero() === true) return [];
  const zeroDays = figures.days.filter(
    (day) => day.quantity.isZero() && held.some(({ from, to }) => from <= day.from && day.to <= to),
  );
  return runsOf(zeroDays, () => true)
    .filter((run) => run.length >= rule.days)
    .map((run) => found('zero-use', rule, subjectOf(figures), rangeOf(run), { days: run.length, limit: rule.days }));
}

/** Whole days in succession in which every interval counted the same, and not nothing. */
export function stuckIntervals({ figures }: RegisterKnown, { 'stuck-intervals': rule }: Rules): Finding[] {
  const constant = figures.days.filter(({ each }) => each !== null && !each.isZero());
  return runsOf(constant, (a, b) => a.each !== null && b.each !== null && a.each.equals(b.each))
    .filter((run) => run.length >= rule.days)
    .map((run) => {
      const each = run[0]?.each ?? null;
      const evidence = { days: run.length, limit: rule.days, each: each && plain(each), unit: unitOf(figures) };
      return found('stuck-intervals', rule, subjectOf(figures), rangeOf(run), evidence);
    });
}

const rangeOf = (run: readonly DayUse[]) => ({ from: run[0]?.from ?? 0, to: run.at(-1)?.to ?? 0 });

/** Days that follow each other without a gap and are alike. */
function runsOf(days: readonly DayUse[], alike: (a: DayUse, b: DayUse) => boolean): DayUse[][] {
  const runs: DayUse[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && last.to === day.from && alike(last, day)) run.push(day);
    else runs.push([day]);
  }
  return runs;
}
