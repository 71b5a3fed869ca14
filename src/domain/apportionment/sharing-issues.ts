import type { Period } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import { type Decimal, plain } from '../quantity/decimal.js';
import type { Booking } from './bookings.js';

/** What stands in the way of sharing a cost, in words. All of them block: nothing is shared by a guess. */

const blocking = (
  code: Issue['code'],
  subject: Subject,
  { from, to }: Period,
  detail: string,
  remedy: string,
): Issue => ({ code, severity: 'blocking', subject, from, to, detail, remedy });

export const sourceMissing = (band: string | null, subject: Subject, period: Period): Issue =>
  blocking(
    'source-meter-missing',
    subject,
    period,
    `"${subject.label}" is shared by metered use, but no source meter counted ` +
      `${band === null ? 'anything' : `the band ${band}`} from ${period.from} to ${period.to}.`,
    'Enter the source meter and its readings, or adopt a key that does not need it.',
  );

export const noWeight = (subject: Subject, period: Period): Issue =>
  blocking(
    'no-weight',
    subject,
    period,
    `Nothing to share "${subject.label}" by from ${period.from} to ${period.to}: every weight is zero.`,
    'Enter the missing areas or readings, or adopt another key for this cost.',
  );

export const floorsExceed = (subject: Subject, period: Period, floors: Decimal, own: Decimal): Issue =>
  blocking(
    'floors-exceed-cost',
    subject,
    period,
    `The least that members pay of "${subject.label}" comes to ${plain(floors)}, more than the ${plain(own.abs())} that are shared.`,
    'Adopt a key with a lower floor: nobody is charged more than a cost.',
  );

export const bookingUnpriced = (subject: Subject, { id, resourceLabel, from, to }: Booking): Issue =>
  blocking(
    'booking-unpriced',
    { kind: 'booking', id, label: resourceLabel },
    { from, to },
    `"${subject.label}" is shared by the price of bookings, but ${resourceLabel} was booked from ${from} to ${to} without a price.`,
    'Cancel the booking and make it again now that there is a price, or share by minutes.',
  );

export const peakMissing = (subject: Subject, period: Period): Issue =>
  blocking(
    'peak-missing',
    subject,
    period,
    `"${subject.label}" is shared by peak load, but no interval from ${period.from} to ${period.to} is known at all meters.`,
    'Enter the readings of the interval meters, or adopt a key that does not need them.',
  );
