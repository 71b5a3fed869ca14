import fc from 'fast-check';
import { Decimal, decimal, plain, sum } from '../quantity/decimal.js';
import {
  amongMeters,
  claimantOf,
  generationCalendar,
  generationKeyOf,
  namedIn,
  sayAllotment,
} from './generation-bands.js';

const steps = (count: number): Decimal => new Decimal(count).times('1e-6');

describe('bands by origin', () => {
  it('stand in the place of a calendar, and are told from one', () => {
    expect(generationKeyOf(generationCalendar('roof'))).toBe('roof');
    expect([generationKeyOf('DN'), generationKeyOf(null)]).toEqual([null, null]);
  });

  it('are claimed by the space that is named, else by its member, else by the space', () => {
    const named = namedIn({
      kind: 'static',
      tables: [{ hours: [0], parts: ['space:1', 'member:rosa'].map((id) => ({ id, part: decimal('0.5') })) }],
    });
    expect(claimantOf({ spaceId: '1', memberId: 'rosa' }, named)).toBe('space:1');
    expect(claimantOf({ spaceId: '2', memberId: 'rosa' }, named)).toBe('member:rosa');
    expect(claimantOf({ spaceId: '3', memberId: 'lund' }, named)).toBe('space:3');
    expect(claimantOf({ spaceId: '3', memberId: null }, named)).toBe('space:3');
    expect(namedIn({ kind: 'dynamic' }).size).toBe(0);
    expect([...namedIn({ kind: 'priority', order: [['space:1'], ['space:2']] })]).toEqual(['space:1', 'space:2']);
  });

  it('lie on the meters of a claimant in proportion to what they counted, to the last step', () => {
    const parts = amongMeters(
      decimal('1'),
      [
        { id: 'a', quantity: decimal('2') },
        { id: 'b', quantity: decimal('1') },
      ],
      'x',
    );
    expect(parts.map(({ local, grid }) => [plain(local), plain(grid)])).toEqual([
      ['0.666667', '1.333333'],
      ['0.333333', '0.666667'],
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }), fc.nat(1000), (counts, percent) => {
        const meters = counts.map((count, index) => ({ id: String(index), quantity: steps(count) }));
        const whole = counts.reduce((total, count) => total + count, 0);
        const local = steps(Math.trunc((whole * percent) / 1000));
        const found = amongMeters(local, meters, 'x');
        expect(sum(found.map((part) => part.local)).equals(local)).toBe(true);
        for (const [index, part] of found.entries()) {
          expect(part.local.plus(part.grid).equals(meters[index]?.quantity ?? 0)).toBe(true);
          expect(part.grid.isNegative() && !part.grid.isZero()).toBe(false);
        }
      }),
    );
  });

  it('can be read aloud', () => {
    const tables = [
      {
        hours: [7, 8],
        parts: [
          { id: 'S1', part: decimal('0.4') },
          { id: 'S2', part: decimal('0.6') },
        ],
      },
    ];
    expect(sayAllotment({ kind: 'static', tables }, (id) => id)).toBe(
      'by agreed parts: 0.4 to S1, 0.6 to S2, in the hours 7, 8; what one does not use is exported',
    );
    expect(sayAllotment({ kind: 'hybrid', tables }, (id) => id)).toContain('goes to the others');
    expect(sayAllotment({ kind: 'priority', order: [['S1', 'S2'], ['S3']] }, (id) => id)).toBe(
      'in each interval first to S1 and S2, then to S3, and last to all others',
    );
    expect(sayAllotment({ kind: 'dynamic' }, String)).toBe('in each interval in proportion to use');
  });
});
