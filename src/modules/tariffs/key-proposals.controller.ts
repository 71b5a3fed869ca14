import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { assert } from '../../domain/errors.js';
import { Allow, StepUp } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import {
  keyProposal,
  keyProposalPage,
  keyProposalRefusal,
  type KeyProposalRefusal,
  type KeyProposalReply,
  keyProposalsQuery,
  type KeyProposalsQuery,
} from './key-proposals.schema.js';
import { KeyProposalsService } from './key-proposals.service.js';

/** Versions of keys that wait for a second person. Every member sees them, as it sees the keys. */
@Controller('key-proposals')
export class KeyProposalsController {
  constructor(private readonly proposals: KeyProposalsService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Proposals, the last first, with what became of them.', keyProposalPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: keyProposalsQuery }) query: KeyProposalsQuery) {
    return this.proposals.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The proposal.', keyProposal)
  get(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<KeyProposalReply> {
    return this.proposals.get(principal.communityId, id);
  }

  /** Confirms what somebody else proposed; it is checked again as it stands now. */
  @Post(':id/confirm')
  @Allow('treasurer', 'approver')
  @StepUp()
  @Reply(201, 'The version was adopted; the open one before it ends where it begins.', keyProposal)
  confirm(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<KeyProposalReply> {
    return this.proposals.confirm(principal.communityId, id, personOf(principal));
  }

  @Post(':id/refuse')
  @Allow('treasurer', 'approver')
  @Reply(201, 'The proposal was refused and never comes into force.', keyProposal)
  refuse(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: keyProposalRefusal }) { reason }: KeyProposalRefusal,
  ): Promise<KeyProposalReply> {
    return this.proposals.refuse(principal.communityId, id, reason, personOf(principal));
  }

  @Post(':id/withdraw')
  @Allow('treasurer')
  @Reply(201, 'Whoever proposed it took it back.', keyProposal)
  withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<KeyProposalReply> {
    return this.proposals.withdraw(principal.communityId, id, personOf(principal));
  }
}

function personOf({ personId }: Principal): string {
  assert(personId !== undefined, 'Only people have the roles that reach proposals.');
  return personId;
}
