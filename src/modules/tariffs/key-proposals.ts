import type { ProposalOutcome } from '../../domain/apportionment/key-proposal.js';
import type { Instant } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { isId } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { KeyProposalReply } from './key-proposals.schema.js';
import { keySentence } from './key-sentence.js';
import type { NewKeyVersion } from './keys.schema.js';

/*
 * Proposals as they are stored. They are no versions and stand in another table, so that nothing which shares by versions meets one.
 */

const columns = `
  SELECT p.id, jsonb_build_object('id', k.id, 'code', k.code, 'name', k.name) AS key, coalesce(p.outcome, 'open') AS state, p.days, p.terms,
         p.adopted_by AS "adoptedBy", p.adopted_on AS "adoptedOn", p.decision,
         CASE WHEN p.votes_for IS NULL THEN NULL ELSE
           jsonb_build_object('for', p.votes_for, 'against', p.votes_against, 'abstained', p.votes_abstained) END AS vote,
         jsonb_build_object('id', a.id, 'name', a.name) AS "proposedBy", p.proposed_at AS "proposedAt",
         CASE WHEN b.id IS NULL THEN NULL ELSE jsonb_build_object('id', b.id, 'name', b.name) END AS "decidedBy", p.decided_at AS "decidedAt",
         p.reason, p.version_id AS version
  FROM key_proposal p
  JOIN apportionment_key k ON k.community_id = p.community_id AND k.id = p.key_id
  JOIN person a ON a.community_id = p.community_id AND a.id = p.proposed_by
  LEFT JOIN person b ON b.community_id = p.community_id AND b.id = p.decided_by
  WHERE p.community_id = current_community()`;

type Row = Omit<KeyProposalReply, 'sentence'>;
const reply = (row: Row): KeyProposalReply => ({ ...row, sentence: keySentence(row.terms) });

export interface WantedProposals {
  readonly key: string | null;
  readonly state: string | null;
  /** The id of the last one of the page before. */
  readonly before: string | null;
  readonly limit: number;
}

/** The last proposed first. */
export async function readProposals(tx: Tx, { key, state, before, limit }: WantedProposals) {
  const rows = await tx.query<Row>(
    `${columns} AND ($1::text IS NULL OR k.code = $1 OR k.id::text = $1) AND ($2::text IS NULL OR coalesce(p.outcome, 'open') = $2)
       AND ($3::uuid IS NULL OR p.id < $3) ORDER BY p.id DESC LIMIT $4::int`,
    [key, state, before, limit],
  );
  return rows.map(reply);
}

/** @throws DomainError `not-found` */
export async function proposalAt(tx: Tx, id: string): Promise<KeyProposalReply> {
  const [row] = isId(id) ? await tx.query<Row>(`${columns} AND p.id = $1`, [id]) : [];
  if (!row) throw new DomainError('not-found', `There is no proposal ${id} here.`);
  return reply(row);
}

/** Two who decide at once come one after the other. */
export const lockProposal = (tx: Tx, id: string): Promise<unknown> =>
  tx.query('SELECT FROM key_proposal WHERE community_id = current_community() AND id::text = $1 FOR UPDATE', [id]);

/** @returns its id */
export async function storeProposal(
  tx: Tx,
  communityId: string,
  keyId: string,
  { vote, ...next }: NewKeyVersion,
  personId: string,
  at: Instant,
): Promise<string> {
  const id = newId();
  await tx.query(
    `INSERT INTO key_proposal (community_id, id, key_id, days, terms, adopted_by, adopted_on, decision,
       votes_for, votes_against, votes_abstained, proposed_by, proposed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ...[communityId, id, keyId, daysToDatabase(next.days), JSON.stringify(next.terms)],
      ...[next.adoptedBy, next.adoptedOn, next.decision],
      ...[vote?.for ?? null, vote?.against ?? null, vote?.abstained ?? null, personId, at],
    ],
  );
  return id;
}

export interface ProposalDecision {
  readonly outcome: ProposalOutcome;
  readonly by: string;
  readonly at: Instant;
  /** Why it was refused. */
  readonly reason: string | null;
  /** What was made of it where it was confirmed. */
  readonly versionId: string | null;
}

export async function storeProposalDecision(
  tx: Tx,
  communityId: string,
  id: string,
  { outcome, by, at, reason, versionId }: ProposalDecision,
): Promise<void> {
  await tx.query(
    `UPDATE key_proposal SET outcome = $3, decided_by = $4, decided_at = $5, reason = $6, version_id = $7
     WHERE community_id = $1 AND id = $2`,
    [communityId, id, outcome, by, at, reason, versionId],
  );
}

/** The proposals of keys that wait for a second person, by key, oldest first; and of confirmed ones which version came of which. */
export async function proposalsOf(
  tx: Tx,
  communityId: string,
  keyIds: readonly string[],
): Promise<{
  readonly open: ReadonlyMap<string, readonly string[]>;
  readonly ofVersion: ReadonlyMap<string, string>;
}> {
  const rows = await tx.query<{ id: string; keyId: string; versionId: string | null }>(
    `SELECT id, key_id AS "keyId", version_id AS "versionId" FROM key_proposal
     WHERE community_id = $1 AND key_id = ANY($2::uuid[]) AND (outcome IS NULL OR outcome = 'confirmed') ORDER BY id`,
    [communityId, keyIds],
  );
  const open = new Map<string, string[]>();
  const ofVersion = new Map<string, string>();
  for (const { id, keyId, versionId } of rows) {
    if (versionId === null) open.set(keyId, [...(open.get(keyId) ?? []), id]);
    else ofVersion.set(versionId, id);
  }
  return { open, ofVersion };
}
