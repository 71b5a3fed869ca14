import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { ChargePointsService } from './charge-points.service.js';
import { DevicesService } from './devices.service.js';
import { EmoncmsController } from './emoncms.controller.js';
import { HooksController } from './hooks.controller.js';
import { ImportMappingsController } from './import-mappings.controller.js';
import { ImportMappingsService } from './import-mappings.service.js';
import { ImportUndoingService } from './import-undoing.service.js';
import { ImportViews } from './import-views.service.js';
import { ImportWorker } from './import.worker.js';
import { ImportEnds } from './imports/import-ends.js';
import { ImportWork } from './imports/import-work.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { MqttService } from './mqtt.service.js';

/** What files and devices say, as readings. */
@Module({
  imports: [AuditModule, CommunityModule, MeteringModule],
  controllers: [ImportsController, ImportMappingsController, EmoncmsController, HooksController],
  providers: [
    ImportsService,
    ImportViews,
    ImportUndoingService,
    ImportMappingsService,
    ImportWork,
    ImportEnds,
    ImportWorker,
    DevicesService,
    ChargePointsService,
    MqttService,
  ],
  exports: [ImportsService],
})
export class IntakeModule {}
