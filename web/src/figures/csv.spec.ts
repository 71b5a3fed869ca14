import { expect, it } from 'vitest';
import { csvOf } from './csv';

it('writes figures as they came, and quotes what would end a cell', () => {
  expect(
    csvOf([
      ['what', 'kWh'],
      ['stall "7", north', '-17.250'],
      ['two\nlines', ''],
    ]),
  ).toBe('what,kWh\r\n"stall ""7"", north",-17.250\r\n"two\nlines",\r\n');
});

it('lets no cell be a formula', () => {
  expect(csvOf([['=1+1', '@cmd', '+44 1700', '-', '-12.5']])).toBe("'=1+1,'@cmd,'+44 1700,'-,-12.5\r\n");
});
