import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  contract,
  contractPage,
  type ContractReply,
  contractsQuery,
  type ContractsQuery,
  newContract,
  type NewContract,
} from './supplier-contracts.schema.js';
import { SupplierContractsService } from './supplier-contracts.service.js';

/** What suppliers may bill by: their bills are recomputed from it before they are shared. */
@Controller('supplier-contracts')
export class SupplierContractsController {
  constructor(private readonly contracts: SupplierContractsService) {}

  /** Says by which tariff a supplier bills from a day on. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The contract was entered.', contract)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newContract }) body: NewContract,
  ): Promise<ContractReply> {
    return this.contracts.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Contracts, the last entered first.', contractPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: contractsQuery }) query: ContractsQuery) {
    return this.contracts.list(principal.communityId, query);
  }
}
