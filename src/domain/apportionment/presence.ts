import { addDays, type Days, daysIn, type Period, within } from '../calendar/period.js';
import { spanOf, type Zone } from '../calendar/zone.js';
import { DomainError, type Issue, type Subject } from '../errors.js';
import { Decimal } from '../quantity/decimal.js';
import type { Beneficiary } from './beneficiary.js';
import { type Booking, minutesBetween, sharedTime } from './bookings.js';
import type { PresenceKey } from './key.js';
import { beneficiaryOf, type OccupancyPiece } from './pieces.js';
import type { Reason } from './reason.js';

/*
 * The problem: some costs follow those who are there and not the spaces: waste by people, cleaning by days of opening, a hall
 * by the hours for which each had it. Empty time does not count, so an empty neighbour makes such a share dearer; a community
 * that does not want that shares equally, where the empty days count (key.ts).
 *
 *   Stall 3, Saturday 3 October, empty otherwise:  Ada books 08:00–12:00, Ben 13:00–18:00 → Ada 240 minutes, Ben 300
 *
 * Method: one claim for each piece of occupancy and for each booking. A minute belongs to one hand only: what is booked of a
 * space belongs to whoever booked it, and is taken off whoever has the space.
 */

/** Who bears something, and why. */
export type Claim = readonly [Beneficiary, Reason];

/** The runs that hold on the days of a period, and the days without any; together they tile the period. */
export function tiled<Run extends Days>(period: Period, runs: readonly Run[]): { days: Period; run: Run | null }[] {
  const tiles: { days: Period; run: Run | null }[] = [];
  let from = period.from;
  for (const run of runs.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const days = within(period, run);
    if (days === null) continue;
    if (from < days.from) tiles.push({ days: { from, to: days.from }, run: null });
    tiles.push({ days, run });
    from = days.to;
  }
  if (from < period.to) tiles.push({ days: { from, to: period.to }, run: null });
  return tiles;
}

export const ofSpace = ({ space }: OccupancyPiece): { spaceId: string; spaceLabel: string } => ({
  spaceId: space.id,
  spaceLabel: space.label,
});

const occupied = (pieces: readonly OccupancyPiece[]): (OccupancyPiece & { readonly memberId: string })[] =>
  pieces.flatMap((piece) => (piece.memberId === null ? [] : [{ ...piece, memberId: piece.memberId }]));

/**
 * The claims of a key that counts occupied time.
 *
 * @param bookings of the site; those of spaces count as occupied time under `occupied-hours`
 * @throws DomainError `invalid-input` where a head count is missing (`missingHeads` finds them)
 * @law no minute of a space counts for two; empty time counts for nobody
 */
export function presenceClaims(
  kind: PresenceKey['kind'],
  pieces: readonly OccupancyPiece[],
  bookings: readonly Booking[],
  zone: Zone,
): Claim[] {
  switch (kind) {
    case 'occupied-days':
      return occupied(pieces).map((piece) => {
        const days = daysIn(piece.days);
        return [beneficiaryOf(piece), { what: 'occupied-days', ...ofSpace(piece), days, value: new Decimal(days) }];
      });
    case 'occupied-hours':
      return pieces.filter(({ space }) => space.kind === 'let').flatMap((piece) => minuteClaims(piece, bookings, zone));
    case 'headcount':
      return occupied(pieces).flatMap(headClaims);
    case 'members':
      return memberClaims(occupied(pieces));
  }
}

function minuteClaims(piece: OccupancyPiece, bookings: readonly Booking[], zone: Zone): Claim[] {
  const span = spanOf(piece.days, zone);
  const minutesOf = (minutes: number): Reason => ({
    what: 'occupied-minutes',
    ...ofSpace(piece),
    minutes,
    value: new Decimal(minutes),
  });
  const booked = bookings.flatMap((booking) => {
    const shared = booking.spaceId === piece.space.id ? sharedTime(booking, span) : null;
    return shared === null ? [] : [{ memberId: booking.memberId, minutes: minutesBetween(shared) }];
  });
  const own = minutesBetween(span) - booked.reduce((total, { minutes }) => total + minutes, 0);
  return [
    ...booked.map(({ memberId, minutes }): Claim => [{ kind: 'member', memberId }, minutesOf(minutes)]),
    ...(piece.memberId === null ? [] : [[beneficiaryOf(piece), minutesOf(own)] satisfies Claim]),
  ];
}

const headsOf = (piece: OccupancyPiece) =>
  tiled(
    piece.days,
    (piece.space.heads ?? []).filter(({ memberId }) => memberId === piece.memberId),
  );

function headClaims(piece: OccupancyPiece): Claim[] {
  return headsOf(piece).map(({ days: { from, to }, run }): Claim => {
    if (run === null) throw new DomainError('invalid-input', `No head count of ${piece.space.label} holds on ${from}.`);
    const { heads } = run;
    const days = daysIn({ from, to });
    return [beneficiaryOf(piece), { what: 'head-days', ...ofSpace(piece), heads, days, value: heads.times(days) }];
  });
}

/** Each day on which a member had any space counts once. */
function memberClaims(pieces: readonly (OccupancyPiece & { readonly memberId: string })[]): Claim[] {
  const days = new Map<string, Set<string>>();
  for (const { memberId, days: run } of pieces) {
    const own = days.get(memberId) ?? new Set();
    days.set(memberId, own);
    for (let day = run.from; day < run.to; day = addDays(day, 1)) own.add(day);
  }
  return [...days].map(([memberId, { size }]): Claim => [
    { kind: 'member', memberId },
    { what: 'member-days', days: size, value: new Decimal(size) },
  ]);
}

/**
 * The occupied days without a head count. Missing is not zero: nothing is shared by heads until they are there.
 *
 * @returns one blocking Issue `headcount-missing` for each run of days
 */
export function missingHeads(pieces: readonly OccupancyPiece[], subject: Subject): Issue[] {
  return occupied(pieces).flatMap((piece) =>
    headsOf(piece).flatMap(({ days, run }): Issue[] =>
      run !== null
        ? []
        : [
            {
              code: 'headcount-missing',
              severity: 'blocking',
              subject: { kind: 'space', id: piece.space.id, label: piece.space.label },
              ...days,
              detail: `"${subject.label}" is shared by people, but nobody said how many were in ${piece.space.label} from ${days.from} to ${days.to}.`,
              remedy: 'Enter how many people the member has in this space; zero, where it is nobody.',
            },
          ],
    ),
  );
}
