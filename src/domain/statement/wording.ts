import { addDays } from '../calendar/period.js';
import { decimal, sum } from '../quantity/decimal.js';
import { writeMoney } from '../quantity/money.js';
import { wordsOf } from './catalogue/catalogue.js';
import {
  brief,
  longDate,
  money,
  number,
  percent,
  periodOf,
  shortDate,
  unitName,
  weekdayDate,
  withUnit,
} from './format.js';
import type { Bar, Decision, ReadingQuality, ReadingRow, SiteShare, Statement, UtilityUse, Written } from './model.js';

/**
 * The sentences of a statement, said once, in the language of the statement.
 *
 * PDF, HTML and text differ in looks; what they say is here, so that no member reads two versions of one bill. The words are those of a
 * catalogue (catalogue/); which of them, and with which figures, is decided here.
 */
type Locale = Statement['locale'];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Said on every page of a statement that is none. @example 'DEMO, not payable' */
export const demoNotice = ({ locale }: Statement): string => wordsOf(locale).demoNotice;

/** The same as a whole sentence. */
export const demoSentence = (statement: Statement): string =>
  `${demoNotice(statement)}: ${wordsOf(statement.locale).demoSentence}`;

/** @example 'Electricity statement and VAT invoice', 'Statement', 'VAT credit note' */
export function title({ kind, locale, use, charges, simplified }: Statement): string {
  const words = wordsOf(locale);
  return words.title({
    kind,
    utilities: use.map(({ utility }) => words.utility(utility)),
    isTaxed: charges.tax !== undefined,
    isSimplified: simplified === true,
  });
}

/** The lines at the top right: what this paper is, and for whom. */
export function references({ number: no, issuedOn, taxPoint, period, member, corrects, locale }: Statement): string[] {
  const words = wordsOf(locale);
  const day = (date: string): string => longDate(date, locale);
  const labels = member.meters.map((meter) => meter.label);
  const meters = few(labels, words.meters, words.manyMeters);
  const who = [words.memberNumber(member.number), ...few(member.units, words.listed, words.manySpaces)];
  const apart = member.units.length > 1 || member.meters.length > 1;
  return [
    words.number(no),
    ...(corrects === undefined ? [] : [words.correctsDocument(corrects.number, shortDate(corrects.issuedOn, locale))]),
    words.issued(day(issuedOn), taxPoint === undefined ? null : day(taxPoint)),
    words.period(periodOf(period.from, period.to, locale), withUnit(String(period.days), 'days', locale)),
    ...(apart ? [who.join(' · '), ...meters.map(capital)] : [[...who, ...meters].join(' · ')]),
  ];
}

/** Up to three by name, more by number. @example few(['M-1', 'M-2'], meters, …) → ['meters M-1 and M-2'] */
const few = (
  names: readonly string[],
  named: (names: readonly string[]) => string,
  counted: (count: number) => string,
): string[] => (names.length === 0 ? [] : [names.length > 3 ? counted(names.length) : named(names)]);

/** Who sends it: address, registrations, and whom to ask. */
export function sender({ community, locale }: Statement): string[] {
  const words = wordsOf(locale);
  const { address, vatNumber, registration, email, phone, web } = community;
  const help = [email, phone, web].filter((way) => way !== undefined);
  const registered = [
    ...(vatNumber === undefined ? [] : [words.vatNumber(vatNumber)]),
    ...(registration === undefined ? [] : [words.registration(registration)]),
  ];
  return [
    address.join(', '),
    ...(registered.length === 0 ? [] : [registered.join(' · ')]),
    ...(help.length === 0 ? [] : [words.help(help.join(' · '))]),
  ];
}

export interface Headline {
  readonly lead: string;
  readonly amount: string;
  /** Directly below the amount, as weighty as it. */
  readonly then?: string;
  readonly small: readonly string[];
  /** What the charges of the period are made of; not on a credit note. */
  readonly period?: string;
  readonly payable: boolean;
}

