import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { type IdParam, idParam, type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { MembersService } from './members.service.js';
import { OccupanciesService } from './occupancies.service.js';
import {
  type Member,
  member,
  memberPage,
  memberPatch,
  type MemberPatch,
  newMember,
  type NewMember,
  newOccupancy,
  type NewOccupancy,
  occupanciesQuery,
  type OccupanciesQuery,
  type Occupancy,
  occupancy,
  occupancyPage,
  occupancyParam,
  occupancyPatch,
  type OccupancyPatch,
} from './places.schema.js';
import { seenBy } from './places.service.js';

@Controller('members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Post()
  @Allow('treasurer')
  @Reply(201, 'The member was added.', member)
  create(@CurrentPrincipal() principal: Principal, @Body({ schema: newMember }) body: NewMember): Promise<Member> {
    return this.members.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The members, by code; for a member only themselves.', memberPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.members.list(principal.communityId, query, seenBy(principal));
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The member.', member)
  one(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<Member> {
    return this.members.one(principal.communityId, id, seenBy(principal));
  }

  @Patch(':id')
  @Allow('treasurer')
  @Reply(200, 'The member as changed.', member)
  change(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: memberPatch }) body: MemberPatch,
  ): Promise<Member> {
    return this.members.change(principal.communityId, id, body, actorOf(principal));
  }
}

@Controller('occupancies')
export class OccupanciesController {
  constructor(private readonly occupancies: OccupanciesService) {}

  @Post()
  @Allow('treasurer')
  @Reply(201, 'The occupancy was made.', occupancy)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newOccupancy }) body: NewOccupancy,
  ): Promise<Occupancy> {
    return this.occupancies.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Occupancies in the order in which they were made known; for a member their own.', occupancyPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: occupanciesQuery }) query: OccupanciesQuery) {
    return this.occupancies.list(principal.communityId, query, seenBy(principal));
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The occupancy.', occupancy)
  one(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: occupancyParam }) { id }: IdParam,
  ): Promise<Occupancy> {
    return this.occupancies.one(principal.communityId, id, seenBy(principal));
  }

  @Patch(':id')
  @Allow('treasurer')
  @Reply(200, 'The occupancy as changed.', occupancy)
  change(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: occupancyParam }) { id }: IdParam,
    @Body({ schema: occupancyPatch }) body: OccupancyPatch,
  ): Promise<Occupancy> {
    return this.occupancies.change(principal.communityId, id, body, actorOf(principal));
  }
}
