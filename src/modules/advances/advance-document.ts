import type { CivilDate, Days, Instant, Period } from '../../domain/calendar/period.js';
import { addDays, daysIn } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
import { sayTax, type Taxable, taxTotals, type TaxTotal } from '../../domain/invoice/tax.js';
import type { AdvanceRule, AskedPart } from '../../domain/ledger/advance-payments.js';
import { type Decimal, plain, type Rounding, sum } from '../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../domain/quantity/money.js';
import { type Catalogue, localeOf, wordsOf } from '../../domain/statement/catalogue/catalogue.js';
import { compose } from '../../domain/statement/compose.js';
import { explain } from '../../domain/statement/explain.js';
import type { StatementFacts } from '../../domain/statement/facts.js';
import { longDate } from '../../domain/statement/format.js';
import type { Reason } from '../../domain/statement/model.js';
import { newId } from '../../platform/ids.js';
import type { MemberDetails } from '../community/places.service.js';
import type { Unsealed } from '../invoices/invoices.service.js';
import { addressLines, type Letterhead } from '../invoices/letterhead.service.js';

/** A plan with the occupancy it is of. */
export interface AgreedPlan {
  readonly id: string;
  readonly occupancyId: string;
  readonly memberId: string;
  readonly space: string;
  readonly days: Days;
  readonly amount: string;
  readonly taxCode: string;
  readonly agreedBy: string;
  readonly agreedOn: CivilDate;
}

/** What all documents of a month have in common. */
export interface AdvanceSetting {
  readonly currency: Currency;
  /** Its first day. */
  readonly month: CivilDate;
  readonly rule: AdvanceRule;
  readonly issuedAt: Instant;
  readonly issuedOn: CivilDate;
  readonly dueOn: CivilDate;
  /** By code; null where the community charges no tax. */
  readonly rates: ReadonlyMap<string, Taxable['tax']> | null;
  readonly rounding: Rounding;
  readonly letterhead: Letterhead;
}

/** What one document asks for, and of whom. */
export interface ToAsk {
  readonly series: string;
  readonly no: number;
  readonly number: string;
  readonly details: MemberDetails;
  readonly space: string;
  readonly plans: readonly AgreedPlan[];
  readonly parts: readonly AskedPart[];
  readonly days: Period;
  /** What the member owed before. */
  readonly balance: Decimal;
}

interface Line {
  readonly description: string;
  readonly net: Decimal;
  readonly tax: Taxable['tax'] | null;
  readonly reason: Reason;
}

const untaxed = 'none';

/** The document that asks for an advance payment, ready but for its seal. */
export function documentOf(setting: AdvanceSetting, asked: ToAsk): Unsealed {
  const { currency, issuedOn, dueOn, issuedAt, rounding } = setting;
  const lines = asked.parts.map((part) => lineOf(setting, asked, part));
  const net = sum(lines.map((line) => line.net));
  const taxable = lines.flatMap(({ net: of, tax: by }): Taxable[] => (by === null ? [] : [{ net: of, tax: by }]));
  const taxes = taxTotals(taxable, currency, rounding);
  const tax = sum(taxes.map((row) => row.tax));
  const totals = { net, tax, gross: net.plus(tax), taxes };
  const money = (amount: Decimal): string => writeMoney(amount, currency);
  return {
    id: newId(),
    ...{ series: asked.series, no: asked.no, number: asked.number, kind: 'advance' },
    ...{ runId: null, memberId: asked.details.id, creditsId: null, reason: null, period: asked.days },
    ...{ issuedOn, dueOn, issuedAt, currency, net: money(net), tax: money(tax), gross: money(totals.gross) },
    lines: lines.map((line, index) => ({
      ...{ no: index + 1, costNo: null, section: 'advance', description: line.description },
      ...{ quantity: null, unit: null, price: null, net: money(line.net) },
      taxCode: line.tax?.code ?? untaxed,
      taxRate: line.tax === null ? '0' : plain(line.tax.rate.times('0.01')),
      why: {
        sentence: explain(line.reason, currency, localeOf(setting.letterhead.community.locale)),
        reason: line.reason,
      },
    })),
    taxes: taxes.map(({ code, label, category, reason, rate, net: of, tax: due }) => ({
      ...{ code, label, category, reason, rate: plain(rate.times('0.01')), net: money(of), tax: money(due) },
    })),
    content: compose(factsOf(setting, asked, lines, totals)),
  };
}