/** What to do now: the one thing a reader must not have to look for. */
export function headline(statement: Statement): Headline {
  const { balance, charges, currency, locale, dueOn, corrects, kind } = statement;
  const words = wordsOf(locale);
  const abs = (value: Written) => money(value.replace(/^-/, ''), currency, locale);
  const owing = decimal(balance.closing);
  if (kind === 'credit-note') {
    const after = owing.greaterThan(0)
      ? words.balanceToPay(abs(balance.closing))
      : owing.isZero()
        ? words.balanceSettled
        : words.balanceInCredit(abs(balance.closing));
    const why = corrects === undefined ? [] : [words.reason(corrects.reason)];
    const how = owing.greaterThan(0) ? [words.howToPayBefore] : [];
    return { lead: words.weCredit, amount: abs(charges.gross), then: after, small: [...why, ...how], payable: false };
  }
  const period = periodInShort(statement);
  const amount = abs(balance.closing);
  const noFinalBill = kind === 'advance' ? [words.advance.notice] : [];
  if (owing.lessThan(0)) {
    const small = [...noFinalBill, words.takenOffNext];
    return { lead: words.inCredit, amount, then: words.nothingToPay, small, period, payable: false };
  }
  if (owing.isZero()) {
    return { lead: words.nothingToPay, amount, then: words.accountSettled, small: noFinalBill, period, payable: false };
  }
  const then = dueOn === undefined ? {} : { then: words.by(weekdayDate(dueOn, locale)) };
  return { lead: words.youOwe, amount, ...then, small: noFinalBill, period, payable: true };
}

/** The most sections of charges that are told in a line. */
const mostInShort = 4;

/** What the charges of the period are made of. @example 'This period: Electricity £28.98 + Services £3.00 + VAT £6.40 = £38.38' */
function periodInShort({ charges, currency, locale }: Statement): string {
  const words = wordsOf(locale);
  const sections = [...new Set(charges.lines.map(({ section }) => section))];
  const nets = sections.map((section): [string, Written] => {
    const lines = charges.lines.filter((line) => line.section === section);
    return [section, writeMoney(sum(lines.map(({ net }) => decimal(net))), currency)];
  });
  const parts = charges.tax === undefined ? nets : [...nets, [words.taxName, charges.tax] as const];
  const total = money(charges.gross, currency, locale);
  if (parts.length < 2 || nets.length > mostInShort) return words.chargesThisPeriod(total);
  const terms = parts.map(([name, amount]) => `${name}\u00a0${money(amount, currency, locale)}`);
  return words.thisPeriod(terms.join(' + '), total);
}

