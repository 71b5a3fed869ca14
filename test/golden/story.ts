import { readFileSync } from 'node:fs';
import { accrueByBasis, basisByDays, basisByUse } from '../../src/domain/apportionment/accrual-basis.js';
import type { Cost, CostShare } from '../../src/domain/apportionment/apportion.js';
import { beneficiaryId } from '../../src/domain/apportionment/beneficiary.js';
import { addUp, type Allotment, allot } from '../../src/domain/apportionment/generation.js';
import {
  checkKey,
  type FixedKey,
  type Key,
  type ResidualPolicy,
  type SimpleKey,
} from '../../src/domain/apportionment/key.js';
import type { Limit } from '../../src/domain/apportionment/limits.js';
import { occupancyPieces } from '../../src/domain/apportionment/pieces.js';
import type { Step } from '../../src/domain/apportionment/reason.js';
import { suggestedThresholds } from '../../src/domain/apportionment/residual.js';
import { type Basis, keyOfShare, shareOut } from '../../src/domain/apportionment/share-out.js';
import { tally } from '../../src/domain/apportionment/tally.js';
import type { Use } from '../../src/domain/apportionment/weights.js';
import { type Period } from '../../src/domain/calendar/period.js';
import type { Issue } from '../../src/domain/errors.js';
import { compose } from '../../src/domain/invoice/compose.js';
import { creditNote } from '../../src/domain/invoice/correct.js';
import type { CreditNote, Invoice, Section } from '../../src/domain/invoice/invoice.js';
import { type DraftLine, linesByMember } from '../../src/domain/invoice/lines.js';
import { nextNumbers, writeNumber } from '../../src/domain/invoice/numbering.js';
import { sayTax, type TaxCategory, type TaxPolicy } from '../../src/domain/invoice/tax.js';
import { chooseTaxCode, type TreatedCost } from '../../src/domain/invoice/tax-treatment.js';
import { type Entry, trialBalance } from '../../src/domain/ledger/journal.js';
import { postCostAccrued, postCostsShared, postDocument } from '../../src/domain/ledger/post.js';
import { Decimal, decimal, plain, type Rounding, sum, zero } from '../../src/domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../src/domain/quantity/money.js';
import { type Charged, chargedBy, type GivenTariff, ratedInWords } from './own-tariff.js';
import { drawn, type GivenFund, type GivenRelief, type Lines, relieved } from './relief.js';

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
    weights?: readonly { weight: string; from: string; to: string | null }[];
    heads?: readonly { memberId: string; heads: string; from: string; to: string | null }[];
  }[];
  readonly zone?: string;
  readonly bookings?: readonly {
    resource: string;
    space: string | null;
    member: string;
    from: string;
    to: string;
    perHour?: string;
    minimum?: string;
  }[];
  /** What was made and used by the quarter of an hour; it becomes uses in the bands local and grid. */
  readonly roof?: {
    allotment: Allotment;
    intervals: readonly {
      at: string;
      hour: number;
      made: readonly { id: string; quantity: string }[];
      used: readonly { space: string; member: string | null; quantity: string }[];
    }[];
  };
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
    /** What the source meter had counted of the bill by the beginnings of days; by days where absent. */
    marks?: readonly { day: string; counted: string }[];
    amount: string;
    price: string | null;
    of: 'supplier' | 'community';
    key: GivenKey;
  }[];
  /** The community's own prices, and what members' meters sent. */
  readonly tariff?: GivenTariff;
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
        rounding: Rounding;
        treatment: { metered: string; shared: string };
        reduced?: GivenRelief;
        rates: readonly {
          code: string;
          label: string;
          /** S where it is not said. */
          category?: TaxCategory;
          reason?: string;
          rate: string;
          from: string;
          to: string | null;
        }[];
      };
  /** What a funder gives to all, of the sections of energy. */
  readonly fund?: GivenFund;
  readonly issue: { series: string; last: number; taxPoint: string; issuedOn: string; dueOn: string };
  readonly credit?: { invoice: string; number: string; issuedOn: string; cause: string };
}
type GivenLimit = { per: Limit['per']; amount: string } | null;
type GivenKey =
  | { kind: 'area' | 'equal' | 'occupied-days' | 'occupied-hours' | 'headcount' | 'members' }
  | { kind: 'bookings'; resourceId: string; by: 'minutes' | 'price' }
  | { kind: 'composite'; parts: readonly { part: string; key: GivenKey }[] }
  | { kind: 'limited'; key: GivenKey; cap: GivenLimit; floor: GivenLimit; rest: 'common' | 'held' }
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
  /** By the story's own tariff; null where it has none. */
  readonly charged: Charged | null;
}

function keyOf(given: GivenKey): Key {
  const key = domainKey(given);
  checkKey(key);
  return key;
}

