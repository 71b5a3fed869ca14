import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { bounded } from './channels.js';
import { type DeviceItem, readingOf } from './device-reading.js';
import { fromUnixSeconds } from './device-time.js';
import { unitOfParameter } from './shelly-counters.js';

/*
 * A webhook of a Shelly asks for an address and sends nothing with it; what it tells stands in the address.
 *
 *   …/hooks/shelly?device=shellyplus1pm-aabbccddeeff&switch:0.aenergy.total=110.046&ts=1707326936
 */

const ofTheRequest = new Set(['apikey', 'device', 'id', 'ts', 'component']);

/** @throws DomainError `invalid-input` where no device or nothing else is named */
export function shellyParameters(parameters: ReadonlyMap<string, string>, receivedAt: Instant): DeviceItem[] {
  const meter = bounded(parameters.get('device') ?? parameters.get('id') ?? '');
  if (!meter)
    throw new DomainError('invalid-input', 'Name the device in the address: device=shellyplus1pm-aabbccddeeff.');
  const channels = [...parameters].filter(([name]) => !ofTheRequest.has(name));
  if (channels.length === 0)
    throw new DomainError(
      'invalid-input',
      'The address has no value: add one like switch:0.aenergy.total=${status["switch:0"].aenergy.total}.',
    );
  const at = fromUnixSeconds(parameters.get('ts') ?? '') ?? receivedAt;
  return channels.map(([register, digits]) =>
    readingOf({ meter, register: bounded(register), at }, digits.trim(), unitOfParameter(register)),
  );
}
