import { type CivilDate, type Days, overlap } from '../calendar/period.js';
import type { Occupancy } from './pieces.js';

/*
 * The problem: "what if Lund had taken stall 4 in the summer?" changes who is in one space on some days, and nothing else.
 *
 *   Stall 4: Rosa from January, open · asked: Lund, 1 June to 1 September
 *   → Rosa January to 1 June · Lund 1 June to 1 September · Rosa from 1 September, open
 *
 * Method: what is asked is cut out of what is so, space by space, and then put in.
 */

/** Who has a space on some days in place of whoever has it; null: nobody. */
export interface OccupiedInstead extends Days {
  readonly spaceId: string;
  readonly memberId: string | null;
}

/**
 * Occupancies as a question has them.
 *
 * @param asked of one space no two share a day
 * @law on the days asked a space is in the hand asked; on all others in the hand it was in; asking the same again changes nothing more
 */
export function occupiedInstead(occupancies: readonly Occupancy[], asked: readonly OccupiedInstead[]): Occupancy[] {
  const left = asked.reduce<readonly Occupancy[]>((some, { spaceId, ...days }) => {
    const cut = (one: Occupancy): Occupancy[] => (one.spaceId === spaceId ? without(one, days) : [one]);
    return some.flatMap(cut);
  }, occupancies);
  const put = asked.flatMap(({ memberId, ...rest }) => (memberId === null ? [] : [{ ...rest, memberId }]));
  return [...left, ...put];
}

/** What is left of a run of days without some of them: nothing, one run or two. */
function without(one: Occupancy, { from, to }: Days): Occupancy[] {
  if (overlap(one, { from, to }) === null) return [one];
  const before = one.from < from ? [{ ...one, to: from }] : [];
  return to !== null && isBefore(to, one.to) ? [...before, { ...one, from: to }] : before;
}

const isBefore = (a: CivilDate, b: CivilDate | null): boolean => b === null || a < b;