function lineOf(
  { currency, rates, issuedOn, letterhead }: AdvanceSetting,
  { plans, space }: ToAsk,
  part: AskedPart,
): Line {
  const plan = plans.find(({ id }) => id === part.versionId);
  assert(plan, 'What is asked rests on a plan.');
  const tax = rates === null ? null : rates.get(plan.taxCode);
  if (tax === undefined) {
    throw new DomainError(
      'not-found',
      `The tax code ${plan.taxCode} has no rate on ${issuedOn}; enter one that holds on this day.`,
      { code: plan.taxCode, on: issuedOn },
    );
  }
  const days = daysIn(part.days);
  const locale = localeOf(letterhead.community.locale);
  const words = wordsOf(locale).advanceDocument;
  const by = words.plan(plan.agreedBy, longDate(plan.agreedOn, locale));
  const reason: Reason =
    days === part.monthDays
      ? { rule: 'set-amount', amount: writeMoney(part.amount, currency), by }
      : {
          ...{ rule: 'share', of: writeMoney(part.of, currency) },
          ...{ weight: String(days), total: String(part.monthDays), unit: 'days' },
        };
  const [from, last] = [longDate(part.days.from, locale), longDate(addDays(part.days.to, -1), locale)];
  return { description: words.line(space, from, last), net: part.amount, tax, reason };
}

function factsOf(
  { currency, letterhead, issuedAt, issuedOn, dueOn, rates }: AdvanceSetting,
  { details, space, days, number, balance }: ToAsk,
  lines: readonly Line[],
  totals: {
    readonly net: Decimal;
    readonly tax: Decimal;
    readonly gross: Decimal;
    readonly taxes: readonly TaxTotal[];
  },
): StatementFacts {
  const money = (amount: Decimal): string => writeMoney(amount, currency);
  const { community, sender, payment, help, referencePrefix } = letterhead;
  const isTaxed = rates !== null;
  const locale = localeOf(community.locale);
  const words = wordsOf(locale);
  return {
    ...{ kind: 'advance', number, locale, currency, demo: community.demo },
    ...{ issuedAt, issuedOn, dueOn, period: days, disputeBy: addDays(issuedOn, help.disputeDays) },
    ...(isTaxed ? { taxPoint: issuedOn } : {}),
    community: sender,
    payment: { ...payment, reference: `${referencePrefix}-${details.code}` },
    member: {
      ...{ number: details.code, name: details.name, address: addressLines(details.address) },
      ...(details.contactName === '' ? {} : { contact: details.contactName }),
      ...{ units: [space], meters: [] },
    },
    balance: {
      opening: { amount: money(balance) },
      entries: [{ kind: 'charges', document: number, amount: money(totals.gross) }],
      closing: money(balance.plus(totals.gross)),
    },
    use: [],
    charges: {
      lines: lines.map(({ description, net, tax, reason }) => ({
        ...{ section: words.advanceDocument.section, description, net: money(net), reason },
        ...(tax === null ? {} : { taxRate: plain(tax.rate) }),
      })),
      ...{ net: money(totals.net), gross: money(totals.gross) },
      ...(isTaxed ? { tax: money(totals.tax), taxes: totals.taxes.map((row) => taxRow(row, money, words)) } : {}),
    },
    ...{ sharing: [], decisions: [], approvals: [] },
    notes: [
      {
        title: words.advanceDocument.noteTitle,
        text: words.advanceDocument.note,
      },
      ...(help.complaints === '' ? [] : [{ title: words.run.notes.complaints, text: help.complaints }]),
    ],
  };
}

const taxRow = ({ rate, net, tax, ...kind }: TaxTotal, money: (amount: Decimal) => string, words: Catalogue) => ({
  ...{ label: sayTax(kind, words.noTax.sayings), rate: plain(rate), net: money(net), tax: money(tax) },
});
