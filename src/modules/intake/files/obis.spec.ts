import { directionOf, impliedUnitOf, type Obis, obisOf, registerKindOf } from './obis.js';

const code = (text: string): Obis => {
  const found = obisOf(text);
  if (!found) throw new Error(`${text} is no OBIS code.`);
  return found;
};

describe('obisOf', () => {
  it.each([
    ['1-0:1.8.1', '1-0:1.8.1'],
    ['1-0:1.8.0*255', '1-0:1.8.0'],
    ['1-1:1.29.0.255', '1-1:1.29.0'],
  ])('reads %s as %s', (text, expected) => expect(code(text).code).toBe(expected));

  it.each(['', '1.8.1', '1-0:1.8', '1-0:1.8.1(', 'AUA', '1-0:1.8.1 '])('reads no code in %p', (text) => {
    expect(obisOf(text)).toBeNull();
  });
});

describe('what an OBIS code says', () => {
  // Value groups C and D of IEC 62056-61, table 9, and the code list of EDI@Energy for gas.
  it.each([
    ['1-0:1.8.1', 'import', 'cumulative', 'kWh'],
    ['1-0:2.8.0', 'export', 'cumulative', 'kWh'],
    ['1-0:3.8.0', 'import', 'cumulative', 'kVArh'],
    ['1-0:4.8.2', 'export', 'cumulative', 'kVArh'],
    ['1-0:5.8.0', null, 'cumulative', 'kVArh'],
    ['1-0:15.8.0', null, 'cumulative', 'kWh'],
    ['1-0:21.8.0', 'import', 'cumulative', 'kWh'],
    ['1-0:62.8.0', 'export', 'cumulative', 'kWh'],
    ['1-1:1.29.0', 'import', 'interval', 'kWh'],
    ['1-1:2.9.0', 'export', 'interval', 'kWh'],
    ['1-1:9.29.0', 'import', 'interval', 'kVAh'],
    ['1-1:1.6.0', 'import', 'interval', 'kW'],
    ['1-0:32.7.0', null, 'interval', null],
    ['7-20:3.0.0', null, 'cumulative', 'm3'],
    ['7-20:99.33.17', null, 'interval', 'kWh'],
    ['7-1:99.23.15', null, 'interval', 'm3'],
    ['7-0:54.0.16', null, null, null],
    ['8-0:1.0.0', null, null, null],
  ])('%s: %s, %s, %s', (text, direction, kind, unit) => {
    const obis = code(text);
    expect([directionOf(obis), registerKindOf(obis), impliedUnitOf(obis)]).toEqual([direction, kind, unit]);
  });
});
