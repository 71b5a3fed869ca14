import { decimal } from '../quantity/decimal.js';
import {
  brief,
  currencyName,
  longDate,
  minus,
  moment,
  money,
  number,
  periodOf,
  price,
  shortDate,
  signed,
  unitName,
  withUnit,
} from './format.js';
import type { BalanceEntry, ReadingEnd, ReadingRow, SharedCost, Statement, UtilityUse } from './model.js';
import { chargeRemarks, takesBackOne, yoursMadeOf } from './remarks.js';
import { decisionSentences, readingLegend } from './wording.js';

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
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

const text = (title: string): Column => ({ title, kind: 'text' });
const figure = (title: string): Column => ({ title, kind: 'figure' });

/** Drops each column that is empty in every row; the first one stays. */
function withoutEmpty(table: Table): Table {
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

const entryLabel: Record<BalanceEntry['kind'], string> = {
  payment: 'Payment received, thank you',
  charges: 'Charges this period',
  credit: 'Credit',
  adjustment: 'Correction',
};

/** From the last statement to this one, step by step. */
export function balanceTable(statement: Statement): Table {
  const { balance, currency, locale, charges } = statement;
  const { opening, entries, closing } = balance;
  const walk = entries.map((entry): Row => {
    const usual = entryLabel[entry.kind];
    const vat = entry.kind === 'charges' && charges.tax !== undefined ? `${usual}, with VAT` : usual;
    const name = entry.label === undefined ? vat : entry.kind === 'credit' ? `${usual}: ${entry.label}` : entry.label;
    const day = entry.on === undefined ? '' : `, ${shortDate(entry.on, locale)}`;
    const document = entry.document === statement.number ? undefined : entry.document;
    const cells = [`${name}${day}`, number(entry.amount, locale)];
    return { kind: 'line', cells, ...(document === undefined ? {} : { below: document }) };
  });
  const inCredit = decimal(closing).lessThan(0);
  const last = { kind: 'line', cells: ['Balance on your last statement', number(opening.amount, locale)] } as const;
  return {
    title: 'Your balance',
    columns: [text('What happened'), figure(currencyName(currency))],
    rows: [
      opening.document === undefined ? last : { ...last, below: opening.document },
      ...walk,
      { kind: 'total', cells: [inCredit ? 'You are in credit' : 'You owe', number(closing.replace(/^-/, ''), locale)] },
    ],
    notes: [],
  };
}

/** The few figures that tell how the period went. */
export function glanceTable({ glance, utility, unit: symbol }: UtilityUse, statement: Statement): Table {
  const { currency, locale, charges } = statement;
  const { lastYear, peers, days } = glance;
  const unit = unitName(symbol);
  const row = (name: string, value: string): Row => ({ kind: 'line', cells: [name, value] });
  const [total = glance.total] = brief([glance.total]);
  const rows = [
    row(`Used, ${unit}`, number(total, locale)),
    row(
      `${unit} a day${days === undefined ? '' : `, over your ${withUnit(String(days), 'days', locale)}`}`,
      number(glance.perDay, locale),
    ),
  ];
  if (lastYear !== undefined) rows.push(row(`${unit} a day in ${lastYear.label}`, number(lastYear.perDay, locale)));
  if (lastYear?.change !== undefined)
    rows.push(row('Change against that, per day', `${signed(lastYear.change, locale)}%`));
  if (peers !== undefined) rows.push(row(`${peers.label}, ${unit} a day`, number(peers.perDay, locale)));
  if (glance.costPerDay !== undefined) {
    const name = `Cost of ${utility} a day${charges.tax === undefined ? '' : ', with VAT'}`;
    rows.push(row(name, money(glance.costPerDay, currency, locale)));
  }
  return { title: `Your ${utility} at a glance`, columns: [text('This period'), figure('You')], rows, notes: [] };
}

const dated = (end: ReadingEnd | undefined, locale: Statement['locale']): [string, string] =>
  end === undefined ? ['', ''] : [number(end.value, locale), `${moment(end.at, locale)} · ${end.quality}`];

function readingRow(row: ReadingRow, { locale }: Statement): Row {
  const { intervals, multiplier, rolledOverAt, note } = row;
  const below = [
    ...(intervals === undefined ? [] : [completeness(intervals, locale)]),
    ...(rolledOverAt === undefined ? [] : [turnedOver(row, rolledOverAt, locale)]),
    ...(multiplier === undefined || multiplier === '1' ? [] : [`difference × ${number(multiplier, locale)}`]),
    ...(note === undefined ? [] : [note]),
  ].join(' · ');
  const part = row.sign === undefined ? `of which ${row.register}` : `${row.sign} ${row.register}`;
  const name = row.partOf === undefined ? `${row.meter} ${row.register}` : part;
  const cells = [name, ...dated(row.previous, locale), ...dated(row.latest, locale), number(row.used, locale)];
  return { kind: row.partOf === undefined ? 'line' : 'part', cells, ...(below === '' ? {} : { below }) };
}

/** How the difference is reckoned where a display passed its highest figure. */
function turnedOver({ previous, latest }: ReadingRow, at: string, locale: Statement['locale']): string {
  const passed = `passed ${number(at, locale)} and began again at 0`;
  if (previous === undefined || latest === undefined) return passed;
  return `${passed}: ${number(latest.value, locale)} + ${number(at, locale)} ${minus} ${number(previous.value, locale)}`;
}

const completeness = ({ present, expected, name }: NonNullable<ReadingRow['intervals']>, locale: Statement['locale']) =>
  `${number(String(present), locale)} of ${number(String(expected), locale)} ${name} received`;

/** Meter readings of one utility; none where nothing is metered. */
export function readingsTable(use: UtilityUse, statement: Statement): Table {
  const verified = statement.member.meters
    .filter((meter) => meter.verifiedUntil !== undefined && use.readings.some((row) => row.meter === meter.label))
    .map((meter) => `${meter.label} is certified until ${longDate(meter.verifiedUntil ?? '', statement.locale)}.`);
  return withoutEmpty({
    title: statement.use.length > 1 ? `Your ${use.utility} readings` : 'Your meter readings',
    columns: [
      text('Meter and register'),
      ...[figure('Previous'), text('Read on'), figure('Latest'), text('Read on')],
      figure(`Used, ${unitName(use.unit)}`),
    ],
    rows: use.readings.map((row) => readingRow(row, statement)),
    notes: [[readingLegend(use.readings), ...verified].filter((sentence) => sentence !== '').join(' ')],
  });
}

/** Each line with its quantity, price and reason, in the order of the sections. */
export function chargesTable(statement: Statement): Table {
  const { charges, currency, locale } = statement;
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
          line.taxRate === undefined ? '' : (line.tax ?? `${number(line.taxRate, locale)}%`),
        ],
        ...belowOf(plainSum || saidOnce ? null : why.sentence, line.taxBecause),
      };
    }),
  ]);
  return withoutEmpty({
    title: statement.kind === 'credit-note' ? 'What we take back' : 'How your charges were worked out',
    columns: [
      text('What for'),
      ...[figure('Quantity'), figure(taxed ? 'Price before VAT' : 'Price')],
      ...[figure(taxed ? `Net ${currencyName(currency)}` : currencyName(currency)), figure('VAT')],
    ],
    rows: [
      ...rows,
      {
        kind: 'total',
        cells: [taxed ? 'Total before VAT' : 'Total', '', '', number(charges.net, locale), ''],
      },
    ],
    notes: chargeRemarks(statement),
  });
}

