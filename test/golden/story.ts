import { readFileSync } from 'node:fs';
import { accrueByDays } from '../../src/domain/apportionment/accrual.js';
import type { Cost, CostShare } from '../../src/domain/apportionment/apportion.js';
import { beneficiaryId } from '../../src/domain/apportionment/beneficiary.js';
import { checkKey, type FixedKey, type Key, type ResidualPolicy } from '../../src/domain/apportionment/key.js';
import { occupancyPieces } from '../../src/domain/apportionment/pieces.js';
import { suggestedThresholds } from '../../src/domain/apportionment/residual.js';
import { type Basis, shareOut } from '../../src/domain/apportionment/share-out.js';
import { tally } from '../../src/domain/apportionment/tally.js';
import { type Period } from '../../src/domain/calendar/period.js';
import type { Issue } from '../../src/domain/errors.js';
import { compose } from '../../src/domain/invoice/compose.js';
import { creditNote } from '../../src/domain/invoice/correct.js';
import type { CreditNote, Invoice, Section } from '../../src/domain/invoice/invoice.js';
import { type DraftLine, linesByMember } from '../../src/domain/invoice/lines.js';
import { nextNumbers, writeNumber } from '../../src/domain/invoice/numbering.js';
import { taxCodeOf, type TaxPolicy } from '../../src/domain/invoice/tax.js';
import { type Entry, trialBalance } from '../../src/domain/ledger/journal.js';
import { postCostAccrued, postCostsShared, postDocument } from '../../src/domain/ledger/post.js';
import { Decimal, decimal, plain, sum, zero } from '../../src/domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../src/domain/quantity/money.js';

/** What a story begins with: a month of a community, as a person would write it down. Decimals are texts. */
interface Given {
  readonly period: Period;
  readonly currency: Currency;
  readonly spaces: readonly {
    id: string;
    label: string;
    area: string;
    weight: string;
    vacantPayer: string | null;
    kind: 'let' | 'common';
  }[];
  readonly occupancies: readonly { space: string; member: string; from: string; to: string | null }[];
  readonly uses: readonly { space: string; member: string | null; band: string; quantity: string; unit: string }[];
  readonly sources: readonly { band: string; quantity: string; unit: string }[];
  readonly costs: readonly {
    no: number;
    component: string;
    section: Section;
    description: string;
    residualDescription: string;
    bill: Period;
    amount: string;
    price: string | null;
    of: 'supplier' | 'community';
    key: GivenKey;
  }[];
  readonly ownCharges: readonly {
    member: string;
    description: string;
    amount: string;
    taxCode: string | null;
    by: string;
  }[];
  readonly tax:
    | { kind: 'unregistered' }
    | {
        kind: 'registered';
        rounding: 'half-up' | 'down';
        treatment: { metered: string; shared: string };
        rates: readonly { code: string; label: string; rate: string; from: string; to: string | null }[];
      };
  readonly issue: { series: string; last: number; taxPoint: string; issuedOn: string; dueOn: string };
  readonly credit?: { invoice: string; number: string; issuedOn: string; cause: string };
}
type GivenKey =
  | { kind: 'area' }
  | { kind: 'equal' }
  | { kind: 'fixed'; parts: readonly { holder: FixedKey['parts'][number]['holder']; part: string }[] }
  | { kind: 'metered'; band: string | null; residual: Exclude<ResidualPolicy, { policy: 'to-common' }> };

/** What came of it, as domain values. */
export interface Told {
  readonly currency: Currency;
  readonly costs: readonly Cost[];
  readonly shares: readonly CostShare[];
  readonly issues: readonly Issue[];
  readonly invoices: readonly Invoice[];
  readonly creditNotes: readonly CreditNote[];
  readonly entries: readonly Entry[];
}

const keyOf = (given: GivenKey): Key => {
  const key: Key =
    given.kind === 'fixed'
      ? { kind: 'fixed', parts: given.parts.map(({ holder, part }) => ({ holder, part: decimal(part) })) }
      : given;
  checkKey(key);
  return key;
};

export const readGiven = (file: string): Given => JSON.parse(readFileSync(file, 'utf8')) as Given;

