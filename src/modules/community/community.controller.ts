import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { OtherReply, Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, pageQuery, type PageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  adoptedPolicy,
  type AdoptedPolicy,
  type Community,
  community,
  communityPatch,
  type CommunityPatch,
  newPolicy,
  type NewPolicy,
  policiesQuery,
  type PoliciesQuery,
  policyPage,
  policyProposal,
  type PolicyProposal,
  policyProposalPage,
} from './community.schema.js';
import { CommunityService } from './community.service.js';
import { PolicyProposalsService } from './policy-proposals.service.js';

@Controller()
export class CommunityController {
  constructor(
    private readonly communities: CommunityService,
    private readonly proposals: PolicyProposalsService,
  ) {}

  @Get('community')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'The community that the token belongs to.', community)
  get(@CurrentPrincipal() { communityId }: Principal): Promise<Community> {
    return this.communities.get(communityId);
  }

  @Patch('community')
  @Allow('treasurer')
  @Reply(200, 'The community as changed.', community)
  change(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: communityPatch }) body: CommunityPatch,
  ): Promise<Community> {
    return this.communities.change(principal.communityId, body, actorOf(principal));
  }

  @Get('policies')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'All versions of all policies, by name and in order of time.', policyPage)
  policies(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: policiesQuery }) query: PoliciesQuery) {
    return this.communities.policies(communityId, query);
  }

  @Post('policies')
  @Allow('treasurer')
  @Reply(201, 'The version was adopted; the one before it ends where it begins.', adoptedPolicy)
  @OtherReply(202, 'It would undo that a second person is asked for: it waits until another person confirms it.')
  async adopt(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newPolicy }) body: NewPolicy,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdoptedPolicy> {
    const { adopted, proposed } = await this.proposals.enter(principal.communityId, body, actorOf(principal));
    if (adopted) return adopted;
    void reply.status(202);
    return proposed;
  }

  @Get('policy-proposals')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(
    200,
    'Policies that wait for a second person, had one, or were withdrawn; the last proposed first.',
    policyProposalPage,
  )
  waiting(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.proposals.list(communityId, query);
  }

  /** Another person than the one who proposed it makes a policy of it. */
  @Post('policy-proposals/:id/confirm')
  @Allow('treasurer', 'approver')
  @Reply(200, 'The policy was adopted.', policyProposal)
  confirm(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<PolicyProposal> {
    return this.proposals.confirm(principal.communityId, id, actorOf(principal));
  }

  /** Whoever proposed it takes it back. */
  @Post('policy-proposals/:id/withdraw')
  @Allow('treasurer')
  @Reply(200, 'The proposal was withdrawn.', policyProposal)
  withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<PolicyProposal> {
    return this.proposals.withdraw(principal.communityId, id, actorOf(principal));
  }
}
