import fc from 'fast-check';
import { Findings } from '../findings.js';
import type { FileOptions } from '../meter-file.js';
import { mscons } from './mscons.format.js';

const point = 'LOC+172+51238696781';
const register = ['LIN+1', 'PIA+5+1-1?:1.29.0:SRW'];
const span = (from: string, to: string): string[] => [`DTM+163:${from}?+00:303`, `DTM+164:${to}?+00:303`];
const older = 'MSCONS:D:04B:UN:2.2e';
const quarter = span('202610242345', '202610250000');

interface Frame {
  readonly kind?: string;
  readonly head?: readonly string[];
  readonly segments?: number;
}

/** A file of one message as it should be, each segment on a line of its own; LOC stands on line 9. */
function file(body: readonly string[], { kind = 'MSCONS:D:04B:UN:2.4c', head = [], segments }: Frame = {}): string {
  const message = [
    `UNH+1+${kind}`,
    'BGM+7+MSI5422+9',
    ...head,
    'DTM+137:202610261000?+00:303',
    'RFF+Z13:13025',
    'NAD+MS+9900000000003::293',
    'UNS+D',
    'NAD+DP',
    ...body,
  ];
  const unt = `UNT+${segments ?? message.length + 1}+1`;
  return ['UNB+UNOC:3+9900000000003:500+9900000000010:500+261026:1000+A1++TL', ...message, unt, 'UNZ+1+A1']
    .map((segment) => `${segment}'\n`)
    .join('');
}

function read(pieces: string | readonly string[], options: Partial<FileOptions> = {}) {
  const readings: string[] = [];
  const findings = new Findings(
    ({ head }, reading) => {
      const when =
        'at' in reading
          ? `${reading.value.toFixed()} ${reading.at}`
          : `${reading.quantity.toFixed()} ${reading.from}/${reading.to}`;
      readings.push(`${head.register} ${reading.quality} ${when}`);
    },
    () => 1,
  );
  const reader = mscons.reader(findings, { offsetMinutes: null, zone: null, ...options });
  for (const piece of typeof pieces === 'string' ? [pieces] : pieces) reader.write(piece);
  reader.end();
  const { channels, problems, refusal, header } = findings.read();
  const faults = problems.map(({ severity, line, record, column }) => [severity, line, record, column]);
  return { readings, channels, problems, faults, refusal, header };
}

const details = (text: string): string =>
  read(text)
    .problems.map(({ detail }) => detail)
    .join(' ');

