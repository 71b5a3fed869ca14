import { hoursOf } from '../figures.js';
import type { MeterKnown, RegisterKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';
import { subjectOf } from './subject.js';

/** Time that is not known. Missing is never zero. */

/** Registers that said nothing in the span while another of the same meter spoke. */
export function silentSibling({ registers }: MeterKnown, { 'silent-sibling': rule }: Rules): Finding[] {
  const spoke = registers.filter(({ figures }) => figures.count > 0);
  if (spoke.length === 0) return [];
  return registers.filter(isSilent).map(({ figures }) =>
    found('silent-sibling', rule, subjectOf(figures), figures.frame.span, {
      heard: spoke.map((one) => one.figures.source.register.label).join(', '),
    }),
  );
}

export const isSilent = ({ figures }: RegisterKnown): boolean =>
  figures.count === 0 && figures.gaps.length > 0 && figures.falls.length === 0;

/** Stretches without intervals. */
export const missingInterval = ({ figures }: RegisterKnown, { 'missing-interval': rule }: Rules): Finding[] =>
  figures.gaps
    .filter(({ why }) => why === 'no-interval')
    .map(({ from, to }) => {
      const length = (figures.source.intervalMinutes ?? 0) * 60_000;
      const isWhole = length > 0 && (to - from) % length === 0;
      const evidence = { hours: hoursOf({ from, to }), intervals: isWhole ? (to - from) / length : null };
      return found('missing-interval', rule, subjectOf(figures), { from, to }, evidence);
    });

/** Edges of the span at which a display was not read, and cannot be reckoned from its neighbours. */
export const missingReading = ({ figures }: RegisterKnown, { 'missing-reading': rule }: Rules): Finding[] =>
  figures.gaps
    .filter(({ why }) => why !== 'no-interval')
    .map(({ from, to, why }) => {
      const evidence = { why, longestHours: hoursOf({ from: 0, to: figures.frame.maxGapMs }) };
      // The first reading ever sets the base: what was used before it nobody can know, and nobody is billed for it.
      return found(
        'missing-reading',
        rule,
        subjectOf(figures),
        { from, to },
        evidence,
        why === 'sets-base' ? 'warning' : 'blocking',
      );
    });
