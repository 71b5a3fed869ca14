import type { Instant } from '../../../domain/calendar/period.js';
import { readingOf } from '../devices/device-reading.js';
import { fromIso, fromUnixMs } from '../devices/device-time.js';
import { at, Digits, isObject, type Json, readJson } from '../devices/exact-json.js';
import type { Said } from './said.js';

/*
 * zigbee2mqtt publishes all that it knows of a device under the name that its owner gave it, which may have a slash:
 *
 *   zigbee2mqtt/kiln           {"energy": 12.05, "power": 0, "state": "OFF", "linkquality": 43, "last_seen": "2026-07-27T09:41:41+02:00"}
 *   zigbee2mqtt/hall/kiln      {"energy": 12.05, "produced_energy": 0.4, …}
 *
 * Of the many things that a Zigbee device tells only its counters of energy are read, in kWh. `last_seen` is the time, where
 * `advanced.last_seen` in the configuration asks for it.
 */

const counter = /^(?:(?:produced_)?energy(?:_[a-z0-9_]+)?|current_(?:tier\d+_)?summ_(?:delivered|received))$/;
const notOfDevices = new Set(['set', 'get', 'availability']);

/** @throws DomainError `invalid-input` */
export function zigbeeDevice(levels: readonly string[], payload: string, receivedAt: Instant): readonly Said[] {
  const [, ...name] = levels;
  if (name[0] === 'bridge' || notOfDevices.has(name[1] ?? '') || !payload.trimStart().startsWith('{')) return [];
  const state = readJson(payload);
  if (!isObject(state)) return [];
  const place = { meter: name.join('/'), at: lastSeen(at(state, 'last_seen')) ?? receivedAt };
  return Object.entries(state).flatMap(([register, value]) =>
    value instanceof Digits && counter.test(register) ? [readingOf({ ...place, register }, value.text, 'kWh')] : [],
  );
}

function lastSeen(said: Json | undefined): Instant | null {
  if (said instanceof Digits) return fromUnixMs(said.text);
  return typeof said === 'string' ? fromIso(said) : null;
}
