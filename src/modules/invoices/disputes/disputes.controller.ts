import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { assert } from '../../../domain/errors.js';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { idParam, type IdParam } from '../../../platform/http/wire.js';
import { seenBy } from '../../community/places.service.js';
import {
  dispute,
  disputeDecision,
  type DisputeDecision,
  disputePage,
  disputePatterns,
  type DisputePatterns,
  type DisputeReply,
  disputesQuery,
  type DisputesQuery,
  disputeWords,
  type DisputeWords,
  newDispute,
  type NewDispute,
} from './disputes.schema.js';
import { DisputesService, type Party } from './disputes.service.js';

/** Questions about lines of invoices. Members ask and see their own; the treasurer may ask in a member's name. */
@Controller('disputes')
export class DisputesController {
  constructor(private readonly disputes: DisputesService) {}

  /** Questions a line of an invoice; its part is paused from now on. */
  @Post()
  @Allow('treasurer', 'member')
  @Reply(201, 'The question was entered.', dispute)
  ask(@CurrentPrincipal() principal: Principal, @Body({ schema: newDispute }) body: NewDispute): Promise<DisputeReply> {
    return this.disputes.ask(principal.communityId, body, partyOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Disputes, the last asked first; members see their own.', disputePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: disputesQuery }) query: DisputesQuery) {
    return this.disputes.list(principal.communityId, query, seenBy(principal));
  }

  @Get('patterns')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'What is questioned, by what the lines were for, and how much is late.', disputePatterns)
  patterns(@CurrentPrincipal() { communityId }: Principal): Promise<DisputePatterns> {
    return this.disputes.patterns(communityId);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The dispute with its steps.', dispute)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<DisputeReply> {
    return this.disputes.get(principal.communityId, id, seenBy(principal));
  }

  @Post(':id/answer')
  @Allow('treasurer')
  @Reply(201, 'The answer was entered; the part stays paused.', dispute)
  answer(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: disputeWords }) { text }: DisputeWords,
  ): Promise<DisputeReply> {
    return this.disputes.say(principal.communityId, id, 'answered', text, partyOf(principal));
  }

  /** Decides; the part is due again, or taken back by the document that is named. */
  @Post(':id/resolve')
  @Allow('treasurer', 'approver')
  @Reply(201, 'The decision was entered; the part is not paused any more.', dispute)
  resolve(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: disputeDecision }) body: DisputeDecision,
  ): Promise<DisputeReply> {
    return this.disputes.decide(principal.communityId, id, body, partyOf(principal));
  }

  /** Asks for a decision by another person; the part is paused again. */
  @Post(':id/refer')
  @Allow('treasurer', 'member')
  @Reply(201, 'The decision was referred to somebody else.', dispute)
  refer(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: disputeWords }) { text }: DisputeWords,
  ): Promise<DisputeReply> {
    return this.disputes.say(principal.communityId, id, 'referred', text, partyOf(principal));
  }

  @Post(':id/withdraw')
  @Allow('treasurer', 'member')
  @Reply(201, 'The question was taken back; the line is due again.', dispute)
  withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: disputeWords }) { text }: DisputeWords,
  ): Promise<DisputeReply> {
    return this.disputes.say(principal.communityId, id, 'withdrawn', text, partyOf(principal));
  }
}

function partyOf(principal: Principal): Party {
  const { personId, memberIds } = principal;
  assert(personId !== undefined, 'Only people have the roles that reach disputes.');
  return { personId, seen: seenBy(principal), memberIds };
}
