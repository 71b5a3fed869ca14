import type { CostShare } from '../../domain/apportionment/apportion.js';
import { type Period, within } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import type { DraftLine } from '../../domain/invoice/lines.js';
import { type Decimal, sum, zero } from '../../domain/quantity/decimal.js';
import { roundToCoin } from '../../domain/quantity/money.js';
import { rate } from '../../domain/rating/rate.js';
import type { RatedLine, Usage } from '../../domain/rating/rated-line.js';
import type { Component, Tariff } from '../../domain/tariff/tariff.js';
import { usesOver, usualUtility } from './basis.js';
import { grouped } from './grouped.js';
import type { Charge, InForce, RunInputs } from './inputs.js';
import { chargeSections, type RunCost } from './run-costs.js';

/*
 * The community's own prices: nothing is split here. Each member's days and units are priced, and what the members together
 * come to is the cost that the run carries, so that the same promise covers it.
 *
 *   metering fee 0.10 a day: Rosa 31 days 3.10, Lund 12 days 1.20 → a cost of 4.30, shared 3.10 + 1.20
 *
 * A member is priced for each let space it has. A space that no meter measures has no units, and is priced by its days alone.
 */

/** A cost that came out of pricing; `key` is not asked for, it is shared already. */
export interface OwnCost extends Omit<RunCost, 'key' | 'calendar' | 'days'> {
  readonly tariffVersionId: string;
}

/** What members are charged by the community's own tariffs. */
export interface OwnCharges {
  readonly costs: readonly OwnCost[];
  readonly shares: readonly CostShare[];
  readonly lines: ReadonlyMap<string, readonly DraftLine[]>;
}

interface Priced {
  readonly memberId: string;
  readonly line: RatedLine;
}

/** Prices the members by every tariff that is charged. @param firstNo the number of the first cost */
export function priceOwnTariffs(inputs: RunInputs, firstNo: number): OwnCharges {
  const costs: OwnCost[] = [];
  const shares: CostShare[] = [];
  const lines = new Map<string, DraftLine[]>();
  for (const charge of inputs.charges.filter((one) => one.kind === 'tariff')) {
    const tariff = inputs.tariffs.get(charge.tariffId ?? '');
    for (const piece of tariff?.pieces ?? []) {
      const days = chargedDays(inputs, charge, piece);
      if (days === null) continue;
      const priced = priceMembers(inputs, piece, days);
      for (const ofComponent of grouped(priced, ({ line }) => line.description).values()) {
        const no = firstNo + costs.length;
        const byMember = [...grouped(ofComponent, (one) => one.memberId)].toSorted(([a], [b]) => (a < b ? -1 : 1));
        const parts = byMember.map(([memberId, some]) => partOf(inputs, memberId, some));
        costs.push(costOf(charge, piece, no, parts));
        shares.push(...sharesOf(no, parts));
        for (const part of parts) {
          const line = lineOf(inputs, charge, piece, no, part);
          lines.set(part.memberId, [...(lines.get(part.memberId) ?? []), line]);
        }
      }
    }
  }
  return { costs, shares, lines };
}

type Piece = InForce & { readonly tariff: Tariff };

function chargedDays({ period }: RunInputs, charge: Charge, piece: Piece): Period | null {
  const days = within(period, charge.days);
  return days === null ? null : within(days, piece.period);
}

function priceMembers(inputs: RunInputs, { tariff, calendar }: Piece, days: Period): Priced[] {
  const unit = unitOf(tariff);
  const utility = unit === null ? null : utilityOf(inputs, unit);
  const uses = utility === null ? [] : usesOver(inputs, { days, calendar, utility });
  const priced = new Set<string>();
  return inputs.pieces.flatMap(({ space, memberId, days: present }) => {
    const period = within(days, present);
    if (memberId === null || period === null || space.kind !== 'let') return [];
    const hand = JSON.stringify([space.id, memberId]);
    const own = priced.has(hand) ? [] : uses.filter((use) => use.spaceId === space.id && use.memberId === memberId);
    priced.add(hand);
    const usage = unit === null || own.length === 0 ? null : usageOf(unit, own);
    const asked = usage === null ? { components: tariff.components.filter(isStanding) } : tariff;
    return rate([{ tariff: asked, period, usage }]).map((line) => ({ memberId, line }));
  });
}

