import { addDays } from '../calendar/period.js';
import { decimal, sum } from '../quantity/decimal.js';
import { writeMoney } from '../quantity/money.js';
import { brief, longDate, money, number, periodOf, shortDate, unitName, weekdayDate, withUnit } from './format.js';
import type { Bar, Decision, ReadingQuality, ReadingRow, SiteShare, Statement, UtilityUse, Written } from './model.js';

/**
 * The sentences of a statement, said once.
 *
 * PDF, HTML and text differ in looks; what they say is here, so that no member reads two versions of one bill.
 */
export const demoNotice = 'DEMO, not payable';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** @example 'Electricity statement and VAT invoice', 'Statement', 'VAT credit note' */
export function title(statement: Statement): string {
  if (statement.kind === 'credit-note') return statement.charges.tax === undefined ? 'Credit note' : 'VAT credit note';
  const utilities = capital(listed(statement.use.map((use) => use.utility)));
  const name = utilities === '' ? 'Statement' : `${utilities} statement`;
  return statement.kind === 'invoice' ? `${name} and VAT invoice` : name;
}

/** Up to three by name, more by number. @example few(['M-1', 'M-2'], 'meters ', 'meters') → ['meters M-1 and M-2'] */
const few = (names: readonly string[], before: string, kind: string): string[] =>
  names.length === 0 ? [] : names.length > 3 ? [`${names.length} ${kind}`] : [`${before}${listed(names)}`];

/** The lines at the top right: what this paper is, and for whom. */
export function references({ number: no, issuedOn, taxPoint, period, member, corrects, locale }: Statement): string[] {
  const issued = `Issued${taxPoint === issuedOn ? ' and tax point' : ''} ${longDate(issuedOn, locale)}`;
  const meters = few(
    member.meters.map((meter) => meter.label),
    member.meters.length === 1 ? 'meter ' : 'meters ',
    'meters',
  );
  const who = [`Member ${member.number}`, ...few(member.units, '', 'spaces')];
  const apart = member.units.length > 1 || member.meters.length > 1;
  return [
    `Number ${no}`,
    ...(corrects === undefined ? [] : [`Corrects ${corrects.number} of ${shortDate(corrects.issuedOn, locale)}`]),
    taxPoint === undefined || taxPoint === issuedOn ? issued : `${issued}, tax point ${longDate(taxPoint, locale)}`,
    `Period ${periodOf(period.from, period.to, locale)} (${withUnit(String(period.days), 'days', locale)})`,
    ...(apart ? [who.join(' · '), ...meters.map(capital)] : [[...who, ...meters].join(' · ')]),
  ];
}

