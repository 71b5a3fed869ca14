import { expect, it } from 'vitest';
import type { Key } from '../../api/generated/types.gen';
import { rulesToChooseFrom } from './new-terms';

const key = (code: string, kind: 'area' | 'common'): Key =>
  ({ code, name: code, versions: [{ terms: { kind }, sentence: `By ${kind}` }] }) as unknown as Key;

it('offers what a key does not go by already', () => {
  const ids = rulesToChooseFrom([key('RENT', 'area'), key('WASTE', 'common'), key('LIFT', 'area')], 'RENT').map(
    ({ id }) => id,
  );
  expect(ids).toEqual(['equal', 'occupied-days', 'headcount', 'members', 'as WASTE']);
});

it('takes the terms of the other key as they are', () => {
  const found = rulesToChooseFrom([key('RENT', 'area'), key('WASTE', 'common')], 'RENT').find(
    ({ id }) => id === 'as WASTE',
  );
  expect(found?.terms).toEqual({ kind: 'common' });
});
