import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { ProofsModule } from '../proofs/proofs.module.js';
import { ExportService } from './export.service.js';
import { MemberExportController } from './member-export.controller.js';
import { MemberExportService } from './member-export.service.js';
import { RestoreService } from './restore.service.js';

/** Leaving with everything: a community as an archive of open files. */
@Module({
  imports: [AuditModule, IntakeModule, InvoicesModule, ProofsModule],
  controllers: [MemberExportController],
  providers: [ExportService, RestoreService, MemberExportService],
  exports: [ExportService, RestoreService],
})
export class ArchiveModule {}
