import { createHash } from 'node:crypto';
import { DomainError } from '../../../domain/errors.js';
import { isSignedByDevice } from '../../../domain/proof/device-signature.js';

/*
 * A body that a gateway signs, in the form of RFC 9421 (HTTP Message Signatures) with one thing signed: the digest of the body.
 *
 *   Content-Digest: sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
 *   Signature-Input: readings=("content-digest");created=1790811000;keyid="9f2c0d1e4b5a6978";alg="ed25519"
 *   Signature: readings=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:
 *
 * The signature is of the lines
 *
 *   "content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
 *   "@signature-params": ("content-digest");created=1790811000;keyid="9f2c0d1e4b5a6978";alg="ed25519"
 *
 * so whoever has the hash of the body and not the body, in which the readings of others stand, can check it too. The clock of a gateway
 * may be years off: `created` is kept and never looked at; what is sent twice is known by its readings.
 */

/** The headers of a request that concern its signature. */
export type SignatureHeaders = Readonly<Record<string, unknown>>;

/** What a request says of its signature, before anything of it was checked. */
export interface ClaimedSignature {
  readonly keyId: string;
  /** `("content-digest");created=…`, as it came. */
  readonly parameters: string;
  /** SHA-256 of the body in hex, as the header says. */
  readonly sha256: string;
  /** 64 bytes, base64. */
  readonly signature: string;
}

const digestShape = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;
const inputShape =
  /^([a-z*][a-z0-9_.*-]{0,40})=(\("content-digest"\)(?:;[a-z]{1,20}=(?:\d{1,15}|"[\x20\x21\x23-\x5b\x5d-\x7e]{0,200}"))+)$/;
const signatureShape = /^([a-z*][a-z0-9_.*-]{0,40})=:([A-Za-z0-9+/]{86}==):$/;

/**
 * Reads what a request says of its signature.
 *
 * @throws DomainError `signature-wrong` where a header is missing or is not written in this form
 */
export function claimedSignature(headers: SignatureHeaders): ClaimedSignature {
  const digest = digestShape.exec(textOf(headers['content-digest']))?.[1];
  if (digest === undefined)
    throw wrong('Content-Digest is missing, or not the SHA-256 of the body: Content-Digest: sha-256=:BASE64:');
  const [, label, parameters] = inputShape.exec(textOf(headers['signature-input'])) ?? [];
  const keyId = /;keyid="([0-9a-f]{16})"(?:;|$)/.exec(parameters ?? '')?.[1];
  if (label === undefined || parameters === undefined || keyId === undefined)
    throw wrong(
      'Signature-Input must read like readings=("content-digest");created=1790811000;keyid="9f2c0d1e4b5a6978";alg="ed25519"',
    );
  if (/;alg="(?!ed25519")/.test(parameters))
    throw wrong('Batches are signed with Ed25519; say alg="ed25519", or nothing.');
  const [, of, signature] = signatureShape.exec(textOf(headers['signature'])) ?? [];
  if (signature === undefined || of !== label)
    throw wrong(`Signature must read ${label}=:BASE64: with the 64 bytes of the signature.`);
  return { keyId, parameters, sha256: Buffer.from(digest, 'base64').toString('hex'), signature };
}

const textOf = (header: unknown): string => (typeof header === 'string' ? header.trim() : '');

/**
 * Whether the body is the one that was signed, with this key.
 *
 * @param der SubjectPublicKeyInfo of an Ed25519 key
 * @throws DomainError `signature-wrong`, with what is wrong
 */
export function refuseUnsigned(
  body: Buffer,
  { sha256, parameters, signature, keyId }: ClaimedSignature,
  der: Buffer,
): void {
  if (createHash('sha256').update(body).digest('hex') !== sha256)
    throw wrong('The body is not the one whose hash Content-Digest gives: it was changed on its way.');
  const claimed = { kind: 'ed25519', parameters, signature: Buffer.from(signature, 'base64').toString('hex') } as const;
  if (!isSignedByDevice(body, claimed, der))
    throw wrong(`The signature is not of the key ${keyId}, or of another body.`);
}

export const wrong = (sentence: string): DomainError =>
  new DomainError('signature-wrong', `${sentence} Nothing of this push was taken; keep it and send it again.`);
