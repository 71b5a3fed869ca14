import fc from 'fast-check';
import type { CumulativeReading } from '../../../../domain/metering/reading.js';
import { Findings } from '../findings.js';
import type { FileOptions } from '../meter-file.js';
import { p1 } from './p1.format.js';
import { equipmentName } from './p1-telegram.js';

/** CRC-16/ARC bit by bit, written apart from the table that the reader uses. */
function crcOf(text: string): string {
  let crc = 0;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

const meter = '0-0:96.1.1(4B384547303034303436333935353037)';
const gasMeter = ['0-1:24.1.0(003)', '0-1:96.1.0(4730303339303031393336393930363139)'];

/** A telegram as a meter sends it: lines between \r\n, and the check value at its end. */
function telegram(...lines: string[]): string {
  const text = `${['/ISk5\\2MT382-1000', '', ...lines].join('\r\n')}\r\n!`;
  return `${text}${crcOf(text)}\r\n`;
}

const at = (time: string, value = '000004.426'): string =>
  telegram(`0-0:1.0.0(${time})`, meter, `1-0:1.8.1(${value}*kWh)`);

function read(pieces: string | readonly string[], options: Partial<FileOptions> = {}) {
  const readings: string[] = [];
  const findings = new Findings(
    ({ head }, reading) => {
      const { at: instant, value, quality } = reading as CumulativeReading;
      readings.push(`${head.meter} ${head.register} ${value.toFixed()} ${head.unit} ${quality} ${instant}`);
    },
    () => 1,
  );
  const reader = p1.reader(findings, { offsetMinutes: null, zone: null, ...options });
  for (const piece of typeof pieces === 'string' ? [pieces] : pieces) reader.write(piece);
  reader.end();
  const { channels, problems, refusal } = findings.read();
  const faults = problems.map(({ severity, line, record }) => [severity, line, record]);
  return { readings, channels, problems, faults, refusal };
}

describe('p1', () => {
  it('reads the registers of a telegram at its time, and those of the bus at their own', () => {
    const { readings, problems, channels } = read(
      telegram(
        '1-3:0.2.8(50)',
        '0-0:1.0.0(170102192002W)',
        meter,
        '1-0:1.8.1(000004.426*kWh)',
        '1-0:2.8.2(000000.000*kWh)',
        '0-0:96.14.0(0002)',
        '1-0:1.7.0(00.244*kW)',
        '1-0:99.97.0(1)(0-0:96.7.19)(160104180320W)(0000237126*s)',
        '0-0:96.13.0()',
        '1-0:32.7.0(0230.0*V)',
        ...gasMeter,
        '0-1:24.2.1(170102191005W)(00000.107*m3)',
      ),
    );
    expect(problems).toEqual([]);
    expect(readings).toEqual([
      'K8EG004046395507 1-0:1.8.1 4.426 kWh actual 2017-01-02T18:20:02Z',
      'K8EG004046395507 1-0:2.8.2 0 kWh actual 2017-01-02T18:20:02Z',
      'G0039001936990619 0-1:24.2.1 0.107 m3 actual 2017-01-02T18:10:05Z',
    ]);
    expect(channels.map(({ direction, kind, serials }) => [direction, kind, serials])).toEqual([
      ['import', 'cumulative', ['K8EG004046395507']],
      ['export', 'cumulative', ['K8EG004046395507']],
      ['import', 'cumulative', ['G0039001936990619']],
    ]);
  });

  it('takes a reading that later telegrams repeat once', () => {
    const hour = (time: string, gas: string): string =>
      telegram(`0-0:1.0.0(${time})`, meter, '1-0:1.8.1(000004.426*kWh)', ...gasMeter, gas);
    const { readings, channels } = read([
      hour('170102180000W', '0-1:24.2.1(170102180000W)(00001.000*m3)'),
      hour('170102180010W', '0-1:24.2.1(170102180000W)(00001.000*m3)'),
      hour('170102180010W', '0-1:24.2.1(170102180000W)(00001.000*m3)'),
      hour('170102190000W', '0-1:24.2.1(170102190000W)(00001.500*m3)'),
    ]);
    expect(readings.filter((reading) => reading.includes('m3'))).toHaveLength(2);
    expect(channels.map(({ count, records, total }) => [count, records, total.toFixed()])).toEqual([
      [3, 3, '13.278'],
      [2, 2, '2.5'],
    ]);
  });

  it('keeps two values of one instant, and says so', () => {
    const { readings, problems } = read([at('170102180000W', '1.0'), at('170102180000W', '2.0')]);
    expect(readings).toHaveLength(2);
    expect(problems).toMatchObject([{ severity: 'note', line: 11, record: '1-0:1.8.1' }]);
  });

  it('tells the two hours apart when the clock is put back', () => {
    const { readings } = read([at('261025023000S', '1.0'), at('261025023000W', '2.0')]);
    expect(readings.map((reading) => reading.slice(-20))).toEqual(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']);
  });

  it('takes the zone that it is told', () => {
    const { readings } = read(at('260701120000S'), { zone: 'Europe/Dublin' });
    expect(readings[0]).toContain('2026-07-01T11:00:00Z');
  });

  it('believes a Swedish meter that shows winter time in summer, and says it once', () => {
    const { readings, faults } = read([at('260701120000W', '1.0'), at('260701120010W', '2.0')]);
    expect(readings[0]).toContain('2026-07-01T11:00:00Z');
    expect(faults).toEqual([['note', 1, '0-0:1.0.0']]);
  });

  it.each([
    ['Wh, as Sagemcom writes', '005017120*Wh', 'kWh', '0.001', '5017120'],
    ['reactive energy', '00000028.442*kVArh', 'kVArh', '1', '28.442'],
  ])('keeps what is shown in %s', (_, shown, baseUnit, factor, value) => {
    const { channels } = read(telegram('0-0:1.0.0(221006155014S)', `1-0:3.8.0(${shown})`));
    expect(
      channels.map((channel) => [channel.meter, channel.baseUnit, channel.factor.toFixed(), channel.total.toFixed()]),
    ).toEqual([['ISk5\\2MT382-1000', baseUnit, factor, value]]);
  });

  // Values and the shape of the bus lines are those that ../shared/data/dsmr-p1/EXPECTED.json tells of telegrams that are not there.
  it('reads gas and water of a Belgian bus, and passes over a device that has sent nothing', () => {
    const { readings, problems } = read(
      telegram(
        '0-0:96.1.4(50217)',
        '0-0:96.1.1(3153414733313031303231363035)',
        '0-0:1.0.0(200512135409S)',
        '1-0:1.6.0(200509134558S)(02.589*kW)',
        '0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kW)',
        '0-1:96.1.1(37464C4F32313139303333373333)',
        '0-1:24.4.0(1)',
        '0-1:24.2.3(200512134558S)(00112.384*m3)',
        '0-2:24.1.0(007)',
        '0-2:24.2.1(200512134558S)(00872.234*m3)',
        '0-3:96.1.0()',
        '0-3:24.2.1(700101010000W)(00000000)',
        '0-4:24.2.1(200512130000S)(240.860*GJ)',
      ),
    );
    expect(readings).toEqual([
      '7FLO2119033733 0-1:24.2.3 112.384 m3 actual 2020-05-12T11:45:58Z',
      '1SAG3101021605 bus 2 0-2:24.2.1 872.234 m3 actual 2020-05-12T11:45:58Z',
      '1SAG3101021605 bus 4 0-4:24.2.1 240.86 GJ actual 2020-05-12T11:00:00Z',
    ]);
    expect(problems).toMatchObject([{ severity: 'note', line: 14, record: '0-3:24.2.1' }]);
  });

  it('counts what a telegram of DSMR 2 or 3 shows, places its gas, and says that the rest has no time', () => {
    const { readings, channels, problems } = read(
      '/ISk5\\2MT382-1004\r\n\r\n0-0:96.1.1(00000000000000)\r\n1-0:1.8.1(00001.001*kWh)\r\n' +
        '0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00001.001)\r\n!\r\n',
    );
    expect(readings).toEqual(['ISk5\\2MT382-1004 bus 1 0-1:24.2.1 1.001 m3 actual 2016-11-07T18:00:00Z']);
    expect(channels.map(({ count }) => count)).toEqual([1, 1]);
    expect(problems).toMatchObject([{ severity: 'loses-record', line: 1, record: 'telegram' }]);
    expect(problems[0]?.detail).toContain('has no time');
  });

  it.each([
    ['twice', '161030023000', 'twice'],
    ['never', '160327023000', 'skipped'],
  ])('does not guess an hour that the clock showed %s', (_, time, reason) => {
    const { readings, problems } = read(`/ISk5A\n\n0-1:24.3.0(${time})(00)(60)(1)(0-1:24.2.1)(m3)\n(00001.001)\n!\n`);
    expect([readings, problems[0]?.detail.includes(reason)]).toEqual([[], true]);
  });

  it('takes the agreed offset for a time without letter', () => {
    const text = '/ISk5A\n\n0-1:24.3.0(161030023000)(00)(60)(1)(0-1:24.2.1)(m3)\n(00001.001)\n!\n';
    expect(read(text, { offsetMinutes: 60 }).readings[0]).toContain('2016-10-30T01:30:00Z');
  });

  it('loses a telegram whose check value is wrong, and names both', () => {
    const broken = at('170102180000W').replace('4.426', '4.427');
    const { readings, problems, refusal } = read([at('170102175950W'), broken, at('170102180010W')]);
    expect(readings).toHaveLength(2);
    expect(problems).toMatchObject([{ severity: 'loses-record', line: 12, record: 'telegram' }]);
    expect(problems[0]?.detail).toContain(
      `says CRC ${broken.slice(-6, -2)}, its text has ${crcOf(broken.slice(0, -6))}`,
    );
    expect(refusal).toBeNull();
  });

  it('reads a check value that has lost its leading zeros', () => {
    const found =
      Array.from({ length: 500 }, (_, i) => at('170102180000W', `${i}.0`)).find((text) => /!0/.test(text)) ?? '';
    expect(found).toContain('!0');
    expect(read(found.replace(/!0+/, '!')).problems).toEqual([]);
  });

  it.each([
    ['with bare line feeds', (text: string) => text.replaceAll('\r\n', '\n')],
    ['with an empty line after each', (text: string) => text.replaceAll('\r\n', '\r\r\n')],
    ['without the empty line below the header', (text: string) => text.replace('\r\n\r\n', '\n')],
    ['indented', (text: string) => text.replaceAll('\r\n', '\n   ')],
    ['behind noise', (text: string) => `\u00FF\u00FF1-0:1.8.1(0\r\n!12\r\n\u0001${text}`],
    ['between times of a logger', (text: string) => `2026-10-25 02:30:00\n${text}\n-----\n`],
    ['without line end at the end', (text: string) => text.trimEnd()],
  ])('reads a capture %s', (_, change) => {
    const { readings, problems } = read(change(at('170102180000W')));
    expect(readings).toEqual(['K8EG004046395507 1-0:1.8.1 4.426 kWh actual 2017-01-02T17:00:00Z']);
    expect(problems.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('reads telegrams without anything between them', () => {
    const text = [at('170102180000W', '1.0'), at('170102180010W', '2.0')].map((one) => one.trimEnd()).join('');
    expect(read(text).readings).toHaveLength(2);
  });

  it.each<[string, string, unknown[][]]>([
    [
      'that another cuts off',
      `${at('170102180000W').slice(0, 60)}\r\n${at('170102180010W')}`,
      [['loses-record', 1, 'telegram']],
    ],
    [
      'that the file cuts off',
      `${at('170102180000W')}${at('170102180010W').slice(0, 60)}`,
      [['loses-record', 7, 'telegram']],
    ],
    [
      'without end',
      `${at('170102180000W')}/ISk5A\n${'1-0:1.7.0(00.244*kW)\n'.repeat(4_000)}`,
      [
        ['loses-record', 7, 'telegram'],
        ['note', 2987, 'telegram'],
      ],
    ],
    [
      'with a check value that is none',
      at('170102180000W').replace(/!.*/, '!XXXX') + at('170102180010W'),
      [['loses-record', 6, 'telegram']],
    ],
    [
      'with a line that is none',
      telegram('0-0:1.0.0(170102180000W)', '1-0:1.8.1(000004.426kWh)', '1-0:1.8.2(1*kWh)'),
      [['loses-record', 4, '1-0:1.8.1']],
    ],
    ['with a time that is none', at('171302180000W') + at('170102180010W'), [['loses-record', 1, '0-0:1.0.0']]],
    ['of a clock that was never set', at('000101000011W') + at('170102180010W'), [['loses-record', 1, '0-0:1.0.0']]],
    [
      'with an unknown unit',
      telegram('0-0:1.0.0(170102180000W)', '1-0:1.8.1(1*furlong)', '1-0:1.8.2(1*kWh)'),
      [['loses-record', 4, '1-0:1.8.1']],
    ],
    [
      'finer than a millionth',
      telegram('0-0:1.0.0(170102180000W)', '1-0:1.8.1(1.1234567*kWh)', '1-0:1.8.2(1*kWh)'),
      [['loses-record', 4, '1-0:1.8.1']],
    ],
    [
      'below zero',
      telegram('0-0:1.0.0(170102180000W)', '1-0:1.8.1(-1*kWh)', '1-0:1.8.2(1*kWh)'),
      [['loses-record', 4, '1-0:1.8.1']],
    ],
  ])('names a telegram %s, and keeps the others', (_, text, faults) => {
    const found = read(text);
    expect(found.faults).toEqual(faults);
    expect(found.readings).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no whole telegram', '/ISk5\\2MT382\r\n1-0:1.8.1(1*kWh)\r\n'],
  ])('refuses a file with %s', (_, text) => expect(read(text).refusal).not.toBeNull());
});

describe('equipmentName', () => {
  it.each([
    ['4B384547303034303436333935353037', 'K8EG004046395507'],
    ['4530303639303030373030000000000000', 'E0069000700'],
    ['456d79f3', '456d79f3'],
    ['3960221976967177082151037881335713', '3960221976967177082151037881335713'],
    ['1ESY1336001560', '1ESY1336001560'],
    ['09610', '09610'],
    ['00000000000000', null],
    ['', null],
  ])('%p is %p', (text, name) => expect(equipmentName(text)).toBe(name));
});

describe('recognising p1', () => {
  it.each([
    at('170102180000W'),
    `noise\n${at('170102180000W')}`,
    '/ESY5Q3DA1004 V3.04\r\n\r\n1-0:0.0.0*255(1336001560)\r\n',
  ])('knows %j', (text) => {
    expect(p1.recognises(text)).toBe(true);
  });

  it.each(['', '100,NEM12,/x', '/ISk5\\2MT382\r\nhello', '/dev/ttyUSB0\n1-0:1.8.1(1*kWh)', "UNA:+.? 'UNB+UNOC:3'"])(
    'does not know %j',
    (text) => {
      expect(p1.recognises(text)).toBe(false);
    },
  );
});

describe('any capture', () => {
  const line = fc.constantFrom(
    '/ISk5\\2MT382-1000',
    '',
    '!',
    '!6EEE',
    '!6EE',
    '!!',
    '0-0:1.0.0(170102192002W)',
    '0-0:1.0.0(261025023000)',
    meter,
    '1-0:1.8.1(4.426*kWh)',
    '1-0:1.8.1(4.4x6*kWh)',
    '(00001.001)',
    '0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)',
    '0-1:24.2.1(161129200000W)(00981.443*m3)',
    ')(',
    '\u0000\u00FF',
  );
  const whole = fc.constantFrom(at('170102180000W'), at('170102180010W', '5.0'), at('170102180000W', '6.0'));
  const end = fc.constantFrom('\r\n', '\n', '\r', '');
  const text = fc
    .array(
      fc.oneof(
        fc.tuple(line, end).map((parts) => parts.join('')),
        whole,
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(''));

  it('is read the same however it is cut, and never stops the reader', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(2_000), { maxLength: 12 }), (capture, cuts) => {
        const edges = [0, ...cuts.map((cut) => Math.min(cut, capture.length)).sort((a, b) => a - b), capture.length];
        const pieces = edges.slice(1).map((edge, i) => capture.slice(edges[i], edge));
        expect(read(pieces)).toEqual(read(capture));
      }),
      { numRuns: 200 },
    );
  });

  it('makes no reading of a telegram in which one sign was changed', () => {
    const original = at('170102180000W');
    const end = original.indexOf('!');
    fc.assert(
      fc.property(fc.nat(end - 1), fc.constantFrom(...'0123456789(*.'), (place, sign) => {
        fc.pre(original[place] !== sign);
        expect(read(original.slice(0, place) + sign + original.slice(place + 1)).readings).toEqual([]);
      }),
    );
  });
});