describe('mscons', () => {
  it('reads the intervals of a profile, in UTC through the night in which the clock is put back', () => {
    const body = [point, 'RFF+MG:8465929523', ...register];
    for (let hour = 0; hour < 4; hour += 1)
      body.push(`QTY+220:${hour}.250`, ...span(`20261025000${hour}`, `20261025000${hour + 1}`));
    const { readings, channels, problems, header, refusal } = read(file(body));
    expect([problems, refusal]).toEqual([[], null]);
    expect(readings[3]).toBe('1-1:1.29.0 actual 3.25 2026-10-25T00:03:00Z/2026-10-25T00:04:00Z');
    expect(channels).toMatchObject([
      {
        meter: '51238696781',
        register: '1-1:1.29.0',
        kind: 'interval',
        unit: 'kWh',
        baseUnit: 'kWh',
        direction: 'import',
        serials: ['8465929523'],
        intervalMinutes: [1],
        count: 4,
        records: 4,
      },
    ]);
    expect(channels[0]?.total.toFixed()).toBe('7');
    expect(header).toEqual({ created: '261026:1000', from: '9900000000003', to: '9900000000010' });
  });

  it('reads what a register showed at the instant for which it counts, and knows who read it', () => {
    const body = (...status: string[]): string[] => [
      point,
      'LIN+1',
      'PIA+5+1-1?:1.8.0:SRW',
      'QTY+220:1234567.357',
      'DTM+9:202403011100?+00:303',
      'DTM+7:202403012300?+00:303',
      ...status,
    ];
    expect(read(file(body())).readings).toEqual(['1-1:1.8.0 actual 1234567.357 2024-03-01T23:00:00Z']);
    expect(read(file(body('STS+Z33++Z83'))).readings).toEqual(['1-1:1.8.0 customer 1234567.357 2024-03-01T23:00:00Z']);
  });

  it('takes the day of reading of an older profile from above the register, and says that it is only a day', () => {
    const { readings, faults, channels } = read(
      file([
        'LOC+172',
        'DTM+9:20131231:102',
        'RFF+MG:200002',
        'CCI+ACH++PMR',
        'LIN+1',
        'PIA+5+1-1?:1.8.0:SRW',
        'QTY+220:7000',
      ]),
    );
    expect(readings).toEqual(['1-1:1.8.0 actual 7000 2013-12-30T23:00:00Z']);
    expect([channels[0]?.meter, faults]).toEqual(['200002', [['note', 10, 'DTM', 2]]]);
  });

  it.each([
    ['220', 'actual'],
    ['67', 'substituted'],
    ['201', 'estimated'],
    ['Z18', 'estimated'],
    ['79', 'derived'],
    ['Z31', 'derived'],
    ['Z47', 'derived'],
    ['136', 'actual'],
  ])('takes %s for %s', (qualifier, quality) => {
    const { readings } = read(file([point, ...register, `QTY+${qualifier}:1.5`, ...quarter]));
    expect(readings).toEqual([`1-1:1.29.0 ${quality} 1.5 2026-10-24T23:45:00Z/2026-10-25T00:00:00Z`]);
  });

  it.each(['187', '20', 'Z30', '31'])('makes no reading of %s, and counts it apart', (qualifier) => {
    const { readings, channels, problems } = read(file([point, ...register, `QTY+${qualifier}:0`, ...quarter]));
    expect([readings, problems]).toEqual([[], []]);
    expect(Object.keys(channels[0]?.byQuality ?? {})).toEqual([qualifier]);
  });

  it.each([
    ['KWH', 'kWh', '1.5'],
    ['MWH', 'kWh', '1500'],
    ['K3', 'kVArh', '1.5'],
    ['MTQ', 'm3', '1.5'],
    ['GV', 'MJ', '1500'],
    ['D54', 'W/m2', '1.5'],
  ])('keeps %s in %s', (unit, baseUnit, quantity) => {
    const { readings, channels } = read(file([point, ...register, `QTY+220:1.5:${unit}`, ...quarter]));
    expect([channels[0]?.unit, channels[0]?.baseUnit]).toEqual([unit, baseUnit]);
    expect(readings[0]).toContain(` ${quantity} `);
  });

  it.each([
    ['1-1?:2.29.0', 'kWh', 'export'],
    ['1-1?:3.29.0', 'kVArh', 'import'],
    ['1-1:1.29.1', 'kWh', 'import'],
    ['1-1?:1.29.0*255', 'kWh', 'import'],
    ['7-20?:99.33.17', 'kWh', null],
  ])('knows unit and direction of %s, which the file leaves out', (code, unit, direction) => {
    const { channels, problems } = read(file([point, 'LIN+1', `PIA+5+${code}:SRW`, 'QTY+220:1', ...quarter]));
    expect([channels.map((channel) => [channel.unit, channel.direction]), problems]).toEqual([[[unit, direction]], []]);
  });

  it('reads other signs, a decimal comma, and a file in one line', () => {
    const text = file([point, ...register, 'QTY+220:1.5:KWH', ...quarter]);
    const wanted = read(text).readings;
    const comma = `UNA:+,? '${text.replace('1.5', '1,5').replaceAll('\n', '')}`;
    const signs: Record<string, string> = { ':': ';', '+': '*', '?': '!', "'": '~' };
    const other = `UNA;*.! ~${text.replace(/[:+?']/g, (sign) => signs[sign] ?? '')}`;
    // The release character is not needed before a sign that has no meaning there.
    expect([read(comma).readings, read(other.replaceAll('!*', '+').replaceAll('!;', ':')).readings]).toEqual([
      wanted,
      wanted,
    ]);
    const narrow = text.replaceAll('\n', '').replace(/.{1,80}/g, '$&\r\n');
    expect(read(narrow).readings).toEqual(wanted);
  });

  it('keeps registers, points and kinds apart', () => {
    const body = [
      point,
      ...register,
      'QTY+220:1',
      ...quarter,
      'LIN+2',
      'PIA+5+1-1?:2.29.0:SRW',
      'QTY+220:2',
      ...quarter,
      'LOC+172+51238696129',
      ...register,
      'QTY+220:3',
      ...quarter,
      'QTY+67:4',
      ...span('202610250000', '202610250015'),
    ];
    expect(read(file(body)).channels.map(({ meter, register: name, count }) => [meter, name, count])).toEqual([
      ['51238696781', '1-1:1.29.0', 1],
      ['51238696781', '1-1:2.29.0', 1],
      ['51238696129', '1-1:1.29.0', 2],
    ]);
  });

  it('takes the period of the point for the only value of a register, and for none of several', () => {
    const one = [point, ...span('202610010000', '202611010000'), 'LIN+1', 'PIA+5+1-1?:1.9.0:SRW', 'QTY+220:10'];
    expect(read(file(one)).readings).toEqual(['1-1:1.9.0 actual 10 2026-10-01T00:00:00Z/2026-11-01T00:00:00Z']);
    const two = read(file([...one, 'QTY+220:20']));
    expect([two.readings, two.channels[0]?.count]).toEqual([[], 2]);
    expect(two.faults).toEqual([
      ['loses-record', 14, 'QTY', 2],
      ['loses-record', 15, 'QTY', 2],
    ]);
  });

  it('reads a counter whose values are given for spans as amounts, and says so once', () => {
    const body = [
      point,
      'LIN+1',
      'PIA+5+1-0?:1.8.0:SRW',
      'QTY+220:1',
      ...quarter,
      'QTY+220:1',
      ...span('202610250000', '202610250015'),
    ];
    const { readings, faults } = read(file(body));
    expect([readings.length, faults]).toEqual([2, [['note', 12, 'QTY', null]]]);
  });

  it('reads the day of gas and the month of a maximum', () => {
    const body = [
      point,
      'LIN+1',
      'PIA+5+7-20?:99.33.17:SRW',
      'QTY+220:5:KWH',
      'DTM+306:20261024:102',
      'LIN+2',
      'PIA+5+1-1?:1.6.0:SRW',
      'QTY+67:4250,465',
      'DTM+306:202405:610',
    ];
    expect(read(file(body)).readings).toEqual([
      '7-20:99.33.17 actual 5 2026-10-24T04:00:00Z/2026-10-25T05:00:00Z',
      '1-1:1.6.0 substituted 4250.465 2024-04-30T22:00:00Z/2024-05-31T22:00:00Z',
    ]);
  });

  // The shape of an Ediel message: its clock is said above, product and period in codes of their own.
  it.each([
    ['ZZZ:0:805', '2008-12-31T23:00:00Z/2009-10-23T22:00:00Z'],
    ['ZZZ:1:805', '2008-12-31T22:00:00Z/2009-10-23T21:00:00Z'],
    ['735:?+0100:406', '2008-12-31T22:00:00Z/2009-10-23T21:00:00Z'],
    ['735:-0130:406', '2009-01-01T00:30:00Z/2009-10-23T23:30:00Z'],
  ])('reads a Nordic message whose clock says DTM+%s', (clock, when) => {
    const body = [
      'NAD+XX',
      'LOC+90+571313134802045214::9',
      'LIN+1++9011:::DK',
      'MEA+AAZ++KWH',
      'QTY+136:9127',
      'DTM+324:200812312300200910232200:Z13',
      'CCI+++Z04',
      'MEA+SV++ZZ:1',
      'CNT+1:9127',
    ];
    const { readings, channels, problems } = read(
      file(body, { kind: 'MSCONS:D:96A:ZZ:E2DK02', head: [`DTM+${clock}`] }),
    );
    expect([readings, problems]).toEqual([[`9011 actual 9127 ${when}`], []]);
    expect(channels[0]).toMatchObject({ meter: '571313134802045214', unit: 'KWH', baseUnit: 'kWh' });
  });

  it.each<[string, string, string, Partial<FileOptions>]>([
    ['another offset', '202607011200?+02:303', '2026-07-01T10:00:00Z', {}],
    ['an offset to the minute', '202607011200?+0530:205', '2026-07-01T06:30:00Z', {}],
    ['an offset by name', '202607011200UTC:303', '2026-07-01T12:00:00Z', {}],
    ['seconds', '20260701120030?+00:304', '2026-07-01T12:00:30Z', {}],
    ['midnight as 24:00', '202606302400?+00:303', '2026-07-01T00:00:00Z', {}],
    ['no offset: UTC', '202607011200:203', '2026-07-01T12:00:00Z', {}],
    ['no offset, in a zone that was named', '202607011200:203', '2026-07-01T09:00:00Z', { zone: 'Europe/Helsinki' }],
    ['no offset, with one agreed', '202607011200:203', '2026-07-01T11:00:00Z', { offsetMinutes: 60 }],
  ])('reads a time with %s', (_, time, expected, options) => {
    const text = file([point, 'LIN+1', 'PIA+5+1-1?:1.8.0:SRW', 'QTY+220:1', `DTM+7:${time}`]);
    expect(read(text, options).readings).toEqual([`1-1:1.8.0 actual 1 ${expected}`]);
  });

  it('reads a time without offset as legal time in an older profile', () => {
    const text = file([point, 'LIN+1', 'PIA+5+1-1?:1.8.0:SRW', 'QTY+220:1', 'DTM+7:202607011200:203'], { kind: older });
    expect(read(text).readings).toEqual(['1-1:1.8.0 actual 1 2026-07-01T10:00:00Z']);
  });

  it.each([
    ['that the clock showed twice', '202610250230:203'],
    ['that the clock skipped', '202603290230:203'],
    ['that no clock shows', '202613010000?+00:303'],
    ['of no day', '202602300000?+00:303'],
    ['that is none', 'soon:303'],
  ])('does not guess a time %s', (_, time) => {
    const { readings, faults, channels } = read(
      file([point, 'LIN+1', 'PIA+5+1-1?:1.8.0:SRW', 'QTY+220:1', `DTM+7:${time}`], { kind: older }),
    );
    expect([readings, faults, channels[0]?.count]).toEqual([[], [['loses-record', 13, 'DTM', 2]], 1]);
  });

  it('takes a day for its beginning where something begins, for its end where it ends, and says so', () => {
    const { readings, faults } = read(
      file([point, 'LIN+1', 'PIA+5+1-1?:1.9.0:SRW', 'QTY+220:1', 'DTM+163:20261001:102', 'DTM+164:20261031:102']),
    );
    expect(readings).toEqual(['1-1:1.9.0 actual 1 2026-09-30T22:00:00Z/2026-10-31T23:00:00Z']);
    expect(faults.map(([severity]) => severity)).toEqual(['note', 'note']);
  });

  it.each<[string, string[], unknown[]]>([
    ['a quantity that is no number', ['QTY+220:1.234,5', ...quarter], ['loses-record', 12, 'QTY', 2]],
    ['a kind of value that is on no list', ['QTY+999:1', ...quarter], ['loses-record', 12, 'QTY', 2]],
    ['a unit that is on no list', ['QTY+220:1:FUR', ...quarter], ['loses-record', 12, 'QTY', 2]],
    ['a quantity below zero', ['QTY+79:-4.987:KWH', ...quarter], ['loses-record', 12, 'QTY', 2]],
    ['a quantity finer than a millionth', ['QTY+220:0.1234567', ...quarter], ['loses-record', 12, 'QTY', 2]],
    [
      'an interval that ends before it begins',
      ['QTY+220:1', ...span('202610250000', '202610242345')],
      ['loses-record', 12, 'QTY', 2],
    ],
    ['an interval without end', ['QTY+220:1', quarter[0] ?? ''], ['loses-record', 12, 'QTY', 2]],
    ['an interval without beginning', ['QTY+220:1', quarter[1] ?? ''], ['loses-record', 12, 'QTY', 2]],
    ['an amount with one instant', ['QTY+220:1', 'DTM+7:202610250000?+00:303'], ['loses-record', 12, 'QTY', 2]],
    ['a value without time', ['QTY+220:1'], ['loses-record', 12, 'QTY', 2]],
    ['a substitute of which nobody says how it was made', ['QTY+67:1', ...quarter], ['note', 12, 'QTY', null]],
  ])('names %s, and keeps the others', (_, value, fault) => {
    const after = ['QTY+220:7', ...span('202610250015', '202610250030')];
    const { readings, faults } = read(file([point, ...register, ...value, ...after]));
    expect(faults).toEqual([fault]);
    expect(readings.at(-1)).toBe('1-1:1.29.0 actual 7 2026-10-25T00:15:00Z/2026-10-25T00:30:00Z');
  });

  it('names a value whose register implies no unit, one of no register, and one of no point', () => {
    expect(details(file([point, 'LIN+1', 'PIA+5+7-0?:54.0.16:SRW', 'QTY+220:11.2', ...quarter]))).toContain(
      'its unit is not given',
    );
    expect(details(file([point, 'LIN+4', 'QTY+220:1:KWH', ...quarter]))).toContain('it is called "LIN 4" here');
    expect(details(file([...register, 'QTY+220:1:KWH', ...quarter]))).toContain('belongs to no metering point');
  });

  it('names a point that looks like none', () => {
    expect(read(file(['LOC+172+BADID000', ...register, 'QTY+220:1', ...quarter])).faults).toEqual([
      ['note', 9, 'LOC', 3],
    ]);
  });

  it('takes no value from a message that takes an earlier one back', () => {
    const text = file([point, ...register, 'QTY+220:1', ...quarter]).replace('MSI5422+9', 'MSI5422+1');
    expect([read(text).channels, read(text).faults]).toEqual([[], [['loses-record', 3, 'BGM', null]]]);
  });

  it('says that the sender marks the file as a test', () => {
    const text = file([point, ...register, 'QTY+220:1', ...quarter]).replace('++TL', '++TL++++1');
    expect(read(text).faults).toEqual([['note', 1, 'UNB', 12]]);
  });
});