function domainKey(given: GivenKey): Key {
  switch (given.kind) {
    case 'fixed':
      return { kind: 'fixed', parts: given.parts.map(({ holder, part }) => ({ holder, part: decimal(part) })) };
    case 'composite':
      return {
        kind: 'composite',
        parts: given.parts.map(({ part, key }) => ({ part: decimal(part), key: domainKey(key) })),
      };
    case 'limited': {
      const { key, cap, floor, rest } = given;
      return {
        kind: 'limited',
        key: domainKey(key) as SimpleKey,
        limits: { cap: limitOf(cap), floor: limitOf(floor), rest },
      };
    }
    case 'metered':
    case 'bookings':
      return given;
    default:
      return { kind: given.kind };
  }
}

const limitOf = (given: GivenLimit): Limit | null =>
  given === null ? null : { per: given.per, amount: decimal(given.amount) };

export const readGiven = (file: string): Given => JSON.parse(readFileSync(file, 'utf8')) as Given;

/** The whole flow, from spaces and a bill to invoices and books. */
export function tell(given: Given): Told {
  const { period, currency, issue } = given;
  const basis: Basis = {
    period,
    pieces: occupancyPieces(
      given.spaces.map(({ vacantPayer, heads = [], weights = [], ...space }) => ({
        ...space,
        area: decimal(space.area),
        weight: decimal(space.weight),
        weights: weights.map((run) => ({ ...run, weight: decimal(run.weight) })),
        heads: heads.map((run) => ({ ...run, heads: decimal(run.heads) })),
        vacantPayerMemberId: vacantPayer,
      })),
      given.occupancies.map(({ space, member, from, to }) => ({ spaceId: space, memberId: member, from, to })),
      period,
    ),
    uses: [
      ...given.uses.map(({ space, member, quantity, ...use }) => ({
        ...use,
        spaceId: space,
        memberId: member,
        quantity: decimal(quantity),
      })),
      ...roofUses(given.roof),
    ],
    zone: given.zone ?? 'UTC',
    bookings: (given.bookings ?? []).map(({ resource, space, member, perHour, minimum = '0', ...time }, index) => ({
      ...time,
      id: String(index + 1),
      resourceId: resource,
      resourceLabel: resource,
      spaceId: space,
      memberId: member,
      price: perHour === undefined ? null : { perHour: decimal(perHour), minimum: decimal(minimum) },
    })),
    sources: given.sources.map((source) => ({ ...source, quantity: decimal(source.quantity) })),
    thresholds: suggestedThresholds,
  };
  const costs = given.costs.map(({ no, component, description, bill, marks, amount }): Cost => {
    const counted = marks?.map((mark) => ({ day: mark.day, counted: decimal(mark.counted) }));
    const by = counted === undefined ? basisByDays(bill, false) : basisByUse(bill, counted, false);
    return {
      no,
      component,
      label: description,
      currency,
      amount: accrueByBasis(decimal(amount), currency, bill, by, period)?.amount ?? zero,
    };
  });
  const keys = given.costs.map((cost) => keyOf(cost.key));
  const shared = costs.map((cost, index) => shareOut(cost, keys[index] as Key, basis));
  const shares = shared.flatMap((one) => one.shares);
  const charged = given.tariff === undefined ? null : chargedBy(given.tariff, basis, currency, costs.length + 1);
  const lines = relieved(given.tax, given.uses, currency, basis, linesOf(given, keys, shares, charged?.lines ?? []));
  const relief = given.fund === undefined ? null : drawn(given.fund, currency, period, lines);
  const invoices = invoicesOf(given, relief?.lines ?? lines);
  const creditNotes = invoices
    .filter((invoice) => invoice.number === given.credit?.invoice)
    .flatMap((invoice) => (given.credit === undefined ? [] : [creditNote(invoice, issueOf(given.credit), null)]));
  return {
    currency,
    costs: [...costs, ...(charged?.costs ?? []), ...(relief === null ? [] : [relief.cost])],
    shares: [...shares, ...(charged?.shares ?? []), ...(relief?.shares ?? [])],
    charged,
    invoices,
    creditNotes,
    issues: [...shared.flatMap((one) => one.issues), ...(charged?.issues ?? [])],
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
      ...(charged?.costs ?? []).map((cost) =>
        postCostAccrued({
          source: `cost-${cost.no}`,
          of: 'community',
          net: cost.amount,
          tax: zero,
          currency,
          on: issue.issuedOn,
        }),
      ),
      ...(relief === null
        ? []
        : [
            postCostAccrued({
              source: `cost-${relief.cost.no}`,
              of: 'fund',
              net: relief.cost.amount,
              tax: zero,
              currency,
              on: issue.issuedOn,
            }),
          ]),
      postCostsShared('run', shares, currency, issue.issuedOn),
      ...[...invoices, ...creditNotes].map(postDocument),
    ],
  };
}

