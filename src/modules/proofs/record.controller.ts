import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { AlarmsService } from './alarms.service.js';
import {
  type AlarmClearing,
  alarmClearing,
  alarmsCleared,
  alarmsReply,
  consistencyQuery,
  type ConsistencyQuery,
  consistencyReply,
  type EntryParam,
  entryParam,
  headReply,
  inclusionReply,
} from './record.schema.js';
import { RecordService } from './record.service.js';

/** The record as a tree. Its entries are sealed: they tell nobody what was recorded, so every member may check them. */
@Controller('log')
export class RecordController {
  constructor(
    private readonly record: RecordService,
    private readonly alarms: AlarmsService,
  ) {}

  @Get('head')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'The newest signed head, the key to check it with, and what was found to differ.', headReply)
  head(@CurrentPrincipal() { communityId }: Principal) {
    return this.record.head(communityId);
  }

  @Get('alarms')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'What was found to differ, the newest first, with who cleared it.', alarmsReply)
  listAlarms(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.alarms.list(communityId, query);
  }

  @Post('alarms/clear')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'The whole record was made again and nothing differs; the alarms are cleared.', alarmsCleared)
  clearAlarms(@CurrentPrincipal() principal: Principal, @Body({ schema: alarmClearing }) body: AlarmClearing) {
    return this.alarms.clear(principal.communityId, body, actorOf(principal));
  }

  @Get('proof/inclusion/:id')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'That an entry is in the record.', inclusionReply)
  inclusion(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: entryParam }) { id }: EntryParam) {
    return this.record.inclusion(communityId, id);
  }

  @Get('proof/consistency')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'That a record begins with an earlier one.', consistencyReply)
  consistency(
    @CurrentPrincipal() { communityId }: Principal,
    @Query({ schema: consistencyQuery }) { first, second }: ConsistencyQuery,
  ) {
    return this.record.consistency(communityId, first, second);
  }
}
