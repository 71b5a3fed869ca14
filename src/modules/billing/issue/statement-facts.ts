import { addDays } from '../../../domain/calendar/period.js';
import { formOf } from '../../../domain/invoice/contents.js';
import { markOf, sayTax } from '../../../domain/invoice/tax.js';
import { asEntered, becauseInEnglish, type MeasuredHow } from '../../../domain/invoice/tax-treatment.js';
import { remainder } from '../../../domain/ledger/advance-payments.js';
import { decimal, plain, sum } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { type Catalogue, wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import type { SharedCostFacts, StatementFacts } from '../../../domain/statement/facts.js';
import { longDate, money as spoken } from '../../../domain/statement/format.js';
import type { Balance, Reason } from '../../../domain/statement/model.js';
import { addressLines } from '../../invoices/letterhead.service.js';
import { grouped } from '../grouped.js';
import type { IssuePlan, MemberPlan } from './issue-plan.js';
import { useOf } from './statement-use.js';
import type { Replaced } from '../correct/take-back.js';
import type { StoredLine, Totals } from '../share/totals.js';

/*
 * From the rows of an approved run to what one member is told. Nothing is computed here but sums that the statement itself checks
 * again (domain/statement/checks.ts): a figure that does not add up stops the issue of the whole run.
 */

/** Sections of what is used, which are called by it where a bill says what it is. */
const used = new Set(['energy', 'levy', 'standing']);

/** The facts of one member's statement. @param replaced the invoice whose place it takes, or null */
export function statementFacts(plan: IssuePlan, member: MemberPlan, replaced: Replaced | null): StatementFacts {
  const { community, currency, locale, period, isTaxed } = plan;
  const words = wordsOf(locale).run.notes;
  const { number } = member;
  return {
    kind: isTaxed ? 'invoice' : 'statement',
    ...(isTaxed && isSimplified(plan, member) ? { simplified: true as const } : {}),
    number,
    locale,
    currency,
    demo: community.demo,
    issuedAt: plan.issuedAt,
    issuedOn: plan.issuedOn,
    taxPoint: plan.taxPoint,
    dueOn: plan.dueOn,
    disputeBy: addDays(plan.issuedOn, plan.help.disputeDays),
    period,
    community: plan.sender,
    payment: { ...plan.payment, reference: `${plan.referencePrefix}-${member.details.code}` },
    member: {
      number: member.details.code,
      name: member.details.name,
      ...(member.details.contactName === '' ? {} : { contact: member.details.contactName }),
      address: addressLines(member.details.address),
      units: member.spaces,
      meters: member.meters,
    },
    balance: balanceOf(member, currency),
    use: useOf(plan.use, member.details.id).map((use) => ({ ...use, ...costOf(plan, member, use.utility) })),
    charges: chargesOf(plan, member),
    ...advancesOf(plan, member),
    sharing: sharingOf(plan, member),
    decisions: plan.decisions,
    approvals: plan.approvals,
    ...(replaced === null
      ? {}
      : { corrects: { number: replaced.number, issuedOn: replaced.issuedOn, reason: replaced.cause } }),
    notes: [
      ...(replaced === null ? [] : [replacing(replaced, words)]),
      ...(plan.isFinal ? [finalNote(plan)] : []),
      ...reliefNotices(plan, member),
      ...(plan.help.complaints === '' ? [] : [{ title: words.complaints, text: plan.help.complaints }]),
    ],
  };
}

/** That it is the last bill but one letter, and what that letter may say. */
const finalNote = ({ locale, period }: IssuePlan): StatementFacts['notes'][number] => {
  const { final } = wordsOf(locale).run;
  return { title: final.title, text: final.note(longDate(addDays(period.to, -1), locale)) };
};

/** Why this paper comes in the place of another. */
const replacing = (
  { number, creditNote, cause, because }: Replaced,
  words: Catalogue['run']['notes'],
): StatementFacts['notes'][number] => ({
  title: words.replaces(number),
  text: words.replaced([cause, ...because].map(asSentence).join(' '), number, creditNote),
});

const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function isSimplified({ community, sender, simplifiedUpTo }: IssuePlan, { details, totals }: MemberPlan): boolean {
  const issuer = { name: community.name, address: community.address, taxNumber: sender.vatNumber ?? null };
  return formOf(totals.gross, { issuer, receiver: details }, simplifiedUpTo).form === 'simplified';
}

/** What funders want members to be told, with the amount that is passed on. */
function reliefNotices({ funds, currency, locale }: IssuePlan, { lines }: MemberPlan): StatementFacts['notes'] {
  const words = wordsOf(locale).run.notes;
  return lines.flatMap(({ costNo, net }) => {
    const fund = funds.get(costNo);
    if (fund === undefined) return [];
    const amount = spoken(writeMoney(decimal(net).negated(), currency), currency, locale);
    return [
      {
        title: words.relief(fund.funder),
        text: words.relieved(amount, fund.funder, fund.name, fund.notice),
      },
    ];
  });
}

/** The walk from the last balance over what has happened since to what is owed with this document. */
function balanceOf({ account, number, totals, advances }: MemberPlan, currency: Currency): Balance {
  const charges = { kind: 'charges', document: number, amount: writeMoney(totals.gross, currency) } as const;
  const off = sum(advances.map(({ gross }) => gross));
  const setOff = { kind: 'set-off', document: number, amount: writeMoney(off.negated(), currency) } as const;
  const entries = [...account.entries, charges, ...(off.isZero() ? [] : [setOff])];
  const closing = decimal(account.opening.amount).plus(sum(entries.map((entry) => decimal(entry.amount))));
  return { opening: account.opening, entries, closing: writeMoney(closing, currency) };
}

/** What was asked in advance for these days, and what is left of the bill. */
function advancesOf(
  { currency, isTaxed }: IssuePlan,
  { advances, totals }: MemberPlan,
): Pick<StatementFacts, 'advances'> {
  if (advances.length === 0) return {};
  const money = (amount: Totals['net']): string => writeMoney(amount, currency);
  const total = (of: (one: (typeof advances)[number]) => Totals['net']): string => money(sum(advances.map(of)));
  const { toPay, toReturn } = remainder(totals.gross, advances);
  return {
    advances: {
      rows: advances.map(({ document, days, asked, paid, gross, left }) => ({
        ...{ document, from: days.from, to: days.to },
        ...{ asked: money(asked), paid: money(paid), setOff: money(gross), left: money(left) },
      })),
      ...{ asked: total((one) => one.asked), paid: total((one) => one.paid), setOff: total((one) => one.gross) },
      ...(isTaxed ? { net: total((one) => one.net), tax: total((one) => one.tax) } : {}),
      ...{ toPay: money(toPay), toReturn: money(toReturn) },
    },
  };
}

function chargesOf(plan: IssuePlan, { lines, totals }: MemberPlan): StatementFacts['charges'] {
  const { currency, isTaxed, locale } = plan;
  const words = wordsOf(locale);
  const money = (amount: Totals['net']): string => writeMoney(amount, currency);
  return {
    lines: lines.map((line) => ({
      ...placed(line, plan.utilities.get(line.costNo), words),
      ...(line.quantity === null ? {} : { quantity: line.quantity }),
      ...(line.unit === null ? {} : { unit: line.unit }),
      ...(line.price === null ? {} : { price: line.price }),
      net: money(decimal(line.net)),
      ...(isTaxed ? { taxRate: percent(line.taxRate), ...meaningOf(line, words) } : {}),
      reason: line.why.reason as unknown as Reason,
    })),
    net: money(totals.net),
    ...(isTaxed ? { tax: money(totals.tax) } : {}),
    gross: money(totals.gross),
    ...(isTaxed
      ? {
          taxes: totals.taxes.map(({ rate, net, tax, ...kind }) => ({
            label: sayTax(kind, words.noTax.sayings),
            rate: plain(rate),
            net: money(net),
            tax: money(tax),
          })),
        }
      : {}),
  };
}

/** What a rate of zero means, and which rule chose the tax of a line. */
function meaningOf({ why }: StoredLine, words: Catalogue): { tax?: string; taxBecause?: string } {
  if (why.tax === undefined) return {};
  const { category, because } = why.tax;
  const tax = markOf(category, words.noTax.marks);
  return {
    ...(tax === null ? {} : { tax }),
    ...(because === '' || because === asEntered ? {} : { taxBecause: inWords(because, words) }),
  };
}

/** Why a code was chosen, in the words of the statement; what was decided by figures says them as it was stored. */
function inWords(because: string, { run }: Catalogue): string {
  const ways = Object.keys(becauseInEnglish) as MeasuredHow[];
  const said = because.split('; ').map((one) => {
    const way = ways.find((how) => becauseInEnglish[how] === one);
    return way === undefined ? one : run.taxBecause[way];
  });
  return said.join('; ');
}

/** Under which heading a line stands; what the heading says, the line need not say again. */
function placed(
  { section, description, why }: StoredLine,
  utility: string | undefined,
  words: Catalogue,
): { section: string; description: string } {
  const { run } = words;
  if (section === 'vacant-space') {
    const spaces = [
      ...new Set((why.figures ?? []).flatMap(({ spaceLabel }) => (typeof spaceLabel === 'string' ? [spaceLabel] : []))),
    ];
    const heading = run.lines.whileEmpty(spaces.join(', '));
    const names = spaces.map((label) => label.replace(/ \([^()]*\)$/, ''));
    return { section: run.whileEmpty(names.join(', ')), description: without(description, '', `, ${heading}`) };
  }
  const title =
    used.has(section) && utility !== undefined ? capital(words.utility(utility)) : (run.sections[section] ?? section);
  return {
    section: title,
    description: section === 'shared-areas' ? without(description, run.residual(''), '') : description,
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A text without what it begins and ends with, where it does both. */
const without = (text: string, start: string, end: string): string =>
  text.startsWith(start) && text.endsWith(end) ? text.slice(start.length, text.length - end.length) : text;

/** What a utility cost a member with tax: all lines of its bills, and of the community's own energy where that is the only one. */
function costOf({ utilities, isTaxed, use }: IssuePlan, { lines }: MemberPlan, utility: string): { cost?: string } {
  const only = use.utilities.size === 1;
  const own = lines.filter(({ costNo, section }) => {
    const of = utilities.get(costNo);
    return section !== 'vacant-space' && (of === undefined ? only && used.has(section) : of === utility);
  });
  if (own.length === 0) return {};
  return {
    cost: plain(sum(own.map(({ net, taxRate }) => decimal(net).times(isTaxed ? decimal(taxRate).plus(1) : 1)))),
  };
}

const percent = (fraction: string): string => plain(decimal(fraction).times(100));

/** How the costs were shared, and what part of each is the member's. */
function sharingOf({ sharing, currency }: IssuePlan, { lines }: MemberPlan): SharedCostFacts[] {
  const byCost = grouped(lines, (line) => String(line.costNo));
  const you = (costNo: number): string =>
    writeMoney(sum((byCost.get(String(costNo)) ?? []).map((line) => decimal(line.net))), currency);
  const isOwn = ({ parts }: (typeof sharing)[number]): boolean =>
    parts.some(({ costNo }) => byCost.has(String(costNo)));
  return sharing
    .filter((cost) => !cost.isFinal || isOwn(cost))
    .map(({ parts, isFinal: _, ...cost }) => ({
      ...cost,
      components: parts.map(({ costNo, ...part }) => ({ ...part, you: you(costNo) })),
    }));
}
