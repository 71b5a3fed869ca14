import { accrueByDays } from '../../../domain/apportionment/accrual.js';
import { accrueByBasis, type AccruedPart, basisByDays, sayPart } from '../../../domain/apportionment/accrual-basis.js';
import type { Key } from '../../../domain/apportionment/key.js';
import { daysIn, type Days, type Period, within } from '../../../domain/calendar/period.js';
import { prorate } from '../../../domain/calendar/proration.js';
import { assert } from '../../../domain/errors.js';
import type { Section } from '../../../domain/invoice/invoice.js';
import { Decimal, one, plain, quotient, zero } from '../../../domain/quantity/decimal.js';
import { coinScale } from '../../../domain/quantity/money.js';
import type { BillComponent, Charge, RunInputs, SupplierBill } from './inputs.js';

/*
 * From bills and charges to the costs of a run: each is one amount, shared by one rule, over some days of the period.
 *
 *   standing charge 57.35, bill 1 to 31 October, key changed on the 16th
 *     → cost 1: 27.75, days 1 to 15, the old key · cost 2: 29.60, days 16 to 31, the new key · together 57.35
 *
 * A bill that straddles periods is accrued by what the source meter counted, or by days; a key that changes cuts its cost in the same
 * way, and both cuts are the same cut (accrual-basis.ts), so the parts of a component over all runs and versions add up to it.
 */

export interface RunCost {
  readonly no: number;
  readonly bill: { readonly id: string; readonly component: number; readonly utility: string } | null;
  readonly chargeId: string | null;
  readonly keyVersionId: string | null;
  readonly calendar: string | null;
  readonly key: Key;
  readonly section: Section;
  /** Decides ties together with the period; the same from month to month. */
  readonly component: string;
  readonly description: string;
  readonly quantity: Decimal | null;
  readonly unit: string | null;
  readonly price: Decimal | null;
  readonly taxCode: string;
  readonly ofAmount: Decimal;
  readonly amount: Decimal;
  /** What the community reclaims of the supplier's tax on this part. */
  readonly supplierTax: Decimal;
  readonly days: Period;
  /** Why all of it is held; null where it is shared by its key. */
  readonly heldBecause: string | null;
}

type Uncounted = Omit<RunCost, 'no'>;

/** What costs are made of: nothing of it is measured, so that what costs ask of the meters is known before. */
export type Costing = Pick<RunInputs, 'period' | 'currency' | 'tax' | 'bills' | 'accruals' | 'charges' | 'keys'>;

const billSections: Record<BillComponent['kind'], Section> = {
  energy: 'energy',
  demand: 'energy',
  other: 'energy',
  'late-fee': 'fee',
  levy: 'levy',
  standing: 'standing',
};
export const chargeSections: Record<Charge['section'], Section> = {
  energy: 'energy',
  rent: 'space',
  service: 'space',
  internet: 'space',
  fee: 'fee',
  other: 'own-charge',
};

/** The costs that are shared, numbered in a fixed order: bills by supplier and number, then charges by code. */
export function runCosts(inputs: Costing): RunCost[] {
  const costs = [
    ...inputs.bills.flatMap((bill) => bill.components.flatMap((component) => ofComponent(inputs, bill, component))),
    ...inputs.charges.flatMap((charge) => ofCharge(inputs, charge)),
  ];
  return costs.map((cost, index) => ({ no: index + 1, ...cost }));
}

function ofComponent(inputs: Costing, bill: SupplierBill, component: BillComponent): Uncounted[] {
  const { period, currency, accruals } = inputs;
  const days = within(period, bill.days);
  if (days === null) return [];
  const accrual = accruals.find((one) => one.billId === bill.id && one.component === component.no);
  const { amount: ofAmount, tax: ofTax } = accrual ?? wholeOf(inputs, component);
  const { basis, unit } = accrual ?? { basis: basisByDays(bill.days, false), unit: 'days' };
  const heldBecause = whyHeld(component);
  const cuts = heldBecause === null ? pieces(inputs, component.keyId, days) : [heldOver(days)];
  return cuts.map((piece) => {
    const part = accrueByBasis(ofAmount, currency, bill.days, basis, piece.days);
    const taxed = accrueByBasis(ofTax, currency, bill.days, basis, piece.days);
    assert(part !== null && taxed !== null, 'A piece of the days that bill and period share lies in the bill.');
    const whole = daysIn(piece.days) === daysIn(bill.days);
    return {
      ...piece,
      bill: { id: bill.id, component: component.no, utility: bill.utility },
      chargeId: null,
      section: billSections[component.kind],
      component: `${bill.utility}:${component.kind}:${component.band ?? ''}:${component.description}`,
      description: `${component.description}${whole ? '' : `, ${partInWords(part, unit)}`}${heldBecause === null ? '' : ', held'}`,
      quantity: whole ? component.quantity : null,
      unit: component.unit,
      price: component.price,
      taxCode: component.taxCode,
      ofAmount,
      amount: part.amount,
      supplierTax: taxed.amount,
      heldBecause,
    };
  });
}

