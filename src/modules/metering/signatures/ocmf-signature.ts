import { isSignedByDevice, readOcmfSection } from '../../../domain/proof/device-signature.js';
import type { Judgement, OcmfText } from './signed-text.js';

/*
 * What comes of the signature of an OCMF record. How it is checked, and on which curves, stands in `domain/proof/device-signature`: members check
 * it with the same code. Which curves there are depends on the OpenSSL that Node was built with; Node's own has all of the format. Those of 192
 * bits (secp192r1, secp192k1) are checked and weak: nobody should buy a meter with them.
 */

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
  const { algorithm, parameters, signature } = readOcmfSection(section);
  const unverified = (verdict: Exclude<Judgement['verdict'], 'verified'>, detail: string): Judgement => ({
    verdict,
    detail,
    signingKey: null,
  });
  if (parameters === null)
    return unverified('unsupported', `This program cannot check signatures by ${algorithm.slice(0, 60)}.`);
  if (keys.length === 0)
    return unverified('unknown-key', `Signed by ${algorithm}; no key is registered for the meter.`);
  if (signature === null) return unverified('wrong', 'The record carries no signature that can be read.');
  const key = keys.find(({ der }) => isSignedByDevice(payload, { kind: 'ocmf', parameters, signature }, der));
  return key === undefined
    ? unverified('wrong', `The signature (${algorithm}) is not of the key that is registered for the meter.`)
    : { verdict: 'verified', detail: `Signed by the meter, ${algorithm}.`, signingKey: key.id };
}
