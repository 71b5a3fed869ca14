import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { CostsModule } from '../costs/costs.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { TariffsModule } from '../tariffs/tariffs.module.js';
import { ApportionmentMatrixController } from './views/apportionment-matrix.controller.js';
import { ApportionmentMatrix } from './views/apportionment-matrix.js';
import { BillingController } from './billing.controller.js';
import { BillingService } from './billing.service.js';
import { CertificateFacts } from './certificate-facts.service.js';
import { Collector } from './collect/collect.js';
import { CollectAccruals } from './collect/collect-accruals.js';
import { CollectGeneration } from './collect/collect-generation.js';
import { CollectPeaks } from './collect/collect-peaks.js';
import { CollectTax } from './collect/collect-tax.js';
import { CollectTariffUses } from './collect/collect-tariff-uses.js';
import { CollectUses } from './collect/collect-uses.js';
import { ConvertGas } from './collect/convert-gas.js';
import { CorrectRun } from './correct/correct-run.js';
import { LaterFacts } from './correct/later-facts.js';
import { CountedBySource } from './collect/counted-by-source.js';
import { IssuePlanner } from './issue/issue-plan.js';
import { IssueRun } from './issue/issue-run.js';
import { LineChainController } from './views/line-chain.controller.js';
import { LineChain } from './views/line-chain.js';
import { RetentionService } from './retention.service.js';
import { RunViewsController } from './views/run-views.controller.js';
import { RunViews } from './views/run-views.js';
import { StatementHistory } from './issue/statement-history.js';
import { TakeBack } from './correct/take-back.js';
import { ReadQuestion } from './what-if/read-question.js';
import { SimulationsController } from './what-if/simulations.controller.js';
import { WhatIf } from './what-if/what-if.js';

/** The billing run, from what was measured and charged to what is issued. */
@Module({
  imports: [AuditModule, CommunityModule, MeteringModule, TariffsModule, CostsModule, LedgerModule, InvoicesModule],
  controllers: [
    BillingController,
    RunViewsController,
    ApportionmentMatrixController,
    LineChainController,
    SimulationsController,
  ],
  providers: [
    ApportionmentMatrix,
    BillingService,
    CertificateFacts,
    Collector,
    CollectAccruals,
    CollectGeneration,
    CollectPeaks,
    CollectTax,
    CollectTariffUses,
    CollectUses,
    ConvertGas,
    CorrectRun,
    CountedBySource,
    IssuePlanner,
    IssueRun,
    LaterFacts,
    LineChain,
    ReadQuestion,
    RetentionService,
    RunViews,
    StatementHistory,
    TakeBack,
    WhatIf,
  ],
  exports: [BillingService, CertificateFacts],
})
export class BillingModule {}
