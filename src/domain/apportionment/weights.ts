import { daysIn, type Period } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { Decimal, sum } from '../quantity/decimal.js';
import { type Beneficiary, beneficiaryId } from './beneficiary.js';
import type { FixedKey, Key } from './key.js';
import { beneficiaryOf, type OccupancyPiece } from './pieces.js';

/*
 * The problem: turn a key and what happened into one exact weight for each who bears a share, with the figures that a
 * person needs to follow it. Nothing is divided: days stay days, so 22 m² × 1.5 × 31 days is 1023 and no fraction of a month.
 *
 *   Area, October:  Rosa has stall 4 for 11 days, 20 m² × 1 × 11 = 220, and stall 5 all month, 30 × 1 × 31 = 930 → 1150
 *                   the 8 empty days of stall 4, 20 × 1 × 8 = 160, weigh for `vacant:stall-4`
 *
 * Method: one reason for each piece or use, then the sum of the reasons by beneficiary.
 */

/** What a space used in a band while it was in one hand. Missing is not zero: a space without a meter has no use at all. */
export interface Use {
  readonly spaceId: string;
  /** Who had the space; null for the empty and the common. */
  readonly memberId: string | null;
  readonly band: string;
  readonly quantity: Decimal;
  readonly unit: string;
}

interface OfSpace {
  readonly spaceId: string;
  readonly spaceLabel: string;
  /** What this reason adds to the weight: the product of its factors. */
  readonly value: Decimal;
}

/** Why a weight is what it is: one addend with its factors. */
export type Reason =
  | (OfSpace & { readonly what: 'metered'; readonly band: string; readonly unit: string })
  | (OfSpace & { readonly what: 'area-days'; readonly area: Decimal; readonly weight: Decimal; readonly days: number })
  | (OfSpace & { readonly what: 'days'; readonly days: number })
  | (OfSpace & { readonly what: 'parts'; readonly part: Decimal; readonly days: number })
  | { readonly what: 'agreed-parts'; readonly part: Decimal; readonly days: number; readonly value: Decimal };

/** The weight of one beneficiary. */
export interface Weight {
  readonly beneficiary: Beneficiary;
  readonly weight: Decimal;
  readonly reasons: readonly Reason[];
}

type Claim = readonly [Beneficiary, Reason];

/**
 * Weighs every beneficiary by a key.
 *
 * Under a metered key only let spaces weigh here; the use of common parts belongs to the residual (residual.ts).
 *
 * @param pieces occupancy pieces that tile the spaces and the period
 * @param uses   measured quantities, one unit; only a metered key looks at them
 * @returns one weight per beneficiary, exact, ordered by beneficiary id; a share of zero is listed where something was measured
 * @throws DomainError `invalid-input` where a use belongs to no piece, or two units meet
 * @law permuting spaces or members permutes weights; each weight is the sum of its reasons; days are never counted twice
 */
export function weigh(key: Key, pieces: readonly OccupancyPiece[], uses: readonly Use[], period: Period): Weight[] {
  switch (key.kind) {
    case 'metered':
      return merge(meteredClaims(pieces, usesOf(key.band, uses)));
    case 'area':
      return merge(letPieces(pieces).map(areaClaim));
    case 'equal':
      return merge(letPieces(pieces).map(dayClaim));
    case 'fixed':
      return merge(fixedClaims(key, pieces, daysIn(period)));
  }
}

/** The uses that a key looks at: those of its band, or all. */
export const usesOf = <T extends { readonly band: string }>(band: string | null, uses: readonly T[]): T[] =>
  uses.filter((use) => band === null || use.band === band);

const letPieces = (pieces: readonly OccupancyPiece[]): OccupancyPiece[] =>
  pieces.filter(({ space }) => space.kind === 'let');

const ofSpace = ({ space }: OccupancyPiece): { spaceId: string; spaceLabel: string } => ({
  spaceId: space.id,
  spaceLabel: space.label,
});

