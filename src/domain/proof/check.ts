import { DomainError } from '../errors.js';

/**
 * What a verifier says: one sentence for each thing that it looked at.
 *
 * `holds` was computed again and is so; `differs` is not so, and the sentence says what is stated and what comes out; `not-told`
 * is what this file does not say, so that silence is never taken for a yes.
 */
export interface Check {
  readonly name: CheckName;
  readonly outcome: 'holds' | 'differs' | 'not-told';
  readonly says: string;
  /** Which line, register or cost it is about, as the statement calls it. */
  readonly place?: string;
}

export type CheckName =
  | 'seal'
  | 'readings'
  | 'use'
  | 'site'
  | 'line'
  | 'weight'
  | 'net'
  | 'tax'
  | 'total'
  | 'balance'
  | 'sharing'
  | 'own-part'
  | 'approvals'
  | 'key'
  | 'head'
  | 'document'
  | 'run'
  | 'four-eyes'
  | 'earlier'
  | 'sums'
  | 'own-sum'
  | 'certificate'
  | 'bills'
  | 'findings'
  | 'agreement'
  | 'position'
  | 'cosigned'
  | 'devices'
  | 'paper';

export const holds = (name: CheckName, says: string, place?: string): Check => ({
  name,
  outcome: 'holds',
  says,
  ...(place === undefined ? {} : { place }),
});
export const differs = (name: CheckName, says: string, place?: string): Check => ({
  ...holds(name, says, place),
  outcome: 'differs',
});
export const notTold = (name: CheckName, says: string): Check => ({ ...holds(name, says), outcome: 'not-told' });

/**
 * What checks come to: `right` where nothing differs and what was printed holds, `wrong` where something differs.
 *
 * @law one check that differs makes the whole wrong
 */
export const verdict = (checks: readonly Check[]): 'right' | 'wrong' =>
  checks.length > 0 && checks.every(({ outcome }) => outcome !== 'differs') ? 'right' : 'wrong';

/**
 * Runs checks over what a stranger wrote. A figure that cannot be read is a difference, not a crash.
 *
 * @param name what is looked at when it cannot be read
 */
export function looking(name: CheckName, place: string, look: () => readonly Check[]): readonly Check[] {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [differs(name, `${place} cannot be read: ${error.message}`, place)];
  }
}
