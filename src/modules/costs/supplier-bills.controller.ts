import { Body, Controller, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, page } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { BillAccrualService } from './bill-accrual.service.js';
import { BillCheckService } from './bill-check.service.js';
import {
  billDecision,
  type BillDecisionReply,
  billDecisions,
  newBillDecision,
  type NewBillDecision,
} from './bill-decisions.schema.js';
import { BillDecisionsService } from './bill-decisions.service.js';
import {
  billAccrual,
  type BillAccrualReply,
  billCheck,
  type BillCheckReply,
  mediaTypes,
  newSupplierBill,
  type NewSupplierBill,
  supplierBill,
  type SupplierBillReply,
  supplierBillsQuery,
  type SupplierBillsQuery,
} from './supplier-bills.schema.js';
import { SupplierBillsService } from './supplier-bills.service.js';

/** Bills and their documents are open to every member: they are what all shares come from. */
@Controller('supplier-bills')
export class SupplierBillsController {
  constructor(
    private readonly bills: SupplierBillsService,
    private readonly checks: BillCheckService,
    private readonly accruals: BillAccrualService,
    private readonly decisions: BillDecisionsService,
  ) {}

  /** Enters a bill with its document. It adds up to the coin, and it is never changed. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The bill was entered.', supplierBill)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newSupplierBill }) body: NewSupplierBill,
  ): Promise<SupplierBillReply> {
    return this.bills.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Supplier bills, the last entered first.', page(supplierBill))
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: supplierBillsQuery }) query: SupplierBillsQuery) {
    return this.bills.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The bill with its components.', supplierBill)
  get(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<SupplierBillReply> {
    return this.bills.get(principal.communityId, id);
  }

  /** Recomputes the bill: quantity × price against each amount, and its energy against the community's own source meter. */
  @Get(':id/check')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'What agrees, what differs, and what could not be checked.', billCheck)
  check(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<BillCheckReply> {
    return this.checks.check(principal.communityId, id);
  }

  /** Which part of each component runs have taken on, by what the rest belongs to days, and what is left. */
  @Get(':id/accrual')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The parts of each component by run.', billAccrual)
  accrual(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<BillAccrualReply> {
    return this.accruals.accrual(principal.communityId, id);
  }

  /** Decides about a component: shared as billed in spite of what was found, or held back. The last decision counts, and all of them stay. */
  @Post(':id/decisions')
  @Allow('treasurer')
  @Reply(201, 'The decision was written down.', billDecision)
  decide(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newBillDecision }) body: NewBillDecision,
  ): Promise<BillDecisionReply> {
    return this.decisions.decide(principal.communityId, id, body, actorOf(principal));
  }

  @Get(':id/decisions')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'What was decided about the components of the bill, by whom and why, the first first.', billDecisions)
  decided(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam) {
    return this.decisions.list(principal.communityId, id);
  }

  @Get(':id/document')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The file that came with the bill.', undefined, mediaTypes)
  async document(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<StreamableFile> {
    const { name, mediaType, content } = await this.bills.document(principal.communityId, id);
    return new StreamableFile(content, {
      type: mediaType,
      length: content.length,
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    });
  }
}
