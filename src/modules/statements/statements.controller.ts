import { Controller, Get, Param, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, type PageQuery } from '../../platform/http/wire.js';
import { seenBy } from '../community/places.service.js';
import { statement, statementPage, type StatementReply, statementsQuery } from './statements.schema.js';
import { StatementsService } from './statements.service.js';

/** Statements: what is owed and why. */
@Controller('statements')
export class StatementsController {
  constructor(private readonly statements: StatementsService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Statements, newest first; members see their own.', statementPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: statementsQuery }) query: PageQuery) {
    return this.statements.list(principal.communityId, query, seenBy(principal));
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The statement of an invoice, by its id or number; each figure with its why.', statement)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<StatementReply> {
    return this.statements.get(principal.communityId, id, seenBy(principal));
  }
}
