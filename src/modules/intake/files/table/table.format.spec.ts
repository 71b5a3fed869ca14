import fc from 'fast-check';
import { feed, KeepingSink, noOptions } from '../../../../../test/support/file-sink.js';
import { epochMs } from '../../../../domain/calendar/period.js';
import { sum } from '../../../../domain/quantity/decimal.js';
import type { IntervalReading } from '../../../../domain/metering/reading.js';
import type { GivenMapping } from './mapping.js';
import { csv, tableReader } from './table.format.js';

const london = 'Europe/London';

interface Told {
  readonly sink: KeepingSink;
  readonly reader: ReturnType<typeof tableReader>;
}
function told(
  lines: readonly string[],
  zone: string | null = london,
  given: GivenMapping = {},
  cuts: readonly number[] = [],
): Told {
  const sink = new KeepingSink();
  const reader = tableReader(sink, { ...noOptions, zone }, given);
  feed(reader, lines.join('\n'), cuts);
  return { sink, reader };
}
const said = (lines: readonly string[], zone: string | null = london, given: GivenMapping = {}): string[] =>
  told(lines, zone, given).sink.said;
const faults = (lines: readonly string[], zone: string | null = london, given: GivenMapping = {}): string[] =>
  told(lines, zone, given).sink.faults;
/** Problems that cost something. */
const lost = ({ sink }: Told): string[] => sink.faults.filter((fault) => !fault.startsWith('note'));

