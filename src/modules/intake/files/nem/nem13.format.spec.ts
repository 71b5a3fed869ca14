import { readAs } from '../../../../../test/support/meter-file.js';
import { nem13 } from './nem13.format.js';

const header = '100,NEM13,202610010000,MDP,RETAILER';
const row = (
  change: Partial<
    Record<'previous' | 'at' | 'current' | 'until' | 'quality' | 'quantity' | 'unit' | 'direction', string>
  > = {},
): string => {
  const f = {
    previous: '00100.0',
    at: '20260701000000',
    current: '00220.5',
    until: '20261001120000',
    quality: 'A',
    quantity: '120.5',
    unit: 'kWh',
    direction: 'E',
    ...change,
  };
  return `250,NMI1,11,1,11,11,METER1,${f.direction},${f.previous},${f.at},A,,,${f.current},${f.until},${f.quality},,,${f.quantity},${f.unit},20270101,20261002000000,`;
};
const read = (...lines: string[]) => readAs(nem13, lines.join('\r\n'));
const parse = (...rows: string[]) => read(header, ...rows, '900');

describe('nem13', () => {
  it('reads both values of a row as readings at market time', () => {
    const file = parse(row(), '550,N,,A,');
    expect([file.refusal, file.problems]).toEqual([null, []]);
    const [found] = file.channels;
    expect(found).toMatchObject({
      meter: 'NMI1',
      register: '11',
      unit: 'kWh',
      kind: 'cumulative',
      serials: ['METER1'],
      intervalMinutes: [],
      direction: 'import',
      first: '2026-06-30T14:00:00Z',
      last: '2026-10-01T02:00:00Z',
      missing: null,
    });
    expect(found?.registers.map(({ at, value, quality }) => [at, value.toFixed(), quality])).toEqual([
      ['2026-06-30T14:00:00Z', '100', 'actual'],
      ['2026-10-01T02:00:00Z', '220.5', 'actual'],
    ]);
    expect([found?.count, found?.total.toFixed()]).toEqual([1, '120.5']);
  });

  it('takes a value that ends one row and begins the next once', () => {
    const next = row({
      previous: '220.5',
      at: '20261001120000',
      current: '230.5',
      until: '20261101000000',
      quality: 'E62',
      quantity: '10',
    });
    const { channels, problems } = parse(row(), next);
    expect(channels[0]?.registers.map(({ quality }) => quality)).toEqual(['actual', 'actual', 'estimated']);
    expect(problems).toEqual([]);
  });

  it.each([
    ['the advance', {}],
    ['the advance with a sign, where energy flows out', { direction: 'I', quantity: '-120.5' }],
    ['the advance of a display that wrapped', { previous: '99990.0', current: '00010.0', quantity: '20.0' }],
  ])('finds the quantity to be %s', (_, change) => {
    expect(parse(row(change)).problems).toEqual([]);
  });

  it('says where the quantity is another than the two values give, and keeps the values', () => {
    const file = parse(row({ quantity: '31' }));
    expect(file.refusal).toBeNull();
    expect(file.problems).toMatchObject([
      {
        severity: 'note',
        line: 2,
        column: 19,
        detail: 'NMI1 11 went from 100 to 220.5, which is 120.5, and the row says 31.',
      },
    ]);
    expect(file.channels[0]?.registers).toHaveLength(2);
  });

  it('keeps two values at one instant for a person to decide', () => {
    const next = row({
      previous: '300',
      at: '20261001120000',
      current: '310',
      until: '20261101000000',
      quantity: '10',
    });
    const file = parse(row(), next);
    expect(file.channels[0]?.registers).toHaveLength(4);
    expect(file.problems).toMatchObject([{ severity: 'note', line: 3 }]);
  });

  it('makes no reading of what is no data', () => {
    expect(parse(row({ quality: 'N' })).channels[0]?.registers).toHaveLength(1);
  });

  it.each([
    ['a value', { previous: '1x' }, 9],
    ['a time', { at: '20260231000000' }, 10],
    ['a time of day', { until: '20261001250000' }, 15],
    ['a quality', { quality: 'Q' }, 16],
    ['a quantity', { quantity: '' }, 19],
    ['a unit', { unit: 'bushel' }, 20],
    ['the order of times', { until: '20260701000000' }, 15],
  ])('loses a row for %s and keeps the others', (_, change, column) => {
    const file = parse(row(change), row());
    expect(file.problems).toMatchObject([{ severity: 'loses-record', line: 2, record: '250', column }]);
    expect([file.refusal, file.channels[0]?.count]).toEqual([null, 1]);
  });

  it('refuses a file of which nothing can be read, with the reason', () => {
    expect(parse(row({ unit: 'bushel' })).refusal).toContain('Line 2, record 250: "bushel" is no unit of the format.');
    expect(read(header, row()).refusal).toContain('cut short');
    expect(parse('300,1').refusal).toContain('no record of NEM13 begins like this');
  });

  it('takes no data without a value as well', () => {
    const file = parse(row({ current: '', quality: 'N', quantity: '' }));
    expect(file.problems).toEqual([]);
    expect(file.channels).toMatchObject([{ records: 1, count: 0, registers: [{ at: '2026-06-30T14:00:00Z' }] }]);
  });

  it('says that energy flows out', () => {
    expect(parse(row({ direction: 'I', quantity: '-120.5' })).channels[0]?.direction).toBe('export');
  });
});
