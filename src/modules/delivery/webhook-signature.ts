import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from '../../domain/errors.js';

/*
 * How a receiver knows that a message comes from us, unchanged and now: a keyed hash over its id, its time and its bytes.
 *
 *   webhook-id: msg_1   webhook-timestamp: 1614265330   webhook-signature: v1,g0hM9SsE… v1,bm9ldHU5…
 *
 * Several signatures stand side by side while a secret is changed: one of them is enough. A message that is older or newer than
 * the tolerance is refused even where its signature is right, so that nobody plays it again.
 *
 * Source: the specification of Standard Webhooks, version 1 (github.com/standard-webhooks/standard-webhooks).
 */

/** What is signed: the three headers' names are `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
export interface SignedMessage {
  /** The same for every attempt to deliver one event; no point in it. */
  readonly id: string;
  /** Seconds since 1970 of this attempt. */
  readonly timestamp: number;
  /** The body, byte for byte as it is sent. */
  readonly payload: string;
}

export type Verdict = 'genuine' | 'malformed' | 'too-old' | 'too-new' | 'not-ours';

/** How far the clocks of two hosts may be apart, in seconds. */
const usualTolerance = 5 * 60;

/** The specification asks for 24 to 64 bytes. */
const keyBytes = { least: 24, most: 64 };
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Signs a message.
 *
 * @param secret `whsec_` and base64 of 24 to 64 bytes
 * @returns one signature, `v1,` and base64
 * @throws DomainError `invalid-input` where the secret, the id or the time is not of that form
 * @source golden case G19
 */
export function signWebhook(secret: string, { id, timestamp, payload }: SignedMessage): string {
  if (!/^[^\s.]{1,200}$/.test(id)) {
    throw new DomainError('invalid-input', 'The id of a message is 1 to 200 characters without a point or a space.');
  }
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw new DomainError('invalid-input', 'The time of a message is in whole seconds since 1970.');
  }
  const hash = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${payload}`, 'utf8');
  return `v1,${hash.digest('base64')}`;
}

/** The signatures of a message by every secret that holds now, as the header carries them. */
export const signWebhookByAll = (secrets: readonly string[], message: SignedMessage): string =>
  secrets.map((secret) => signWebhook(secret, message)).join(' ');

/**
 * Judges a message as its receiver does.
 *
 * Compares in constant time, so that the time taken says nothing about how much of a forgery was right. Signatures of other
 * versions are passed over: a sender may add what we do not know yet.
 *
 * @param headers as received; `timestamp` and `signature` are whatever the sender wrote
 * @param now     seconds since 1970
 * @throws DomainError `invalid-input` where our own secret is not one
 */
export function verifyWebhook(
  secret: string,
  headers: { readonly id: string; readonly timestamp: string; readonly signature: string },
  payload: string,
  now: number,
  tolerance: number = usualTolerance,
): Verdict {
  const key = keyOf(secret);
  if (!/^[^\s.]{1,200}$/.test(headers.id) || !/^\d{1,12}$/.test(headers.timestamp)) return 'malformed';
  const given = headers.signature.split(' ').filter((one) => one.startsWith('v1,'));
  if (given.length === 0) return 'malformed';
  const timestamp = Number.parseInt(headers.timestamp, 10);
  if (timestamp < now - tolerance) return 'too-old';
  if (timestamp > now + tolerance) return 'too-new';
  const expected = createHmac('sha256', key).update(`${headers.id}.${headers.timestamp}.${payload}`, 'utf8').digest();
  // Every signature is compared, also after one that fits: the answer takes as long for any.
  const fitting = given.filter((one) => isSame(one.slice('v1,'.length), expected));
  return fitting.length > 0 ? 'genuine' : 'not-ours';
}

function isSame(written: string, expected: Buffer): boolean {
  const bytes = base64.test(written) ? Buffer.from(written, 'base64') : Buffer.alloc(0);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

/** The bytes of a secret. The sentence never repeats it. */
function keyOf(secret: string): Buffer {
  const written = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : '';
  const key = base64.test(written) ? Buffer.from(written, 'base64') : Buffer.alloc(0);
  if (key.length < keyBytes.least || key.length > keyBytes.most) {
    throw new DomainError('invalid-input', 'A webhook secret is whsec_ and the base64 of 24 to 64 bytes.');
  }
  return key;
}
