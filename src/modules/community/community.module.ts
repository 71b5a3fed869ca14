import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityController } from './community.controller.js';
import { CommunityService } from './community.service.js';
import { MembersController, OccupanciesController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { OccupanciesService } from './occupancies.service.js';
import { SitesController, SpacesController } from './places.controller.js';
import { PlacesService } from './places.service.js';
import './refusals.js';
import { SitesService } from './sites.service.js';
import { SpacesService } from './spaces.service.js';

const services = [CommunityService, PlacesService, SitesService, SpacesService, MembersService, OccupanciesService];

/** The community, its policies, its places and its people. */
@Module({
  imports: [AccessModule, AuditModule],
  controllers: [CommunityController, SitesController, SpacesController, MembersController, OccupanciesController],
  providers: services,
  exports: services,
})
export class CommunityModule {}
