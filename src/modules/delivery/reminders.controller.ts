import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  type ReminderLetter,
  reminderLetter,
  type Reminders,
  reminders,
  sendReminders,
  type SendReminders,
  type SentReminders,
  sentReminders,
} from './reminders.schema.js';
import { RemindersService } from './reminders.service.js';

/** Reminders of what is overdue. None goes by itself: the treasurer reads what it says and sends it. */
@Controller('reminders')
export class RemindersController {
  constructor(private readonly service: RemindersService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'What is overdue, by member: how much, for how long, which step is due, or why none is.', reminders)
  list(@CurrentPrincipal() { communityId }: Principal): Promise<Reminders> {
    return this.service.list(communityId);
  }

  /** What a reminder to this member would say today. */
  @Get(':id/letter')
  @Allow('treasurer')
  @Reply(200, 'The text, before it is sent.', reminderLetter)
  letter(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<ReminderLetter> {
    return this.service.preview(communityId, id);
  }

  /** Reminds some members, each by one mail about everything whose step is due. Who was reminded meanwhile, or has paid, is passed over. */
  @Post()
  @Allow('treasurer')
  @Reply(200, 'They leave now.', sentReminders)
  send(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: sendReminders }) body: SendReminders,
  ): Promise<SentReminders> {
    return this.service.send(principal.communityId, body, actorOf(principal));
  }
}
