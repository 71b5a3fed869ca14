import fc from 'fast-check';
import { addDays } from '../calendar/period.js';
import { one } from '../quantity/decimal.js';
import { occupiedInstead, type OccupiedInstead } from './occupied-instead.js';
import { type Occupancy, occupancyPieces, type Space } from './pieces.js';

const rosa: Occupancy = { spaceId: 's4', memberId: 'rosa', from: '2026-01-01', to: null };
const summer = { spaceId: 's4', from: '2026-06-01', to: '2026-09-01' };

describe('another occupancy', () => {
  it('takes its days from whoever has the space, and no others', () => {
    expect(occupiedInstead([rosa], [{ ...summer, memberId: 'lund' }])).toEqual([
      { ...rosa, to: '2026-06-01' },
      { ...rosa, from: '2026-09-01' },
      { ...summer, memberId: 'lund' },
    ]);
  });

  it('may be nobody, and may never end', () => {
    expect(occupiedInstead([rosa], [{ ...summer, memberId: null, to: null }])).toEqual([{ ...rosa, to: '2026-06-01' }]);
    expect(occupiedInstead([rosa], [{ spaceId: 's4', memberId: null, from: '2025-01-01', to: null }])).toEqual([]);
  });

  it('leaves other spaces and other days alone', () => {
    const ended = { ...rosa, to: '2026-06-01' };
    expect(occupiedInstead([ended], [{ ...summer, memberId: null }])).toEqual([ended]);
    expect(occupiedInstead([rosa], [{ ...summer, spaceId: 's5', memberId: null }])).toEqual([rosa]);
  });

  const first = '2026-03-01';
  const days = Array.from({ length: 30 }, (_, i) => addDays(first, i));
  const period = { from: first, to: addDays(first, days.length) };
  const spaces = ['s4', 's5'].map((id): Space => ({
    ...{ id, label: id, area: one, weight: one, vacantPayerMemberId: null, kind: 'let' },
  }));
  /** Runs of days that do not touch twice, in one space. */
  const runs = (spaceId: string, hands: readonly (string | null)[]) =>
    fc
      .uniqueArray(fc.nat(days.length), { minLength: 2, maxLength: 6 })
      .chain((cuts) =>
        fc.tuple(fc.constant(cuts.toSorted((a, b) => a - b)), fc.infiniteStream(fc.constantFrom(...hands))),
      )
      .map(([cuts, hand]) =>
        cuts.slice(1).flatMap((to, i): OccupiedInstead[] =>
          i % 2 === 1
            ? []
            : [
                {
                  spaceId,
                  memberId: hand.next().value as string | null,
                  from: addDays(first, cuts[i] ?? 0),
                  to: addDays(first, to),
                },
              ],
        ),
      );
  /** Who is in a space on each of the days. */
  const handsIn = (some: readonly Occupancy[], spaceId: string): (string | null)[] => {
    const pieces = occupancyPieces(spaces, some, period).filter(({ space }) => space.id === spaceId);
    return days.map((day) => pieces.find((piece) => piece.days.from <= day && day < piece.days.to)?.memberId ?? null);
  };

  it('has each space in the hand asked on the days asked, and in its own on all others', () => {
    const stored = fc
      .tuple(runs('s4', ['rosa', 'adam']), runs('s5', ['bela']))
      .map((some) => some.flat() as Occupancy[]);
    fc.assert(
      fc.property(stored, runs('s4', ['lund', null]), (now, asked) => {
        const then = occupiedInstead(now, asked);
        const was = handsIn(now, 's4');
        const would = days.map((day, i) => {
          const said = asked.find(({ from, to }) => from <= day && (to === null || day < to));
          return said === undefined ? was[i] : said.memberId;
        });
        expect(handsIn(then, 's4')).toEqual(would);
        expect(handsIn(then, 's5')).toEqual(handsIn(now, 's5'));
        expect(occupiedInstead(then, asked)).toEqual(then);
      }),
    );
  });
});
