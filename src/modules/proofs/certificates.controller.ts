import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import {
  certificatePage,
  type CertificateParam,
  certificateParam,
  certificatesQuery,
  type CertificatesQuery,
} from './certificates.schema.js';
import { CertificatesService } from './certificates.service.js';

/** What everybody of a community may know of its issued runs, signed (docs/certificate.md). */
@Controller('certificates')
export class CertificatesController {
  constructor(private readonly certificates: CertificatesService) {}

  @Get()
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'Certificates of issued runs, newest first.', certificatePage)
  list(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: certificatesQuery }) query: CertificatesQuery) {
    return this.certificates.list(communityId, query);
  }

  /** By its id or that of its run. */
  @Get(':id')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'The signed certificate, under the newest signed head.', undefined, ['application/json'])
  async get(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: certificateParam }) { id }: CertificateParam,
  ): Promise<StreamableFile> {
    const written = await this.certificates.file(communityId, id);
    return new StreamableFile(Buffer.from(written, 'utf8'), { type: 'application/json; charset=utf-8' });
  }

  @Get(':id/document.pdf')
  @Allow('member', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'The certificate to be printed, with its file attached.', undefined, ['application/pdf'])
  async pdf(
    @CurrentPrincipal() { communityId }: Principal,
    @Param({ schema: certificateParam }) { id }: CertificateParam,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.certificates.pdf(communityId, id), { type: 'application/pdf' });
  }
}
