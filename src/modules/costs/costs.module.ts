import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CommunityModule } from '../community/community.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { TariffsModule } from '../tariffs/tariffs.module.js';
import { BillAccrualService } from './bill-accrual.service.js';
import { BillDecisionsService } from './bill-decisions.service.js';
import { BillCheckService } from './bill-check.service.js';
import { BillContractService } from './bill-contract.service.js';
import { ChargesController } from './charges.controller.js';
import { ChargesService } from './charges.service.js';
import { CostsService } from './costs.service.js';
import { FundsController } from './funds.controller.js';
import { FundsService } from './funds.service.js';
import './refusals.js';
import { SupplierContractsController } from './supplier-contracts.controller.js';
import { SupplierContractsService } from './supplier-contracts.service.js';
import { SupplierBillsController } from './supplier-bills.controller.js';
import { SupplierBillsService } from './supplier-bills.service.js';

/** What things cost: supplier bills with their documents, and charges without one. */
@Module({
  imports: [AuditModule, CommunityModule, MeteringModule, TariffsModule],
  controllers: [SupplierBillsController, SupplierContractsController, ChargesController, FundsController],
  providers: [
    BillAccrualService,
    BillCheckService,
    BillContractService,
    BillDecisionsService,
    ChargesService,
    CostsService,
    SupplierBillsService,
    SupplierContractsService,
    FundsService,
  ],
  exports: [BillContractService, ChargesService, CostsService, SupplierBillsService, FundsService],
})
export class CostsModule {}
