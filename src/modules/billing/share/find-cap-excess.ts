import { simpleKeysOf } from '../../../domain/apportionment/key.js';
import { daysIn } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import type { DraftLine } from '../../../domain/invoice/lines.js';
import { type CapPart, compareWithCap, referenceCap, resaleCap } from '../../../domain/invoice/price-cap.js';
import { Decimal, decimal, sum, zero } from '../../../domain/quantity/decimal.js';
import { writeMoney } from '../../../domain/quantity/money.js';
import { clipped, sourcesOver, usesOver, usualUtility } from '../collect/basis.js';
import type { MeasuredUse, RunInputs, TaxRules } from '../run/inputs.js';
import { isDomestic, useAtPremises } from '../collect/premises.js';
import type { RunCost } from '../run/run-costs.js';

/*
 * Whether anybody is charged more for energy than a cap of the community allows. Levies, common parts and fees are left out of both
 * sides; both sides bear the tax that goes with them, so they are compared without it where it is charged, and with it where it is
 * part of the cost. A part of the cost that its key shares without a meter is energy all the same: whoever bears more of it than its
 * use comes to is charged more than was paid.
 */

type Cap = TaxRules['caps'][number];

/** A blocking finding for every member above a cap, with the figures. @param lines of members, before anything is given to them */
export function findCapExcess(
  inputs: RunInputs,
  costs: readonly RunCost[],
  lines: ReadonlyMap<string, readonly DraftLine[]>,
): Issue[] {
  const byNo = new Map(costs.map((cost) => [cost.no, cost]));
  return inputs.taxRules.caps.flatMap((cap) =>
    [...lines].flatMap(([memberId, own]): Issue[] => {
      if (cap.members === 'domestic' && !isDomestic(inputs, memberId, cap.utility)) return [];
      const allowed = capOf(inputs, costs, memberId, cap);
      if (allowed === null) return [];
      const charged = sum(own.filter((line) => isCapped(byNo, line, cap.utility)).map((line) => line.net));
      const { excess } = compareWithCap(charged, allowed);
      return excess.isZero() ? [] : [exceeded(inputs, memberId, cap, charged, allowed, excess)];
    }),
  );
}

/** Units and standing charges of the utility, of a bill or at the community's own prices. */
function isCapped(costs: ReadonlyMap<number, RunCost>, { costNo, section }: DraftLine, utility: string): boolean {
  if (section !== 'energy' && section !== 'standing') return false;
  const bill = costNo === null ? null : (costs.get(costNo)?.bill ?? null);
  return (bill?.utility ?? usualUtility) === utility;
}

/** Null where nothing of the member was measured: there is no use to be capped. */
function capOf(inputs: RunInputs, costs: readonly RunCost[], memberId: string, cap: Cap): Decimal | null {
  const use = useAtPremises(inputs, memberId, cap.utility);
  if (use === null) return null;
  if (cap.kind === 'reference') {
    const price = { perUnit: decimal(cap.perUnit), perDay: decimal(cap.perDay), percent: decimal(cap.percent) };
    return referenceCap(use, price, inputs.currency);
  }
  const paid = costs.filter(({ bill, section }) => bill?.utility === cap.utility && isPaidFor(section));
  return resaleCap(
    paid.map((cost) => partOf(inputs, cost, memberId, cap)),
    inputs.currency,
  );
}

const isPaidFor = (section: RunCost['section']): boolean => section === 'energy' || section === 'standing';

/** What a member had of what a component was paid for. */
function partOf(inputs: RunInputs, cost: RunCost, memberId: string, cap: Cap): CapPart {
  const { amount, days, section } = cost;
  if (cap.kind === 'resale' && section === 'standing' && cap.standing === 'equal') {
    const held = clipped(inputs.pieces, days).filter(({ space }) => space.kind === 'let');
    const count = (some: typeof held) => sum(some.map((piece) => new Decimal(daysIn(piece.days))));
    return { amount, own: count(held.filter((piece) => piece.memberId === memberId)), whole: count(held) };
  }
  const band = cap.kind === 'resale' && section === 'energy' ? bandOf(inputs, cost) : wholeUse;
  const measure = { days, calendar: band.calendar, utility: cap.utility };
  const isOf = (use: { readonly band: string }): boolean => band.band === null || use.band === band.band;
  const quantity = (some: readonly { readonly quantity: Decimal }[]) => sum(some.map((one) => one.quantity));
  const bill = inputs.bills.find((one) => one.id === cost.bill?.id);
  const uses = usesOver(inputs, measure).filter(isOf);
  const counted = quantity(sourcesOver(inputs, measure, bill).filter(isOf));
  const used = quantity(uses);
  const own = quantity(uses.filter((use) => use.memberId === memberId));
  return { amount, own, whole: counted.greaterThan(zero) ? counted : used };
}

const wholeUse = { calendar: null, band: null } as const;

/** The band whose units a component was paid for, and the calendar that counts it; the whole where no meter tells it apart. */
function bandOf(
  inputs: RunInputs,
  { bill: of, key, calendar }: RunCost,
): { calendar: string | null; band: string | null } {
  const [shared, ...others] = new Set(simpleKeysOf(key).flatMap((one) => (one.kind === 'metered' ? [one.band] : [])));
  if (typeof shared === 'string' && others.length === 0) return { calendar, band: shared };
  const bill = inputs.bills.find((one) => one.id === of?.id);
  const band = bill?.components.find((one) => one.no === of?.component)?.band ?? null;
  const own = new Set(inputs.meters.filter(({ utility }) => utility === of?.utility).map((one) => one.registerId));
  const isCounting = (use: MeasuredUse): boolean =>
    use.calendar !== null && use.band === band && own.has(use.registerId);
  const counting = inputs.uses.find(isCounting)?.calendar ?? null;
  return band === null || counting === null ? wholeUse : { calendar: counting, band };
}

const sayings: Readonly<Record<Cap['kind'], string>> = {
  resale: 'what the supplier was paid for it',
  'cost-only': 'its part of the cost by use',
  reference: 'its share of the reference price',
};

function exceeded(
  { period, currency, codes }: RunInputs,
  memberId: string,
  { kind, utility }: Cap,
  charged: Decimal,
  cap: Decimal,
  excess: Decimal,
): Issue {
  const money = (amount: Decimal): string => writeMoney(amount, currency);
  const member = codes[memberId] ?? memberId;
  return {
    code: 'price-cap-exceeded',
    severity: 'blocking',
    subject: { kind: 'member', id: `${memberId}/${utility}/${kind}`, label: member },
    ...period,
    detail: `${member} is charged ${money(charged)} for ${utility}; the cap is ${money(cap)}, ${sayings[kind]}: ${money(excess)} too much.`,
    remedy: `Lower the community's own prices of ${utility}, share the bill by the units it was paid for, or adopt another cap.`,
    facts: { member, utility, kind, currency, charged: money(charged), cap: money(cap), excess: money(excess) },
  };
}
