import { daysIn } from '../calendar/period.js';
import { type Decimal, decimal, fixed, roundToScale, sum } from '../quantity/decimal.js';
import { coinScale, type Currency, roundToCoin, writeMoney } from '../quantity/money.js';
import { wordsOf } from './catalogue/catalogue.js';
import { checkAdvances, checkBalance, checkCharges, checkDivision, checkUse } from './checks.js';
import { explain } from './explain.js';
import type { SharedCostFacts, SiteFacts, StatementFacts, UseFacts } from './facts.js';
import { moment, monthLabel, spanName, visible } from './format.js';
import {
  type Bar,
  type Charges,
  type Division,
  type Glance,
  type SharedCost,
  type SitePart,
  type SiteShare,
  type StatementContent,
  statementFormat,
  type UtilityUse,
  type Written,
} from './model.js';
import { evenLines, evenReadings } from './precision.js';

/**
 * From the facts of a run to what one member is told.
 *
 * Example: opening 164.12, a payment of −164.12, charges of 164.29 and a credit of −4.80 make a closing of 159.49. The
 * ledger said 159.49 as well, so the statement may be made; had it said 159.50, nobody would get one.
 *
 * Method: check every printed total against its lines; work out what is for information only (days, daily figures,
 * percents, labels, reasons in words); write the figures of one table evenly; leave out what does not exist; make every text visible.
 */
const historyLength = 13;
/** A comparison with fewer members than this would tell a member about one neighbour. */
const leastPeers = 3;

/**
 * Composes the statement of one member for one period.
 *
 * @param facts money on the currency's grid, quantities in their own unit, periods half-open
 * @returns the content to seal and freeze; deterministic: equal facts give equal content
 * @throws DomainError `lines-do-not-add-up` where a printed total differs from its printed lines; it names the place
 * @law closing = opening + Σ entries; Σ lines = net; net + tax = total; members + common + vacant + held = amount
 * @example the facts of `sample.ts` → closing '159.49'
 */
export function compose(facts: StatementFacts): StatementContent {
  checkBalance(facts);
  checkCharges(facts);
  checkAdvances(facts);
  const days = daysIn(facts.period);
  return cleaned({
    ...facts,
    format: statementFormat,
    period: { ...facts.period, days },
    use: facts.use.map((use) => useOf(use, days, facts)),
    charges: chargesOf(facts),
    sharing: facts.sharing.map((cost) => sharedCost(cost, facts.currency)),
  });
}

function useOf(use: UseFacts, days: number, facts: StatementFacts): UtilityUse {
  checkUse(use);
  const history = use.history.slice(-historyLength);
  return {
    utility: use.utility,
    unit: use.unit,
    glance: glanceOf(use, days, facts),
    ...(history.length > 1 ? { history: bars(history, facts) } : {}),
    ...(use.site === undefined ? {} : { share: shareOf(use.total, use.site, facts.locale) }),
    readings: evenReadings(use.readings),
  };
}

const ratio = (value: Decimal, by: Decimal | number, scale: number): Written =>
  fixed(roundToScale(value.dividedBy(by), scale, 'half-up'), scale);

function glanceOf(use: UseFacts, periodDays: number, { period, currency, locale }: StatementFacts): Glance {
  const present = use.history.at(-1);
  const days = present === undefined ? periodDays : daysIn(present);
  const daily = decimal(use.total).dividedBy(days);
  const before = use.history.find(({ from }) => from === yearBefore(period.from));
  const peers = use.peers !== undefined && use.peers.members >= leastPeers ? use.peers : undefined;
  const cost = use.cost === undefined ? undefined : roundToCoin(decimal(use.cost).dividedBy(days), currency);
  return {
    total: use.total,
    perDay: ratio(decimal(use.total), days, 1),
    ...(days === periodDays ? {} : { days }),
    ...(cost === undefined ? {} : { costPerDay: writeMoney(cost, currency) }),
    ...(before === undefined ? {} : { lastYear: comparison(before, daily, locale) }),
    ...(peers === undefined ? {} : { peers: { label: peers.label, perDay: peers.perDay } }),
  };
}

