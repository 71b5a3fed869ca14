import fc from 'fast-check';
import { addDays, daysIn } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { beneficiaryId, billedMember } from './beneficiary.js';
import { beneficiaryOf, occupancyPieces, type Occupancy, type Space } from './pieces.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const space = (id: string, more: Partial<Space> = {}): Space => ({
  id,
  label: `Stall ${id}`,
  area: decimal('20'),
  weight: decimal('1'),
  vacantPayerMemberId: null,
  kind: 'let',
  ...more,
});
const october = { from: '2026-10-01', to: '2026-11-01' };

describe('occupancyPieces', () => {
  it('gives the days of a move to the one who leaves, to nobody by name, and to the one who comes', () => {
    const pieces = occupancyPieces(
      [space('4')],
      [
        { spaceId: '4', memberId: 'lund', from: '2026-10-20', to: null },
        { spaceId: '4', memberId: 'rosa', from: '2024-01-01', to: '2026-10-12' },
      ],
      october,
    );
    expect(pieces.map(({ memberId, days }) => [memberId, daysIn(days)])).toEqual([
      ['rosa', 11],
      [null, 8],
      ['lund', 12],
    ]);
  });

  it('leaves a space that nobody has to its vacancy, and a common part to the community', () => {
    const pieces = occupancyPieces(
      [space('4', { vacantPayerMemberId: 'owner' }), space('hall', { kind: 'common' })],
      [],
      october,
    );
    const borne = pieces.map(beneficiaryOf);
    expect(borne.map((one) => beneficiaryId(one))).toEqual(['vacant:4', 'common']);
    expect(borne.map(billedMember)).toEqual(['owner', null]);
  });

  it('ignores occupancies of other times', () => {
    const pieces = occupancyPieces(
      [space('4')],
      [{ spaceId: '4', memberId: 'rosa', from: '2026-11-01', to: null }],
      october,
    );
    expect(pieces.map(({ memberId }) => memberId)).toEqual([null]);
  });

  it.each<[string, Occupancy[]]>([
    [
      'overlapping-occupancy',
      [
        { spaceId: '4', memberId: 'rosa', from: '2026-09-01', to: '2026-10-12' },
        { spaceId: '4', memberId: 'lund', from: '2026-10-11', to: null },
      ],
    ],
    ['invalid-input', [{ spaceId: 'hall', memberId: 'rosa', from: '2026-09-01', to: null }]],
    ['invalid-input', [{ spaceId: 'nowhere', memberId: 'rosa', from: '2026-09-01', to: null }]],
  ])('refuses with %s', (code, occupancies) => {
    expect(() => occupancyPieces([space('4'), space('hall', { kind: 'common' })], occupancies, october)).toThrow(
      refusal(code),
    );
  });

  it('tiles every space for the whole period, with no day in two pieces', () => {
    const moves = fc.uniqueArray(fc.integer({ min: -20, max: 60 }), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(moves, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 45 }), (plan, length) => {
        const period = { from: '2026-10-01', to: addDays('2026-10-01', length) };
        const spaces = plan.map((_, index) => space(String(index)));
        const occupancies = plan.flatMap((days, index) => {
          const dates = days.toSorted((a, b) => a - b).map((day) => addDays('2026-10-01', day));
          return dates.flatMap((from, at): Occupancy[] =>
            at % 2 === 0 ? [{ spaceId: String(index), memberId: `m${at}`, from, to: dates[at + 1] ?? null }] : [],
          );
        });
        const pieces = occupancyPieces(spaces, occupancies.toReversed(), period);
        for (const { id } of spaces) {
          const own = pieces.filter((piece) => piece.space.id === id).map((piece) => piece.days);
          own.forEach((days, index) => expect(days.from).toBe(index === 0 ? period.from : own[index - 1]?.to));
          expect(own.at(-1)?.to).toBe(period.to);
        }
      }),
    );
  });
});
