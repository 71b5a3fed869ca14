import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { CostsModule } from '../costs/costs.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { TariffsModule } from '../tariffs/tariffs.module.js';
import { ApportionmentMatrixController } from './apportionment-matrix.controller.js';
import { ApportionmentMatrix } from './apportionment-matrix.js';
import { BillingController } from './billing.controller.js';
import { BillingService } from './billing.service.js';
import { Collector } from './collect.js';
import { CollectPeaks } from './collect-peaks.js';
import { CollectTax } from './collect-tax.js';
import { CollectTariffUses } from './collect-tariff-uses.js';
import { CollectUses } from './collect-uses.js';
import { ConvertGas } from './convert-gas.js';
import { IssuePlanner } from './issue-plan.js';
import { IssueRun } from './issue-run.js';
import { RetentionService } from './retention.service.js';
import { RunViewsController } from './run-views.controller.js';
import { RunViews } from './run-views.js';
import { StatementHistory } from './statement-history.js';

/** The billing run, from what was measured and charged to what is issued. */
@Module({
  imports: [AuditModule, CommunityModule, MeteringModule, TariffsModule, CostsModule, LedgerModule, InvoicesModule],
  controllers: [BillingController, RunViewsController, ApportionmentMatrixController],
  providers: [
    ApportionmentMatrix,
    BillingService,
    Collector,
    CollectPeaks,
    CollectTax,
    CollectTariffUses,
    CollectUses,
    ConvertGas,
    IssuePlanner,
    IssueRun,
    RetentionService,
    RunViews,
    StatementHistory,
  ],
  exports: [BillingService],
})
export class BillingModule {}
