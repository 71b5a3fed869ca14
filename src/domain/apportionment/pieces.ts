import { addDays, type Days, daysIn, overlap, type Period, within } from '../calendar/period.js';
import { assert, DomainError } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';
import type { Beneficiary } from './beneficiary.js';

/*
 * The problem: a shop leaves on 12 October and another comes on the 20th. Charging each of them for October charges the
 * space twice; charging by who is there on the last day makes one pay for the other; and the eight days between belong to
 * neither, so they must belong to somebody by name.
 *
 *   Stall 4, October:  1 to 11 → Rosa (11 days) · 12 to 19 → vacant (8 days) · 20 to 31 → Lund (12 days);  11 + 8 + 12 = 31
 *
 * Method: walk each space from the first day of the period to the last; every day falls into exactly one piece.
 */

export interface Space {
  readonly id: string;
  readonly label: string;
  /** Floor area in m². */
  readonly area: Decimal;
  /** Weight of a square metre, dimensionless; 1 where none was agreed. */
  readonly weight: Decimal;
  /** Weights that hold on some days in place of `weight`; they do not overlap. */
  readonly weights?: readonly DatedWeight[];
  /** How many people a member has in the space, and when; runs of one member do not overlap. */
  readonly heads?: readonly DatedHeads[];
  /** Who pays while it is empty; null: the community bears it. */
  readonly vacantPayerMemberId: string | null;
  /** Common parts are never let and never vacant. */
  readonly kind: 'let' | 'common';
}

/** The weight of a square metre for some days. */
export interface DatedWeight extends Days {
  readonly weight: Decimal;
}

/** How many people a member has in a space for some days. */
export interface DatedHeads extends Days {
  readonly memberId: string;
  readonly heads: Decimal;
}

export interface Occupancy extends Days {
  readonly spaceId: string;
  readonly memberId: string;
}

/** One space, for some days of the period, in one hand; `memberId` is null where it is empty or common. */
export interface OccupancyPiece {
  readonly space: Space;
  readonly memberId: string | null;
  readonly days: Period;
}

/**
 * Cuts spaces × period into pieces, each in one hand.
 *
 * @param spaces      ids unique
 * @param occupancies any number, in any order; those outside the period are ignored
 * @returns pieces by space in the order given, then by time
 * @throws DomainError `overlapping-occupancy`; `invalid-input` where an occupancy names a space that is not there or not let
 * @law per space the days of its pieces add up to the days of the period; no day of a space is in two pieces
 * @source golden story shop-moves-mid-month
 */
export function occupancyPieces(
  spaces: readonly Space[],
  occupancies: readonly Occupancy[],
  period: Period,
): OccupancyPiece[] {
  const bySpace = new Map<string, Occupancy[]>(spaces.map((space) => [space.id, []]));
  for (const occupancy of occupancies) {
    const list = bySpace.get(occupancy.spaceId);
    if (list === undefined) {
      throw new DomainError(
        'invalid-input',
        `An occupancy names the space ${occupancy.spaceId}, which is not among the spaces.`,
      );
    }
    if (overlap(occupancy, period) !== null) list.push(occupancy);
  }
  const pieces = spaces.flatMap((space) => piecesOf(space, bySpace.get(space.id) ?? [], period));
  const days = pieces.reduce((total, piece) => total + daysIn(piece.days), 0);
  assert(days === spaces.length * daysIn(period), 'The pieces tile every space for the whole period.');
  return pieces;
}

function piecesOf(space: Space, occupancies: readonly Occupancy[], period: Period): OccupancyPiece[] {
  if (space.kind === 'common' && occupancies.length > 0) {
    throw new DomainError(
      'invalid-input',
      `${space.label} is a common part and cannot be occupied; make it a let space first.`,
    );
  }
  const pieces: OccupancyPiece[] = [];
  let from = period.from;
  const emptyUntil = (to: string): void => {
    if (from < to) pieces.push({ space, memberId: null, days: { from, to } });
  };
  for (const occupancy of occupancies.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const days = within(period, occupancy);
    if (days === null) continue;
    if (days.from < from) {
      throw new DomainError(
        'overlapping-occupancy',
        `${space.label} is let twice on ${addDays(from, -1)}; end one occupancy before the other begins.`,
        { space: space.id },
      );
    }
    emptyUntil(days.from);
    pieces.push({ space, memberId: occupancy.memberId, days });
    from = days.to;
  }
  emptyUntil(period.to);
  return pieces;
}

/** Who bears what a piece is charged. */
export function beneficiaryOf({ space, memberId }: OccupancyPiece): Beneficiary {
  if (space.kind === 'common') return { kind: 'common' };
  return memberId === null
    ? { kind: 'vacant', spaceId: space.id, payerMemberId: space.vacantPayerMemberId }
    : { kind: 'member', memberId };
}
