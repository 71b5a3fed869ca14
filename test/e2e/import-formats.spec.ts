import { gzipSync } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { channel, countOf, days, type House, houseIn, installed, nem12, usedBy } from './import-house.js';

/** Files of every kind that a small community gets, from the file to the use of a day; and files that are meant to do harm. */

let service: InProcess;
let house: House;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T09:00:00Z'));
  house = await houseIn(service);
}, 60_000);
afterAll(() => service.close());

const rejectedOf = async (id: string): Promise<string[]> => {
  const { status, text, headers } = await house.ask('GET', `imports/${id}/rejected.csv`);
  expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
  return text.split('\r\n');
};

describe('a table', () => {
  // 1 October at 00:00, 08:00 and 24:00: 100, 104.5 and 112 kWh.
  const readings = [
    'Zähler;Datum;Zeit;Stand',
    'SHOP-1;01.10.2026;00:00;1.100',
    'SHOP-1;01.10.2026;08:00;1.104',
    'SHOP-1;02.10.2026;00:00;1.112',
    '',
  ].join('\n');

  beforeAll(() => installed(house, 'SHOP-1', { kind: 'cumulative', register: 'import' }));

  it('that can be read in two ways is refused, and says which', async () => {
    const { status, body } = await house.send(readings);
    expect([status, body.code]).toEqual([422, 'unreadable-file']);
    expect(body.detail).toContain('"1.100" could be 1100 or 1.100');
    expect(body.detail).toContain('Declare "decimalMark"');
  });

  it('is read by the mapping that was stored for its sender, in the zone of the community', async () => {
    const mapping = { decimalMark: ',', constants: { register: 'import', unit: 'kWh' } };
    expect(await house.ask('POST', 'import-mappings', { code: 'northgrid', mapping })).toMatchObject({
      status: 201,
      body: { code: 'northgrid', version: 1, mapping },
    });
    const { status, body } = await house.send(readings, '?mapping=northgrid&name=oktober.csv');
    expect({ status, ...body }).toMatchObject({
      status: 200,
      format: 'CSV',
      zone: 'Australia/Brisbane',
      mapping: { code: 'northgrid', version: 1 },
      created: 3,
      rejected: 0,
    });
    expect((await house.ask('GET', 'readings?meter=SHOP-1&register=import')).body.items).toMatchObject([
      { at: '2026-09-30T14:00:00Z', value: '1100' },
      { at: '2026-09-30T22:00:00Z', value: '1104' },
      { at: '2026-10-01T14:00:00Z', value: '1112' },
    ]);
    expect(await usedBy(house, 'SHOP-1', '2026-10-01', '2026-10-02')).toEqual(['12']);
  });

  it('has the version of the mapping that was the last when it came', async () => {
    const mapping = { decimalMark: '.', constants: { register: 'import', unit: 'kWh' }, zone: 'UTC' };
    expect((await house.ask('POST', 'import-mappings', { code: 'northgrid', mapping })).body.version).toBe(2);
    const { body } = await house.send(readings, '?mapping=northgrid&dryRun=true');
    expect(body).toMatchObject({ mapping: { code: 'northgrid', version: 2 }, created: 3, conflict: 0 });
    expect((await house.ask('GET', 'import-mappings')).body).toMatchObject({
      items: [{ code: 'northgrid', version: 2, mapping }],
      next: null,
    });
  });

  it.each([
    ['that nobody has stored', '?mapping=nobody', readings, 404, 'not-found'],
    [
      'for a file that is no table',
      '?mapping=northgrid',
      nem12(channel('X'), ...days('2026-10-01', 1)),
      415,
      'unsupported-format',
    ],
  ])('with a mapping %s is refused', async (_, query, file, status, code) => {
    expect(await house.send(file, query)).toMatchObject({ status, body: { code } });
  });

  it.each([
    [{ columns: [{ column: 0, role: 'meter' }] }, '/mapping/columns/0/column'],
    [{ columns: [{ column: 1, role: 'owner' }] }, '/mapping/columns/0/role'],
    [{ zone: 'Mars/Olympus' }, '/mapping/zone'],
    [{ decimalMark: "'" }, '/mapping/decimalMark'],
    [{ seperator: ';' }, '/mapping'],
  ])('mapping that makes no sense is refused with its place: %j', async (mapping, pointer) => {
    const { status, body } = await house.ask('POST', 'import-mappings', { code: 'odd', mapping });
    expect([status, body.errors[0].pointer]).toEqual([400, pointer]);
  });

  it('gives its bad rows back as they came, harmless to a spreadsheet', async () => {
    const bad = [
      'meter,register,read at,reading,unit',
      'SHOP-1,import,2026-10-03T00:00+10:00,1120,kWh',
      '=cmd|calc,import,2026-10-04T00:00+10:00,=1+1,kWh',
      '"@SUM(A1)",import,soon,1130,kWh',
      'SHOP-1,import,2026-10-05T00:00+10:00,1130,m3',
      '',
    ].join('\n');
    const { body } = await house.send(bad);
    expect(body).toMatchObject({ created: 1, rejected: 1, problemCounts: { 'loses-record': 2 } });
    const lines = await rejectedOf(body.id);
    expect(lines[0]).toBe('line,column,reason,text');
    expect(lines.slice(1, 3).map((line) => line.slice(0, 4))).toEqual(['3,4,', '4,3,']);
    expect(lines[1]).toContain(`"'=cmd|calc,import,2026-10-04T00:00+10:00,=1+1,kWh"`);
    // Quotation marks are doubled, and nothing in a cell begins a formula.
    expect(lines[2]).toContain(`"""@SUM(A1)"",import,soon,1130,kWh"`);
    expect(lines[3]).toMatch(/^,,"SHOP-1 import counts in kWh.*","SHOP-1,import,2026-10-04T14:00:00Z,1130,m3"$/);
    expect(lines).toHaveLength(5);
  });

  it('in a workbook is read sheet and all', async () => {
    await installed(house, 'SHOP-2', { kind: 'cumulative', register: 'import' });
    const book = XLSX.utils.book_new();
    const rows = [
      ['meter', 'register', 'read at', 'reading', 'unit'],
      ['SHOP-2', 'import', '2026-10-01 00:00', 500.25, 'kWh'],
      ['SHOP-2', 'import', '2026-10-02 00:00', 510.75, 'kWh'],
      ['SHOP-2', 'import', 'some day', 512, 'kWh'],
    ];
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), 'Readings');
    const file = XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
    const type = { 'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' };
    const { status, body } = await house.send(file, '?name=readings.xlsx', type);
    expect({ status, ...body }).toMatchObject({ status: 200, format: 'XLSX', created: 2, zone: 'Australia/Brisbane' });
    expect(await usedBy(house, 'SHOP-2', '2026-10-01', '2026-10-02')).toEqual(['10.5']);
    expect((await rejectedOf(body.id))[1]).toMatch(/^4,3,.*SHOP-2;import;some day;512;kWh$/);
  });
});

