import * as XLSX from '@e965/xlsx';
import { crc16 } from '../../src/modules/intake/files/p1/crc16.js';

/*
 * Files of meter data of every format, the same on every machine: half-hours, or registers day by day, with values that follow from
 * their number. Each is about as one gets it: as many values a line and as many lines a meter.
 */

/** A file, and how a bare reader takes it apart. */
export interface Sample {
  readonly format: string;
  /** In the pieces in which it comes. */
  readonly pieces: readonly Uint8Array[];
  /** What ends a record, and what parts its fields. */
  readonly record: string;
  readonly field: string;
}

const pieceBytes = 65_536;
const halfHoursOfDay = 48;
const start = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;

/** A value of three digits after the point, by its number. */
const value = (i: number): string => `${(i * 7919) % 4}.${String(100 + ((i * 104_729) % 900))}`;
const total = (i: number): string => `${10_000 + i}.${String(100 + ((i * 104_729) % 900))}`;
const upTo = <Item>(count: number, make: (i: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => make(i));
const digits = (ms: number, length: number): string =>
  new Date(ms).toISOString().replaceAll(/\D/g, '').slice(0, length).padEnd(length, '0');

/** A file for each format, of about so many readings; of those that are long for what they say, and of workbooks, fewer. */
export function samples(count: number): Sample[] {
  const days = Math.ceil(count / halfHoursOfDay);
  return [
    sample('NEM12', nem12(days), '\n', ','),
    sample('NEM13', nem13(count / 2), '\n', ','),
    sample('Green Button', greenButton(days / 2), '\n', '<'),
    sample('DSMR P1', p1(count / 8), '\r\n', '('),
    sample('MSCONS', mscons(count / 2), "'", '+'),
    sample('D0010', d0010(count), '\n', '|'),
    sample(
      'CSV',
      table(count).map((cells) => cells.join(',')),
      '\n',
      ',',
    ),
    { format: 'XLSX', pieces: cut(workbook(table(Math.min(count / 4, 30_000)))), record: '', field: '' },
  ];
}

/** NEM12 with half-hours of so many days, a year for each meter. @param nmi names its meters, `B` and nine digits after it */
export function nem12(days: number, nmi = 'B', first = start): string[] {
  const lines = upTo(days, (day) => {
    const [meter, date] = [Math.floor(day / 365), first + (day % 365) * dayMs];
    const values = upTo(halfHoursOfDay, (i) => value(day * halfHoursOfDay + i));
    const head = `200,${nmi}${String(meter).padStart(9, '0')},E1,E1,E1,N1,METER1,kWh,30,\n`;
    return `${day % 365 === 0 ? head : ''}300,${digits(date, 8)},${values.join(',')},A,,,20270101120000,`;
  });
  return ['100,NEM12,202701010000,MDP,COOP', ...lines, '900', ''];
}

/** Registers of a thousand meters, day by day; each row tells of two readings, of which the first is known from the row before. */
function nem13(rows: number): string[] {
  const lines = upTo(rows, (i) => {
    const [meter, day] = [i % 1000, Math.floor(i / 1000)];
    const [from, to] = [start + day * dayMs, start + (day + 1) * dayMs];
    return `250,NMI${meter},11,1,11,11,METER1,E,${10_000 + day}.500,${digits(from, 14)},A,,,${10_001 + day}.500,${digits(to, 14)},A,,,1.000,kWh,20270101,20261002000000,`;
  });
  return ['100,NEM13,202610010000,MDP,COOP', ...lines, '900', ''];
}

function greenButton(days: number): string[] {
  const base = 'https://utility.example/espi/1_1/resource';
  const series = `${base}/RetailCustomer/9/UsagePoint/1/MeterReading/01`;
  const entry = (self: string, up: string, more: string, content: string): string =>
    `<entry><link rel="self" href="${self}"/><link rel="up" href="${up}"/>${more}<title>Meter</title><content>${content}</content></entry>`;
  const blocks = upTo(days, (day) => {
    const from = (start + day * dayMs) / 1000;
    const readings = upTo(halfHoursOfDay, (i) => {
      const time = `<timePeriod><duration>1800</duration><start>${from + i * 1800}</start></timePeriod>`;
      return `<IntervalReading>${time}<value>${100 + ((day * 48 + i) % 900)}</value></IntervalReading>`;
    });
    const span = `<interval><duration>86400</duration><start>${from}</start></interval>`;
    const block = `<IntervalBlock xmlns="http://naesb.org/espi">${span}\n${readings.join('\n')}</IntervalBlock>`;
    return entry(`${series}/IntervalBlock/${day}`, `${series}/IntervalBlock`, '', block);
  });
  const related = (href: string): string => `<link rel="related" href="${href}"/>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    entry(
      `${base}/RetailCustomer/9/UsagePoint/1`,
      `${base}/UsagePoint`,
      related(`${base}/RetailCustomer/9/UsagePoint/1/MeterReading`),
      '<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>',
    ),
    entry(
      series,
      `${base}/RetailCustomer/9/UsagePoint/1/MeterReading`,
      related(`${base}/ReadingType/07`),
      '<MeterReading xmlns="http://naesb.org/espi"/>',
    ),
    entry(
      `${base}/ReadingType/07`,
      `${base}/ReadingType`,
      '',
      '<ReadingType xmlns="http://naesb.org/espi"><flowDirection>1</flowDirection><intervalLength>1800</intervalLength><uom>72</uom></ReadingType>',
    ),
    ...blocks,
    '</feed>',
  ];
}

/** A telegram every ten seconds, with four registers and what no reading is. */
function p1(telegrams: number): string[] {
  return upTo(telegrams, (i) => {
    const time = `${digits(start + i * 10_000, 14).slice(2)}W`;
    const body = [
      ...[
        '/ISk5\\2MT382-1000',
        '',
        '1-3:0.2.8(50)',
        `0-0:1.0.0(${time})`,
        '0-0:96.1.1(4B384547303034303436333935353037)',
      ],
      ...upTo(4, (n) => `1-0:${n < 2 ? 1 : 2}.8.${1 + (n % 2)}(${total(i).padStart(10, '0')}*kWh)`),
      ...[
        '0-0:96.14.0(0002)',
        '1-0:1.7.0(00.244*kW)',
        '1-0:2.7.0(00.000*kW)',
        '1-0:32.7.0(0230.0*V)',
        '0-0:96.13.0()',
        '!',
      ],
    ].join('\r\n');
    return `${body}${crc16(body).toString(16).toUpperCase().padStart(4, '0')}\r`;
  }).concat('');
}

/** One message, a year of quarter-hours for each point. */
function mscons(count: number): string[] {
  const quarter = 900_000;
  const ofYear = 35_040;
  const body = upTo(count, (i) => {
    const [point, slot] = [Math.floor(i / ofYear), i % ofYear];
    const [from, to] = [start + slot * quarter, start + (slot + 1) * quarter].map((ms) => digits(ms, 12));
    const head = `LOC+172+${51_238_696_000 + point}'\nLIN+1'\nPIA+5+1-1?:1.29.0:SRW'\n`;
    return `${slot === 0 ? head : ''}QTY+220:${value(i)}'\nDTM+163:${from}?+00:303'\nDTM+164:${to}?+00:303'`;
  });
  const before = ["BGM+7+MSI5422+9'", "DTM+137:202701011000?+00:303'", "RFF+Z13:13025'", "NAD+MS+9900000000003::293'"];
  const segments = 3 * count + 3 * Math.ceil(count / ofYear) + before.length + 4;
  return [
    "UNB+UNOC:3+9900000000003:500+9900000000010:500+270101:1000+A1++TL'",
    "UNH+1+MSCONS:D:04B:UN:2.4c'",
    ...before,
    "UNS+D'",
    "NAD+DP'",
    ...body,
    `UNT+${segments}+1'`,
    "UNZ+1+A1'",
    '',
  ];
}

