import { Injectable } from '@nestjs/common';
import type { CivilDate, Days, Period } from '../../domain/calendar/period.js';
import { type Decimal, decimal } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { readBills } from './bill-rows.js';
import { type ChargeRow, chargeColumns } from './charge-rows.js';
import type { ComponentReply } from './supplier-bills.schema.js';

/** A component of a supplier's bill, in exact numbers. */
export interface BillComponent {
  readonly no: number;
  readonly description: string;
  readonly kind: ComponentReply['kind'];
  readonly band: string | null;
  readonly quantity: Decimal | null;
  readonly unit: string | null;
  readonly price: Decimal | null;
  /** Net of tax. */
  readonly amount: Decimal;
  /** What the supplier charges on it. */
  readonly tax: Decimal;
  /** The tax that members pay on their share. */
  readonly taxCode: string;
  readonly keyId: string;
  /** What a person decided about it last. */
  readonly decision: ComponentReply['decision'];
}

export interface SupplierBill {
  readonly id: string;
  readonly supplier: string;
  readonly number: string;
  readonly kind: BillRow['kind'];
  readonly utility: string;
  readonly days: Period;
  readonly currency: string;
  readonly net: Decimal;
  readonly tax: Decimal;
  readonly gross: Decimal;
  /** Of the document it came with, hexadecimal; null where it came without. */
  readonly sha256: string | null;
  /** In the order of the bill. */
  readonly components: readonly BillComponent[];
}

export interface Charge {
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly section: ChargeRow['section'];
  readonly kind: ChargeRow['kind'];
  readonly amount: Decimal | null;
  readonly per: ChargeRow['per'];
  readonly proration: ChargeRow['proration'];
  readonly days: Days;
  readonly taxCode: string;
  readonly keyId: string | null;
  readonly spaceId: string | null;
  readonly tariffId: string | null;
}

/** What a site cost in a period, for whoever shares it. */
@Injectable()
export class CostsService {
  /**
   * Bills that share a day with the period and were not replaced, by supplier and number, and the charges in force in it, by code.
   *
   * A one-off charge without an end belongs to the period of its first day alone.
   */
  async forRun(
    tx: Tx,
    communityId: string,
    siteId: string,
    period: Period,
  ): Promise<{ readonly bills: readonly SupplierBill[]; readonly charges: readonly Charge[] }> {
    const params = [communityId, siteId, period.from, period.to];
    const bills = await tx.query<{ id: string }>(
      `SELECT b.id FROM supplier_bill b WHERE b.community_id = $1 AND b.site_id = $2 AND b.days && daterange($3::date, $4::date)
         AND NOT EXISTS (SELECT FROM supplier_bill o WHERE o.community_id = b.community_id AND o.replaces_id = b.id)`,
      params,
    );
    const charges = await tx.query<ChargeRow>(
      `${chargeColumns}
       WHERE c.community_id = $1 AND c.site_id = $2 AND c.days && daterange($3::date, $4::date)
         AND NOT (c.kind = 'one-off' AND upper_inf(c.days) AND lower(c.days) < $3::date)
       ORDER BY c.code COLLATE "C"`,
      params,
    );
    const rows = await readBills(
      tx,
      communityId,
      bills.map(({ id }) => id),
    );
    return { bills: rows.map(exactBill), charges: charges.map(exactCharge) };
  }

  /**
   * The last bills of each utility that end by a day, within a year: all that end on the same day, none that was replaced, and no credit.
   * From these is expected what days cost of which no bill has come.
   */
  async lastBefore(tx: Tx, communityId: string, siteId: string, day: CivilDate): Promise<readonly SupplierBill[]> {
    const bills = await tx.query<{ id: string }>(
      `WITH ended AS (
         SELECT b.id, b.utility, upper(b.days) AS ends FROM supplier_bill b
         WHERE b.community_id = $1 AND b.site_id = $2 AND b.kind <> 'credit' AND upper(b.days) <= $3::date AND upper(b.days) > $3::date - 366
           AND NOT EXISTS (SELECT FROM supplier_bill o WHERE o.community_id = b.community_id AND o.replaces_id = b.id))
       SELECT e.id FROM ended e WHERE e.ends = (SELECT max(o.ends) FROM ended o WHERE o.utility = e.utility)`,
      [communityId, siteId, day],
    );
    const rows = await readBills(
      tx,
      communityId,
      bills.map(({ id }) => id),
    );
    return rows.map(exactBill);
  }
}

type BillRow = Awaited<ReturnType<typeof readBills>>[number];

const exactBill = ({ period, net, tax, gross, document, components, ...bill }: BillRow): SupplierBill => ({
  id: bill.id,
  supplier: bill.supplier,
  number: bill.number,
  kind: bill.kind,
  utility: bill.utility,
  currency: bill.currency,
  days: period,
  net: decimal(net),
  tax: decimal(tax),
  gross: decimal(gross),
  sha256: document?.sha256 ?? null,
  components: components.map(exactComponent),
});

const exactComponent = ({ key, quantity, price, amount, tax, ...component }: ComponentReply): BillComponent => ({
  no: component.no,
  description: component.description,
  kind: component.kind,
  band: component.band,
  unit: component.unit,
  taxCode: component.taxCode,
  quantity: exact(quantity),
  price: exact(price),
  amount: decimal(amount),
  tax: decimal(tax),
  keyId: key.id,
  decision: component.decision,
});

const exactCharge = ({ amount, key, space, tariff, ...charge }: ChargeRow): Charge => ({
  id: charge.id,
  code: charge.code,
  description: charge.description,
  section: charge.section,
  kind: charge.kind,
  per: charge.per,
  proration: charge.proration,
  days: charge.days,
  taxCode: charge.taxCode,
  amount: exact(amount),
  keyId: key?.id ?? null,
  spaceId: space?.id ?? null,
  tariffId: tariff?.id ?? null,
});

const exact = (text: string | null): Decimal | null => (text === null ? null : decimal(text));
