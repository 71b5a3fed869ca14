import { Injectable } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CommunityService } from '../community/community.service.js';
import { fitting } from './key-fitting.js';
import { named, type Named } from './key-references.js';
import { proposalAt, proposalsOf, storeProposal } from './key-proposals.js';
import type { KeyProposalReply } from './key-proposals.schema.js';
import type {
  DaysBilled,
  KeyDraft,
  KeyPreview,
  KeyReply,
  KeyTerms,
  KeyVersionReply,
  NewKey,
  NewKeyVersion,
} from './keys.schema.js';
import { keySentence } from './key-sentence.js';
import { type KeyAdoption, refuseWithoutVote, storeVote, todayOf, votesOf } from './key-votes.js';
import { toldOrRefused, undecided } from './previews.js';
import { keyVersions, storeVersion, type Version, versionsOf } from './versions.js';

interface KeyRow extends Named {
  readonly name: string;
  readonly createdAt: string;
}

/** What came of a version that was entered: it holds, or it waits for a second person. */
export type Entered =
  | { readonly adopted: KeyVersionReply; readonly proposed?: undefined }
  | { readonly adopted?: undefined; readonly proposed: KeyProposalReply };

/** Issued runs that shared days of a version that was just adopted, by another version of the same key. */
async function billedOtherwise(tx: Tx, keyId: string, versionId: string): Promise<DaysBilled[]> {
  const runs = await tx.query<{ run: string; from: string; to: string }>(
    `SELECT r.origin_id AS run, lower(r.days)::text AS "from", upper(r.days)::text AS "to"
     FROM key_version n JOIN standing_run r ON r.community_id = n.community_id AND r.days && n.days
     WHERE n.community_id = current_community() AND n.id = $2 AND EXISTS (
       SELECT FROM run_cost c JOIN key_version v ON v.community_id = c.community_id AND v.id = c.key_version_id
       WHERE c.community_id = r.community_id AND c.run_id = r.id AND v.key_id = $1 AND v.id <> n.id)
     ORDER BY r.days`,
    [keyId, versionId],
  );
  return runs.map(({ run, from, to }) => ({
    ...{ code: 'days-already-billed', run, period: { from, to } },
    detail: `A run was issued for ${from} to ${to}, and shared these days by the version before.`,
    remedy: `Where it is to hold for these days too, correct that run: POST /api/v1/billing-runs/${run}/corrections. What was issued stays otherwise.`,
  }));
}

