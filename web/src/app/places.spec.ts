import { expect, it } from 'vitest';
import { gridKeys } from '../treasurer/readings/exception';
import { leader } from './everywhere-keys';
import { placesOf } from './places';

const everybody = ['treasurer', 'approver', 'auditor', 'installer', 'member'];

it('has one letter for each place of anybody, and none that answers a question about a reading', () => {
  for (const roles of [everybody, ['treasurer'], ['installer', 'member'], ['member']]) {
    const letters = placesOf(roles).map(({ key }) => key);
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters.filter((letter) => gridKeys.some(({ key }) => key === letter) || letter === leader)).toEqual([]);
  }
});
