import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { seenBy } from '../community/places.service.js';
import { BundlesService } from './bundles.service.js';

/** The file that proves a statement (docs/bundle.md), for whoever the statement is for. */
@Controller('invoices')
export class BundlesController {
  constructor(private readonly bundles: BundlesService) {}

  @Get(':id/bundle')
  @Allow('treasurer', 'member')
  @Reply(200, 'The bundle, under the newest signed head.', undefined, ['application/json'])
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<StreamableFile> {
    const written = await this.bundles.get(principal.communityId, id, seenBy(principal));
    return new StreamableFile(Buffer.from(written, 'utf8'), { type: 'application/json; charset=utf-8' });
  }
}
