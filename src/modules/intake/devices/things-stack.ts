import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { fromIso } from './device-time.js';
import { at, digitsAt, isObject, type Json, textAt } from './exact-json.js';
import { noUplink, type Uplink, uplinkOf } from './lorawan.js';

/*
 * The Things Stack, version 3: its webhook tells one thing in each message, under a name of its own.
 *
 *   {"end_device_ids": {"dev_eui": "70B3D57ED005B89A"}, "uplink_message": {"decoded_payload": {…}, "received_at": "…", "f_cnt": 117}}
 *
 * Fields that are empty or zero are left out of it, so a field that is not there says nothing. An uplink that was simulated in the
 * console is no measurement.
 */

/** @throws DomainError `invalid-input` for what is no message of The Things Stack */
export function thingsStackUplink(message: Json, receivedAt: Instant): Uplink {
  const event = isObject(message) ? Object.keys(message).find((name) => events.has(name)) : undefined;
  if (event === undefined)
    throw new DomainError(
      'invalid-input',
      'This is no message of The Things Stack: it has no uplink_message, join_accept or the like.',
    );
  if (event !== 'uplink_message') return noUplink(event);
  if (at(message, 'simulated') === true) return noUplink('simulated');
  const eui = textAt(message, 'end_device_ids', 'dev_eui');
  if (eui === undefined)
    throw new DomainError('invalid-input', 'end_device_ids.dev_eui is missing: it is the name of the meter.');
  const uplink = at(message, 'uplink_message');
  const heardAt = textAt(uplink, 'received_at') ?? textAt(message, 'received_at') ?? '';
  return uplinkOf({
    eui,
    bytes: textAt(uplink, 'frm_payload'),
    payload: at(uplink, 'decoded_payload'),
    receivedAt: fromIso(heardAt) ?? receivedAt,
    session: textAt(uplink, 'session_key_id') ?? textAt(message, 'end_device_ids', 'dev_addr'),
    counter: digitsAt(uplink, 'f_cnt'),
  });
}

const events = new Set([
  ...['uplink_message', 'uplink_normalized', 'join_accept', 'location_solved', 'service_data'],
  ...[
    'downlink_ack',
    'downlink_nack',
    'downlink_sent',
    'downlink_failed',
    'downlink_queued',
    'downlink_queue_invalidated',
  ],
]);
