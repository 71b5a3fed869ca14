import { roundColumns } from '../../../../domain/metering/round-columns.js';
import { roundIn } from './reading-round.js';

const header = { line: 1, cells: [...roundColumns] };
const place = (name: string): number => header.cells.findIndex((column) => column === name);
/** A row of a round with some of its cells filled in. */
const row = (cells: Record<string, string>, line = 2) => {
  const all = { round: 'HALL 2026-11-20 Europe/London', meter: 'SHOP-01', register: 'import', unit: 'kWh', ...cells };
  return { line, cells: header.cells.map((name) => (all as Record<string, string>)[name] ?? '') };
};
const orderOf = (...dates: string[]) =>
  roundIn([header, ...dates.map((date, i) => row({ date }, i + 2))])?.mapping.dateOrder;

describe('a filled round', () => {
  it('is known by its columns, and takes nothing but what was filled in for readings', () => {
    const mapping = roundIn([header, row({})])?.mapping;
    expect(mapping).toMatchObject({ headerLine: 1, zone: 'Europe/London' });
    const roles = Object.fromEntries((mapping?.columns ?? []).map(({ name, role }) => [name, role]));
    expect(roles).toMatchObject({ meter: 'meter', register: 'register', reading: 'value', date: 'date', time: 'time' });
    for (const name of ['last_value', 'last_read', 'expected_from', 'expected_to', 'multiplier', 'remarks'])
      expect(roles[name]).toBe('ignored');
  });

  it('is known below other lines and in capitals, and a column that is there twice counts once', () => {
    const cells = ['METER', 'Register', ' unit ', 'Reading', 'Date', 'Time', 'Round', 'reading'];
    const found = roundIn([
      { line: 1, cells: ['Old Market Hall'] },
      { line: 3, cells },
    ]);
    expect(found?.mapping.headerLine).toBe(3);
    expect(found?.mapping.columns?.map(({ role }) => role)).toEqual([
      ...['meter', 'register', 'unit', 'value', 'date', 'time', 'ignored', 'ignored'],
    ]);
  });

  it.each(['round', 'meter', 'register', 'unit', 'reading', 'date', 'time'])('is another table without %s', (name) => {
    const without = header.cells.filter((_, i) => i !== place(name));
    expect(roundIn([{ line: 1, cells: without }])).toBeNull();
  });

  it('has the order of dates by which all lie near its day, where the dates do not tell themselves', () => {
    expect(orderOf('04/12/2026', '05/12/2026')).toBeUndefined();
    expect(orderOf('11/12/2026')).toBeUndefined();
    expect(orderOf('02/12/2026')).toBe('day-first');
    expect(orderOf('12/02/2026')).toBe('month-first');
    expect(orderOf('25/11/2026')).toBeUndefined();
    expect(orderOf('02/12/2026', '12/02/2026')).toBeUndefined();
    expect(orderOf('')).toBeUndefined();
  });

  it('says of a row what was not read, and where a time is missing', () => {
    const found = roundIn([header]);
    const said = (cells: Record<string, string>) => found?.remarkOn(row(cells))?.detail ?? null;
    expect(said({ remarks: 'door locked' })).toBe('SHOP-01 import was not read: door locked.');
    expect(said({ reading: '-' })).toBe('SHOP-01 import was not read.');
    expect(said({ reading: '0', date: '2026-11-20' })).toBe(
      'SHOP-01 import has no time; it was taken as read when its day began.',
    );
    expect(said({ reading: '0', date: '2026-11-20', time: '9:00' })).toBeNull();
    expect(said({ reading: '0', date: '20/11/2026 09:00' })).toBeNull();
    expect(said({ reading: '5' })).toBeNull();
    expect(found?.remarkOn({ line: 9, cells: ['', 'x'] })).toBeNull();
  });
});
