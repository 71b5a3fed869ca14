import fc from 'fast-check';
import { daysIn } from '../calendar/period.js';
import { spanOf } from '../calendar/zone.js';
import { DomainError } from '../errors.js';
import { decimal, sum } from '../quantity/decimal.js';
import { beneficiaryId } from './beneficiary.js';
import { type Booking, minutesBetween, sharedTime } from './bookings.js';
import type { PresenceKey } from './key.js';
import { occupancyPieces, type Occupancy, type Space } from './pieces.js';
import { missingHeads } from './presence.js';
import { weigh, type Weight } from './weights.js';

const october = { from: '2026-10-01', to: '2026-11-01' };
const zone = 'Europe/London';
const space = (id: string, more: Partial<Space> = {}): Space => ({
  id,
  label: `Stall ${id}`,
  area: decimal('10'),
  weight: decimal('1'),
  vacantPayerMemberId: null,
  kind: 'let',
  ...more,
});
const heads = (memberId: string, count: string, from = '2024-01-01', to: string | null = null) => ({
  memberId,
  heads: decimal(count),
  from,
  to,
});
const spaces = [
  space('4', {
    heads: [heads('rosa', '3'), heads('lund', '2', '2024-01-01', '2026-10-25'), heads('lund', '4', '2026-10-25')],
  }),
  space('5', { heads: [heads('rosa', '1')] }),
  space('6'),
  space('hall', { kind: 'common' }),
];
const occupancies: Occupancy[] = [
  { spaceId: '4', memberId: 'rosa', from: '2024-01-01', to: '2026-10-12' },
  { spaceId: '4', memberId: 'lund', from: '2026-10-20', to: null },
  { spaceId: '5', memberId: 'rosa', from: '2024-01-01', to: null },
];
const pieces = occupancyPieces(spaces, occupancies, october);
const booking = (id: string, spaceId: string | null, memberId: string, from: string, to: string): Booking => ({
  id,
  resourceId: 'r',
  resourceLabel: 'Stall 6',
  spaceId,
  memberId,
  from,
  to,
  price: null,
});
const figures = (weights: readonly Weight[]): Record<string, string> =>
  Object.fromEntries(weights.map(({ beneficiary, weight }) => [beneficiaryId(beneficiary), weight.toFixed()]));
const by = (kind: PresenceKey['kind'], bookings: readonly Booking[] = []) =>
  figures(weigh({ kind }, pieces, [], october, { bookings, zone }));

describe('presence', () => {
  it('counts occupied days of each space, and no empty day', () => {
    expect(by('occupied-days')).toEqual({ 'member:rosa': '42', 'member:lund': '12' });
  });

  it('counts a member once a day, in one space or in two', () => {
    expect(by('members')).toEqual({ 'member:rosa': '31', 'member:lund': '12' });
  });

  // Rosa 3 people × 11 days + 1 × 31; Lund 2 × 5 days (20 to 24) + 4 × 7.
  it('counts people by the days for which their number holds', () => {
    expect(by('headcount')).toEqual({ 'member:rosa': '64', 'member:lund': '38' });
  });

  it('says which days have no head count, and weighs nothing by them', () => {
    const let6 = occupancyPieces(
      spaces,
      [...occupancies, { spaceId: '6', memberId: 'ada', from: '2026-10-30', to: null }],
      october,
    );
    const subject = { kind: 'cost' as const, id: 'waste', label: 'Waste' };
    expect(missingHeads(pieces, subject)).toEqual([]);
    expect(missingHeads(let6, subject)).toMatchObject([
      { code: 'headcount-missing', severity: 'blocking', from: '2026-10-30', to: '2026-11-01' },
    ]);
    expect(() => weigh({ kind: 'headcount' }, let6, [], october)).toThrow(
      expect.objectContaining({ code: 'invalid-input' }) as DomainError,
    );
  });

  // October in London has 31 × 24 + 1 hours; the hour that comes twice is Rosa's and Lund's too.
  it('counts hours by the clock of the site, and gives booked time to who booked it', () => {
    const afternoon = booking('1', '6', 'ada', '2026-10-03T07:00:00Z', '2026-10-03T11:00:00Z');
    const sublet = booking('2', '5', 'ben', '2026-10-03T12:00:00Z', '2026-10-03T17:30:00Z');
    expect(by('occupied-hours', [afternoon, sublet])).toEqual({
      'member:ada': '240',
      'member:ben': '330',
      'member:lund': String(12 * 1440 + 60),
      'member:rosa': String(11 * 1440 + 31 * 1440 + 60 - 330),
    });
  });

  it('gives no minute of a space to two, whatever is booked', () => {
    const day = fc.integer({ min: 1, max: 30 });
    const booked = fc.array(fc.tuple(fc.constantFrom('4', '5', '6'), day, fc.constantFrom('ada', 'ben')), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(booked, (list) => {
        const once = [...new Map(list.map((one) => [`${one[0]} ${one[1]}`, one])).values()];
        const bookings = once.map(([of, at, who], index) =>
          booking(
            String(index),
            of,
            who,
            `2026-10-${String(at).padStart(2, '0')}T09:00:00Z`,
            `2026-10-${String(at).padStart(2, '0')}T13:00:00Z`,
          ),
        );
        const weights = weigh({ kind: 'occupied-hours' }, pieces, [], october, { bookings, zone });
        const minutesWhere = (isOccupied: boolean): number =>
          pieces
            .filter(({ memberId, space: of }) => of.kind === 'let' && (memberId !== null) === isOccupied)
            .reduce((total, { space: of, days }) => {
              const span = spanOf(days, zone);
              const booked = bookings.filter((one) => one.spaceId === of.id && sharedTime(one, span) !== null);
              return total + (isOccupied ? minutesBetween(span) : booked.length * 240);
            }, 0);
        const counted = sum(weights.map(({ weight }) => weight));
        expect(counted.toFixed()).toBe(String(minutesWhere(true) + minutesWhere(false)));
      }),
    );
  });
});

describe('a dated weight', () => {
  it('counts for its own days, and the weight of the space for the others', () => {
    const weighted = [space('4', { weights: [{ from: '2026-10-11', to: '2026-10-21', weight: decimal('1.5') }] })];
    const held = occupancyPieces(weighted, [{ spaceId: '4', memberId: 'rosa', from: '2024-01-01', to: null }], october);
    const [rosa] = weigh({ kind: 'area' }, held, [], october);
    // 10 m² × (21 days × 1 + 10 days × 1.5)
    expect(rosa?.weight.toFixed()).toBe('360');
    expect(rosa?.reasons.reduce((days, one) => days + ('days' in one ? one.days : 0), 0)).toBe(daysIn(october));
  });
});