/** Half-hours of a day as `00:00`, …; from `first` minutes. */
const times = (first: number, count = 48, step = 30): string[] =>
  Array.from({ length: count }, (_, i) => first + i * step).map(
    (minute) => `${String(Math.trunc(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
  );

describe('tables of a reading a row', () => {
  it('reads the form that a volunteer fills in; what was not read is no reading and no problem', () => {
    const { sink, reader } = told([
      'meter,register,date,time,reading,note',
      'SHOP-01,import,01/10/2026,09:15,48210.4,',
      'SHOP-02,import,01/10/2026,,,door locked',
      'SHOP-03,import,13/10/2026,10:00,1234,',
    ]);
    expect(sink.said).toEqual([
      'SHOP-01 import 2026-10-01T08:15:00Z 48210.4 actual',
      'SHOP-03 import 2026-10-13T09:00:00Z 1234 actual',
    ]);
    expect([sink.problems, reader.rejected.count]).toEqual([[], 0]);
    expect(sink.channels[0]?.head).toMatchObject({ kind: 'cumulative', unit: '', direction: 'import' });
    expect(reader.decision?.mapping).toMatchObject({ shape: 'readings', dateOrder: 'day-first' });
  });

  it.each<[string, string, string[], string[]]>([
    [
      'German',
      'Europe/Berlin',
      [
        'Zählernummer;OBIS-Kennzahl;Datum;Uhrzeit;Zählerstand;Einheit;Status',
        '1EMH7;1-0:1.8.0;01.10.2026;08:00;1.234,5;kWh;geschätzt',
      ],
      ['1EMH7 1-0:1.8.0 2026-10-01T06:00:00Z 1234.5 estimated'],
    ],
    [
      'German without umlauts',
      'Europe/Berlin',
      ['Zaehlpunkt;Zeitpunkt;Zaehlerstand (kWh)', 'AT001;1.10.2026 8:00;17,25'],
      ['AT001  2026-10-01T06:00:00Z 17.25 actual'],
    ],
    [
      'French',
      'Europe/Paris',
      ['PRM;Date de relève;Heure;Index;Unité;Qualité', '123;25/10/2026;14h30;4521,5;kWh;réel'],
      ['123  2026-10-25T13:30:00Z 4521.5 actual'],
    ],
    [
      'Dutch',
      'Europe/Amsterdam',
      ['EAN-code;Telwerk;Datum;Tijdstip;Meterstand;Eenheid;Kwaliteit', '87;laag;31-10-2026;23:00;912,5;kWh;geschat'],
      ['87 laag 2026-10-31T22:00:00Z 912.5 estimated'],
    ],
    [
      'Italian',
      'Europe/Rome',
      ['POD;Fascia;Data lettura;Lettura;Tipo dato', 'IT001;F1;30/06/2026;3309,2;S', 'IT001;F2;30/06/2026;12,5;E'],
      ['IT001 F1 2026-06-29T22:00:00Z 3309.2 estimated', 'IT001 F2 2026-06-29T22:00:00Z 12.5 actual'],
    ],
    [
      'Spanish',
      'Europe/Madrid',
      ['CUPS;Fecha;Hora;Lectura;Unidad;Estado', 'ES0031;25/10/2026;12:00;88,5;kWh;Estimada'],
      ['ES0031  2026-10-25T11:00:00Z 88.5 estimated'],
    ],
  ])('understands the names of %s', (_, zone, lines, readings) => {
    expect(said(lines, zone)).toEqual(readings);
  });

  it('takes a date without time as the beginning of the day, and says so', () => {
    const lines = ['meter,date,reading', 'A,2026-10-01,5'];
    expect(said(lines)).toEqual(['A  2026-09-30T23:00:00Z 5 actual']);
    expect(faults(lines)).toEqual([
      'note 1:- readings have a date and no time; each was taken as read when its day began.',
    ]);
  });

  it('keeps the serial number beside the supply point', () => {
    const { sink } = told(['MPAN,Meter Serial Number,at,reading', '1012345678903,S9,2026-10-01T00:00Z,5'], null);
    expect([sink.channels[0]?.head.meter, [...(sink.channels[0]?.serials ?? [])]]).toEqual(['1012345678903', ['S9']]);
  });

  it('has no value where a cell says that there is none', () => {
    const empty = ['', '-', 'NaN', 'n/a', 'null', '#N/A', '?'].map((text, i) => `A,2026-10-0${i + 1}T00:00Z,${text}`);
    const { sink } = told(['meter,at,reading', ...empty, 'A,2026-10-09T00:00Z,0'], null);
    expect([sink.said, sink.problems]).toEqual([['A  2026-10-09T00:00:00Z 0 actual'], []]);
  });
});

describe('tables of an interval a row', () => {
  it('reads an export of Octopus, whose times carry their offset through the night of the clock change', () => {
    const { sink } = told(
      [
        'Consumption (kwh), Estimated Cost Inc. Tax (p), Start, End',
        ' 0.093, 2.1, 2025-10-26T00:30:00+01:00, 2025-10-26T01:00:00+01:00',
        ' 0.101, 2.2, 2025-10-26T01:30:00+01:00, 2025-10-26T01:00:00Z',
        ' 0E-20, 0, 2025-10-26T01:00:00Z, 2025-10-26T01:30:00Z',
      ],
      null,
      { constants: { meter: '1012345678903', register: null, unit: null } },
    );
    expect(sink.said).toEqual([
      '1012345678903  2025-10-25T23:30:00Z/2025-10-26T00:00:00Z 0.093 actual',
      '1012345678903  2025-10-26T00:30:00Z/2025-10-26T01:00:00Z 0.101 actual',
      '1012345678903  2025-10-26T01:00:00Z/2025-10-26T01:30:00Z 0 actual',
    ]);
    expect(sink.problems).toEqual([]);
    expect(sink.channels[0]?.head).toMatchObject({ kind: 'interval', unit: 'kwh', baseUnit: 'kWh' });
  });

  it('says that nobody named the meter and the unit', () => {
    expect(faults(['start,value', '2026-01-01T00:00Z,5', '2026-01-01T01:00Z,4', '2026-01-01T02:00Z,6'], null)).toEqual([
      'note 1:- the table does not name the meter.',
      'note 1:- the table does not name the unit of its quantities.',
    ]);
  });

  it('reads beginnings and ends of date and time apart, and registers by their direction', () => {
    const { sink } = told(
      [
        'Van (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN-code;Meter;Register;Volume;Eenheid;Validatiestatus;Omschrijving',
        '30-09-2026;23:45:00;01-10-2026;00:00:00;="5414";1SAG1;Afname Nacht;0,065;kWh;Uitgelezen;',
        '30-09-2026;23:45:00;01-10-2026;00:00:00;="5414";1SAG1;Injectie Nacht;1.200,5;kWh;Geschat;',
      ],
      'Europe/Brussels',
    );
    expect(sink.said).toEqual([
      '5414 Afname Nacht 2026-09-30T21:45:00Z/2026-09-30T22:00:00Z 0.065 actual',
      '5414 Injectie Nacht 2026-09-30T21:45:00Z/2026-09-30T22:00:00Z 1200.5 estimated',
    ]);
    expect(sink.channels.map(({ head }) => head.direction)).toEqual(['import', 'export']);
  });

  it.each<[string, string[], string]>([
    [
      'minute',
      [
        'TYPE,DATE,START TIME,END TIME,USAGE,UNITS',
        'use,2026-01-15,23:30,23:44,0.3,kWh',
        'use,2026-01-15,23:45,23:59,0.2,kWh',
      ],
      '2026-01-15T23:45:00Z/2026-01-16T00:00:00Z 0.2',
    ],
    [
      'day',
      ['from,to,kWh', '2026-01-01,2026-01-31,300', '2026-02-01,2026-02-28,280'],
      '2026-02-01T00:00:00Z/2026-03-01T00:00:00Z 280',
    ],
    [
      'second',
      ['from,to,kWh', '2026-01-15 00:00:00,2026-01-15 00:29:59,1', '2026-01-15 00:30:00,2026-01-15 00:59:59,2'],
      '2026-01-15T00:30:00Z/2026-01-15T01:00:00Z 2',
    ],
  ])('sees ends that are the last %s of their interval', (_, lines, reading) => {
    expect(said(lines)[1]).toContain(reading);
  });

  it('asks where the last day could be in an interval or behind it', () => {
    const lines = ['meter,from,to,kWh', 'A,2026-01-01,2026-01-31,300'];
    expect(faults(lines)).toEqual([
      'refuses-file 2:- the last day of an interval could be in it or be the first day after it.',
    ]);
    expect(said(lines, london, { ends: 'exclusive' })).toEqual([
      'A  2026-01-01T00:00:00Z/2026-01-31T00:00:00Z 300 actual',
    ]);
  });

  it.each<[string, string, string]>([
    ['Start', '2026-10-01T00:00:00Z/2026-10-01T00:30:00Z', 'start'],
    ['End', '2026-09-30T23:30:00Z/2026-10-01T00:00:00Z', 'end'],
    ['Ende', '2026-09-30T23:30:00Z/2026-10-01T00:00:00Z', 'end'],
  ])('takes a lone time named %s for what it is called', (name, interval, marks) => {
    const { sink, reader } = told(
      ['meter,' + name + ',kWh', 'A,2026-10-01T00:00Z,1', 'A,2026-10-01T00:30Z,2', 'A,2026-10-01T01:00Z,1'],
      null,
    );
    expect(sink.said[0]).toBe(`A  ${interval} 1 actual`);
    expect(reader.decision?.mapping).toMatchObject({ marks, length: 30 });
  });

  it.each<[string, number, string, string]>([
    [
      'beginnings, as they begin at midnight',
      0,
      'start',
      'beginning of its interval; so the first time of the day hints',
    ],
    [
      'ends, as whole days of them begin after midnight',
      30,
      'end',
      'end of its interval; so the first time of the day hints',
    ],
    ['beginnings, for want of any hint', 600, 'start', 'beginning of its interval; the table does not say so'],
  ])('takes lone times for %s, and says so', (_, first, marks, why) => {
    const count = first === 600 ? 20 : 49;
    const rows = times(first, count).map((time, i) => {
      const [hour = '', minute = ''] = time.split(':');
      return Number(hour) < 24
        ? `A,2026-01-13 ${time},${1 + (i % 2)}`
        : `A,2026-01-14 0${Number(hour) - 24}:${minute},${1 + (i % 2)}`;
    });
    const { sink, reader } = told(['meter,time,kWh', ...rows]);
    expect(reader.decision?.mapping?.marks).toBe(marks);
    expect(sink.faults).toEqual([`note 2:- each time was taken as the ${why}.`]);
  });

  it('reads days, of 23 and 25 hours too', () => {
    const march = ['meter,date,kWh', 'A,2026-03-28,10', 'A,2026-03-29,9', 'A,2026-03-30,12'];
    expect(told(march).sink.channels[0]?.intervalMinutes).toEqual(new Set([1440, 1380]));
    expect(said(march)[1]).toBe('A  2026-03-29T00:00:00Z/2026-03-29T23:00:00Z 9 actual');
  });

  it('lets a bill reach to the next, and loses the last, whose end nobody knows', () => {
    const bills = ['meter,start,kWh', 'A,2026-01-05T00:00Z,300', 'A,2026-02-09T00:00Z,280', 'A,2026-03-04T00:00Z,200'];
    const all = told(bills, null);
    expect(all.sink.said).toEqual([
      'A  2026-01-05T00:00:00Z/2026-02-09T00:00:00Z 300 actual',
      'A  2026-02-09T00:00:00Z/2026-03-04T00:00:00Z 280 actual',
    ]);
    expect(lost(all)).toEqual(['loses-record 4:- no row tells where the interval ends.']);
    // A last row without value is there to end the one before it.
    expect(faults([...bills.slice(0, 3), 'A,2026-03-04T00:00Z,nan'], null)).toEqual([]);
    expect(said([bills[0] ?? '', ...bills.slice(1).reverse()], null)).toEqual(all.sink.said.toReversed());
  });

  it('numbers the hours of a day as they pass', () => {
    const day = (date: string, hours: number): string[] =>
      Array.from({ length: hours }, (_, i) => `ES1;${date};${i + 1};0,${100 + i};R`);
    const { sink } = told(
      ['CUPS;Fecha;Hora;AE_kWh;REAL/ESTIMADO', ...day('29/03/2026', 24), ...day('25/10/2026', 25)],
      'Europe/Madrid',
    );
    expect(sink.said.filter((line) => line.includes('2026-10-'))).toHaveLength(25);
    expect(sink.faults).toEqual(['loses-record 25:3 the day has 23 periods, and the row is of period 24.']);
  });

  it.each<[string, string[]]>([
    ['0, 30, 100, …', ['0', '30', '100', '130', '200']],
    ['000000, 003000, …', ['000000', '003000', '010000', '013000', '020000']],
    ['12:00 AM, 12:30 AM, …', ['12:00 AM', '12:30 AM', '1:00 AM', '1:30 am', '2:00 a.m.']],
  ])('reads times of day as %s', (_, clock) => {
    const { sink } = told([
      'meter,date,time,consumption kWh',
      ...clock.map((time, i) => `A,2026-01-13,${time},${1 + (i % 2)}`),
    ]);
    expect(sink.said.map((line) => line.slice(14, 19))).toEqual(['00:00', '00:30', '01:00', '01:30', '02:00']);
  });

  it('reads seconds since 1970', () => {
    expect(said(['time,meter,kWh', '1767225600,A,5', '1767229200,A,4', '1767232800,A,5'], null)[0]).toBe(
      'A  2026-01-01T00:00:00Z/2026-01-01T01:00:00Z 5 actual',
    );
  });

  it('tells what displays showed from what was used by what the values do', () => {
    const rows = (values: number[]): string[] => [
      'meter,at,value',
      ...values.map((value, i) => `A,2026-01-0${i + 1}T00:00Z,${value}`),
    ];
    const kind = (values: number[]): unknown => told(rows(values), null).sink.channels[0]?.head.kind;
    expect(kind([100, 110, 120, 131, 140, 150, 160, 170])).toBe('cumulative');
    expect(kind([10, 9, 11, 8, 10])).toBe('interval');
    expect(faults(rows([10, 11, 12]), null)).toEqual([
      'refuses-file 2:3 the values of "value" could be what a display showed or what was used in between.',
    ]);
  });

  it('tells the registers of a meter apart by a column that it has no name for', () => {
    const lines = ['Zählpunkt;Zeitstempel;Energierichtung;Menge kWh'];
    for (const time of ['00:00', '00:15'])
      for (const way of ['Lieferung', 'Entnahme']) lines.push(`AT1;01.10.2026 ${time};${way};0,5`);
    const { sink, reader } = told(lines, 'Europe/Vienna');
    expect(sink.channels.map(({ head, readings }) => [head.register, readings.length])).toEqual([
      ['Lieferung', 2],
      ['Entnahme', 2],
    ]);
    expect(reader.decision?.mapping && reader.decision.evidence.columns).toContain('"Energierichtung" tells apart');
  });

  it('keeps Wh and MWh in kWh, and what it does not know out', () => {
    const lines = ['meter,start,end,quantity,unit'];
    for (const unit of ['Wh', 'kWh', 'MWh', 'm³', 'furlong'])
      lines.push(`A,2026-01-01T00:00Z,2026-01-01T01:00Z,5,${unit}`);
    const { sink } = told(lines, null);
    expect(
      sink.channels.map(({ head, readings }) => [
        head.unit,
        head.baseUnit,
        (readings[0] as IntervalReading).quantity.toFixed(),
      ]),
    ).toEqual([
      ['Wh', 'kWh', '0.005'],
      ['kWh', 'kWh', '5'],
      ['MWh', 'kWh', '5000'],
      ['m³', 'm3', '5'],
    ]);
    expect(sink.faults).toEqual(['loses-record 6:5 "furlong" is no known unit.']);
  });

  it('finds the unit behind the values', () => {
    const { sink } = told(
      [
        'meter,start,end,usage',
        'A,2026-01-01T00:00Z,2026-01-01T01:00Z,450 Wh',
        'A,2026-01-01T01:00Z,2026-01-01T02:00Z,0.4 kWh',
      ],
      null,
    );
    expect(sink.said.map((line) => line.split(' ')[3])).toEqual(['0.45', '0.4']);
  });
});

describe('the hour that the clock shows twice', () => {
  const night = (...rows: string[]): string[] => [
    'meter,start,kWh',
    'A,2025-10-26 00:00,1',
    'A,2025-10-26 00:30,2',
    ...rows,
  ];
  const twice = ['01:00', '01:30', '01:00', '01:30', '02:00'];
  const autumn = night(...twice.map((time, i) => `A,2025-10-26 ${time},${3 - (i % 2)}`));

  it('is told by the order of the rows', () => {
    const { sink } = told(autumn);
    expect(sink.problems).toEqual([]);
    expect(sink.said.map((line) => line.slice(3, 23))).toEqual([
      '2025-10-25T23:00:00Z',
      '2025-10-25T23:30:00Z',
      '2025-10-26T00:00:00Z',
      '2025-10-26T00:30:00Z',
      '2025-10-26T01:00:00Z',
      '2025-10-26T01:30:00Z',
      '2025-10-26T02:00:00Z',
    ]);
  });

  it('is told by the order of rows that go back in time', () => {
    const back = [autumn[0] ?? '', ...autumn.slice(1).reverse()];
    expect(said(back).toSorted()).toEqual(said(autumn).toSorted());
  });

  it('is lost where it came once, and nothing else is', () => {
    const all = told(night('A,2025-10-26 01:00,3', 'A,2025-10-26 01:30,3', 'A,2025-10-26 02:00,1'));
    expect(all.sink.said).toHaveLength(3);
    expect(lost(all)).toEqual([
      'loses-record 4:- in Europe/London the clock showed 2025-10-26 01:00 twice, and the rows do not tell which is meant.',
      'loses-record 5:- in Europe/London the clock showed 2025-10-26 01:30 twice, and the rows do not tell which is meant.',
    ]);
  });

  it('belongs to each meter by itself', () => {
    const both = autumn.flatMap((row) => (row.startsWith('A') ? [row, row.replace('A', 'B')] : [row]));
    expect(said(both)).toHaveLength(14);
  });

  it('ends an interval that begins before it', () => {
    const rows = [
      'meter,from,to,kWh',
      'A,2025-10-26 00:30,2025-10-26 01:00,1',
      'A,2025-10-26 01:00,2025-10-26 01:30,2',
      'A,2025-10-26 01:30,2025-10-26 01:00,3',
      'A,2025-10-26 01:00,2025-10-26 01:30,4',
      'A,2025-10-26 01:30,2025-10-26 02:00,5',
    ];
    const intervals = told(rows).sink.channels[0]?.readings as IntervalReading[];
    expect(intervals.map(({ from, to }) => epochMs(to) - epochMs(from))).toEqual(Array(5).fill(1_800_000));
    expect(intervals[4]?.to).toBe('2025-10-26T02:00:00Z');
  });

  it('is not in spring: an hour that the clock left out is lost and named', () => {
    expect(
      faults([
        'meter,start,kWh',
        'A,2026-03-29 00:30,1',
        'A,2026-03-29 01:00,2',
        'A,2026-03-29 02:00,1',
        'A,2026-03-29 02:30,3',
      ]),
    ).toEqual(['loses-record 3:- in Europe/London the clock never showed 2026-03-29 01:00.']);
  });
});

describe('tables of a day a row', () => {
  const day = (date: string, value: string, count = 48): string =>
    `1012345678903,${date},${Array(count).fill(value).join(',')}`;

  it.each<[string, string[], string]>([
    ['times at which intervals begin', times(0), '00:00'],
    ['times at which they end', times(30), '00:00'],
    ['times at which they end, the last as 00:00', [...times(30, 47), '00:00'], '00:00'],
    ['times without colon', times(0).map((time) => time.replace(':', '')), '00:00'],
    ['quarters of an hour', times(0, 96, 15), '00:00'],
    ['hours', times(0, 24, 60), '00:00'],
    ['names around times', times(0).map((time) => `consumptionHH_${time.replace(':', '_')}_00`), '00:00'],
    ['numbers', Array.from({ length: 48 }, (_, i) => `HH${i + 1}`), '00:00'],
    [
      'numbers with zeros before them',
      Array.from({ length: 48 }, (_, i) => `hh${String(i + 1).padStart(2, '0')}`),
      '00:00',
    ],
    ['bare numbers', Array.from({ length: 48 }, (_, i) => `${i + 1}`), '00:00'],
  ])('reads columns that are named by %s', (_, names, first) => {
    const { sink } = told([`MPAN,Date,${names.join(',')}`, day('13/01/2026', '0.5', names.length)]);
    expect(sink.channels[0]?.readings).toHaveLength(names.length);
    expect(sink.said[0]).toContain(`2026-01-13T${first}:00Z/`);
    expect(sink.said.at(-1)).toContain('/2026-01-14T00:00:00Z 0.5 actual');
  });

  it('reads the first columns of a day where a table has no more', () => {
    expect(said(['MPAN,Date,00:30,01:00', '1012345678903,2025-04-01,1.2,1.1'])).toEqual([
      '1012345678903  2025-03-31T23:00:00Z/2025-03-31T23:30:00Z 1.2 actual',
      '1012345678903  2025-03-31T23:30:00Z/2025-04-01T00:00:00Z 1.1 actual',
    ]);
  });

  it('reads the quality beside each interval', () => {
    const names = times(0).flatMap((time) => [`Consumption ${time}`, `Estimated / Actual ${time}`]);
    const { sink } = told([
      `MPAN,Read Date,${names.join(',')}`,
      `1012345678903,13/01/2026,${Array(47).fill('0.5,A').join(',')},0.7,E`,
    ]);
    expect(sink.channels[0]?.readings.map(({ quality }) => quality)).toEqual([
      ...Array<string>(47).fill('actual'),
      'estimated',
    ]);
  });

  it('loses the hour that has one column and came twice, and no other', () => {
    const all = told([`MPAN,Date,${times(0).join(',')}`, day('25/10/2026', '0.5')]);
    expect(all.sink.said).toHaveLength(46);
    expect(lost(all).map((fault) => fault.slice(0, 17))).toEqual(['loses-record 2:5 ', 'loses-record 2:6 ']);
  });

  it('lets an hour that did not exist be empty or zero', () => {
    const names = `MPAN,Date,${times(0).join(',')}`;
    const spring = (missing: string): string => `1012345678903,29/03/2026,1,1,${missing},${missing}${',1'.repeat(44)}`;
    expect([said([names, spring('')]).length, lost(told([names, spring('0')]))]).toEqual([46, []]);
    expect(lost(told([names, spring('2')]))).toHaveLength(2);
  });

  it('counts numbered columns as the day passes, and asks where a long day has too few', () => {
    const names = (count: number): string =>
      `MPAN,Date,${Array.from({ length: count }, (_, i) => `HH${i + 1}`).join(',')}`;
    const long = told([names(50), day('25/10/2026', '0.5', 50), `${day('26/10/2026', '0.5')},,`]);
    expect([long.sink.said.length, lost(long)]).toEqual([98, []]);
    expect(lost(told([names(48), day('25/10/2026', '0.5')]))).toEqual([
      'loses-record 2:- the day has 50 intervals, and the table has 48 columns for them.',
    ]);
    expect(lost(told([names(48), day('29/03/2026', '0.5')]))).toEqual([
      'loses-record 2:49 the day has 46 intervals, and the row has more.',
    ]);
  });

  it('tells apart what a column without known name describes', () => {
    const { sink } = told([
      `MPAN,Date,Description,${times(0).join(',')}`,
      `M,13/01/2026,Active,${Array(48).fill('1').join(',')}`,
      `M,13/01/2026,Reactive,${Array(48).fill('2').join(',')}`,
    ]);
    expect(sink.channels.map(({ head }) => head.register)).toEqual(['Active', 'Reactive']);
  });
});

describe('tables of a column for each meter', () => {
  it('names the meters by the columns', () => {
    const { sink, reader } = told([
      'time,SHOP-01,SHOP-02,SHOP-03 (Wh)',
      '2026-10-01 00:00,1.5,2,100',
      '2026-10-01 00:30,1.7,,150',
      '2026-10-01 01:00,1.2,2.5,90',
    ]);
    expect(sink.channels.map(({ head, readings }) => [head.meter, head.unit, readings.length])).toEqual([
      ['SHOP-01', '', 3],
      ['SHOP-02', '', 2],
      ['SHOP-03', 'Wh', 3],
    ]);
    expect(reader.decision?.mapping?.shape).toBe('meters');
  });

  it('names registers by their columns where the row has the meter', () => {
    const { sink } = told(['Zähler;Datum;Stand HT;Stand NT', 'Z1;01.10.2026;1234,5;2345,6'], 'Europe/Berlin');
    expect(sink.said).toEqual([
      'Z1 Stand HT 2026-09-30T22:00:00Z 1234.5 actual',
      'Z1 Stand NT 2026-09-30T22:00:00Z 2345.6 actual',
    ]);
  });

  it('keeps the name of a column that is empty at first for what may come into it', () => {
    const rows = (value: string): string[] => [
      'meter,from,to,consumption kWh,injection kWh',
      'A,2026-01-01T00:00Z,2026-01-01T01:00Z,5,',
      ...Array.from({ length: 600 }, () => 'A,2026-01-01T01:00Z,2026-01-01T02:00Z,5,'),
      `A,2026-01-01T02:00Z,2026-01-01T03:00Z,5,${value}`,
    ];
    const registers = (value: string): unknown =>
      told(rows(value), null).sink.channels.map(({ head }) => head.register);
    expect([registers(''), registers('7')]).toEqual([[''], ['', 'injection kWh']]);
  });

  it('does not take 24 shops for 24 hours', () => {
    const shops = Array.from({ length: 24 }, (_, i) => `Shop ${i + 1}`);
    const values = (n: number): string => shops.map((_, i) => ((i + n) % 3) + 1).join(',');
    const { sink } = told([
      `date,${shops.join(',')}`,
      `2026-01-01,${values(0)}`,
      `2026-01-02,${values(1)}`,
      `2026-01-03,${values(2)}`,
    ]);
    expect(sink.channels).toHaveLength(24);
  });
});

describe('what is decided over a column', () => {
  it('shows both readings of a date, and takes the one that is declared', () => {
    const lines = ['meter,date,reading', 'A,03/04/2026,12.5', 'B,03/05/2026,13.5'];
    const { sink } = told(lines);
    expect(sink.problems).toMatchObject([
      {
        severity: 'refuses-file',
        line: 2,
        column: 2,
        detail: '03/04/2026 could be 3 April or 4 March, and no date of the table tells which.',
        remedy: 'Declare "dateOrder" as "day-first" or "month-first" in the mapping.',
      },
    ]);
    expect(said(lines, london, { dateOrder: 'day-first' })[0]).toContain('2026-04-02T23:00:00Z');
    expect(said(lines, london, { dateOrder: 'month-first' })[0]).toContain('2026-03-04T00:00:00Z');
  });

  it.each<[string, string[], string, string]>([
    ['a day above 12', ['03/04/2026,1', '25/04/2026,2'], 'day-first', 'Days stand first: "25/04/2026" on line 3.'],
    [
      'a month that cannot be one',
      ['03/04/2026,1', '04/25/2026,2'],
      'month-first',
      'Months stand first: "04/25/2026" on line 3.',
    ],
    ['points', ['03.04.2026,1', '04.04.2026,2'], 'day-first', 'Dates are written with points, the day first.'],
    ['the year before them', ['2026-04-03,1', '2026-04-04,2'], 'year-first', 'No date could be read in two ways.'],
  ])('knows the order of dates by %s', (_, rows, order, evidence) => {
    const { reader } = told(['date,reading', ...rows]);
    expect(reader.decision).toMatchObject({ mapping: { dateOrder: order }, evidence: { dateOrder: evidence } });
  });

  it('knows the order of dates by half-hours that go on over midnight, and not by days', () => {
    const halfHours = [
      '01/04/2026 23:00,1',
      '01/04/2026 23:30,2',
      '02/04/2026 00:00,1',
      '02/04/2026 00:30,2',
      '02/04/2026 01:00,1',
    ];
    expect(told(['time,consumption kWh', ...halfHours]).reader.decision?.mapping?.dateOrder).toBe('day-first');
    // These could be three days of January, or the first of three months.
    expect(faults(['date,reading', '01/01/2026,1', '01/02/2026,2', '01/03/2026,3'])).toContain(
      'refuses-file 3:1 01/02/2026 could be 1 February or 2 January, and no date of the table tells which.',
    );
  });

  it('knows the order of dates by the name of their column', () => {
    expect(told(['Date (mm/dd/yyyy),reading', '03/04/2026,1']).reader.decision?.mapping?.dateOrder).toBe('month-first');
  });

  it('refuses dates that contradict each other', () => {
    expect(faults(['date,reading', '25/04/2026,1', '04/25/2026,2'])[0]).toBe(
      'refuses-file 2:1 "25/04/2026" has the day first and "04/25/2026" on line 3 the month.',
    );
  });

  it('shows both readings of a number, and takes the one that is declared', () => {
    const lines = ['meter;date;reading', 'A;2026-04-03;1,234', 'B;2026-04-03;2,345'];
    expect(faults(lines)).toEqual([
      'refuses-file 2:3 "1,234" could be 1234 or 1.234, and no value of the table tells which.',
    ]);
    expect(said(lines, london, { decimalMark: '.' })[0]).toContain(' 1234 ');
    expect(said(lines, london, { decimalMark: ',' })[0]).toContain(' 1.234 ');
  });

  it.each<[string, string[], string[]]>([
    ['a comma, shown by other digits', ['1,234', '1,5'], ['1.234', '1.5']],
    ['a comma, shown by a zero before it', ['1,234', '0,123'], ['1.234', '0.123']],
    ['a point, shown by thousands', ['1,234.5', '1,234'], ['1234.5', '1234']],
    ['a comma, shown by thousands', ['1.234,5', '1.234'], ['1234.5', '1234']],
    ['a comma, shown by millions', ['1.234.567', '12,5'], ['1234567', '12.5']],
    ['a point beside Swiss thousands', ["12'345.60", '7'], ['12345.6', '7']],
    ['none', ['1234', '7'], ['1234', '7']],
  ])('knows the decimal mark: %s', (_, values, numbers) => {
    const rows = values.map((value, i) => `A;2026-04-0${i + 1};${value}`);
    expect(said(['meter;date;reading', ...rows]).map((line) => line.split(' ')[3])).toEqual(numbers);
  });

  it('asks for the zone of times without offset, where neither table nor site names one', () => {
    const lines = ['meter,time,reading', 'A,2026-07-01 00:30,1.5'];
    expect(faults(lines, null)).toEqual([
      'refuses-file 2:- the times have no offset from UTC, and nobody said in which zone they are.',
    ]);
    expect(said(lines, null, { zone: '+10:00' })[0]).toContain('2026-06-30T14:30:00Z');
    expect(said(['meter,time (UTC),reading', 'A,2026-07-01 00:30,1.5'])[0]).toContain('2026-07-01T00:30:00Z');
    expect(said(['meter,time (GMT/BST),reading', 'A,2026-07-01 00:30,1.5'])[0]).toContain('2026-06-30T23:30:00Z');
    expect(faults(lines, 'Mars/Olympus')).toEqual([
      'refuses-file 1:- "Mars/Olympus" is not a time zone like Europe/London.',
    ]);
  });

  it('takes the clock of the file where it is agreed as an offset', () => {
    const sink = new KeepingSink();
    feed(tableReader(sink, { offsetMinutes: -210, zone: null }), 'meter,time,reading\nA,2026-07-01 00:30,1.5');
    expect(sink.said[0]).toContain('2026-07-01T04:00:00Z');
  });

  it('says every reason at once', () => {
    expect(faults(['meter;date;reading', 'A;03/04/2026;1,234'], null)).toHaveLength(3);
  });

  it('gives a mapping that can be stored and used again', () => {
    const lines = [
      'Report of October',
      '',
      'Zähler;Zeit;Verbrauch kWh',
      'Z1;25.10.2026 12:00;1,5',
      'Z1;25.10.2026 12:15;1,2',
      'Z1;25.10.2026 12:30;1,4',
    ];
    const first = told(lines, 'Europe/Berlin');
    const stored = JSON.parse(JSON.stringify(first.reader.decision?.mapping)) as GivenMapping;
    const again = told(lines, null, stored);
    expect(again.sink.said).toEqual(first.sink.said);
    expect(again.reader.decision?.mapping).toEqual(first.reader.decision?.mapping);
    // What was decided needs no evidence in the next file.
    expect(said(['x', 'y', 'Zähler;Zeit;Verbrauch kWh', 'Z1;03.04.2026 12:00;1,234'], null, stored)).toEqual([
      'Z1  2026-04-03T10:00:00Z/2026-04-03T10:15:00Z 1.234 actual',
    ]);
  });

  it('finds the header of the next file on another line, and refuses columns in another order', () => {
    const rows = ['meter,at,value', 'A,2026-10-01T00:00Z,5', 'B,2026-10-01T00:00Z,6'];
    const kind = { column: 3, name: 'value', role: 'value', kind: 'cumulative' } as const;
    const stored = { headerLine: 1, columns: [kind] };
    expect(said(rows, null, stored)).toHaveLength(2);
    expect(said(['Report of October,x', '', ...rows], null, stored)).toHaveLength(2);
    const turned = ['meter,value,at', 'A,5,2026-10-01T00:00Z'];
    expect(faults(turned, null, stored)[0]).toBe(
      'refuses-file 1:3 the column is named "at", and the mapping was declared for "value".',
    );
  });

  it('reads a table without header where its columns are declared', () => {
    const lines = ['2026-02-01T00:00:00Z,0.2', '2026-02-01T00:30:00Z,0.3'];
    expect(faults(lines, null)[0]).toBe(
      'refuses-file 1:- no row was found that names the columns above rows with dates.',
    );
    const columns = [
      { column: 1, name: '', role: 'from' },
      { column: 2, name: '', role: 'value', kind: 'interval', unit: 'kWh', meter: 'M1' },
    ] as const;
    expect(said(lines, null, { headerLine: 0, columns })).toEqual([
      'M1  2026-02-01T00:00:00Z/2026-02-01T00:30:00Z 0.2 actual',
      'M1  2026-02-01T00:30:00Z/2026-02-01T01:00:00Z 0.3 actual',
    ]);
  });

  it('rounds only where that was declared', () => {
    const lines = ['meter,from,to,kWh', 'A,2026-01-01T00:00Z,2026-01-01T01:00Z,0.30000000000000004'];
    expect(faults(lines, null)).toEqual(['loses-record 2:4 "0.30000000000000004" is finer than a millionth of kWh.']);
    expect(said(lines, null, { fractionDigits: 6 })[0]).toContain(' 0.3 ');
  });

  it('learns what the signs of a sender mean', () => {
    const lines = ['meter,at,reading,status', 'A,2026-01-01T00:00Z,1,A', 'A,2026-01-02T00:00Z,2,F'];
    expect(faults(lines, null)).toEqual(['loses-record 3:4 "F" is no known sign of quality.']);
    expect(said(lines, null, { qualities: { F: 'substituted' } })[1]).toContain('substituted');
  });

  it('does not take the status of something else for a quality', () => {
    expect(
      faults(['meter,at,reading,status', 'A,2026-01-01T00:00Z,1,Active', 'A,2026-01-02T00:00Z,2,Active'], null),
    ).toEqual([]);
  });

  it('says which numbers it left aside', () => {
    expect(faults(['meter,from,to,kWh,loss factor', 'A,2026-01-01T00:00Z,2026-01-01T01:00Z,1,1.03'], null)).toEqual([
      'note 1:- columns of numbers were left aside: "loss factor".',
    ]);
  });
});

describe('rows that do not fit', () => {
  const good = (day: number): string => `A,${String(day).padStart(2, '0')}/10/2026,${day}.5`;
  const table = ['meter,date,reading', good(13), good(14)];

  it('are held against what the first rows decided, lost one by one, and say what to do', () => {
    const rows = Array.from({ length: 600 }, (_, i) => good(13 + (i % 10)));
    const { sink, reader } = told([
      'meter,date,reading',
      ...rows,
      'A,10/31/2026,7.5',
      'A,15/10/2026,"7,5"',
      'A,31/09/2026,1',
      ',16/10/2026,2',
      good(17),
    ]);
    const losses = sink.problems.filter(({ severity }) => severity === 'loses-record');
    expect(losses).toMatchObject([
      {
        line: 602,
        column: 2,
        detail: '"10/31/2026" is no date with the day first.',
        remedy: 'Days stand first: "13/10/2026" on line 2. Correct the row and send it again.',
      },
      {
        line: 603,
        column: 3,
        detail: '"7,5" is no number with a decimal point.',
        remedy: 'Decimals follow a point: "13.5" on line 2. Correct the row and send it again.',
      },
      { line: 604, column: 2, detail: '"31/09/2026" is no date with the day first.' },
      { line: 605, column: 1, detail: 'the meter is missing.' },
    ]);
    expect(reader.rejected.rows.map(({ line, text }) => [line, text])).toEqual([
      [602, 'A,10/31/2026,7.5'],
      [603, 'A,15/10/2026,"7,5"'],
      [604, 'A,31/09/2026,1'],
      [605, ',16/10/2026,2'],
    ]);
    expect(reader.rejected.rows[0]?.reason).toContain('no date with the day first. Days stand first');
    expect(sink.said).toHaveLength(601);
  });

  it('are kept for download, as many as fit, and counted to the end', () => {
    const bad = Array.from({ length: 3000 }, () => 'A,never,5');
    const { reader } = told([...table, ...Array.from({ length: 600 }, () => good(13)), ...bad]);
    expect([reader.rejected.count, reader.rejected.rows.length]).toEqual([3000, 1000]);
  });

  it('with a date that could be two are lost where no date before them told the order', () => {
    const rows = Array.from({ length: 600 }, (_, i) => `A,2026-10-${String(1 + (i % 28)).padStart(2, '0')},${i}`);
    expect(faults(['meter,date,reading', ...rows, 'A,03/04/2026,5', 'A,25/04/2026,6']).slice(1)).toEqual([
      'loses-record 602:2 "03/04/2026" is no date.',
    ]);
  });

  it('are no readings where they add up others', () => {
    expect(faults([...table, 'Total,,28', 'Summe;;']).slice(1)).toEqual([
      'note 4:- the row is a total; it was not read.',
      'note 5:- the row is a total; it was not read.',
    ]);
  });

  it('below zero are lost', () => {
    expect(
      faults(
        ['meter,from,to,kWh', 'A,2026-01-01T00:00Z,2026-01-01T01:00Z,-1', 'A,2026-01-01T01:00Z,2026-01-01T00:00Z,1'],
        null,
      ),
    ).toEqual(['loses-record 2:4 "-1" is below zero.', 'loses-record 3:- the interval does not end after it begins.']);
  });
});

describe('the outside of a table', () => {
  const rows = ['meter', 'A'];
  it.each<[string, string]>([
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['bars', '|'],
  ])('has %s between its cells', (_, mark) => {
    const lines = [
      [...rows.slice(0, 1), 'at', 'reading', 'note'].join(mark),
      ['A', '2026-10-01T00:00Z', '1.5', ''].join(mark),
    ];
    expect(said(lines, null)).toEqual(['A  2026-10-01T00:00:00Z 1.5 actual']);
    expect(csv.recognises(lines.join('\r\n'))).toBe(true);
  });

  it('has the separator that its first line names', () => {
    expect(said(['sep=;', 'meter;at;reading', 'A;2026-10-01T00:00Z;1,5'], null)).toEqual([
      'A  2026-10-01T00:00:00Z 1.5 actual',
    ]);
  });

  it('has lines about a report above its header, and empty lines', () => {
    const { sink, reader } = told(
      ['Customer,"Shop, corner"', 'From,2026-10-01', '', 'Meter,At,Reading (kWh)', '', 'A,2026-10-01T00:00Z,1.5'],
      null,
    );
    expect([sink.said, reader.decision?.mapping?.headerLine]).toEqual([['A  2026-10-01T00:00:00Z 1.5 actual'], 4]);
    expect(sink.problems).toEqual([]);
  });

  it('names its meter above the header, where no column does', () => {
    const rows = ['Time,kWh', '2026-10-01T00:00Z,5', '2026-10-01T01:00Z,4', '2026-10-01T02:00Z,6'];
    const meters = (...above: string[]): unknown => told([...above, ...rows], null).sink.channels[0]?.head.meter;
    expect(meters('Serial number,S-77', 'MPAN: 1012345678903')).toBe('1012345678903');
    expect(meters('Zählernummer,1EMH7', '')).toBe('1EMH7');
    expect(meters('MPAN,1012345678903', 'MPAN,2000000000121')).toBe('');
  });

  it('has its header several times, where files were put together', () => {
    expect(
      faults(['meter,at,reading', 'A,2026-10-01T00:00Z,1', 'meter,at,reading', 'A,2026-10-02T00:00Z,1'], null),
    ).toEqual([]);
  });

  it('has a meter that a spreadsheet made a number of', () => {
    expect(faults(['MPAN,at,reading', '1.01235E+12,2026-10-01T00:00Z,1'], null)).toEqual([
      'loses-record 2:1 a spreadsheet made a number of the meter: "1.01235E+12".',
    ]);
  });

  it('has quotation marks around cells, with marks, separators and line ends in them', () => {
    const lines = [
      '"meter","at","reading","note"',
      '"A","2026-10-01T00:00Z","1,500.5","said ""no"", then',
      'left"',
      'B,2026-10-01T00:00Z,2.5,5" pipe',
    ];
    expect(said(lines, null)).toEqual(['A  2026-10-01T00:00:00Z 1500.5 actual', 'B  2026-10-01T00:00:00Z 2.5 actual']);
  });

  it('loses one row to a stray quotation mark, and not the rest of the file', () => {
    const { sink } = told(
      [
        'meter,at,reading',
        'A,2026-10-01T00:00Z,1',
        'B,"2026-10-01T00:00Z,2',
        ...Array.from({ length: 50 }, (_, i) => `C${i},2026-10-01T00:00Z,3`),
      ],
      null,
    );
    expect([sink.said.length, sink.faults]).toEqual([
      51,
      ['loses-record 3:- a quotation mark opens a cell and none closes it.'],
    ]);
  });

  it.each<[string, string[], string]>([
    [
      'a cell beyond measure',
      ['meter,at,reading', 'A,2026-10-01T00:00Z,1', `${'x'.repeat(2000)},2026-10-01T00:00Z,1`],
      'a cell of the row is longer than 1024 characters.',
    ],
    [
      'a row beyond measure',
      ['meter,at,reading', 'A,2026-10-01T00:00Z,1', 'x,'.repeat(40_000)],
      'the row has 80000 characters, and 65536 are read.',
    ],
    [
      'cells without number',
      ['meter,at,reading', 'A,2026-10-01T00:00Z,1', 'x,'.repeat(300)],
      'the row has 301 cells, and 256 are read.',
    ],
    [
      'a number beyond measure',
      ['meter,at,reading', 'A,2026-10-01T00:00Z,1', 'A,2026-10-01T00:00Z,1e99'],
      '"1e99" is no number with a decimal point.',
    ],
    [
      'a formula',
      ['meter,at,reading', 'A,2026-10-01T00:00Z,1', 'A,2026-10-01T00:00Z,=1+1'],
      '"1+1" is no number with a decimal point.',
    ],
  ])('loses %s', (_, lines, detail) => {
    expect(faults(lines, null).map((fault) => fault.replace(/^\S+ \S+ /, ''))).toEqual([detail]);
  });

  it('refuses more columns than a table of meters has', () => {
    const names = Array.from({ length: 70 }, (_, i) => `Shop ${i}`);
    const row = (n: number): string => `2026-10-0${n}T00:00Z,${names.map((_, i) => (i + n) % 3).join(',')}`;
    expect(faults([`time,${names.join(',')}`, row(1), row(2), row(3)], null)).toEqual([
      'refuses-file 1:- the table has 71 columns, and 64 are read.',
    ]);
  });

  it.each<[string, string, string]>([
    ['an empty file', '', 'the file is empty.'],
    ['a header alone', 'meter,date,reading', 'the table has one row, and no data below it.'],
    [
      'prose',
      'Dear Sir,\nplease find the readings, as asked.',
      'no row was found that names the columns above rows with dates.',
    ],
    ['a table of something else', 'date,who,what\n2026-10-01,Ann,milk', 'no column has readings or quantities.'],
  ])('refuses %s', (_, text, detail) => {
    expect(told([text]).sink.problems.at(-1)).toMatchObject({ severity: 'refuses-file', detail });
  });

  it.each<[string, boolean]>([
    ['meter,date,reading\nA,2026-10-01,5', true],
    ['Zeit;Verbrauch\n01.10.2026 00:00;0,5', true],
    ['2026-02-01T00:00:00Z,0.2\n2026-02-01T00:30:00Z,0.3', true],
    ['Datum;Zählerstand', true],
    ['', false],
    ['Dear Sir,\nplease find the readings attached.', false],
    ['<?xml version="1.0"?><feed/>', false],
    ['{"date":"2026-10-01","reading":5}', false],
    ['100,NEM12,202610010000,MDP,RETAILER\n200,NMI1,E1,1,E1,N1,M,kWh,30,', false],
    ["UNA:+.? 'UNB+UNOC:3+1+2+261001:0000+1'", false],
    ['/ISK5\\2M550T-1012\r\n\r\n1-3:0.2.8(50)', false],
    ['ZHV|1|D0010002|D|COLL|X|SUPP|20261002093000||||OPER|', false],
    ['OFXHEADER:100\nDATA:OFXSGML', false],
  ])('recognises %j: %s', (beginning, is) => {
    expect(csv.recognises(beginning)).toBe(is);
  });
});

describe('laws', () => {
  const autumn = [
    '"Zähler";Datum;Zeit;"Verbrauch (kWh)";Status',
    ...['25.10.2026', '26.10.2026'].flatMap((date) =>
      times(0).map(
        (time, i) =>
          `Z${i % 2};${date};${time};${i % 7 === 0 ? '"0,5"' : '1.000,25'};${i % 5 === 0 ? 'geschätzt' : 'A'}`,
      ),
    ),
    'Z1;27.10.2026;25:00;1;A',
    'Z1;"27.10.2026;01:00;1;A',
    'Summe;;;99;',
  ];

  it('a table says the same however it is cut', () => {
    const whole = told(autumn, 'Europe/Berlin');
    expect(whole.sink.said.length).toBeGreaterThan(80);
    fc.assert(
      fc.property(fc.array(fc.nat(autumn.join('\n').length), { maxLength: 60 }), (cuts) => {
        const cut = told(autumn, 'Europe/Berlin', {}, cuts);
        expect([cut.sink.said, cut.sink.faults, cut.reader.rejected.rows]).toEqual([
          whole.sink.said,
          whole.sink.faults,
          whole.reader.rejected.rows,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('what is read of a day adds up to what the row holds, and each value is read once', () => {
    const value = fc.integer({ min: 0, max: 9_999_999 }).map((n) => (n / 1000).toFixed(3));
    fc.assert(
      fc.property(fc.array(value, { minLength: 48, maxLength: 48 }), (values) => {
        const { sink } = told([`MPAN,Date,kind,${times(0).join(',')}`, `M,13/06/2026,0.5,${values.join(',')}`]);
        const read = sink.channels[0]?.readings as IntervalReading[];
        expect(read.map(({ quantity }) => quantity.toFixed(3))).toEqual(values);
        expect(sum(read.map(({ quantity }) => quantity)).toFixed()).toBe(
          sink.channels[0]?.tally.read().total.toFixed(),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('any text is read or refused, and never throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'meter',
        'date',
        'time',
        'reading',
        'kWh',
        'from',
        'to',
        '00:30',
        '01/02/2026',
        '2026-01-01T00:00Z',
        '25.10.2026',
        '1,5',
        '1.234',
        '"',
        '""',
        '=',
        'NaN',
        '-',
        'A',
        '\u0000',
        '9'.repeat(40),
        '1e9999',
        'HH1',
        'Total',
      ),
      fc.string({ maxLength: 12, unit: 'binary' }),
    );
    const glue = fc.constantFrom(',', ';', '\t', '|', '\n', '\r\n', '\r', ' ');
    const text = fc.array(fc.tuple(piece, glue), { maxLength: 80 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(london, null, 'Mars/Olympus'), (table, zone) => {
        csv.recognises(table);
        const { sink, reader } = told([table], zone);
        expect(reader.decision).not.toBeNull();
        for (const { detail, remedy } of sink.problems)
          expect([detail.length < 400, remedy !== '']).toEqual([true, true]);
      }),
      { numRuns: 400 },
    );
  });

  it('any rows below a good header cost no more than themselves', () => {
    const bad = fc.array(
      fc.string({ maxLength: 40, unit: 'binary' }).map((text) => text.replace(/["\r\n]/g, '')),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(bad, (lines) => {
        const ours = ['meter,at,reading', ...Array.from({ length: 20 }, (_, i) => `A,2026-10-${i + 10}T00:00Z,${i}`)];
        const { sink } = told([...ours, ...lines, 'B,2026-10-01T00:00Z,5'], null);
        expect(sink.said.slice(0, 20)).toEqual(said(ours, null));
        expect(sink.said).toContain('B  2026-10-01T00:00:00Z 5 actual');
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['quotation marks', '"'.repeat(100_001)],
    ['cells that open and never close', 'a,"\n'.repeat(20_000)],
    ['lines that open and never close', '"a\n'.repeat(20_001)],
    ['openings in one line', ',"'.repeat(30_001)],
    ['separators', ','.repeat(200_000)],
    ['empty lines', '\n'.repeat(100_000)],
    ['no line end', 'x'.repeat(2_000_000)],
  ])('a bomb of %s costs what it holds and no more', (_, bomb) => {
    const good = Array.from({ length: 600 }, (_, i) => `A,2026-10-01T00:00Z,${i}`);
    const { sink, reader } = told(['meter,at,reading', ...good, bomb, 'B,2026-10-01T00:00Z,2'], null);
    expect(sink.said.slice(0, 600)).toHaveLength(600);
    expect(sink.said.at(-1)).toBe('B  2026-10-01T00:00:00Z 2 actual');
    expect(reader.rejected.rows.every(({ text }) => text.length <= 2000)).toBe(true);
    // Before anything is decided, it costs the table and nothing else.
    expect(told([bomb, 'meter,at,reading', 'A,2026-10-01T00:00Z,1'], null).reader.decision).not.toBeNull();
  });
});
