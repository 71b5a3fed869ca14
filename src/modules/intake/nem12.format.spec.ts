import { sum } from '../../domain/quantity/decimal.js';
import { inspectMeterFile, meterFormatOf, readMeterFile } from './inspect.js';
import { linesOf } from './meter-file.js';
import { parseNem12 } from './nem12.format.js';

const header = '100,NEM12,202610010000,MDP,RETAILER';
const channel = (minutes = 30, unit = 'kWh'): string => `200,NMI1,E1,1,E1,N1,METER1,${unit},${minutes},`;
const day = (
  date: string,
  quality = 'A',
  values: readonly string[] = Array.from({ length: 48 }, () => '0.5'),
): string => `300,${date},${values.join(',')},${quality},,,20261002000000,`;
const parse = (...lines: string[]) => parseNem12(lines);
const faults = (...lines: string[]) =>
  parse(...lines).problems.map(({ severity, line, record, column }) => [severity, line, record, column]);

describe('parseNem12', () => {
  it('reads a day of market time as instants of UTC, interval after interval', () => {
    const file = parse(header, channel(), day('20261004'), '900');
    expect([file.refusal, file.problems, file.header?.from]).toEqual([null, [], 'MDP']);
    const [found] = file.channels;
    expect(found).toMatchObject({
      meter: 'NMI1',
      register: 'E1',
      serials: ['METER1'],
      unit: 'kWh',
      baseUnit: 'kWh',
      kind: 'interval',
      intervalMinutes: 30,
    });
    // New South Wales puts its clocks forward on this day; the market does not.
    expect(found?.readings).toHaveLength(48);
    expect(found?.readings[0]).toMatchObject({
      from: '2026-10-03T14:00:00Z',
      to: '2026-10-03T14:30:00Z',
      quality: 'actual',
    });
    expect(found?.readings[47]).toMatchObject({ to: '2026-10-04T14:00:00Z' });
  });

  it('takes another clock where the sender says so', () => {
    const file = parseNem12([header, channel(), day('20261004'), '900'], { offsetMinutes: 480 });
    expect(file.channels[0]?.readings[0]?.from).toBe('2026-10-03T16:00:00Z');
  });

  it.each([
    ['Wh', 'kWh', '0.0005'],
    ['WH', 'kWh', '0.0005'],
    ['MWh', 'kWh', '500'],
    ['kvarh', 'kVArh', '0.5'],
  ])('keeps %s as %s and tallies in the unit of the file', (unit, baseUnit, quantity) => {
    const [found] = parse(header, channel(30, unit), day('20261004'), '900').channels;
    expect([found?.unit, found?.baseUnit, found?.readings[0]?.quantity.toFixed()]).toEqual([unit, baseUnit, quantity]);
    expect(found?.tally.total.toFixed()).toBe('24');
  });

  it.each([5, 15, 30])('reads intervals of %d minutes', (minutes) => {
    const values = Array.from({ length: 1440 / minutes }, () => '.1');
    const [found] = parse(header, channel(minutes), day('20261004', 'A', values), '900').channels;
    expect(found?.tally.count).toBe(1440 / minutes);
    expect(sum((found?.readings ?? []).map(({ quantity }) => quantity)).toFixed()).toBe(found?.tally.total.toFixed());
  });

  it('gives each value of a variable day its own quality, and makes no reading of what is no data', () => {
    const file = parse(
      header,
      channel(),
      day('20261004', 'V'),
      '400,1,20,A,,',
      '400,21,30,N,,',
      '400,31,40,S14,76,Fault',
      '400,41,48,E52,,',
      '900',
    );
    const [found] = file.channels;
    expect(file.problems).toEqual([]);
    expect(found?.readings).toHaveLength(38);
    expect(new Set(found?.readings.map(({ quality }) => quality))).toEqual(
      new Set(['actual', 'substituted', 'estimated']),
    );
    expect(Object.entries(found?.tally.byQuality ?? {}).map(([letter, { count }]) => [letter, count])).toEqual([
      ['A', 20],
      ['N', 10],
      ['S', 10],
      ['E', 8],
    ]);
  });

  it('loses one bad record, names it, and keeps the others', () => {
    const bad = day('20261005').replace('0.5', 'x');
    const file = parse(header, channel(), day('20261004'), bad, day('20261006'), '900');
    expect(file.refusal).toBeNull();
    expect(file.channels[0]?.tally.records).toBe(2);
    expect(file.problems).toMatchObject([
      { severity: 'loses-record', line: 4, record: '300', column: 3, detail: '"x" is no quantity of at least zero.' },
    ]);
  });

  it.each<[string, string[], unknown[]]>([
    ['a value below zero', [day('20261004').replace('0.5', '-1')], ['loses-record', 3, '300', 3]],
    ['a day that does not exist', [day('20260229')], ['loses-record', 3, '300', 2]],
    ['a value that is missing', [day('20261004').replace('0.5', '')], ['loses-record', 3, '300', 3]],
    ['a value too many', [day('20261004', '0.5,A')], ['loses-record', 3, '300', 51]],
    ['a run beyond the day', [day('20261004', 'V'), '400,1,49,A,,'], ['loses-record', 4, '400', 2]],
    [
      'a value with two qualities',
      [day('20261004', 'V'), '400,1,48,A,,', '400,2,2,S14,,'],
      ['loses-record', 5, '400', 2],
    ],
    ['a value without quality', [day('20261004', 'V'), '400,1,47,A,,'], ['loses-record', 3, '300', 50]],
    ['an unknown quality', [day('20261004', 'V'), '400,1,48,Z,,'], ['loses-record', 4, '400', 4]],
    ['a record of no kind', ['700,hello'], ['loses-record', 3, '700', 1]],
    ['a day finer than a millionth', [day('20261004').replace('0.5', '0.1234567')], ['loses-record', 3, '300', 3]],
  ])('names %s', (_, records, fault) => {
    expect(faults(header, channel(), ...records, '900')).toEqual([fault]);
  });

  it.each([
    ['an unknown unit', channel(30, 'furlong'), 8],
    ['an unknown interval length', channel(7), 9],
    ['a missing NMI', channel().replace('NMI1', ''), 2],
  ])('loses the days under %s, and says each', (_, record, column) => {
    expect(faults(header, record, day('20261004'), channel(), day('20261004'), '900')).toEqual([
      ['loses-record', 2, '200', column],
      ['loses-record', 3, '300', null],
    ]);
  });

  it.each<[string, string[], string]>([
    ['without header', [channel(), day('20261004'), '900'], 'Line 1, record 200: a record stands before any header'],
    ['cut short', [header, channel(), day('20261004')], 'cut short'],
    ['with a second header inside', [header, channel(), day('20261004'), header, '900'], 'second header'],
    ['with data after its end', [header, channel(), day('20261004'), '900', channel()], 'after the end record 900'],
    [
      'of another format',
      ['100,NEM13,202610010000,MDP,RETAILER', channel(), day('20261004'), '900'],
      'says NEM13, not NEM12',
    ],
    [
      'without a readable day',
      [header, channel(), '300,20261004,1,2,A,,,,', '900'],
      'Line 3, record 300: NMI1 E1 has 2 values',
    ],
    ['without data', [header, '900'], 'holds no reading'],
    ['that is empty', [], 'empty'],
  ])('refuses a file %s', (_, lines, reason) => {
    expect(parse(...lines).refusal).toContain(reason);
  });

  it('reads several whole files in one, and a repeated day with a note', () => {
    const one = [header, channel(), day('20261004'), '900'];
    const file = parse(...one, '', ...one);
    expect([file.refusal, file.channels[0]?.tally.count]).toEqual([null, 96]);
    expect(file.problems).toMatchObject([{ severity: 'note', line: 8, column: 2 }]);
  });

  it('puts a wrapped record together', () => {
    const values = Array.from({ length: 24 }, () => '1').join(',');
    const file = parse(header, channel(), '300,20261004,', `${values},`, `${values},A,,,20261005000000,`, '900');
    expect([
      file.refusal,
      file.channels[0]?.tally.total.toFixed(),
      file.problems.map(({ severity }) => severity),
    ]).toEqual([null, '48', ['note']]);
  });

  it('keeps interval lengths of one register apart', () => {
    const quarter = Array.from({ length: 96 }, () => '1');
    const { channels } = parse(header, channel(15), day('20261004', 'A', quarter), channel(30), day('20261005'), '900');
    expect(channels.map(({ intervalMinutes }) => intervalMinutes)).toEqual([15, 30]);
  });
});

describe('inspectMeterFile', () => {
  const file = Buffer.from([header, channel(), day('20261004'), '900', ''].join('\r\n'));

  it('says what a file holds, without its readings', () => {
    const report = inspectMeterFile(file);
    expect(report.channels[0]).not.toHaveProperty('readings');
    expect(report.channels[0]?.tally.count).toBe(48);
  });

  it('reads past a byte order mark, and any line end', () => {
    expect([...linesOf(Buffer.from('\uFEFFa\r\nb\rc\n\nd'))]).toEqual(['a', 'b', 'c', '', 'd']);
    expect(meterFormatOf(Buffer.concat([Buffer.from('\uFEFF'), file]))).toBe('NEM12');
    const described = `${header}\n${channel()}\n${day('20261004', 'V')}\n400,1,48,S14,0,café\n900`;
    expect(readMeterFile(Buffer.from(described, 'latin1')).problems).toEqual([]);
  });

  it.each([
    ['an empty file', '', 'empty'],
    ['an archive', 'PK\u0003\u0004', 'ZIP archive'],
    ['anything else', 'date,kWh', 'neither NEM12 nor NEM13'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => inspectMeterFile(Buffer.from(text))).toThrow(reason);
  });
});
