import fc from 'fast-check';
import { type Segment, Segments } from './edifact.js';
import type { FileProblem } from '../meter-file.js';

function read(...pieces: string[]) {
  const segments: Segment[] = [];
  const problems: FileProblem[] = [];
  const reader = new Segments((segment) => segments.push(segment), { problem: (problem) => problems.push(problem) });
  for (const piece of pieces) reader.write(piece);
  const rest = reader.end();
  const listed = segments.map((segment) => [segment.line, segment.at(1), segment.componentsOf(2)]);
  return { segments, listed, problems, rest };
}

describe('Segments', () => {
  it('cuts a file into segments, elements and components', () => {
    const { segments, rest } = read("UNA:+.? 'LOC+172+51238696781'QTY+220:1.5:KWH'");
    expect(segments.map(({ tag }) => tag)).toEqual(['LOC', 'QTY']);
    expect([segments[0]?.at(3), segments[1]?.at(2, 2), segments[1]?.at(2, 3), segments[1]?.at(7, 7)]).toEqual([
      '51238696781',
      '1.5',
      'KWH',
      '',
    ]);
    expect(rest).toBeNull();
  });

  it('takes from a sign its meaning where a release character stands before it', () => {
    const { segments } = read("DTM+163:202310052200?+00:303'ERC+10:who?? it?'s ?: me??'FTX+A'");
    expect(segments.map((segment) => segment.componentsOf(2))).toEqual([
      ['163', '202310052200+00', '303'],
      ['10', "who? it's : me?"],
      ['A'],
    ]);
  });

  it('takes the signs that the file chooses, each time it chooses', () => {
    const { listed } = read("UNA;*,! ~DTM*7;1!;2~UNA:+.? 'DTM+7:1'");
    expect(listed).toEqual([
      [1, 'DTM', ['7', '1;2']],
      [1, 'DTM', ['7', '1']],
    ]);
  });

  it('knows no release character where the UNA leaves it blank', () => {
    expect(read("UNA:+.  'FTX+what?'FTX+B'").listed).toEqual([
      [1, 'FTX', ['what?']],
      [1, 'FTX', ['B']],
    ]);
  });

  it.each([
    ['one line', ''],
    ['lines', '\n'],
    ['lines of Windows', '\r\n'],
    ['blank lines', '\n\n  '],
  ])('reads %s', (_, end) => {
    const text = ['UNB+1', 'UNH+2', 'UNT+3'].map((segment) => `${segment}'${end}`).join('');
    const step = end.split('\n').length - 1;
    expect(read(text).listed).toEqual([
      [1, 'UNB', ['1']],
      [1 + step, 'UNH', ['2']],
      [1 + 2 * step, 'UNT', ['3']],
    ]);
  });

  it('leaves out the line ends of a file that is broken at a width', () => {
    expect(read("QTY+220:12\r\n34.5:K\nWH'DTM+7:1'").listed).toEqual([
      [1, 'QTY', ['220', '1234.5', 'KWH']],
      [3, 'DTM', ['7', '1']],
    ]);
  });

  it('takes the line end for the terminator where the UNA says so', () => {
    expect(read('UNA:+.? \nUNB+1\nUNH+2\n').listed).toEqual([
      [2, 'UNB', ['1']],
      [3, 'UNH', ['2']],
    ]);
  });

  it('gives what stands after the last terminator, and nothing for white space and the end mark of old systems', () => {
    expect(read("UNB+1'UNZ+1").rest?.tag).toBe('UNZ');
    expect(read("UNB+1'\r\n \u001a").rest).toBeNull();
  });

  it.each(['UNA++++++', 'UNA:+.?A1', "UNA::.? '"])(
    'refuses the signs of %p, and goes on with the usual ones',
    (advice) => {
      const { problems, listed } = read(`${advice}UNB+1:2'`);
      expect(problems).toMatchObject([{ severity: 'refuses-file', line: 1, record: 'UNA' }]);
      expect(listed).toEqual([[1, 'UNB', ['1', '2']]]);
    },
  );

  it('gives up a segment without end, says how long it was, and goes on behind it', () => {
    const pieces = Array.from({ length: 64 }, () => `${'a'.repeat(262_143)}\n`);
    const { problems, listed } = read("UNB+1'\n", ...pieces, "b'UNH+2'");
    expect(problems).toMatchObject([{ severity: 'loses-record', line: 2 }]);
    expect(problems[0]?.detail).toContain(`${64 * 262_144 + 1} characters`);
    expect(listed).toEqual([
      [1, 'UNB', ['1']],
      [66, 'UNH', ['2']],
    ]);
  });

  it('reads the same however the text is cut', () => {
    const sign = fc.constantFrom(
      "'",
      '?',
      '+',
      ':',
      '\r',
      '\n',
      '\r\n',
      ' ',
      'UNA',
      "UNA:+.? '",
      'UNA;*.! ~',
      'QTY',
      '1',
      'a'.repeat(9_000),
      '\uFEFF',
    );
    const text = fc.array(sign, { maxLength: 40 }).map((signs) => signs.join(''));
    const cuts = fc.array(fc.nat(60_000), { maxLength: 12 });
    fc.assert(
      fc.property(text, cuts, (whole, at) => {
        const edges = [0, ...at.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const pieces = edges.slice(1).map((edge, i) => whole.slice(edges[i], edge));
        const [cut, uncut] = [read(...pieces), read(whole)];
        expect([cut.listed, cut.problems, cut.rest?.line]).toEqual([uncut.listed, uncut.problems, uncut.rest?.line]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads the same sign by sign', () => {
    const whole = "UNA:+.? '\r\nUNB+a??+b?'c'\r\n\r\nDTM+163:202310052200?+00:303'UNZ";
    expect(read(...whole).listed).toEqual(read(whole).listed);
  });
});
