import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  type Community,
  community,
  communityPatch,
  type CommunityPatch,
  newPolicy,
  type NewPolicy,
  policiesQuery,
  type PoliciesQuery,
  type Policy,
  policy,
  policyPage,
} from './community.schema.js';
import { CommunityService } from './community.service.js';

@Controller()
export class CommunityController {
  constructor(private readonly communities: CommunityService) {}

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
  @Reply(201, 'The version was adopted; the one before it ends where it begins.', policy)
  adopt(@CurrentPrincipal() principal: Principal, @Body({ schema: newPolicy }) body: NewPolicy): Promise<Policy> {
    return this.communities.adoptPolicy(principal.communityId, body, actorOf(principal));
  }
}
