import { Injectable } from '@nestjs/common';
import type { Span } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { constraintRefusals } from '../../../platform/database/constraints.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { pageOf, readCursor } from '../../../platform/http/cursor.js';
import { isId, limitOf } from '../../../platform/http/wire.js';
import { newId } from '../../../platform/ids.js';
import type { Actor } from '../../access/access-changes.service.js';
import { AuditService } from '../../audit/audit.service.js';
import { adoptFormula } from '../registers/adopt-formula.js';
import { exchangeDevice } from '../registers/exchange-device.js';
import { meterCalled, registerCalled } from '../registers/find-register.js';
import type { NewFormula } from '../registers/formula.schema.js';
import { makeRegister } from './make-register.js';
import { describeMeters, type MeterDescription } from '../registers/describe-meters.js';
import type { Exchange, MeterPatch, MetersQuery, NewMeter } from '../registers/meter.schema.js';
import { type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { metersAsked, type MetersInstead } from '../registers/meters-instead.js';

export { countedOnce, type InstalledRegister } from '../registers/installed-registers.js';
export type { MeterInstead, MetersInstead } from '../registers/meters-instead.js';
export type { MeterDescription } from '../registers/describe-meters.js';

constraintRefusals.set('meter_code', {
  code: 'already-exists',
  sentence: 'There is a meter with this code; choose another.',
});
constraintRefusals.set('register_code', {
  code: 'already-exists',
  sentence: 'The meter has a register with this code; choose another.',
});
constraintRefusals.set('installation_no_overlap', {
  code: 'overlapping-installation',
  sentence: 'Another device is installed in this meter at that time; end its installation first.',
});

/** Meters, their registers, and the devices that were installed in them. */
@Injectable()
export class MeteringService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Makes a meter with its registers and its first device; a virtual one with its formulas and no device. */
  create(communityId: string, input: NewMeter, actor: Actor): Promise<MeterDescription> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const siteId = await idOf(tx, communityId, 'site', input.site);
      const spaceId = input.space === null ? null : await spaceOf(tx, communityId, siteId, input.space);
      const meterId = newId();
      await tx.query(
        'INSERT INTO meter (community_id, id, site_id, code, name, role, utility, verified_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
        [communityId, meterId, siteId, input.code, input.name, input.role, input.utility, input.verifiedUntil ?? null],
      );
      const installationId = newId();
      await tx.query(
        'INSERT INTO installation (community_id, id, meter_id, space_id, serial, period) VALUES ($1, $2, $3, $4, $5, tstzrange($6, NULL))',
        [communityId, installationId, meterId, spaceId, input.serial, input.installedFrom],
      );
      const { installedFrom, registers } = input;
      const maker = { communityId, siteId, meterId, installationId, installedFrom, actor, at: this.clock.now() };
      for (const register of registers) await makeRegister(tx, maker, register);
      const data = { code: input.code, role: input.role, registers: input.registers.map(({ code }) => code) };
      await this.audit.record(tx, { actor, type: 'meter.created', subjectKind: 'meter', subjectId: meterId, data });
      return described(tx, communityId, meterId);
    });
  }

  list(communityId: string, query: MetersQuery): Promise<{ items: MeterDescription[]; next: string | null }> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const limit = limitOf(query);
      const [after = ''] = readCursor(query.cursor, 1) ?? [];
      const site = query.site === undefined ? null : await idOf(tx, communityId, 'site', query.site);
      const space = query.space === undefined ? null : await idOf(tx, communityId, 'space', query.space);
      const found = await tx.query<{ id: string; code: string }>(
        `SELECT m.id, m.code FROM meter m
         WHERE m.community_id = $1 AND m.code > $2 AND ($3::uuid IS NULL OR m.site_id = $3) AND ($4::text IS NULL OR m.role = $4)
           AND ($5::uuid IS NULL OR EXISTS (
             SELECT FROM installation i WHERE i.community_id = m.community_id AND i.meter_id = m.id AND i.space_id = $5))
         ORDER BY m.code LIMIT $6::int`,
        [communityId, after, site, query.role ?? null, space, limit + 1],
      );
      const { items, next } = pageOf(found, limit, ({ code }) => [code]);
      return {
        items: await describeMeters(
          tx,
          communityId,
          items.map(({ id }) => id),
        ),
        next,
      };
    });
  }

  /** @param address id or code */
  one(communityId: string, address: string): Promise<MeterDescription> {
    return this.transactions.inCommunity(communityId, async (tx) =>
      described(tx, communityId, (await meterCalled(tx, communityId, address)).id),
    );
  }

  change(communityId: string, address: string, patch: MeterPatch, actor: Actor): Promise<MeterDescription> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { id } = await meterCalled(tx, communityId, address);
      await tx.query(
        `UPDATE meter SET name = coalesce($3, name), verified_until = CASE WHEN $4 THEN $5::date ELSE verified_until END
         WHERE community_id = $1 AND id = $2`,
        [communityId, id, patch.name ?? null, patch.verifiedUntil !== undefined, patch.verifiedUntil ?? null],
      );
      await setRestarts(tx, communityId, id, patch.registers ?? []);
      await this.audit.record(tx, {
        actor,
        type: 'meter.changed',
        subjectKind: 'meter',
        subjectId: id,
        data: { changed: Object.keys(patch) },
      });
      return described(tx, communityId, id);
    });
  }

  /** Takes the device out that is in, and puts another in, at one instant and in one transaction. */
  exchange(communityId: string, address: string, input: Exchange, actor: Actor): Promise<MeterDescription> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const meter = await meterCalled(tx, communityId, address);
      const space =
        input.space === undefined || input.space === null
          ? input.space
          : await spaceOf(tx, communityId, meter.siteId, input.space);
      const installationId = await exchangeDevice(tx, communityId, meter, input, space);
      const data = { at: input.at, installation: installationId, registers: input.registers.map(({ code }) => code) };
      await this.audit.record(tx, { actor, type: 'meter.exchanged', subjectKind: 'meter', subjectId: meter.id, data });
      return described(tx, communityId, meter.id);
    });
  }

  /** Adopts another formula for a register of a virtual meter. */
  adopt(communityId: string, address: string, input: NewFormula, actor: Actor): Promise<MeterDescription> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { id, code, siteId } = await meterCalled(tx, communityId, address);
      const { from, terms, reason } = input;
      const register = await registerCalled(tx, communityId, code, input.register);
      const formula = { siteId, registerId: register.id, from, terms, reason, at: this.clock.now() };
      const version = await adoptFormula(tx, communityId, formula, actor);
      const data = { register: register.code, version, from };
      await this.audit.record(tx, { actor, type: 'formula.adopted', subjectKind: 'meter', subjectId: id, data });
      return described(tx, communityId, id);
    });
  }

  /** Registers of a site that are read, with the devices that were in during a span; those that had none are missing. */
  async registersOf(
    tx: Tx,
    communityId: string,
    siteId: string,
    span: Span,
    instead: MetersInstead = new Map(),
  ): Promise<InstalledRegister[]> {
    return metersAsked(await registersOf(tx, communityId, { siteId }, span), instead);
  }
}

