import fc from 'fast-check';
import { feed, KeepingSink, noOptions } from '../../../../../test/support/file-sink.js';
import { hasCheckDigit, readingTypes } from './d0010-codes.js';
import { d0010 } from './d0010.format.js';
import type { FileOptions } from '../meter-file.js';

const mpan = '1012345678903';
const other = '2000000000121';
const header = 'ZHV|0000012345|D0010002|D|COLL|X|SUPP|20261002093000||||OPER|';
const trailer = (groups: number, flows: number): string => `ZPT|0000012345|${groups}||${flows}|20261002093105|`;
const point = (core = mpan, status = 'V'): string => `026|${core}|${status}|`;
const meter = (type = 'R', serial = 'S98A 12345'): string => `028|${serial}|${type}|`;
const reading = (value = '56311.0', register = 'S', time = '20261001000000', flag = 'T'): string =>
  `030|${register}|${time}|${value}|||${flag}|N|`;

/** A file of these records, in its frame. */
const framed = (...records: string[]): string[] => [
  header,
  ...records,
  trailer(records.length, records.filter((record) => record.startsWith('026')).length),
];
function read(lines: readonly string[], options: FileOptions = noOptions, cuts: readonly number[] = []): KeepingSink {
  const sink = new KeepingSink();
  feed(d0010.reader(sink, options), lines.join('\n'), cuts);
  return sink;
}