/** What stands under a line: how its amount was worked out, and which rule chose its tax. */
function belowOf(sentence: string | null, taxBecause: string | undefined): { below?: string } {
  const said = [...(sentence === null ? [] : [sentence]), ...(taxBecause === undefined ? [] : [`VAT: ${taxBecause}`])];
  return said.length === 0 ? {} : { below: said.join(' · ') };
}

/** Net, tax and total by rate; null where no tax is charged. */
export function taxTable({ charges, currency, locale }: Statement): Table | null {
  if (charges.tax === undefined) return null;
  const sign = currencyName(currency);
  const rates = charges.taxes ?? [];
  const figures = (...values: string[]): string[] => values.map((value) => number(value, locale));
  const rows = rates.map(({ label, rate, net, tax, gross }): Row => ({
    kind: 'line',
    cells: [`${label}, ${number(rate, locale)}%`, ...figures(net, tax, gross)],
  }));
  const total: Row = { kind: 'total', cells: ['Total', ...figures(charges.net, charges.tax, charges.gross)] };
  return {
    title: 'VAT summary',
    columns: [text('Rate'), figure(`Net ${sign}`), figure(`VAT ${sign}`), figure(`With VAT ${sign}`)],
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
  const bases = [...new Set(sharing.map(({ basis }) => basis.replace('tax', 'VAT')))];
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
    const bill = cost.document === undefined ? [] : [`bill ${cost.document}`];
    const name = [
      cost.title,
      ...bill,
      periodOf(cost.from, cost.to, locale),
      ...(bases.length > 1 ? [cost.basis.replace('tax', 'VAT')] : []),
    ];
    return [
      { kind: 'section', cells: [name.join(', '), ...Array.from({ length: 7 }, () => '')] },
      ...cost.components.map((part): Row => {
        const yours = yoursMadeOf(part, statement);
        const row = { kind: 'line', cells: [part.label, ...cells(part), part.sharedBy] } as const;
        return yours === '' ? row : { ...row, below: `you: ${yours}` };
      }),
      {
        kind: 'total',
        cells: [`Total and check: difference ${money(cost.difference, currency, locale)}`, ...cells(cost.total), ''],
      },
    ];
  });
  const figures = ['Amount', 'All members', 'Community', 'Empty spaces', 'Held', 'You pay'].map(figure);
  return withoutEmpty({
    title: 'How the costs were shared',
    columns: [
      text(['Cost,', currencyName(currency), ...(bases.length > 1 ? [] : bases)].join(' ')),
      ...figures,
      text('Shared by'),
    ],
    rows,
    notes: [...new Set(sharing.flatMap(({ note }) => note ?? [])), ...decisionSentences(statement)],
  });
}
