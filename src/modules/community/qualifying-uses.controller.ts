import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  type NewQualifyingUse,
  newQualifyingUse,
  qualifyingUse,
  qualifyingUsePage,
  type QualifyingUseReply,
  qualifyingUsesQuery,
  type QualifyingUsesQuery,
} from './qualifying-uses.schema.js';
import { QualifyingUsesService } from './qualifying-uses.service.js';

/** What members declare about their use is about their homes, so members meet it on their own statement and nowhere else. */
@Controller('qualifying-uses')
export class QualifyingUsesController {
  constructor(private readonly uses: QualifyingUsesService) {}

  /** Enters what an occupant declared. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The declaration holds from its first day; the open one before it ends there.', qualifyingUse)
  declare(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newQualifyingUse }) body: NewQualifyingUse,
  ): Promise<QualifyingUseReply> {
    return this.uses.declare(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Declarations in the order in which they were made known.', qualifyingUsePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: qualifyingUsesQuery }) query: QualifyingUsesQuery) {
    return this.uses.list(principal.communityId, query);
  }
}
