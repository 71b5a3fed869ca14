import { daysIn, instant, monthsOf, type Period } from '../domain/calendar/period.js';
import { startOfDay } from '../domain/calendar/zone.js';
import { decimal, plain, sum } from '../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../domain/quantity/money.js';
import { figuresIn, plainOf } from '../domain/rating/figures.js';
import { measureUsage, type Sent } from '../domain/rating/measure-usage.js';
import { rateInCoins } from '../domain/rating/rate.js';
import type { RoundedLine } from '../domain/rating/rated-line.js';
import { needsOf } from '../domain/rating/usage.js';
import { whyFigures, whyInWords } from '../domain/rating/why-words.js';
import { explainTariff } from '../domain/tariff/explain.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';
import { type NamedTariff, readTariff } from './rate-tariff.js';
import { readUsage } from './rate-usage.js';

/** What is asked of `rate` beside tariff and usage. */
export interface RateOptions {
  /** Each calendar month as a bill of its own. */
  readonly by?: 'month';
  readonly explain?: boolean;
  /** When a list of figures begins; the first moment of the tariff's days where absent. */
  readonly start?: string;
  readonly minutes?: string;
  readonly digits?: string;
}

/** `rate TARIFF USAGE`: what a tariff gives for a usage file, line by line, or with `--explain` what it says. */
export async function rateCommand(
  out: Output,
  tariffPath: string,
  usagePath: string | undefined,
  options: RateOptions = {},
): Promise<void> {
  const named = readTariff(tariffPath);
  if (options.explain === true) return explain(out, named);
  const sent = await usageFor(out, named, usagePath, options);
  const bills = (options.by === 'month' ? monthsOf(named.period) : [named.period]).map((days) => ({
    period: days,
    lines: ratedLines(named, sent, days),
  }));
  answer(out, named, bills, options.by === 'month');
}

async function usageFor(
  out: Output,
  { tariff, period, zone }: NamedTariff,
  path: string | undefined,
  options: RateOptions,
): Promise<Sent | null> {
  const { unit } = needsOf(tariff);
  if (path === undefined) {
    if (unit === null) return null;
    throw new CommandFailed(`The tariff prices ${unit}: name a file with the usage.`, exitCodes.usage);
  }
  return readUsage(out, path, {
    unit: unit ?? 'kWh',
    start: startOf(options.start, period, zone),
    minutes: wholeNumber(options.minutes, '--minutes', 1, 1440) ?? 60,
    digits: wholeNumber(options.digits, '--digits', 0, 9),
  });
}

/** A start is an instant with an offset, or a day of the tariff's zone. */
const startOf = (text: string | undefined, { from }: Period, zone: string): string =>
  text !== undefined && text.includes('T') ? instant(text) : startOfDay(text ?? from, zone);

function wholeNumber(text: string | undefined, option: string, least: number, most: number): number | null {
  if (text === undefined) return null;
  const number = /^\d{1,4}$/.test(text) ? Number.parseInt(text, 10) : NaN;
  if (number >= least && number <= most) return number;
  throw new CommandFailed(`${option} ${text} is not a whole number from ${least} to ${most}.`, exitCodes.usage);
}

function ratedLines({ tariff, calendar, zone, coins }: NamedTariff, sent: Sent | null, days: Period): RoundedLine[] {
  if (sent === null) return rateInCoins([{ tariff, period: days, usage: null }], coins);
  const { usage, issues } = measureUsage(needsOf(tariff), sent, { period: days, zone, calendar });
  const blocking = issues.filter((issue) => issue.severity === 'blocking');
  if (blocking.length > 0)
    throw new CommandFailed(blocking.map((i) => `${i.code}: ${i.detail} ${i.remedy}`).join('\n'));
  return rateInCoins([{ tariff, period: days, usage }], coins);
}

interface Bill {
  readonly period: Period;
  readonly lines: readonly RoundedLine[];
}

function answer(out: Output, { period, coins }: NamedTariff, bills: readonly Bill[], isByMonth: boolean): void {
  const { currency, rounding } = coins;
  const total = written(bills, currency);
  const text = bills.map((bill) => {
    const heading = isByMonth
      ? `${bill.period.from} to ${bill.period.to}: ${written([bill], currency)} ${currency}\n\n`
      : '';
    return `${heading}${billInWords(bill, currency)}`;
  });
  const whole = `${daysIn(period)} days, total ${total} ${currency}, each line rounded ${rounding}.`;
  const lines = bills.map((bill) => bill.lines.map((line) => lineData(line, currency)));
  out.answer(`${text.join('\n\n')}\n\n${whole}`, {
    period,
    currency,
    total,
    ...(isByMonth
      ? { months: bills.map((bill, i) => ({ period: bill.period, total: written([bill], currency), lines: lines[i] })) }
      : { lines: lines[0] }),
  });
}

const written = (bills: readonly Bill[], currency: Currency): string =>
  writeMoney(sum([decimal('0'), ...bills.flatMap(({ lines }) => lines.map((line) => line.amount))]), currency);

function billInWords({ lines, period }: Bill, currency: Currency): string {
  const isOneTime = lines.every((line) => line.period.from === period.from && line.period.to === period.to);
  const rows = lines.map((line) => [
    ...(isOneTime ? [] : [`${line.period.from} – ${line.period.to}`]),
    line.description,
    plainOf(line.quantity),
    line.unit,
    line.price === null ? '' : plain(line.price),
    writeMoney(line.amount, currency),
    whyInWords(line),
  ]);
  const columns = ['line', 'quantity', 'unit', 'price', currency, 'why'];
  return isOneTime ? table(columns, rows, [1, 3, 4]) : table(['days', ...columns], rows, [2, 4, 5]);
}

const lineData = (line: RoundedLine, currency: Currency) => ({
  description: line.description,
  component: line.component,
  period: line.period,
  quantity: figuresIn(line.quantity),
  unit: line.unit,
  price: line.price === null ? null : plain(line.price),
  amount: writeMoney(line.amount, currency),
  why: whyInWords(line),
  reason: whyFigures(line.why),
});

/** The tariff in words: a sentence for each component, and the year of its bands. */
function explain(out: Output, { tariff, calendar, period, coins }: NamedTariff): void {
  const told = explainTariff(tariff, calendar);
  const components = told.components.map(({ name, sentence }) => `${name}: ${sentence}`);
  const year = told.year?.map(({ sentence }) => sentence) ?? [];
  out.answer([...components, ...(year.length > 0 ? ['', ...year] : [])].join('\n'), {
    period,
    currency: coins.currency,
    ...told,
  });
}
