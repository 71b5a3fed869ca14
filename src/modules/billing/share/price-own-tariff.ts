import type { CostShare } from '../../../domain/apportionment/apportion.js';
import { monthsOf, type Period, within } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import { DomainError, type Issue } from '../../../domain/errors.js';
import type { DraftLine } from '../../../domain/invoice/lines.js';
import { type Decimal, zero } from '../../../domain/quantity/decimal.js';
import { adjust } from '../../../domain/rating/adjust.js';
import { rate } from '../../../domain/rating/rate.js';
import type { Coins, RoundedLine } from '../../../domain/rating/rated-line.js';
import { type ByBand, needsOf, type Usage } from '../../../domain/rating/usage.js';
import { rational } from '../../../domain/quantity/rational.js';
import type { Component, Tariff } from '../../../domain/tariff/tariff.js';
import { usesOver, usualUtility } from '../collect/basis.js';
import { grouped } from '../grouped.js';
import type { Charge, InForce, RunInputs } from '../run/inputs.js';
import { costOf, lineOf, type OwnCost, type Part, partOf, type Priced, sharesOf } from './own-parts.js';

/*
 * The community's own prices: nothing is split here. Each member's days and units are priced, and what the members together
 * come to is the cost that the run carries, so that the same promise covers it.
 *
 *   metering fee 0.10 a day: Rosa 31 days 3.10, Lund 12 days 1.20 → a cost of 4.30, shared 3.10 + 1.20
 *
 * A member is priced for each let space it has. A space that no meter measures has no units, and is priced by its days alone.
 * Minima, maxima and discounts look at what is printed for a member, over all its spaces.
 */

/** What members are charged by the community's own tariffs. */
export interface OwnCharges {
  readonly costs: readonly OwnCost[];
  readonly shares: readonly CostShare[];
  readonly lines: ReadonlyMap<string, readonly DraftLine[]>;
  /** What could not be priced; the run stops there. */
  readonly issues: readonly Issue[];
}

type Piece = InForce & { readonly tariff: Tariff };

/** Prices the members by every tariff that is charged. @param firstNo the number of the first cost */
export function priceOwnTariffs(inputs: RunInputs, firstNo: number): OwnCharges {
  const costs: OwnCost[] = [];
  const shares: CostShare[] = [];
  const lines = new Map<string, DraftLine[]>();
  const issues: Issue[] = [];
  for (const charge of inputs.charges.filter((one) => one.kind === 'tariff')) {
    const tariff = inputs.tariffs.get(charge.tariffId ?? '');
    for (const piece of tariff?.pieces ?? []) {
      const days = chargedDays(inputs, charge, piece);
      if (days === null) continue;
      const priced = priceStays(inputs, tariff?.code ?? '', piece, days, issues);
      for (const parts of partsOf(inputs, piece, days, priced)) {
        const no = firstNo + costs.length;
        costs.push(costOf(charge, piece, no, parts));
        shares.push(...sharesOf(no, parts));
        for (const part of parts) {
          const line = lineOf(inputs, charge, no, part);
          lines.set(part.memberId, [...(lines.get(part.memberId) ?? []), line]);
        }
      }
    }
  }
  return { costs, shares, lines, issues };
}

function chargedDays({ period }: RunInputs, charge: Charge, piece: Piece): Period | null {
  const days = within(period, charge.days);
  return days === null ? null : within(days, piece.period);
}

interface Stay {
  readonly spaceId: string;
  readonly memberId: string;
  readonly period: Period;
}

const isInHand =
  (stay: Stay) =>
  (use: { readonly spaceId: string; readonly memberId: string | null }): boolean =>
    use.spaceId === stay.spaceId && use.memberId === stay.memberId;

/** The stays of members in let spaces over some days; of the leaver alone where the run is a final statement. */
const staysOver = ({ pieces, leaver }: RunInputs, days: Period): Stay[] =>
  pieces.flatMap(({ space, memberId, days: present }) => {
    const period = within(days, present);
    return memberId === null || period === null || space.kind !== 'let' || (leaver !== undefined && memberId !== leaver)
      ? []
      : [{ spaceId: space.id, memberId, period }];
  });

