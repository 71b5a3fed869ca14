import { Body, Controller, Get, Patch } from '@nestjs/common';
import { Allow, StepUp } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { actorOf } from '../access-changes.service.js';
import { logInRules, logInRulesPatch, type LogInRulesPatch } from './log-in.schema.js';
import { LogInRulesService } from './rules.service.js';

@Controller('log-in/rules')
export class LogInRulesController {
  constructor(private readonly rules: LogInRulesService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'How people of the community log in.', logInRules)
  get(@CurrentPrincipal() { communityId }: Principal) {
    return this.rules.get(communityId);
  }

  @Patch()
  @Allow('treasurer')
  @StepUp()
  @Reply(200, 'The rules from now on; sessions that have begun end as they were to.', logInRules)
  change(@CurrentPrincipal() principal: Principal, @Body({ schema: logInRulesPatch }) body: LogInRulesPatch) {
    return this.rules.change(principal.communityId, body, actorOf(principal));
  }
}
