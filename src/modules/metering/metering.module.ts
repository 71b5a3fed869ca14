import { SignedBatchesService } from './signatures/signed-batches.service.js';
import { SigningKeysController } from './signatures/signing-keys.controller.js';
import { SigningKeysService } from './signatures/signing-keys.service.js';
import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { CalorificValuesController } from './meters/calorific-values.controller.js';
import { CalorificValuesService } from './meters/calorific-values.service.js';
import { ConsumptionController } from './views/consumption.controller.js';
import { ConsumptionService } from './consume/consumption.service.js';
import { ConsumptionViewService } from './views/consumption-view.service.js';
import { DevicesController } from './meters/devices.controller.js';
import { DevicesService } from './meters/devices.service.js';
import { EstimatesController } from './estimate/estimates.controller.js';
import { EstimatesService } from './estimate/estimates.service.js';
import { EstimationLimitsService } from './estimate/estimation-limits.service.js';
import { ExceptionsController } from './decide/exceptions.controller.js';
import { ExceptionsService } from './decide/exceptions.service.js';
import { GenerationService } from './loads/generation.service.js';
import { HistoryService } from './views/history.service.js';
import { IntervalLoadsService } from './loads/interval-loads.service.js';
import { KnowAround } from './estimate/know-around.js';
import { KnowSite } from './validate/know-site.js';
import { MeterHealthController } from './health/meter-health.controller.js';
import { MeterHealthService } from './health/meter-health.service.js';
import { MeteringService } from './meters/metering.service.js';
import { MetersController } from './meters/meters.controller.js';
import { MyReadingsController } from './readings/my-readings.controller.js';
import { MyReadingsService } from './readings/my-readings.service.js';
import { PhotosController } from './photos/photos.controller.js';
import { PeakUsesService } from './loads/peak-uses.service.js';
import { PhotosService } from './photos/photos.service.js';
import { PushLane } from './readings/push-lane.service.js';
import { ReadingRoundController } from './round/reading-round.controller.js';
import { ReadingRoundService } from './round/reading-round.service.js';
import { ReadingsController } from './readings/readings.controller.js';
import { ReadingsService } from './readings/readings.service.js';
import { SiteBalanceController } from './balance/site-balance.controller.js';
import { SiteBalanceService } from './balance/site-balance.service.js';
import { UnclaimedController } from './readings/unclaimed.controller.js';
import { UnclaimedService } from './readings/unclaimed.service.js';
import { VirtualConsumptionService } from './consume/virtual-consumption.service.js';
import { ValidationService } from './validate/validation.service.js';
import { ValidationsController } from './validate/validations.controller.js';

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
    SigningKeysController,
  ],
  providers: [
    MeteringService,
    ReadingsService,
    SigningKeysService,
    SignedBatchesService,
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
