import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { certificateParam, type CertificateParam } from './certificates.schema.js';
import { OpeningsService } from './openings.service.js';

/** What opens the sealed sums of a run, for the auditor and for nobody else: docs/certificate.md. */
@Controller('billing-runs')
export class OpeningsController {
  constructor(private readonly openings: OpeningsService) {}

  @Get(':id/openings')
  @Allow('auditor')
  @Reply(200, 'All openings of the run, as a file that `commonmeter verify` checks.', undefined, ['application/json'])
  async get(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: certificateParam }) { id }: CertificateParam,
  ): Promise<StreamableFile> {
    const written = await this.openings.of(communityId, id);
    return new StreamableFile(Buffer.from(written, 'utf8'), { type: 'application/json; charset=utf-8' });
  }
}