/** @example yearBefore('2026-10-01') → '2025-10-01' */
const yearBefore = (date: string): string => `${String(parseInt(date.slice(0, 4), 10) - 1)}${date.slice(4)}`;

function comparison(before: UseFacts['history'][number], daily: Decimal, locale: StatementFacts['locale']) {
  const then = decimal(before.quantity).dividedBy(daysIn(before));
  const change = then.isZero() ? undefined : ratio(daily.minus(then).times(100), then, 0).replace(/^-0$/, '0');
  return {
    label: spanName(before.from, before.to, locale),
    perDay: ratio(decimal(before.quantity), daysIn(before), 1),
    ...(change === undefined ? {} : { change }),
  };
}

/** Bars are called by their month; where two begin in the same month, as after a final statement, each by its first day. */
function bars(history: UseFacts['history'], { locale }: StatementFacts): Bar[] {
  const monthOf = (date: string): string => date.slice(0, 7);
  const isByDay = new Set(history.map(({ from }) => monthOf(from))).size < history.length;
  return history.map((bar, index) => {
    const isEdge = index === 0 || index === history.length - 1 || bar.from.slice(5, 7) === '01';
    return { ...bar, label: isByDay ? moment(bar.from, locale) : monthLabel(bar.from, isEdge, locale) };
  });
}

function shareOf(own: Written, site: SiteFacts, locale: StatementFacts['locale']): SiteShare {
  const words = wordsOf(locale).parts;
  const total = decimal(site.total);
  const part = (kind: SitePart['kind'], label: string, quantity: Written | undefined): SitePart[] =>
    quantity === undefined || decimal(quantity).isZero()
      ? []
      : [{ kind, label, quantity, percent: total.isZero() ? '0.0' : ratio(decimal(quantity).times(100), total, 1) }];
  return {
    place: site.place,
    total: site.total,
    parts: [
      ...part('you', words.you(), own),
      ...part('others', words.others(site.otherMembers), site.others),
      ...part('shared', words.shared(), site.shared),
      ...part('vacant', words.vacant(), site.vacant),
      ...part('unmeasured', words.unmeasured(), site.unmeasured),
    ],
    ...(site.sharedBy === undefined ? {} : { sharedBy: site.sharedBy }),
  };
}

function chargesOf({ charges: { lines, taxes, ...totals }, currency, locale }: StatementFacts): Charges {
  return {
    ...totals,
    lines: evenLines(lines).map(({ reason, ...line }) => ({
      ...line,
      why: { sentence: explain(reason, currency, locale), reason },
    })),
    ...(taxes === undefined ? {} : { taxes: taxes.map((row) => ({ ...row, gross: grossOf(row, currency) })) }),
  };
}

const grossOf = (row: { net: Written; tax: Written }, currency: Currency): Written =>
  writeMoney(decimal(row.net).plus(decimal(row.tax)), currency);

function sharedCost({ amount, ...cost }: SharedCostFacts, currency: Currency): SharedCost {
  cost.components.forEach((component) => checkDivision(`${cost.title}, ${component.label}`, component));
  const column = (key: keyof Division) =>
    writeMoney(sum(cost.components.map((component) => decimal(component[key]))), currency);
  const total: Division = {
    amount,
    members: column('members'),
    common: column('common'),
    vacant: column('vacant'),
    held: column('held'),
    you: column('you'),
  };
  checkDivision(`${cost.title}, total`, total);
  return { ...cost, total, difference: fixed(decimal('0'), coinScale[currency]) };
}

/** The same value with every text made visible and every absent key left out, so that equal statements have equal keys. */
function cleaned<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, cleaned<unknown>(item)])) as T;
}
