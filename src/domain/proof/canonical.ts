import { createHash } from 'node:crypto';
import { DomainError } from '../errors.js';

/**
 * One value, one text: canonical JSON, so that a hash speaks of the value and not of how somebody happened to write it.
 *
 * Example: `{"b": "2", "a": ["£", true]}` and `{"a":["£",true],"b":"2"}` are the same value. Both become
 * `{"a":["£",true],"b":"2"}` and so have one SHA-256.
 *
 * Method: RFC 8785 (JCS). No white space; keys sorted by their UTF-16 code units; strings escaped as JSON.stringify does.
 * Of numbers only safe integers are let in: RFC 8785 writes floats the way ECMAScript does, and a float has no place in a
 * document about money. Absent optional keys (`undefined`) are left out; a lone surrogate is no text and is refused.
 */
export type CanonicalValue =
  string | boolean | null | number | readonly CanonicalValue[] | { readonly [key: string]: CanonicalValue | undefined };

/**
 * Writes a value in its canonical form.
 *
 * @returns JSON text; parsing it gives the value again
 * @throws DomainError `invalid-input` for a float, an unsafe integer, a lone surrogate, or anything that is not JSON; it names the place
 * @law independent of key order; canonicalJson(JSON.parse(canonicalJson(v))) = canonicalJson(v)
 * @source RFC 8785 section 3.2
 * @example canonicalJson({ b: '2', a: 1 }) → '{"a":1,"b":"2"}'
 */
export const canonicalJson = (value: unknown): string => write(value, '');

function write(value: unknown, path: string): string {
  if (typeof value === 'string') return text(value, path);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return integer(value, path);
  if (Array.isArray(value)) return `[${value.map((item, index) => write(item, `${path}/${index}`)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) return members(value as Record<string, unknown>, path);
  throw refused(path, `a ${typeof value} is not JSON`);
}

function members(value: Record<string, unknown>, path: string): string {
  const written: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) written.push(`${text(key, path)}:${write(item, `${path}/${key}`)}`);
  }
  return `{${written.join(',')}}`;
}

function text(value: string, path: string): string {
  if (/\p{Surrogate}/u.test(value)) throw refused(path, 'half of a surrogate pair is not text');
  return JSON.stringify(value);
}

function integer(value: number, path: string): string {
  if (!Number.isSafeInteger(value)) throw refused(path, `${value} is not a safe integer; write a decimal as text`);
  return String(value === 0 ? 0 : value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const refused = (path: string, why: string) =>
  new DomainError('invalid-input', `At ${path === '' ? 'the top' : path}: ${why}.`, { pointer: path });

/**
 * SHA-256 of the canonical form in UTF-8.
 *
 * @returns 64 lower-case hex digits
 * @throws DomainError `invalid-input` as `canonicalJson`
 * @example canonicalSha256({}) → '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
 */
export const canonicalSha256 = (value: unknown): string => textSha256(canonicalJson(value));

/** SHA-256 of a text in UTF-8, 64 lower-case hex digits. */
export const textSha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
