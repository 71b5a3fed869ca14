import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { actorOf } from '../access/access-changes.service.js';
import { seenBy } from '../community/places.service.js';
import { AdvancePlansService } from './advance-plans.service.js';
import {
  advancePage,
  advancePlan,
  advancePlanPage,
  type AdvancePlanReply,
  advancesQuery,
  type AdvancesQuery,
  askAdvances,
  type AskAdvances,
  asked,
  type AskedReply,
  newAdvancePlan,
  type NewAdvancePlan,
  suggestions,
  suggestionsQuery,
  type SuggestionsQuery,
  type SuggestionsReply,
} from './advances.schema.js';
import { AskAdvancesService } from './ask-advances.service.js';
import { SuggestAdvancesService } from './suggest-advances.service.js';

@Controller('advance-plans')
export class AdvancePlansController {
  constructor(private readonly plans: AdvancePlansService) {}

  /** Enters what a member agreed to pay in advance. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The plan holds from its first day; the one before it ends there.', advancePlan)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newAdvancePlan }) body: NewAdvancePlan,
  ): Promise<AdvancePlanReply> {
    return this.plans.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Plans in the order in which they were made known; members see their own.', advancePlanPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: advancesQuery }) query: AdvancesQuery) {
    return this.plans.list(principal.communityId, query, seenBy(principal));
  }
}

@Controller('advances')
export class AdvancesController {
  constructor(
    private readonly asking: AskAdvancesService,
    private readonly suggesting: SuggestAdvancesService,
  ) {}

  /** Asks all members for the advance payments of a month that were not asked yet; called again it asks nobody twice. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The documents are issued; their PDFs are being made.', asked)
  ask(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: askAdvances }) { month }: AskAdvances,
  ): Promise<AskedReply> {
    return this.asking.ask(principal.communityId, month, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'What was asked, set off and is left, newest first; members see their own.', advancePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: advancesQuery }) query: AdvancesQuery) {
    return this.asking.list(principal.communityId, query, seenBy(principal));
  }

  /** What a month of the next year might be, from what was billed. Nothing is applied. */
  @Get('suggestions')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'A suggestion for each member that was billed, with what it was made from.', suggestions)
  suggest(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: suggestionsQuery }) query: SuggestionsQuery,
  ): Promise<SuggestionsReply> {
    return this.suggesting.suggest(principal.communityId, query);
  }
}