/** Keys and the decisions behind them. A key is checked whole before a version of it is adopted: what it names is there, its parts make one. */
@Injectable()
export class KeysService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly community: CommunityService,
    private readonly audit: AuditService,
  ) {}

  /** Makes a key, with its first version where it is given; that may be a proposal too. @throws DomainError `already-exists`, and those of `adopt` */
  create(communityId: string, { code, name, version }: NewKey, actor: Actor): Promise<KeyReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      await tx.query('INSERT INTO apportionment_key (community_id, id, code, name) VALUES ($1, $2, $3, $4)', [
        communityId,
        id,
        code,
        name,
      ]);
      await this.audit.record(tx, { actor, type: 'key.created', subjectKind: 'key', subjectId: id, data: { code } });
      if (version !== undefined) await this.enter(tx, communityId, { id, code }, version, actor, '/version');
      return this.read(tx, communityId, id);
    });
  }

  /**
   * Adopts a version, or proposes it where the community wants a second person. One that begins after the open one ends it.
   *
   * @throws DomainError `not-found`, `overlapping-version`, `key-incomplete`, `key-not-adopted`; `invalid-input` naming what the terms name and is not there
   */
  adopt(communityId: string, address: string, version: NewKeyVersion, actor: Actor): Promise<Entered> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const key = await keyAt(tx, communityId, address);
      return this.enter(tx, communityId, key, version, actor, '');
    });
  }

  /**
   * Makes a version of what another person proposed, as if it were entered now.
   *
   * @returns the version
   * @throws DomainError as `adopt` does
   */
  async adoptProposed(tx: Tx, communityId: string, proposal: KeyProposalReply, actor: Actor): Promise<KeyVersionReply> {
    const { id, key, days, terms, adoptedBy, adoptedOn, decision, vote } = proposal;
    const given = { days, terms, adoptedBy, adoptedOn, decision, ...(vote === null ? {} : { vote }) };
    const { next } = await this.checked(tx, communityId, key, given, '');
    return this.store(tx, communityId, key.id, next, actor, id);
  }

  /** What a version would say, checked as if it were adopted now. Nothing is stored, and no decision is asked for. */
  preview(communityId: string, { key: address, days, terms }: KeyDraft): Promise<KeyPreview> {
    const sentence = this.transactions.inCommunity(communityId, async (tx) => {
      const key = address === null ? { id: newId(), code: '' } : await keyAt(tx, communityId, address);
      const next = await fitting(tx, communityId, key, { days, terms, ...undecided }, '');
      return { sentence: keySentence(next.terms) };
    });
    return toldOrRefused(sentence, { sentence: null });
  }

  list(communityId: string, query: PageQuery): Promise<{ items: KeyReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after] = readCursor(query.cursor, 1) ?? [''];
      const rows = await tx.query<KeyRow>(
        `SELECT id, code, name, created_at AS "createdAt" FROM apportionment_key
         WHERE community_id = $1 AND code COLLATE "C" > $2 ORDER BY code COLLATE "C" LIMIT $3`,
        [communityId, after, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, ({ code }) => [code]);
      return { items: await withVersions(tx, communityId, items), next };
    });
  }

  get(communityId: string, address: string): Promise<KeyReply> {
    return this.transactions.inCommunity(communityId, async (tx) =>
      this.read(tx, communityId, (await keyAt(tx, communityId, address)).id),
    );
  }

  private async read(tx: Tx, communityId: string, id: string): Promise<KeyReply> {
    const rows = await tx.query<KeyRow>(
      'SELECT id, code, name, created_at AS "createdAt" FROM apportionment_key WHERE community_id = $1 AND id = $2',
      [communityId, id],
    );
    const [key] = await withVersions(tx, communityId, rows);
    if (!key) throw noSuchKey(id);
    return key;
  }

  private async enter(
    tx: Tx,
    communityId: string,
    key: Named,
    given: NewKeyVersion,
    actor: Actor,
    at: string,
  ): Promise<Entered> {
    const { next, needs } = await this.checked(tx, communityId, key, given, at);
    if (needs !== 'second-person') return { adopted: await this.store(tx, communityId, key.id, next, actor, null) };
    assert(actor.kind === 'person' && actor.id !== null, 'Only people have the role that enters versions of keys.');
    const proposal = await storeProposal(tx, communityId, key.id, next, actor.id, this.clock.now());
    const { days, terms, adoptedOn, vote = null } = next;
    await this.audit.record(tx, {
      actor,
      type: 'key.version-proposed',
      subjectKind: 'key',
      subjectId: key.id,
      data: { proposal, days, terms, adoptedOn, vote },
    });
    return { proposed: await proposalAt(tx, proposal) };
  }

  /** A version that could be adopted as things stand, with all names as codes; and what the community asks for beside. */
  private async checked(
    tx: Tx,
    communityId: string,
    key: Named,
    given: NewKeyVersion,
    at: string,
  ): Promise<{ readonly next: NewKeyVersion; readonly needs: KeyAdoption }> {
    await tx.query('SELECT FROM apportionment_key WHERE community_id = $1 AND id = $2 FOR UPDATE', [
      communityId,
      key.id,
    ]);
    const today = await todayOf(tx, communityId, this.clock.now());
    const { keys: needs } = await this.community.policyOn(tx, communityId, 'adoption', today);
    refuseWithoutVote(needs, given.vote);
    return { next: await fitting(tx, communityId, key, given, at), needs };
  }

  private async store(
    tx: Tx,
    communityId: string,
    keyId: string,
    { vote, ...next }: NewKeyVersion,
    actor: Actor,
    proposal: string | null,
  ): Promise<KeyVersionReply> {
    const stored = await storeVersion(tx, keyVersions, communityId, keyId, next);
    if (vote !== undefined) await storeVote(tx, communityId, stored.id, vote);
    await this.audit.record(tx, {
      actor,
      type: 'key.version-adopted',
      subjectKind: 'key',
      subjectId: keyId,
      data: {
        ...{ version: stored.id, days: next.days, terms: next.terms, adoptedOn: next.adoptedOn, vote: vote ?? null },
        ...(proposal === null ? {} : { proposal }),
      },
    });
    const warnings = await billedOtherwise(tx, keyId, stored.id);
    return { ...versionReply(stored, vote ?? null, proposal), ...(warnings.length === 0 ? {} : { warnings }) };
  }
}

const noSuchKey = (address: string): DomainError => new DomainError('not-found', `There is no key ${address}.`);

/** @throws DomainError `not-found` */
async function keyAt(tx: Tx, communityId: string, address: string): Promise<Named> {
  const found = (await named(tx, 'apportionment_key', communityId, [address])).get(address);
  if (!found) throw noSuchKey(address);
  return found;
}

async function withVersions(tx: Tx, communityId: string, rows: readonly KeyRow[]): Promise<KeyReply[]> {
  const versions = await versionsOf<KeyTerms>(
    tx,
    keyVersions,
    communityId,
    rows.map(({ id }) => id),
  );
  const votes = await votesOf(
    tx,
    communityId,
    [...versions.values()].flat().map(({ id }) => id),
  );
  const proposals = await proposalsOf(
    tx,
    communityId,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...row,
    versions: (versions.get(row.id) ?? []).map((version) =>
      versionReply(version, votes.get(version.id) ?? null, proposals.ofVersion.get(version.id) ?? null),
    ),
    proposed: [...(proposals.open.get(row.id) ?? [])],
  }));
}

const versionReply = (
  version: Version<KeyTerms>,
  vote: KeyVersionReply['vote'],
  proposal: string | null,
): KeyVersionReply => ({ ...version, sentence: keySentence(version.terms), vote, proposal });
