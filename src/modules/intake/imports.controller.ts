import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Accepts, Reply } from '../../platform/http/reply.js';
import { type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { importBody, type ImportQuery, importQuery, importReply, importsReply } from './imports.schema.js';
import { ImportsService } from './imports.service.js';

@Controller('imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @Allow('treasurer', 'installer')
  @Accepts('text/csv', 'application/octet-stream')
  @Reply(200, 'What became of the readings in the file, or would.', importReply)
  take(
    @Body({ schema: importBody }) file: unknown,
    @Query({ schema: importQuery }) query: ImportQuery,
    @CurrentPrincipal() principal: Principal,
  ) {
    if (!Buffer.isBuffer(file)) {
      throw new DomainError(
        'unsupported-format',
        'Send the file itself as the body, as text/csv or application/octet-stream.',
      );
    }
    return this.imports.take(principal.communityId, file, query, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Files that were imported, latest first.', importsReply)
  list(@Query({ schema: pageQuery }) query: PageQuery, @CurrentPrincipal() principal: Principal) {
    return this.imports.list(principal.communityId, query);
  }
}
