import * as XLSX from '@e965/xlsx';
import { AccessService } from '../../src/modules/access/access.service.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** A list is printed, somebody walks with it, and what was filled in comes back. */

let service: InProcess;
let treasurer: string;

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  service.ask(method, path, { token: treasurer, body, headers });
const round = (accept: string, on = '2026-11-20') =>
  ask('GET', `sites/OMH/reading-round?on=${on}`, undefined, { accept });
const send = (file: string, query = '') =>
  ask('POST', `imports${query}`, Buffer.from(file, 'utf8'), { 'content-type': 'text/csv' });
const read = async (meter: string, at: string, value: string, quality = 'actual') => {
  const { body } = await ask('POST', 'readings', { meter, register: 'import', at, value, unit: 'kWh', quality });
  expect(body.results[0].status).toBe('created');
};
const install = async (code: string, space: string | null, more: object = {}, register: object = {}) => {
  const made = await ask('POST', 'meters', {
    site: 'OMH',
    code,
    name: code,
    role: space === null ? 'source' : 'sub',
    space,
    installedFrom: '2026-01-01T00:00:00Z',
    serial: `SN-${code}`,
    registers: [
      { code: 'import', kind: 'cumulative', unit: 'kWh', capacity: '1000000', maxPerHour: '100', ...register },
    ],
    ...more,
  });
  expect(made.status).toBe(201);
};

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-20T18:00:00Z'));
  const founded = await service.app.get(AccessService).createCommunity({
    code: 'market',
    name: 'Market',
    currency: 'GBP',
    zone: 'Europe/London',
    treasurer: { name: 'Tess' },
  });
  treasurer = founded.token;
  await ask('POST', 'sites', { code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
  for (const [code, kind] of [
    ['UNIT-10', 'let'],
    ['UNIT-2', 'let'],
    ['HALL', 'common'],
  ])
    await ask('POST', 'spaces', { site: 'OMH', code, name: code, kind, area: '20' });
  await ask('POST', 'members', { code: 'ROSA', name: 'Rosa & Co' });
  await ask('POST', 'occupancies', { space: 'UNIT-2', member: 'ROSA', days: { from: '2026-01-01', to: null } });
  await install('MAIN', null, {}, { capacity: undefined });
  await install('M-10', 'UNIT-10', {}, { multiplier: '40' });
  await install('M-2', 'UNIT-2');
  await install('M-3', 'UNIT-2', { registers: [{ code: 'hh', kind: 'interval', unit: 'kWh', intervalMinutes: 30 }] });
  await install('LIGHT', 'HALL');
  // Ten steps a day in October; a reading in between tells no more than the month does, and an estimate nothing.
  await read('M-2', '2026-10-01T00:00:00+01:00', '4200');
  await read('M-2', '2026-10-20T00:00:00+01:00', '4399');
  await read('M-2', '2026-10-31T00:00:00Z', '4500');
  await read('M-2', '2026-11-05T00:00:00Z', '4999', 'estimated');
  await read('M-10', '2026-11-15T00:00:00Z', '10');
}, 60_000);
afterAll(() => service.close());

describe('the list of a round', () => {
  it('has each display in walking order, with what is known of it and what it should show', async () => {
    const { status, body } = await round('application/json');
    expect(status).toBe(200);
    expect(body.site).toEqual({ code: 'OMH', name: 'Old Market Hall', zone: 'Europe/London' });
    expect(body.rows.map(({ meter }: { meter: string }) => meter)).toEqual(['LIGHT', 'M-2', 'M-10', 'MAIN']);
    expect(body.rows[1]).toMatchObject({
      space: { code: 'UNIT-2' },
      member: { code: 'ROSA', name: 'Rosa & Co' },
      serial: 'SN-M-2',
      register: 'import',
      unit: 'kWh',
      digits: 6,
      decimals: 0,
      multiplier: '1',
      last: { at: '2026-11-05T00:00:00Z', value: '4999', quality: 'estimated' },
      // 30 days and the hour of the clock change; 300 steps. Half of it for 20 days, twice of it for 21.
      expected: { low: '4599', high: '4920', mayWrap: false, perDay: '9.986' },
      noRange: null,
    });
    expect(body.rows[2]).toMatchObject({
      member: null,
      multiplier: '40',
      last: { value: '10' },
      expected: null,
      noRange: 'needs two readings',
    });
    expect(body.rows[3]).toMatchObject({ space: null, digits: null, last: null, expected: null });
    expect(body.leftOut).toEqual([{ meter: 'M-3', register: 'hh', reason: 'it sends intervals and shows no total' }]);
  });

  it('is of today where no day is given, and knows only what was read until then', async () => {
    expect((await ask('GET', 'sites/OMH/reading-round')).body.on).toBe('2026-11-20');
    const { body } = await round('application/json', '2026-10-15');
    expect(body.rows[1]).toMatchObject({ last: { value: '4200' }, expected: null });
  });

  it('is a PDF to print', async () => {
    const { status, headers, text } = await round('application/pdf');
    expect([status, headers['content-type']]).toEqual([200, 'application/pdf']);
    expect(headers['content-disposition']).toBe('attachment; filename="reading-round-OMH-2026-11-20.pdf"');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
  });

  it.each([
    ['sites/NOWHERE/reading-round', 404, 'not-found'],
    ['sites/OMH/reading-round?on=2026-02-30', 400, 'invalid-input'],
    ['sites/OMH/reading-round?on=1999-01-01', 404, 'not-found'],
    ['sites/OMH/reading-round?format=doc', 400, 'invalid-input'],
  ])('is refused as %s', async (path, status, code) => {
    expect(await ask('GET', path)).toMatchObject({ status, body: { code } });
  });
});

