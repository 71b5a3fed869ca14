import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { actorOf } from '../../access/access-changes.service.js';
import {
  calorificValuePage,
  calorificValuesQuery,
  type CalorificValuesQuery,
  type CalorificValuesWritten,
  calorificValuesWritten,
  type NewCalorificValues,
  newCalorificValues,
} from './calorific-values.schema.js';
import { CalorificValuesService } from './calorific-values.service.js';

@Controller('calorific-values')
export class CalorificValuesController {
  constructor(private readonly values: CalorificValuesService) {}

  /** Enters what the gas of some days was worth, as its network published it. */
  @Post()
  @Allow('treasurer')
  @Reply(
    201,
    'The values count from now on; runs that are not issued use them when they are calculated.',
    calorificValuesWritten,
  )
  enter(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newCalorificValues }) body: NewCalorificValues,
  ): Promise<CalorificValuesWritten> {
    return this.values.enter(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The values of a site by day; of each day the last.', calorificValuePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: calorificValuesQuery }) query: CalorificValuesQuery) {
    return this.values.list(principal.communityId, query);
  }
}
