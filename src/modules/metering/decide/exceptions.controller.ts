import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type IdParam, idParam } from '../../../platform/http/wire.js';
import { actorOf } from '../../access/access-changes.service.js';
import {
  exceptionReply,
  type ExceptionsQuery,
  exceptionsQuery,
  exceptionsReply,
  type Resolution,
  resolution,
  type Resolutions,
  resolutions,
  resolutionsReply,
} from './exception.schema.js';
import { ExceptionsService } from './exceptions.service.js';

@Controller('exceptions')
export class ExceptionsController {
  constructor(private readonly exceptions: ExceptionsService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Conflicts, held readings and findings of validation, oldest first.', exceptionsReply)
  list(@Query({ schema: exceptionsQuery }) query: ExceptionsQuery, @CurrentPrincipal() principal: Principal) {
    return this.exceptions.list(principal.communityId, query);
  }

  @Post('resolve')
  @Allow('treasurer')
  @Reply(200, 'What became of each of them.', resolutionsReply)
  resolveMany(@Body({ schema: resolutions }) body: Resolutions, @CurrentPrincipal() principal: Principal) {
    return this.exceptions.resolveMany(principal.communityId, body, actorOf(principal));
  }

  @Post(':id/resolve')
  @Allow('treasurer')
  @Reply(200, 'The exception with its decision.', exceptionReply)
  resolve(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: resolution }) body: Resolution,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.exceptions.resolve(principal.communityId, id, body, actorOf(principal));
  }
}