async function described(tx: Tx, communityId: string, meterId: string): Promise<MeterDescription> {
  const [meter] = await describeMeters(tx, communityId, [meterId]);
  if (!meter) throw new DomainError('not-found', 'There is no such meter.');
  return meter;
}

/** @throws DomainError `not-found` for a register that the meter has not, `invalid-input` for one that shows no total */
async function setRestarts(
  tx: Tx,
  communityId: string,
  meterId: string,
  registers: NonNullable<MeterPatch['registers']>,
): Promise<void> {
  for (const { code, restarts } of registers) {
    const [row] = await tx.query<{ kind: string }>(
      'UPDATE register SET restarts = $4 WHERE community_id = $1 AND meter_id = $2 AND code = $3 RETURNING kind',
      [communityId, meterId, code, restarts],
    );
    if (!row) throw new DomainError('not-found', `The meter has no register ${code}.`);
    if (restarts && row.kind === 'interval') {
      throw new DomainError(
        'invalid-input',
        `${code} is an interval register: it shows no total that could start again.`,
      );
    }
  }
}

/** The id of a site or space by its id or code. @throws DomainError `not-found` */
export async function idOf(
  tx: Tx,
  communityId: string,
  table: 'site' | 'space' | 'member',
  address: string,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT id FROM ${table} WHERE community_id = $1 AND ${isId(address) ? 'id = $2::uuid' : 'code = $2'}`,
    [communityId, address],
  );
  if (!row) throw new DomainError('not-found', `There is no ${table} ${address}; check its code.`);
  return row.id;
}

async function spaceOf(tx: Tx, communityId: string, siteId: string, address: string): Promise<string> {
  const id = await idOf(tx, communityId, 'space', address);
  const [there] = await tx.query('SELECT FROM space WHERE community_id = $1 AND id = $2 AND site_id = $3', [
    communityId,
    id,
    siteId,
  ]);
  if (!there) throw new DomainError('invalid-input', `The space ${address} is at another site than the meter.`);
  return id;
}
