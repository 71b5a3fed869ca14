import { explain } from '../explain.js';
import { longDate, moment, money, monthLabel, number, periodOf, price, shortDate, withUnit } from '../format.js';
import type { Reason } from '../model.js';
import { wordsOf } from './catalogue.js';

const flat = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('figures and days in German', () => {
  it('have point and comma in Germany and Austria, apostrophe and point in Switzerland', () => {
    expect(number('-1234567.50', 'de-DE')).toBe('−1.234.567,50');
    expect(number('1234.56', 'de-AT')).toBe('1.234,56');
    expect(number('1234.56', 'de-CH')).toBe('1’234.56');
    expect(flat(money('-1234.56', 'EUR', 'de-DE'))).toBe('−1.234,56 €');
    expect(flat(money('-1234.56', 'CHF', 'de-CH'))).toBe('CHF −1’234.56');
    expect(flat(money('12.50', 'CHF', 'de-DE'))).toBe('12,50 CHF');
  });

  it('name units with their plural, and prices by them', () => {
    expect(['0', '1', '1.0', '31'].map((days) => flat(withUnit(days, 'days', 'de-DE')))).toEqual([
      ...['0 Tage', '1 Tag', '1,0 Tag', '31 Tage'],
    ]);
    expect(flat(withUnit('620', 'm² × days', 'de-CH'))).toBe('620 m² × Tage');
    expect(flat(withUnit('12', 'agreed price × minutes', 'de-DE'))).toBe('12 vereinbarter Preis × Minuten');
    expect(flat(price('0.28505', 'EUR', 'kWh', 'de-DE'))).toBe('28,505 ct/kWh');
    expect(flat(price('3', 'CHF', 'month', 'de-CH'))).toBe('CHF 3.00/Monat');
  });

  it('write days as people there do', () => {
    expect(flat(longDate('2027-01-05', 'de-DE'))).toBe('5. Januar 2027');
    expect(flat(longDate('2027-01-05', 'de-AT'))).toBe('5. Jänner 2027');
    expect(shortDate('2026-10-31', 'de-CH')).toBe('31.10.2026');
    expect(flat(moment('2026-11-01T00:00', 'de-DE'))).toBe('01.11. 00:00');
    expect(flat(periodOf('2026-12-15', '2027-01-16', 'de-DE'))).toBe('15. Dezember 2026 bis 15. Januar 2027');
    expect(flat(periodOf('2026-10-15', '2026-10-16', 'de-DE'))).toBe('15. Oktober 2026');
    expect(flat(monthLabel('2027-03-01', true, 'de-DE'))).toBe('Mär 27');
  });
});

it.each<[Reason, string]>([
  [{ rule: 'per-unit', quantity: '431.0', unit: 'kWh', price: '0.246' }, '431,0 kWh × 24,600 ct/kWh'],
  [{ rule: 'equal-share', of: '57.35', shares: 23 }, '1 von 23 gleichen Anteilen an 57,35 €'],
  [{ rule: 'fixed-share', of: '1200.00', percent: '12.5' }, '12,5 % von 1.200,00 €, ein fester Anteil'],
  [{ rule: 'reverses', amount: '106.03', document: 'HH-1' }, 'nimmt 106,03 € zurück, berechnet mit HH-1'],
  [{ rule: 'share', of: '62.00', weight: '155', total: '713', unit: 'days' }, '62,00 € × 155 / 713 Tage'],
])('a reason in German: %j', (reason, sentence) => {
  expect(flat(explain(reason, 'EUR', 'de-DE'))).toBe(sentence);
});

describe('the prices of a tariff in German', () => {
  const { why } = wordsOf('de-DE').run;

  it('say part of a month, a tier and a peak', () => {
    expect(why.periodic('15/30', 'month', ' × 12', 'day-of-month')).toBe(
      '15/30 eines Monats × 12, nach Tagen des Monats',
    );
    expect(flat(wordsOf('de-DE').run.moment('2026-09-14T11:30'))).toBe('14.09.2026 11:30');
    expect(why.figure('851/868')).toBe('851/868');
    expect(why.figure('1234.5')).toBe('1.234,5');
    expect(why.peak('9,2 kWh', 30, '2026-09-14T11:30', '18,4', '')).toBe(
      '9,2 kWh in den 30 Minuten ab 2026-09-14T11:30 sind 18,4',
    );
  });
});