function priceStays(inputs: RunInputs, code: string, piece: Piece, days: Period, issues: Issue[]): Priced[] {
  const { tariff, calendar } = piece;
  const { unit } = needsOf(tariff);
  const utility = unit === null ? null : utilityOf(inputs, unit);
  const uses = utility === null ? [] : usesOver(inputs, { days, calendar, utility });
  const stays = staysOver(inputs, days);
  if (unit !== null && utility === null) issues.push(unmeasured(code, days, unit));
  const byHand = grouped(stays, ({ spaceId, memberId }) => `${spaceId} ${memberId}`);
  return stays.flatMap((stay) => {
    const isOnly = byHand.get(`${stay.spaceId} ${stay.memberId}`)?.length === 1;
    const own = (isOnly || utility === null ? uses : usesOver(inputs, { days: stay.period, calendar, utility })).filter(
      isInHand(stay),
    );
    const usage = unit === null || own.length === 0 ? null : usageOf(inputs, piece, stay, unit, own);
    const components = tariff.components.filter((component) => isAsked(inputs, component, usage, stay));
    try {
      const lines = rate([{ tariff: { components }, period: stay.period, usage, whole: inputs.period }]);
      return lines.map((line) => ({ memberId: stay.memberId, line }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      issues.push(unpriced(code, stay, error.message));
      return [];
    }
  });
}

/** Without a meter only days are priced; without a register for it, nothing that flows out is. */
function isAsked(inputs: RunInputs, { kind }: Component, usage: Usage | null, stay: Stay): boolean {
  if (kind === 'standing' || kind === 'periodic') return true;
  if (usage === null) return false;
  return kind !== 'export-credit' || exportsOf(inputs, stay).length > 0;
}

const unpriced = (code: string, { spaceId, period }: Stay, why: string): Issue => ({
  code: 'tariff-gap',
  severity: 'blocking',
  subject: { kind: 'tariff', id: `${code}:${spaceId}`, label: code },
  ...period,
  detail: `The tariff "${code}" cannot be priced from ${period.from} to ${period.to}: ${why}`,
  remedy: 'Mend the readings of these days, or charge this member by a tariff that does not ask for them.',
});

/** One space without a meter is priced by its days; a site without any would be charged for nothing, and nobody would see it. */
const unmeasured = (code: string, days: Period, unit: string): Issue => ({
  code: 'tariff-gap',
  severity: 'blocking',
  subject: { kind: 'tariff', id: code, label: code },
  ...days,
  detail: `The tariff "${code}" is priced per ${unit}, and no meter of the site measures ${unit}.`,
  remedy: 'Install the meter, or charge by a tariff in the unit that is measured.',
});

/** The utility that is measured in a unit here; electricity where several are. */
function utilityOf({ meters }: RunInputs, unit: string): string | null {
  const utilities = meters.filter((meter) => meter.unit === unit).map((meter) => meter.utility);
  return utilities.includes(usualUtility) ? usualUtility : (utilities[0] ?? null);
}

function usageOf(
  inputs: RunInputs,
  { versionId, tariff, calendar }: Piece,
  stay: Stay,
  unit: string,
  uses: readonly Counted[],
): Usage {
  const { months } = needsOf(tariff);
  const byBand = sumsOf(uses);
  const { period } = stay;
  const found = inputs.tariffUses.find(
    (one) =>
      one.versionId === versionId && isInHand(stay)(one) && one.days.from === period.from && one.days.to === period.to,
  );
  const out = exportsOf(inputs, stay).filter((use) => use.calendar === calendar);
  return {
    unit,
    byBand,
    // The whole of a stay within one month is that month's use.
    ...(months && monthsOf(period).length === 1 ? { months: [{ period, byBand }] } : {}),
    ...(out.length > 0 ? { exported: sumsOf(out) } : {}),
    ...found?.usage,
  };
}

interface Counted {
  readonly band: string;
  readonly quantity: Decimal;
}

function sumsOf(uses: readonly Counted[]): ByBand {
  const byBand: Record<string, Decimal> = {};
  for (const { band, quantity } of uses) byBand[band] = (byBand[band] ?? zero).plus(quantity);
  return byBand;
}

/** What flowed out of a space during a stay. */
function exportsOf({ uses, meters, site }: RunInputs, stay: Stay) {
  const { from, to } = spanOf(stay.period, site.zone);
  const out = new Set(
    meters
      .filter(({ direction, role }) => direction === 'export' && role !== 'source')
      .map((meter) => meter.registerId),
  );
  return uses.filter(
    (use) =>
      out.has(use.registerId) &&
      use.spaceId === stay.spaceId &&
      use.memberId === stay.memberId &&
      use.from >= from &&
      use.to <= to,
  );
}

/** What the members come to, component by component in the order of the tariff, each rounded once; then what adjusts them. */
function partsOf(inputs: RunInputs, piece: Piece, days: Period, priced: readonly Priced[]): Part[][] {
  const order = new Map(piece.tariff.components.map(({ name }, i) => [name, i]));
  const isLong = monthsOf(days).length > 1;
  const keyOf = ({ line }: Priced): string =>
    line.why.rule === 'demand' || (line.why.rule === 'tier' && line.why.count === 'month' && isLong)
      ? `${line.description} ${line.period.from.slice(0, 7)}`
      : line.description;
  const groups = [...grouped(priced, keyOf).values()].map((some) =>
    [...grouped(some, (one) => one.memberId)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([memberId, own]) => partOf(inputs, piece, memberId, own)),
  );
  const inOrder = groups.toSorted(
    (a, b) => (order.get(a[0]?.line.component ?? '') ?? 0) - (order.get(b[0]?.line.component ?? '') ?? 0),
  );
  const adjusted = adjustedParts(inputs, piece, days, inOrder.flat());
  return [...inOrder, ...[...grouped(adjusted, ({ line }) => line.description).values()].map((some) => [...some])];
}

/** Minima, maxima and discounts of each member, over all that it is charged by the tariff. */
function adjustedParts(inputs: RunInputs, piece: Piece, days: Period, parts: readonly Part[]): Part[] {
  const coins: Coins = { currency: inputs.currency, rounding: 'half-up' };
  const stays = grouped(staysOver(inputs, days), ({ memberId }) => memberId);
  const members = [...grouped(parts, ({ memberId }) => memberId)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return members.flatMap(([memberId, own]) => {
    const period = hullOf(
      (stays.get(memberId) ?? []).map((stay) => stay.period),
      days,
    );
    const lines = own.map((part): RoundedLine => roundedOf(part, period));
    return adjust(piece.tariff, lines, period, inputs.period, coins).map((line): Part => {
      const { amount } = line;
      return partOf(inputs, piece, memberId, [{ memberId, line: { ...line, amount: rational(amount) } }]);
    });
  });
}

const roundedOf = ({ line, amount }: Part, period: Period): RoundedLine => ({
  ...line,
  band: null,
  quantity: rational(zero),
  amount,
  days: 0,
  period,
  why: { rule: 'per-day' },
});

/** From the first day of any to the last. */
function hullOf(periods: readonly Period[], days: Period): Period {
  const from = periods.map((period) => period.from).sort()[0] ?? days.from;
  const to =
    periods
      .map((period) => period.to)
      .sort()
      .at(-1) ?? days.to;
  return { from, to };
}
