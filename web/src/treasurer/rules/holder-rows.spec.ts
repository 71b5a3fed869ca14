import { expect, it } from 'vitest';
import { rowOf, termsOfRows, wholeOf } from './holder-rows';
import { readTyped } from '../../figures/exact';

const read = (typed: string) => readTyped(typed, '.');

it('adds parts exactly and says what is missing to the whole', () => {
  expect(wholeOf(['60', '30'], read)).toEqual({ sum: '90', whole: '100', missing: '10', isExact: false });
  expect(wholeOf(['33.3', '33.3', '33.4'], read)).toMatchObject({ sum: '100.0', isExact: true });
  expect(wholeOf(['0.5', '0.25'], read)).toMatchObject({ whole: '1', missing: '0.25' });
  expect(wholeOf(['0.1', '0.2', '0.7'], read)).toMatchObject({ sum: '1.0', isExact: true });
  expect(wholeOf(['70', '40'], read)).toMatchObject({ missing: '-10', isExact: false });
  expect(wholeOf(['', 'x'], read)).toMatchObject({ sum: '0', whole: '100', isExact: false });
});

it('takes rows as parts, and none while one is half written', () => {
  const parts = [
    { space: 'UNIT-1', part: '50' },
    { member: 'ROSA', part: '30' },
    { common: true as const, part: '20' },
  ];
  expect(termsOfRows([...parts.map(rowOf), { holder: '', part: ' ' }], read)).toEqual(parts);
  expect(termsOfRows([{ holder: 'space UNIT-1', part: '' }], read)).toBeUndefined();
  expect(termsOfRows([{ holder: '', part: '50' }], read)).toBeUndefined();
  expect(termsOfRows([], read)).toBeUndefined();
});
