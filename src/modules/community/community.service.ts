import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { invalidRequest } from '../../platform/http/validation.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import { AccessChanges, type Actor, type Founding, system } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { Community, CommunityPatch, PoliciesQuery, Policy } from './community.schema.js';
import { firstTerms, type PolicyName, policyNames, type PolicyTerms, policyTerms } from './policy-terms.js';

/** What other modules need to name. */
export type { Community, PolicyName, PolicyTerms };

/** The first policies hold from here: before any reading and any bill that can come. */
const beginning: CivilDate = '2000-01-01';

const communityColumns = `id, code, name, address, currency, zone, locale, registration_no AS "registrationNo",
  contact_email AS "contactEmail", contact_phone AS "contactPhone", demo`;
const columns = `id, name, days, terms, decided_by AS "decidedBy", decision`;

/** The community itself, and what it decided for itself and when. */
@Injectable()
export class CommunityService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    changes: AccessChanges,
  ) {
    changes.onFounding((tx, founding) => this.writeFirstPolicies(tx, founding));
  }

  get(communityId: string): Promise<Community> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<Community>(`SELECT ${communityColumns} FROM community WHERE id = $1`, [communityId]);
      return theOne(row);
    });
  }

  change(communityId: string, patch: CommunityPatch, actor: Actor): Promise<Community> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<Community>(
        `UPDATE community SET name = coalesce($2, name), address = coalesce($3, address), locale = coalesce($4, locale),
           registration_no = coalesce($5, registration_no), contact_email = coalesce($6, contact_email),
           contact_phone = coalesce($7, contact_phone)
         WHERE id = $1 RETURNING ${communityColumns}`,
        [
          communityId,
          patch.name ?? null,
          patch.address ?? null,
          patch.locale ?? null,
          patch.registrationNo ?? null,
          patch.contactEmail ?? null,
          patch.contactPhone ?? null,
        ],
      );
      await this.audit.record(tx, {
        actor,
        type: 'community.changed',
        subjectKind: 'community',
        subjectId: communityId,
        data: { changed: Object.keys(patch) },
      });
      return theOne(row);
    });
  }

  /**
   * The terms of a policy on a day.
   *
   * @throws DomainError `not-found` for a day before the first version
   */
  async policyOn<Name extends PolicyName>(
    tx: Tx,
    communityId: string,
    name: Name,
    date: CivilDate,
  ): Promise<PolicyTerms<Name>> {
    return (await this.versionOn(tx, communityId, name, date)).terms;
  }

  /** The same with the id of the version. @throws DomainError `not-found` */
  async versionOn<Name extends PolicyName>(
    tx: Tx,
    communityId: string,
    name: Name,
    date: CivilDate,
  ): Promise<{ readonly id: string; readonly terms: PolicyTerms<Name> }> {
    const [row] = await tx.query<{ id: string; terms: PolicyTerms<Name> }>(
      'SELECT id, terms FROM community_policy WHERE community_id = $1 AND name = $2 AND days @> $3::date',
      [communityId, name, date],
    );
    if (!row)
      throw new DomainError(
        'not-found',
        `No policy "${name}" is in force on ${date}; choose a day from ${beginning} on.`,
      );
    return row;
  }

  /** All versions, by name and in order of time. */
  policies(communityId: string, query: PoliciesQuery): Promise<{ items: Policy[]; next: string | null }> {
    const limit = limitOf(query);
    const [afterName = null, afterFrom = null] = readCursor(query.cursor, 2) ?? [];
    return this.transactions.inCommunity(communityId, async (tx) => {
      const rows = await tx.query<Policy>(
        `SELECT ${columns} FROM community_policy
         WHERE community_id = $1 AND ($2::text IS NULL OR (name::text, lower(days)) > ($2, $3::date))
           AND ($4::text IS NULL OR name = $4) AND ($5::date IS NULL OR days @> $5::date)
         ORDER BY name::text, lower(days) LIMIT $6`,
        [communityId, afterName, afterFrom, query.name ?? null, query.on ?? null, limit + 1],
      );
      return pageOf(rows, limit, ({ name, days }) => [name, days.from]);
    });
  }

  /** Adopts new terms from a day on, and ends there the version that was open; within the transaction of whoever adopts several. */
  async adoptWithin(
    tx: Tx,
    communityId: string,
    { name, from, terms, decision }: { name: PolicyName; from: CivilDate; terms: PolicyTerms; decision: string },
    actor: Actor,
  ): Promise<Policy> {
    const [open] = await tx.query<{ id: string; from: CivilDate }>(
      `SELECT id, lower(days) AS "from" FROM community_policy
         WHERE community_id = $1 AND name = $2 AND upper_inf(days) FOR NO KEY UPDATE`,
      [communityId, name],
    );
    if (open && open.from >= from) {
      throw new DomainError(
        'overlapping-version',
        `The version in force began on ${open.from}; let the new one begin after that day.`,
      );
    }
    if (open) {
      await tx.query(
        'UPDATE community_policy SET days = daterange(lower(days), $3::date) WHERE community_id = $1 AND id = $2',
        [communityId, open.id, from],
      );
    }
    return this.insertPolicy(tx, communityId, { name, from, terms, decision }, actor);
  }

  private async writeFirstPolicies(tx: Tx, founding: Founding): Promise<void> {
    const unknown = Object.keys(founding.policies).filter((name) => !policyNames.some((known) => known === name));
    if (unknown.length > 0) {
      throw new DomainError(
        'invalid-input',
        `There is no policy "${unknown.join('", "')}"; the policies are ${policyNames.join(', ')}.`,
      );
    }
    const usual = firstTerms(founding);
    for (const name of policyNames) {
      const read = policyTerms[name].safeParse(founding.policies[name] ?? usual[name]);
      if (!read.success)
        throw invalidRequest(read.error.issues.map((issue) => ({ ...issue, path: ['policies', name, ...issue.path] })));
      const first = { name, from: beginning, terms: read.data, decision: 'at the founding' };
      await this.insertPolicy(tx, founding.communityId, first, system);
    }
  }

  private async insertPolicy(
    tx: Tx,
    communityId: string,
    { name, from, terms, decision }: { name: PolicyName; from: CivilDate; terms: PolicyTerms; decision: string },
    actor: Actor,
  ): Promise<Policy> {
    const id = newId();
    const [policy] = await tx.query<Policy>(
      `INSERT INTO community_policy (community_id, id, name, days, terms, decided_by, decision)
       VALUES ($1, $2, $3, daterange($4::date, NULL), $5, $6, $7) RETURNING ${columns}`,
      [communityId, id, name, from, JSON.stringify(terms), actor.kind === 'person' ? actor.id : null, decision],
    );
    await this.audit.record(tx, {
      actor,
      type: 'policy.adopted',
      subjectKind: 'policy',
      subjectId: id,
      data: { name, from },
    });
    return policy as Policy;
  }
}

function theOne(row: Community | undefined): Community {
  assert(row, 'A community that somebody belongs to is there.');
  return row;
}