/** One register of each of so many meters. */
function d0010(count: number): string[] {
  const groups = upTo(count, (i) => {
    const time = digits(start + (i % 365) * dayMs, 14);
    return `026|${mpanOf(i % 10_000)}|V|\n028|S98A ${i % 10_000}|R|\n030|S|${time}|${total(i % 365)}|||T|N|`;
  });
  const trailer = `ZPT|0000012345|${3 * count}||${count}|20270102093105|`;
  return ['ZHV|0000012345|D0010002|D|COLL|X|SUPP|20270102093000||||OPER|', ...groups, trailer, ''];
}

/** A meter point's number: twelve digits, weighed by primes, and the check digit that follows from them. */
function mpanOf(i: number): string {
  const core = String(101_000_000_000 + i);
  const primes = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43];
  const check = primes.reduce((sum, prime, digit) => sum + prime * Number.parseInt(core[digit] ?? '0', 10), 0);
  return `${core}${(check % 11) % 10}`;
}

/** Half-hours, one a row, as people keep them in tables. */
function table(count: number): string[][] {
  const rows = upTo(count, (i) => {
    const at = start + (i % 17_520) * 1_800_000;
    const [from, to] = [new Date(at), new Date(at + 1_800_000)].map((date) => date.toISOString().replace('.000', ''));
    return [`SHOP-${Math.floor(i / 17_520)}`, 'import', from ?? '', to ?? '', value(i)];
  });
  return [['meter', 'register', 'start', 'end', 'consumption kWh'], ...rows];
}

function workbook(rows: readonly (readonly string[])[]): Uint8Array {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows.map((row) => [...row])), 'Readings');
  return Uint8Array.from(XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Uint8Array);
}

const sample = (format: string, lines: readonly string[], record: string, field: string): Sample => ({
  ...{ format, record, field },
  pieces: cut(Buffer.from(lines.join('\n'))),
});

export function cut(bytes: Uint8Array): Uint8Array[] {
  return upTo(Math.ceil(bytes.length / pieceBytes), (i) => bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes));
}
