import { DomainError } from '../errors.js';
import { isDecimal } from '../quantity/decimal.js';

/**
 * What a value that a stranger wrote must look like before anything is computed with it.
 *
 * A shape takes a value and its place, and throws where it is another. Shapes are made of shapes, as types are of types.
 */
export type Shape = (value: unknown, place: string) => void;

const refused = (place: string, want: string) =>
  new DomainError('invalid-input', `At ${place === '' ? 'the top' : place}: ${want} is wanted.`, { pointer: place });

const when =
  (isRight: (value: unknown) => boolean, want: string): Shape =>
  (value, place) => {
    if (!isRight(value)) throw refused(place, want);
  };

export const text = (most = 2_000): Shape =>
  when((value) => typeof value === 'string' && value.length <= most, `text of at most ${most} characters`);
export const like = (pattern: RegExp, want: string): Shape =>
  when((value) => typeof value === 'string' && value.length <= 10_000 && pattern.test(value), want);
export const oneOf = (...values: readonly string[]): Shape =>
  when((value) => values.includes(value as string), `one of ${values.join(', ')}`);
export const truth: Shape = when((value) => typeof value === 'boolean', 'true or false');
export const count: Shape = when((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a whole number');
export const figure: Shape = when((value) => typeof value === 'string' && isDecimal(value), 'a written decimal');
export const hash: Shape = like(/^[0-9a-f]{64}$/, 'a hash of 64 hex digits');
export const day: Shape = like(/^\d{4}-\d\d-\d\d$/, 'a day');

export const listOf =
  (item: Shape, most = 1_000): Shape =>
  (value, place) => {
    if (!Array.isArray(value) || value.length > most) throw refused(place, `a list of at most ${most}`);
    value.forEach((one, i) => item(one, `${place}/${i}`));
  };

/** A key whose value may be absent. */
export const optional =
  (shape: Shape): Shape =>
  (value, place) => {
    if (value !== undefined) shape(value, place);
  };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with these keys at least: a statement may say more than its reader knows. */
export const withKeys =
  (keys: Readonly<Record<string, Shape>>): Shape =>
  (value, place) => {
    if (!isRecord(value)) throw refused(place, 'an object');
    for (const [key, shape] of Object.entries(keys)) {
      shape(Object.hasOwn(value, key) ? value[key] : undefined, `${place}/${key}`);
    }
  };

/** An object with these keys and no other: what nobody looks at must not stand where all is looked at. */
export const onlyKeys =
  (keys: Readonly<Record<string, Shape>>): Shape =>
  (value, place) => {
    withKeys(keys)(value, place);
    const strange = Object.keys(value as object).find((key) => !Object.hasOwn(keys, key));
    if (strange !== undefined) throw refused(`${place}/${strange.slice(0, 40)}`, 'no such key');
  };

/** An object whose values are all of one shape, whatever its keys. */
export const mapOf =
  (item: Shape, most = 100): Shape =>
  (value, place) => {
    if (!isRecord(value) || Object.keys(value).length > most) throw refused(place, `an object of at most ${most} keys`);
    for (const [key, one] of Object.entries(value)) item(one, `${place}/${key.slice(0, 40)}`);
  };
