import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { mappingReply, mappingsReply, newMapping, type NewMapping } from './import-mappings.schema.js';
import { ImportMappingsService } from './import-mappings.service.js';

@Controller('import-mappings')
export class ImportMappingsController {
  constructor(private readonly mappings: ImportMappingsService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'How tables of known senders are read, the last version of each.', mappingsReply)
  list(@Query({ schema: pageQuery }) query: PageQuery, @CurrentPrincipal() { communityId }: Principal) {
    return this.mappings.list(communityId, query);
  }

  @Post()
  @Allow('treasurer', 'installer')
  @Reply(201, 'The mapping was stored; under a known code it is a new version.', mappingReply)
  store(@Body({ schema: newMapping }) input: NewMapping, @CurrentPrincipal() principal: Principal) {
    return this.mappings.store(principal.communityId, input, actorOf(principal));
  }
}
