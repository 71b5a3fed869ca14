/**
 * Bytes as text and back, in one proper form each, with what Node and every browser have: the verifier runs in both.
 *
 * A reader that forgives (white space, missing padding, stray bits) lets one value be written in two ways, and then a hash over
 * what was written says less than it seems to. So what is not written as we would write it is not read.
 */
const encoder = new TextEncoder();

/** Text in UTF-8. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Lower-case hex. @law toHex(fromHex(h)) = h */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The bytes of lower-case hex; null where it is not. */
export function fromHex(text: string): Uint8Array | null {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Base64 with its padding (RFC 4648 section 4). @law fromBase64(toBase64(b)) = b */
export const toBase64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** The bytes of base64 text; null where it is not written as `toBase64` writes it. */
export function fromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
}

/** Bytes behind one another. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A whole number in eight bytes, the highest first. */
export function eightBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** A text behind its length in eight bytes, so that two texts in a row can be told apart in one way only. */
export const counted = (text: string): Uint8Array => {
  const bytes = utf8(text);
  return joined(eightBytes(BigInt(bytes.length)), bytes);
};
