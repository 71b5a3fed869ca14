import { Body, Controller, Get, Post } from '@nestjs/common';
import { Allow, StepUp } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import {
  cosigner,
  cosignerList,
  newCosignature,
  type NewCosignature,
  newCosigner,
  type NewCosigner,
} from './cosigners.schema.js';
import { CosignersService } from './cosigners.service.js';
import { headReply } from './record.schema.js';

/** People who say of a head that they saw it begin with the one that they cosigned last (docs/cosigning.md). */
@Controller('log')
export class CosignersController {
  constructor(private readonly cosigners: CosignersService) {}

  @Get('cosigners')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'Whose cosignatures count, and by which key.', cosignerList)
  async list(@CurrentPrincipal() { communityId }: Principal) {
    return { items: await this.cosigners.list(communityId) };
  }

  @Post('cosigners')
  @Allow('auditor', 'approver')
  @StepUp()
  @Reply(201, 'The key was registered; it counts from now on.', cosigner)
  register(@CurrentPrincipal() principal: Principal, @Body({ schema: newCosigner }) body: NewCosigner) {
    return this.cosigners.register(principal, body);
  }

  @Post('cosignatures')
  @Allow('auditor', 'approver')
  @StepUp()
  @Reply(201, 'The cosignature was checked, and is served with the head from now on.', headReply)
  cosign(@CurrentPrincipal() principal: Principal, @Body({ schema: newCosignature }) body: NewCosignature) {
    return this.cosigners.cosign(principal, body);
  }
}
