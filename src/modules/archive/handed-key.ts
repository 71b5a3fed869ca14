import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { publicKeyOf } from '../../domain/proof/sign.js';
import { type NoteKey, writeKey } from '../../domain/proof/note.js';
import { DomainError } from '../../domain/errors.js';
import type { Secret } from '../../platform/config.js';

/*
 * A record can be restored only by whoever holds its key, and the key is made from a secret of the house that the community leaves. So that
 * leaving never depends on that house, an archive may bring the key of this one record, sealed with a passphrase that its people keep:
 * scrypt (2^17, 8, 1) makes a key of the passphrase, and AES-256-GCM seals 32 bytes with it. The house that opens it hands over to a key
 * of its own, with a note that both sign, and then forgets it. Of the secret of the old house nobody learns anything.
 */

/** Where it lies in the archive. */
export const handedKeyFile = 'record/key.sealed.json';

const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1_048_576 };
const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const shape = z.strictObject({
  format: z.literal('commonmeter.handed-key/1'),
  key: z.string().max(1_000),
  salt: hex(16),
  nonce: hex(12),
  sealed: hex(32),
  tag: hex(16),
});

/** Seals the secret half of a key. @param seed hexadecimal @returns the file, one line of JSON */
export async function sealKey(key: NoteKey, seed: string, passphrase: Secret): Promise<string> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', await keyFrom(passphrase, salt), nonce);
  cipher.setAAD(Buffer.from(writeKey(key)));
  const sealed = Buffer.concat([cipher.update(Buffer.from(seed, 'hex')), cipher.final()]);
  const bytes = { salt, nonce, sealed, tag: cipher.getAuthTag() };
  const written = Object.fromEntries(Object.entries(bytes).map(([name, value]) => [name, value.toString('hex')]));
  return `${JSON.stringify({ format: 'commonmeter.handed-key/1', key: writeKey(key), ...written })}\n`;
}

/** Opens what `sealKey` sealed. @returns the seed, hexadecimal @throws DomainError `invalid-input` */
export async function openKey(text: string, passphrase: Secret): Promise<string> {
  const read = shape.safeParse(parsed(text));
  if (!read.success) throw new DomainError('invalid-input', `${handedKeyFile} holds no sealed key of a record.`);
  const { key, salt, nonce, sealed, tag } = read.data;
  const cipher = createDecipheriv(
    'aes-256-gcm',
    await keyFrom(passphrase, Buffer.from(salt, 'hex')),
    Buffer.from(nonce, 'hex'),
  );
  cipher.setAAD(Buffer.from(key));
  cipher.setAuthTag(Buffer.from(tag, 'hex'));
  try {
    const seed = Buffer.concat([cipher.update(Buffer.from(sealed, 'hex')), cipher.final()]).toString('hex');
    publicKeyOf(seed);
    return seed;
  } catch {
    throw new DomainError(
      'invalid-input',
      'The passphrase does not open the key of this record; try ARCHIVE_PASSPHRASE as it was when the archive was made.',
    );
  }
}

const keyFrom = (passphrase: Secret, salt: Buffer): Promise<Buffer> =>
  derive(passphrase.reveal().normalize('NFKC'), salt, 32, cost);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
