import { assert } from '../errors.js';
import type { Statement, StatementContent } from '../statement/model.js';
import { canonicalSha256 } from './canonical.js';

/**
 * The verification code: a fingerprint that a person can read out over the telephone.
 *
 * Example: the hash 2a97516c354b… has the first 60 bits 0010 1010 1001 0111 0101 0001 …; cut into twelve groups of five they
 * are 5, 10, 11, 20, … and in Crockford's alphabet `5ABM-…`. Twelve characters hold 60 bits: among a million statements two
 * share a code with a chance of about one in two million, and the server looks a code up beside the statement's number.
 * The alphabet has no I, L, O or U, and reading forgives: I and L are taken for 1, O for 0.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The code of a hash: its first 60 bits.
 *
 * @param sha256 64 hex digits
 * @returns `XXXX-XXXX-XXXX` in Crockford base32
 * @example verificationCode('ff…') → 'ZZZZ-ZZZZ-ZZZZ'
 */
export function verificationCode(sha256: string): string {
  assert(/^[0-9a-f]{64}$/.test(sha256), 'A verification code is taken from a SHA-256 in hex.');
  const bits = BigInt(`0x${sha256.slice(0, 15)}`);
  let code = '';
  for (let shift = 55n; shift >= 0n; shift -= 5n) code += alphabet.charAt(Number((bits >> shift) & 31n));
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/**
 * Reads a code the way people type it: any case, with or without hyphens and spaces, I and L for 1, O for 0.
 *
 * @returns the code as it is printed, or null where the text cannot be one
 * @example readCode('5abm l0…') → '5ABM-10…'
 */
export function readCode(typed: string): string | null {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  if (code.length !== 12 || [...code].some((character) => !alphabet.includes(character))) return null;
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/**
 * Completes a statement with the code over all that it says.
 *
 * @param address where the code can be typed: `energy.oldmarkethall.example/verify`; `https` where it names no scheme
 * @returns the statement to freeze; its hash covers every key but `verification`
 */
export function seal(content: StatementContent, address: string): Statement {
  const sha256 = canonicalSha256(content);
  const code = verificationCode(sha256);
  const place = address.replace(/^https?:\/\//, '');
  const scheme = address.startsWith('http://') ? 'http' : 'https';
  return { ...content, verification: { sha256, code, address: place, link: `${scheme}://${place}/${code}` } };
}

/** True where a statement still says what it said when it was sealed. @law altering any character of any value breaks it */
export function sealHolds(statement: Statement): boolean {
  const { verification, ...content } = statement;
  const sha256 = canonicalSha256(content);
  return verification.sha256 === sha256 && verification.code === verificationCode(sha256);
}
