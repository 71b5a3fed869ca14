import { gzipSync } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import { DomainError } from '../../../domain/errors.js';
import { collectReadings, inspectMeterFile } from './inspect.js';
import { unpacked } from './unpack.js';

const day = (date: string, value = '0.5', quality = 'A'): string =>
  `300,${date},${Array.from({ length: 48 }, () => value).join(',')},${quality},,,20261105120000,`;
const block = (meter: string, ...days: string[]) => [`200,${meter},E1,1,E1,N1,METER1,kWh,30,`, ...days];
const file = (...lines: string[]): string => ['100,NEM12,202611050000,MDP,COOP', ...lines, '900', ''].join('\r\n');
const october = file(
  ...block('NMI1', day('20261001'), day('20261002'), day('20261005')),
  ...block('NMI2', day('20261001')),
);
const cut = (bytes: Uint8Array, length: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) => bytes.subarray(i * length, (i + 1) * length));

describe('inspectMeterFile', () => {
  it('says what a file holds', async () => {
    const report = await inspectMeterFile([Buffer.from(october)]);
    expect(report).toMatchObject({
      format: 'NEM12',
      encoding: 'UTF-8',
      header: { created: '202611050000', from: 'MDP', to: 'COOP' },
      problems: [],
      problemCounts: { 'refuses-file': 0, 'loses-record': 0, note: 0 },
      refusal: null,
    });
    expect(report.channels).toMatchObject([
      {
        meter: 'NMI1',
        register: 'E1',
        serials: ['METER1'],
        intervalMinutes: [30],
        count: 144,
        records: 3,
        first: '2026-09-30T14:00:00Z',
        last: '2026-10-05T14:00:00Z',
        missing: 96,
        gaps: [{ from: '2026-10-02T14:00:00Z', to: '2026-10-04T14:00:00Z', missing: 96 }],
        overlapping: 0,
      },
      { meter: 'NMI2', count: 48, missing: 0 },
    ]);
  });

  it('says the same however the file comes', async () => {
    const bytes = Buffer.from(october);
    const whole = await inspectMeterFile([bytes]);
    for (const length of [1, 100, 700]) expect(await inspectMeterFile(cut(bytes, length))).toEqual(whole);
    const wide = Buffer.from(`\uFEFF${october}`, 'utf16le');
    expect(await inspectMeterFile(cut(wide, 333))).toEqual({ ...whole, encoding: 'UTF-16LE' });
  });

  it('reads past a byte order mark, and words in another encoding', async () => {
    const described = file(...block('NMI1', day('20261001', '1', 'V'), '400,1,48,S14,0,caf\xe9'));
    const report = await inspectMeterFile([Buffer.from(described, 'latin1')]);
    expect([report.encoding, report.problems]).toEqual(['windows-1252', []]);
    expect((await inspectMeterFile([Buffer.from(`\uFEFF${october}`)])).refusal).toBeNull();
  });

  it('unpacks what is packed with gzip, and says where it is cut short', async () => {
    const whole = await inspectMeterFile([Buffer.from(october)]);
    const packed = gzipSync(october);
    for (const length of [1, 100, packed.length]) expect(await inspectMeterFile(cut(packed, length))).toEqual(whole);
    await expect(inspectMeterFile([packed.subarray(0, -20)])).rejects.toMatchObject({ code: 'unreadable-file' });
    const beyond = async (): Promise<void> => {
      for await (const piece of unpacked([packed], 100)) expect(piece.length).toBeLessThanOrEqual(100);
    };
    await expect(beyond()).rejects.toMatchObject({ code: 'too-large' });
  });

  it('reads a workbook as a table, however it comes', async () => {
    const book = XLSX.utils.book_new();
    const rows = Array.from({ length: 5 }, (_, i) => ['M1', 'import', `2026-10-01T0${i}:00:00Z`, 100 + i]);
    const sheet = XLSX.utils.aoa_to_sheet([['meter', 'register', 'time', 'reading kWh'], ...rows]);
    XLSX.utils.book_append_sheet(book, sheet, 'Readings');
    const bytes = XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
    for (const length of [100, bytes.length]) {
      const report = await inspectMeterFile(cut(bytes, length));
      expect(report).toMatchObject({ format: 'XLSX', encoding: null, refusal: null });
      expect(report.channels).toMatchObject([{ meter: 'M1', register: 'import', unit: 'kWh', records: 5 }]);
    }
  });

  it('does not wait for the end of a workbook that is too large', async () => {
    let asked = 0;
    const endless = (function* () {
      yield Buffer.from('PK\u0003\u0004'.padEnd(26, '\0') + '\u0013\0\0\0[Content_Types].xml');
      for (;;) {
        asked += 1;
        yield Buffer.alloc(1_000_000);
      }
    })();
    await expect(inspectMeterFile(endless)).rejects.toThrow('The workbook has more than 10000000 bytes.');
    expect(asked).toBe(10);
  });

  it('says what stopped it where the file itself cannot be read to its end', async () => {
    const packed = gzipSync(october);
    for (const bytes of [packed, Buffer.from(october)]) {
      const failing = (function* () {
        yield bytes.subarray(0, 40);
        throw new Error('The disk is gone.');
      })();
      await expect(inspectMeterFile(failing)).rejects.toThrow('The disk is gone.');
    }
  });

  it('refuses a file that is damaged on its way, at the line where it is', async () => {
    const damaged = october.replace('\r\n200,NMI2', '\r\n\0\0\0\0,NMI2');
    const { refusal, channels } = await inspectMeterFile([Buffer.from(damaged)]);
    expect(refusal).toContain('Line 6: the text ends in a zero byte');
    expect(channels).toMatchObject([{ meter: 'NMI1', count: 144 }]);
  });

  it.each([
    ['an empty file', '', 'The file is empty.'],
    ['blank lines', '\r\n \r\n', 'The file is empty.'],
    ['a web page', '\n<!DOCTYPE html><html>', 'The file is a web page'],
    ['an archive', 'PK\u0003\u0004', 'ZIP archive. Unpack it'],
    ['a packed file in a packed file', gzipSync(gzipSync('x')).toString('latin1'), 'packed with gzip. Unpack it'],
    ['a packed file that is damaged', '\x1f\x8b\x08hello, hello, hello', 'damaged or cut short'],
    ['an OpenDocument', 'PK\u0003\u0004'.padEnd(26, '\0') + '\u0008\0\0\0mimetypeapplication', 'as .xlsx or .csv'],
    ['a PDF', '%PDF-1.7\n', 'Ask the sender for the data file'],
    ['a picture', '\x89PNG\r\n\x1a\n', 'a picture (PNG)'],
    ['an old workbook', '\xd0\xcf\x11\xe0\xa1\xb1', 'Save it as .xlsx or .csv'],
    ['bytes that are no text', 'MZ\x90\0\x03\0', 'holds zero bytes'],
    [
      'anything else',
      'hello\u0007 world\nx',
      'begins with "hello· world", which is none of the formats known here: NEM12, NEM13',
    ],
  ])('refuses %s with a sentence', async (_, text, reason) => {
    const refused = inspectMeterFile([Buffer.from(text, 'latin1')]);
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.toBeInstanceOf(DomainError);
  });

  it('reads only as far as it must to say that it cannot', async () => {
    let asked = 0;
    const endless = (function* () {
      for (;;) {
        asked += 1;
        yield Buffer.alloc(65_536, 'x');
      }
    })();
    await expect(inspectMeterFile(endless)).rejects.toThrow('none of the formats');
    expect(asked).toBe(1);
  });
});

describe('collectReadings', () => {
  it('keeps the readings by channel, in the order of the file', async () => {
    const { channels } = await collectReadings([Buffer.from(october)], 192);
    expect(channels.map(({ head, readings }) => [head.meter, readings.length])).toEqual([
      ['NMI1', 144],
      ['NMI2', 48],
    ]);
    expect(channels[0]?.readings[0]).toMatchObject({ from: '2026-09-30T14:00:00Z', quality: 'actual' });
  });

  it('stops at more readings than it may keep', async () => {
    await expect(collectReadings([Buffer.from(october)], 191)).rejects.toMatchObject({ code: 'too-large' });
  });
});
