import { Injectable } from '@nestjs/common';
import { DomainError } from '../../../domain/errors.js';
import { Transactions } from '../../../platform/database/transactions.js';
import type { SignedBatchReply } from './signing-keys.schema.js';
import { one } from './signing-keys.service.js';

/** Batches that came signed, with all that anybody needs to check them again. */
@Injectable()
export class SignedBatchesService {
  constructor(private readonly transactions: Transactions) {}

  /** @throws DomainError `not-found` */
  get(communityId: string, id: string): Promise<SignedBatchReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<Omit<SignedBatchReply, 'key'> & { keyId: string | null }>(
        `SELECT s.id, s.batch_no AS batch, s.kind, s.verdict, s.detail, s.signing_key_id AS "keyId", encode(s.sha256, 'hex') AS sha256, s.signature,
                CASE WHEN s.payload IS NOT NULL THEN '/api/v1/signed-batches/' || s.id || '/payload' END AS payload, b.source, b.received_at AS "receivedAt",
                (SELECT count(*)::int FROM reading r WHERE r.community_no = (SELECT no FROM community WHERE id = current_community())
                   AND r.batch_no = s.batch_no) AS readings
         FROM batch_signature s JOIN reading_batch b ON b.community_id = s.community_id AND b.no = s.batch_no
         WHERE s.community_id = current_community() AND s.id = $1`,
        [id],
      );
      if (!row) throw notThere();
      const { keyId, ...batch } = row;
      return { ...batch, key: keyId === null ? null : await one(tx, keyId) };
    });
  }

  /** What was signed, byte for byte. @throws DomainError `not-found`, also where it was erased */
  payload(communityId: string, id: string): Promise<Buffer> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<{ payload: Buffer | null }>(
        'SELECT payload FROM batch_signature WHERE community_id = current_community() AND id = $1',
        [id],
      );
      if (!row?.payload) throw notThere();
      return row.payload;
    });
  }
}

const notThere = (): DomainError => new DomainError('not-found', 'There is no such signed batch here.');
