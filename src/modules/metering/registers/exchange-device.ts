import { epochMs, type Instant, instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { newId } from '../../../platform/ids.js';
import type { Exchange } from './meter.schema.js';

interface Device {
  readonly installationId: string;
  readonly spaceId: string | null;
  readonly from: Instant;
}

/** Registers that somebody names. */
interface Named {
  readonly registers: readonly { readonly code: string }[];
}

interface DeviceRegister {
  readonly id: string;
  readonly code: string;
  readonly kind: 'cumulative' | 'interval' | 'virtual';
  readonly multiplier: string;
}

/**
 * Ends the installation that is running and begins another at the same instant, with what the displays showed: the old one's last
 * value and the new one's first. Both are on the account, so that nothing is ever subtracted across the exchange.
 *
 * @param spaceId of the new device; undefined where it stays where the old one was
 * @returns the id of the new installation
 * @throws DomainError `invalid-input` where a reading is missing or the time does not fit, `not-found` for an unknown register
 */
export async function exchangeDevice(
  tx: Tx,
  communityId: string,
  meter: { readonly id: string; readonly code: string },
  exchange: Exchange,
  spaceId: string | null | undefined,
): Promise<string> {
  const device = await runningDevice(tx, communityId, meter);
  const at = instant(exchange.at);
  if (epochMs(at) <= epochMs(device.from)) {
    throw new DomainError(
      'invalid-input',
      `The device in ${meter.code} went in at ${device.from}; an exchange comes after that.`,
    );
  }
  const registers = await registersOfDevice(tx, communityId, device);
  refuseUnknown(exchange, registers, meter.code);

  const installationId = newId();
  await tx.query('UPDATE installation SET period = tstzrange(lower(period), $3) WHERE community_id = $1 AND id = $2', [
    communityId,
    device.installationId,
    at,
  ]);
  await tx.query(
    'INSERT INTO installation (community_id, id, meter_id, space_id, serial, period) VALUES ($1, $2, $3, $4, $5, tstzrange($6, NULL))',
    [communityId, installationId, meter.id, spaceId === undefined ? device.spaceId : spaceId, exchange.serial, at],
  );
  for (const register of registers) {
    const given = exchange.registers.find(({ code }) => code === register.code);
    refuseMissingReadings(register, given, meter.code);
    await tx.query(
      'UPDATE installation_register SET closing = $4 WHERE community_id = $1 AND installation_id = $2 AND register_id = $3',
      [communityId, device.installationId, register.id, given?.closing ?? null],
    );
    await tx.query(
      `INSERT INTO installation_register (community_id, installation_id, register_id, multiplier, capacity, max_per_hour, opening)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        communityId,
        installationId,
        register.id,
        given?.multiplier ?? register.multiplier,
        given?.capacity ?? null,
        given?.maxPerHour ?? null,
        given?.opening ?? null,
      ],
    );
  }
  return installationId;
}

/** The device that is in. @throws DomainError `invalid-input` where none is */
export async function runningDevice(
  tx: Tx,
  communityId: string,
  meter: { readonly id: string; readonly code: string },
): Promise<Device> {
  const [device] = await tx.query<Device>(
    `SELECT id AS "installationId", space_id AS "spaceId", lower(period) AS from FROM installation
     WHERE community_id = $1 AND meter_id = $2 AND upper_inf(period) FOR UPDATE`,
    [communityId, meter.id],
  );
  if (!device) throw new DomainError('invalid-input', `No device is in ${meter.code}, so none can be exchanged.`);
  return device;
}

export const registersOfDevice = (tx: Tx, communityId: string, device: Device): Promise<DeviceRegister[]> =>
  tx.query<DeviceRegister>(
    `SELECT r.id, r.code, r.kind, d.multiplier::text AS multiplier
     FROM installation_register d JOIN register r ON r.community_id = d.community_id AND r.id = d.register_id
     WHERE d.community_id = $1 AND d.installation_id = $2 ORDER BY r.code`,
    [communityId, device.installationId],
  );

/** @throws DomainError `not-found`, and `invalid-input` for a register that is named twice */
export function refuseUnknown(exchange: Named, registers: readonly DeviceRegister[], meter: string): void {
  const known = new Set(registers.map(({ code }) => code));
  const unknown = exchange.registers.find(({ code }) => !known.has(code));
  if (unknown)
    throw new DomainError('not-found', `${meter} has no register ${unknown.code}; it has ${[...known].join(', ')}.`);
  if (new Set(exchange.registers.map(({ code }) => code)).size < exchange.registers.length) {
    throw new DomainError('invalid-input', 'A register is named twice.');
  }
}

function refuseMissingReadings(
  register: DeviceRegister,
  given: Exchange['registers'][number] | undefined,
  meter: string,
): void {
  const { kind, code } = register;
  if (kind === 'virtual' && given !== undefined) {
    throw new DomainError(
      'invalid-input',
      `${meter} ${code} is worked out, so no device is exchanged; give only the space where it belongs from then on.`,
    );
  }
  if (kind !== 'cumulative') {
    if (given?.closing === undefined && given?.opening === undefined) return;
    throw new DomainError(
      'invalid-input',
      `${meter} ${code} is an interval register and shows no total: leave closing and opening out.`,
    );
  }
  if (given?.closing === undefined || given.opening === undefined) {
    throw new DomainError(
      'invalid-input',
      `${meter} ${code} needs a closing reading of the old device and an opening reading of the new one.`,
    );
  }
}
