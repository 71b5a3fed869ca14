import { expect, it } from 'vitest';
import { calendarOf, emptyHours } from './calendar-draft';

const day = { ...emptyHours, band: 'day', from: '07:00', to: '22:00' };
const night = { ...emptyHours, band: 'night', from: '22:00', to: '07:00' };

it('has the bands that hours are in, and leaves out what holds always', () => {
  const winter = { ...day, months: '11-12, 1', weekdays: [1, 2] };
  expect(
    calendarOf({ code: ' DN ', name: 'Day', hours: [winter, night, day], holidays: '2026-12-25\n2026-12-26' }),
  ).toEqual({
    ...{ code: 'DN', name: 'Day', bands: ['day', 'night'], holidays: ['2026-12-25', '2026-12-26'] },
    rules: [
      { band: 'day', months: [11, 12, 1], weekdays: [1, 2], from: '07:00', to: '22:00' },
      { band: 'night', from: '22:00', to: '07:00' },
      { band: 'day', from: '07:00', to: '22:00' },
    ],
  });
});

it('is none while hours are half written', () => {
  expect(calendarOf({ code: 'A', name: 'A', hours: [{ ...day, to: '' }], holidays: '' })).toBeUndefined();
  expect(calendarOf({ code: 'A', name: 'A', hours: [{ ...day, months: '13' }], holidays: '' })).toBeUndefined();
});
