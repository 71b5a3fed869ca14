import { longDate, periodOf, unitName, weekdayDate, withUnit } from '../format.js';
import { locales } from '../model.js';

const flat = (text: string): string => text.replaceAll('\u00a0', ' ');
const monthly = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}-01`);
const daily = Array.from({ length: 7 }, (_, day) => `2026-11-0${day + 1}`);
const units = ['minute', 'hour', 'day', 'week', 'month', 'year', 'share', 'part'];

const english = {
  months: 'January February March April May June July August September October November December',
  days: 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday',
  one: 'minute hour day week month year share part',
  more: 'minutes hours days weeks months years shares parts',
};
const german = {
  months: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
  days: 'Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag',
  one: 'Minute Stunde Tag Woche Monat Jahr Anteil Teil',
  more: 'Minuten Stunden Tage Wochen Monate Jahre Anteile Teile',
};
const names = {
  'en-GB': english,
  'de-DE': german,
  'de-AT': { ...german, months: german.months.replace('Januar', 'Jänner') },
  'de-CH': german,
};

it.each(locales)('calls months, days of the week and units in %s as people do', (locale) => {
  const { months, days, one, more } = names[locale];
  expect(monthly.map((date) => flat(longDate(date, locale)).split(' ')[1]).join(' ')).toBe(months);
  expect(daily.map((date) => weekdayDate(date, locale).split(/,? /)[0]).join(' ')).toBe(days);
  expect(units.map((unit) => flat(withUnit('1', unit, locale)).slice(2)).join(' ')).toBe(one);
  expect(units.map((unit) => flat(withUnit('2', unit, locale)).slice(2)).join(' ')).toBe(more);
  expect(unitName('kWh', locale)).toBe('kWh');
});

it('says in German what weights are counted in, and days over the end of a month', () => {
  expect(['people', 'agreed price', 'people × days'].map((unit) => unitName(unit, 'de-DE'))).toEqual([
    ...['Personen', 'vereinbarter Preis', 'Personen × Tage'],
  ]);
  expect(flat(periodOf('2026-10-15', '2026-11-15', 'de-DE'))).toBe('15. Oktober bis 14. November 2026');
});
