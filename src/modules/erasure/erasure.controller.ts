import { Body, Controller, Param, Post } from '@nestjs/common';
import { Allow, StepUp } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { type ErasureReply, erasureReply, erasureRequest, type ErasureRequest } from './erasure.schema.js';
import { ErasureService } from './erasure.service.js';

/** Erasing a member that has left. It cannot be taken back, so a session proves its second factor for it. */
@Controller('members')
export class ErasureController {
  constructor(private readonly erasure: ErasureService) {}

  @Post(':id/erasure')
  @Allow('treasurer')
  @StepUp()
  @Reply(200, 'What went or would go, and what is kept until when and why.', erasureReply)
  erase(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: erasureRequest }) { dryRun }: ErasureRequest,
  ): Promise<ErasureReply> {
    return this.erasure.erase(principal.communityId, id, dryRun, actorOf(principal));
  }
}
