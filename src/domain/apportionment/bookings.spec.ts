import fc from 'fast-check';
import { addDays } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { decimal, sum } from '../quantity/decimal.js';
import { bookedTimes, type Booking, checkBooking, unpricedBookings } from './bookings.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const october = { from: '2026-10-01', to: '2026-11-01' };
const november = { from: '2026-11-01', to: '2026-12-01' };
const zone = 'Europe/London';
const booking = (from: string, to: string, price: Booking['price'] = null, memberId = 'rosa'): Booking => ({
  id: `${memberId} ${from}`,
  resourceId: 'kiln',
  resourceLabel: 'Kiln',
  spaceId: null,
  memberId,
  from,
  to,
  price,
});
const price = { perHour: decimal('6.00'), minimum: decimal('9.00') };
const values = (list: readonly Booking[], by: 'minutes' | 'price', period = october) =>
  bookedTimes(list, 'kiln', by, period, zone).map(({ reason }) => reason.value.toFixed());

describe('bookedTimes', () => {
  it('counts the minutes that lie in the period', () => {
    const over = booking('2026-10-31T22:00:00Z', '2026-11-01T02:00:00Z');
    expect(values([booking('2026-10-30T09:00:00Z', '2026-10-30T12:30:00Z'), over], 'minutes')).toEqual(['210', '120']);
    expect(values([over], 'minutes', november)).toEqual(['120']);
  });

  it('looks at one resource only', () => {
    const other = { ...booking('2026-10-30T09:00:00Z', '2026-10-30T12:30:00Z'), resourceId: 'saw' };
    expect(values([other], 'minutes')).toEqual([]);
  });

  it('weighs by price, at least by the minimum, which belongs to where the booking begins', () => {
    expect(values([booking('2026-10-30T09:00:00Z', '2026-10-30T10:00:00Z', price)], 'price')).toEqual(['540']);
    const over = booking('2026-10-31T23:30:00Z', '2026-11-01T00:30:00Z', price);
    expect([values([over], 'price'), values([over], 'price', november)]).toEqual([['360'], ['180']]);
  });

  it('is additive over any cut of the time', () => {
    const at = fc.integer({ min: 0, max: 30 * 1440 });
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 60 }), (start, length, cut) => {
        const from = new Date(Date.UTC(2026, 9, 1) + start * 60_000).toISOString().replace('.000', '');
        const to = new Date(Date.UTC(2026, 9, 1) + (start + length) * 60_000).toISOString().replace('.000', '');
        const day = addDays('2026-09-30', cut);
        const [before, after] = [
          { from: '2026-09-01', to: day },
          { from: day, to: '2026-12-31' },
        ];
        for (const by of ['minutes', 'price'] as const) {
          const list = [booking(from, to, price)];
          const whole = sum(values(list, by, { from: '2026-09-01', to: '2026-12-31' }).map((value) => decimal(value)));
          const parts = sum([...values(list, by, before), ...values(list, by, after)].map((value) => decimal(value)));
          expect(parts.equals(whole)).toBe(true);
        }
      }),
    );
  });

  it('names the bookings that have no price, and shares nothing by them', () => {
    const unpriced = booking('2026-10-30T09:00:00Z', '2026-10-30T10:00:00Z');
    expect(unpricedBookings([unpriced], 'kiln', october, zone)).toEqual([unpriced]);
    expect(unpricedBookings([unpriced], 'kiln', november, zone)).toEqual([]);
    expect(() => values([unpriced], 'price')).toThrow(refusal('invalid-input'));
  });
});

describe('checkBooking', () => {
  const taken = [{ from: '2026-10-03T08:00:00Z', to: '2026-10-03T12:00:00Z' }];
  it('takes what begins where another ends', () => {
    expect(() => {
      checkBooking({ from: '2026-10-03T12:00:00Z', to: '2026-10-03T17:00:00Z' }, taken);
    }).not.toThrow();
  });

  it.each([
    ['time that is taken', '2026-10-03T11:59:00Z', '2026-10-03T13:00:00Z', 'overlapping-booking'],
    ['no time', '2026-10-04T11:00:00Z', '2026-10-04T11:00:00Z', 'invalid-period'],
    ['half a minute', '2026-10-04T11:00:30Z', '2026-10-04T12:00:00Z', 'invalid-period'],
    ['half a year', '2026-10-04T11:00:00Z', '2027-04-04T12:00:00Z', 'invalid-period'],
  ])('refuses %s', (_, from, to, code) => {
    expect(() => {
      checkBooking({ from, to }, taken);
    }).toThrow(refusal(code));
  });
});