const handId = (spaceId: string, memberId: string | null): string => JSON.stringify([spaceId, memberId]);

/**
 * Finds the piece that a use was measured in.
 *
 * @returns a function that throws DomainError `invalid-input` for a use that belongs to no piece: nothing is dropped silently
 */
export function pieceFinder(pieces: readonly OccupancyPiece[]): (use: Use) => OccupancyPiece {
  const byHand = new Map(pieces.map((piece) => [handId(piece.space.id, piece.memberId), piece]));
  return (use) => {
    const piece = byHand.get(handId(use.spaceId, use.memberId));
    if (piece === undefined) {
      throw new DomainError(
        'invalid-input',
        `A use of space ${use.spaceId} is given for ${use.memberId ?? 'nobody'}, who does not have it in this period.`,
      );
    }
    return piece;
  };
}

function meteredClaims(pieces: readonly OccupancyPiece[], uses: readonly Use[]): Claim[] {
  const units = new Set(uses.map((use) => use.unit));
  if (units.size > 1) {
    throw new DomainError('invalid-input', `Uses in ${[...units].join(' and ')} cannot be weighed against each other.`);
  }
  const pieceOf = pieceFinder(pieces);
  return uses.flatMap((use): Claim[] => {
    const piece = pieceOf(use);
    if (piece.space.kind === 'common') return [];
    const { band, unit, quantity } = use;
    return [[beneficiaryOf(piece), { what: 'metered', ...ofSpace(piece), band, unit, value: quantity }]];
  });
}

function areaClaim(piece: OccupancyPiece): Claim {
  const { area, weight } = piece.space;
  const days = daysIn(piece.days);
  const value = area.times(weight).times(days);
  return [beneficiaryOf(piece), { what: 'area-days', ...ofSpace(piece), area, weight, days, value }];
}

function dayClaim(piece: OccupancyPiece): Claim {
  const days = daysIn(piece.days);
  return [beneficiaryOf(piece), { what: 'days', ...ofSpace(piece), days, value: new Decimal(days) }];
}

/**
 * Parts are weighed by days, so that a space's part follows its hands. The part of a space that is not there is held, and
 * not spread over the others: they agreed to their own parts.
 */
function fixedClaims(key: FixedKey, pieces: readonly OccupancyPiece[], periodDays: number): Claim[] {
  return key.parts.flatMap(({ holder, part }): Claim[] => {
    const own = holder.kind === 'space' ? pieces.filter(({ space }) => space.id === holder.spaceId) : [];
    if (own.length === 0) {
      const beneficiary: Beneficiary = holder.kind === 'space' ? { kind: 'held' } : holder;
      return [[beneficiary, { what: 'agreed-parts', part, days: periodDays, value: part.times(periodDays) }]];
    }
    return own.map((piece) => {
      const days = daysIn(piece.days);
      return [beneficiaryOf(piece), { what: 'parts', ...ofSpace(piece), part, days, value: part.times(days) }];
    });
  });
}

/** The order of reasons must not depend on the order of what came in. */
const reasonKey = (reason: Reason): string =>
  'spaceId' in reason
    ? [reason.spaceId, reason.what, 'band' in reason ? reason.band : '', reason.value.toFixed()].join('\u0000')
    : ['', reason.what, '', reason.value.toFixed()].join('\u0000');

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function merge(claims: readonly Claim[]): Weight[] {
  const merged = new Map<string, { beneficiary: Beneficiary; reasons: Reason[] }>();
  for (const [beneficiary, reason] of claims) {
    const id = beneficiaryId(beneficiary);
    const known = merged.get(id);
    if (known === undefined) merged.set(id, { beneficiary, reasons: [reason] });
    else known.reasons.push(reason);
  }
  return [...merged.entries()]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([, { beneficiary, reasons }]) => ({
      beneficiary,
      weight: sum(reasons.map((reason) => reason.value)),
      reasons: reasons.toSorted((a, b) => byText(reasonKey(a), reasonKey(b))),
    }));
}
