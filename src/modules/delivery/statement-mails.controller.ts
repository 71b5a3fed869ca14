import { Controller, Get, Param, Post } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { type StatementMails, statementMails } from './statement-mails.schema.js';
import { StatementMailsService } from './statement-mails.service.js';

/** The mails of the statements of a run: what became of each, and the way to stop or repeat them. Nothing here touches what was issued. */
@Controller('billing-runs/:id/mails')
export class StatementMailsController {
  constructor(private readonly mails: StatementMailsService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Each statement of the run with the newest mail about it.', statementMails)
  list(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<StatementMails> {
    return this.mails.list(communityId, id);
  }

  /** Holds back all mails of the run that have not begun to leave, also those whose documents are still being made. */
  @Post('hold')
  @Allow('treasurer')
  @Reply(200, 'They are held back until somebody sends them.', statementMails)
  hold(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<StatementMails> {
    return this.mails.hold(principal.communityId, id, actorOf(principal));
  }

  /** Sends at once what is held back or waits for its time. */
  @Post('send')
  @Allow('treasurer')
  @Reply(200, 'They leave now.', statementMails)
  send(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<StatementMails> {
    return this.mails.send(principal.communityId, id, actorOf(principal));
  }
}
