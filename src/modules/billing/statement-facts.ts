import { addDays } from '../../domain/calendar/period.js';
import { markOf, sayTax } from '../../domain/invoice/tax.js';
import { asEntered } from '../../domain/invoice/tax-treatment.js';
import { decimal, plain, sum } from '../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../domain/quantity/money.js';
import type { SharedCostFacts, StatementFacts } from '../../domain/statement/facts.js';
import { money as spoken } from '../../domain/statement/format.js';
import type { Balance, Reason } from '../../domain/statement/model.js';
import { linesOf } from './address.js';
import { residualPrefix } from './compose-lines.js';
import { grouped } from './grouped.js';
import type { IssuePlan, MemberPlan } from './issue-plan.js';
import { useOf } from './statement-use.js';
import type { StoredLine, Totals } from './totals.js';

/*
 * From the rows of an approved run to what one member is told. Nothing is computed here but sums that the statement itself checks
 * again (domain/statement/checks.ts): a figure that does not add up stops the issue of the whole run.
 */

const sectionTitles: Readonly<Record<string, string>> = {
  energy: 'Energy',
  levy: 'Energy',
  standing: 'Energy',
  'shared-areas': 'Shared areas and losses',
  space: 'Space and services',
  fee: 'Space and services',
  'own-charge': 'Other charges',
  credit: 'Relief',
};

/** Sections of what is used, which are called by it where a bill says what it is. */
const used = new Set(['energy', 'levy', 'standing']);

/** The facts of one member's statement. */
export function statementFacts(plan: IssuePlan, member: MemberPlan): StatementFacts {
  const { community, currency, period, isTaxed } = plan;
  const { number } = member;
  return {
    kind: isTaxed ? 'invoice' : 'statement',
    number,
    locale: 'en-GB',
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
      address: linesOf(member.details.address),
      units: member.spaces,
      meters: member.meters,
    },
    balance: balanceOf(member, currency),
    use: useOf(plan.use, member.details.id).map((use) => ({ ...use, ...costOf(plan, member, use.utility) })),
    charges: chargesOf(plan, member),
    sharing: sharingOf(plan, member),
    decisions: plan.decisions,
    approvals: plan.approvals,
    notes: [
      ...reliefNotices(plan, member),
      ...(plan.help.complaints === '' ? [] : [{ title: 'Complaints', text: plan.help.complaints }]),
    ],
  };
}

/** What funders want members to be told, with the amount that is passed on. */
function reliefNotices({ funds, currency }: IssuePlan, { lines }: MemberPlan): StatementFacts['notes'] {
  return lines.flatMap(({ costNo, net }) => {
    const fund = funds.get(costNo);
    if (fund === undefined) return [];
    const amount = spoken(writeMoney(decimal(net).negated(), currency), currency);
    return [
      {
        title: `Relief from ${fund.funder}`,
        text: `${amount} of this bill is paid by ${fund.funder} (${fund.name}). ${fund.notice}`,
      },
    ];
  });
}

/** The walk from the last balance over what has happened since to what is owed with this document. */
function balanceOf({ account, number, totals }: MemberPlan, currency: Currency): Balance {
  const charges = { kind: 'charges', document: number, amount: writeMoney(totals.gross, currency) } as const;
  const entries = [...account.entries, charges];
  const closing = decimal(account.opening.amount).plus(sum(entries.map((entry) => decimal(entry.amount))));
  return { opening: account.opening, entries, closing: writeMoney(closing, currency) };
}

function chargesOf(plan: IssuePlan, { lines, totals }: MemberPlan): StatementFacts['charges'] {
  const { currency, isTaxed } = plan;
  const money = (amount: Totals['net']): string => writeMoney(amount, currency);
  return {
    lines: lines.map((line) => ({
      ...placed(line, plan.utilities.get(line.costNo)),
      ...(line.quantity === null ? {} : { quantity: line.quantity }),
      ...(line.unit === null ? {} : { unit: line.unit }),
      ...(line.price === null ? {} : { price: line.price }),
      net: money(decimal(line.net)),
      ...(isTaxed ? { taxRate: percent(line.taxRate), ...meaningOf(line) } : {}),
      reason: line.why.reason as unknown as Reason,
    })),
    net: money(totals.net),
    ...(isTaxed ? { tax: money(totals.tax) } : {}),
    gross: money(totals.gross),
    ...(isTaxed
      ? {
          taxes: totals.taxes.map(({ rate, net, tax, ...kind }) => ({
            label: sayTax(kind),
            rate: plain(rate),
            net: money(net),
            tax: money(tax),
          })),
        }
      : {}),
  };
}

/** What a rate of zero means, and which rule chose the tax of a line. */
function meaningOf({ why }: StoredLine): { tax?: string; taxBecause?: string } {
  if (why.tax === undefined) return {};
  const { category, because } = why.tax;
  const tax = markOf(category);
  return {
    ...(tax === null ? {} : { tax }),
    ...(because === '' || because === asEntered ? {} : { taxBecause: because }),
  };
}

/** Under which heading a line stands; what the heading says, the line need not say again. */
function placed(
  { section, description, why }: StoredLine,
  utility: string | undefined,
): { section: string; description: string } {
  if (section === 'vacant-space') {
    const spaces = [
      ...new Set((why.figures ?? []).flatMap(({ spaceLabel }) => (typeof spaceLabel === 'string' ? [spaceLabel] : []))),
    ];
    const heading = `${spaces.join(', ')} while empty`;
    const names = spaces.map((label) => label.replace(/ \([^()]*\)$/, ''));
    return { section: `${names.join(', ')}, while empty`, description: without(description, '', `, ${heading}`) };
  }
  const title = used.has(section) && utility !== undefined ? capital(utility) : (sectionTitles[section] ?? section);
  return {
    section: title,
    description: section === 'shared-areas' ? without(description, residualPrefix, '') : description,
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
  return sharing.map(({ parts, ...cost }) => ({
    ...cost,
    components: parts.map(({ costNo, ...part }) => ({ ...part, you: you(costNo) })),
  }));
}
