import fc from 'fast-check';
import type { DateOrder } from './mapping.js';
import { clockOf, kindOf, momentOf, orderShown } from './moments.js';

const at = (text: string, order: DateOrder = 'day-first'): string | null => {
  const moment = momentOf(text, order);
  if (!moment) return null;
  const wall = new Date(moment.wall).toISOString().slice(0, 16);
  return `${moment.hasTime ? wall : wall.slice(0, 10)}${moment.offset === null ? '' : ` ${moment.offset}`}`;
};

describe('momentOf', () => {
  it.each<[string, string | null]>([
    ['2026-10-01', '2026-10-01'],
    ['2026-10-01T00:30', '2026-10-01T00:30'],
    ['2026-10-01 00:30:00.000', '2026-10-01T00:30'],
    ['2026-10-01T00:30:00+01:00', '2026-10-01T00:30 60'],
    ['2026-10-01T00:30:00-0600', '2026-10-01T00:30 -360'],
    ['2026-10-01T00:30Z', '2026-10-01T00:30 0'],
    ['2026-10-01 00:30 CEST', '2026-10-01T00:30 120'],
    ['2026/10/1 0:30', '2026-10-01T00:30'],
    ['20261001', '2026-10-01'],
    ['202610010030', '2026-10-01T00:30'],
    ['20261001 00:30', '2026-10-01T00:30'],
    ['20261001T003000Z', '2026-10-01T00:30 0'],
    ['1.10.2026', '2026-10-01'],
    ['01.10.26 0:30', '2026-10-01T00:30'],
    ['01-10-2026 12:30 AM', '2026-10-01T00:30'],
    ['01/10/2026, 1:30 p.m.', '2026-10-01T13:30'],
    ['1 Oct 2026', '2026-10-01'],
    ['01-Okt-26', '2026-10-01'],
    ['Oct 1, 2026 00:30', '2026-10-01T00:30'],
    ['1. März 2026', '2026-03-01'],
    ['1 août 2026', '2026-08-01'],
    ['Thu 1 Oct 2026', '2026-10-01'],
    ['do 01-10-2026', '2026-10-01'],
    ['2026-10-01 24:00', '2026-10-02T00:00'],
    ['2026-10-01 24:01', null],
    ['2026-10-01 00:60', null],
    ['2026-02-29', null],
    ['31/09/2026', null],
    ['2026-13-01', null],
    ['13:00 PM', null],
    ['2026-10-01 13:30 PM', null],
    ['2026-10-01 00:30 XYZ', null],
    ['45567.5', null],
    ['', null],
  ])('reads %j as %j', (text, moment) => {
    expect(at(text)).toBe(moment);
  });

  it('puts the month first where that was decided, and never behind points', () => {
    expect([at('03/04/2026', 'month-first'), at('03.04.2026', 'month-first')]).toEqual(['2026-03-04', '2026-04-03']);
  });

  it('does not read a date in two ways where nothing was decided', () => {
    expect([
      at('03/04/2026', 'year-first'),
      at('25/04/2026', 'year-first'),
      at('04/25/2026', 'year-first'),
      at('04/04/2026', 'year-first'),
    ]).toEqual([null, '2026-04-25', '2026-04-25', '2026-04-04']);
  });

  it('reads back every minute, however it is written', () => {
    const ms = fc
      .integer({ min: Date.UTC(2001, 0, 1) / 60_000, max: Date.UTC(2099, 11, 31) / 60_000 })
      .map((n) => n * 60_000);
    fc.assert(
      fc.property(ms, (wall) => {
        const iso = new Date(wall).toISOString();
        const [year, month, day, time] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10), iso.slice(11, 16)];
        const read = (text: string, order: DateOrder): number | undefined => momentOf(text, order)?.wall;
        expect(read(`${year}-${month}-${day} ${time}`, 'year-first')).toBe(wall);
        expect(read(`${day}/${month}/${year} ${time}`, 'day-first')).toBe(wall);
        expect(read(`${month}/${day}/${year} ${time}`, 'month-first')).toBe(wall);
        expect(read(`${day}.${month}.${year.slice(2)} ${time}`, 'day-first')).toBe(wall);
        expect(read(`${year}${month}${day}${time.replace(':', '')}`, 'year-first')).toBe(wall);
      }),
    );
  });
});

it.each<[string, string | null]>([
  ['25/04/2026', 'day-first'],
  ['04/25/2026', 'month-first'],
  ['04/05/2026', 'either'],
  ['04/04/2026', null],
  ['04.05.2026', null],
  ['2026-04-05', null],
])('sees what order %s shows: %s', (text, order) => {
  expect(orderShown(text)).toBe(order);
});

it.each([
  ['00:30', 30],
  ['24:00', 1440],
  ['14h30', 870],
  ['9.15', 555],
  ['12:00 AM', 0],
  ['12:00 pm', 720],
])('reads the time %s as %d minutes', (text, minutes) => {
  expect(clockOf(text)?.ms).toBe(minutes * 60_000);
});

it.each([
  ['2026-10-01 00:30', 'moment'],
  ['01.10.2026', 'date'],
  ['00:30', 'time'],
  ['1.234,5', 'number'],
  ['-7e-3', 'number'],
  ['1012345678903', 'number'],
  ['SHOP-01', 'text'],
  ['12 Downing Street', 'text'],
  ['', 'empty'],
])('sees what %j looks like: %s', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});