describe('the frame of an MSCONS', () => {
  const body = [point, ...register, 'QTY+220:1', ...quarter];
  const good = file(body);

  it('reads several messages and several interchanges, each with its own signs', () => {
    const two = good.replace('UNZ+1', 'UNZ+2').replace(
      'UNZ+',
      `${good
        .slice(good.indexOf('UNH'), good.indexOf('UNZ'))
        .replace('UNH+1', 'UNH+2')
        .replace(/UNT\+(\d+)\+1/, 'UNT+$1+2')}UNZ+`,
    );
    const { readings, problems } = read(`${two}UNA:+,? '\r\n${good.replace('QTY+220:1', 'QTY+220:1,5')}`);
    expect([readings.length, problems]).toEqual([3, []]);
  });

  it('says that other messages in the file were not read', () => {
    const other = "UNH+1+APERAK:D:07B:UN:2.1'BGM+313+X+9'UNT+3+1'";
    const text = good.replace('UNH+1+', `${other}UNH+1+`).replace('UNZ+1', 'UNZ+2');
    expect([read(text).readings.length, read(text).faults]).toEqual([1, [['loses-record', 2, 'UNH', null]]]);
  });

  it('reads a message without its interchange, and one whose last sign was lost', () => {
    const bare = good.slice(good.indexOf('UNH'), good.indexOf('UNZ'));
    expect([read(bare).refusal, read(bare).faults]).toEqual([null, [['note', 1, 'UNH', null]]]);
    expect(read(good.trimEnd().slice(0, -1)).refusal).toBeNull();
  });

  it('says that a message holds more segments than it counts', () => {
    expect(read(file(body, { segments: 2 })).faults).toEqual([['note', 15, 'UNT', 2]]);
  });

  it.each<[string, string, string]>([
    ['counts segments that are not there', file(body, { segments: 99 }), 'some are missing'],
    ['counts messages that are not there', good.replace('UNZ+1', 'UNZ+2'), 'some are missing'],
    ['counts in words', good.replace(/UNT\+\d+/, 'UNT+many'), 'no number of segments'],
    ['ends another message than it began', good.replace(/(UNT\+\d+)\+1/, '$1+2'), '"1" of line 2 has begun'],
    ['ends another interchange than it began', good.replace('UNZ+1+A1', 'UNZ+1+A2'), '"A1" of line 1 has begun'],
    ['begins a message in a message', good.replace('UNS+D', "UNH+2+MSCONS:D:04B:UN:2.4c'UNS+D"), 'has no end'],
    [
      'begins an interchange in an interchange',
      `${good.slice(0, good.indexOf('UNZ'))}${good}`,
      'before the one above has ended',
    ],
    ['ends a message that has not begun', good.replace('UNZ+', "UNT+1+1'UNZ+"), 'has not begun'],
    ['ends without its end', good.slice(0, good.indexOf('UNZ')), 'cut short'],
    ['ends in a message', good.slice(0, good.indexOf('UNT')), 'has no end'],
    ['ends in a segment', good.slice(0, good.indexOf('UNT') - 5), 'inside a segment'],
    ['ends in its last segment', good.slice(0, good.indexOf('UNZ') + 5), 'has begun'],
    ['is empty', '', 'holds no MSCONS message'],
    ['holds no message', "UNB+UNOC:3+A+B+261026:1000+A1'UNZ+0+A1'", 'holds no MSCONS message'],
    ['says nonsense of its clock', file(body, { head: ['DTM+735:soon:406'] }), 'no offset from UTC'],
  ])('refuses a file that %s', (_, text, reason) => expect(read(text).refusal).toContain(reason));

  it('names a segment that stands in no message', () => {
    expect(read(good.replace('UNZ+', "QTY+220:1'UNZ+")).faults).toEqual([['loses-record', 16, 'QTY', null]]);
  });
});

