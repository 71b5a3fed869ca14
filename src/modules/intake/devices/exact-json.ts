import { parse } from 'lossless-json';
import { DomainError } from '../../../domain/errors.js';

/*
 * JSON whose numbers keep their digits. A meter that says 48210.400000000001 has said just that; JSON.parse would make a float of
 * it, and 12345678901234567.89 would come out as …568.
 */

/** A number, as it stands in the text. */
export class Digits {
  constructor(readonly text: string) {}
}

export type Json = null | boolean | string | Digits | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof Digits);

/** What an object says under a name of its own; nothing where it inherited the name. */
export const at = (json: Json | undefined, ...names: readonly string[]): Json | undefined =>
  names.reduce<Json | undefined>(
    (inside, name) => (isObject(inside) && Object.hasOwn(inside, name) ? inside[name] : undefined),
    json,
  );

/** The text under a name, where there is one. */
export function textAt(json: Json | undefined, ...names: readonly string[]): string | undefined {
  const found = at(json, ...names);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The digits of the number under a name, where there is one. */
export function digitsAt(json: Json | undefined, ...names: readonly string[]): string | undefined {
  const found = at(json, ...names);
  return found instanceof Digits ? found.text : undefined;
}

/** Each value but the first stands behind a comma, or inside of another. */
const mostCommas = 100_000;

/** Reads JSON. @throws DomainError `invalid-input` with the place of what is wrong, `too-large` */
export function readJson(text: string): Json {
  let commas = 0;
  for (let place = text.indexOf(','); place !== -1; place = text.indexOf(',', place + 1)) commas += 1;
  if (commas > mostCommas)
    throw new DomainError('too-large', `There are more than ${mostCommas} values; send them in several parts.`);
  try {
    return parse(text.replace(/^\uFEFF/, ''), undefined, (digits) => new Digits(digits)) as Json;
  } catch (error) {
    if (error instanceof RangeError) throw new DomainError('invalid-input', 'The JSON is nested too deeply.');
    if (!(error instanceof SyntaxError)) throw error;
    throw new DomainError('invalid-input', `This is not JSON: ${error.message.slice(0, 160)}.`);
  }
}
