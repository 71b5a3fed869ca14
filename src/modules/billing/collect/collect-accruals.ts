import { Injectable } from '@nestjs/common';
import { type AccrualBasis, basisByDays } from '../../../domain/apportionment/accrual-basis.js';
import { daysIn, type Period, within } from '../../../domain/calendar/period.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CountedBySource } from './counted-by-source.js';
import type { BillComponent, ComponentAccrual, RunInputs, RunKey, RunSite, SupplierBill } from '../run/inputs.js';
import { wholeOf } from '../run/run-costs.js';

/** What accrual looks at. */
type Accruing = Pick<RunInputs, 'period' | 'bills' | 'tax'> & { readonly keys: ReadonlyMap<string, RunKey> };

/**
 * By what the components of bills belong to days, where they are cut at all: because the bill is longer than the period, or because a
 * key changes in it.
 *
 * The first run that is issued fixes the marks of a bill for all that come after it (fix-accruals.ts): readings that come later change
 * nothing of what the parts add up to.
 */
@Injectable()
export class CollectAccruals {
  constructor(private readonly counted: CountedBySource) {}

  async collect(tx: Tx, communityId: string, site: RunSite, accruing: Accruing): Promise<ComponentAccrual[]> {
    const { bills } = accruing;
    const fixed = await readFixed(
      tx,
      bills.map((bill) => bill.id),
    );
    const accruals: ComponentAccrual[] = [];
    for (const bill of bills) {
      const known = new Map<string, AccrualBasis>();
      for (const component of bill.components) {
        const before = fixed.find((one) => one.billId === bill.id && one.component === component.no);
        if (before !== undefined) {
          accruals.push(before);
          continue;
        }
        if (!isCut(accruing, bill, component)) continue;
        const { unit, basis } = await this.basisOf(tx, communityId, site, accruing, bill, component, known);
        accruals.push({ billId: bill.id, component: component.no, ...wholeOf(accruing, component), unit, basis });
      }
    }
    return accruals;
  }

  private async basisOf(
    tx: Tx,
    communityId: string,
    site: RunSite,
    { period, keys }: Accruing,
    bill: SupplierBill,
    component: BillComponent,
    known: Map<string, AccrualBasis>,
  ): Promise<Pick<ComponentAccrual, 'unit' | 'basis'>> {
    const unit = unitCounted(bill, component);
    if (unit === null) return { unit: 'days', basis: basisByDays(bill.days, false) };
    const { band } = component;
    const calendar = band === null ? null : calendarOf(keys.get(component.keyId));
    if (band !== null && calendar === null) return { unit: 'days', basis: basisByDays(bill.days, true) };
    const name = JSON.stringify([calendar, band]);
    const basis =
      known.get(name) ??
      (await this.counted.over(tx, communityId, site, {
        ...{ utility: bill.utility, days: bill.days, calendar, band },
        asked: [period.from, period.to],
      }));
    known.set(name, basis);
    return { unit: basis.by === 'use' ? unit : 'days', basis };
  }
}

const calendarOf = (key: RunKey | undefined): string | null =>
  key?.pieces.find((piece) => piece.calendar !== null)?.calendar ?? null;

/** A component that goes by what was counted: energy, and a levy per unit of it. @returns its unit, or null for one by days */
function unitCounted(bill: SupplierBill, { kind, unit, quantity }: BillComponent): string | null {
  if (kind === 'energy') return unit ?? 'units';
  const energyUnits = bill.components.flatMap((one) => (one.kind === 'energy' ? [one.unit] : []));
  return kind === 'levy' && quantity !== null && energyUnits.includes(unit) ? unit : null;
}

function isCut({ period, keys }: Accruing, bill: SupplierBill, { keyId }: BillComponent): boolean {
  const days = within(period, bill.days);
  if (days === null) return false;
  if (daysIn(days) < daysIn(bill.days)) return true;
  return (keys.get(keyId)?.pieces.filter((piece) => within(days, piece.period) !== null).length ?? 0) > 1;
}

interface FixedRow {
  readonly billId: string;
  readonly component: number;
  readonly amount: string;
  readonly tax: string;
  readonly unit: string;
  readonly by: AccrualBasis['by'];
  readonly marks: readonly { readonly day: string; readonly counted: string }[];
  readonly isEstimated: boolean;
}

/** What an issued run has fixed. */
async function readFixed(tx: Tx, billIds: readonly string[]): Promise<ComponentAccrual[]> {
  if (billIds.length === 0) return [];
  const rows = await tx.query<FixedRow>(
    `SELECT bill_id AS "billId", component_no AS component, amount, tax, unit, by, marks, is_estimated AS "isEstimated"
     FROM bill_accrual WHERE community_id = current_community() AND bill_id = ANY($1::uuid[]) ORDER BY bill_id, component_no`,
    [billIds],
  );
  return rows.map(({ billId, component, unit, by, marks, isEstimated, ...whole }) => ({
    ...{ billId, component, unit, amount: decimal(whole.amount), tax: decimal(whole.tax) },
    basis: { by, marks: marks.map(({ day, counted }) => ({ day, counted: decimal(counted) })), isEstimated },
  }));
}

/** The bill is longer than the period, so that other runs have a part of it. */
export const isShared = (period: Period, { days }: SupplierBill): boolean => {
  const own = within(period, days);
  return own !== null && daysIn(own) < daysIn(days);
};
