import { Controller, Get, Param, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import {
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
  constructor(private readonly record: RecordService) {}

  @Get('head')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'The newest signed head, the key to check it with, and what was found to differ.', headReply)
  head(@CurrentPrincipal() { communityId }: Principal) {
    return this.record.head(communityId);
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
