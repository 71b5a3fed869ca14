import { qualities, type Quality } from '../../../domain/metering/reading.js';
import type { Answer, Plan } from './consumption.types.js';

/** What the statements of telescoping and adding have in common. */

/** Answers by register, in the order of the questions of its plan. A register that is not regular is missing. */
export type Answers = Map<number, readonly Answer[]>;

/** One sum of a statement: of a register, for a question of its plan; null where it fits none. */
export interface Row {
  readonly no: number;
  readonly question: number | null;
  readonly total: string;
  readonly count: number;
  readonly quality: number;
}

/** The rank of a reading's quality in SQL: the worst is the greatest. */
export const rank = `CASE r.quality::text ${qualities.map((quality, i) => `WHEN '${quality}' THEN ${i}`).join(' ')} END`;
/** The same ranks by name. */
export const qualityRanks = Object.fromEntries(qualities.map((quality, i) => [quality, i])) as Readonly<
  Record<Quality, number>
>;
export const qualityAt = (index: number): Quality => qualities[index] ?? 'estimated';

/** Plans by shape, numbered as the statements know them. */
export function shapesOf(plans: readonly Plan[], keyOf: (plan: Plan) => string): { numbers: number[]; firsts: Plan[] } {
  const known = new Map<string, number>();
  const firsts: Plan[] = [];
  const numbers = plans.map((plan) => {
    const key = keyOf(plan);
    let number = known.get(key);
    if (number === undefined) {
      known.set(key, (number = firsts.length));
      firsts.push(plan);
    }
    return number;
  });
  return { numbers, firsts };
}

export function groupByRegister<R extends Row>(rows: readonly R[]): Map<number, R[]> {
  const groups = new Map<number, R[]>();
  for (const row of rows) {
    const group = groups.get(row.no);
    if (group) group.push(row);
    else groups.set(row.no, [row]);
  }
  return groups;
}
