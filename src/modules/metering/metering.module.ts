import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { ConsumptionController } from './consumption.controller.js';
import { ConsumptionService } from './consumption.service.js';
import { ConsumptionViewService } from './consumption-view.service.js';
import { EstimatesController } from './estimates.controller.js';
import { EstimatesService } from './estimates.service.js';
import { EstimationLimitsService } from './estimation-limits.service.js';
import { ExceptionsController } from './exceptions.controller.js';
import { ExceptionsService } from './exceptions.service.js';
import { HistoryService } from './history.service.js';
import { KnowAround } from './know-around.js';
import { KnowSite } from './know-site.js';
import { MeteringService } from './metering.service.js';
import { MetersController } from './meters.controller.js';
import { PushLane } from './push-lane.service.js';
import { ReadingsController } from './readings.controller.js';
import { ReadingsService } from './readings.service.js';
import { UnclaimedController } from './unclaimed.controller.js';
import { UnclaimedService } from './unclaimed.service.js';
import { ValidationService } from './validation.service.js';
import { ValidationsController } from './validations.controller.js';

/** Meters, their readings, what a person must decide about, and what was consumed. */
@Module({
  imports: [AccessModule, AuditModule, CommunityModule],
  controllers: [
    MetersController,
    ReadingsController,
    UnclaimedController,
    ExceptionsController,
    ConsumptionController,
    ValidationsController,
    EstimatesController,
  ],
  providers: [
    MeteringService,
    ReadingsService,
    PushLane,
    UnclaimedService,
    ExceptionsService,
    ConsumptionService,
    ConsumptionViewService,
    HistoryService,
    KnowSite,
    ValidationService,
    KnowAround,
    EstimatesService,
    EstimationLimitsService,
  ],
  exports: [
    MeteringService,
    ReadingsService,
    UnclaimedService,
    ExceptionsService,
    ConsumptionService,
    HistoryService,
    ValidationService,
    EstimationLimitsService,
  ],
})
export class MeteringModule {}