describe('a Green Button file', () => {
  const at = 'https://utility.example/espi/1_1/resource/RetailCustomer/9/UsagePoint/01';
  const entry = (links: readonly (readonly [string, string])[], title: string, content: string): string =>
    `<entry>${links.map(([rel, href]) => `<link rel="${rel}" href="${href}"/>`).join('')}<title>${title}</title><content>${content}</content></entry>`;
  const of = (name: string, inside = ''): string => `<${name} xmlns="http://naesb.org/espi">${inside}</${name}>`;
  const midnight = Date.parse('2026-10-01T00:00:00+10:00') / 1000;
  const hours = Array.from(
    { length: 24 },
    (_, i) =>
      `<IntervalReading><timePeriod><duration>3600</duration><start>${midnight + i * 3600}</start></timePeriod><value>750</value></IntervalReading>`,
  );
  const file = [
    '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">',
    entry(
      [
        ['self', at],
        ['related', `${at}/MeterReading`],
      ],
      'SHOP-3',
      of('UsagePoint', '<ServiceCategory><kind>0</kind></ServiceCategory>'),
    ),
    entry(
      [
        ['self', `${at}/MeterReading/1`],
        ['up', `${at}/MeterReading`],
        ['related', `${at}/ReadingType/7`],
      ],
      'hourly',
      of('MeterReading'),
    ),
    entry([['self', `${at}/ReadingType/7`]], 'type', of('ReadingType', '<uom>72</uom>')),
    entry(
      [
        ['self', `${at}/MeterReading/1/IntervalBlock/1`],
        ['up', `${at}/MeterReading/1/IntervalBlock`],
      ],
      '',
      of('IntervalBlock', `<interval><duration>86400</duration><start>${midnight}</start></interval>${hours.join('')}`),
    ),
    '</feed>',
  ].join('\n');

  it('becomes the use of its day, packed or not', async () => {
    await installed(house, 'SHOP-3', { register: 'hourly', minutes: 60 });
    const { body } = await house.send(file, '?format=greenbutton', { 'content-type': 'application/xml' });
    expect(body).toMatchObject({
      format: 'GreenButton',
      created: 24,
      channels: [{ meter: 'SHOP-3', register: 'hourly', unit: 'kWh', count: 24, total: '18' }],
    });
    expect(await usedBy(house, 'SHOP-3', '2026-10-01', '2026-10-02')).toEqual(['18']);
    const packed = await house.send(gzipSync(file), '', { 'content-type': 'application/gzip' });
    expect(packed.body).toMatchObject({ format: 'GreenButton', created: 0, duplicate: 24 });
  });
});

