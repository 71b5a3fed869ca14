import { expect, it } from 'vitest';
import { totalOf, usedIn } from './use-slots';

const figure = (from: string, quantity: string | null, quality = 'actual') => ({
  from,
  to: `${from}+`,
  quantity,
  quality,
});
const register = { meter: 'M', register: 'r', role: 'sub', direction: 'import', unit: 'kWh', space: null };

it('adds the registers of a unit to the last digit, and leaves out what flows out or is counted already', () => {
  const used = usedIn({
    series: [
      { ...register, figures: [figure('1', '0.1'), figure('2', '1')] },
      { ...register, figures: [figure('2', '0.000002', 'estimated'), figure('1', '0.2')] },
      { ...register, direction: 'export', figures: [figure('1', '9')] },
      { ...register, role: 'deduction', figures: [figure('1', '9')] },
      { ...register, unit: 'm3', figures: [figure('1', '4')] },
    ],
  });
  expect(used).toEqual([
    {
      unit: 'kWh',
      slots: [
        { from: '1', to: '1+', quantity: '0.3', estimated: false },
        { from: '2', to: '2+', quantity: '1.000002', estimated: true },
      ],
    },
    { unit: 'm3', slots: [{ from: '1', to: '1+', quantity: '4', estimated: false }] },
  ]);
});

it('knows no sum where one part is not known', () => {
  const [used] = usedIn({
    series: [
      { ...register, figures: [figure('1', '1'), figure('2', null)] },
      { ...register, figures: [figure('1', '1'), figure('2', '1')] },
    ],
  });
  expect(used?.slots.map(({ quantity }) => quantity)).toEqual(['2', null]);
  expect(totalOf(used?.slots ?? [])).toBeNull();
  expect(totalOf([])).toBeNull();
});
