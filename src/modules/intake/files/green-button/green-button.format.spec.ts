import fc from 'fast-check';
import { plain } from '../../../../domain/quantity/decimal.js';
import { Findings } from '../findings.js';
import { greenButton } from './green-button.format.js';

/** Reads a file in pieces, and tells its readings as `meter register value unit quality time`. */
function read(pieces: string | readonly string[]) {
  const readings: string[] = [];
  const findings = new Findings(
    ({ head }, reading) => {
      const [value, time] =
        'at' in reading ? [reading.value, reading.at] : [reading.quantity, `${reading.from}/${reading.to}`];
      const unit = head.kind === 'interval' ? head.baseUnit : head.unit;
      readings.push(`${head.meter} ${head.register} ${plain(value)} ${unit} ${reading.quality} ${time}`);
    },
    () => 1,
  );
  const reader = greenButton.reader(findings, { offsetMinutes: null, zone: null });
  for (const piece of typeof pieces === 'string' ? [pieces] : pieces) reader.write(piece);
  reader.end();
  const { channels, problems, ...rest } = findings.read();
  const told = problems.map(({ severity, line, record, detail }) => `${severity} ${line} ${record}: ${detail}`);
  const names = channels.map(({ meter, register }) => `${meter} | ${register}`);
  return { readings, channels, names, problems: told, ...rest };
}

