import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, page } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  newPayment,
  type NewPayment,
  newReversal,
  type NewReversal,
  payment,
  type PaymentReply,
  paymentsQuery,
  type PaymentsQuery,
} from './ledger.schema.js';
import { ownMembers } from './own-members.js';
import { PaymentsService } from './payments.service.js';

@Controller('payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  /** Enters a payment and posts it. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The payment was entered and posted.', payment)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newPayment }) body: NewPayment,
  ): Promise<PaymentReply> {
    return this.payments.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Payments, the last entered first; a member sees only its own.', page(payment))
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: paymentsQuery }) query: PaymentsQuery) {
    return this.payments.list(principal.communityId, query, ownMembers(principal));
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The payment.', payment)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<PaymentReply> {
    return this.payments.get(principal.communityId, id, ownMembers(principal));
  }

  /** Takes a payment back, whole: it bounced, was called back, or was entered by mistake. */
  @Post(':id/reverse')
  @Allow('treasurer')
  @Reply(201, 'The reversal, a payment of its own that points to the one it takes back.', payment)
  reverse(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newReversal }) body: NewReversal,
  ): Promise<PaymentReply> {
    return this.payments.reverse(principal.communityId, id, body, actorOf(principal));
  }
}
