import { Controller, Get, Param, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { type OutboxParam, outboxParam, mailPage, mailRead, type MailRead } from './outbox.schema.js';
import { OutboxService } from './outbox.service.js';

@Controller('outbox')
export class OutboxController {
  constructor(private readonly outbox: OutboxService) {}

  @Get()
  @Allow('treasurer')
  @Reply(200, 'Mail of the community, newest first, with what became of it.', mailPage)
  list(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.outbox.list(communityId, query);
  }

  @Get(':id')
  @Allow('treasurer')
  @Reply(200, 'One mail and what it says. Links for log-ins are shown in a demo only.', mailRead)
  one(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: outboxParam }) { id }: OutboxParam,
  ): Promise<MailRead> {
    return this.outbox.read(communityId, id);
  }
}
