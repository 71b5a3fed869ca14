import { addDays } from '../../domain/calendar/period.js';
import { decimal, plain, sum } from '../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../domain/quantity/money.js';
import type { SharedCostFacts, StatementFacts } from '../../domain/statement/facts.js';
import type { Balance, Reason, SharedComponent } from '../../domain/statement/model.js';
import { linesOf } from './address.js';
import { grouped } from './grouped.js';
import type { CostRow } from './issue-sources.js';
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
  'shared-areas': 'Shared areas',
  space: 'Space and services',
  'vacant-space': 'Empty spaces',
  'own-charge': 'Other charges',
  fee: 'Fees',
};

/** The facts of one member's statement. */
export function statementFacts(plan: IssuePlan, member: MemberPlan): StatementFacts {
  const { community, currency, period, isTaxed } = plan;
  const { number, totals } = member;
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
    use: useOf(plan.use, member.details.id),
    charges: chargesOf(member.lines, totals, currency, isTaxed),
    sharing: sharingOf(plan, member),
    decisions: plan.decisions,
    approvals: plan.approvals,
    notes: plan.help.complaints === '' ? [] : [{ title: 'Complaints', text: plan.help.complaints }],
  };
}

/** The walk from the last balance over what has happened since to what is owed with this document. */
function balanceOf({ account, number, totals }: MemberPlan, currency: Currency): Balance {
  const charges = { kind: 'charges', document: number, amount: writeMoney(totals.gross, currency) } as const;
  const entries = [...account.entries, charges];
  const closing = decimal(account.opening.amount).plus(sum(entries.map((entry) => decimal(entry.amount))));
  return { opening: account.opening, entries, closing: writeMoney(closing, currency) };
}

function chargesOf(
  lines: readonly StoredLine[],
  totals: Totals,
  currency: Currency,
  isTaxed: boolean,
): StatementFacts['charges'] {
  const money = (amount: Totals['net']): string => writeMoney(amount, currency);
  return {
    lines: lines.map((line) => ({
      section: sectionTitles[line.section] ?? line.section,
      description: line.description,
      ...(line.quantity === null ? {} : { quantity: line.quantity }),
      ...(line.unit === null ? {} : { unit: line.unit }),
      ...(line.price === null ? {} : { price: line.price }),
      net: money(decimal(line.net)),
      ...(isTaxed ? { taxRate: percent(line.taxRate) } : {}),
      reason: line.why.reason as unknown as Reason,
    })),
    net: money(totals.net),
    ...(isTaxed ? { tax: money(totals.tax) } : {}),
    gross: money(totals.gross),
    ...(isTaxed
      ? {
          taxes: totals.taxes.map(({ label, rate, net, tax }) => ({
            label,
            rate: plain(rate),
            net: money(net),
            tax: money(tax),
          })),
        }
      : {}),
  };
}

const percent = (fraction: string): string => plain(decimal(fraction).times(100));

/** How the costs were shared: each supplier's bill, then the community's own costs. */
function sharingOf(plan: IssuePlan, member: MemberPlan): SharedCostFacts[] {
  const shared = grouped(plan.costs, (cost) => cost.billId ?? 'own');
  return [...shared.values()].map((costs): SharedCostFacts => {
    const [first] = costs;
    const isBill = first?.billId !== null;
    return {
      title: isBill ? (first?.supplier ?? '') : 'The community’s own costs',
      ...(first?.document ? { document: first.document } : {}),
      from: (isBill ? first?.billPeriod : plan.period)?.from ?? plan.period.from,
      to: (isBill ? first?.billPeriod : plan.period)?.to ?? plan.period.to,
      basis: plan.isTaxed ? 'before tax' : 'including tax',
      components: costs.map((cost) => componentOf(cost, member, plan.currency)),
      amount: writeMoney(sum(costs.map((cost) => decimal(cost.amount))), plan.currency),
      ...(isBill
        ? { note: 'The community adds nothing to the supplier’s prices. You may see the supplier’s bill: ask us.' }
        : {}),
    };
  });
}

function componentOf(cost: CostRow, { lines }: MemberPlan, currency: Currency): SharedComponent {
  const money = (text: string): string => writeMoney(decimal(text), currency);
  const you = sum(lines.filter((line) => line.costNo === cost.no).map((line) => decimal(line.net)));
  return {
    label: cost.description,
    sharedBy: cost.sharedBy,
    amount: money(cost.amount),
    members: money(cost.members),
    common: money(cost.common),
    vacant: money(cost.vacant),
    held: money(cost.held),
    you: writeMoney(you, currency),
  };
}
