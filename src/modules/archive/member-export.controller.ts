import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { seenBy } from '../community/places.service.js';
import { MemberExportService } from './member-export.service.js';

/** What is held about a member, for the member. */
@Controller('members')
export class MemberExportController {
  constructor(private readonly exports: MemberExportService) {}

  @Get(':id/export')
  @Allow('treasurer', 'member')
  @Reply(200, 'A ZIP of everything that is held about the member.', undefined, ['application/zip'])
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<StreamableFile> {
    const { name, bytes, content } = await this.exports.export(principal.communityId, id, seenBy(principal));
    const disposition = `attachment; filename="${name}"`;
    return new StreamableFile(content, { type: 'application/zip', length: bytes, disposition });
  }
}
