import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type IdParam, idParam } from '../../../platform/http/wire.js';
import { actorOf } from '../../access/access-changes.service.js';
import { type Bind, bind, bindReply, type UnclaimedQuery, unclaimedQuery, unclaimedReply } from './unclaimed.schema.js';
import { UnclaimedService } from './unclaimed.service.js';

@Controller('unclaimed')
export class UnclaimedController {
  constructor(private readonly unclaimed: UnclaimedService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Names that no register has yet, with what came under them.', unclaimedReply)
  list(@Query({ schema: unclaimedQuery }) query: UnclaimedQuery, @CurrentPrincipal() principal: Principal) {
    return this.unclaimed.list(principal.communityId, query);
  }

  @Post(':id/bind')
  @Allow('treasurer', 'installer')
  @Reply(200, 'The name is bound; what was kept under it has been taken in.', bindReply)
  bind(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: bind }) body: Bind,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.unclaimed.bind(principal.communityId, id, body, actorOf(principal));
  }
}
