import type { Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { unitOfInput } from './channel-units.js';
import { bounded } from './channels.js';
import { type DeviceItem, type Place, readingOf, unreadOf } from './device-reading.js';
import { fromIso, fromUnixSeconds } from './device-time.js';
import { Digits, isObject, type Json, readJson } from './exact-json.js';

/*
 * What a device that speaks to emoncms posts: a node, its inputs by name or by number, and perhaps the time.
 *
 *   node=attic&fulljson={"import_kwh":48210.4,"power":312}    two channels of the meter attic
 *   node=10&json={power1:100,power2:200}                      without quotes, as small devices write it
 *   node=10&csv=100,,300                                      channels 1 and 3; the second is not known
 *
 * The time is that of the parameter, else the one inside the data, else that of receipt. Node and input are the names of meter and
 * register. A text that is no number is told and costs the others nothing; null and the empty text are missing, and missing is never zero.
 */

/** The parameters of a request, from its address or its form. */
export interface Parameters {
  get(name: string): string | undefined;
}

/** The data that a request carries, in the order in which they are believed. */
const dataParameters = ['fulljson', 'json', 'csv', 'data'] as const;

/** @throws DomainError `invalid-input` for a request that carries no data or none that can be read, `invalid-period` for its time */
export function emoncmsPost(parameters: Parameters, receivedAt: Instant): DeviceItem[] {
  const named = dataParameters.find((name) => parameters.get(name) !== undefined);
  const text = named && parameters.get(named)?.trim();
  if (named === undefined || !text)
    throw new DomainError('invalid-input', 'There is no data: send it as fulljson, json or csv.');
  const inputs = named === 'fulljson' ? strictInputs(text) : looseInputs(text);
  const inData = inputs.find(([name]) => name === 'time')?.[1];
  const time = parameters.get('time') ?? (inData === undefined ? undefined : textOf(inData));
  const at = time === undefined || time === '' ? receivedAt : timeOf(time);
  const meter = nodeOf(parameters.get('node'));
  return inputs.flatMap(([name, value]) => (name === 'time' ? [] : itemsOf({ meter, register: name, at }, value)));
}

/** The node where none is named, as emoncms has it. */
export const nodeOf = (node: string | undefined): string => bounded(node?.trim() ?? '') || '0';

/** The reading that an input makes, several where it has inputs of its own, none where it is missing. */
export function itemsOf(place: Place, value: Json, depth = 0): DeviceItem[] {
  if (value === null || value === '') return [];
  if (isObject(value)) {
    if (depth === deepest) return [unreadOf(place, `The input is nested more than ${deepest} deep.`)];
    return Object.entries(value).flatMap(([name, inside]) => {
      const register = place.register === '' ? bounded(name) : `${place.register}.${bounded(name)}`;
      return itemsOf({ ...place, register }, inside, depth + 1);
    });
  }
  const text = textOf(value);
  if (text === undefined) return [unreadOf(place, 'The value is not a number.')];
  return [readingOf(place, text.trim(), unitOfInput(place.register))];
}

export const textOf = (value: Json): string | undefined =>
  value instanceof Digits ? value.text : typeof value === 'string' ? value : undefined;

const deepest = 8;

type Input = readonly [name: string, value: Json];

function strictInputs(text: string): Input[] {
  const json = readJson(text);
  if (!isObject(json))
    throw new DomainError('invalid-input', 'fulljson must be an object like {"import_kwh":48210.4}.');
  const inputs = Object.entries(json);
  if (inputs.length > mostInputs) throw tooManyInputs();
  return inputs.map(([name, value]) => [bounded(name), value]);
}

/** Reads what may be JSON, JSON without quotes, or values with commas between them. */
function looseInputs(text: string): Input[] {
  if (/^\{\s*"/.test(text)) return strictInputs(text);
  const parts = text.replace(/^[{[]|[}\]]$/g, '').split(',');
  if (parts.length > mostInputs) throw tooManyInputs();
  let number = 0;
  return parts.map((part): Input => {
    const [, name, value = ''] = /^\s*"?([^":]+?)"?\s*:\s*(.*)$/.exec(part) ?? [];
    if (name !== undefined) return [bounded(name), unquoted(value)];
    number += 1;
    return [String(number), unquoted(part)];
  });
}

const mostInputs = 1_000;
const tooManyInputs = () =>
  new DomainError('too-large', `A post has at most ${mostInputs} inputs; send several, or a bulk.`);

const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/, '$1');

/** The instant that a device names: Unix seconds, or ISO with an offset. */
export function timeOf(text: string): Instant {
  const at = fromUnixSeconds(text.trim()) ?? fromIso(text.trim());
  if (at !== null) return at;
  throw new DomainError(
    'invalid-period',
    `The time "${text.slice(0, 40)}" is neither in seconds since 1970 (not milliseconds), like 1790811000, nor an instant with an offset, like 2026-10-01T00:30:00+01:00.`,
  );
}
