import { fitted } from './fit-unit.js';
import { readItem, type ReadingItem } from './reading-item.js';

const item = (value: string, unit: string): ReadingItem =>
  readItem({ meter: 'M', register: 'r', at: '2026-10-01T00:00:00Z', value, unit }) as ReadingItem;

describe('what a device said, in the unit of its register', () => {
  it.each([
    ['5', 'kWh', 'kWh', '5', 'kWh'],
    ['4711', 'pulses', 'kWh', '4711', 'kWh'],
    ['4711', 'unknown', 'm3', '4711', 'm3'],
    ['1.25', 'm3', 'l', '1250', 'l'],
    ['0.0005', 'm3', 'l', '0.5', 'l'],
    ['0.000001', 'm3', 'l', '0.001', 'l'],
    ['0', 'm3', 'l', '0', 'l'],
    ['12', 'm3', 'l', '12000', 'l'],
  ])('is %s %s for a register in %s: %s %s', (value, unit, register, expected, inUnit) => {
    expect(fitted(item(value, unit), { unit: register })).toEqual(item(expected, inUnit));
  });

  it.each([
    ['5', 'kWh', 'm3'],
    ['5', 'W', 'kWh'],
    ['5', 'l', 'm3'],
    ['999999999999', 'm3', 'l'],
  ])('stays %s %s for a register in %s, and is refused there', (value, unit, register) => {
    expect(fitted(item(value, unit), { unit: register })).toEqual(item(value, unit));
  });

  it('stays as it is where no register is known', () => {
    expect(fitted(item('5', 'unknown'), undefined)).toEqual(item('5', 'unknown'));
  });
});
