import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { type IdParam, idParam, type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  newSite,
  type NewSite,
  newSpace,
  type NewSpace,
  type Site,
  site,
  sitePage,
  sitePatch,
  type SitePatch,
  type Space,
  space,
  spacePage,
  spacePatch,
  type SpacePatch,
  spacesQuery,
  type SpacesQuery,
} from './places.schema.js';
import { seenBy } from './places.service.js';
import { SitesService } from './sites.service.js';
import { SpacesService } from './spaces.service.js';

@Controller('sites')
export class SitesController {
  constructor(private readonly sites: SitesService) {}

  @Post()
  @Allow('treasurer')
  @Reply(201, 'The site was made.', site)
  create(@CurrentPrincipal() principal: Principal, @Body({ schema: newSite }) body: NewSite): Promise<Site> {
    return this.sites.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'The sites, by code.', sitePage)
  list(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.sites.list(communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'The site.', site)
  one(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<Site> {
    return this.sites.one(communityId, id);
  }

  @Patch(':id')
  @Allow('treasurer')
  @Reply(200, 'The site as changed.', site)
  change(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: sitePatch }) body: SitePatch,
  ): Promise<Site> {
    return this.sites.change(principal.communityId, id, body, actorOf(principal));
  }
}

@Controller('spaces')
export class SpacesController {
  constructor(private readonly spaces: SpacesService) {}

  @Post()
  @Allow('treasurer')
  @Reply(201, 'The space was made.', space)
  create(@CurrentPrincipal() principal: Principal, @Body({ schema: newSpace }) body: NewSpace): Promise<Space> {
    return this.spaces.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'The spaces, by code; for a member those that concern them.', spacePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: spacesQuery }) query: SpacesQuery) {
    return this.spaces.list(principal.communityId, query, seenBy(principal));
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'The space.', space)
  one(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<Space> {
    return this.spaces.one(principal.communityId, id, seenBy(principal));
  }

  @Patch(':id')
  @Allow('treasurer')
  @Reply(200, 'The space as changed.', space)
  change(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: spacePatch }) body: SpacePatch,
  ): Promise<Space> {
    return this.spaces.change(principal.communityId, id, body, actorOf(principal));
  }
}