/** Whether a component is held back, and why: because a person said so, or because it is a late fee and nobody said otherwise. */
function whyHeld({ kind, decision }: BillComponent): string | null {
  if (decision !== null) return decision.choice === 'hold' ? decision.reason : null;
  return kind === 'late-fee' ? 'a late fee is not passed on unless somebody decides so' : null;
}

/** What is held is a share of nobody. */
const heldOver = (days: Period): Piece => ({
  keyVersionId: null,
  calendar: null,
  key: { kind: 'fixed', parts: [{ holder: { kind: 'held' }, part: one }] },
  days,
});

/** What is shared of a component, and what the community reclaims of its tax. */
export function wholeOf({ tax: policy }: Pick<RunInputs, 'tax'>, { amount, tax }: BillComponent) {
  const isRegistered = policy.kind === 'registered';
  return { amount: isRegistered ? amount : amount.plus(tax), tax: isRegistered ? tax : zero };
}

/** Which part a cost is of its component. @example '17 days of 31 days' · '300 of 400 kWh' · '17 days of 31 days, estimated' */
function partInWords(part: AccruedPart, unit: string): string {
  const words = part.by === 'use' ? sayPart(part, unit) : `${inDays(part.during)} of ${inDays(part.whole)}`;
  return part.isEstimated ? `${words}, estimated` : words;
}

const inDays = (count: Decimal): string => (count.equals(1) ? '1 day' : `${plain(count)} days`);

function ofCharge(inputs: Costing, charge: Charge): Uncounted[] {
  const days = within(inputs.period, charge.days);
  if (days === null || charge.kind === 'tariff') return [];
  const due = amountDue(charge, days, inputs);
  const cuts = charge.keyId === null ? [onSpace(charge, days)] : pieces(inputs, charge.keyId, days);
  return cuts.map((piece) => {
    const part = accrueByDays(due, inputs.currency, days, piece.days);
    assert(part !== null, 'A piece of the days of a charge lies in them.');
    return {
      ...piece,
      bill: null,
      chargeId: charge.id,
      section: chargeSections[charge.section],
      component: `charge:${charge.code}`,
      description: charge.description,
      quantity: null,
      unit: null,
      price: null,
      taxCode: charge.taxCode,
      ofAmount: charge.amount ?? due,
      amount: part.amount,
      supplierTax: zero,
      heldBecause: null,
    };
  });
}

/** What a charge comes to over its days in the period. A one-off charge with an end is spread over its own days; without one it falls due on its first. */
function amountDue(
  { amount, per, proration, days: agreed, code }: Charge,
  days: Period,
  { currency, period }: Costing,
): Decimal {
  assert(amount !== null && per !== null, `The charge ${code} has an amount.`);
  if (per === 'day') return amount.times(daysIn(days));
  if (per === 'once') {
    if (agreed.to !== null) return accrueByDays(amount, currency, closed(agreed), period)?.amount ?? amount.times(0);
    return agreed.from >= period.from ? amount : amount.times(0);
  }
  const { numerator, denominator } = prorate(days, per, proration);
  return quotient(amount.times(numerator), new Decimal(denominator), coinScale[currency], 'half-up');
}

function closed({ from, to }: Days): Period {
  assert(to !== null, 'A run of days with an end has one.');
  return { from, to };
}

type Piece = Pick<RunCost, 'keyVersionId' | 'calendar' | 'key' | 'days'>;

/** A charge on one space follows whoever has it, by days. */
const onSpace = ({ spaceId, code }: Charge, days: Period): Piece => {
  assert(spaceId !== null, `The charge ${code} has a key or a space.`);
  const key: Key = { kind: 'fixed', parts: [{ holder: { kind: 'space', spaceId }, part: one }] };
  return { keyVersionId: null, calendar: null, key, days };
};

/** The pieces of some days over which one version of a key is in force. Days without any are a finding of the key itself. */
function pieces({ keys }: Costing, keyId: string, days: Period): Piece[] {
  const found = keys.get(keyId);
  assert(found !== undefined, 'The key of a cost is collected with it.');
  return found.pieces.flatMap(({ period, versionId, calendar, key }) => {
    const shared = within(days, period);
    return shared === null ? [] : [{ keyVersionId: versionId, calendar, key, days: shared }];
  });
}
