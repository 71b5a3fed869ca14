import { decimal } from '../quantity/decimal.js';
import { wordsOf } from './catalogue/catalogue.js';
import { notations } from './catalogue/notation.js';
import {
  brief,
  currencyName,
  money,
  number,
  percent,
  periodOf,
  price,
  shortDate,
  signed,
  unitName,
  withUnit,
} from './format.js';
import type { Locale, SharedCost, Statement, UtilityUse } from './model.js';
import { chargeRemarks, takesBackOne, yoursMadeOf } from './remarks.js';
import { chargesTitle, decisionSentences } from './wording.js';

/**
 * The tables of a statement, laid out as data and drawn by whoever draws.
 *
 * A column is text (it may wrap, and shares the room that is left) or figures (right-aligned, never wrapped). A column in
 * which no row has anything to say is left out.
 */
export interface Column {
  readonly title: string;
  readonly kind: 'text' | 'figure';
}

export interface Row {
  readonly kind: 'line' | 'part' | 'section' | 'total';
  /** One per column. The first names the row. */
  readonly cells: readonly string[];
  /** Smaller, under the first cell: why. */
  readonly below?: string;
}

export interface Table {
  /** The language of its words, for those that are said when it goes on over a page; English where absent. */
  readonly locale?: Locale;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

export const text = (title: string): Column => ({ title, kind: 'text' });
export const figure = (title: string): Column => ({ title, kind: 'figure' });

/** Drops each column that is empty in every row; the first one stays. */
export function withoutEmpty(table: Table): Table {
  const kept = table.columns.map(
    (_, index) => index === 0 || table.rows.some((row) => (row.cells[index] ?? '') !== ''),
  );
  const pick = <T>(items: readonly T[]): T[] => items.filter((_, index) => kept[index]);
  return {
    ...table,
    columns: pick(table.columns),
    rows: table.rows.map((row) => ({ ...row, cells: pick(row.cells) })),
  };
}

/** From the last statement to this one, step by step. */
export function balanceTable(statement: Statement): Table {
  const { balance, currency, locale, charges } = statement;
  const { opening, entries, closing } = balance;
  const { balance: words, inCredit: credited, youOwe } = wordsOf(locale);
  const walk = entries.map((entry): Row => {
    const usual = words[entry.kind === 'charges' && statement.kind === 'advance' ? 'advance' : entry.kind];
    const isTaxed = entry.kind === 'charges' && charges.tax !== undefined;
    const vat = isTaxed ? words.withTax(usual) : usual;
    const name = entry.label === undefined ? vat : entry.kind === 'credit' ? `${usual}: ${entry.label}` : entry.label;
    const day = entry.on === undefined ? '' : `, ${shortDate(entry.on, locale)}`;
    const document = entry.document === statement.number ? undefined : entry.document;
    const cells = [`${name}${day}`, number(entry.amount, locale)];
    return { kind: 'line', cells, ...(document === undefined ? {} : { below: document }) };
  });
  const inCredit = decimal(closing).lessThan(0);
  const before = statement.kind === 'advance' ? words.before : words.last;
  const last = { kind: 'line', cells: [before, number(opening.amount, locale)] } as const;
  return {
    locale,
    title: words.title,
    columns: [text(words.column), figure(currencyName(currency))],
    rows: [
      opening.document === undefined ? last : { ...last, below: opening.document },
      ...walk,
      { kind: 'total', cells: [inCredit ? credited : youOwe, number(closing.replace(/^-/, ''), locale)] },
    ],
    notes: [],
  };
}

/** The few figures that tell how the period went. */
export function glanceTable({ glance, utility, unit: symbol }: UtilityUse, statement: Statement): Table {
  const { currency, locale, charges } = statement;
  const { lastYear, peers, days } = glance;
  const { glance: words, utility: called } = wordsOf(locale);
  const unit = unitName(symbol, locale);
  const row = (name: string, value: string): Row => ({ kind: 'line', cells: [name, value] });
  const [total = glance.total] = brief([glance.total]);
  const rows = [
    row(words.used(unit), number(total, locale)),
    row(
      words.perDay(unit, days === undefined ? null : withUnit(String(days), 'days', locale)),
      number(glance.perDay, locale),
    ),
  ];
  if (lastYear !== undefined) rows.push(row(words.perDayIn(unit, lastYear.label), number(lastYear.perDay, locale)));
  if (lastYear?.change !== undefined)
    rows.push(row(words.change, notations[locale].percent(signed(lastYear.change, locale))));
  if (peers !== undefined) rows.push(row(words.peers(peers.label, unit), number(peers.perDay, locale)));
  if (glance.costPerDay !== undefined) {
    const name = words.cost(called(utility), charges.tax !== undefined);
    rows.push(row(name, money(glance.costPerDay, currency, locale)));
  }
  return {
    locale,
    title: words.title(called(utility)),
    columns: [text(words.column), figure(words.you)],
    rows,
    notes: [],
  };
}

/** Each line with its quantity, price and reason, in the order of the sections. */
export function chargesTable(statement: Statement): Table {
  const { charges, currency, locale } = statement;
  const { charges: words, taxName } = wordsOf(locale);
  const taxed = charges.tax !== undefined;
  const sections = [...new Set(charges.lines.map((line) => line.section))];
  const linesOf = (section: string) => charges.lines.filter((line) => line.section === section);
  const saidOnce = takesBackOne(statement);
  const rows = sections.flatMap((section): Row[] => [
    ...(charges.lines.length > 1 ? [{ kind: 'section', cells: [section, '', '', '', ''] } as const] : []),
    ...linesOf(section).map((line): Row => {
      const { quantity, unit, why } = line;
      const plainSum = why.reason.rule === 'per-unit' && line.price !== undefined;
      return {
        kind: 'line',
        cells: [
          line.description,
          quantity === undefined
            ? ''
            : unit === undefined
              ? number(quantity, locale)
              : withUnit(quantity, unit, locale),
          line.price === undefined ? '' : price(line.price, currency, unit, locale),
          number(line.net, locale),
          line.taxRate === undefined ? '' : (line.tax ?? percent(line.taxRate, locale)),
        ],
        ...belowOf(plainSum || saidOnce ? null : why.sentence, line.taxBecause, locale),
      };
    }),
  ]);
  return withoutEmpty({
    locale,
    title: chargesTitle(statement),
    columns: [
      text(words.what),
      ...[figure(words.quantity), figure(taxed ? words.priceBeforeTax : words.price)],
      ...[figure(taxed ? words.net(currencyName(currency)) : currencyName(currency)), figure(taxName)],
    ],
    rows: [
      ...rows,
      {
        kind: 'total',
        cells: [taxed ? words.totalBeforeTax : words.total, '', '', number(charges.net, locale), ''],
      },
    ],
    notes: chargeRemarks(statement),
  });
}

/** What stands under a line: how its amount was worked out, and which rule chose its tax. */
function belowOf(sentence: string | null, because: string | undefined, locale: Locale): { below?: string } {
  const { taxBecause } = wordsOf(locale).charges;
  const said = [...(sentence === null ? [] : [sentence]), ...(because === undefined ? [] : [taxBecause(because)])];
  return said.length === 0 ? {} : { below: said.join(' · ') };
}

/** Net, tax and total by rate; null where no tax is charged. */
export function taxTable({ charges, currency, locale }: Statement): Table | null {
  if (charges.tax === undefined) return null;
  const sign = currencyName(currency);
  const { tax: words, charges: heads } = wordsOf(locale);
  const rates = charges.taxes ?? [];
  const figures = (...values: string[]): string[] => values.map((value) => number(value, locale));
  const rows = rates.map(({ label, rate, net, tax, gross }): Row => ({
    kind: 'line',
    cells: [`${label}, ${percent(rate, locale)}`, ...figures(net, tax, gross)],
  }));
  const total: Row = { kind: 'total', cells: [heads.total, ...figures(charges.net, charges.tax, charges.gross)] };
  return {
    locale,
    title: words.title,
    columns: [text(words.rate), figure(heads.net(sign)), figure(words.tax(sign)), figure(words.gross(sign))],
    rows: rates.length === 1 ? rows : [...rows, total],
    notes: [],
  };
}

const nought = (value: string): boolean => decimal(value).isZero();

/**
 * How each bill and the community's own costs were shared: a block for each, whose last row is its check.
 *
 * @returns null where nothing was shared
 */
export function sharingTable(statement: Statement): Table | null {
  const { sharing, currency, locale } = statement;
  if (sharing.length === 0) return null;
  const words = wordsOf(locale).sharing;
  const bases = [...new Set(sharing.map(({ basis }) => words.basis[basis]))];
  const hide = (key: 'common' | 'vacant' | 'held') => sharing.every(({ total }) => nought(total[key]));
  const hidden = { common: hide('common'), vacant: hide('vacant'), held: hide('held') };
  const cells = (part: SharedCost['total']) => [
    number(part.amount, locale),
    number(part.members, locale),
    hidden.common ? '' : number(part.common, locale),
    hidden.vacant ? '' : number(part.vacant, locale),
    hidden.held ? '' : number(part.held, locale),
    number(part.you, locale),
  ];
  const rows = sharing.flatMap((cost): Row[] => {
    const bill = cost.document === undefined ? [] : [words.bill(cost.document)];
    const name = [
      cost.title,
      ...bill,
      periodOf(cost.from, cost.to, locale),
      ...(bases.length > 1 ? [words.basis[cost.basis]] : []),
    ];
    return [
      { kind: 'section', cells: [name.join(', '), ...Array.from({ length: 7 }, () => '')] },
      ...cost.components.map((part): Row => {
        const yours = yoursMadeOf(part, statement);
        const row = { kind: 'line', cells: [part.label, ...cells(part), part.sharedBy] } as const;
        return yours === '' ? row : { ...row, below: words.you(yours) };
      }),
      {
        kind: 'total',
        cells: [words.check(money(cost.difference, currency, locale)), ...cells(cost.total), ''],
      },
    ];
  });
  return withoutEmpty({
    locale,
    title: words.title,
    columns: [
      text([words.cost, currencyName(currency), ...(bases.length > 1 ? [] : bases)].join(' ')),
      ...words.columns.map(figure),
      text(words.sharedBy),
    ],
    rows,
    notes: [...new Set(sharing.flatMap(({ note }) => note ?? [])), ...decisionSentences(statement)],
  });
}
