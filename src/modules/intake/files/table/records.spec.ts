import fc from 'fast-check';
import { type RawRow, Records, type Unread } from './records.js';
import type { Separator } from './mapping.js';

function read(lines: readonly string[], separator: Separator = ','): { rows: RawRow[]; unread: Unread[] } {
  const rows: RawRow[] = [];
  const unread: Unread[] = [];
  const records = new Records(
    separator,
    (row) => rows.push(row),
    (one) => unread.push(one),
  );
  lines.forEach((text, i) => records.line(text, i + 1));
  records.end();
  return { rows, unread };
}
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

describe('Records', () => {
  it.each<[string, string[], string[][]]>([
    ['plain cells', ['a,b,'], [['a', 'b', '']]],
    ['whole cells in quotation marks', ['"a","b"'], [['a', 'b']]],
    ['separators in cells', ['"a,b",c'], [['a,b', 'c']]],
    ['quotation marks in cells', ['"say ""no""",c'], [['say "no"', 'c']]],
    [
      'line ends in cells',
      ['"a', 'b",c', 'd,e'],
      [
        ['a\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    ['white space before quotation marks', ['a, "b, c", d'], [['a', 'b, c', 'd']]],
    [
      'inches',
      ['a,5" pipe,1', 'b,6" pipe,2'],
      [
        ['a', '5" pipe', '1'],
        ['b', '6" pipe', '2'],
      ],
    ],
    [
      'one line with inches alone',
      ['a,5" pipe,1', 'b,c,2', ...Array<string>(8).fill('d,e,3')],
      [['a', '5" pipe', '1'], ['b', 'c', '2'], ...Array<string[]>(8).fill(['d', 'e', '3'])],
    ],
  ])('reads %s', (_, lines, cells) => {
    expect(read(lines).rows.map((row) => row.cells)).toEqual(cells);
  });

  it('gives each row the line on which it begins, and its text', () => {
    const { rows } = read(['"a', 'b",c', '"d,e",f', 'g,h', '"i,j",k']);
    expect(rows.map(({ line, text }) => [line, text])).toEqual([
      [1, '"a\nb",c'],
      [3, '"d,e",f'],
      [4, 'g,h'],
      [5, '"i,j",k'],
    ]);
  });

  it('hands back a row whose quotation mark is never closed, and reads those below it', () => {
    const { rows, unread } = read(['a,b', '"c,d', ...Array<string>(20).fill('e,f')]);
    expect(unread).toEqual([{ line: 2, text: '"c,d', detail: 'a quotation mark opens a cell and none closes it.' }]);
    expect(rows).toHaveLength(21);
  });

  it('reads back whatever was written by the rules, with any separator', () => {
    const cell = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('a"b', 'a,b', 'a;b', 'a\nb', '""', ',', 'x'));
    const table = fc.array(
      fc.array(
        cell.map((text) => text.replace(/\r/g, '').trim()),
        { minLength: 2, maxLength: 5 },
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(table, fc.constantFrom<Separator>(',', ';', '|', '\t'), (rows, separator) => {
        const text = rows.map((cells) => cells.map(quoted).join(separator)).join('\n');
        const { rows: found, unread } = read(text.split('\n'), separator);
        expect(unread).toEqual([]);
        expect(found.map(({ cells }) => cells)).toEqual(rows.length === 0 ? [['']] : rows);
      }),
    );
  });
});