describe('recognising mscons', () => {
  it.each([
    "UNA:+.? 'UNB+UNOC:3+A+B+261026:1000+A1'UNH+1+MSCONS:D:04B:UN:2.4c'",
    "\r\nUNB+UNOC:3+A+B+1+1'\r\nUNH+1+MSCONS:D:96A:ZZ:E2DK02'",
    'UNH*1*MSCONS;D',
  ])('knows %j', (text) => {
    expect(mscons.recognises(text)).toBe(true);
  });

  it.each(['', "UNB+UNOC:3+A+B+1+1'UNH+1+UTILMD:D:11A:UN:S2.1'", 'MSCONS', '100,NEM12,2026'])(
    'does not know %j',
    (text) => {
      expect(mscons.recognises(text)).toBe(false);
    },
  );
});

describe('any file', () => {
  const good = file([
    point,
    'RFF+MG:1',
    ...register,
    'QTY+220:1.5:KWH',
    ...quarter,
    'STS+Z33++Z83',
    'QTY+67:2',
    ...span('202610250000', '202610250015'),
    'LIN+2',
    'PIA+5+1-1?:1.8.0:SRW',
    'QTY+220:7',
    'DTM+7:202610250000?+00:303',
  ]);
  const cut = (text: string, at: readonly number[]): string[] => {
    const edges = [0, ...at.map((edge) => edge % (text.length + 1)).sort((a, b) => a - b), text.length];
    return edges.slice(1).map((edge, i) => text.slice(edges[i], edge));
  };
  const segments = good.split("'");
  const piece = fc.constantFrom(
    ...segments.map((segment) => `${segment}'`),
    "'",
    "UNA:+,? '",
    "DTM+163:20261025:102'",
    "DTM+324:202610250000202610250015:719'",
    "QTY+220'",
    "QTY'",
    "LIN'",
    "LOC'",
    "+++'",
    "?'",
    'constructor',
    '\u0000',
  );
  const shuffled = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  const damaged = fc
    .tuple(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 6 }))
    .map(([at, length, text]) => good.slice(0, at) + text + good.slice(at + length));

  it('is read the same however it is cut, and never stops the reader', () => {
    fc.assert(
      fc.property(fc.oneof(shuffled, damaged), fc.array(fc.nat(5_000), { maxLength: 12 }), (text, at) => {
        expect(read(cut(text, at))).toEqual(read(text));
      }),
      { numRuns: 400 },
    );
  });

  it('is refused wherever it was cut short', () => {
    fc.assert(
      fc.property(fc.nat(good.trimEnd().length - 2), (length) => {
        expect(read(good.slice(0, length)).refusal).not.toBeNull();
      }),
    );
  });

  it('is refused where a segment of a message was lost', () => {
    const first = segments.findIndex((segment) => segment.includes('UNH')) + 1;
    const last = segments.findIndex((segment) => segment.includes('UNT')) - 1;
    for (let lost = first; lost <= last; lost += 1) {
      expect(read(segments.filter((_, i) => i !== lost).join("'")).refusal).toContain('some are missing');
    }
  });
});
