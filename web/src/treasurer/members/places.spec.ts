import { describe, expect, it } from 'vitest';
import type { Space } from '../../api/generated/types.gen';
import { codeFor, freeSpaces, unbilledDays } from './places';

const space = (id: string, kind: 'let' | 'common' = 'let') => ({ id, code: id, kind }) as Space;
const stay = (spaceId: string, from: string, to: string | null) => ({ spaceId, days: { from, to } });

describe('free spaces', () => {
  it('are those that nobody has on any of the days; the day on which one goes is the next one’s', () => {
    const spaces = [space('A'), space('B'), space('C'), space('HALL', 'common')];
    const taken = [stay('A', '2026-01-01', null), stay('B', '2026-01-01', '2026-10-05'), stay('C', '2026-10-09', null)];
    const free = (from: string, to: string | null) => freeSpaces(spaces, taken, { from, to }).map(({ id }) => id);
    expect(free('2026-10-05', '2026-10-09')).toEqual(['B', 'C']);
    expect(free('2026-10-04', '2026-10-10')).toEqual([]);
    expect(free('2026-10-05', null)).toEqual(['B']);
  });
});

describe('a short name', () => {
  it('is made of the name, and nobody else has it', () => {
    expect(codeFor('Rosa’s Bakery', new Set())).toBe('ROSAS-BAKERY');
    expect(codeFor('Café Zürich', new Set(['CAFE-ZURICH', 'CAFE-ZURICH-2']))).toBe('CAFE-ZURICH-3');
    expect(codeFor('面包', new Set())).toBe('MEMBER');
    expect(codeFor('The very long name of a shop', new Set())).toBe('THE-VERY-LONG-NA');
  });
});

describe('what a leaver is still to be billed', () => {
  const run = (from: string, to: string, status = 'closed', other = {}) =>
    ({ period: { from, to }, status, correction: null, leaver: null, ...other }) as Parameters<
      typeof unbilledDays
    >[1][number];

  it('begins where the last whole run ended', () => {
    const runs = [run('2026-09-01', '2026-10-01'), run('2026-08-01', '2026-09-01')];
    expect(unbilledDays({ from: '2026-01-01', to: '2026-10-16' }, runs)).toEqual({
      from: '2026-10-01',
      to: '2026-10-16',
    });
    expect(unbilledDays({ from: '2026-10-05', to: '2026-10-16' }, runs)).toEqual({
      from: '2026-10-05',
      to: '2026-10-16',
    });
    expect(unbilledDays({ from: '2026-01-01', to: '2026-10-01' }, runs)).toBeUndefined();
  });

  it('does not count runs that billed nobody else, corrected one, or were not sent', () => {
    const runs = [
      run('2026-10-01', '2026-10-10', 'closed', { leaver: { id: 'x', code: 'X' } }),
      run('2026-09-01', '2026-10-01', 'closed', { correction: { of: 'x', way: 'next-run', cause: '' } }),
      run('2026-09-01', '2026-10-01', 'cancelled'),
    ];
    expect(unbilledDays({ from: '2026-09-20', to: '2026-10-16' }, runs)).toEqual({
      from: '2026-09-20',
      to: '2026-10-16',
    });
  });
});
