import { daysIn, type Instant, type Period } from '../calendar/period.js';
import type { Zone } from '../calendar/zone.js';
import { assert, DomainError } from '../errors.js';
import { Decimal, sum } from '../quantity/decimal.js';
import { type Beneficiary, beneficiaryId } from './beneficiary.js';
import { bookedTimes, type Booking } from './bookings.js';
import type { FixedKey, SimpleKey } from './key.js';
import { beneficiaryOf, type OccupancyPiece } from './pieces.js';
import { type Claim, ofSpace, presenceClaims, tiled } from './presence.js';
import type { Reason } from './reason.js';

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
  /** What deduction meters took off it; absent where none did. */
  readonly deducted?: Decimal;
}

export type { Reason } from './reason.js';

/** The weight of one beneficiary. */
export interface Weight {
  readonly beneficiary: Beneficiary;
  readonly weight: Decimal;
  readonly reasons: readonly Reason[];
}

/** The load of a space, in one hand, in the interval that a peak key looks at. */
export interface Peak {
  readonly of: 'site' | 'own';
  readonly spaceId: string;
  readonly memberId: string | null;
  readonly at: Instant;
  readonly quantity: Decimal;
  readonly unit: string;
}

/** What some keys look at beside pieces and uses. */
export interface Beside {
  /** Of the site, none of them cancelled. */
  readonly bookings?: readonly Booking[];
  /** In which days become hours; needed for hours and bookings. */
  readonly zone?: Zone;
  readonly peaks?: readonly Peak[];
}

/**
 * Weighs every beneficiary by a key.
 *
 * Under a metered key only let spaces weigh here; the use of common parts belongs to the residual (residual.ts).
 *
 * @param pieces occupancy pieces that tile the spaces and the period
 * @param uses   measured quantities, one unit; only a metered key looks at them
 * @returns one weight per beneficiary, exact, ordered by beneficiary id; a share of zero is listed where something was measured
 * @throws DomainError `invalid-input` where a use belongs to no piece, two units meet, or what a key counts is missing
 * @law permuting spaces or members permutes weights; each weight is the sum of its reasons; days are never counted twice
 */
export function weigh(
  key: SimpleKey,
  pieces: readonly OccupancyPiece[],
  uses: readonly Use[],
  period: Period,
  beside: Beside = {},
): Weight[] {
  switch (key.kind) {
    case 'metered':
      return merge(meteredClaims(pieces, usesOf(key.band, uses)));
    case 'peak':
      return merge(
        peakClaims(
          pieces,
          (beside.peaks ?? []).filter((peak) => peak.of === key.of),
        ),
      );
    case 'area':
      return merge(letPieces(pieces).flatMap(areaClaims));
    case 'equal':
      return merge(letPieces(pieces).map(dayClaim));
    case 'fixed':
      return merge(fixedClaims(key, pieces, daysIn(period)));
    case 'bookings':
      return merge(
        bookedTimes(beside.bookings ?? [], key.resourceId, key.by, period, zoneOf(beside)).map(
          ({ memberId, reason }): Claim => [{ kind: 'member', memberId }, reason],
        ),
      );
    case 'occupied-hours':
      return merge(presenceClaims(key.kind, pieces, beside.bookings ?? [], zoneOf(beside)));
    case 'occupied-days':
    case 'headcount':
    case 'members':
      return merge(presenceClaims(key.kind, pieces, [], ''));
  }
}

function zoneOf({ zone }: Beside): Zone {
  assert(zone !== undefined, 'Hours are counted in a zone.');
  return zone;
}

/** The uses that a key looks at: those of its band, or all. */
export const usesOf = <T extends { readonly band: string }>(band: string | null, uses: readonly T[]): T[] =>
  uses.filter((use) => band === null || use.band === band);

const letPieces = (pieces: readonly OccupancyPiece[]): OccupancyPiece[] =>
  pieces.filter(({ space }) => space.kind === 'let');

const handId = (spaceId: string, memberId: string | null): string => JSON.stringify([spaceId, memberId]);

/**
 * Finds the piece that a use was measured in.
 *
 * @returns a function that throws DomainError `invalid-input` for a use that belongs to no piece: nothing is dropped silently
 */
export function pieceFinder(
  pieces: readonly OccupancyPiece[],
): (use: Pick<Use, 'spaceId' | 'memberId'>) => OccupancyPiece {
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

function refuseMixedUnits(measured: readonly { readonly unit: string }[]): void {
  const units = new Set(measured.map(({ unit }) => unit));
  if (units.size > 1) {
    throw new DomainError('invalid-input', `Uses in ${[...units].join(' and ')} cannot be weighed against each other.`);
  }
}

function meteredClaims(pieces: readonly OccupancyPiece[], uses: readonly Use[]): Claim[] {
  refuseMixedUnits(uses);
  const pieceOf = pieceFinder(pieces);
  return uses.flatMap((use): Claim[] => {
    const piece = pieceOf(use);
    if (piece.space.kind === 'common') return [];
    const { band, unit, quantity, deducted } = use;
    const less = deducted === undefined ? {} : { deducted };
    return [[beneficiaryOf(piece), { what: 'metered', ...ofSpace(piece), band, unit, ...less, value: quantity }]];
  });
}

/** The load of common parts is borne by all in proportion to their own, so it is no claim. */
function peakClaims(pieces: readonly OccupancyPiece[], peaks: readonly Peak[]): Claim[] {
  refuseMixedUnits(peaks);
  const pieceOf = pieceFinder(pieces);
  return peaks.flatMap((peak): Claim[] => {
    const piece = pieceOf(peak);
    if (piece.space.kind === 'common') return [];
    const { at, unit, quantity } = peak;
    return [[beneficiaryOf(piece), { what: 'peak', ...ofSpace(piece), at, unit, value: quantity }]];
  });
}

/** Where the weight of a space changes within a piece, each weight counts for its own days. */
function areaClaims(piece: OccupancyPiece): Claim[] {
  const { area } = piece.space;
  return tiled(piece.days, piece.space.weights ?? []).map(({ days: run, run: dated }): Claim => {
    const weight = dated?.weight ?? piece.space.weight;
    const days = daysIn(run);
    const value = area.times(weight).times(days);
    return [beneficiaryOf(piece), { what: 'area-days', ...ofSpace(piece), area, weight, days, value }];
  });
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
function reasonKey(reason: Reason): string {
  const place = 'spaceId' in reason ? reason.spaceId : 'resourceId' in reason ? reason.resourceId : '';
  const within = 'band' in reason ? reason.band : 'from' in reason ? reason.from : '';
  return [place, reason.what, within, reason.value.toFixed()].join('\u0000');
}

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
