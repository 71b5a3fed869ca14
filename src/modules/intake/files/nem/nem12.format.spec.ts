import { readAs } from '../../../../../test/support/meter-file.js';
import { decimal, sum } from '../../../../domain/quantity/decimal.js';
import { nem12 } from './nem12.format.js';

const header = '100,NEM12,202610010000,MDP,RETAILER';
const channel = (minutes = 30, unit = 'kWh'): string => `200,NMI1,E1,1,E1,N1,METER1,${unit},${minutes},`;
const day = (
  date: string,
  quality = 'A',
  values: readonly string[] = Array.from({ length: 48 }, () => '0.5'),
): string => `300,${date},${values.join(',')},${quality},,,20261002000000,`;
const parse = (...lines: string[]) => readAs(nem12, lines.join('\r\n'));
const faults = (...lines: string[]) =>
  parse(...lines).problems.map(({ severity, line, record, column }) => [severity, line, record, column]);

describe('nem12', () => {
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
      intervalMinutes: [30],
      direction: 'import',
    });
    // New South Wales puts its clocks forward on this day; the market does not.
    expect(found?.intervals).toHaveLength(48);
    expect(found?.intervals[0]).toMatchObject({
      from: '2026-10-03T14:00:00Z',
      to: '2026-10-03T14:30:00Z',
      quality: 'actual',
    });
    expect(found?.intervals[47]).toMatchObject({ to: '2026-10-04T14:00:00Z' });
  });

  it('takes another clock where the sender says so', () => {
    const text = [header, channel(), day('20261004'), '900'].join('\n');
    const file = readAs(nem12, text, { offsetMinutes: 480, zone: null });
    expect(file.channels[0]?.intervals[0]?.from).toBe('2026-10-03T16:00:00Z');
  });

  it.each([
    ['Wh', 'kWh', '0.0005'],
    ['WH', 'kWh', '0.0005'],
    ['MWh', 'kWh', '500'],
    ['kvarh', 'kVArh', '0.5'],
  ])('keeps %s as %s and tallies in the unit of the file', (unit, baseUnit, quantity) => {
    const [found] = parse(header, channel(30, unit), day('20261004'), '900').channels;
    expect([found?.unit, found?.baseUnit, found?.intervals[0]?.quantity.toFixed()]).toEqual([unit, baseUnit, quantity]);
    expect(found?.total.toFixed()).toBe('24');
  });

  it.each([5, 15, 30])('reads intervals of %d minutes', (minutes) => {
    const values = Array.from({ length: 1440 / minutes }, () => '.1');
    const [found] = parse(header, channel(minutes), day('20261004', 'A', values), '900').channels;
    expect(found?.count).toBe(1440 / minutes);
    expect(sum((found?.intervals ?? []).map(({ quantity }) => quantity)).toFixed()).toBe(found?.total.toFixed());
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
    expect(found?.intervals).toHaveLength(38);
    expect(new Set(found?.intervals.map(({ quality }) => quality))).toEqual(
      new Set(['actual', 'substituted', 'estimated']),
    );
    expect(Object.entries(found?.byQuality ?? {}).map(([letter, { count }]) => [letter, count])).toEqual([
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
    expect(file.channels[0]?.records).toBe(2);
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
    ['without any record', [], 'holds no record'],
  ])('refuses a file %s', (_, lines, reason) => {
    expect(parse(...lines).refusal).toContain(reason);
  });

  it('reads several whole files in one, and a repeated day with a note', () => {
    const one = [header, channel(), day('20261004'), '900'];
    const file = parse(...one, '', ...one);
    expect([file.refusal, file.channels[0]?.count]).toEqual([null, 96]);
    expect(file.problems).toMatchObject([{ severity: 'note', line: 8, column: 2 }]);
  });

  it('puts a wrapped record together', () => {
    const values = Array.from({ length: 24 }, () => '1').join(',');
    const file = parse(header, channel(), '300,20261004,', `${values},`, `${values},A,,,20261005000000,`, '900');
    expect([file.refusal, file.channels[0]?.total.toFixed(), file.problems.map(({ severity }) => severity)]).toEqual([
      null,
      '48',
      ['note'],
    ]);
  });

  it('keeps days of quarters and of half-hours in one channel, each with its own intervals', () => {
    const quarters = day(
      '20261004',
      'A',
      Array.from({ length: 96 }, () => '1'),
    );
    const { channels, problems } = parse(header, channel(15), quarters, channel(30), day('20261005'), '900');
    expect(problems).toEqual([]);
    expect(channels).toMatchObject([{ intervalMinutes: [15, 30], count: 144, records: 2, total: decimal('120') }]);
    expect(channels[0]?.intervals.slice(95, 97).map(({ from, to }) => [from, to])).toEqual([
      ['2026-10-04T13:45:00Z', '2026-10-04T14:00:00Z'],
      ['2026-10-04T14:00:00Z', '2026-10-04T14:30:00Z'],
    ]);
    expect(channels[0]).toMatchObject({ missing: 0, overlapping: 0, last: '2026-10-05T14:00:00Z' });
  });

  it('says that a day came twice, whatever its interval length', () => {
    const quarters = day(
      '20261004',
      'A',
      Array.from({ length: 96 }, () => '1'),
    );
    const file = parse(header, channel(), day('20261004'), channel(15), quarters, '900');
    expect(file.problems).toMatchObject([{ severity: 'note', line: 5, detail: 'NMI1 E1 has the day 20261004 twice.' }]);
    expect(file.channels[0]?.overlapping).toBe(96);
  });

  it.each([
    ['A', 'actual'],
    ['E52', 'estimated'],
    ['F', 'substituted'],
    ['F16', 'substituted'],
    ['S14', 'substituted'],
    ['s14', 'substituted'],
  ])('takes a day of quality %s as %s', (flag, quality) => {
    const [found] = parse(header, channel(), day('20261004', flag), '900').channels;
    expect(new Set(found?.intervals.map((interval) => interval.quality))).toEqual(new Set([quality]));
    expect(Object.keys(found?.byQuality ?? {})).toEqual([flag.charAt(0).toUpperCase()]);
  });

  it('counts a day without data and makes no reading of it, with or without values', () => {
    const nothing = Array.from({ length: 48 }, () => '');
    const file = parse(header, channel(), day('20261004', 'N'), day('20261005', 'N', nothing), day('20261006'), '900');
    expect(file.problems).toEqual([]);
    expect(file.channels).toMatchObject([{ records: 3, count: 96, byQuality: { N: { count: 48 }, A: { count: 48 } } }]);
    expect(file.channels[0]?.intervals).toHaveLength(48);
  });

  it('knows by the suffix which way energy flows', () => {
    const suffixed = (suffix: string): string => channel().replace(',E1,1,E1,', `,E1B1Q1K1,1,${suffix},`);
    const blocks = ['E1', 'B1', 'Q1', 'K1', '11'].flatMap((suffix) => [suffixed(suffix), day('20261004')]);
    const { channels } = parse(header, ...blocks, '900');
    expect(channels.map(({ direction }) => direction)).toEqual(['import', 'export', 'import', 'export', null]);
  });

  it('says that a quality by runs contradicts that of the day, and takes that of the day', () => {
    const file = parse(header, channel(), day('20261004', 'A'), '400,1,48,S14,,', '900');
    expect(file.problems).toMatchObject([{ severity: 'note', line: 4, record: '400' }]);
    expect(file.channels[0]?.byQuality).toMatchObject({ A: { count: 48 } });
  });

  it('loses a quality that belongs to no day, and passes over notes of the service', () => {
    expect(faults(header, channel(), '400,1,48,A,,', '500,S,,20261004000000,', day('20261004'), '900')).toEqual([
      ['loses-record', 3, '400', null],
    ]);
  });

  it('reads numbers however they are written', () => {
    const written = ['.5', '00.5', '0.5000000000', '1.', '1', '0'];
    const values = [...written, ...Array.from({ length: 42 }, () => '0')];
    const file = parse(header, channel(), day('20261004', 'A', values), '900');
    expect([file.problems, file.channels[0]?.total.toFixed()]).toEqual([[], '3.5']);
  });

  it('reads a file that went through a spreadsheet', () => {
    const quoted = (line: string): string => line.replace(/[^,]+/g, '"$&"');
    const file = readAs(
      nem12,
      [`${header},,,,`, quoted(channel()), quoted(day('20261004')), '900,,,,', '\u001a'].join('\n'),
    );
    expect([file.problems, file.channels[0]?.total.toFixed()]).toEqual([[], '24']);
  });

  it('reads the same whatever the pieces it comes in', () => {
    const lines = [
      header,
      channel(),
      day('20261004', 'V'),
      '400,1,20,A,,',
      '400,21,48,S14,,',
      '300,20261005,',
      '1,2',
      '900',
    ];
    const whole = readAs(nem12, lines.join('\r\n'));
    expect(whole.problems).toHaveLength(2);
    for (const length of [1, 2, 3, 7, 64]) {
      expect(readAs(nem12, lines.join('\r\n'), undefined, length)).toEqual(whole);
    }
  });

  it.each([
    [header, true],
    ['\r\n100 , nem12 ,202610010000', true],
    ['100,NEM13,202610010000', false],
    ['200,NMI1,E1,1,E1,N1,METER1,kWh,30,', true],
    ['300,20261004,1', true],
    ['300,5', false],
    ['date,kWh', false],
  ])('recognises a file that begins with %j: %s', (beginning, isOurs) => {
    expect(nem12.recognises(beginning)).toBe(isOurs);
  });
});
