import { type Decimal, quotient, sum, zero } from '../quantity/decimal.js';
import type { CostShare } from './apportion.js';
import { billedMember } from './beneficiary.js';

/*
 * The problem: a shop leaves on the 15th and is owed its last bill that day. The month ends on the 31st, the supplier's bill comes on
 * the 5th, and the other stalls are read on the 1st. Who waits for all of it chases the shop for its money.
 *
 *   Day units, 1 to 15 October, expected 240.00     the leaver 25.50 · the hall 20.40 · others 194.10, held until October is billed
 *   October, 495.38                                 the leaver 25.60 · …
 *   what the final statement billed                                −25.50      so October asks 0.10 more of it
 *
 * Method: the part of the period up to the day is shared as any period is, by what is known. What it comes to for others is billed to
 * nobody: it is held, and the ordinary run of the whole period shares the real cost among all. What the final statement billed is a
 * credit there, so that both documents together are the leaver's share of what it cost, to the coin. A difference too small for a letter
 * to somebody who has left is held by the community.
 */

/** What a share waits for, where another member would have been billed. */
export interface Waiting extends CostShare {
  /** The member who is billed by the ordinary run. */
  readonly heldFor: string;
}

/**
 * Shares of a part of a period, as one member's final statement bills them: what others would be billed is held for them.
 *
 * @law for each cost the shares come to the same as before; the leaver's and those that nobody is billed for stay as they are
 * @law nobody but the leaver is billed
 */
export const onlyOf = (shares: readonly CostShare[], leaverId: string): (CostShare | Waiting)[] =>
  shares.map((share) => {
    const memberId = billedMember(share.beneficiary);
    if (memberId === null || memberId === leaverId) return share;
    return { ...share, beneficiary: { kind: 'held' }, heldFor: memberId };
  });

/** Energy is expected on the grid of readings. */
const energyGrid = 6;

/**
 * What somebody else's meter is expected to have counted, from what it counted before, evenly.
 *
 * @param counted over `during`; both spans in one unit of time, `during` more than zero
 * @returns on six digits, half up
 */
export const expectedUse = (counted: Decimal, during: Decimal, over: Decimal): Decimal =>
  quotient(counted.times(over), during, energyGrid, 'half-up');

/** Net amounts of one tax code and rate. */
export interface Settled {
  /** What the final statement billed. */
  readonly billed: Decimal;
  /** What the ordinary run comes to for the same member. */
  readonly due: Decimal;
}

/** How a final statement is settled by the run of its whole period. */
export interface Settlement {
  /** What the leaver is credited; with `due` it leaves what the letter asks for. */
  readonly credited: Decimal;
  /** The difference, where the community bears it because it is too small; zero otherwise. */
  readonly held: Decimal;
}

/**
 * Settles a final statement: credits what it billed, or where all together is less than the threshold, what is due.
 *
 * @param parts by tax code and rate
 * @param least a change of the bill, with tax and without, below which it is held; zero holds nothing
 * @param gross by how much the bill would change with tax
 * @returns one for each part, in order
 * @law credited − held = billed, for each part
 * @law what is left for the leaver is due − credited: the whole difference, or nothing
 * @example settle([{ billed: 25.50, due: 25.60 }], 0.50, 0.12) → credited 25.60, held 0.10
 */
export function settle(parts: readonly Settled[], least: Decimal, gross: Decimal): Settlement[] {
  const net = sum(parts.map(({ billed, due }) => due.minus(billed)));
  const isSmall = net.abs().lessThan(least) && gross.abs().lessThan(least);
  return parts.map(({ billed, due }) =>
    isSmall ? { credited: due, held: due.minus(billed) } : { credited: billed, held: zero },
  );
}
