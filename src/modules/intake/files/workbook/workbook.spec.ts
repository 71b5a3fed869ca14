import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import { KeepingSink, noOptions } from '../../../../../test/support/file-sink.js';
import { isWorkbook, readSheet, readWorkbook } from './workbook.js';

type Cells = readonly (readonly (string | number | boolean | null)[])[];

/** A workbook of sheets, as Excel would save it. */
function workbook(sheets: Readonly<Record<string, Cells>>, change?: (book: XLSX.WorkBook) => void): Uint8Array {
  const book = XLSX.utils.book_new();
  for (const [name, cells] of Object.entries(sheets)) {
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells.map((row) => [...row])), name);
  }
  change?.(book);
  return new Uint8Array(XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }));
}

/** A ZIP archive of parts; `claim` changes what its directory says of a part. */
function archive(
  parts: Readonly<Record<string, string>>,
  claim: (name: string, size: number) => number = (_, size) => size,
): Uint8Array {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(parts)) {
    const packed = deflateRawSync(text);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(Buffer.byteLength(text), 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(claim(name, Buffer.byteLength(text)), 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    local.push(head, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...local, ...directory, end]));
}

const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The least parts of a workbook, with the rows of its one sheet as XML. */
const handMade = (rows: string): Readonly<Record<string, string>> => ({
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
  'xl/workbook.xml': `<workbook xmlns="${namespace}" xmlns:r="${relations}"><sheets><sheet name="Readings" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet xmlns="${namespace}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="hh:mm"/><numFmt numFmtId="166" formatCode="dd.mm.yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  'xl/worksheets/sheet1.xml': `<worksheet xmlns="${namespace}"><sheetData>${rows}</sheetData></worksheet>`,
});
const row = (number: number, ...cells: string[]): string =>
  `<row r="${number}">${cells.map((cell, i) => cell.replace('<c', `<c r="${'ABCDEFGH'.charAt(i)}${number}"`)).join('')}</row>`;
const firstRow = async (...cells: string[]): Promise<readonly string[]> =>
  (await readSheet(archive(handMade(row(1, ...cells))))).rows[0]?.cells ?? [];

describe('readSheet', () => {
  it('takes the digits of a number from the file, and fifteen of them', async () => {
    expect(
      await firstRow(
        '<c><v>48210.400</v></c>',
        '<c><v>0.30000000000000004</v></c>',
        '<c><v>1.1000000000000001</v></c>',
        '<c><v>1E-3</v></c>',
        '<c><v>123456789012345</v></c>',
        '<c t="n"><v>-2.50</v></c>',
      ),
    ).toEqual(['48210.4', '0.3', '1.1', '0.001', '123456789012345', '-2.5']);
  });

  it('counts the numbers that had more digits', async () => {
    const sheet = await readSheet(archive(handMade(row(1, '<c><v>0.30000000000000004</v></c>', '<c><v>0.3</v></c>'))));
    expect(sheet.rounded).toBe(1);
  });

  it('writes dates and times without a zone, to the second', async () => {
    // 46296 is 2026-10-01; a half-hour is 0.0208333…
    expect(
      await firstRow(
        '<c s="1"><v>46296.020833333336</v></c>',
        '<c s="1"><v>46296</v></c>',
        '<c s="2"><v>0.97916666666666663</v></c>',
        '<c s="3"><v>46296</v></c>',
        '<c s="3"><v>46296.5</v></c>',
        '<c s="2"><v>1</v></c>',
        '<c t="d"><v>2026-10-01T00:30:00</v></c>',
      ),
    ).toEqual([
      '2026-10-01T00:30:00',
      '2026-10-01T00:00:00',
      '23:30:00',
      '2026-10-01',
      '2026-10-01T12:00:00',
      '24:00:00',
      '2026-10-01T00:30:00',
    ]);
  });

  it('counts days from 1904 where the workbook does', async () => {
    const parts = handMade(row(1, '<c s="3"><v>44834</v></c>'));
    const since1904 = parts['xl/workbook.xml']?.replace('<sheets>', '<workbookPr date1904="1"/><sheets>') ?? '';
    const { rows } = await readSheet(archive({ ...parts, 'xl/workbook.xml': since1904 }));
    expect(rows[0]?.cells).toEqual(['2026-10-01']);
  });

  it('reads what a formula last gave, and calculates nothing', async () => {
    expect(
      await firstRow(
        '<c><f>1+1</f><v>3</v></c>',
        '<c t="str"><f>WEBSERVICE("http://x")</f><v>text</v></c>',
        '<c t="e"><v>#N/A</v></c>',
        '<c t="b"><v>1</v></c>',
      ),
    ).toEqual(['3', 'text', '#N/A', 'TRUE']);
  });

  it('keeps the numbers of the rows', async () => {
    const { rows } = await readSheet(
      archive(handMade(row(3, '<c t="inlineStr"><is><t>a</t></is></c>') + row(7, '<c><v>1</v></c>'))),
    );
    expect(rows).toEqual([
      { line: 3, cells: ['a'] },
      { line: 7, cells: ['1'] },
    ]);
  });

  it('takes the first sheet that is visible and has cells, or the one that is named', async () => {
    const file = workbook({ Empty: [[]], Hidden: [['h']], Data: [['d']], More: [['m']] }, (book) => {
      book.Workbook = { Sheets: [{}, { Hidden: 1 }, {}, {}] };
    });
    const first = await readSheet(file);
    expect([first.name, first.filled]).toEqual(['Data', ['Hidden', 'Data', 'More']]);
    expect((await readSheet(file, { sheet: 'More' })).rows[0]?.cells).toEqual(['m']);
    await expect(readSheet(file, { sheet: 'Other' })).rejects.toThrow(
      'no sheet "Other"; it has Empty, Hidden, Data, More',
    );
  });

  const small = handMade(row(1, '<c><v>1</v></c>'));
  it.each<[string, Uint8Array, string]>([
    ['text', Buffer.from('meter,date'), 'no complete ZIP archive'],
    ['an empty file', new Uint8Array(), 'no complete ZIP archive'],
    ['a file cut short', workbook({ A: [['x']] }).slice(0, 900), 'no complete ZIP archive'],
    ['another archive', archive({ 'readme.xml': '<a/>' }), 'no workbook of Excel'],
    ['a workbook whose main part is empty', archive({ ...small, 'xl/workbook.xml': '' }), 'damaged'],
    ['a workbook without cells', workbook({ A: [[]] }), 'no cells'],
    ['XML that is none', archive({ ...small, 'xl/workbook.xml': '<workbook><sheets' }), 'damaged'],
    ['an old or locked workbook', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]), 'locked or of an old Excel'],
    ['more than ten megabytes', new Uint8Array(10_000_001), '10000001 bytes, and 10000000 are read'],
    [
      'many files',
      archive(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`${i}.xml`, 'x']))),
      '201 files, and 200',
    ],
    [
      'a part that unpacks to too much',
      archive({ ...small, 'b.xml': 'x' }, (name, size) => (name === 'b.xml' ? 2e7 : size)),
      'unpacks to',
    ],
    ['a part that packs too well', archive({ ...small, 'b.xml': 'x'.repeat(2_000_000) }), 'more than 50 times'],
    [
      'a part that says it is smaller',
      archive({ ...small, 'b.xml': 'x'.repeat(900_000) }, (name, size) => (name === 'b.xml' ? 10 : size)),
      'b.xml of the workbook is damaged',
    ],
    [
      'a part that says it is larger',
      archive({ ...small, 'b.xml': 'xx' }, (name, size) => (name === 'b.xml' ? 10 : size)),
      'b.xml of the workbook is damaged',
    ],
    ['two parts of one name', archive({ ...small, 'XL/workbook.xml': '<a/>' }), 'two files of the same name'],
  ])('refuses %s', async (_, file, reason) => {
    await expect(readSheet(file)).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringContaining(reason),
    });
  });

  it('survives archives that were changed at random', async () => {
    const file = workbook({
      A: [
        ['meter', 'date', 'reading'],
        ['M1', '2026-10-01', 5],
      ],
    });
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let i = 0; i < 150; i += 1) {
      const changed = file.slice();
      for (let n = 0; n <= next(6); n += 1) changed[next(changed.length)] = next(256);
      const outcome = await readSheet(changed).then(
        ({ rows }) => Array.isArray(rows),
        ({ code }: { code: string }) => code === 'unreadable-file',
      );
      expect(outcome).toBe(true);
    }
  });

  describe('in a thread', () => {
    const folder = mkdtempSync(join(tmpdir(), 'workbook-'));
    const file = workbook({ A: [['x']] });
    const thread = (code: string): string => {
      const path = join(folder, `${code.length}.cjs`);
      writeFileSync(path, code);
      return path;
    };
    afterAll(() => rmSync(folder, { recursive: true }));

    it('takes what the thread answers', async () => {
      const answer = thread(
        `require('node:worker_threads').parentPort.postMessage({ sheet: { name: 'T', filled: [], rows: [], rounded: 0 } });`,
      );
      expect((await readSheet(file, { thread: answer })).name).toBe('T');
    });

    it('ends a thread that takes too long', async () => {
      const endless = thread('for (;;);');
      await expect(readSheet(file, { thread: endless, timeoutMs: 300 })).rejects.toThrow('not read within 0.3 seconds');
    });

    it.each([
      ['fails', `throw new Error('x');`],
      ['takes all memory', `const all = []; for (;;) all.push(new Array(1e5).fill(all.length));`],
    ])('refuses the file where the thread %s', async (_, code) => {
      await expect(readSheet(file, { thread: thread(code) })).rejects.toThrow('more than a thread is given');
    });

    it('refuses the file where the thread ends without an answer', async () => {
      await expect(readSheet(file, { thread: thread('// nothing') })).rejects.toThrow('ended');
    });
  });
});

describe('readWorkbook', () => {
  const london = { ...noOptions, zone: 'Europe/London' };

  it('reads a form that a volunteer filled in, with dates and times of Excel', async () => {
    const rows =
      row(
        1,
        ...['meter', 'register', 'date', 'time', 'reading', 'note'].map(
          (name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`,
        ),
      ) +
      row(
        2,
        '<c t="inlineStr"><is><t>SHOP-01</t></is></c>',
        '<c t="inlineStr"><is><t>import</t></is></c>',
        '<c s="3"><v>46296</v></c>',
        '<c s="2"><v>0.38541666666666669</v></c>',
        '<c><v>48210.4</v></c>',
      ) +
      row(
        3,
        '<c t="inlineStr"><is><t>SHOP-02</t></is></c>',
        '<c t="inlineStr"><is><t>import</t></is></c>',
        '<c s="3"><v>46296</v></c>',
        '<c/>',
        '<c/>',
        '<c t="inlineStr"><is><t>door locked</t></is></c>',
      );
    const sink = new KeepingSink();
    await readWorkbook(archive(handMade(rows)), sink, london);
    expect(sink.said).toEqual(['SHOP-01 import 2026-10-01T08:15:00Z 48210.4 actual']);
    expect(sink.problems).toEqual([]);
  });

  it('names the row of the sheet that is wrong, and the sheets that were not read', async () => {
    const sink = new KeepingSink();
    const table = [
      ['meter', 'at', 'reading'],
      ['A', '2026-10-01T00:00Z', 5],
      ['A', '2026-10-02T00:00Z', 'broken'],
    ];
    const reader = await readWorkbook(workbook({ Readings: table, Prices: [['p']] }), sink, noOptions);
    expect(sink.faults).toEqual([
      'note 1:- the sheet "Readings" was read, and not Prices.',
      'loses-record 3:3 "broken" is no number with a decimal point.',
    ]);
    expect(reader.rejected.rows.map(({ line, text }) => [line, text])).toEqual([[3, 'A;2026-10-02T00:00Z;broken']]);
  });
});

it('knows a workbook by its first bytes', () => {
  expect([
    isWorkbook(workbook({ A: [['x']] })),
    isWorkbook(Buffer.from('PK')),
    isWorkbook(Buffer.from('meter')),
  ]).toEqual([true, false, false]);
});
