import type { Instant } from '../../../domain/calendar/period.js';
import { readJson } from '../devices/exact-json.js';
import { countersOf, isComponent } from '../devices/shelly-counters.js';
import { shellyMessage } from '../devices/shelly.js';
import type { Said } from './said.js';

/*
 * A Shelly since generation 2 publishes below its id, or below the prefix that its owner gave it:
 *
 *   shellypro3em-aabbccddeeff/events/rpc          {"src": "…", "method": "NotifyStatus", "params": {"ts": 1757060280.21, "emdata:0": {…}}}
 *   shellyplus1pm-aabbccddeeff/status/switch:0    {"id": 0, "aenergy": {"total": 110.046, …}, …}      no time, and no name but the topic's
 *
 * A notice has a time and is of the device that it names, by whatever prefix it came: the names are those of its webhooks.
 */

/** @throws DomainError `invalid-input` */
export function shellyTopics(levels: readonly string[], payload: string, receivedAt: Instant): readonly Said[] {
  const [device = '', channel = '', component = ''] = levels;
  if (channel === 'events') return shellyMessage(readJson(payload), { receivedAt }).items;
  if (!isComponent(component)) return [];
  return countersOf({ meter: device, at: receivedAt }, component, readJson(payload));
}