/** Who sends it: address, registrations, and whom to ask. */
export function sender({ community }: Statement): string[] {
  const { address, vatNumber, registration, email, phone, web } = community;
  const help = [email, phone, web].filter((way) => way !== undefined);
  const registered = [
    ...(vatNumber === undefined ? [] : [`VAT reg. ${vatNumber}`]),
    ...(registration === undefined ? [] : [`Reg. ${registration}`]),
  ];
  return [
    address.join(', '),
    ...(registered.length === 0 ? [] : [registered.join(' · ')]),
    ...(help.length === 0 ? [] : [`Help: ${help.join(' · ')}`]),
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
  const abs = (value: Written) => money(value.replace(/^-/, ''), currency, locale);
  const owing = decimal(balance.closing);
  if (kind === 'credit-note') {
    const after = owing.greaterThan(0)
      ? `Your balance is now ${abs(balance.closing)} to pay.`
      : owing.isZero()
        ? 'Your balance is now settled: nothing to pay.'
        : `You are now ${abs(balance.closing)} in credit: nothing to pay.`;
    const why = corrects === undefined ? [] : [`Reason: ${corrects.reason}`];
    const how = owing.greaterThan(0) ? ['How to pay it is on your last statement.'] : [];
    return { lead: 'We credit you', amount: abs(charges.gross), then: after, small: [...why, ...how], payable: false };
  }
  const period = periodInShort(statement);
  if (owing.lessThan(0)) {
    const small = ['It is taken off your next statement, or paid back if you ask.'];
    const then = 'Nothing to pay';
    return { lead: 'You are in credit', amount: abs(balance.closing), then, small, period, payable: false };
  }
  if (owing.isZero()) {
    return {
      lead: 'Nothing to pay',
      amount: abs(balance.closing),
      then: 'Your account is settled',
      small: [],
      period,
      payable: false,
    };
  }
  const then = dueOn === undefined ? {} : { then: `by ${weekdayDate(dueOn, locale)}` };
  return { lead: 'You owe', amount: abs(balance.closing), ...then, small: [], period, payable: true };
}

/** The most sections of charges that are told in a line. */
const mostInShort = 4;

/** What the charges of the period are made of. @example 'This period: Electricity £28.98 + Services £3.00 + VAT £6.40 = £38.38' */
function periodInShort({ charges, currency, locale }: Statement): string {
  const sections = [...new Set(charges.lines.map(({ section }) => section))];
  const nets = sections.map((section): [string, Written] => {
    const lines = charges.lines.filter((line) => line.section === section);
    return [section, writeMoney(sum(lines.map(({ net }) => decimal(net))), currency)];
  });
  const parts = charges.tax === undefined ? nets : [...nets, ['VAT', charges.tax] as const];
  const total = money(charges.gross, currency, locale);
  if (parts.length < 2 || nets.length > mostInShort) return `Charges this period: ${total}`;
  const terms = parts.map(([name, amount]) => `${name}\u00a0${money(amount, currency, locale)}`);
  return `This period: ${terms.join(' + ')} = ${total}`;
}

/** Bank details as pairs of name and value. */
export function paymentDetails({ payment }: Statement): [string, string][] {
  if (payment === undefined) return [];
  const pairs: [string, string | undefined][] = [
    ['Pay to', payment.accountName],
    ['Sort code', payment.sortCode],
    ['Account', payment.accountNumber],
    ['IBAN', payment.iban],
    ['BIC', payment.bic],
    ['Reference', payment.reference],
  ];
  return pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** @example 'Your electricity, last 13 months' */
export function historyTitle(use: UtilityUse, bars: readonly Bar[]): string {
  const monthOf = (date: string) => date.slice(0, 7);
  const monthly =
    bars.every(({ from, to }) => monthOf(from) === monthOf(addDays(to, -1))) &&
    new Set(bars.map(({ from }) => monthOf(from))).size === bars.length;
  return `Your ${use.utility}, last ${bars.length} ${monthly ? 'months' : 'periods'} (${unitName(use.unit)})`;
}

export function historyLegend(bars: readonly Bar[]): string {
  const estimated = bars.some((bar) => bar.estimated) ? ' Dashed: includes estimated readings.' : '';
  const yearAgo = sameAYearAgo(bars) === undefined ? '' : ' Mid shade: the same period a year ago.';
  return `Last bar: this period.${yearAgo}${estimated}`;
}

/** The bar one year before the last, where there is one. */
export function sameAYearAgo(bars: readonly Bar[]): number | undefined {
  const last = bars.at(-1)?.from ?? '';
  const index = bars.findIndex((bar) => bar.from === `${String(parseInt(last.slice(0, 4), 10) - 1)}${last.slice(4)}`);
  return index < 0 ? undefined : index;
}

/** The figure above each bar. */
export const barFigures = (bars: readonly Bar[], locale: Statement['locale']): string[] =>
  brief(bars.map((bar) => bar.quantity)).map((quantity) => number(quantity, locale));

/** All values of the chart in words, for those who do not see it. */
export function historyInWords(use: UtilityUse, bars: readonly Bar[], locale: Statement['locale']): string {
  const figures = barFigures(bars, locale);
  const words = bars.map((bar, index) => `${bar.label} ${figures[index] ?? ''}${bar.estimated ? ' (estimated)' : ''}`);
  return `Bar chart of ${use.utility} used, ${unitName(use.unit)}: ${words.join(', ')}.`;
}

/** The legend of the bar of the whole site, part by part. @example 'Your meter 523.5 kWh, 6.6%' */
export function partsInWords(share: SiteShare, unit: string, locale: Statement['locale']): string[] {
  const quantities = brief(share.parts.map((part) => part.quantity));
  return share.parts.map(
    (part, index) => `${part.label} ${withUnit(quantities[index] ?? part.quantity, unit, locale)}, ${part.percent}%`,
  );
}

/** @example 'The hall used 7,960 kWh in this period. You used 523.5 kWh through your own meter: 6.6%. …' */
export function shareSentence({ share, unit, readings }: UtilityUse, locale: Statement['locale']): string {
  if (share === undefined) return '';
  const used = (quantity: Written) => withUnit(brief([quantity])[0] ?? quantity, unit, locale);
  const you = share.parts.find((part) => part.kind === 'you');
  const meters = new Set(readings.map(({ meter }) => meter)).size > 1 ? 'meters' : 'meter';
  const how = readings.some(({ sign }) => sign !== undefined)
    ? ', some of it worked out'
    : ` through your own ${meters}`;
  const own = you === undefined ? 'You used none.' : `You used ${used(you.quantity)}${how}: ${you.percent}%.`;
  return [`${capital(share.place)} used ${used(share.total)} in this period.`, own, share.sharedBy]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

/** The line that leads from the amount to its reasons. */
export function workingsSentence({ disputeBy, locale, kind }: Statement): string {
  const what = kind === 'credit-note' ? 'Every line taken back follows.' : 'Every reading, price and sum follows.';
  const dispute =
    disputeBy === undefined
      ? 'Something wrong? Tell us.'
      : `Something wrong? Tell us by ${longDate(disputeBy, locale)}: we pause the disputed part.`;
  return `${what} ${dispute}`;
}

const qualityLegend: Record<ReadingQuality, string> = {
  actual: 'actual = read from the meter',
  customer: 'customer = you sent it',
  estimated: 'estimated = we worked it out, and will put it right when the meter is read',
};

/** What the words beside the readings mean; only those that stand there. */
export function readingLegend(rows: readonly ReadingRow[]): string {
  const there = new Set(rows.flatMap(({ previous, latest }) => [previous?.quality, latest?.quality]));
  const legend = (Object.keys(qualityLegend) as ReadingQuality[]).filter((quality) => there.has(quality));
  return legend.length === 0 ? '' : `${legend.map((quality) => qualityLegend[quality]).join(' · ')}.`;
}

/** Who stands behind the figures. @example 'Prepared by A. Okafor, approved by J. Lund on 2 Nov 2026; nothing has changed since.' */
export function approvedBy({ approvals, locale }: Statement): string {
  if (approvals.length === 0) return '';
  const steps = approvals.map(({ step, name, on }, index) => {
    const isDated = on !== approvals[index + 1]?.on;
    return `${step} by ${name}${isDated ? ` on ${shortDate(on, locale)}` : ''}`;
  });
  return `${capital(steps.join(', '))}; nothing has changed since.`;
}

/** @param scan said after the address where a code to scan stands beside it */
export const checkSentence = ({ verification }: Statement, scan = ''): string =>
  `Go to ${verification.address}/${verification.code}${scan}: it shows what we issued. ` +
  'The data of this statement is in its PDF (statement.json): anyone can redo every sum without us.';

/** Who decided how costs are shared, one sentence for each decision. @example 'All of these rules: adopted by the members’ meeting on 14 January 2026 (minute 4).' */
export function decisionSentences({ decisions, locale }: Statement): string[] {
  const taken = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const source = decidedBy(decision, locale);
    taken.set(source, [...(taken.get(source) ?? []), decision]);
  }
  const [everything] = taken.size === 1 && decisions.length > 1 ? taken.keys() : [];
  if (everything !== undefined) return [`All of these rules: adopted by ${everything}.`];
  return [...taken].map(([source, some]) => `${listed(some.map(({ what }) => what))}: adopted by ${source}.`);
}

/** By whom, when and where it is written down; a document that names its own day does not have it said twice. */
function decidedBy({ by, on, document }: Decision, locale: Statement['locale']): string {
  const day = longDate(on, locale);
  if (document === undefined || document === '') return `${by} on ${day}`;
  return document.replaceAll('\u00a0', ' ').includes(day.replaceAll('\u00a0', ' '))
    ? `${by} (${document})`
    : `${by} on ${day} (${document})`;
}

/** The running foot of every page; the page's number stands beside it. */
export const footer = ({ community, kind, number: no, member }: Statement): string =>
  `${community.name} · ${kind === 'credit-note' ? 'Credit note' : 'Statement'} ${no} · ${member.name}`;
