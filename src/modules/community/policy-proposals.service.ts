import { Injectable } from '@nestjs/common';
import { checkProposalDecision, type ProposalOutcome, takesTwo } from '../../domain/apportionment/key-proposal.js';
import { assert, DomainError } from '../../domain/errors.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { NewPolicy, Policy, PolicyProposal } from './community.schema.js';
import { CommunityService } from './community.service.js';
import type { PolicyTerms } from './policy-terms.js';

/** What comes of entering a policy. */
export type EnteredPolicy =
  | { readonly adopted: Policy; readonly proposed?: undefined }
  | { readonly adopted?: undefined; readonly proposed: PolicyProposal };

type Row = PolicyProposal & { readonly decision: string };

const select = `
  SELECT id, name, since AS "from", terms, decision, proposed_by AS "proposedBy", confirmed_by AS "confirmedBy", policy_id AS policy,
         withdrawn_at AS "withdrawnAt"
  FROM policy_proposal WHERE community_id = current_community()`;

/** Policies as people enter them: most are adopted at once; what would undo that two people are asked for waits for the second. */
@Injectable()
export class PolicyProposalsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly community: CommunityService,
  ) {}

  /** @throws DomainError `overlapping-version` */
  enter(communityId: string, given: NewPolicy, actor: Actor): Promise<EnteredPolicy> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      if (!(await needsTwo(tx, given)))
        return { adopted: await this.community.adoptWithin(tx, communityId, given, actor) };
      assert(actor.kind === 'person' && actor.id !== null, 'Policies are entered by people.');
      const id = newId();
      await tx.query(
        `INSERT INTO policy_proposal (community_id, id, name, since, terms, decision, proposed_by)
         VALUES (current_community(), $1, $2, $3, $4, $5, $6)`,
        [id, given.name, given.from, JSON.stringify(given.terms), given.decision, actor.id],
      );
      const data = { name: given.name, from: given.from, terms: given.terms };
      await this.audit.record(tx, {
        actor,
        type: 'policy.proposed',
        subjectKind: 'policy-proposal',
        subjectId: id,
        data,
      });
      return { proposed: await read(tx, id) };
    });
  }

  /** The last proposed first. */
  list(communityId: string, query: PageQuery): Promise<{ items: PolicyProposal[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const rows = await tx.query<Row>(`${select} AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`, [
        before,
        limit + 1,
      ]);
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /** Another person makes a policy of it. @throws DomainError `not-found`, `already-decided`, `four-eyes`, `overlapping-version` */
  confirm(communityId: string, id: string, actor: Actor): Promise<PolicyProposal> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { name, from, terms, decision } = await decided(tx, id, 'confirmed', actor);
      const adopted = await this.community.adoptWithin(tx, communityId, { name, from, terms, decision }, actor);
      await tx.query(
        `UPDATE policy_proposal SET confirmed_by = $2, confirmed_at = now(), policy_id = $3
         WHERE community_id = current_community() AND id = $1`,
        [id, actor.id, adopted.id],
      );
      return read(tx, id);
    });
  }

  /** Whoever proposed it takes it back. @throws DomainError `not-found`, `already-decided`, `not-allowed` for anybody else */
  withdraw(communityId: string, id: string, actor: Actor): Promise<PolicyProposal> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { name, from, terms } = await decided(tx, id, 'withdrawn', actor);
      await tx.query(
        `UPDATE policy_proposal SET withdrawn_by = $2, withdrawn_at = now() WHERE community_id = current_community() AND id = $1`,
        [id, actor.id],
      );
      const data = { name, from, terms };
      await this.audit.record(tx, {
        actor,
        type: 'policy.proposal-withdrawn',
        subjectKind: 'policy-proposal',
        subjectId: id,
        data,
      });
      return read(tx, id);
    });
  }
}

/** A proposal that this person may end in this way, locked. */
async function decided(tx: Tx, id: string, outcome: ProposalOutcome, { kind, id: by }: Actor): Promise<Row> {
  assert(kind === 'person' && by !== null, 'Proposals are decided by people.');
  const proposal = await read(tx, id, 'FOR UPDATE');
  const state = proposal.policy !== null ? 'confirmed' : proposal.withdrawnAt !== null ? 'withdrawn' : 'open';
  checkProposalDecision({ proposedBy: proposal.proposedBy, state }, outcome, by);
  return proposal;
}

async function read(tx: Tx, id: string, lock = ''): Promise<Row> {
  const [row] = await tx.query<Row>(`${select} AND id = $1 ${lock}`, [id]);
  if (row === undefined) throw new DomainError('not-found', `There is no proposal ${id} here; check its id.`);
  return row;
}

/** Whether a policy would undo that a second person is asked for. */
async function needsTwo(tx: Tx, { name, terms }: NewPolicy): Promise<boolean> {
  if (name !== 'adoption') return false;
  const [open] = await tx.query<{ terms: PolicyTerms<'adoption'> }>(
    `SELECT terms FROM community_policy WHERE community_id = current_community() AND name = 'adoption' AND upper_inf(days)`,
  );
  return takesTwo(open?.terms.keys ?? null, terms.keys);
}