/** The whole flow, from spaces and a bill to invoices and books. */
export function tell(given: Given): Told {
  const { period, currency, issue } = given;
  const basis: Basis = {
    period,
    pieces: occupancyPieces(
      given.spaces.map(({ vacantPayer, ...space }) => ({
        ...space,
        area: decimal(space.area),
        weight: decimal(space.weight),
        vacantPayerMemberId: vacantPayer,
      })),
      given.occupancies.map(({ space, member, from, to }) => ({ spaceId: space, memberId: member, from, to })),
      period,
    ),
    uses: given.uses.map(({ space, member, quantity, ...use }) => ({
      ...use,
      spaceId: space,
      memberId: member,
      quantity: decimal(quantity),
    })),
    sources: given.sources.map((source) => ({ ...source, quantity: decimal(source.quantity) })),
    thresholds: suggestedThresholds,
  };
  const costs = given.costs.map(({ no, component, description, bill, amount }): Cost => ({
    no,
    component,
    label: description,
    currency,
    amount: accrueByDays(decimal(amount), currency, bill, period)?.amount ?? zero,
  }));
  const keys = given.costs.map((cost) => keyOf(cost.key));
  const shared = costs.map((cost, index) => shareOut(cost, keys[index] as Key, basis));
  const shares = shared.flatMap((one) => one.shares);
  const invoices = invoicesOf(given, keys, shares);
  const creditNotes = invoices
    .filter((invoice) => invoice.number === given.credit?.invoice)
    .flatMap((invoice) => (given.credit === undefined ? [] : [creditNote(invoice, issueOf(given.credit), null)]));
  return {
    currency,
    costs,
    shares,
    invoices,
    creditNotes,
    issues: shared.flatMap((one) => one.issues),
    entries: [
      ...costs.map((cost, index) =>
        postCostAccrued({
          source: `cost-${cost.no}`,
          of: given.costs[index]?.of ?? 'supplier',
          net: cost.amount,
          tax: zero,
          currency,
          on: issue.issuedOn,
        }),
      ),
      postCostsShared('run', shares, currency, issue.issuedOn),
      ...[...invoices, ...creditNotes].map(postDocument),
    ],
  };
}

const issueOf = ({ number, issuedOn, cause }: NonNullable<Given['credit']>) => ({ number, issuedOn, cause });

function invoicesOf(given: Given, keys: readonly Key[], shares: readonly CostShare[]): Invoice[] {
  const { period, currency, issue, tax } = given;
  const policy: TaxPolicy =
    tax.kind === 'unregistered'
      ? tax
      : {
          kind: tax.kind,
          rounding: tax.rounding,
          rates: tax.rates.map((rate) => ({ ...rate, rate: decimal(rate.rate) })),
        };
  const lines = linesByMember(
    shares,
    given.costs.map(({ no, section, description, residualDescription, price }, index) => ({
      no,
      section,
      description,
      residualDescription,
      price: price === null ? null : decimal(price),
      taxCodes:
        tax.kind === 'unregistered'
          ? null
          : {
              own: taxCodeOf(keys[index] as Key, 'own', tax.treatment),
              residual: taxCodeOf(keys[index] as Key, 'residual', tax.treatment),
            },
    })),
  );
  const own = given.ownCharges.map(({ member, description, amount, taxCode, by }): [string, DraftLine] => [
    member,
    {
      costNo: null,
      section: 'own-charge',
      description,
      quantity: null,
      unit: null,
      price: null,
      net: decimal(amount),
      taxCode,
      why: { kind: 'agreed', amount: decimal(amount), by },
    },
  ]);
  const members = [...new Set([...lines.keys(), ...own.map(([member]) => member)])].toSorted();
  const numbers = nextNumbers(issue.series, issue.last, members.length).map(writeNumber);
  return members.map((memberId, index): Invoice => ({
    ...compose(
      { memberId, period, currency, taxPoint: issue.taxPoint },
      [...(lines.get(memberId) ?? []), ...own.flatMap(([member, line]) => (member === memberId ? [line] : []))],
      policy,
    ),
    kind: 'invoice',
    number: numbers[index] ?? '',
    issuedOn: issue.issuedOn,
    dueOn: issue.dueOn,
  }));
}

/** What is written down of a story: shares with their formulas, documents, and where the money went. */
export function writeDown({ currency, costs, shares, issues, invoices, creditNotes, entries }: Told): unknown {
  const money = (amount: Decimal): string => writeMoney(amount.isZero() ? zero : amount, currency);
  const figure = (value: Decimal | null): string | null => (value === null ? null : plain(value));
  const whole = tally(sum(costs.map((cost) => cost.amount)), shares);
  return {
    shares: shares.map(({ costNo, beneficiary, part, pool, weight, whole, amount }) => ({
      cost: costNo,
      beneficiary: beneficiaryId(beneficiary),
      part,
      why: `${money(pool)} × ${plain(weight)} / ${plain(whole)}`,
      amount: money(amount),
    })),
    promise: {
      costs: money(sum(costs.map((cost) => cost.amount))),
      members: money(whole.members),
      common: money(whole.common),
      vacant: money(whole.vacant),
      held: money(whole.held),
    },
    issues: issues.map(({ code, severity, detail }) => ({ code, severity, detail })),
    documents: [...invoices, ...creditNotes].map((document) => ({
      kind: document.kind,
      number: document.number,
      member: document.memberId,
      ...(document.kind === 'credit-note'
        ? { credits: document.credits, cause: document.cause }
        : { dueOn: document.dueOn }),
      lines: document.lines.map(({ no, section, description, quantity, unit, price, net, taxRate }) => ({
        no,
        section,
        description,
        quantity: figure(quantity),
        unit,
        price: figure(price),
        net: money(net),
        taxRate: figure(taxRate),
      })),
      net: money(document.net),
      taxes:
        document.taxes?.map(({ label, rate, net, tax, gross }) => ({
          label,
          rate: plain(rate),
          net: money(net),
          tax: money(tax),
          gross: money(gross),
        })) ?? null,
      tax: money(document.tax),
      gross: money(document.gross),
    })),
    balances: Object.fromEntries([...trialBalance(entries)].map(([account, balance]) => [account, money(balance)])),
  };
}
