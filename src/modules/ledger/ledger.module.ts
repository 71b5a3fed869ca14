import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { JournalService } from './journal.service.js';
import { LedgerService } from './ledger.service.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsService } from './payments.service.js';
import './refusals.js';

/** The double-entry journal, what members paid, and what they owe. */
@Module({
  imports: [AuditModule],
  controllers: [AccountsController, PaymentsController],
  providers: [AccountsService, JournalService, LedgerService, PaymentsService],
  exports: [LedgerService, PaymentsService],
})
export class LedgerModule {}