/** Local and grid energy of each space, from what the roof made and the spaces used. */
function roofUses(roof: Given['roof']): Use[] {
  if (roof === undefined) return [];
  const { users } = addUp(
    roof.intervals.map(({ at, hour, made, used }) =>
      allot(
        {
          at,
          hour,
          made: made.map(({ id, quantity }) => ({ id, quantity: decimal(quantity) })),
          used: used.map(({ space, member, quantity }) => ({
            id: JSON.stringify([space, member]),
            quantity: decimal(quantity),
          })),
        },
        roof.allotment,
      ),
    ),
  );
  return users.flatMap(({ id, local, grid }) => {
    const [spaceId, memberId] = JSON.parse(id) as [string, string | null];
    const of = { spaceId, memberId, unit: 'kWh' };
    return [
      { ...of, band: 'local', quantity: local },
      { ...of, band: 'grid', quantity: grid },
    ];
  });
}

const issueOf = ({ number, issuedOn, cause }: NonNullable<Given['credit']>) => ({ number, issuedOn, cause });

/** What is metered bears one code, and all that is shared another. */
function taxOf(section: Section, key: Key, { metered, shared }: { metered: string; shared: string }) {
  const rule = { metered, standing: shared, unmetered: shared, commonParts: shared, spaceWork: shared };
  return (share: CostShare) => {
    const { kind: keyKind } = keyOfShare(key, share);
    const cost: TreatedCost = { of: 'bill', section, keyKind, onSpace: false, taxCode: shared };
    return chooseTaxCode(cost, share.part, rule);
  };
}

/** The lines of shares and of what members agreed for themselves. */
function linesOf(
  given: Given,
  keys: readonly Key[],
  shares: readonly CostShare[],
  rated: readonly (readonly [member: string, DraftLine])[],
): Lines {
  const { tax } = given;
  const lines = linesByMember(
    shares,
    given.costs.map(({ no, section, description, residualDescription, price }, index) => ({
      no,
      section,
      description,
      residualDescription,
      price: price === null ? null : decimal(price),
      taxOf: tax.kind === 'unregistered' ? null : taxOf(section, keys[index] as Key, tax.treatment),
    })),
  );
  const agreed = given.ownCharges.map(({ member, description, amount, taxCode, by }): [string, DraftLine] => [
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
  const own = [...rated, ...agreed];
  const members = [...new Set([...lines.keys(), ...own.map(([member]) => member)])].toSorted();
  return new Map(
    members.map((id) => [id, [...(lines.get(id) ?? []), ...own.flatMap(([of, line]) => (of === id ? [line] : []))]]),
  );
}

function invoicesOf({ period, currency, issue, tax }: Given, lines: Lines): Invoice[] {
  const policy: TaxPolicy =
    tax.kind === 'unregistered'
      ? tax
      : {
          kind: tax.kind,
          rounding: tax.rounding,
          rates: tax.rates.map((rate) => ({ category: 'S', reason: '', ...rate, rate: decimal(rate.rate) })),
        };
  const numbers = nextNumbers(issue.series, issue.last, lines.size).map(writeNumber);
  return [...lines].map(([memberId, own], index): Invoice => ({
    ...compose({ memberId, period, currency, taxPoint: issue.taxPoint }, own, policy),
    kind: 'invoice',
    number: numbers[index] ?? '',
    issuedOn: issue.issuedOn,
    dueOn: issue.dueOn,
  }));
}

function stepWords(step: Step): string {
  switch (step.step) {
    case 'part':
      return `part ${step.no}: ${plain(step.part)} of ${plain(step.of)} of ${plain(step.pool)} is ${plain(step.amount)}`;
    case 'cap':
    case 'floor':
      return `round ${step.round}: ${step.step} ${plain(step.limit)} in place of ${plain(step.without)}`;
    case 'shared-again':
      return `round ${step.round}: ${plain(step.pool)} shared again`;
    case 'rest':
      return `rest: ${plain(step.pool)} that caps leave over`;
  }
}

/** What is written down of a story: shares with their formulas, documents, and where the money went. */
export function writeDown({ currency, costs, shares, issues, invoices, creditNotes, entries, charged }: Told): unknown {
  const money = (amount: Decimal): string => writeMoney(amount.isZero() ? zero : amount, currency);
  const figure = (value: Decimal | null): string | null => (value === null ? null : plain(value));
  const whole = tally(sum(costs.map((cost) => cost.amount)), shares);
  return {
    ...(charged === null ? {} : { rated: ratedInWords(charged.rated, currency) }),
    shares: shares.map(({ costNo, beneficiary, part, pool, weight, whole, amount, steps = [] }) => ({
      cost: costNo,
      beneficiary: beneficiaryId(beneficiary),
      part,
      why: `${money(pool)} × ${plain(weight)} / ${plain(whole)}`,
      amount: money(amount),
      ...(steps.length === 0 ? {} : { steps: steps.map(stepWords) }),
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
        document.taxes?.map(({ rate, net, tax, gross, ...kind }) => ({
          label: sayTax(kind),
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
