import { Module } from '@nestjs/common';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AlarmsService } from './alarms.service.js';
import { BundlesController } from './bundles.controller.js';
import { BundlesService } from './bundles.service.js';
import { RecordController } from './record.controller.js';
import { RecordService } from './record.service.js';
import { Sequencer } from './sequencer.service.js';

/** What makes figures checkable without trust: the record as a signed tree, sealed sums, and a bundle for each statement. */
@Module({
  imports: [AuditModule, InvoicesModule],
  controllers: [RecordController, BundlesController],
  providers: [RecordService, AlarmsService, Sequencer, BundlesService],
  exports: [RecordService],
})
export class ProofsModule {}
