import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { unreadOf } from '../devices/device-reading.js';
import { inUnitOfRegisters } from '../devices/device-units.js';
import { exactly } from '../devices/exact-digits.js';
import { Digits, isObject, type Json, type JsonObject, readJson } from '../devices/exact-json.js';
import type { Said } from './said.js';

/*
 * Our own topic: the reading as the API takes it, with meter and register in the topic. One, or a list for whoever was away.
 *
 *   meters/SHOP-07/import      {"at": "2026-10-01T00:30:00+01:00", "value": "48210.400", "unit": "kWh"}
 *   meters/SHOP-07/import-hh   [{"from": "…", "to": "…", "quantity": "0.412", "unit": "kWh", "quality": "actual"}, …]
 *
 * A number may stand without quotation marks, for its digits are taken from the text. Without `at` a value is of the time of receipt.
 * What is wrong with one is said of that one; the others are kept.
 */

const mostReadings = 1_000;
const fields = new Set(['at', 'value', 'from', 'to', 'quantity', 'unit', 'quality']);

/** @throws DomainError `invalid-input`, `too-large` */
export function ownReadings(levels: readonly string[], payload: string, receivedAt: Instant): readonly Said[] {
  const [, meter = '', register = ''] = levels;
  const said = readJson(payload);
  const readings = Array.isArray(said) ? (said as readonly Json[]) : [said];
  if (readings.length > mostReadings)
    throw new DomainError('too-large', `A message has at most ${mostReadings} readings; send them in several.`);
  return readings.map((reading) => saidOf({ meter, register }, reading, receivedAt));
}

function saidOf(names: { readonly meter: string; readonly register: string }, json: Json, receivedAt: Instant): Said {
  if (!isObject(json))
    return unreadOf(names, 'A reading is an object like {"at": "…", "value": "48210.4", "unit": "kWh"}.');
  const stranger = Object.keys(json).find((name) => !fields.has(name));
  if (stranger !== undefined)
    return unreadOf(names, `"${stranger.slice(0, 60)}" is not a field of a reading on this topic; leave it out.`);
  const written = Object.fromEntries(Object.entries(json).map(([name, value]) => [name, textOf(value)]));
  const time = isInterval(json) ? {} : { at: receivedAt };
  // Whatever else is wrong with it is told by the one who takes readings in.
  return { ...names, ...time, ...written, ...converted(written) } as Said;
}

const isInterval = (reading: JsonObject): boolean => 'from' in reading || 'to' in reading || 'quantity' in reading;

/** A number by its digits, a text as it is; anything else as nobody takes it. */
const textOf = (value: Json): unknown => (value instanceof Digits ? value.text : value);

/** Value and unit as registers have them, where both can be read. */
function converted({ value, quantity, unit }: Readonly<Record<string, unknown>>): object {
  const digits = value ?? quantity;
  const number = typeof digits === 'string' ? exactly(digits) : null;
  if (number === null || typeof unit !== 'string' || unit === '') return {};
  const inUnit = inUnitOfRegisters(number, unit);
  return { [value === undefined ? 'quantity' : 'value']: inUnit.value, unit: inUnit.unit };
}
