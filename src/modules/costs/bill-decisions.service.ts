import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { BillDecisionReply, NewBillDecision } from './bill-decisions.schema.js';
import { SupplierBillsService } from './supplier-bills.service.js';

/** What named people decided about components that a check found wrong: to share them in spite of it, or to hold them back. */
@Injectable()
export class BillDecisionsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly bills: SupplierBillsService,
  ) {}

  /**
   * Decides about a component. Runs that are calculated from now on follow it; what was issued stays.
   *
   * @throws DomainError `not-found` (bill, component)
   */
  async decide(
    communityId: string,
    billId: string,
    { component, choice, reason }: NewBillDecision,
    actor: Actor,
  ): Promise<BillDecisionReply> {
    assert(actor.kind === 'person' && actor.id !== null, 'Decisions are made by people.');
    const bill = await this.bills.get(communityId, billId);
    if (!bill.components.some(({ no }) => no === component))
      throw new DomainError('not-found', `The bill ${bill.number} has no component ${component}.`);
    const [id, by, at] = [newId(), actor.id, this.clock.now()];
    return this.transactions.inCommunity(communityId, async (tx) => {
      await tx.query(
        `INSERT INTO bill_decision (community_id, id, bill_id, component_no, choice, reason, decided_by, decided_at)
         VALUES (current_community(), $1, $2, $3, $4, $5, $6, $7)`,
        [id, bill.id, component, choice, reason, by, at],
      );
      await this.audit.record(tx, {
        actor,
        type: 'supplier-bill.decided',
        subjectKind: 'supplier-bill',
        subjectId: bill.id,
        data: { component: String(component), choice, reason },
      });
      const made = (await readDecisions(tx, bill.id)).find((one) => one.id === id);
      assert(made, 'A decision that was just made is there.');
      return made;
    });
  }

  /** All decisions about a bill, the first first. @throws DomainError `not-found` */
  async list(communityId: string, billId: string): Promise<{ items: BillDecisionReply[] }> {
    const bill = await this.bills.get(communityId, billId);
    return this.transactions.inCommunity(communityId, async (tx) => ({ items: await readDecisions(tx, bill.id) }));
  }
}

const readDecisions = (tx: Tx, billId: string): Promise<BillDecisionReply[]> =>
  tx.query<BillDecisionReply>(
    `SELECT d.id, d.component_no AS component, d.choice, d.reason, jsonb_build_object('id', p.id, 'name', p.name) AS by, d.decided_at AS at
     FROM bill_decision d JOIN person p ON p.community_id = d.community_id AND p.id = d.decided_by
     WHERE d.community_id = current_community() AND d.bill_id = $1 ORDER BY d.no`,
    [billId],
  );
