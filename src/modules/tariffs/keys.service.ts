import { Injectable } from '@nestjs/common';
import { checkVersions, type KeyVersion } from '../../domain/apportionment/key.js';
import { DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CommunityService } from '../community/community.service.js';
import { inCodes } from './key-names.js';
import { domainKey, isPool, named, type Named, referencesOf, type References } from './key-references.js';
import type { KeyReply, KeyTerms, KeyVersionReply, NewKey, NewKeyVersion } from './keys.schema.js';
import { keySentence } from './key-sentence.js';
import { refuseWithoutVote, storeVote, todayOf, votesOf } from './key-votes.js';
import {
  type Adoption,
  keyVersions,
  refuseOverlap,
  storeVersion,
  type Version,
  versionsOf,
  withAdopted,
} from './versions.js';

interface KeyRow extends Named {
  readonly name: string;
  readonly createdAt: string;
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

  /** Makes a key, with its first version where it is given. @throws DomainError `already-exists`, and those of `adopt` */
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
      if (version !== undefined) await this.adoptFor(tx, communityId, { id, code }, version, actor, '/version');
      return this.read(tx, communityId, id);
    });
  }

  /**
   * Adopts a version. One that begins after the open one ends it.
   *
   * @throws DomainError `not-found`, `overlapping-version`, `key-incomplete`, `key-not-adopted`; `invalid-input` naming what the terms name and is not there
   */
  adopt(communityId: string, address: string, version: NewKeyVersion, actor: Actor): Promise<KeyVersionReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const key = await keyAt(tx, communityId, address);
      return this.adoptFor(tx, communityId, key, version, actor, '');
    });
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

  private async adoptFor(
    tx: Tx,
    communityId: string,
    key: Named,
    given: NewKeyVersion,
    actor: Actor,
    at: string,
  ): Promise<KeyVersionReply> {
    await tx.query('SELECT FROM apportionment_key WHERE community_id = $1 AND id = $2 FOR UPDATE', [
      communityId,
      key.id,
    ]);
    const { vote, ...version } = given;
    const { keys: needs } = await this.community.policyOn(
      tx,
      communityId,
      'adoption',
      await todayOf(tx, communityId, this.clock.now()),
    );
    refuseWithoutVote(needs, vote);
    const terms = await inCodes(tx, communityId, key, given, `${at}/terms`);
    const next = { ...version, terms };
    const known = (await versionsOf<KeyTerms>(tx, keyVersions, communityId, [key.id])).get(key.id) ?? [];
    await this.check(tx, communityId, withAdopted(known, next), next);
    const stored = await storeVersion(tx, keyVersions, communityId, key.id, next);
    if (vote !== undefined) await storeVote(tx, communityId, stored.id, vote);
    await this.audit.record(tx, {
      actor,
      type: 'key.version-adopted',
      subjectKind: 'key',
      subjectId: key.id,
      data: { version: stored.id, days: next.days, terms, adoptedOn: next.adoptedOn, vote: vote ?? null },
    });
    return versionReply(stored, vote ?? null);
  }

  /** All versions together, as the domain checks them; a pool key stays without meter, because residuals rely on it. */
  private async check(
    tx: Tx,
    communityId: string,
    all: readonly Adoption<KeyTerms>[],
    next: Adoption<KeyTerms>,
  ): Promise<void> {
    refuseOverlap(all);
    const [other] = all.filter((version) => isPool(version.terms) !== isPool(next.terms));
    if (other) {
      throw new DomainError(
        'conflict',
        isPool(other.terms)
          ? `From ${other.days.from} this key is one without meters, to which residuals may go; make a new key for what needs a meter or has several parts.`
          : `From ${other.days.from} this key is metered, limited or made of several; make a new key for one that residuals may go to.`,
      );
    }
    const references = await referencesOf(
      tx,
      communityId,
      all.map((version) => version.terms),
    );
    checkVersions(all.map((version) => forCheck(version, references)));
  }
}

/** The pool of a residual has been checked when it was adopted; here it only stands for itself. */
function forCheck({ days, terms, ...decision }: Adoption<KeyTerms>, references: References): KeyVersion {
  return { ...days, ...decision, key: domainKey(terms, references, () => ({ kind: 'equal' })) };
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
  return rows.map((row) => ({
    ...row,
    versions: (versions.get(row.id) ?? []).map((version) => versionReply(version, votes.get(version.id) ?? null)),
  }));
}

const versionReply = (version: Version<KeyTerms>, vote: KeyVersionReply['vote']): KeyVersionReply => ({
  ...version,
  sentence: keySentence(version.terms),
  vote,
});
