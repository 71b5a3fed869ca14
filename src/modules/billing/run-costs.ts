import { accrueByDays } from '../../domain/apportionment/accrual.js';
import type { Key } from '../../domain/apportionment/key.js';
import { daysIn, type Days, type Period, within } from '../../domain/calendar/period.js';
import { prorate } from '../../domain/calendar/proration.js';
import { assert } from '../../domain/errors.js';
import type { Section } from '../../domain/invoice/invoice.js';
import { Decimal, one, quotient } from '../../domain/quantity/decimal.js';
import { coinScale } from '../../domain/quantity/money.js';
import type { BillComponent, Charge, RunInputs, SupplierBill } from './inputs.js';

/*
 * From bills and charges to the costs of a run: each is one amount, shared by one rule, over some days of the period.
 *
 *   standing charge 57.35, bill 1 to 31 October, key changed on the 16th
 *     → cost 1: 27.75, days 1 to 15, the old key · cost 2: 29.60, days 16 to 31, the new key · together 57.35
 *
 * A bill that straddles periods is accrued by days, a key that changes cuts its cost by days, and both cuts are the same
 * cut (accrual.ts), so the parts of a component over all runs and versions add up to it.
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
  readonly days: Period;
}

type Uncounted = Omit<RunCost, 'no'>;

/** What costs are made of: nothing of it is measured, so that what costs ask of the meters is known before. */
export type Costing = Pick<RunInputs, 'period' | 'currency' | 'tax' | 'bills' | 'charges' | 'keys'>;

const billSections: Record<BillComponent['kind'], Section> = {
  energy: 'energy',
  demand: 'energy',
  other: 'energy',
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
  const { period, currency, tax } = inputs;
  const days = within(period, bill.days);
  if (days === null) return [];
  const ofAmount = tax.kind === 'registered' ? component.amount : component.amount.plus(component.tax);
  return pieces(inputs, component.keyId, days).map((piece) => {
    const part = accrueByDays(ofAmount, currency, bill.days, piece.days);
    assert(part !== null, 'A piece of the days that bill and period share lies in the bill.');
    const whole = part.during.equals(part.whole);
    return {
      ...piece,
      bill: { id: bill.id, component: component.no, utility: bill.utility },
      chargeId: null,
      section: billSections[component.kind],
      component: `${bill.utility}:${component.kind}:${component.band ?? ''}:${component.description}`,
      description: whole
        ? component.description
        : `${component.description}, ${inDays(piece.days)} of ${inDays(bill.days)}`,
      quantity: whole ? component.quantity : null,
      unit: component.unit,
      price: component.price,
      taxCode: component.taxCode,
      ofAmount,
      amount: part.amount,
    };
  });
}

const inDays = (period: Period): string => {
  const count = daysIn(period);
  return count === 1 ? '1 day' : `${count} days`;
};

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
