import { describe, expect, it } from 'vitest';
import type { KeyTerms } from '../../api/generated/types.gen';
import { draftOf, emptyRule, hoursOf, termsOf } from './key-draft';
import { readTyped } from '../../figures/exact';

const read = (typed: string) => readTyped(typed, '.');

const metered: KeyTerms = {
  ...{ kind: 'metered', calendar: 'DAY-NIGHT', band: 'day', generation: null, deducted: true },
  residual: { policy: 'to-common', key: 'AREA' },
};
const fixed: KeyTerms = {
  kind: 'fixed',
  parts: [
    { space: 'UNIT-1', part: '60' },
    { common: true, part: '40' },
  ],
};

describe('a rule that is written', () => {
  it.each<KeyTerms>([
    metered,
    { kind: 'metered', calendar: null, band: 'local', generation: 'ROOF', residual: { policy: 'pro-rata', key: null } },
    { kind: 'peak', of: 'own' },
    { kind: 'area' },
    { kind: 'bookings', resource: 'KILN', by: 'price' },
    fixed,
    { kind: 'limited', key: { kind: 'area' }, cap: { per: 'month', amount: '40.00' }, floor: null, rest: 'held' },
    {
      kind: 'composite',
      parts: [
        {
          part: '70',
          key: { kind: 'limited', key: metered, cap: null, floor: { per: 'day', amount: '1' }, rest: 'common' },
        },
        {
          part: '30',
          key: {
            kind: 'composite',
            parts: [
              { part: '0.5', key: { kind: 'equal' } },
              { part: '0.5', key: fixed },
            ],
          },
        },
      ],
    },
    { kind: 'generation', allotment: { kind: 'dynamic' } },
    {
      kind: 'generation',
      allotment: { kind: 'hybrid', tables: [{ hours: [0, 1, 23], parts: [{ member: 'ROSA', part: '1' }] }] },
    },
    {
      kind: 'generation',
      allotment: { kind: 'priority', order: [[{ space: 'UNIT-1' }], [{ member: 'ROSA' }, { space: 'UNIT-2' }]] },
    },
  ])('says what it was written from', (terms) => {
    expect(termsOf(draftOf(terms), read)).toEqual(terms);
  });

  it('is none while something of it is missing', () => {
    expect(termsOf(emptyRule, read)).toBeUndefined();
    expect(termsOf({ ...emptyRule, kind: 'metered' }, read)).toBeUndefined();
    expect(termsOf({ ...emptyRule, kind: 'bookings' }, read)).toBeUndefined();
    expect(termsOf({ ...emptyRule, kind: 'area', isLimited: true }, read)).toBeUndefined();
    expect(termsOf({ ...emptyRule, kind: 'composite' }, read)).toBeUndefined();
    expect(termsOf({ ...emptyRule, kind: 'generation', allotment: 'priority' }, read)).toBeUndefined();
  });
});

it('reads hours of the day as people write them', () => {
  expect(hoursOf('0-2, 23')).toEqual([0, 1, 2, 23]);
  expect(hoursOf('')).toEqual([]);
  expect(['24', '5-3', 'noon'].map(hoursOf)).toEqual([undefined, undefined, undefined]);
});