const isStanding = (component: Component): boolean => component.kind === 'standing';

const unitOf = ({ components }: Tariff): string | null =>
  components.flatMap((component) => (component.kind === 'standing' ? [] : [component.unit]))[0] ?? null;

/** The utility that is measured in a unit here; electricity where several are. */
function utilityOf({ meters }: RunInputs, unit: string): string | null {
  const utilities = meters.filter((meter) => meter.unit === unit).map((meter) => meter.utility);
  return utilities.includes(usualUtility) ? usualUtility : (utilities[0] ?? null);
}

function usageOf(unit: string, uses: readonly { readonly band: string; readonly quantity: Decimal }[]): Usage {
  const byBand: Record<string, Decimal> = {};
  for (const { band, quantity } of uses) byBand[band] = (byBand[band] ?? zero).plus(quantity);
  return { unit, byBand };
}

/** What one member is charged for one component: rounded once, over all the member's spaces. */
interface Part {
  readonly memberId: string;
  readonly line: RatedLine;
  readonly quantity: Decimal;
  readonly amount: Decimal;
}

function partOf({ currency }: RunInputs, memberId: string, priced: readonly Priced[]): Part {
  const [first] = priced;
  assert(first !== undefined, 'A group has a member.');
  const exact = sum(priced.map(({ line }) => line.amount));
  return {
    memberId,
    line: first.line,
    quantity: sum(priced.map(({ line }) => line.quantity)),
    amount: roundToCoin(exact, currency),
  };
}

function costOf(charge: Charge, piece: Piece, no: number, parts: readonly Part[]): OwnCost {
  const amount = sum(parts.map((part) => part.amount));
  const [first] = parts;
  assert(first !== undefined, "A cost of a tariff is somebody's.");
  return {
    no,
    bill: null,
    chargeId: charge.id,
    keyVersionId: null,
    tariffVersionId: piece.versionId,
    section: chargeSections[charge.section],
    component: `charge:${charge.code}:${first.line.description}`,
    description: nameOf(charge, first.line),
    quantity: sum(parts.map((part) => part.quantity)),
    unit: written(first.line.unit),
    price: first.line.price,
    taxCode: charge.taxCode,
    ofAmount: amount,
    amount,
  };
}

/** The charge and its component; once where both are called the same. */
const nameOf = ({ description }: Charge, component: RatedLine): string =>
  component.description === description ? description : `${description}: ${component.description}`;

const written = (unit: string): string => (unit === 'day' ? 'days' : unit);

function sharesOf(costNo: number, parts: readonly Part[]): CostShare[] {
  const pool = sum(parts.map((part) => part.amount));
  const whole = sum(parts.map((part) => part.quantity));
  return parts.map(({ memberId, quantity, amount }) => ({
    costNo,
    beneficiary: { kind: 'member', memberId },
    part: 'own',
    pool,
    weight: quantity,
    whole,
    amount,
    reasons: [],
  }));
}

function lineOf({ tax }: RunInputs, charge: Charge, piece: Piece, costNo: number, part: Part): DraftLine {
  const { price } = part.line;
  const unit = written(part.line.unit);
  return {
    costNo,
    section: chargeSections[charge.section],
    description: nameOf(charge, part.line),
    quantity: part.quantity,
    unit,
    price,
    net: part.amount,
    taxCode: tax.kind === 'registered' ? charge.taxCode : null,
    why: { kind: 'per-unit', quantity: part.quantity, unit, price, tariff: piece.versionId },
  };
}
