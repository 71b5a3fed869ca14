import type {
  Certificate,
  CertifiedBill,
  CertifiedCost,
  CertifiedPerson,
  Pool,
} from '../../domain/proof/certificate.js';
import { wordsOf } from '../../domain/statement/catalogue/catalogue.js';
import { currencyName, number, periodOf, shortDate, visible } from '../../domain/statement/format.js';
import { type Column, figure, type Row, type Table, text } from '../../domain/statement/tables.js';

/** A certificate laid out as data, drawn by whoever draws. It adds no figure of its own. */

const pools = ['amount', 'members', 'common', 'vacant', 'held'] as const satisfies readonly (keyof Pool)[];
const named = (titles: readonly string[], kind: (title: string) => Column): Column[] => titles.map(kind);
const line = (...cells: string[]): Row => ({ kind: 'line', cells: cells.map(visible) });

/** Every cost with its parts; a supplier's bill with the days that it is of. */
export function costsTable(certificate: Certificate): Table {
  const { costs, total, currency, locale } = certificate;
  const { costs: words } = wordsOf(locale).certificate;
  const figures = (pool: Pool): string[] => pools.map((of) => number(pool[of], locale));
  const rows = (cost: CertifiedCost): Row[] => [
    { kind: 'section', cells: [titleOf(cost, certificate), '', '', '', '', '', ''] },
    ...cost.components.map((one) => ({
      ...line(one.label, one.sharedBy, ...figures(one)),
      ...(one.spaces === undefined ? {} : { below: words.spaces(one.spaces) }),
    })),
    ...(cost.components.length > 1
      ? [{ kind: 'total', cells: [words.total, '', ...figures(cost.total)] } as const]
      : []),
  ];
  const isTaxed = costs.some(({ basis }) => basis === 'before tax');
  return {
    locale,
    title: words.title,
    columns: [
      ...named(words.columns, text),
      figure(words.amount(currencyName(currency))),
      ...named(words.parts, figure),
    ],
    rows: [...costs.flatMap(rows), { kind: 'total', cells: [words.all, '', ...figures(total)] }],
    notes: [isTaxed ? words.beforeTax : words.withTax, words.noMembers],
  };
}

const titleOf = ({ title, document, from, to }: CertifiedCost, { locale, period }: Certificate): string => {
  const days = from === period.from && to === period.to ? [] : [periodOf(from, to, locale)];
  return visible([title, ...(document === undefined ? [] : [document]), ...days].join(', '));
};

/** Every supplier's bill with its components; null where there is none. */
export function billsTable({ bills, locale }: Certificate): Table | null {
  const { bills: words } = wordsOf(locale).certificate;
  const shown = (...amounts: string[]): string[] => amounts.map((amount) => number(amount, locale));
  const rows = ({ supplier, number: no, from, to, net, tax, components }: CertifiedBill): Row[] => [
    { kind: 'section', cells: [visible(`${supplier}, ${no}, ${periodOf(from, to, locale)}`), '', '', '', ''] },
    ...components.map((one) => line(one.label, ...shown(one.amount, one.tax, one.whole, one.here))),
    { kind: 'total', cells: [words.net, ...shown(net, tax), '', ''] },
  ];
  if (bills.length === 0) return null;
  const [first = '', ...others] = words.columns;
  return {
    locale,
    title: words.title,
    columns: [text(first), ...named(others, figure)],
    rows: bills.flatMap(rows),
    notes: bills.map(({ supplier, number: no, document }) =>
      visible(`${supplier}, ${no}: ${document === undefined ? words.noDocument : words.document(document)}`),
    ),
  };
}

/** Versions of keys and tariffs, with who decided them; null where none was used. */
export function rulesTable({ rules, locale }: Certificate): Table | null {
  const { rules: words } = wordsOf(locale).certificate;
  const day = (date: string): string => shortDate(date, locale);
  if (rules.length === 0) return null;
  return {
    locale,
    title: words.title,
    columns: named(words.columns, text),
    rows: rules.map((rule) => line(rule.name, day(rule.from), rule.adoptedBy, day(rule.adoptedOn), rule.decision)),
    notes: [],
  };
}

/** Of a correction: the costs before and now, and for whom they changed. */
export function changedTable({ corrects, total, currency, locale }: Certificate): Table | null {
  if (corrects === undefined) return null;
  const { changed: words, costs } = wordsOf(locale).certificate;
  const shown = (...amounts: string[]): string[] => amounts.map((amount) => number(amount, locale));
  const [before = '', now = '', change = ''] = words.rows;
  return {
    locale,
    title: words.title,
    columns: [text(''), figure(costs.amount(currencyName(currency))), ...named(costs.parts, figure)],
    rows: [
      line(before, ...shown(corrects.before), '', '', '', ''),
      line(now, ...shown(...pools.map((of) => total[of]))),
      { kind: 'total', cells: [change, ...shown(...pools.map((of) => corrects.change[of]))] },
    ],
    notes: [],
  };
}

/** What was found, by kind, and under it who took what on and why. */
export function findingsTable({ findings, overrides, locale }: Certificate): Table {
  const { findings: words } = wordsOf(locale).certificate;
  const [kind = '', weight = '', ...counts] = words.columns;
  return {
    locale,
    title: words.title,
    columns: [text(kind), text(weight), ...named(counts, figure)],
    rows: findings.map(({ code, severity, found, overridden }) =>
      line(kindOf(code, words.kinds), words.severity[severity], String(found), String(overridden)),
    ),
    notes:
      findings.length === 0
        ? [words.none]
        : overrides.map(({ code, reason, by }) =>
            visible(words.takenOn(by.name, shortDate(by.at.slice(0, 10), locale), kindOf(code, words.kinds), reason)),
          ),
  };
}

/** The words of a kind of finding; a code that has none any more is shown as it is. */
const kindOf = (code: string, kinds: Readonly<Record<string, string>>): string => kinds[code] ?? code;

/** Who proposed, approved and issued. */
export function peopleTable({ proposed, approved, issued, documents, settled, locale }: Certificate): Table {
  const { people: words } = wordsOf(locale).certificate;
  const row = (step: string, { name, at }: CertifiedPerson): Row =>
    line(step, name, `${shortDate(at.slice(0, 10), locale)}, ${at.slice(11, 16)} UTC`);
  return {
    locale,
    title: words.title,
    columns: named(words.columns, text),
    rows: [row(words.proposed, proposed), row(words.approved, approved), row(words.issued, issued)],
    notes: [
      words.documents(documents.invoices, documents.creditNotes),
      ...(settled === 0 ? [] : [words.settled(settled)]),
    ],
  };
}
