import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookingsController, MeasuresController, ResourcesController } from './bookings.controller.js';
import { BookingsService } from './bookings.service.js';
import { CommunityController } from './community.controller.js';
import { CommunityService } from './community.service.js';
import { PolicyProposalsService } from './policy-proposals.service.js';
import { MeasuresService } from './measures.service.js';
import { MembersController, OccupanciesController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { OccupanciesService } from './occupancies.service.js';
import { SitesController, SpacesController } from './places.controller.js';
import { PlacesService } from './places.service.js';
import { QualifyingUsesController } from './qualifying-uses.controller.js';
import { QualifyingUsesService } from './qualifying-uses.service.js';
import './refusals.js';
import { ResourcesService } from './resources.service.js';
import { SitesService } from './sites.service.js';
import { SpacesService } from './spaces.service.js';

const services = [
  CommunityService,
  PolicyProposalsService,
  PlacesService,
  SitesService,
  SpacesService,
  MembersService,
  OccupanciesService,
  ResourcesService,
  BookingsService,
  MeasuresService,
  QualifyingUsesService,
];

/** The community, its policies, its places and its people. */
@Module({
  imports: [AccessModule, AuditModule],
  controllers: [
    CommunityController,
    SitesController,
    SpacesController,
    MembersController,
    OccupanciesController,
    ResourcesController,
    BookingsController,
    MeasuresController,
    QualifyingUsesController,
  ],
  providers: services,
  exports: services,
})
export class CommunityModule {}
