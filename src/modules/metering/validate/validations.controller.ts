import { Body, Controller, Post } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { actorOf } from '../../access/access-changes.service.js';
import { type NewPass, newPass, type PassReply, passReply } from './validation.schema.js';
import { ValidationService } from './validation.service.js';

@Controller('validations')
export class ValidationsController {
  constructor(private readonly validation: ValidationService) {}

  @Post()
  @Allow('treasurer', 'installer')
  @Reply(201, 'All rules were asked of all registers of the site. What was found is in the exceptions.', passReply)
  pass(@Body({ schema: newPass }) body: NewPass, @CurrentPrincipal() principal: Principal): Promise<PassReply> {
    return this.validation.pass(principal.communityId, body, actorOf(principal));
  }
}
