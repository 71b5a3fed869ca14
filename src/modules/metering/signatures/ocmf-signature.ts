import { getCurves, verify } from 'node:crypto';
import { keyOf } from './public-key.js';
import type { Judgement, OcmfText } from './signed-text.js';

/*
 * The signature of an OCMF record: ECDSA over the bytes between its pipes, on the curve and with the hash that it names.
 *
 *   {"SA": "ECDSA-secp256r1-SHA256", "SE": "hex", "SM": "application/x-der", "SD": "3045…"}     all but SD may be left out
 *
 * Which curves can be checked depends on the OpenSSL that Node was built with; Node's own has all seven of the format. Those of 192 bits
 * (secp192r1, secp192k1) are checked and weak: nobody should buy a meter with them.
 */

/** @source OCMF 1.2, tables 8 and 22; names of the curves beside those of OpenSSL */
const curves: Readonly<Record<string, string>> = {
  secp192r1: 'prime192v1',
  secp256r1: 'prime256v1',
  brainpool256r1: 'brainpoolP256r1',
  brainpool384r1: 'brainpoolP384r1',
  brainpool512r1: 'brainpoolP512r1',
};
const known = new Set(getCurves());

/** A key of a meter, as it is registered. */
export interface MeterKey {
  readonly id: string;
  /** SubjectPublicKeyInfo. */
  readonly der: Buffer;
}

/**
 * Looks whether a record is signed with one of some keys.
 *
 * @param keys of the meter; none where none is registered
 * @law a record of which any byte was changed is not verified
 */
export function checkOcmf({ payload, section }: OcmfText, keys: readonly MeterKey[]): Judgement {
  const { algorithm, signature } = readSection(section);
  const unverified = (verdict: Exclude<Judgement['verdict'], 'verified'>, detail: string): Judgement => ({
    verdict,
    detail,
    signingKey: null,
  });
  const [, named = '', bits = ''] = /^ECDSA-([A-Za-z0-9]+)-SHA(256|384|512)$/.exec(algorithm) ?? [];
  const curve = curves[named.replace('brainpoolP', 'brainpool')] ?? named;
  if (!known.has(curve))
    return unverified('unsupported', `This program cannot check signatures by ${algorithm.slice(0, 60)}.`);
  if (keys.length === 0)
    return unverified('unknown-key', `Signed by ${algorithm}; no key is registered for the meter.`);
  if (signature === null) return unverified('wrong', 'The record carries no signature that can be read.');
  for (const { id, der } of keys) {
    const key = keyOf(der);
    const isOfCurve = key.asymmetricKeyDetails?.namedCurve === curve;
    if (isOfCurve && verify(`sha${bits}`, payload, key, signature))
      return { verdict: 'verified', detail: `Signed by the meter, ${algorithm}.`, signingKey: id };
  }
  return unverified('wrong', `The signature (${algorithm}) is not of the key that is registered for the meter.`);
}

/** What the section of the signature says, with what holds where it says nothing; no signature where it cannot be read. */
function readSection(section: string): { readonly algorithm: string; readonly signature: Buffer | null } {
  let said: Readonly<Record<string, unknown>> = {};
  try {
    said = (JSON.parse(section) ?? {}) as typeof said;
  } catch {
    // It is then a signature that cannot be read.
  }
  const { SA = 'ECDSA-secp256r1-SHA256', SE = 'hex', SM = 'application/x-der', SD = '' } = said;
  const data = typeof SD === 'string' && SM === 'application/x-der' ? SD : '';
  return { algorithm: String(SA), signature: bytesOf(data, SE) };
}

function bytesOf(data: string, encoding: unknown): Buffer | null {
  if (encoding === 'hex') return /^(?:[0-9a-f]{2})+$/i.test(data) ? Buffer.from(data, 'hex') : null;
  return encoding === 'base64' && /^[A-Za-z0-9+/]+={0,2}$/.test(data) ? Buffer.from(data, 'base64') : null;
}
