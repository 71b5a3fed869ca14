import { Injectable } from '@nestjs/common';
import type { Period } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';
import { decimal, sum } from '../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../domain/quantity/money.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import type { BillAccrualReply, ComponentReply } from './supplier-bills.schema.js';
import { SupplierBillsService } from './supplier-bills.service.js';

type Told = BillAccrualReply['components'][number];

interface Fixed extends Pick<Told, 'by' | 'unit' | 'isEstimated' | 'marks'> {
  readonly no: number;
  readonly amount: string;
}

interface Part {
  readonly no: number;
  readonly run: string;
  readonly period: Period;
  readonly ofAmount: string;
  readonly amount: string;
}

/** Which part of a bill went into which run. */
@Injectable()
export class BillAccrualService {
  constructor(
    private readonly transactions: Transactions,
    private readonly bills: SupplierBillsService,
  ) {}

  /** @throws DomainError `not-found` */
  async accrual(communityId: string, id: string): Promise<BillAccrualReply> {
    const bill = await this.bills.get(communityId, id);
    const { fixed, parts } = await this.transactions.inCommunity(communityId, async (tx) => ({
      fixed: await readFixed(tx, bill.id),
      parts: await readParts(tx, bill.id),
    }));
    const components = bill.components.map((component) =>
      told(
        component,
        fixed.find(({ no }) => no === component.no),
        parts.filter(({ no }) => no === component.no),
        bill.currency,
      ),
    );
    return { bill: bill.id, currency: bill.currency, components };
  }
}

function told(
  { no, description, amount: net }: ComponentReply,
  fixed: Fixed | undefined,
  parts: readonly Part[],
  currency: string,
): Told {
  assert(isCurrency(currency), 'A bill was entered in a currency that is known.');
  const amount = decimal(fixed?.amount ?? parts[0]?.ofAmount ?? net);
  const accrued = sum(parts.map((part) => decimal(part.amount)));
  return {
    no,
    description,
    amount: writeMoney(amount, currency),
    by: fixed?.by ?? null,
    unit: fixed?.unit ?? null,
    isEstimated: fixed?.isEstimated ?? null,
    marks: fixed?.marks ?? [],
    parts: parts.map(({ run, period, amount: part }) => ({
      ...{ run, period },
      amount: writeMoney(decimal(part), currency),
    })),
    accrued: writeMoney(accrued, currency),
    left: writeMoney(amount.minus(accrued), currency),
  };
}

const readFixed = (tx: Tx, billId: string): Promise<Fixed[]> =>
  tx.query<Fixed>(
    `SELECT component_no AS no, amount, by, unit, is_estimated AS "isEstimated", marks FROM bill_accrual
     WHERE community_id = current_community() AND bill_id = $1`,
    [billId],
  );

/** By run that stands, in the order of their days; a component that a key cuts is one part. */
const readParts = (tx: Tx, billId: string): Promise<Part[]> =>
  tx.query<Part>(
    `SELECT c.bill_component_no AS no, r.id AS run, r.days AS period, max(c.of_amount)::numeric AS "ofAmount", sum(c.amount)::numeric AS amount
     FROM run_cost c JOIN standing_run r ON r.community_id = c.community_id AND r.id = c.run_id
     WHERE c.community_id = current_community() AND c.bill_id = $1
     GROUP BY c.bill_component_no, r.id, r.days ORDER BY c.bill_component_no, r.days, r.id`,
    [billId],
  );
