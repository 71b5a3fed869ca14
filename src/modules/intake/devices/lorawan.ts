import type { Instant } from '../../../domain/calendar/period.js';
import { bounded, channelsIn } from './channels.js';
import { statedUnit, unitOfName } from './channel-units.js';
import { type DeviceItem, readingOf, unreadOf } from './device-reading.js';
import { fromIso, fromUnixMs, fromUnixSeconds } from './device-time.js';
import { at, Digits, isObject, type Json } from './exact-json.js';

/*
 * What all LoRaWAN network servers have in common: a device with an EUI, a payload that a decoder has made readable, a counter of
 * frames, and the time at which a gateway heard it.
 *
 *   A81758FFFE0586CA  {"energy_kwh": 1520.25, "battery_v": 3.6}  frame 117  12:00:03.412
 *     → A81758FFFE0586CA energy_kwh 1520.25 kWh, battery_v 3.6 V, both at 12:00:03.412
 *
 * Where the payload says when the device measured, that is the time: `time`, `timestamp`, `measured_at` or `datetime`.
 */

/** What a message of a network server says. */
export interface Uplink {
  readonly items: readonly DeviceItem[];
  /** What happened, as the server calls it: `uplink`, `join`, `ack`. Only an uplink has readings. */
  readonly event: string;
  /** Names this frame of this device, where its readings stand at the time of reception: heard twice, it is one frame. */
  readonly frame: string | null;
}

/** A message that is no measurement. */
export const noUplink = (event: string): Uplink => ({ items: [], event, frame: null });

export interface Heard {
  readonly eui: string;
  /** What the device sent, in Base64; undefined for a frame without content. */
  readonly bytes: string | undefined;
  /** What a decoder made of it; undefined where there is none. */
  readonly payload: Json | undefined;
  readonly receivedAt: Instant;
  /** Since when the counter counts: a session, or the address that was given with it. */
  readonly session: string | undefined;
  /** Of the frame in its session; undefined where the server does not say. */
  readonly counter: string | undefined;
}

/** A frame carries at most 242 bytes. */
const longestFrame = 600;
const timeNames = ['time', 'timestamp', 'measured_at', 'datetime'];

export function uplinkOf({ eui, bytes, payload, receivedAt, session = '', counter }: Heard): Uplink {
  const meter = bounded(eui.toUpperCase());
  if (payload === undefined && bytes !== undefined) {
    const why = 'The payload was not decoded: choose a payload formatter (in ChirpStack: a codec) for this device.';
    return { ...noUplink('undecoded'), items: [unreadOf({ meter, register: '' }, why)] };
  }
  const measuredAt = isObject(payload) ? timeIn(payload) : null;
  const place = { meter, at: measuredAt ?? receivedAt };
  const channels = channelsIn(payload ?? null).filter(({ name }) => !timeNames.includes(name));
  return {
    items: channels.map(({ name, digits, unit }) =>
      readingOf({ ...place, register: name }, digits, unit === undefined ? unitOfName(name) : statedUnit(unit)),
    ),
    event: 'uplink',
    // With its bytes, because a device that loses its power may give the same number to another frame.
    frame: measuredAt === null && counter ? [meter, session, counter, bytes].join(' ').slice(0, longestFrame) : null,
  };
}

/** When the device measured: an instant with offset, Unix seconds or milliseconds. A clock that was never set says nothing. */
function timeIn(payload: Json): Instant | null {
  for (const name of timeNames) {
    const said = at(payload, name);
    const instant =
      said instanceof Digits
        ? (fromUnixSeconds(said.text) ?? fromUnixMs(said.text))
        : fromIso(typeof said === 'string' ? said : '');
    if (instant !== null) return instant;
  }
  return null;
}
