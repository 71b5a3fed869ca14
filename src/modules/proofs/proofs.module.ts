import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/billing.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AlarmsService } from './alarms.service.js';
import { BundlesController } from './bundles.controller.js';
import { BundlesService } from './bundles.service.js';
import { CertificatesController } from './certificates.controller.js';
import { CertificatesService } from './certificates.service.js';
import { CosignersController } from './cosigners.controller.js';
import { CosignersService } from './cosigners.service.js';
import { OpeningsController } from './openings.controller.js';
import { OpeningsService } from './openings.service.js';
import { Prover } from './prover.js';
import { RecordController } from './record.controller.js';
import { RotateKeyService } from './rotate-key.service.js';
import { RecordService } from './record.service.js';
import { RestoredRecord } from './restored-record.service.js';
import { Sequencer } from './sequencer.service.js';

/** What makes figures checkable without trust: the record as a signed tree, sealed sums, a bundle for each statement, and a certificate for each run. */
@Module({
  imports: [AuditModule, BillingModule, InvoicesModule],
  controllers: [RecordController, BundlesController, CertificatesController, CosignersController, OpeningsController],
  providers: [
    RecordService,
    RestoredRecord,
    AlarmsService,
    RotateKeyService,
    Prover,
    Sequencer,
    BundlesService,
    CertificatesService,
    CosignersService,
    OpeningsService,
  ],
  exports: [RecordService, RestoredRecord, RotateKeyService],
})
export class ProofsModule {}
