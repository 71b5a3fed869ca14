import {
  booking,
  bounded,
  composite,
  d,
  fixed,
  from,
  hall,
  headedPieces,
  limited,
  metered,
  october,
  per,
  rosa,
  space,
  stall,
  subject,
  version,
  zone,
} from '../../../test/support/told-hall.js';
import { expectTold, type Said } from '../../../test/support/told.js';
import { accrueByDays, accrueByUse } from './accrual.js';
import { bookedTimes, checkBooking, priceWords, sharedTime, unpricedBookings } from './bookings.js';
import { checkKey, checkVersions, type Key, keyInForce, type KeyVersion, simpleKeysOf } from './key.js';
import { checkLimits, splitWithin } from './limits.js';
import { occupancyPieces } from './pieces.js';
import { missingHeads, presenceClaims, tiled } from './presence.js';

const nested = (depth: number): Key => (depth === 0 ? { kind: 'area' } : composite(['1', nested(depth - 1)]));
const versions =
  (...all: KeyVersion[]) =>
  () => {
    checkVersions(all);
    return 'good';
  };
const key = (one: Key) => () => {
  checkKey(one);
  return 'good';
};

const said: Said = {
  'a key of four levels': key(nested(4)),
  'a key of three levels': key(nested(3)),
  'a part of nothing': key(composite(['100', { kind: 'area' }], ['0', { kind: 'equal' }])),
  'parts that are short': key(
    composite(['33.3', { kind: 'area' }], ['33.3', { kind: 'area' }], ['33.3', { kind: 'area' }]),
  ),
  'a composite of a bad key': key(composite(['1', fixed([rosa, '60'])])),
  'a residual of a bad key': key(metered({ residual: { policy: 'to-common', key: fixed([rosa, '60']) } })),
  'a member named twice': key(fixed([rosa, '50'], [rosa, '50'])),
  'a space named twice': key(fixed([stall, '50'], [stall, '50'])),
  'two of different kinds and one name': key(fixed([{ kind: 'member', memberId: '1' }, '50'], [stall, '50'])),
  'the community named twice': key(fixed([{ kind: 'common' }, '50'], [{ kind: 'common' }, '50'])),
  'a part below zero': key(fixed([rosa, '-1'], [stall, '101'])),
  'no limits': key(limited(null, null)),
  'a cap below zero': key(limited(per('share', '-1'), null)),
  'a floor below zero': key(limited(null, per('share', '-2'))),
  'a floor above the cap': key(limited(per('share', '1'), per('share', '2'))),
  'a floor above a cap of another time': key(limited(per('day', '1'), per('share', '2'))),
  'a floor and a cap alike': key(limited(per('share', '2'), per('share', '2'))),
  'a floor alone': key(limited(null, per('share', '0'))),
  'a limited key of a bad one': key(limited(null, per('share', '0'), fixed([rosa, '60']))),
  'versions that overlap': versions(version('2026-03-01', null), version('2026-01-01', '2026-03-02')),
  'versions with a gap': versions(version('2026-01-01', '2026-02-01'), version('2026-03-01', null)),
  'versions that follow': versions(version('2026-03-01', null), version('2026-01-01', '2026-03-01')),
  'a key with gaps': () =>
    keyInForce([version('2026-10-20', '2026-10-25'), version('2026-10-05', '2026-10-10')], october, subject),
  'keys that a key is made of': () =>
    simpleKeysOf(composite(['50', limited(null, per('share', '0'), { kind: 'area' })], ['50', { kind: 'equal' }])),
  'floors above the total': () =>
    splitWithin(d('10.00'), 'GBP', [bounded('a', '1', null, '6.00'), bounded('b', '1', null, '6.00')], 't'),
  'a cap that one reaches': () =>
    splitWithin(
      d('-10.00'),
      'GBP',
      [bounded('a', '3', '6.00', null), bounded('b', '1', null, '1.00'), bounded('c', '0', '1.00', '1.00')],
      't',
    ),
  'caps and floors missed alike': () =>
    splitWithin(
      d('10.00'),
      'GBP',
      [bounded('a', '6', '5.00', null), bounded('b', '3', null, null), bounded('c', '1', null, '2.00')],
      't',
    ),
  'caps that leave something': () =>
    splitWithin(d('10.00'), 'GBP', [bounded('a', '1', '3.00', null), bounded('b', '1', '4.00', null)], 't'),
  'nobody to bear it': () => splitWithin(d('10.00'), 'GBP', [bounded('a', '0', null, null)], 't'),
  limits: () => {
    checkLimits({ cap: { per: 'day', amount: d('0') }, floor: null, rest: 'held' });
    return 'good';
  },
  'a booking off the minute': () => checkBooking({ from: '2026-10-01T09:00:30Z', to: '2026-10-01T10:00:00Z' }, []),
  'a booking that ends off the minute': () =>
    checkBooking({ from: '2026-10-01T09:00:00Z', to: '2026-10-01T10:00:30Z' }, []),
  'an empty booking': () => checkBooking({ from: '2026-10-01T09:00:00Z', to: '2026-10-01T09:00:00Z' }, []),
  'a booking too long': () => checkBooking({ from: '2026-10-01T00:00:00Z', to: '2027-01-01T00:01:00Z' }, []),
  'a booking just long enough': () =>
    checkBooking({ from: '2026-10-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }, []) ?? 'good',
  'a booking over another': () =>
    checkBooking(booking('b'), [booking('a', { from: '2026-10-30T09:59:00Z', to: '2026-10-30T11:00:00Z' })]),
  'time two spans share': () => [
    sharedTime(booking('a'), booking('b', { from: '2026-10-30T09:30:00Z', to: '2026-10-30T12:00:00Z' })),
    sharedTime(booking('b', { from: '2026-10-30T09:30:00Z', to: '2026-10-30T12:00:00Z' }), booking('a')),
    sharedTime(booking('a'), booking('b', { from: '2026-10-30T10:00:00Z', to: '2026-10-30T12:00:00Z' })),
  ],
  'booked by the minute': () =>
    bookedTimes([booking('a'), booking('b', { resourceId: 'room' })], 'kiln', 'minutes', october, zone),
  'booked by the price': () => bookedTimes([booking('a')], 'kiln', 'price', october, zone),
  'booked without a price': () => bookedTimes([booking('a', { price: null })], 'kiln', 'price', october, zone),
  'bookings without a price': () =>
    unpricedBookings(
      [
        booking('a'),
        booking('b', { price: null }),
        booking('c', { price: null, resourceId: 'room' }),
        booking('d', { price: null, from: '2026-12-01T09:00:00Z', to: '2026-12-01T10:00:00Z' }),
      ],
      'kiln',
      october,
      zone,
    ).map(({ id }) => id),
  'prices in words': () => [
    priceWords({ perHour: d('6'), minimum: d('9.50') }),
    priceWords({ perHour: d('6.5'), minimum: d('0') }),
  ],
  'no heads': () => missingHeads(headedPieces, subject),
  'heads of a day without any': () => presenceClaims('headcount', headedPieces, [], zone),
  'runs that tile a period': () =>
    tiled(october, [
      { from: '2026-10-20', to: null },
      { from: '2026-12-01', to: null },
      { from: '2026-10-05', to: '2026-10-10' },
    ]),
  'runs beside a period': () => tiled(october, [{ from: '2026-09-01', to: '2026-10-01' }]),
  'an occupancy of no space': () => occupancyPieces([space('1')], [from('9', 'rosa', '2026-01-01')], october),
  'a let common part': () => occupancyPieces([hall], [from('H', 'rosa', '2026-01-01')], october),
  'a space let twice': () =>
    occupancyPieces(
      [space('1')],
      [from('1', 'lund', '2026-10-12'), from('1', 'rosa', '2026-01-01', '2026-10-13')],
      october,
    ),
  'a space let at other times': () =>
    occupancyPieces(
      [space('1')],
      [from('1', 'lund', '2026-12-12'), from('1', 'rosa', '2026-01-01', '2026-10-01')],
      october,
    ),
  'no use of the whole': () => accrueByUse(d('1.00'), 'GBP', d('0'), d('0'), d('0')),
  'a part outside the whole': () => accrueByUse(d('1.00'), 'GBP', d('2'), d('9'), d('10')),
  'a part by days': () =>
    accrueByDays(
      d('100.00'),
      'GBP',
      { from: '2026-10-01', to: '2026-12-30' },
      { from: '2026-10-31', to: '2026-11-30' },
    ),
};

it('says what was read and kept', () => expectTold('apportionment-rules', said));
