import { readTyped } from './exact';

/** How a community writes figures. Decimals go through as texts; `Intl` takes them with all their digits. */
export interface Figures {
  /** `172.50` → `£172.50` */
  readonly money: (amount: string, currency: string) => string;
  /** The same with its sign, also of what is above zero. */
  readonly change: (amount: string, currency: string) => string;
  /** `1430.240` → `1,430.24`; digits that say nothing are left out. */
  readonly number: (value: string, digits?: number) => string;
  /** What somebody typed as it is written here, as a decimal of the wire; undefined where it is none. */
  readonly read: (typed: string) => string | undefined;
  /** A decimal of the wire as somebody here would type it, with all its digits: `0.2345` → `0,2345` */
  readonly typed: (value: string) => string;
  readonly percent: (whole: number) => string;
  /** `2026-11-30` → `30 Nov 2026` */
  readonly day: (civilDate: string) => string;
  /** `2026-11-30` → `30`, where the month stands above. */
  readonly dayOfMonth: (civilDate: string) => string;
  /** With the day of the week, where somebody is to act by then. */
  readonly dueDay: (civilDate: string) => string;
  /** `{2026-10-01, 2026-11-01}` → `October 2026`; what is no month says its first and last day. */
  readonly period: (period: { readonly from: string; readonly to: string }) => string;
  readonly month: (period: { readonly from: string }) => string;
  /** The hour and minute of an instant, on the clock of the community. */
  readonly time: (instant: string) => string;
  /** An instant, on the clock of the community. */
  readonly moment: (instant: string) => string;
  /** A sentence of the service, with the instants in it on the clock of the community. */
  readonly sentence: (text: string) => string;
}

/** TypeScript knows a decimal text only where it is written in the program. */
type DecimalText = `${number}`;
const asDecimal = (text: string): DecimalText => text as DecimalText;

const instants = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})/g;
const dayMs = 86_400_000;
const atMidnight = (date: string): Date => new Date(`${date}T00:00:00Z`);
const isoOf = (date: Date): string => date.toISOString().slice(0, 10);

/** The day before, as periods end with the first day that is no longer in them. */
export const dayBefore = (date: string): string => isoOf(new Date(atMidnight(date).getTime() - dayMs));

/** Days later, or earlier where it is negative. */
export const addDays = (date: string, days: number): string =>
  isoOf(new Date(atMidnight(date).getTime() + days * dayMs));

/** The month that a day is in, or one so many months later. */
export function monthOf(date: string, later = 0): { from: string; to: string } {
  const day = atMidnight(date);
  const first = (months: number): string =>
    isoOf(new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1)));
  return { from: first(later), to: first(later + 1) };
}

/** The same days of the year before. The 29th of February has the 1st of March for it. */
export function yearBefore({ from, to }: { readonly from: string; readonly to: string }): { from: string; to: string } {
  const before = (date: string): string => {
    const day = atMidnight(date);
    return isoOf(new Date(Date.UTC(day.getUTCFullYear() - 1, day.getUTCMonth(), day.getUTCDate())));
  };
  return { from: before(from), to: before(to) };
}

export function nextMonth({ to }: { readonly to: string }): { from: string; to: string } {
  const start = atMidnight(to);
  return { from: to, to: isoOf(new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1))) };
}

export const isMonth = ({ from, to }: { readonly from: string; readonly to: string }): boolean =>
  from.endsWith('-01') && nextMonth({ to: from }).to === to;

export function makeFigures(locale: string, zone: string): Figures {
  const currencies = new Map<string, Intl.NumberFormat>();
  const inCurrency = (currency: string): Intl.NumberFormat => {
    const known = currencies.get(currency);
    if (known) return known;
    const made = new Intl.NumberFormat(locale, { style: 'currency', currency });
    currencies.set(currency, made);
    return made;
  };
  const date = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  const day = date({ day: 'numeric', month: 'short', year: 'numeric' });
  const dueDay = date({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const dayOfMonth = date({ day: 'numeric' });
  const month = date({ month: 'long', year: 'numeric' });
  const shortMonth = date({ month: 'short', year: '2-digit' });
  const percents = new Intl.NumberFormat(locale, { style: 'unit', unit: 'percent', signDisplay: 'exceptZero' });
  const moment = new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  const time = new Intl.DateTimeFormat(locale, { timeZone: zone, timeStyle: 'short' });
  const parts = new Intl.NumberFormat(locale).formatToParts(asDecimal('1.5'));
  const point = parts.some(({ type, value }) => type === 'decimal' && value === ',') ? ',' : '.';
  const real = (text: string): string => text.replace('-', '−');
  const money: Figures['money'] = (amount, currency) => real(inCurrency(currency).format(asDecimal(amount)));
  const atClock: Figures['moment'] = (instant) => moment.format(new Date(instant));
  const days: Figures['day'] = (value) => day.format(atMidnight(value));
  return {
    money,
    change: (amount, currency) => {
      const text = money(amount, currency);
      return text.startsWith('−') || /^[^1-9]*$/.test(text) ? text : `+${text}`;
    },
    number: (value, digits = 9) =>
      real(new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(asDecimal(value))),
    read: (typed) => readTyped(typed, point),
    typed: (value) => value.replace('.', point),
    percent: (whole) => real(percents.format(whole)),
    day: days,
    dayOfMonth: (value) => dayOfMonth.format(atMidnight(value)),
    dueDay: (value) => dueDay.format(atMidnight(value)),
    period: (period) =>
      isMonth(period) ? month.format(atMidnight(period.from)) : `${days(period.from)} – ${days(dayBefore(period.to))}`,
    month: ({ from }) => shortMonth.format(atMidnight(from)),
    time: (instant) => time.format(new Date(instant)),
    moment: atClock,
    sentence: (text) => text.replaceAll(instants, atClock),
  };
}

/** The last months that were over by a day, the latest first. @param today a civil date */
export function monthsBefore(today: string, count: number): readonly { from: string; to: string }[] {
  const now = atMidnight(today);
  const first = (back: number): string => isoOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)));
  return Array.from({ length: count }, (_, i) => ({ from: first(i + 1), to: first(i) }));
}
