import { decimal } from '../quantity/decimal.js';
import { wordsOf } from './catalogue/catalogue.js';
import { currencyName, money, number, periodOf } from './format.js';
import type { Statement } from './model.js';
import type { Row, Table } from './tables.js';

/** What was asked, paid and set off in advance, document by document, and what is left of the bill; null where nothing was. */
export function advancesTable({ advances, charges, currency, locale }: Statement): Table | null {
  if (advances === undefined) return null;
  const { advances: words, charges: heads } = wordsOf(locale);
  const sign = currencyName(currency);
  const figures = (...values: string[]): string[] => values.map((value) => number(value, locale));
  const isLeft = advances.rows.some(({ left }) => !decimal(left).isZero());
  const rows = advances.rows.map(({ document, from, to, asked, paid, setOff, left }): Row => ({
    kind: 'line',
    cells: [`${document}, ${periodOf(from, to, locale)}`, ...figures(asked, paid, setOff, ...(isLeft ? [left] : []))],
  }));
  const total = figures(advances.asked, advances.paid, advances.setOff);
  const column = (title: string) => ({ title, kind: 'figure' as const });
  const said = (amount: string): string => money(amount, currency, locale);
  const rest = decimal(advances.toReturn).isZero()
    ? words.toPay(said(advances.toPay))
    : words.toReturn(said(advances.toReturn));
  const tax = advances.tax === undefined ? [] : [words.tax(said(advances.net ?? '0'), said(advances.tax))];
  return {
    locale,
    title: words.title,
    columns: [
      { title: words.askedOn, kind: 'text' },
      ...[column(words.asked(sign)), column(words.paid(sign)), column(words.setOff(sign))],
      ...(isLeft ? [column(words.left)] : []),
    ],
    rows: [...rows, { kind: 'total', cells: [heads.total, ...total, ...(isLeft ? [''] : [])] }],
    notes: [words.rest(said(charges.gross), said(advances.setOff), rest), ...tax],
  };
}
