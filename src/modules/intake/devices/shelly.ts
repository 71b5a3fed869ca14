import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { bounded } from './channels.js';
import { type DeviceItem, unreadOf } from './device-reading.js';
import { fromUnixSeconds } from './device-time.js';
import { at, digitsAt, isObject, type Json, textAt } from './exact-json.js';
import { countersOf, gen1Counters, isComponent, nameOfComponent } from './shelly-counters.js';

/*
 * What a Shelly says of itself, by whatever way it comes: HTTP, a script, MQTT.
 *
 *   Shelly.GetStatus      {"sys": {"mac": "AABBCCDDEEFF", "unixtime": 1707326927}, "emdata:0": {"total_act": 2589773.39, …}, …}
 *   EMData.GetStatus      {"id": 0, "total_act": 2589773.39, …}                    one component; it does not say of which device
 *   a frame around it     {"src": "shellypro3em-aabbccddeeff", "result": {…}}
 *   NotifyStatus          {"src": "…", "method": "NotifyStatus", "params": {"ts": 1707326927.12, "emdata:0": {…}}}
 *   generation 1, /status {"mac": "AABBCCDDEEFF", "unixtime": 1707326930, "meters": [{"total": 1, "is_valid": true}], …}
 *
 * The meter is the device as it names itself, else its MAC; the register is the way to the counter, like `emdata:0.total_act`. Only
 * counters are read: a Shelly's other hundred numbers are known not to be any.
 */

/** What a message of a Shelly came to. */
export interface ShellyMessage {
  readonly items: readonly DeviceItem[];
  /** `status`, or what else it told of. */
  readonly event: string;
}

/** What the way by which a message came says of it. */
export interface ShellyContext {
  readonly receivedAt: Instant;
  readonly device?: string | undefined;
  /** Of a status of one component, like `switch:0`. */
  readonly component?: string | undefined;
}

/** @throws DomainError `invalid-input` where no device is named, or for what no Shelly says */
export function shellyMessage(message: Json, context: ShellyContext): ShellyMessage {
  if (!isObject(message)) throw new DomainError('invalid-input', 'A status of a Shelly is a JSON object.');
  const method = textAt(message, 'method');
  if (method !== undefined && !/^Notify(?:Full)?Status$/.test(method)) return { items: [], event: 'other' };
  const status = at(message, 'params') ?? at(message, 'result') ?? message;
  const device = context.device ?? textAt(message, 'src') ?? textAt(status, 'sys', 'mac') ?? textAt(status, 'mac');
  if (device === undefined)
    throw new DomainError(
      'invalid-input',
      'The status does not say of which device it is: add ?device= to the address.',
    );
  const seconds =
    digitsAt(message, 'ts') ??
    digitsAt(status, 'ts') ??
    digitsAt(status, 'sys', 'unixtime') ??
    digitsAt(status, 'unixtime');
  const place = { meter: bounded(device), at: fromUnixSeconds(seconds ?? '') ?? context.receivedAt };
  const items = shellyStatus(place, status, context.component);
  // A notice tells what has changed, every few seconds, and mostly that is no counter.
  if (items.length > 0 || method !== undefined) return { items, event: 'status' };
  return { items: [unreadOf({ meter: place.meter, register: '' }, noCounters)], event: 'status' };
}

const noCounters =
  'There is no counter in this status. A Shelly counts energy in emdata, em1data, pm1, switch, cover and light; generation 1 in meters and emeters.';

/** The counters in a status of a whole device, or of one of its components. */
export function shellyStatus(
  place: { readonly meter: string; readonly at: Instant },
  status: Json,
  component?: string,
): DeviceItem[] {
  if (!isObject(status)) return [];
  const components = Object.entries(status).filter(([name]) => isComponent(name));
  if (components.length > 0) return components.flatMap(([name, one]) => countersOf(place, name, one));
  const gen1 = gen1Counters(place, status);
  return gen1.length > 0 ? gen1 : countersOf(place, component ?? nameOfComponent(status), status);
}
