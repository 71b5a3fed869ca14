import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { actorOf } from '../../access/access-changes.service.js';
import {
  type EstimatesMade,
  estimatesMade,
  estimatesPage,
  type EstimatesQuery,
  estimatesQuery,
  type NewEstimates,
  newEstimates,
} from './estimate.schema.js';
import { EstimatesService } from './estimates.service.js';

@Controller('estimates')
export class EstimatesController {
  constructor(private readonly estimates: EstimatesService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Estimates of a site, each with what has been read in its place since.', estimatesPage)
  list(@Query({ schema: estimatesQuery }) query: EstimatesQuery, @CurrentPrincipal() principal: Principal) {
    return this.estimates.list(principal.communityId, query);
  }

  @Post()
  @Allow('treasurer')
  @Reply(201, 'What was missing and is estimated now, and what could not be.', estimatesMade)
  make(
    @Body({ schema: newEstimates }) body: NewEstimates,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EstimatesMade> {
    return this.estimates.make(principal.communityId, body, actorOf(principal));
  }
}
