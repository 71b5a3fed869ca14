import { compare, isZero, minus, sum } from '../../figures/exact';
import type { Read } from './typed-terms';

/** Whose part: `space CODE`, `member CODE`, or `common`; and how much, as it is typed. */
export interface HolderRow {
  readonly holder: string;
  readonly part: string;
}
export type HolderPart =
  | { readonly space: string; readonly part: string }
  | { readonly member: string; readonly part: string }
  | { readonly common: true; readonly part: string };

export const emptyRow: HolderRow = { holder: '', part: '' };

export function rowOf(one: HolderPart): HolderRow {
  if ('space' in one) return { holder: `space ${one.space}`, part: one.part };
  return { holder: 'member' in one ? `member ${one.member}` : 'common', part: one.part };
}

/** The parts as the service takes them; undefined while one of them is not written yet. A row that is wholly empty is none. */
export function termsOfRows(rows: readonly HolderRow[], read: Read): HolderPart[] | undefined {
  const written = rows.filter(({ holder, part }) => holder !== '' || part.trim() !== '');
  const parts = written.flatMap(({ holder, part: typed }): HolderPart[] => {
    const part = read(typed);
    const [what, code = ''] = holder.split(' ');
    if (part === undefined || what === undefined || what === '') return [];
    if (what === 'common') return [{ common: true, part }];
    return what === 'space' ? [{ space: code, part }] : [{ member: code, part }];
  });
  return parts.length === 0 || parts.length < written.length ? undefined : parts;
}

export interface Whole {
  /** What the parts come to, exactly, as far as they can be read. */
  readonly sum: string;
  /** 1 or 100, whichever they are on the way to. */
  readonly whole: '1' | '100';
  /** How much is missing; below zero how much is too much. */
  readonly missing: string;
  readonly isExact: boolean;
}

/**
 * Whether parts make a whole.
 *
 * @example 60 and 30 → 90, of 100, 10 is missing; 0.5 and 0.25 → 0.75, of 1, 0.25 is missing
 */
export function wholeOf(parts: readonly string[], read: Read): Whole {
  const total = sum(parts.flatMap((part) => read(part) ?? []));
  const whole = compare(total, '1') <= 0 && !isZero(total) ? '1' : '100';
  const missing = minus(whole, total);
  return { sum: total, whole, missing, isExact: isZero(missing) };
}
