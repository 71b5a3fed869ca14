import { Body, Controller, Get, Post } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type MyReadings, myReadings, myRegisters } from './my-readings.schema.js';
import { MyReadingsService } from './my-readings.service.js';
import { pushReply } from './reading.schema.js';

/** What a member does about the displays of its own space. */
@Controller('my')
export class MyReadingsController {
  constructor(private readonly mine: MyReadingsService) {}

  @Get('registers')
  @Allow('member')
  @Reply(200, 'The displays of the spaces that you have today.', myRegisters)
  async registers(@CurrentPrincipal() principal: Principal) {
    return { items: await this.mine.registers(principal) };
  }

  /** A reading counts as the customer's own; it goes through the same checks as every other. */
  @Post('readings')
  @Allow('member')
  @Reply(200, 'What became of each reading, in order; stored when this is answered.', pushReply)
  async push(@Body({ schema: myReadings }) { readings }: MyReadings, @CurrentPrincipal() principal: Principal) {
    const { results, summary } = await this.mine.take(principal, readings);
    return { results, summary };
  }
}
