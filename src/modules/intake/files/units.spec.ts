import { meteredUnitOf } from './units.js';

describe('meteredUnitOf', () => {
  it.each([
    ['kWh', 'kWh', '1'],
    ['Wh', 'kWh', '0.001'],
    ['GWH', 'kWh', '1000000'],
    ['varh', 'kVArh', '0.001'],
    ['m3', 'm3', '1'],
    ['m³', 'm3', '1'],
    ['l', 'm3', '0.001'],
    ['GJ', 'MJ', '1000'],
    ['kJ', 'MJ', '0.001'],
  ])('keeps %s in %s, times %s', (text, baseUnit, factor) => {
    const unit = meteredUnitOf(text);
    expect([unit?.baseUnit, unit?.factor.toFixed()]).toEqual([baseUnit, factor]);
  });

  it.each(['', 'furlong', 'constructor'])('does not know %p', (text) => expect(meteredUnitOf(text)).toBeUndefined());
});