describe('d0010', () => {
  it('reads what each register of each meter showed', () => {
    const sink = read(
      framed(
        point(),
        meter(),
        reading('20231.0', '01'),
        reading('64472.5', '02'),
        point(other, 'U'),
        meter('C', 'D13C01717'),
        reading('7242.0', 'DY', '20261001093000'),
      ),
    );
    expect(sink.problems).toEqual([]);
    expect(sink.said).toEqual([
      `${mpan} 01 2026-10-01T00:00:00Z 20231 actual`,
      `${mpan} 02 2026-10-01T00:00:00Z 64472.5 actual`,
      `${other} DY 2026-10-01T09:30:00Z 7242 customer`,
    ]);
    expect(sink.headers).toEqual([{ created: '20261002093000', from: 'COLL', to: 'SUPP' }]);
    const [first] = sink.channels;
    expect(first?.head).toMatchObject({ kind: 'cumulative', unit: 'kWh', baseUnit: 'kWh', direction: null });
    expect([...(first?.serials ?? [])]).toEqual(['S98A 12345']);
    expect(first?.tally.read()).toMatchObject({ count: 1, records: 1, byQuality: { R: { count: 1 } } });
  });

  it('names every device of a register that was exchanged', () => {
    const sink = read(framed(point(), meter('F', 'OLD1'), reading('99.0'), meter('I', 'NEW2'), reading('0.0')));
    expect([...(sink.channels[0]?.serials ?? [])]).toEqual(['OLD1', 'NEW2']);
  });

  it('knows summer time as an hour of UTC, and another clock where the sender says so', () => {
    const file = framed(point(), meter(), reading('1.0', 'S', '20260701000000'));
    expect(read(file).said).toEqual([`${mpan} S 2026-07-01T00:00:00Z 1 actual`]);
    expect(read(file, { offsetMinutes: 60, zone: null }).said).toEqual([`${mpan} S 2026-06-30T23:00:00Z 1 actual`]);
  });

  it.each(Object.entries(readingTypes).filter(([, { quality }]) => quality !== null))(
    'takes reading type %s for what it is',
    (letter, { quality }) => {
      const [channel] = read(framed(point(), meter(letter), reading())).channels;
      expect(channel?.readings[0]?.quality).toBe(quality);
    },
  );

  it('does not read what was withdrawn, and says whose it was', () => {
    const sink = read(framed(point(), meter('W'), reading()));
    expect([sink.said, sink.faults]).toEqual([
      [],
      [`note 3:3 the sender takes back readings of ${mpan} (type W, withdrawn); they were not read.`],
    ]);
  });

  it.each<[string, string[]]>([
    ['the flag says so', [point(), meter(), reading('5.0', 'S', '20261001000000', 'F')]],
    ['the status says so and no flag', [point(mpan, 'F'), meter(), reading('5.0', 'S', '20261001000000', '')]],
    ['the result below it says so', [point(), meter(), reading('5.0'), '032|03|F|', '033|20|hedge|']],
  ])('counts a reading that failed validation and does not believe it, where %s', (_, records) => {
    const sink = read(framed(...records));
    expect(sink.said).toEqual([]);
    expect(sink.channels[0]?.tally.read().count).toBe(1);
    expect(sink.faults).toEqual([
      `loses-record 4:7 the reading 5 of ${mpan} S at 2026-10-01T00:00:00Z failed the sender's validation.`,
    ]);
  });

  it('believes the flag of a register over the status of all', () => {
    expect(read(framed(point(mpan, 'F'), meter(), reading())).said).toHaveLength(1);
  });

  it('passes over notes of visits to the site', () => {
    const sink = read(framed(point(), '027|02|gate|', meter(), '029|20||', reading(), '033|01||'));
    expect([sink.said.length, sink.problems]).toEqual([1, []]);
  });

  it('says a wrong check digit, and reads on', () => {
    const sink = read(framed(point('1012345678907'), meter(), reading()));
    expect(sink.faults).toEqual(['note 2:2 the check digit of 1012345678907 is wrong.']);
    expect(sink.said).toHaveLength(1);
  });

  it('says that a register was reset, for it may count a demand', () => {
    const sink = read(framed(point(), meter(), '030|MD|20261001000000|12.5|20261001000000|3|T|N|'));
    expect(sink.problems).toMatchObject([{ severity: 'note', line: 4, column: 5 }]);
  });

  it.each<[string, string[], unknown[]]>([
    [
      'an MPAN that is none',
      [point('12'), meter(), reading()],
      [
        ['026', 2],
        ['028', null],
        ['030', null],
      ],
    ],
    ['a status that is none', [point(mpan, 'X')], [['026', 3]]],
    [
      'a reading type that is none',
      [point(), meter('?'), reading()],
      [
        ['028', 3],
        ['030', null],
      ],
    ],
    ['a register that is missing', [point(), meter(), reading('1.0', '')], [['030', 2]]],
    ['a time that is none', [point(), meter(), reading('1.0', 'S', '20260229000000')], [['030', 3]]],
    ['a reading that is missing', [point(), meter(), reading('')], [['030', 4]]],
    ['a reading below zero', [point(), meter(), reading('-1.0')], [['030', 4]]],
    ['a reading too fine', [point(), meter(), reading('1.1234567')], [['030', 4]]],
    ['a flag that is none', [point(), meter(), reading('1.0', 'S', '20261001000000', 'Q')], [['030', 7]]],
    ['a result without reading', [point(), meter(), '032|01|T|'], [['032', null]]],
    ['a record of no kind', [point(), meter(), '099|x|'], [['099', 1]]],
  ])('loses %s, and keeps what is readable', (_, records, faults) => {
    const sink = read([...framed(point(other), meter(), reading(), ...records)]);
    const lost = sink.problems.filter(({ severity }) => severity === 'loses-record');
    expect(lost.map(({ record, column }) => [record, column])).toEqual(faults);
    expect(sink.said).toEqual([`${other} S 2026-10-01T00:00:00Z 56311 actual`]);
    expect(sink.problems.filter(({ severity }) => severity === 'refuses-file')).toEqual([]);
  });

  const body = [point(), meter(), reading()];
  it.each<[string, string[], string]>([
    ['cut short', [header, ...body], 'ends without its trailer ZPT'],
    ['without header', [...body, trailer(3, 1)], 'a record stands before any header ZHV'],
    ['with records after its trailer', [...framed(...body), reading()], 'after the trailer ZPT without a new header'],
    ['with two headers', [header, header, ...body, trailer(3, 1)], 'a second header begins'],
    ['that lost records', [header, ...body, trailer(35, 1)], 'counts 35 records, and 3 came'],
    ['that lost meters', [header, ...body, trailer(3, 11)], 'counts 11 records 026, and 1 came'],
    ['with the trailer of another', [header, ...body, 'ZPT|77|3||1|20261002093105|'], 'belongs to the file 77'],
    ['of another flow', [header.replace('D0010002', 'D0150002'), ...body, trailer(3, 1)], 'says "D0150002", not D0010'],
    [
      'of tests',
      [header.replace('OPER', 'TR01'), ...body, trailer(3, 1)],
      'marks the file as test data ("TR01", not OPER)',
    ],
    ['that is empty', [], 'the file is empty'],
  ])('refuses a file %s', (_, lines, reason) => {
    const refusals = read(lines).problems.filter(({ severity }) => severity === 'refuses-file');
    expect(refusals[0]?.detail).toContain(reason);
  });

  it('reads several whole files in one, and files of the pool', () => {
    const pool = ['ZHD|D0010002|D|COLL|X|SUPP|20261002093000|', ...body, 'ZPT|5|1234|'];
    const sink = read([...framed(...body), '', ...pool]);
    expect([sink.problems, sink.said.length, sink.headers.length]).toEqual([[], 2, 2]);
  });

  it('reads any line end, white space around fields, and fields that senders add', () => {
    const lines = framed(...body).map((line) => `${line.replaceAll('|', ' | ')} | |\r`);
    expect([read(lines).problems, read(lines).said.length]).toEqual([[], 1]);
  });

  it.each<[string, boolean]>([
    [`${header}\n${point()}`, true],
    ['ZHD|D0010002|D|COLL|', true],
    [`${point()}\n${meter()}`, true],
    ['ZHV|1|D0150002|D|', false],
    ['100,NEM12,', false],
    ['meter|date|reading', false],
  ])('recognises %j: %s', (beginning, is) => {
    expect(d0010.recognises(beginning)).toBe(is);
  });

  it('says the same however the file is cut', () => {
    const file = framed(
      point(),
      meter(),
      reading('20231.0', '01'),
      reading('x'),
      point('12'),
      meter('W'),
      reading(),
      '032|1|F|',
    );
    const whole = read(file);
    fc.assert(
      fc.property(fc.array(fc.nat(file.join('\n').length), { maxLength: 40 }), (cuts) => {
        const cut = read(file, noOptions, cuts);
        expect([cut.said, cut.faults]).toEqual([whole.said, whole.faults]);
      }),
    );
  });

  it('says something of any text, and never throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        header,
        trailer(1, 1),
        point(),
        meter(),
        reading(),
        '030|',
        '032||',
        '|||||',
        '026',
        '\u0000',
        '030|S|99999999999999|1|',
      ),
      fc.string({ maxLength: 30, unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (lines) => {
        const sink = read(lines);
        expect(sink.problems.length + sink.said.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('hasCheckDigit', () => {
  it('finds every digit that was mistyped, but for those that the rule cannot tell', () => {
    expect([mpan, other, '1399001122338'].map(hasCheckDigit)).toEqual([true, true, false]);
    const wrong = Array.from({ length: 10 }, (_, digit) => `${mpan.slice(0, 12)}${digit}`).filter(hasCheckDigit);
    expect(wrong).toEqual([mpan]);
  });
});
