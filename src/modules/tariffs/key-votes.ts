import type { CivilDate, Instant } from '../../domain/calendar/period.js';
import { dayOf } from '../../domain/calendar/zone.js';
import { DomainError } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { KeyVersionReply, NewKeyVersion } from './keys.schema.js';

/*
 * What a version of a key needs is for the community to say (policy `adoption`): the treasurer alone, a second person
 * who confirms it (key-proposals.ts), or a vote of the members that was carried. Where a vote is needed, a version without it
 * is not taken at all, so no run can share by it.
 */

/** What the policy `adoption` says of keys. */
export type KeyAdoption = 'treasurer' | 'second-person' | 'recorded-vote';

type Vote = NonNullable<KeyVersionReply['vote']>;

/** @throws DomainError `key-not-adopted` where a vote is needed and missing, or a vote was not carried */
export function refuseWithoutVote(needs: KeyAdoption, vote: NewKeyVersion['vote']): void {
  if (vote === undefined) {
    if (needs !== 'recorded-vote') return;
    throw new DomainError(
      'key-not-adopted',
      'This community adopts keys by a recorded vote; give the votes for, against and abstained with the version.',
    );
  }
  if (vote.for > vote.against) return;
  throw new DomainError(
    'key-not-adopted',
    `The vote was ${vote.for} for and ${vote.against} against; a version that was not carried is not adopted.`,
    { for: vote.for, against: vote.against },
  );
}

export async function storeVote(tx: Tx, communityId: string, versionId: string, vote: Vote): Promise<void> {
  await tx.query(
    `INSERT INTO key_version_vote (community_id, version_id, votes_for, votes_against, votes_abstained) VALUES ($1, $2, $3, $4, $5)`,
    [communityId, versionId, vote.for, vote.against, vote.abstained],
  );
}

/** How members voted, by version; only of versions with a vote. */
export async function votesOf(
  tx: Tx,
  communityId: string,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, Vote>> {
  const rows = await tx.query<Vote & { versionId: string }>(
    `SELECT version_id AS "versionId", votes_for AS "for", votes_against AS against, votes_abstained AS abstained
     FROM key_version_vote WHERE community_id = $1 AND version_id = ANY($2::uuid[])`,
    [communityId, versionIds],
  );
  return new Map(rows.map(({ versionId, ...vote }) => [versionId, vote]));
}

/** The day on which something is decided, in the zone of the community. */
export async function todayOf(tx: Tx, communityId: string, now: Instant): Promise<CivilDate> {
  const [community] = await tx.query<{ zone: string }>('SELECT zone FROM community WHERE id = $1', [communityId]);
  return dayOf(now, community?.zone ?? 'UTC');
}
