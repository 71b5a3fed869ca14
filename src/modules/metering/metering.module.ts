import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { CalorificValuesController } from './calorific-values.controller.js';
import { CalorificValuesService } from './calorific-values.service.js';
import { ConsumptionController } from './consumption.controller.js';
import { ConsumptionService } from './consumption.service.js';
import { ConsumptionViewService } from './consumption-view.service.js';
import { DevicesController } from './devices.controller.js';
import { DevicesService } from './devices.service.js';
import { EstimatesController } from './estimates.controller.js';
import { EstimatesService } from './estimates.service.js';
import { EstimationLimitsService } from './estimation-limits.service.js';
import { ExceptionsController } from './exceptions.controller.js';
import { ExceptionsService } from './exceptions.service.js';
import { GenerationService } from './generation.service.js';
import { HistoryService } from './history.service.js';
import { IntervalLoadsService } from './interval-loads.service.js';
import { KnowAround } from './know-around.js';
import { KnowSite } from './know-site.js';
import { MeterHealthController } from './meter-health.controller.js';
import { MeterHealthService } from './meter-health.service.js';
import { MeteringService } from './metering.service.js';
import { MetersController } from './meters.controller.js';
import { MyReadingsController } from './my-readings.controller.js';
import { MyReadingsService } from './my-readings.service.js';
import { PhotosController } from './photos.controller.js';
import { PeakUsesService } from './peak-uses.service.js';
import { PhotosService } from './photos.service.js';
import { PushLane } from './push-lane.service.js';
import { ReadingRoundController } from './reading-round.controller.js';
import { ReadingRoundService } from './reading-round.service.js';
import { ReadingsController } from './readings.controller.js';
import { ReadingsService } from './readings.service.js';
import { SiteBalanceController } from './site-balance.controller.js';
import { SiteBalanceService } from './site-balance.service.js';
import { UnclaimedController } from './unclaimed.controller.js';
import { UnclaimedService } from './unclaimed.service.js';
import { VirtualConsumptionService } from './virtual-consumption.service.js';
import { ValidationService } from './validation.service.js';
import { ValidationsController } from './validations.controller.js';

/** Meters, their readings, what a person must decide about, and what was consumed. */
@Module({
  imports: [AccessModule, AuditModule, CommunityModule],
  controllers: [
    MeterHealthController,
    MetersController,
    ReadingsController,
    UnclaimedController,
    ExceptionsController,
    ConsumptionController,
    ValidationsController,
    EstimatesController,
    SiteBalanceController,
    CalorificValuesController,
    ReadingRoundController,
    MyReadingsController,
    PhotosController,
    DevicesController,
  ],
  providers: [
    MeteringService,
    ReadingsService,
    PushLane,
    UnclaimedService,
    ExceptionsService,
    ConsumptionService,
    ConsumptionViewService,
    VirtualConsumptionService,
    SiteBalanceService,
    HistoryService,
    KnowSite,
    ValidationService,
    KnowAround,
    EstimatesService,
    EstimationLimitsService,
    CalorificValuesService,
    ReadingRoundService,
    MyReadingsService,
    PhotosService,
    DevicesService,
    MeterHealthService,
    PeakUsesService,
    GenerationService,
    IntervalLoadsService,
  ],
  exports: [
    MeteringService,
    ReadingsService,
    UnclaimedService,
    ExceptionsService,
    ConsumptionService,
    VirtualConsumptionService,
    HistoryService,
    ValidationService,
    EstimationLimitsService,
    CalorificValuesService,
    PeakUsesService,
    GenerationService,
    IntervalLoadsService,
  ],
})
export class MeteringModule {}
