import { csvRows, firstAccepted } from './csv.js';

describe('a table for a spreadsheet', () => {
  it('quotes what would end a cell, whichever mark ends it', () => {
    expect(csvRows([['a', 'b,c', 'd;e', 'f"g', 'h\ni']])).toBe('a,"b,c","d;e","f""g","h\ni"\r\n');
    expect(
      csvRows(
        [
          ['a', 'b'],
          ['1', '2'],
        ],
        ';',
      ),
    ).toBe('a;b\r\n1;2\r\n');
  });

  it.each(['=1+1', '+cmd', '@SUM(A1)', '-a', '\tx', '  =x', '＝x', '|calc'])(
    'takes %j for a text and not for a formula',
    (text) => {
      expect(csvRows([[text]]).replaceAll('"', '')).toBe(`'${text}\r\n`);
    },
  );

  it.each(['-1', '-12.50', '0'])('leaves the number %s a number', (text) => {
    expect(csvRows([[text]])).toBe(`${text}\r\n`);
  });
});

describe('what a request accepts', () => {
  const ours = ['application/json', 'text/csv'] as const;
  it.each([
    ['text/csv', 'text/csv'],
    ['text/html, text/csv;q=0.9, application/json', 'text/csv'],
    ['*/*', undefined],
    [undefined, undefined],
  ])('%s → %s', (accept, type) => {
    expect(firstAccepted(accept, ours)).toBe(type);
  });
});
