import { decimal } from '../quantity/decimal.js';
import { longDate, money, number, periodOf, shortDate, weekdayDate } from './format.js';
import type { Bar, Statement, UtilityUse, Written } from './model.js';

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
  const issued = taxPoint === issuedOn ? 'Issued and tax point' : 'Issued';
  const meters = member.meters.map((meter) => meter.label);
  return [
    `Number ${no}`,
    ...(corrects === undefined ? [] : [`Corrects ${corrects.number} of ${shortDate(corrects.issuedOn, locale)}`]),
    `${issued} ${longDate(issuedOn, locale)}`,
    ...(taxPoint === undefined || taxPoint === issuedOn ? [] : [`Tax point ${longDate(taxPoint, locale)}`]),
    `Period ${periodOf(period.from, period.to, locale)} (${period.days} ${period.days === 1 ? 'day' : 'days'})`,
    [
      `Member ${member.number}`,
      ...few(member.units, '', 'spaces'),
      ...few(meters, meters.length === 1 ? 'meter ' : 'meters ', 'meters'),
    ].join(' · '),
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
    return { lead: 'We credit you', amount: abs(charges.gross), then: after, small: why, payable: false };
  }
  if (owing.lessThan(0)) {
    const small = ['It is taken off your next statement, or paid back if you ask.'];
    return { lead: 'You are in credit', amount: abs(balance.closing), then: 'Nothing to pay', small, payable: false };
  }
  if (owing.isZero()) {
    return {
      lead: 'Nothing to pay',
      amount: abs(balance.closing),
      then: 'Your account is settled',
      small: [],
      payable: false,
    };
  }
  const then = dueOn === undefined ? {} : { then: `by ${weekdayDate(dueOn, locale)}` };
  const tax = charges.tax === undefined ? '' : ` with ${abs(charges.tax)} VAT`;
  const small = [`Charges this period: ${abs(charges.gross)}${tax}.`];
  return { lead: 'You owe', amount: abs(balance.closing), ...then, small, payable: true };
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
  const monthly = bars.every((bar) => bar.from.endsWith('-01') && bar.to.endsWith('-01'));
  return `Your ${use.utility}, last ${bars.length} ${monthly ? 'months' : 'periods'} (${use.unit})`;
}

export function historyLegend(bars: readonly Bar[]): string {
  const estimated = bars.some((bar) => bar.estimated) ? ' Dashed: includes estimated readings.' : '';
  const yearAgo = sameAYearAgo(bars) === undefined ? '' : ' Mid shade: the same period a year ago.';
  return `Dark: this period.${yearAgo}${estimated}`;
}

/** The bar one year before the last, where there is one. */
export function sameAYearAgo(bars: readonly Bar[]): number | undefined {
  const last = bars.at(-1)?.from ?? '';
  const index = bars.findIndex((bar) => bar.from === `${String(parseInt(last.slice(0, 4), 10) - 1)}${last.slice(4)}`);
  return index < 0 ? undefined : index;
}

/** All values of the chart in words, for those who do not see it. */
export const historyInWords = (use: UtilityUse, bars: readonly Bar[]): string =>
  `Bar chart of ${use.utility} used, ${use.unit}: ${bars
    .map((bar) => `${bar.label} ${number(bar.quantity)}${bar.estimated ? ' (estimated)' : ''}`)
    .join(', ')}.`;

/** @example 'The hall used 7,960 kWh in this period. You used 523.5 kWh through your own meter: 6.6%. …' */
export function shareSentence({ share, unit }: UtilityUse, locale: Statement['locale']): string {
  if (share === undefined) return '';
  const you = share.parts.find((part) => part.kind === 'you');
  const own =
    you === undefined
      ? 'You used none.'
      : `You used ${number(you.quantity, locale)} ${unit} through your own meter: ${you.percent}%.`;
  return [`${capital(share.place)} used ${number(share.total, locale)} ${unit} in this period.`, own, share.sharedBy]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

/** The line that leads from the amount to its reasons. */
export function workingsSentence({ disputeBy, locale, kind }: Statement): string {
  const what =
    kind === 'credit-note'
      ? 'What follows shows every line taken back.'
      : 'What follows shows every reading, price and sum.';
  const dispute =
    disputeBy === undefined
      ? 'Something wrong? Tell us.'
      : `Something wrong? Tell us by ${longDate(disputeBy, locale)} and we pause the disputed part.`;
  return `${what} ${dispute}`;
}

export const readingLegend =
  'actual = read from the meter · customer = you sent it · estimated = we worked it out, and will put it right when the meter is read';

/** Who stands behind the figures. */
export function approvedBy({ approvals, locale }: Statement): string {
  if (approvals.length === 0) return '';
  const people = approvals.map(
    (a) => `${a.name}${a.role === undefined ? '' : ` (${a.role})`} on ${shortDate(a.on, locale)}`,
  );
  return `Approved by ${listed(people)}; nothing has changed since.`;
}

export const checkSentence = ({ verification }: Statement): string =>
  `Go to ${verification.address} and type the code, or scan it. You will see the same figures and the readings they come from. ` +
  'This file carries its own data (statement.json), so that anyone can redo every sum without us.';

export const decisionSentence = (statement: Statement): string[] =>
  statement.decisions.map(
    ({ what, by, on, document }) =>
      `${what}: decided by ${by} on ${longDate(on, statement.locale)}${document === undefined ? '' : ` (${document})`}.`,
  );

/** The running foot of every page; the page's number stands beside it. */
export const footer = (statement: Statement): string =>
  `${statement.community.name} · ${title(statement)} ${statement.number} · ${statement.member.name}`;
