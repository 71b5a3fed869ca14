import { Injectable } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { idOf } from '../../platform/database/addresses.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import { daysToDatabase } from '../../platform/database/types.js';
import { pageOf, readCursor } from '../../platform/http/cursor.js';
import { InvalidRequest } from '../../platform/http/validation.js';
import { isId, limitOf } from '../../platform/http/wire.js';
import { newId } from '../../platform/ids.js';
import type { Actor } from '../access/access-changes.service.js';
import { AuditService } from '../audit/audit.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import { type ChargeRow, chargeColumns, chargeReply } from './charge-rows.js';
import type { ChargePatch, ChargeReply, ChargesQuery, NewCharge } from './charges.schema.js';
import { onCoins } from './community-currency.js';

/** Who bears a charge: exactly one of the three. */
interface Bearer {
  readonly keyId: string | null;
  readonly spaceId: string | null;
  readonly tariffId: string | null;
}

/** Costs without a supplier's bill: rent, service, internet, fees. A charge is never edited; it ends, and another begins. */
@Injectable()
export class ChargesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly tariffs: TariffsService,
  ) {}

  /** @throws DomainError `already-exists`, `not-found` (site), `off-grid-total`; `invalid-input` pointing at what is not there */
  create(communityId: string, given: NewCharge, actor: Actor): Promise<ChargeReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', given.site);
      const { keyId, spaceId, tariffId } = await this.bearerOf(tx, communityId, siteId, given);
      const amount = given.kind === 'tariff' ? null : await onCoins(tx, communityId, given.amount);
      const id = newId();
      await tx.query(
        `INSERT INTO charge (community_id, id, site_id, code, description, section, kind, amount, per, proration, days, tax_code,
                             key_id, space_id, tariff_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, 'day-of-month'), $11, $12, $13, $14, $15)`,
        [
          communityId,
          id,
          siteId,
          given.code,
          given.description,
          given.section,
          given.kind,
          amount,
          perOf(given),
          prorationOf(given),
          daysToDatabase(given.days),
          given.taxCode,
          keyId,
          spaceId,
          tariffId,
        ],
      );
      await this.audit.record(tx, {
        actor,
        type: 'charge.created',
        subjectKind: 'charge',
        subjectId: id,
        data: { code: given.code, kind: given.kind, days: given.days, amount, keyId, spaceId, tariffId },
      });
      return read(tx, communityId, id);
    });
  }

  /** Ends a charge that is open. @throws DomainError `not-found`, `append-only` where it has an end, `invalid-period` */
  end(communityId: string, address: string, { to }: ChargePatch, actor: Actor): Promise<ChargeReply> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { id, code, days } = await read(tx, communityId, address, 'FOR UPDATE OF c');
      if (days.to !== null) {
        throw new DomainError(
          'append-only',
          `The charge ${code} ends on ${days.to} already; make another charge for other days.`,
        );
      }
      if (to <= days.from) {
        throw new DomainError(
          'invalid-period',
          `The charge ${code} begins on ${days.from}; it can end on a later day only.`,
        );
      }
      await tx.query('UPDATE charge SET days = daterange(lower(days), $3::date) WHERE community_id = $1 AND id = $2', [
        communityId,
        id,
        to,
      ]);
      await this.audit.record(tx, { actor, type: 'charge.ended', subjectKind: 'charge', subjectId: id, data: { to } });
      return read(tx, communityId, id);
    });
  }

  list(communityId: string, query: ChargesQuery): Promise<{ items: ChargeReply[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after] = readCursor(query.cursor, 1) ?? [''];
      const siteId = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const rows = await tx.query<ChargeRow>(
        `${chargeColumns}
         WHERE c.community_id = $1 AND c.code COLLATE "C" > $2 AND ($3::uuid IS NULL OR c.site_id = $3::uuid)
           AND ($4::date IS NULL OR c.days @> $4::date)
         ORDER BY c.code COLLATE "C" LIMIT $5`,
        [communityId, after, siteId, query.on ?? null, limit + 1],
      );
      const { items, next } = pageOf(rows, limit, ({ code }) => [code]);
      return { items: items.map(chargeReply), next };
    });
  }

  get(communityId: string, address: string): Promise<ChargeReply> {
    return this.transactions.inCommunity(communityId, (tx) => read(tx, communityId, address));
  }

  /** @throws InvalidRequest that points at everything which is not there */
  private async bearerOf(tx: Tx, communityId: string, siteId: string, given: NewCharge): Promise<Bearer> {
    const taxCodes = await this.tariffs.taxCodes(tx, communityId);
    const problems = taxCodes.has(given.taxCode)
      ? []
      : [{ pointer: '/taxCode', detail: `there is no tax rate ${given.taxCode}` }];
    const missing = (what: string, address: string): void => {
      problems.push({ pointer: `/${what}`, detail: `there is no ${what} ${address} at this site` });
    };
    const bearer = { keyId: null, spaceId: null, tariffId: null } as { -readonly [Name in keyof Bearer]: Bearer[Name] };
    if (given.kind === 'tariff') {
      bearer.tariffId = (await this.tariffs.tariffIds(tx, communityId, [given.tariff])).get(given.tariff) ?? null;
      if (bearer.tariffId === null) missing('tariff', given.tariff);
    } else if (given.key !== undefined) {
      bearer.keyId = (await this.tariffs.keyIds(tx, communityId, [given.key])).get(given.key) ?? null;
      if (bearer.keyId === null) missing('key', given.key);
    } else if (given.space !== undefined) {
      bearer.spaceId = await spaceAt(tx, communityId, siteId, given.space);
      if (bearer.spaceId === null) missing('space', given.space);
    }
    if (problems.length > 0) throw new InvalidRequest(problems);
    return bearer;
  }
}

const perOf = (given: NewCharge): string | null =>
  given.kind === 'recurring' ? given.per : given.kind === 'one-off' ? 'once' : null;
const prorationOf = (given: NewCharge): string | null => (given.kind === 'recurring' ? given.proration : null);

async function spaceAt(tx: Tx, communityId: string, siteId: string, address: string): Promise<string | null> {
  const [space] = await tx.query<{ id: string }>(
    `SELECT id FROM space WHERE community_id = $1 AND site_id = $2 AND ${isId(address) ? 'id' : 'code'} = $3`,
    [communityId, siteId, address],
  );
  return space?.id ?? null;
}

/** @throws DomainError `not-found` */
async function read(
  tx: Tx,
  communityId: string,
  address: string,
  lock: '' | 'FOR UPDATE OF c' = '',
): Promise<ChargeReply> {
  const [row] = await tx.query<ChargeRow>(
    `${chargeColumns} WHERE c.community_id = $1 AND c.${isId(address) ? 'id' : 'code'} = $2 ${lock}`,
    [communityId, address],
  );
  if (!row) throw new DomainError('not-found', `There is no charge ${address}.`);
  return chargeReply(row);
}
