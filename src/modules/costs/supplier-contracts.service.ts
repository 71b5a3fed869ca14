import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { idOf } from '../../platform/database/addresses.js';
import { constraintRefusals } from '../../platform/database/constraints.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import type { ContractReply, ContractsQuery, NewContract } from './supplier-contracts.schema.js';

constraintRefusals.set('supplier_contract_once', {
  code: 'already-exists',
  sentence: 'There is a contract of this supplier from this day on already; let another begin on another day.',
});

const select = `
  SELECT c.id, jsonb_build_object('id', s.id, 'code', s.code) AS site, c.supplier, c.utility,
         CASE WHEN t.id IS NOT NULL THEN jsonb_build_object('id', t.id, 'code', t.code) END AS tariff, c.since AS "from", c.decision
  FROM supplier_contract c JOIN site s ON s.community_id = c.community_id AND s.id = c.site_id
  LEFT JOIN tariff t ON t.community_id = c.community_id AND t.id = c.tariff_id
  WHERE c.community_id = $1`;

/** By which tariff suppliers have agreed to bill. */
@Injectable()
export class SupplierContractsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly tariffs: TariffsService,
  ) {}

  /** @throws DomainError `not-found` (site, tariff), `already-exists` */
  create(communityId: string, given: NewContract, actor: Actor): Promise<ContractReply> {
    const { site, supplier, utility, tariff, from, decision } = given;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', site);
      const tariffId =
        tariff === null ? null : ((await this.tariffs.tariffIds(tx, communityId, [tariff])).get(tariff) ?? undefined);
      if (tariffId === undefined) throw new DomainError('not-found', `There is no tariff ${tariff} here.`);
      const id = newId();
      await tx.query(
        `INSERT INTO supplier_contract (community_id, id, site_id, supplier, utility, tariff_id, since, decision, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          communityId,
          id,
          siteId,
          supplier,
          utility,
          tariffId,
          from,
          decision,
          actor.kind === 'person' ? actor.id : null,
        ],
      );
      await this.audit.record(tx, {
        actor,
        type: 'supplier-contract.created',
        subjectKind: 'supplier-contract',
        subjectId: id,
        data: { site, supplier, utility, tariff, from, decision },
      });
      const [made] = await tx.query<ContractReply>(`${select} AND c.id = $2`, [communityId, id]);
      return made as ContractReply;
    });
  }

  list(communityId: string, query: ContractsQuery): Promise<{ items: readonly ContractReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [before = null] = readCursor(query.cursor, 1) ?? [];
      const siteId = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const rows = await tx.query<ContractReply>(
        `${select} AND ($2::uuid IS NULL OR c.id < $2) AND ($3::uuid IS NULL OR c.site_id = $3) ORDER BY c.id DESC LIMIT $4`,
        [communityId, before, siteId, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [id]);
    });
  }

  /** The tariff that a supplier bills by on a day; null where none is agreed. */
  async tariffOn(
    tx: Tx,
    communityId: string,
    of: { readonly siteId: string; readonly supplier: string; readonly utility: string; readonly day: CivilDate },
  ): Promise<string | null> {
    const [row] = await tx.query<{ tariffId: string | null }>(
      `SELECT tariff_id AS "tariffId" FROM supplier_contract
       WHERE community_id = $1 AND site_id = $2 AND supplier = $3 AND utility = $4 AND since <= $5::date ORDER BY since DESC LIMIT 1`,
      [communityId, of.siteId, of.supplier, of.utility, of.day],
    );
    return row?.tariffId ?? null;
  }
}
