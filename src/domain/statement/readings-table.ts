import { wordsOf } from './catalogue/catalogue.js';
import { longDate, minus, moment, number, unitName } from './format.js';
import type { Locale, ReadingEnd, ReadingRow, Statement, UtilityUse } from './model.js';
import { figure, type Row, type Table, text, withoutEmpty } from './tables.js';
import { readingLegend } from './wording.js';

/** The readings of a utility, register by register, with what each one used and what it is made of. */

const dated = (end: ReadingEnd | undefined, locale: Locale): [string, string] =>
  end === undefined
    ? ['', '']
    : [number(end.value, locale), `${moment(end.at, locale)} · ${wordsOf(locale).qualities[end.quality]}`];

function readingRow(row: ReadingRow, { locale }: Statement): Row {
  const { intervals, multiplier, rolledOverAt, note } = row;
  const words = wordsOf(locale).readings;
  const below = [
    ...(intervals === undefined ? [] : [completeness(intervals, locale)]),
    ...(rolledOverAt === undefined ? [] : [turnedOver(row, rolledOverAt, locale)]),
    ...(multiplier === undefined || multiplier === '1' ? [] : [words.difference(number(multiplier, locale))]),
    ...(note === undefined ? [] : [note]),
  ].join(' · ');
  const part = row.sign === undefined ? words.ofWhich(row.register) : `${row.sign} ${row.register}`;
  const name = row.partOf === undefined ? `${row.meter} ${row.register}` : part;
  const cells = [name, ...dated(row.previous, locale), ...dated(row.latest, locale), number(row.used, locale)];
  return { kind: row.partOf === undefined ? 'line' : 'part', cells, ...(below === '' ? {} : { below }) };
}

/** How the difference is reckoned where a display passed its highest figure. */
function turnedOver({ previous, latest }: ReadingRow, at: string, locale: Locale): string {
  const passed = wordsOf(locale).readings.turned(number(at, locale));
  if (previous === undefined || latest === undefined) return passed;
  return `${passed}: ${number(latest.value, locale)} + ${number(at, locale)} ${minus} ${number(previous.value, locale)}`;
}

const completeness = ({ present, expected, name }: NonNullable<ReadingRow['intervals']>, locale: Locale) =>
  wordsOf(locale).readings.received(number(String(present), locale), number(String(expected), locale), name);

/** Meter readings of one utility; none where nothing is metered. */
export function readingsTable(use: UtilityUse, statement: Statement): Table {
  const { readings: words, utility: called } = wordsOf(statement.locale);
  const [name = '', ...ends] = words.columns;
  const verified = statement.member.meters
    .filter((meter) => meter.verifiedUntil !== undefined && use.readings.some((row) => row.meter === meter.label))
    .map((meter) => words.certified(meter.label, longDate(meter.verifiedUntil ?? '', statement.locale)));
  return withoutEmpty({
    locale: statement.locale,
    title: statement.use.length > 1 ? words.titleOf(called(use.utility)) : words.title,
    columns: [
      text(name),
      ...ends.map((title, index) => (index % 2 === 0 ? figure(title) : text(title))),
      figure(words.used(unitName(use.unit, statement.locale))),
    ],
    rows: use.readings.map((row) => readingRow(row, statement)),
    notes: [
      [readingLegend(use.readings, statement.locale), ...verified].filter((sentence) => sentence !== '').join(' '),
    ],
  });
}
