import { instant } from '../../../domain/calendar/period.js';
import { dayOf } from '../../../domain/calendar/zone.js';
import type { Instant } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import type { Actor } from '../../access/access-changes.service.js';
import { adoptFormula } from '../registers/adopt-formula.js';
import { zoneOf } from '../consume/consumption.service.js';
import type { NewMeter } from '../registers/meter.schema.js';

/** The meter that a register is made for. */
interface Maker {
  readonly communityId: string;
  readonly siteId: string;
  readonly meterId: string;
  readonly installationId: string;
  readonly installedFrom: Instant;
  readonly actor: Actor;
  readonly at: Instant;
}

/** Makes a register with what its first device is; a virtual one with its first formula. */
export async function makeRegister(tx: Tx, maker: Maker, register: NewMeter['registers'][number]): Promise<void> {
  const { communityId, meterId, installationId } = maker;
  const registerId = newId();
  const isVirtual = register.kind === 'virtual';
  await tx.query(
    `INSERT INTO register (community_id, id, meter_id, code, kind, unit, direction, interval_minutes, restarts)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[communityId, registerId, meterId, register.code, register.kind, register.unit],
      ...(isVirtual
        ? ['import', null, false]
        : [register.direction, register.intervalMinutes ?? null, register.restarts]),
    ],
  );
  await tx.query(
    `INSERT INTO installation_register (community_id, installation_id, register_id, multiplier, capacity, max_per_hour, opening)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ...[communityId, installationId, registerId],
      ...(isVirtual
        ? ['1', null, null, null]
        : [register.multiplier, register.capacity ?? null, register.maxPerHour ?? null, register.opening ?? null]),
    ],
  );
  if (!isVirtual) return;
  const { siteId, installedFrom, actor, at } = maker;
  const { terms, reason, from } = register.formula;
  const day = from ?? dayOf(instant(installedFrom), await zoneOf(tx, communityId, siteId));
  await adoptFormula(tx, communityId, { siteId, registerId, from: day, terms, reason, at }, actor);
}
