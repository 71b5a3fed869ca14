import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { type ExplainedTariff, explainTariff } from '../../domain/tariff/explain.js';
import { checkVersions } from '../../domain/tariff/tariff.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { isId, limitOf, type PageQuery } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { calendarOf, checkedTerms } from './checked-tariff.js';
import type { Named } from './key-references.js';
import type {
  NewTariff,
  NewTariffVersion,
  TariffDraft,
  TariffExplanation,
  TariffPreview,
  TariffReply,
  TariffTerms,
  TariffVersionReply,
} from './own-tariffs.schema.js';
import { toldOrRefused, undecided } from './previews.js';
import { tariffSentence } from './sentences.js';
import { domainTariff } from './tariff-terms.js';
import {
  type Adoption,
  refuseOverlap,
  storeVersion,
  tariffVersions,
  type Version,
  versionsOf,
  withAdopted,
} from './versions.js';

interface TariffRow extends Named {
  readonly name: string;
  readonly createdAt: string;
}
const columns = 'id, code, name, created_at AS "createdAt"';

/** The community's own prices and the decisions behind them. A version prices every band of its calendar, or it is not adopted. */
@Injectable()
export class OwnTariffsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** Makes a tariff, with its first version where it is given. @throws DomainError `already-exists`, and those of `adopt` */
  create(communityId: string, { code, name, version }: NewTariff, actor: Actor): Promise<TariffReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      await tx.query('INSERT INTO tariff (community_id, id, code, name) VALUES ($1, $2, $3, $4)', [
        communityId,
        id,
        code,
        name,
      ]);
      await this.audit.record(tx, {
        actor,
        type: 'tariff.created',
        subjectKind: 'tariff',
        subjectId: id,
        data: { code },
      });
      if (version !== undefined) await this.adoptFor(tx, communityId, id, version, actor, '/version');
      return read(tx, communityId, id);
    });
  }

  /**
   * Adopts a version. One that begins after the open one ends it.
   *
   * @throws DomainError `not-found`, `overlapping-version`, `tariff-gap`, `tariff-overlap`, `invalid-input`
   */
  adopt(communityId: string, address: string, version: NewTariffVersion, actor: Actor): Promise<TariffVersionReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { id } = await read(tx, communityId, address);
      return this.adoptFor(tx, communityId, id, version, actor, '');
    });
  }

  list(communityId: string, query: PageQuery): Promise<{ items: TariffReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after] = readCursor(query.cursor, 1) ?? [''];
      const rows = await tx.query<TariffRow>(
        `SELECT ${columns} FROM tariff WHERE community_id = $1 AND code COLLATE "C" > $2 ORDER BY code COLLATE "C" LIMIT $3`,
        [communityId, after, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, ({ code }) => [code]);
      return { items: await withVersions(tx, communityId, items), next };
    });
  }

  get(communityId: string, address: string): Promise<TariffReply> {
    return this.transactions.inCommunity(communityId, (tx) => read(tx, communityId, address));
  }

  /** A tariff in words, version by version. @throws DomainError `not-found` */
  explain(communityId: string, address: string): Promise<TariffExplanation> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { code, versions } = await read(tx, communityId, address);
      const told: TariffExplanation['versions'] = [];
      for (const { id, days, terms } of versions) {
        told.push({ id, days, ...(await inWords(tx, communityId, terms)) });
      }
      return { tariff: code, versions: told };
    });
  }

  /** What a version would say, checked as if it were adopted now. Nothing is stored, and no decision is asked for. */
  preview(communityId: string, { tariff: address, days, terms: given }: TariffDraft): Promise<TariffPreview> {
    const told = this.transactions.inCommunity(communityId, async (tx) => {
      const known = address === null ? [] : (await read(tx, communityId, address)).versions;
      const terms = await checkedTerms(tx, communityId, given, '/terms');
      refuseMisfit(known, { days, terms, ...undecided });
      return { sentence: tariffSentence(terms), ...(await inWords(tx, communityId, terms)) };
    });
    return toldOrRefused(told, { sentence: null, components: [], year: null });
  }

  private async adoptFor(
    tx: Tx,
    communityId: string,
    tariffId: string,
    given: NewTariffVersion,
    actor: Actor,
    at: string,
  ): Promise<TariffVersionReply> {
    await tx.query('SELECT FROM tariff WHERE community_id = $1 AND id = $2 FOR UPDATE', [communityId, tariffId]);
    const next = { ...given, terms: await checkedTerms(tx, communityId, given.terms, `${at}/terms`) };
    const known = (await versionsOf<TariffTerms>(tx, tariffVersions, communityId, [tariffId])).get(tariffId) ?? [];
    refuseMisfit(known, next);
    const stored = await storeVersion(tx, tariffVersions, communityId, tariffId, next);
    await this.audit.record(tx, {
      actor,
      type: 'tariff.version-adopted',
      subjectKind: 'tariff',
      subjectId: tariffId,
      data: { version: stored.id, days: next.days, terms: next.terms, adoptedOn: next.adoptedOn },
    });
    return versionReply(stored);
  }
}

/** With the next version, every day from the first on has one and no day two. @throws DomainError `overlapping-version`, `tariff-gap` */
function refuseMisfit(known: readonly Adoption<TariffTerms>[], next: Adoption<TariffTerms>): void {
  const all = withAdopted(known, next);
  refuseOverlap(all);
  checkVersions(all.map(({ days }) => days));
}

/** A sentence for each component, and the year that the bands make. */
async function inWords(tx: Tx, communityId: string, terms: TariffTerms) {
  const { calendar } = await calendarOf(tx, communityId, terms, '');
  const { components, year } = explainTariff(domainTariff(terms), terms.generation ? null : calendar);
  return { components: [...components], year: year && year.map(yearReply) };
}

const yearReply = ({ months, weekdays, hours, sentence }: NonNullable<ExplainedTariff['year']>[number]) => ({
  months: [...months],
  weekdays: [...weekdays],
  hours: [...hours],
  sentence,
});

/** @throws DomainError `not-found` */
async function read(tx: Tx, communityId: string, address: string): Promise<TariffReply> {
  const rows = await tx.query<TariffRow>(
    `SELECT ${columns} FROM tariff WHERE community_id = $1 AND ${isId(address) ? 'id' : 'code'} = $2`,
    [communityId, address],
  );
  const [tariff] = await withVersions(tx, communityId, rows);
  if (!tariff) throw new DomainError('not-found', `There is no tariff ${address}.`);
  return tariff;
}

async function withVersions(tx: Tx, communityId: string, rows: readonly TariffRow[]): Promise<TariffReply[]> {
  const versions = await versionsOf<TariffTerms>(
    tx,
    tariffVersions,
    communityId,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, versions: (versions.get(row.id) ?? []).map(versionReply) }));
}

const versionReply = (version: Version<TariffTerms>): TariffVersionReply => ({
  ...version,
  sentence: tariffSentence(version.terms),
});
