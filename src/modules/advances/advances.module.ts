import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { TariffsModule } from '../tariffs/tariffs.module.js';
import { AdvancePlansService } from './advance-plans.service.js';
import { AdvancePlansController, AdvancesController } from './advances.controller.js';
import { AskAdvancesService } from './ask-advances.service.js';
import { SuggestAdvancesService } from './suggest-advances.service.js';

/** What members pay in advance: what was agreed, what is asked every month, and what the next year might be. */
@Module({
  imports: [AuditModule, CommunityModule, TariffsModule, LedgerModule, InvoicesModule],
  controllers: [AdvancePlansController, AdvancesController],
  providers: [AdvancePlansService, AskAdvancesService, SuggestAdvancesService],
  exports: [AskAdvancesService],
})
export class AdvancesModule {}
