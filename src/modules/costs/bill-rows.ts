import type { Period } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { decimal, plain } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { ComponentReply, SupplierBillReply } from './supplier-bills.schema.js';

/** A bill as it is read: with its components, its document's hash, and other bills that came with the same file. */
export type BillRow = SupplierBillReply;

interface Head {
  readonly id: string;
  readonly siteId: string;
  readonly siteCode: string;
  readonly supplier: string;
  readonly number: string;
  readonly utility: string;
  readonly kind: SupplierBillReply['kind'];
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly period: Period;
  readonly currency: string;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly createdAt: string;
  readonly document: Omit<NonNullable<SupplierBillReply['document']>, 'sameAs'> | null;
  readonly sameAs: NonNullable<SupplierBillReply['document']>['sameAs'];
  /** Issued runs of its days that do not share it. */
  readonly without: readonly { readonly run: string; readonly from: string; readonly to: string }[];
}

type Component = Omit<ComponentReply, 'key'> & {
  readonly billId: string;
  readonly keyId: string;
  readonly keyCode: string;
};

/** Reads bills by their ids; those that are not there are left out. */
export async function readBills(tx: Tx, communityId: string, ids: readonly string[]): Promise<BillRow[]> {
  if (ids.length === 0) return [];
  const heads = await tx.query<Head>(
    `SELECT b.id, b.site_id AS "siteId", s.code AS "siteCode", b.supplier, b.number, b.kind, b.replaces_id AS replaces, b.utility, b.days AS period, b.currency,
            (SELECT o.id FROM supplier_bill o WHERE o.community_id = b.community_id AND o.replaces_id = b.id) AS "replacedBy",
            b.net, b.tax, b.gross, b.created_at AS "createdAt",
            CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('name', f.name, 'mediaType', f.media_type,
              'bytes', length(f.content), 'sha256', encode(f.sha256, 'hex')) END AS document,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'supplier', o.supplier, 'number', o.number) ORDER BY o.id), '[]')
             FROM supplier_bill o WHERE o.community_id = b.community_id AND o.file_id = b.file_id AND o.id <> b.id) AS "sameAs",
            (SELECT coalesce(jsonb_agg(jsonb_build_object('run', r.origin_id, 'from', lower(r.days), 'to', upper(r.days)) ORDER BY r.days), '[]')
             FROM standing_run r WHERE r.community_id = b.community_id AND r.site_id = b.site_id AND r.days && b.days
               AND NOT EXISTS (SELECT FROM run_cost c WHERE c.community_id = r.community_id AND c.run_id = r.id AND c.bill_id = b.id)
               AND NOT EXISTS (SELECT FROM supplier_bill o WHERE o.community_id = b.community_id AND o.replaces_id = b.id)) AS without
     FROM supplier_bill b
     JOIN site s ON s.community_id = b.community_id AND s.id = b.site_id
     LEFT JOIN stored_file f ON f.community_id = b.community_id AND f.id = b.file_id
     WHERE b.community_id = $1 AND b.id = ANY($2::uuid[]) ORDER BY b.supplier COLLATE "C", b.number COLLATE "C"`,
    [communityId, ids],
  );
  const components = await tx.query<Component>(
    `SELECT c.bill_id AS "billId", c.no, c.description, c.kind, c.band, c.quantity, c.unit, c.price, c.amount, c.tax,
            c.tax_code AS "taxCode", c.key_id AS "keyId", k.code AS "keyCode",
            (SELECT jsonb_build_object('choice', d.choice, 'reason', d.reason) FROM bill_decision d
             WHERE d.community_id = c.community_id AND d.bill_id = c.bill_id AND d.component_no = c.no ORDER BY d.no DESC LIMIT 1) AS decision
     FROM supplier_bill_component c JOIN apportionment_key k ON k.community_id = c.community_id AND k.id = c.key_id
     WHERE c.community_id = $1 AND c.bill_id = ANY($2::uuid[]) ORDER BY c.bill_id, c.no`,
    [communityId, ids],
  );
  return heads.map((head) =>
    billOf(
      head,
      components.filter(({ billId }) => billId === head.id),
    ),
  );
}

function billOf(
  { siteId, siteCode, document, sameAs, currency, without, ...head }: Head,
  components: readonly Component[],
): BillRow {
  assert(isCurrency(currency), 'A bill was entered in a currency that is known.');
  const money = (text: string): string => writeMoney(decimal(text), currency);
  return {
    ...head,
    site: { id: siteId, code: siteCode },
    currency,
    net: money(head.net),
    tax: money(head.tax),
    gross: money(head.gross),
    components: components.map(({ keyId, keyCode, quantity, price, amount, tax, ...component }) => ({
      ...component,
      quantity: canonical(quantity),
      price: canonical(price),
      amount: money(amount),
      tax: money(tax),
      key: { id: keyId, code: keyCode },
    })),
    document: document === null ? null : { ...document, sameAs },
    warnings: without.map(warningOf),
  };
}

const warningOf = ({ run, from, to }: Head['without'][number]): SupplierBillReply['warnings'][number] => ({
  ...{ code: 'days-already-billed', run, period: { from, to } },
  detail: `A run was issued for ${from} to ${to} without this bill, so nobody bears its part of these days.`,
  remedy: `Correct that run: POST /api/v1/billing-runs/${run}/corrections, then calculate, approve and issue the correction.`,
});

const canonical = (text: string | null): string | null => (text === null ? null : plain(decimal(text)));
