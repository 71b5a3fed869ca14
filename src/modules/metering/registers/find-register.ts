import { DomainError } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { isId } from '../../../platform/http/wire.js';

/** The names of a register and the keys under which its readings stand. */
export interface FoundRegister {
  readonly id: string;
  readonly no: number;
  readonly meterId: string;
  readonly meter: string;
  readonly code: string;
  readonly unit: string;
}

const notFound = (what: string): DomainError =>
  new DomainError('not-found', `There is no ${what}; GET /api/v1/meters lists the meters and their registers.`);

/** A meter by its id or code. @throws DomainError `not-found` */
export async function meterCalled(
  tx: Tx,
  communityId: string,
  address: string,
): Promise<{ id: string; code: string; siteId: string }> {
  const [meter] = await tx.query<{ id: string; code: string; siteId: string }>(
    `SELECT id, code, site_id AS "siteId" FROM meter WHERE community_id = $1 AND ${isId(address) ? 'id = $2::uuid' : 'code = $2'}`,
    [communityId, address],
  );
  if (!meter) throw notFound(`meter ${address}`);
  return meter;
}

/** A register by its meter and its code, or by its own id where the meter is not named. @throws DomainError `not-found` */
export async function registerCalled(
  tx: Tx,
  communityId: string,
  meter: string | undefined,
  register: string,
): Promise<FoundRegister> {
  if (meter === undefined && !isId(register)) {
    throw new DomainError(
      'invalid-input',
      `Registers of several meters may be called ${register}: name the meter too, or give the id of the register.`,
    );
  }
  const meterId = meter === undefined ? null : (await meterCalled(tx, communityId, meter)).id;
  const [found] = await tx.query<FoundRegister>(
    `SELECT r.id, r.no, r.meter_id AS "meterId", m.code AS meter, r.code, r.unit
     FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     WHERE r.community_id = $1 AND (r.code = $2 OR r.id::text = $2) AND ($3::uuid IS NULL OR r.meter_id = $3)`,
    [communityId, register, meterId],
  );
  if (!found) throw notFound(meter === undefined ? `register ${register}` : `register ${register} of meter ${meter}`);
  return found;
}
