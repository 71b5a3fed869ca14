import { DomainError } from '../../../domain/errors.js';
import { exactly } from './exact-digits.js';
import { at, Digits, isObject, type Json, textAt } from './exact-json.js';

/** A number in a payload, under the names that lead to it. */
export interface Channel {
  readonly name: string;
  readonly digits: string;
  /** Where the payload states it beside the number. */
  readonly unit: string | undefined;
}

/** A payload of one device has no more; one that has is none. */
const mostChannels = 500;
const deepest = 8;

/**
 * The numbers in a decoded payload, named by the way that leads to them, joined by points. What is not there has no channel: a
 * missing number is not known, and never zero.
 *
 *   {"meter": {"energy_kwh": 12.5}}               → meter.energy_kwh 12.5
 *   {"energy": {"value": "12.5", "unit": "kWh"}}  → energy 12.5 kWh
 *   {"ports": [{"pulses": 7}], "bytes": [1, 2]}   → ports.0.pulses 7
 *
 * Bare numbers in a list are bytes or a curve, texts are serial numbers and versions: neither is a channel. A number that is
 * written as a text counts where a unit stands beside it.
 *
 * @throws DomainError `too-large`
 */
export function channelsIn(payload: Json): Channel[] {
  const found: Channel[] = [];
  gather(payload, [], found);
  return found;
}

function gather(json: Json, path: readonly string[], found: Channel[]): void {
  if (path.length > deepest || found.length > mostChannels)
    throw new DomainError(
      'too-large',
      `A payload of one device has at most ${mostChannels} numbers, at most ${deepest} deep.`,
    );
  const stated = textAt(json, 'unit');
  const value = at(json, 'value');
  if (stated !== undefined && path.length > 0 && value !== undefined) {
    const digits = value instanceof Digits ? value.text : value;
    if (typeof digits === 'string' && exactly(digits) !== null)
      found.push({ name: path.join('.'), digits, unit: stated });
    return;
  }
  if (Array.isArray(json)) {
    (json as readonly Json[]).forEach((inside, index) => {
      if (isObject(inside)) gather(inside, [...path, String(index)], found);
    });
    return;
  }
  if (!isObject(json)) return;
  for (const [name, inside] of Object.entries(json)) {
    const here = [...path, bounded(name)];
    if (inside instanceof Digits) found.push({ name: here.join('.'), digits: inside.text, unit: undefined });
    else gather(inside, here, found);
  }
}

/** A name that no register can have is cut where that shows, so that a hostile one does not grow with each of its channels. */
export const bounded = (name: string): string => name.slice(0, 101);
