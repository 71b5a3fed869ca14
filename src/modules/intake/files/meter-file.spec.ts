import fc from 'fast-check';
import { decimal } from '../../../domain/quantity/decimal.js';
import { type FileProblem, Lines, TallyBook } from './meter-file.js';

const read = (...pieces: string[]) => {
  const taken: [string, number][] = [];
  const problems: FileProblem[] = [];
  const lines = new Lines((line, number) => void taken.push([line, number]), {
    problem: (problem) => void problems.push(problem),
  });
  for (const piece of pieces) lines.write(piece);
  lines.end();
  return { taken, problems };
};

describe('Lines', () => {
  it('hands lines on with their numbers, whatever their ends', () => {
    expect(read('a\r\nb\rc\n\nd').taken).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['', 4],
      ['d', 5],
    ]);
  });

  it('takes an end that is cut in two as one', () => {
    expect(read('a\r', '\nb', '\r', '', '\n', '\n').taken).toEqual([
      ['a', 1],
      ['b', 2],
      ['', 3],
    ]);
  });

  it('gives the same lines however the text is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n') });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (whole, length) => {
        const pieces = Array.from({ length: Math.ceil(whole.length / length) }, (_, i) =>
          whole.slice(i * length, (i + 1) * length),
        );
        const expected = whole.split(/\r\n|\r|\n/).map((line, i): [string, number] => [line, i + 1]);
        if (expected.at(-1)?.[0] === '') expected.pop();
        expect(read(...pieces).taken).toEqual(expected);
      }),
    );
  });

  it('gives up a line beyond all measure, says so, and goes on', () => {
    const long = Array.from({ length: 20 }, () => 'x'.repeat(65_536));
    const { taken, problems } = read('a\n', ...long, '\nb\n');
    expect(taken).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
    expect(problems).toMatchObject([{ severity: 'loses-record', line: 2, record: null }]);
  });

  it('takes a line that comes a character at a time', () => {
    const characters = Array.from({ length: 50_000 }, () => 'x');
    expect(read(...characters, '\n').taken[0]?.[0]).toHaveLength(50_000);
  });
});

describe('TallyBook', () => {
  it('counts values by their sign of quality, and all together', () => {
    const book = new TallyBook();
    book.record();
    for (const [value, sign] of [
      ['1.5', 'A'],
      ['2', 'E'],
      ['0.5', 'A'],
    ] as const)
      book.add(decimal(value), sign);
    expect(book.read()).toEqual({
      count: 3,
      total: decimal('4'),
      records: 1,
      byQuality: { A: { count: 2, total: decimal('2') }, E: { count: 1, total: decimal('2') } },
    });
  });

  it('counts together what a file without measure calls by ever new signs', () => {
    const book = new TallyBook();
    for (let i = 0; i < 1000; i += 1) book.add(decimal('1'), `sign ${i}`);
    const { byQuality, count } = book.read();
    expect([Object.keys(byQuality).length, byQuality['other']?.count, count]).toEqual([65, 936, 1000]);
  });
});
