import { Controller, Param, Post } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { type StatementMail, statementMail } from './statement-mails.schema.js';
import { StatementMailsService } from './statement-mails.service.js';

@Controller('invoices/:id/mail')
export class InvoiceMailController {
  constructor(private readonly mails: StatementMailsService) {}

  /** Sends one statement: what waits or is held back leaves now; what went, or was refused, goes again to the address of now. */
  @Post()
  @Allow('treasurer')
  @Reply(200, 'It leaves now.', statementMail)
  send(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<StatementMail> {
    return this.mails.sendOne(principal.communityId, id, actorOf(principal));
  }
}
