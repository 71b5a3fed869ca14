import { Controller, Get, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { entriesQuery, type EntriesQuery, entryPage } from './audit.schema.js';
import { AuditService } from './audit.service.js';

@Controller('log')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('entries')
  @Allow('treasurer', 'auditor')
  @Reply(200, 'The record, newest first.', entryPage)
  entries(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: entriesQuery }) query: EntriesQuery) {
    return this.audit.entries(communityId, query);
  }
}
