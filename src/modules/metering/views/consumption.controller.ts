import { Controller, Get, Query } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type ConsumptionQuery, consumptionQuery, consumptionReply } from './consumption.schema.js';
import { ConsumptionViewService } from './consumption-view.service.js';

@Controller('consumption')
export class ConsumptionController {
  constructor(private readonly consumption: ConsumptionViewService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(
    200,
    'What the registers of a meter, a space or a member counted, step by step. Members see their own.',
    consumptionReply,
  )
  view(@Query({ schema: consumptionQuery }) query: ConsumptionQuery, @CurrentPrincipal() principal: Principal) {
    return this.consumption.view(principal, query);
  }
}
