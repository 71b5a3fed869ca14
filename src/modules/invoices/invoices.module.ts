import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { AdvancesService } from './advances.service.js';
import { Attachments } from './attachments.service.js';
import { CreditNotesService } from './credit-notes.service.js';
import { DocumentWorker } from './document.worker.js';
import { DocumentsService } from './documents.service.js';
import { DrawingPool } from './drawing-pool.js';
import { DisputesController } from './disputes/disputes.controller.js';
import { DisputesService } from './disputes/disputes.service.js';
import { CreditNotesController, InvoicesController, VerifyController } from './invoices.controller.js';
import { InvoicesService } from './invoices.service.js';
import { LetterheadService } from './letterhead.service.js';
import { PublicAddress } from '../../platform/http/public-address.js';

/** Invoices, credit notes and their documents: issued once, read for ever. */
@Module({
  imports: [AuditModule, CommunityModule, LedgerModule],
  controllers: [InvoicesController, CreditNotesController, VerifyController, DisputesController],
  providers: [
    AdvancesService,
    LetterheadService,
    InvoicesService,
    CreditNotesService,
    DisputesService,
    DocumentsService,
    DocumentWorker,
    DrawingPool,
    PublicAddress,
    Attachments,
  ],
  exports: [AdvancesService, InvoicesService, CreditNotesService, DocumentsService, LetterheadService, Attachments],
})
export class InvoicesModule {}
