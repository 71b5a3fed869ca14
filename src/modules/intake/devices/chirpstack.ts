import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { fromIso } from './device-time.js';
import { at, digitsAt, type Json, textAt } from './exact-json.js';
import { noUplink, type Uplink, uplinkOf } from './lorawan.js';

/*
 * ChirpStack, version 4: its HTTP integration says in the address what happened, `?event=up`, and in the body what.
 *
 *   {"time": "…", "deviceInfo": {"devEui": "a81758fffe0586ca"}, "devAddr": "00189440", "fCnt": 117, "object": {…}}
 *
 * `object` is there where the device profile has a codec.
 */

/** @throws DomainError `invalid-input` for an uplink that names no device */
export function chirpStackUplink(event: string, message: Json, receivedAt: Instant): Uplink {
  if (event !== 'up') return noUplink(others.has(event) ? event : 'other');
  const eui = textAt(message, 'deviceInfo', 'devEui');
  if (eui === undefined)
    throw new DomainError(
      'invalid-input',
      'deviceInfo.devEui is missing: it is the name of the meter. The integration must send JSON, of ChirpStack 4.',
    );
  return uplinkOf({
    eui,
    bytes: textAt(message, 'data'),
    payload: at(message, 'object'),
    receivedAt: fromIso(textAt(message, 'time') ?? '') ?? receivedAt,
    session: textAt(message, 'devAddr'),
    counter: digitsAt(message, 'fCnt'),
  });
}

const others = new Set(['join', 'ack', 'txack', 'status', 'log', 'location', 'integration']);
