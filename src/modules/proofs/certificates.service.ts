import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import {
  certificateFormat,
  type CertificateFile,
  certificateHash,
  writeCertificate,
} from '../../domain/proof/certificate.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { drawCertificate } from './certificate-page.js';
import { readCertificateAt, readCertificates, type StoredCertificate } from './certificate-rows.js';
import type { CertificateReply, CertificatesQuery } from './certificates.schema.js';
import { Prover } from './prover.js';
import { RecordService } from './record.service.js';

/** Certificates of issued runs, for everybody of the community. They are written once; what proves them grows with the record. */
@Injectable()
export class CertificatesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly record: RecordService,
    private readonly prover: Prover,
  ) {}

  list(communityId: string, query: CertificatesQuery): Promise<{ items: CertificateReply[]; next: string | null }> {
    const limit = limitOf(query);
    const [before = null] = readCursor(query.cursor, 1) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { items, next } = pageOf(await readCertificates(tx, before, limit + 1), limit, ({ runId }) => [runId]);
      return { items: items.map(described), next };
    });
  }

  /** The certificate as a file. @param id its own, or that of its run @throws DomainError `not-found` */
  async file(communityId: string, id: string): Promise<string> {
    return writeCertificate(await this.fileOf(communityId, id));
  }

  /** The certificate as people print it, with its file attached. @throws DomainError `not-found` */
  async pdf(communityId: string, id: string): Promise<Buffer> {
    return drawCertificate(await this.fileOf(communityId, id));
  }

  private fileOf(communityId: string, id: string): Promise<CertificateFile> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const stored = await readCertificateAt(tx, id);
      if (stored === null)
        throw new DomainError(
          'not-found',
          'There is no certificate of such a run; it is made within a minute of its issue.',
        );
      return { format: certificateFormat, ...stored.signed, ...(await this.recordOf(tx, stored)) };
    });
  }

  private async recordOf(tx: Tx, { id, runId, signed }: StoredCertificate): Promise<Pick<CertificateFile, 'record'>> {
    const proved = await this.prover.prove(tx, { certificate: id, run: runId }, 'newest');
    if (proved === null) return {};
    const { keys, head, facts, cosigners } = proved;
    const position = await this.record.consistencyProof(tx, signed.content.log.size, head.size);
    return { record: { ...keys, head: head.note, ...facts, ...cosigners, position } };
  }
}

function described({ id, runId, signed: { content } }: StoredCertificate): CertificateReply {
  const { site, period, currency, corrects, madeAt, total, difference, log } = content;
  return {
    ...{ id, run: runId, site, period, currency, corrects: corrects?.run ?? null, madeAt, total, difference, log },
    sha256: certificateHash(content),
  };
}
