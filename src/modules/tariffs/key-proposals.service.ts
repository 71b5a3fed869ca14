import { Injectable } from '@nestjs/common';
import { checkProposalDecision, type ProposalOutcome } from '../../domain/apportionment/key-proposal.js';
import { Clock } from '../../platform/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { AuditService } from '../audit/audit.service.js';
import { lockProposal, proposalAt, readProposals, storeProposalDecision } from './key-proposals.js';
import type { KeyProposalReply, KeyProposalsQuery } from './key-proposals.schema.js';
import { KeysService } from './keys.service.js';

/** What one person entered as a version of a key, and what another made of it. */
@Injectable()
export class KeyProposalsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly keys: KeysService,
  ) {}

  /** The last proposed first. */
  list(communityId: string, query: KeyProposalsQuery): Promise<{ items: KeyProposalReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const { key = null, state = null } = query;
      return pageOf(await readProposals(tx, { key, state, before, limit: limit + 1 }), limit, ({ id }) => [id]);
    });
  }

  /** @throws DomainError `not-found` */
  get(communityId: string, id: string): Promise<KeyProposalReply> {
    return this.transactions.inCommunity(communityId, (tx) => proposalAt(tx, id));
  }

  /**
   * A second person makes a version of it. Everything is checked again: days, places and other versions may have changed since.
   *
   * @throws DomainError `not-found`, `already-decided`, `four-eyes`, and those of adopting a version
   */
  confirm(communityId: string, id: string, personId: string): Promise<KeyProposalReply> {
    return this.decide(communityId, id, 'confirmed', personId, null);
  }

  /** @throws DomainError `not-found`, `already-decided`, `four-eyes` for its proposer */
  refuse(communityId: string, id: string, reason: string, personId: string): Promise<KeyProposalReply> {
    return this.decide(communityId, id, 'refused', personId, reason);
  }

  /** @throws DomainError `not-found`, `already-decided`, `not-allowed` for whoever did not propose it */
  withdraw(communityId: string, id: string, personId: string): Promise<KeyProposalReply> {
    return this.decide(communityId, id, 'withdrawn', personId, null);
  }

  private decide(
    communityId: string,
    id: string,
    outcome: ProposalOutcome,
    by: string,
    reason: string | null,
  ): Promise<KeyProposalReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      await lockProposal(tx, id);
      const proposal = await proposalAt(tx, id);
      const { key, state, proposedBy } = proposal;
      checkProposalDecision({ proposedBy: proposedBy.id, state }, outcome, by);
      const actor = { kind: 'person', id: by } as const;
      const version = outcome === 'confirmed' ? await this.keys.adoptProposed(tx, communityId, proposal, actor) : null;
      const versionId = version?.id ?? null;
      await storeProposalDecision(tx, communityId, id, { outcome, by, at: this.clock.now(), reason, versionId });
      await this.audit.record(tx, {
        actor,
        type: `key.proposal-${outcome}`,
        subjectKind: 'key',
        subjectId: key.id,
        data: { proposal: id, proposedBy: proposedBy.id, reason, version: versionId },
      });
      const { warnings } = version ?? {};
      return { ...(await proposalAt(tx, id)), ...(warnings === undefined ? {} : { warnings }) };
    });
  }
}