/** Bank details as pairs of name and value. */
export function paymentDetails({ payment, locale }: Pick<Statement, 'payment' | 'locale'>): [string, string][] {
  if (payment === undefined) return [];
  const names = wordsOf(locale).payment;
  const kinds = ['accountName', 'sortCode', 'accountNumber', 'iban', 'bic', 'reference'] as const;
  const pairs = kinds.map((kind): [string, string | undefined] => [names[kind], payment[kind]]);
  return pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** @example 'Your electricity, last 13 months' */
export function historyTitle(use: UtilityUse, bars: readonly Bar[], locale: Locale): string {
  const words = wordsOf(locale);
  const monthOf = (date: string) => date.slice(0, 7);
  const monthly =
    bars.every(({ from, to }) => monthOf(from) === monthOf(addDays(to, -1))) &&
    new Set(bars.map(({ from }) => monthOf(from))).size === bars.length;
  return words.historyTitle(words.utility(use.utility), bars.length, monthly, unitName(use.unit, locale));
}

export function historyLegend(bars: readonly Bar[], locale: Locale): string {
  const { lastBar, yearAgoBar, dashedBar } = wordsOf(locale);
  const yearAgo = sameAYearAgo(bars) === undefined ? [] : [yearAgoBar];
  const estimated = bars.some((bar) => bar.estimated) ? [dashedBar] : [];
  return [lastBar, ...yearAgo, ...estimated].join(' ');
}

/** The bar one year before the last, where there is one. */
export function sameAYearAgo(bars: readonly Bar[]): number | undefined {
  const last = bars.at(-1)?.from ?? '';
  const index = bars.findIndex((bar) => bar.from === `${String(parseInt(last.slice(0, 4), 10) - 1)}${last.slice(4)}`);
  return index < 0 ? undefined : index;
}

/** The figure above each bar. */
export const barFigures = (bars: readonly Bar[], locale: Locale): string[] =>
  brief(bars.map((bar) => bar.quantity)).map((quantity) => number(quantity, locale));

/** All values of the chart in words, for those who do not see it. */
export function historyInWords(use: UtilityUse, bars: readonly Bar[], locale: Locale): string {
  const figures = barFigures(bars, locale);
  const words = wordsOf(locale);
  const said = bars.map(
    (bar, index) => `${bar.label} ${figures[index] ?? ''}${bar.estimated ? ` (${words.estimated})` : ''}`,
  );
  return words.chartInWords(words.utility(use.utility), unitName(use.unit, locale), said.join(', '));
}

/** The legend of the bar of the whole site, part by part. @example 'Your meter 523.5 kWh, 6.6%' */
export function partsInWords(share: SiteShare, unit: string, locale: Locale): string[] {
  const quantities = brief(share.parts.map((part) => part.quantity));
  return share.parts.map(
    (part, index) =>
      `${part.label} ${withUnit(quantities[index] ?? part.quantity, unit, locale)}, ${percent(part.percent, locale)}`,
  );
}

/** @example 'The hall used 7,960 kWh in this period. You used 523.5 kWh through your own meter: 6.6%. …' */
export function shareSentence({ share, unit, readings }: UtilityUse, locale: Locale): string {
  if (share === undefined) return '';
  const used = (quantity: Written) => withUnit(brief([quantity])[0] ?? quantity, unit, locale);
  const you = share.parts.find((part) => part.kind === 'you');
  const words = wordsOf(locale);
  const meters = new Set(readings.map(({ meter }) => meter)).size > 1 ? 'meters' : 'meter';
  const how = readings.some(({ sign }) => sign !== undefined) ? 'worked-out' : meters;
  const own = you === undefined ? words.usedNone : words.youUsed(used(you.quantity), percent(you.percent, locale), how);
  return [words.siteUsed(share.place, used(share.total)), own, share.sharedBy]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

/** What stands above the lines. */
export function chargesTitle({ kind, locale }: Statement): string {
  const { charges, advance } = wordsOf(locale);
  return kind === 'credit-note' ? charges.takenBack : kind === 'advance' ? advance.asked : charges.title;
}

/** The line that leads from the amount to its reasons. */
export function workingsSentence({ disputeBy, locale, kind }: Statement): string {
  const { everyLineTakenBack, everyFigureFollows, advance, somethingWrong } = wordsOf(locale);
  const follows = { 'credit-note': everyLineTakenBack, advance: advance.follows };
  const what = kind === 'credit-note' || kind === 'advance' ? follows[kind] : everyFigureFollows;
  return `${what} ${somethingWrong(disputeBy === undefined ? null : longDate(disputeBy, locale))}`;
}

const qualities: readonly ReadingQuality[] = ['actual', 'customer', 'estimated'];

/** What the words beside the readings mean; only those that stand there. */
export function readingLegend(rows: readonly ReadingRow[], locale: Locale): string {
  const words = wordsOf(locale).legend;
  const there = new Set(rows.flatMap(({ previous, latest }) => [previous?.quality, latest?.quality]));
  const legend = qualities.filter((quality) => there.has(quality));
  return legend.length === 0 ? '' : `${legend.map((quality) => words[quality]).join(' · ')}.`;
}

/** Who stands behind the figures. @example 'Prepared by A. Okafor, approved by J. Lund on 2 Nov 2026; nothing has changed since.' */
export function approvedBy({ approvals, locale }: Statement): string {
  if (approvals.length === 0) return '';
  const steps = approvals.map(({ step, name, on }, index) => {
    const isDated = on !== approvals[index + 1]?.on;
    return { step, name, on: isDated ? shortDate(on, locale) : null };
  });
  return wordsOf(locale).approved(steps);
}

/** @param canScan true where a code to scan stands beside it */
export function checkSentence({ verification, locale }: Statement, canScan = false): string {
  const { check, orScan } = wordsOf(locale);
  return check(`${verification.address}/${verification.code}`, canScan ? orScan : '');
}

/** Who decided how costs are shared, one sentence for each decision. @example 'All of these rules: adopted by the members’ meeting on 14 January 2026 (minute 4).' */
export function decisionSentences({ decisions, locale }: Statement): string[] {
  const words = wordsOf(locale);
  const taken = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const source = decidedBy(decision, locale);
    taken.set(source, [...(taken.get(source) ?? []), decision]);
  }
  const [everything] = taken.size === 1 && decisions.length > 1 ? taken.keys() : [];
  if (everything !== undefined) return [words.allAdopted(everything)];
  return [...taken].map(([source, some]) =>
    words.adopted(
      some.map(({ what }) => what),
      source,
    ),
  );
}

/** By whom, when and where it is written down; a document that names its own day does not have it said twice. */
function decidedBy({ by, on, document }: Decision, locale: Locale): string {
  const day = longDate(on, locale);
  const { decidedOn } = wordsOf(locale);
  if (document === undefined || document === '') return decidedOn(by, day);
  return document.replaceAll('\u00a0', ' ').includes(day.replaceAll('\u00a0', ' '))
    ? `${by} (${document})`
    : `${decidedOn(by, day)} (${document})`;
}

/** The running foot of every page; the page's number stands beside it. */
export const footer = ({ community, kind, number: no, member, locale }: Statement): string =>
  `${community.name} · ${wordsOf(locale).shortTitle(kind)} ${no} · ${member.name}`;
