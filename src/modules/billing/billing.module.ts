import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { CostsModule } from '../costs/costs.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { TariffsModule } from '../tariffs/tariffs.module.js';
import { BillingController } from './billing.controller.js';
import { BillingService } from './billing.service.js';
import { Collector } from './collect.js';
import { CollectUses } from './collect-uses.js';
import { IssuePlanner } from './issue-plan.js';
import { IssueRun } from './issue-run.js';
import { RunViewsController } from './run-views.controller.js';
import { RunViews } from './run-views.js';
import { StatementHistory } from './statement-history.js';

/** The billing run, from what was measured and charged to what is issued. */
@Module({
  imports: [AuditModule, CommunityModule, MeteringModule, TariffsModule, CostsModule, LedgerModule, InvoicesModule],
  controllers: [BillingController, RunViewsController],
  providers: [BillingService, Collector, CollectUses, IssuePlanner, IssueRun, RunViews, StatementHistory],
  exports: [BillingService],
})
export class BillingModule {}
