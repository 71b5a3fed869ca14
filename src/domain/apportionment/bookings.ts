import { epochMs, type Instant, type Period, type Span } from '../calendar/period.js';
import { spanOf, type Zone } from '../calendar/zone.js';
import { DomainError } from '../errors.js';
import { Decimal, plain, zero } from '../quantity/decimal.js';
import type { Reason } from './reason.js';

/*
 * The problem: a kiln, a meeting room or a stall for an afternoon is used by the hour. Its cost goes to those who booked it, by
 * the minute; a booking over the end of a month belongs to both months, and no minute to two of them.
 *
 *   Kiln, October:  Rosa 30 Oct 09:00–12:30 → 210 minutes · Lund 31 Oct 22:00 – 1 Nov 02:00 → 120 of 240 minutes are October's
 *
 * By price the weight is minutes × price an hour, in sixtieths of the currency, so that nothing is divided. A booking with a
 * minimum weighs at least that: what it falls short of belongs to the period in which it begins, so that it is told once.
 *
 *   6.00 an hour, at least 9.00:  60 minutes → 60 × 6.00 = 360, short of 9.00 × 60 = 540 by 180 → 540
 */

/** Booked time of a resource; cancelled bookings are not among them. */
export interface Booking extends Span {
  readonly id: string;
  readonly resourceId: string;
  readonly resourceLabel: string;
  /** The space that is booked; null where the resource is a thing. */
  readonly spaceId: string | null;
  readonly memberId: string;
  /** What was agreed when it was booked; null where the resource had no price. */
  readonly price: BookingPrice | null;
}

/** The price of a booking: per hour, and the least that it comes to. */
export interface BookingPrice {
  readonly perHour: Decimal;
  readonly minimum: Decimal;
}

const minuteMs = 60_000;

/** Whole minutes between two instants on the minute. */
export const minutesBetween = ({ from, to }: Span): number => (epochMs(to) - epochMs(from)) / minuteMs;

/** The time two spans share, or null. */
export function sharedTime(a: Span, b: Span): Span | null {
  const from = epochMs(a.from) > epochMs(b.from) ? a.from : b.from;
  const to = epochMs(a.to) < epochMs(b.to) ? a.to : b.to;
  return epochMs(from) < epochMs(to) ? { from, to } : null;
}

const onTheMinute = (at: Instant): boolean => epochMs(at) % minuteMs === 0;

/** As long as one booking may be: what is longer is an occupancy. */
const mostDays = 92;

/**
 * Checks a booking before it is saved.
 *
 * @param others of the same resource, not cancelled
 * @throws DomainError `invalid-period` where it is empty, too long or not on the minute; `overlapping-booking`
 */
export function checkBooking(booking: Span, others: readonly Span[]): void {
  if (!onTheMinute(booking.from) || !onTheMinute(booking.to)) {
    throw new DomainError('invalid-period', 'A booking begins and ends on the minute.');
  }
  const minutes = minutesBetween(booking);
  if (minutes <= 0 || minutes > mostDays * 1440) {
    throw new DomainError('invalid-period', `A booking ends after it begins, and within ${mostDays} days.`);
  }
  const other = others.find((one) => sharedTime(one, booking) !== null);
  if (other !== undefined) {
    throw new DomainError('overlapping-booking', `It is booked already from ${other.from} to ${other.to}.`, {
      from: other.from,
      to: other.to,
    });
  }
}

/** A booking and the reason that it adds to its member's weight. */
export interface BookedTime {
  readonly memberId: string;
  readonly reason: Reason;
}

/**
 * What each booking of a resource weighs in a period.
 *
 * @param by `minutes`: booked minutes; `price`: sixtieths of the agreed price, at least the agreed minimum
 * @returns one reason for each booking that touches the period, in the order given
 * @throws DomainError `invalid-input` where a booking has no price to weigh it by (`unpricedBookings` finds them)
 * @law additive over any cut of the period; a cancelled booking weighs nothing
 */
export function bookedTimes(
  bookings: readonly Booking[],
  resourceId: string,
  by: 'minutes' | 'price',
  period: Period,
  zone: Zone,
): BookedTime[] {
  const span = spanOf(period, zone);
  return bookings.flatMap((booking): BookedTime[] => {
    const shared = booking.resourceId === resourceId ? sharedTime(booking, span) : null;
    if (shared === null) return [];
    const { memberId, resourceLabel, from } = booking;
    const of = { resourceId, resourceLabel, from, minutes: minutesBetween(shared) };
    if (by === 'minutes') {
      return [{ memberId, reason: { what: 'booked-minutes', ...of, value: new Decimal(of.minutes) } }];
    }
    const { perHour, minimum } = priceOf(booking);
    const toppedUp = shared.from === booking.from ? shortfall(booking) : zero;
    const value = perHour.times(of.minutes).plus(toppedUp);
    return [{ memberId, reason: { what: 'booked-price', ...of, perHour, minimum, value } }];
  });
}

const minutesOfHour = 60;

/** By how much a whole booking falls short of its minimum, in sixtieths of the currency. */
function shortfall(booking: Booking): Decimal {
  const { perHour, minimum } = priceOf(booking);
  const short = minimum.times(minutesOfHour).minus(perHour.times(minutesBetween(booking)));
  return short.greaterThan(0) ? short : zero;
}

function priceOf({ id, resourceLabel, from, price }: Booking): BookingPrice {
  if (price === null) {
    throw new DomainError('invalid-input', `The booking of ${resourceLabel} from ${from} has no price.`, { id });
  }
  return price;
}

/** The bookings of a resource in a period that have no price: nothing can be shared by price over them. */
export const unpricedBookings = (
  bookings: readonly Booking[],
  resourceId: string,
  period: Period,
  zone: Zone,
): Booking[] =>
  bookings.filter(
    (booking) =>
      booking.resourceId === resourceId && booking.price === null && sharedTime(booking, spanOf(period, zone)) !== null,
  );

/** A price in words. @example '6 an hour, at least 9' */
export const priceWords = ({ perHour, minimum }: BookingPrice): string =>
  `${plain(perHour)} an hour${minimum.isZero() ? '' : `, at least ${plain(minimum)}`}`;
