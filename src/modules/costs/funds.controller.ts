import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, pageQuery, type PageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  fund,
  fundDrawPage,
  fundPage,
  type FundReply,
  fundsQuery,
  type FundsQuery,
  newFund,
  type NewFund,
} from './funds.schema.js';
import { FundsService } from './funds.service.js';

/** Funds name who is helped, so members meet their own relief on their own statement and nowhere else. */
@Controller('funds')
export class FundsController {
  constructor(private readonly funds: FundsService) {}

  /** Enters a fund; runs that are calculated from now on draw from it. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The fund was made.', fund)
  create(@CurrentPrincipal() principal: Principal, @Body({ schema: newFund }) body: NewFund): Promise<FundReply> {
    return this.funds.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Funds by code, with what was drawn of them and what is left.', fundPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: fundsQuery }) query: FundsQuery) {
    return this.funds.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'The fund.', fund)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<FundReply> {
    return this.funds.get(principal.communityId, id);
  }

  @Get(':id/draws')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'What issued runs have drawn of it, by run and member.', fundDrawPage)
  draws(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    return this.funds.draws(principal.communityId, id, query);
  }
}