/** The table with cells filled in, as rows of cells. */
async function filled(values: Record<string, Record<string, string>>): Promise<string[][]> {
  const { text } = await round('text/csv');
  const [header = [], ...rows] = text
    .replace('\ufeff', '')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  return [
    header,
    ...rows.map((cells) =>
      cells.map((cell, i) => values[cells[header.indexOf('meter')] ?? '']?.[header[i] ?? ''] ?? cell),
    ),
  ];
}
const lines = (rows: string[][], separator = ',', end = '\r\n') =>
  rows.map((row) => row.join(separator) + end).join('');
const valuesOf = async (meter: string, from: string) =>
  (await ask('GET', `readings?meter=${meter}&register=import&from=${from}`)).body.items.map(
    ({ at, value, quality }: Record<string, string>) => [at, value, quality].join(' '),
  );

describe('the table of a round', () => {
  it('has the same rows, with empty cells for what is to be read', async () => {
    const { headers, text } = await round('text/csv');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const [header, ...rows] = text.trimEnd().split('\r\n');
    expect(header).toBe(
      '\ufeffround,space,occupied_by,meter,serial,register,unit,multiplier,last_value,last_read,last_quality,expected_from,expected_to,reading,date,time,remarks',
    );
    expect(rows[1]).toBe(
      'OMH 2026-11-20 Europe/London,UNIT-2,Rosa & Co,M-2,SN-M-2,import,kWh,1,4999,2026-11-05 00:00,estimated,4599,4920,,,,',
    );
    expect(rows).toHaveLength(4);
  });

  it('comes back filled in; what was left empty was not read, and is said', async () => {
    const rows = await filled({
      'M-2': { reading: '4710', date: '2026-11-20', time: '14:35' },
      LIGHT: { remarks: 'door locked' },
      'M-10': { reading: '12.5', date: '2026-11-20', time: '14:40' },
    });
    const { status, body } = await send(lines(rows), '?dryRun=true');
    expect(status).toBe(200);
    expect(body).toMatchObject({ read: 2, created: 2, problemCounts: { 'loses-record': 0, note: 2 } });
    const { body: done } = await send(lines(rows));
    expect(done).toMatchObject({ format: 'CSV', read: 2, created: 2, unclaimed: 0, conflict: 0, mapping: null });
    expect(done.problems.map(({ severity, detail }: Record<string, string>) => [severity, detail])).toEqual([
      ['note', 'LIGHT import was not read: door locked.'],
      ['note', 'MAIN import was not read.'],
    ]);
    expect(await valuesOf('M-2', '2026-11-06T00:00:00Z')).toEqual(['2026-11-20T14:35:00Z 4710 actual']);
    expect(await valuesOf('LIGHT', '2026-01-01T00:00:00Z')).toEqual([]);
    expect(await valuesOf('MAIN', '2026-01-01T00:00:00Z')).toEqual([]);
    expect((await send(lines(rows))).body).toMatchObject({ created: 0, duplicate: 2 });
  });

  it.each([
    [
      'semicolons, decimal commas and dates with points',
      ';',
      '4711,5',
      '20.11.2026',
      '15:00',
      '2026-11-20T15:00:00Z 4711.5 actual',
    ],
    ['the month first', ',', '4712.5', '11/20/2026', '3:30 PM', '2026-11-20T15:30:00Z 4712.5 actual'],
    ['date and time in one cell', '\t', '4713', '20/11/2026 16:00', '', '2026-11-20T16:00:00Z 4713 actual'],
  ])('comes back as a spreadsheet wrote it: %s', async (_, separator, reading, date, time, expected) => {
    const rows = await filled({ 'M-2': { reading, date, time } });
    const { body } = await send(`\ufeff${lines(rows, separator)}`);
    expect(body).toMatchObject({ read: 1, created: 1, problemCounts: { 'loses-record': 0 } });
    expect(await valuesOf('M-2', '2026-11-06T00:00:00Z')).toContain(expected);
  });

  it('comes back as a workbook, with the dates and times of a spreadsheet', async () => {
    const rows = await filled({ 'M-2': { reading: '4715.5', date: 'DATE', time: 'TIME' } });
    // 46346 days after the beginning of 1900, and 17:15 as a part of a day.
    const special: Record<string, object> = {
      DATE: { t: 'n', v: 46346, z: 'dd/mm/yyyy' },
      TIME: { t: 'n', v: 0.71875, z: 'hh:mm' },
      '4715.5': { t: 'n', v: 4715.5 },
    };
    const cells = rows.map((row) => row.map((cell) => special[cell] ?? cell));
    const book = XLSX.utils.book_new();
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells as string[][]), 'Round');
    const file = XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
    const { body } = await ask('POST', 'imports', file, { 'content-type': 'application/octet-stream' });
    expect(body).toMatchObject({ format: 'XLSX', read: 1, created: 1, problemCounts: { 'loses-record': 0, note: 3 } });
    expect(await valuesOf('M-2', '2026-11-06T00:00:00Z')).toContain('2026-11-20T17:15:00Z 4715.5 actual');
  });

  it('reads dates that could be two by the day of the round, and says so', async () => {
    const rows = (await filled({ 'M-2': { reading: '4800', date: '04/12/2026', time: '09:00' } })).map((row) =>
      row.map((cell) => cell.replace('2026-11-20', '2026-12-01')),
    );
    const { body } = await send(lines(rows, ';'), '?dryRun=true');
    expect(body.reasons).toMatchObject([{ status: 'held', from: '2026-12-04T09:00:00Z' }]);
    expect(body.problems[0].detail).toContain(
      'read with the day first: so all of them lie within two weeks of the round',
    );
    const far = rows.map((row) => row.map((cell) => cell.replace('2026-12-01', '2026-06-01')));
    expect((await send(lines(far, ';'), '?dryRun=true')).body).toMatchObject({
      code: 'unreadable-file',
      detail: expect.stringContaining('04/12/2026 could be 4 December or 12 April'),
    });
  });

  it('is known with columns taken out and put in another order', async () => {
    const rows = await filled({ 'M-10': { reading: '13', date: '2026-11-20', time: '17:00' } });
    const [header = []] = rows;
    const kept = ['reading', 'date', 'time', 'register', 'meter', 'unit', 'last_value', 'round'].map((name) =>
      header.indexOf(name),
    );
    const { body } = await send(lines(rows.map((row) => kept.map((i) => row[i] ?? ''))));
    expect(body).toMatchObject({ read: 1, created: 1 });
    expect(await valuesOf('M-10', '2026-11-20T16:00:00Z')).toEqual(['2026-11-20T17:00:00Z 13 actual']);
  });

  it('loses a row with a reading and no date, and says when a time is missing', async () => {
    const rows = await filled({ 'M-2': { reading: '4714' }, 'M-10': { reading: '11', date: '2026-11-19' } });
    const { body } = await send(lines(rows));
    expect(body).toMatchObject({ created: 1, problemCounts: { 'loses-record': 1 } });
    const said = body.problems.map(({ severity, detail }: Record<string, string>) => `${severity}: ${detail}`);
    expect(said).toContain('loses-record: the date is missing.');
    expect(said).toContain('note: M-10 import has no time; it was taken as read when its day began.');
  });

  it('with nothing in it holds no reading, and that is said', async () => {
    expect(await send(lines(await filled({})))).toMatchObject({
      status: 422,
      body: { code: 'unreadable-file', detail: expect.stringContaining('The file holds no reading') },
    });
  });
});
