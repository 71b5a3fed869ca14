import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, page } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  newTaxRate,
  type NewTaxRate,
  taxRate,
  taxRatesQuery,
  type TaxRatesQuery,
  type TaxRateReply,
} from './tax-rates.schema.js';
import { TaxRatesService } from './tax-rates.service.js';

@Controller('tax-rates')
export class TaxRatesController {
  constructor(private readonly taxRates: TaxRatesService) {}

  /** Adds a rate from a day on; the open rate of the same code ends there. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The rate was added.', taxRate)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newTaxRate }) body: NewTaxRate,
  ): Promise<TaxRateReply> {
    return this.taxRates.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Tax rates by code, then by time.', page(taxRate))
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: taxRatesQuery }) query: TaxRatesQuery) {
    return this.taxRates.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The rate.', taxRate)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<TaxRateReply> {
    return this.taxRates.get(principal.communityId, id);
  }
}