const feed = (...entries: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi">\n${entries.join('\n')}\n</feed>`;
const link = (rel: string, href: string): string => `<link rel="${rel}" href="${href}"/>`;
const entry = (links: readonly string[], title: string, content: string): string =>
  `<entry>${links.join('')}<title>${title}</title><content>${content}</content></entry>`;

const base = 'https://utility.example/espi/1_1/resource';
const ofPoint = (point: string): string => `${base}/RetailCustomer/9/UsagePoint/${point}`;
const ofSeries = (point: string, series: string): string => `${ofPoint(point)}/MeterReading/${series}`;
const usagePoint = (point = '5446AF3F', title = 'Front Electric Meter'): string =>
  entry(
    [link('self', ofPoint(point)), link('up', `${base}/UsagePoint`), link('related', `${ofPoint(point)}/MeterReading`)],
    title,
    '<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>',
  );
const meterReading = (point = '5446AF3F', series = '01', type = '07', title = 'Hourly'): string =>
  entry(
    [
      link('self', ofSeries(point, series)),
      link('up', `${ofPoint(point)}/MeterReading`),
      link('related', `${base}/ReadingType/${type}`),
    ],
    title,
    '<MeterReading xmlns="http://naesb.org/espi"/>',
  );
const typeOf = (fields: Record<string, string>): string =>
  `<ReadingType xmlns="http://naesb.org/espi">${Object.entries({ uom: '72', ...fields })
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('')}</ReadingType>`;
const readingType = (fields: Record<string, string> = {}, type = '07'): string =>
  entry([link('self', `${base}/ReadingType/${type}`)], 'Type of Meter Reading Data', typeOf(fields));
const hour = (index: number, value = '450', more = ''): string =>
  `<IntervalReading><timePeriod><duration>3600</duration><start>${1_293_868_800 + index * 3600}</start></timePeriod><value>${value}</value>${more}</IntervalReading>`;
const blockOf = (readings: readonly string[]): string =>
  `<IntervalBlock xmlns="http://naesb.org/espi"><interval><duration>86400</duration><start>1293868800</start></interval>\n${readings.join('\n')}</IntervalBlock>`;
const intervalBlock = (readings: readonly string[], point = '5446AF3F', series = '01', block = '173'): string =>
  entry(
    [
      link('self', `${ofSeries(point, series)}/IntervalBlock/${block}`),
      link('up', `${ofSeries(point, series)}/IntervalBlock`),
    ],
    '',
    blockOf(readings),
  );
const quality = (...codes: string[]): string =>
  codes.map((code) => `<ReadingQuality><quality>${code}</quality></ReadingQuality>`).join('');

const whole = [usagePoint(), meterReading(), readingType(), intervalBlock([hour(0), hour(1, '430')])];
const wholeReadings = [
  'Front Electric Meter Hourly 0.45 kWh actual 2011-01-01T08:00:00Z/2011-01-01T09:00:00Z',
  'Front Electric Meter Hourly 0.43 kWh actual 2011-01-01T09:00:00Z/2011-01-01T10:00:00Z',
];

/** A file with one reading, of which the test changes one thing; and what comes of the reading. */
const one = (reading: string, type: Record<string, string> = {}) => {
  const { readings, problems, channels } = read(
    feed(usagePoint(), meterReading(), readingType(type), intervalBlock([reading])),
  );
  const [said] = readings.map((text) => text.replace('Front Electric Meter Hourly ', '').split(' '));
  return { value: said?.slice(0, -2).join(' '), quality: said?.at(-2), time: said?.at(-1), problems, channels };
};

describe('greenButton', () => {
  it('reads a feed whose entries are joined by their links', () => {
    const { readings, problems, refusal, channels } = read(feed(...whole));
    expect([readings, problems, refusal]).toEqual([wholeReadings, [], null]);
    expect(channels).toMatchObject([
      { unit: 'Wh', baseUnit: 'kWh', kind: 'interval', direction: null, intervalMinutes: [60], records: 2, count: 2 },
    ]);
    expect(channels.map(({ total }) => plain(total))).toEqual(['880']);
  });

  it('reads entries in whatever order they come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(whole, { minLength: whole.length }), (entries) => {
        const { readings, problems } = read(feed(...entries));
        expect([readings, problems]).toEqual([wholeReadings, []]);
      }),
    );
  });

  it('reads the same however the file is cut', () => {
    const text = feed(...whole, '<!-- é 😀 -->').replaceAll('\n', '\r\n');
    const expected = read(text);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), text.length];
        expect(read(ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end)))).toEqual(expected);
      }),
    );
    expect(read([...text])).toEqual(expected);
  });

  it('never stops at what is wrong, and never tells a reading that is no reading', () => {
    const text = feed(...whole);
    const tags = ['<', '>', '&', '</entry>', '<value>', ']]>', '<!--', '\0', '"', '<entry>', '-1', '<UsagePoint>'];
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(30), fc.constantFrom(...tags), (at, length, tag) => {
        const { readings, problems } = read(text.slice(0, at) + tag + text.slice(at + length));
        expect(readings.length).toBeLessThanOrEqual(2);
        for (const reading of readings) expect(reading).toMatch(/ \d+(\.\d{1,6})? .+ (actual|estimated) \d{4}-\S+Z$/);
        if (readings.length < 2) expect(problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('tells what the feed says of itself', () => {
    const head = '<title>Subscription Feed</title><updated>2012-10-24T00:00:00Z</updated>';
    expect(read(feed(head, ...whole)).header).toEqual({
      created: '2012-10-24T00:00:00Z',
      from: 'Subscription Feed',
      to: '',
    });
    const author = '<author><name>City Power</name></author>';
    expect(read(feed(head, author, ...whole)).header?.from).toBe('City Power');
    expect(read(feed(...whole)).header).toBeNull();
  });
});

describe('the forms in which files come', () => {
  const prefixed = feed(...whole)
    .replaceAll(' xmlns="http://naesb.org/espi"', '')
    .replace(/<(\/?)(UsagePoint|ServiceC|kind|MeterR|Reading|Interval|uom|time|dur|start|value|interval)/g, '<$1e:$2');
  it.each([
    ['with a prefix', prefixed],
    ['with another prefix', prefixed.replaceAll('e:', 'ns0:').replace('xmlns:ns0', 'xmlns:ns0')],
    [
      'with a prefix for Atom',
      feed(...whole)
        .replace(/<(\/?)(feed|entry|link|title|content)/g, '<$1a:$2')
        .replace('xmlns=', 'xmlns:a='),
    ],
    ['without any namespace', feed(...whole).replace(/ xmlns(:e)?="[^"]*"/g, '')],
    [
      'with everything in the namespace of ESPI',
      feed(...whole).replaceAll('http://www.w3.org/2005/Atom', 'http://naesb.org/espi'),
    ],
    ['with links as path only', feed(...whole).replaceAll('https://utility.example', '')],
    [
      'with links as path in part',
      feed(...whole)
        .replaceAll('https://utility.example', '')
        .replaceAll('self" href="/espi', 'self" href="https://other.example/espi'),
    ],
    [
      'with links after the content',
      feed(...whole).replace(/(<link.*?)(<title.*?)(<content.*?<\/content>)/gs, '$3$2$1'),
    ],
    ['without up links', feed(...whole).replace(/<link rel="up"[^>]*>/g, '')],
    ['in lines of Windows', feed(...whole).replaceAll('\n', '\r\n')],
    ['with white space in the texts', feed(...whole).replace(/>(\d+)</g, '> $1\n<')],
    ['with values in CDATA and comments', feed(...whole).replace('>450<', '><![CDATA[4]]>5<!-- -->0<')],
    ['with a blank line before the declaration', `\n${feed(...whole)}`],
  ])('reads a file %s', (_, text) => {
    expect(read(text).readings).toEqual(wholeReadings);
  });

  it('joins what has no links by being the only one', () => {
    const plainEntries = whole.map((text) => text.replace(/<link[^>]*>/g, ''));
    expect(read(feed(...plainEntries)).readings).toEqual(wholeReadings);
    expect(read(feed(...plainEntries.reverse())).readings).toEqual(wholeReadings);
  });

  it('joins what has no links by what came last before it', () => {
    const series = (title: string, flowDirection: string, value: string): string[] =>
      [meterReading('1', '1', '1', title), readingType({ flowDirection }), intervalBlock([hour(0, value)])].map(
        (text) => text.replace(/<link[^>]*>/g, ''),
      );
    const { names, channels } = read(
      feed(entry([], 'Home', '<UsagePoint/>'), ...series('Bought', '1', '5'), ...series('Sold', '19', '7')),
    );
    expect(names).toEqual(['Home | Bought', 'Home | Sold']);
    expect(channels.map(({ direction, total }) => [direction, plain(total)])).toEqual([
      ['import', '5'],
      ['export', '7'],
    ]);
  });

  it('joins nothing where there is a choice', () => {
    const types = [readingType({ flowDirection: '1' }), readingType({ flowDirection: '19' }, '08')];
    const plainEntries = [usagePoint(), ...types, intervalBlock([hour(0), hour(1)])].map((text) =>
      text.replace(/<link[^>]*>/g, ''),
    );
    const { readings, problems, refusal } = read(feed(...plainEntries));
    expect([readings, problems]).toEqual([
      [],
      [
        'loses-record 6 IntervalBlock: the file has several of ReadingType and does not say to which one this block belongs; its 2 readings were not read.',
      ],
    ]);
    expect(refusal).toContain('Line 6, record IntervalBlock');
  });

  it.each([
    [
      'one inside the other',
      (content: string) => `<UsagePoint><MeterReading>${typeOf({})}${content}</MeterReading></UsagePoint>`,
    ],
    [
      'one inside the other, the type last',
      (content: string) => `<UsagePoint><MeterReading>${content}${typeOf({})}</MeterReading></UsagePoint>`,
    ],
    ['side by side', (content: string) => `<UsagePoint/><MeterReading/>${typeOf({})}${content}`],
    ['side by side, the type last', (content: string) => `<UsagePoint/><MeterReading/>${content}${typeOf({})}`],
  ])('reads an entry that holds all, %s', (_, contain) => {
    const content = contain(blockOf([hour(0), hour(1, '430')]));
    const withRegister = (name: string): string[] => wholeReadings.map((reading) => reading.replace('Hourly', name));
    expect(read(feed(entry([link('self', ofPoint('1'))], 'Front Electric Meter', content))).readings).toEqual(
      withRegister('reading'),
    );
    expect(read(feed(entry([], 'Front Electric Meter', content))).readings).toEqual(withRegister('reading'));
    expect(read(content.startsWith('<UsagePoint/>') ? `<feed>${content}</feed>` : content).names).toEqual([
      'UsagePoint | reading',
    ]);
  });

  it('keeps what lies in two containers apart', () => {
    const series = (flowDirection: string): string =>
      `<MeterReading>${typeOf({ flowDirection })}${blockOf([hour(0, flowDirection)])}</MeterReading>`;
    const { channels } = read(feed(entry([], 'Home', `<UsagePoint>${series('1')}${series('19')}</UsagePoint>`)));
    expect(channels.map(({ register, total }) => [register, plain(total)])).toEqual([
      ['import', '1'],
      ['export', '19'],
    ]);
  });

  it('keeps two usage points of one entry apart', () => {
    const point = (name: string, value: string): string =>
      `<UsagePoint><ServiceDeliveryPoint><name>${name}</name></ServiceDeliveryPoint><MeterReading>${typeOf({})}${blockOf([hour(0, value)])}</MeterReading></UsagePoint>`;
    const { channels } = read(feed(entry([link('self', ofPoint('1'))], '', point('A', '1') + point('B', '2'))));
    expect(channels.map(({ meter, total }) => [meter, plain(total)])).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
  });

  it('reads several blocks in one entry, and readings without a block', () => {
    const blocks = intervalBlock([hour(0)]).replace('</content>', `${blockOf([hour(1, '430')])}</content>`);
    expect(read(feed(...whole.slice(0, 3), blocks)).readings).toEqual(wholeReadings);
    expect(read(`<feed>${hour(0)}${hour(1)}</feed>`).channels).toMatchObject([{ unit: 'unknown unit', count: 2 }]);
  });

  it('reads each page of a feed that repeats what it is about', () => {
    const { readings, names, problems } = read(feed(...whole, ...whole.slice(0, 3), intervalBlock([hour(2)])));
    expect([readings.length, names, problems]).toEqual([3, ['Front Electric Meter | Hourly'], []]);
  });

  it('keeps usage points and meter readings apart, whichever way they share their types', () => {
    const text = feed(
      usagePoint('A', 'Shop'),
      usagePoint('B', 'Shop'),
      usagePoint('C', 'UsagePoint'),
      readingType({ flowDirection: '1' }, 'in'),
      readingType({ flowDirection: '19', accumulationBehaviour: '1' }, 'out'),
      ...['A', 'B', 'C'].flatMap((point) => [
        meterReading(point, '1', 'in', 'Energy'),
        meterReading(point, '2', 'out', 'Energy'),
        intervalBlock([hour(0)], point, '1'),
        intervalBlock([hour(0)], point, '2'),
      ]),
    );
    const { names, channels, problems } = read(text);
    expect([problems, names]).toEqual([
      [],
      [
        'Shop | Energy',
        'Shop | Energy (2)',
        'Shop (B) | Energy',
        'Shop (B) | Energy (2)',
        'C | Energy',
        'C | Energy (2)',
      ],
    ]);
    expect(channels.map(({ kind, direction }) => `${kind} ${direction}`).slice(0, 2)).toEqual([
      'interval import',
      'cumulative export',
    ]);
  });

  it('does not join by an address that two claim', () => {
    const clash = [
      meterReading('1', '1', 'in'),
      meterReading('1', '1', 'out'),
      readingType({}, 'in'),
      readingType({ uom: '38' }, 'out'),
    ];
    const { readings, problems } = read(feed(usagePoint('1'), ...clash, intervalBlock([hour(0)], '1', '1')));
    expect([readings, problems.length]).toEqual([[], 1]);
    expect(problems[0]).toContain('several of ReadingType');
  });

  it('names a meter by its title, its delivery point, or its number', () => {
    const named = (title: string, name = ''): string =>
      usagePoint('5446AF3F', title).replace(
        '</UsagePoint>',
        `<ServiceDeliveryPoint><name>${name}</name></ServiceDeliveryPoint></UsagePoint>`,
      );
    const meterOf = (point: string): string | undefined => read(feed(point, ...whole.slice(1))).channels[0]?.meter;
    expect(meterOf(named('12 Main\n Street', 'SDP 4'))).toBe('12 Main Street');
    expect(meterOf(named('Usage Point', 'SDP 4'))).toBe('SDP 4');
    expect(meterOf(named('', ''))).toBe('5446AF3F');
    expect(meterOf('')).toBe('5446AF3F');
  });

  it('leaves customer data and extensions alone', () => {
    const customer =
      '<entry><content><ServiceLocation xmlns="http://naesb.org/espi/customer"><UsagePoint>x</UsagePoint><ReadingType/></ServiceLocation></content></entry>';
    const extended = hour(
      0,
      '450',
      '<extension><value>1</value><ReadingQuality><quality>12</quality></ReadingQuality></extension>',
    );
    expect(read(feed(customer, ...whole.slice(0, 3), intervalBlock([extended, hour(1, '430')]))).readings).toEqual(
      wholeReadings,
    );
  });
});

describe('what a reading says', () => {
  it.each([
    ['72', {}, '450', '0.45 kWh'],
    ['072', {}, '450', '0.45 kWh'],
    ['72', { powerOfTenMultiplier: '3' }, '450', '450 kWh'],
    ['72', { powerOfTenMultiplier: '-3' }, '450', '0.00045 kWh'],
    ['169', { powerOfTenMultiplier: '-3' }, '37000', '37 therm'],
    ['73', {}, '450', '0.45 kVArh'],
    ['38', {}, '450', '0.45 kW'],
    ['42', {}, '1.5', '1.5 m3'],
    ['119', { powerOfTenMultiplier: '2' }, '4', '400 ft3'],
    ['134', {}, '1250', '1.25 m3'],
    ['128', {}, '26154', '26154 US gal'],
    ['132', {}, '7', '7 Btu'],
    ['31', { powerOfTenMultiplier: '9' }, '2', '2000 MJ'],
  ])('uom %s with %j: %s is %s', (uom, fields, value, expected) => {
    const { value: said, problems } = one(hour(0, value), { uom, ...fields });
    expect([said, problems]).toEqual([expected, []]);
  });

  it('counts in the unit of the file, the power of ten applied', () => {
    const { channels } = one(hour(0, '37000'), { uom: '72', powerOfTenMultiplier: '-3' });
    expect(channels.map(({ unit, total, byQuality }) => [unit, plain(total), Object.keys(byQuality)])).toEqual([
      ['Wh', '37', ['']],
    ]);
  });

  it.each([
    ['250', 'uom 250', '"250" is no unit (uom) that is known here.'],
    ['kWh', 'uom kWh', '"kWh" is no unit (uom) that is known here.'],
    ['', 'unknown unit', 'the file does not say in which unit it counts.'],
  ])('keeps values of the unit "%s" as they are, and says so', (uom, unit, detail) => {
    const { value, problems } = one(hour(0), { uom });
    expect([value, problems]).toEqual([`450 ${unit}`, [`note 5 ReadingType: ${detail}`]]);
  });

  it('says that nobody knows the unit of a file without ReadingType', () => {
    const { readings, problems } = read(feed(usagePoint(), meterReading(), intervalBlock([hour(0)])));
    expect(readings[0]).toContain('450 unknown unit');
    expect(problems).toEqual([
      'note 5 IntervalBlock: the file has no ReadingType, so nobody knows in which unit this block counts.',
    ]);
  });

  it.each([
    ['1', 'import'],
    ['19', 'export'],
    ['4', null],
    ['', null],
  ])('flowDirection %s is %s', (flowDirection, direction) => {
    expect(one(hour(0), { flowDirection }).channels).toMatchObject([{ direction }]);
  });

  it.each([
    [[], 'actual', ''],
    [['0'], 'actual', '0'],
    [['7'], 'substituted', '7'],
    [['8'], 'estimated', '8'],
    [['10'], 'estimated', '10'],
    [['11'], 'derived', '11'],
    [['14'], 'actual', '14'],
    [['17'], 'actual', '17'],
    [['19'], 'actual', '19'],
    [['0', '11', '8'], 'estimated', '0+11+8'],
  ])('quality %j counts as %s', (codes, expected, sign) => {
    const { quality: said, channels, problems } = one(hour(0, '450', quality(...codes)));
    expect([said, Object.keys(channels[0]?.byQuality ?? {}), problems]).toEqual([expected, [sign], []]);
  });

  it('takes the quality of the type where the reading has none', () => {
    expect(one(hour(0), { defaultQuality: '8' }).quality).toBe('estimated');
    expect(one(hour(0, '1', quality('0')), { defaultQuality: '8' }).quality).toBe('actual');
  });

  it('is no reading where it is a forecast, and estimated where nobody knows its quality', () => {
    expect(one(hour(0, '1', quality('12')))).toMatchObject({
      value: undefined,
      problems: [expect.stringContaining('loses-record 7 IntervalReading: the value is a forecast')],
    });
    expect(one(hour(0, '1', quality('99')))).toMatchObject({
      quality: 'estimated',
      problems: ['note 7 IntervalReading: "99" is no quality that is known here.'],
    });
  });

  it.each([
    ['of an hour', '<duration>3600</duration><start>1293868800</start>', '2011-01-01T08:00:00Z/2011-01-01T09:00:00Z'],
    [
      'that begins between seconds',
      '<duration>3600</duration><start>1293868800.5</start>',
      '2011-01-01T08:00:00.5Z/2011-01-01T09:00:00.5Z',
    ],
    [
      'that is no time of the format but one with offset',
      '<duration>900</duration><start>2011-01-01T00:00:00-08:00</start>',
      '2011-01-01T08:00:00Z/2011-01-01T08:15:00Z',
    ],
    ['as long as its type says', '<start>1293868800</start>', '2011-01-01T08:00:00Z/2011-01-01T08:30:00Z'],
  ])('lies in a time %s', (_, period, expected) => {
    const { time, problems } = one(
      `<IntervalReading><timePeriod>${period}</timePeriod><value>1</value></IntervalReading>`,
      { intervalLength: '1800' },
    );
    expect([time, problems]).toEqual([expected, []]);
  });

  it('follows the one before it where the block alone says when', () => {
    const { readings } = read(
      feed(
        usagePoint(),
        meterReading(),
        readingType({ intervalLength: '900' }),
        intervalBlock(['x', '2', '3'].map((value) => `<IntervalReading><value>${value}</value></IntervalReading>`)),
      ),
    );
    expect(readings.map((text) => text.split(' ').at(-1))).toEqual([
      '2011-01-01T08:15:00Z/2011-01-01T08:30:00Z',
      '2011-01-01T08:30:00Z/2011-01-01T08:45:00Z',
    ]);
  });

  it.each([
    ['1', '<duration>0</duration>', '2011-01-01T08:00:00Z'],
    ['3', '', '2011-01-01T08:00:00Z'],
    ['9', '<duration>3600</duration>', '2011-01-01T09:00:00Z'],
  ])('is what a display showed where accumulationBehaviour is %s', (accumulationBehaviour, duration, at) => {
    const { value, time, channels } = one(
      `<IntervalReading><timePeriod>${duration}<start>1293868800</start></timePeriod><value>48210400</value></IntervalReading>`,
      { accumulationBehaviour, intervalLength: '86400' },
    );
    expect([value, time]).toEqual(['48210400 Wh', at]);
    expect(channels).toMatchObject([{ kind: 'cumulative', intervalMinutes: [] }]);
  });

  it.each([
    ['0', '0 kWh'],
    ['-0', '0 kWh'],
    ['+450', '0.45 kWh'],
    ['00450.0', '0.45 kWh'],
    ['.5', '0.0005 kWh'],
    ['4.5E2', '0.45 kWh'],
    ['999999999999999', '999999999999.999 kWh'],
  ])('is a number however it is written: %s', (value, expected) => {
    expect(one(hour(0, value))).toMatchObject({ value: expected, problems: [] });
  });

  it.each([
    [
      'without value',
      hour(0).replace('<value>450</value>', ''),
      'the reading has no value; what is missing is not zero.',
    ],
    ['with an empty value', hour(0, ''), 'the reading has no value; what is missing is not zero.'],
    ['with two values', hour(0, '1', '<value>2</value>'), 'the reading has two values.'],
    ['with a word for a value', hour(0, 'n/a'), '"n/a" is no number that can be read.'],
    ['with a comma', hour(0, '4,50'), '"4,50" is no number that can be read.'],
    ['with a value beyond all measure', hour(0, '1e20'), '"1e20" is no number that can be read.'],
    ['below zero', hour(0, '-5'), 'the value -5 is below zero.'],
    ['finer than is kept', hour(0, '0.0001'), 'the value is finer than a millionth of a kWh.'],
    [
      'without start',
      hour(0).replace(/<start>.*?<\/start>/, ''),
      'the reading does not say when it begins, nor does its block.',
    ],
    ['in milliseconds', hour(0).replace('1293868800', '1293868800000'), '"1293868800000" is no time.'],
    [
      'in a time without offset',
      hour(0).replace('1293868800', '2011-01-01T00:00:00'),
      '"2011-01-01T00:00:00" is no time.',
    ],
    ['before all time', hour(0).replace('1293868800', '0'), 'the reading does not lie between 1970 and 2200.'],
    [
      'without length',
      hour(0).replace('<duration>3600</duration>', ''),
      'neither the reading nor its ReadingType says how long it lasts.',
    ],
    [
      'of no length',
      hour(0).replace('3600', '0'),
      'the reading lasts no time, and its ReadingType does not say that it is a register.',
    ],
    ['with a word for a length', hour(0).replace('3600', 'PT1H'), '"PT1H" is no length in seconds.'],
  ])('is lost %s, and the others are not', (_, reading, detail) => {
    const { readings, problems, refusal } = read(feed(...whole.slice(0, 3), intervalBlock([reading, hour(1, '430')])));
    expect([readings, problems, refusal]).toEqual([
      wholeReadings.slice(1),
      [`loses-record 7 IntervalReading: ${detail}`],
      null,
    ]);
  });

  it('is lost with its type where nobody can read the power of ten', () => {
    const { problems } = one(hour(0), { powerOfTenMultiplier: '99' });
    expect(problems).toEqual([
      'loses-record 5 ReadingType: "99" is no power of ten between -12 and 12.',
      'loses-record 6 IntervalBlock: the ReadingType of this block cannot be read.',
    ]);
  });

  it('is told twice where the file has it twice, and that is said', () => {
    const { readings, problems } = read(feed(...whole, intervalBlock([hour(1, '431')])));
    expect([readings.length, problems]).toEqual([
      3,
      ['note 10 IntervalReading: Front Electric Meter Hourly has the time from 2011-01-01T09:00:00Z twice.'],
    ]);
  });
});

describe('files that are refused', () => {
  const text = feed(...whole);
  it.each([
    [
      'that is cut short',
      text.slice(0, text.indexOf('</IntervalBlock>')),
      'Line 8, record IntervalBlock: the file ends before its last element does',
    ],
    [
      'with a tag that closes nothing',
      text.replace('</value>', '</vlaue>'),
      'Line 7, record IntervalReading: the XML is broken here: unexpected close tag.',
    ],
    [
      'with two documents',
      `${text}\n${text.slice(text.indexOf('<feed'))}`,
      'the XML is broken here: documents may contain only one root.',
    ],
    ['with a DOCTYPE', `<!DOCTYPE feed [<!ENTITY a "${'b'.repeat(9)}">]>${text}`, 'Line 1: the file has a DOCTYPE'],
    [
      'with laughs',
      `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><feed><entry><title>&b;</title></entry></feed>`,
      'Line 1: the file has a DOCTYPE',
    ],
    [
      'with a comment without end',
      text.replace('<feed', `<!-- ${'x'.repeat(1_100_000)} --><feed`),
      'Line 2: a tag, comment or text without end begins here',
    ],
    [
      'that goes deeper and deeper',
      `<feed>${'<a>'.repeat(1_000_000)}`,
      'Line 1, record a: more than 64 elements lie inside each other.',
    ],
    ['that is no XML', 'date;kWh', 'the XML is broken here'],
    ['that is empty', '', 'the file holds no XML element.'],
    ['without readings', feed(...whole.slice(0, 3)), 'The file holds no reading.'],
  ])('are those %s', (_, file, reason) => {
    expect(read(file).refusal).toContain(reason);
  });

  it('are read as far as they go', () => {
    expect(read(text.slice(0, text.lastIndexOf('<IntervalReading>') + 40)).readings).toEqual(wholeReadings.slice(0, 1));
  });

  it('are those with more readings before their type than fit into memory', () => {
    const many = Array.from({ length: 250_001 }, (_, i) => hour(i));
    const file = feed(usagePoint(), meterReading(), intervalBlock(many), readingType());
    const { refusal, readings } = read(file);
    expect(refusal).toMatch(/^Line \d+, record IntervalBlock: more than 250000 readings stand before the ReadingType/);
    expect(readings).toEqual([]);
    expect(read(feed(usagePoint(), meterReading(), readingType(), intervalBlock(many))).readings).toHaveLength(250_001);
  });

  it('are not those whose XML is only misspelt', () => {
    const misspelt = text
      .replace(' xmlns:e="http://naesb.org/espi"', ' xsi:schemaLocation="x"')
      .replace('Front Electric Meter', 'Front&nbsp;Electric Meter');
    const { readings, problems, refusal } = read(`${misspelt}\n\u001a`);
    expect([readings.length, refusal]).toEqual([2, null]);
    expect(problems).toEqual([
      expect.stringContaining('note 2 null: the XML is not quite right here: unbound namespace prefix: "xsi".'),
      expect.stringContaining('note 3 title: the XML is not quite right here: undefined entity.'),
      expect.stringContaining('disallowed character.'),
      expect.stringContaining('text data outside of root node.'),
    ]);
  });
});

describe('recognises', () => {
  it.each([
    [true, feed(...whole).slice(0, 600)],
    [true, '\n<?xml version="1.0"?>\n<!-- a licence --><x:IntervalBlock xmlns:x="urn:x">'],
    [true, '<feed><entry><content><UsagePoint/>'],
    [true, '<!DOCTYPE feed><feed xmlns:espi="http://naesb.org/espi">'],
    [false, '<feed xmlns="http://www.w3.org/2005/Atom"><title>Weblog</title>'],
    [false, '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'],
    [false, 'IntervalReading;value\n'],
    [false, ''],
  ])('says %s of %j', (expected, beginning) => expect(greenButton.recognises(beginning)).toBe(expected));
});
