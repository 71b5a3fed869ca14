/** How a community writes figures. Decimals go through as texts; `Intl` takes them with all their digits. */
export interface Figures {
  /** `172.50` → `£172.50` */
  readonly money: (amount: string, currency: string) => string;
  /** The same with its sign, also of what is above zero. */
  readonly change: (amount: string, currency: string) => string;
  /** `1430.240` → `1,430.24`; digits that say nothing are left out. */
  readonly number: (value: string, digits?: number) => string;
  readonly percent: (whole: number) => string;
  /** `2026-11-30` → `30 Nov 2026` */
  readonly day: (civilDate: string) => string;
  /** With the day of the week, where somebody is to act by then. */
  readonly dueDay: (civilDate: string) => string;
  /** `{2026-10-01, 2026-11-01}` → `October 2026`; what is no month says its first and last day. */
  readonly period: (period: { readonly from: string; readonly to: string }) => string;
  readonly month: (period: { readonly from: string }) => string;
  /** An instant, on the clock of the community. */
  readonly moment: (instant: string) => string;
}

/** TypeScript knows a decimal text only where it is written in the program. */
type DecimalText = `${number}`;
const asDecimal = (text: string): DecimalText => text as DecimalText;

const dayMs = 86_400_000;
const atMidnight = (date: string): Date => new Date(`${date}T00:00:00Z`);
const isoOf = (date: Date): string => date.toISOString().slice(0, 10);

/** The day before, as periods end with the first day that is no longer in them. */
export const dayBefore = (date: string): string => isoOf(new Date(atMidnight(date).getTime() - dayMs));

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
  const month = date({ month: 'long', year: 'numeric' });
  const shortMonth = date({ month: 'short', year: '2-digit' });
  const percents = new Intl.NumberFormat(locale, { style: 'unit', unit: 'percent', signDisplay: 'exceptZero' });
  const moment = new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  const real = (text: string): string => text.replace('-', '−');
  const money: Figures['money'] = (amount, currency) => real(inCurrency(currency).format(asDecimal(amount)));
  const days: Figures['day'] = (value) => day.format(atMidnight(value));
  return {
    money,
    change: (amount, currency) => {
      const text = money(amount, currency);
      return text.startsWith('−') || /^[^1-9]*$/.test(text) ? text : `+${text}`;
    },
    number: (value, digits = 9) =>
      real(new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(asDecimal(value))),
    percent: (whole) => real(percents.format(whole)),
    day: days,
    dueDay: (value) => dueDay.format(atMidnight(value)),
    period: (period) =>
      isMonth(period) ? month.format(atMidnight(period.from)) : `${days(period.from)} – ${days(dayBefore(period.to))}`,
    month: ({ from }) => shortMonth.format(atMidnight(from)),
    moment: (instant) => moment.format(new Date(instant)),
  };
}
