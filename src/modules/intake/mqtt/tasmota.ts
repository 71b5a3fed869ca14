import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { channelsIn } from '../devices/channels.js';
import { statedUnit, unitOfName } from '../devices/channel-units.js';
import { type DeviceItem, type Place, readingOf } from '../devices/device-reading.js';
import { fromIso } from '../devices/device-time.js';
import { at, Digits, isObject, type Json, readJson, textAt } from '../devices/exact-json.js';
import type { Said } from './said.js';

/*
 * Tasmota publishes all its sensors in one message, every five minutes as a rule:
 *
 *   tele/kiln/SENSOR     {"Time": "2026-10-01T00:30:00+01:00", "ENERGY": {"Total": 711.792, "TotalTariff": [96.965, 614.827], "Power": 734, …}}
 *   tele/cellar/SENSOR   {"Time": "2026-10-01T00:30:00", "SML": {"Total_in": 34507.4761, "Power_curr": -894}}      an eye on a supplier's meter
 *
 * ENERGY counts in kWh. What else counts is named by whoever set it up, and only a unit in the name is believed.
 *
 * `Time` is the device's local time. With an offset (SetOption52 1) it is the time of the reading; without, it is not: an hour without an
 * offset happens twice a year, and the zone of a device is what it was delivered with. Then the reading is of the time of receipt.
 */

const energyCounters: readonly (readonly [name: string, unit: string])[] = [
  ['Total', 'kWh'],
  ['TotalTariff', 'kWh'],
  ['ImportActive', 'kWh'],
  ['ExportActive', 'kWh'],
  ['ExportTariff', 'kWh'],
  ['ImportReactive', 'kVArh'],
  ['ExportReactive', 'kVArh'],
];

/** @throws DomainError `invalid-input`, `too-large` */
export function tasmotaSensors(levels: readonly string[], payload: string, receivedAt: Instant): readonly Said[] {
  // `tele/kiln/SENSOR`, or `kiln/tele/SENSOR` where the topic is turned round for Home Assistant.
  const meter = (levels[0] === 'tele' ? levels[1] : levels[0]) ?? '';
  const sensors = readJson(payload);
  if (!isObject(sensors)) throw new DomainError('invalid-input', 'SENSOR is not a JSON object.');
  const place = { meter, at: fromIso(textAt(sensors, 'Time') ?? '') ?? receivedAt };
  return Object.entries(sensors).flatMap(([name, sensor]) =>
    name === 'ENERGY' ? energyOf(place, sensor) : channelsOf(place, name, sensor),
  );
}

function energyOf(place: Omit<Place, 'register'>, energy: Json): DeviceItem[] {
  return energyCounters.flatMap(([name, unit]) => {
    const said = at(energy, name);
    // One number for each channel or tariff; one alone where there is one.
    const values = Array.isArray(said) ? (said as readonly Json[]) : [said];
    return values.flatMap((value, index) => {
      const register = `ENERGY.${name}${Array.isArray(said) ? `.${index}` : ''}`;
      return value instanceof Digits ? [readingOf({ ...place, register }, value.text, unit)] : [];
    });
  });
}

const channelsOf = (place: Omit<Place, 'register'>, name: string, sensor: Json): DeviceItem[] =>
  channelsIn({ [name]: sensor }).map(({ name: register, digits, unit }) =>
    readingOf({ ...place, register }, digits, unit === undefined ? unitOfName(register) : statedUnit(unit)),
  );