describe('a capture of a P1 port', () => {
  /** CRC-16/ARC bit by bit. */
  function crcOf(text: string): string {
    let crc = 0;
    for (const byte of Buffer.from(text, 'latin1')) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
    }
    return crc.toString(16).toUpperCase().padStart(4, '0');
  }
  const telegram = (time: string, value: string): string => {
    const lines = [
      '/ISk5\\2MT382-1000',
      '',
      `0-0:1.0.0(${time})`,
      '0-0:96.1.1(53484F502D34)',
      `1-0:1.8.1(${value}*kWh)`,
    ];
    const text = `${lines.join('\r\n')}\r\n!`;
    return `${text}${crcOf(text)}\r\n`;
  };

  it('waits in the inbox under the names of the port, and counts from the first telegram once it is bound', async () => {
    await installed(house, 'SHOP-4', { kind: 'cumulative', register: 'import' });
    const capture = telegram('261001000000W', '000200.000') + telegram('261002000000W', '000207.125');
    const { body } = await house.send(capture, '', { 'content-type': 'application/octet-stream' });
    expect(body).toMatchObject({
      format: 'P1',
      zone: 'Australia/Brisbane',
      unclaimed: 2,
      reasons: [{ status: 'unclaimed', meter: 'SHOP-4', register: '1-0:1.8.1', count: 2 }],
    });
    const { items } = (await house.ask('GET', 'unclaimed')).body;
    const bound = await house.ask('POST', `unclaimed/${items[0].id}/bind`, { meter: 'SHOP-4', register: 'import' });
    expect(bound.body.summary).toMatchObject({ created: 2 });
    expect(await usedBy(house, 'SHOP-4', '2026-10-01', '2026-10-02')).toEqual(['7.125']);
  });
});

describe('a file that is meant to do harm', () => {
  it.each([
    ['gzip that is cut short', gzipSync(nem12(channel('X'), ...days('2026-10-01', 3))).subarray(0, 60), 422],
    ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>'), 415],
    [
      'entities that blow up',
      Buffer.from(
        `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "${'x'.repeat(1000)}">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>`,
      ),
      415,
    ],
    ['a broken archive', Buffer.from([0x50, 0x4b, 3, 4, ...Buffer.from('evil'.repeat(50))]), 422],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]), 415],
    [
      'a zero byte in the middle',
      Buffer.from(nem12(channel('X'), ...days('2026-10-01', 1)).replace('0.5,0.5', '0.5\0,0.5')),
      422,
    ],
    ['one endless line', Buffer.alloc(3_000_000, 'a'), 415],
  ])('%s is refused with a sentence, and leaves nothing', async (_, file, status) => {
    const before = (await house.ask('GET', 'imports')).body.items.length as number;
    const answer = await house.send(file);
    expect([answer.status, answer.body.code]).toEqual([
      status,
      status === 415 ? 'unsupported-format' : 'unreadable-file',
    ]);
    expect(answer.body.detail).toMatch(/\.$/);
    expect((await house.ask('GET', 'imports')).body.items).toHaveLength(before);
  });

  it('with a thousand names of meters, formulas and signs among them, is kept in the inbox', async () => {
    const rows = Array.from(
      { length: 1_000 },
      (_, i) => `"=HYPERLINK(""x"")${i}","<b>\u202e${i}",2026-10-01T00:00+10:00,1,kWh`,
    );
    const { status, body } = await house.send(['meter,register,read at,reading,unit', ...rows, ''].join('\n'));
    expect([status, body.unclaimed, body.channels.length]).toEqual([200, 1_000, 1_000]);
    expect((await house.ask('POST', `imports/${body.id}/undo`, { reason: 'It was a prank' })).status).toBe(200);
    expect((await house.ask('GET', 'unclaimed')).body.items).toEqual([]);
  });
});

describe('a request', () => {
  const file = nem12(channel('QB00000001'), ...days('2026-10-01', 2));

  it('with an Idempotency-Key that was used gets the import that it brought then', async () => {
    await installed(house, 'QB00000001');
    const headers = { 'idempotency-key': 'october-1' };
    const first = await house.send(file, '?name=a.csv', headers);
    expect(first.body).toMatchObject({ created: 96 });
    const again = await house.send(file, '?name=a.csv', headers);
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id, created: 96, duplicate: 0 } });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await house.send(file.replace('0.5', '0.6'), '?name=a.csv', headers);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
    expect((await house.send(file, '?name=b.csv', headers)).status).toBe(422);
    expect(await countOf(house, 'QB00000001')).toBe(96);
  });

  it.each([
    ['?format=pdf', '/format'],
    ['?zone=Mars/Olympus', '/zone'],
    ['?offset=10', '/offset'],
    ['?dryRun=perhaps', '/dryRun'],
    ['?mapping=../etc', '/mapping'],
  ])('%s is refused', async (query, pointer) => {
    const { status, body } = await house.send(file, query);
    expect([status, body.errors[0].pointer]).toEqual([400, pointer]);
  });

  it('may say that the clock of the file is another than that of its format', async () => {
    const { body } = await house.send(file, '?offset=%2B09:00&dryRun=true');
    // An hour later than what is known: the last two half-hours are new, the others in the same places.
    expect(body).toMatchObject({ offset: '+09:00', zone: null, created: 2, duplicate: 94 });
  });
});
