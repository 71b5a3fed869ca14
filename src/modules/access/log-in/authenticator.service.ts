import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { generateURI, NobleCryptoPlugin, ScureBase32Plugin, verify } from 'otplib';
import { epochMs } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { type AuthenticatorRow, lockAuthenticator, putAuthenticator, useStep } from './factor-rows.js';
import { HouseSecrets } from './house-secrets.service.js';

interface Owner {
  readonly communityId: string;
  readonly personId: string;
}

const secretBytes = 20;
const base32 = new ScureBase32Plugin();
const crypto = new NobleCryptoPlugin();

/**
 * Codes of an app (RFC 6238: six digits, thirty seconds, SHA-1, which is what every app understands). A code of the step before or after
 * holds too, for clocks that are a little wrong; none holds twice, and none of an earlier step than the last that was used.
 *
 * The secret that the app shares with us is sealed (AES-256-GCM) with a key that lies outside of the database, for its person alone.
 */
@Injectable()
export class AuthenticatorService {
  constructor(
    private readonly clock: Clock,
    private readonly secrets: HouseSecrets,
  ) {}

  /** Begins an app: its secret, for the eyes of its owner and this once, and the address that apps read from a QR code. */
  async begin(tx: Tx, owner: Owner, issuer: string, label: string): Promise<{ secret: string; address: string }> {
    const bytes = randomBytes(secretBytes);
    const present = await lockAuthenticator(tx, owner.communityId, owner.personId);
    if (present?.confirmedAt) throw new DomainError('conflict', 'There is an app already; remove it first.');
    await putAuthenticator(tx, owner.communityId, owner.personId, await this.seal(bytes, owner), this.clock.now());
    const secret = base32.encode(bytes, { padding: false });
    return { secret, address: generateURI({ issuer, label, secret }) };
  }

  /** Uses a code. @param isNew whether it is the first, which confirms the app @returns whether it fits */
  async use(tx: Tx, owner: Owner, code: string, isNew: boolean): Promise<boolean> {
    const row = await lockAuthenticator(tx, owner.communityId, owner.personId);
    if (!row || (row.confirmedAt === null) !== isNew) return false;
    const step = await this.stepOf(row, owner, code);
    if (step === null) return false;
    await useStep(tx, owner.communityId, owner.personId, step, this.clock.now());
    return true;
  }

  private async stepOf({ sealed, lastStep }: AuthenticatorRow, owner: Owner, code: string): Promise<number | null> {
    const result = await verify({
      ...{ secret: await this.unseal(sealed, owner), token: code, crypto, base32, strategy: 'totp' },
      epoch: Math.trunc(epochMs(this.clock.now()) / 1000),
      epochTolerance: 30,
      afterTimeStep: lastStep,
    });
    return result.valid && 'timeStep' in result ? result.timeStep : null;
  }

  private async seal(bytes: Buffer, owner: Owner): Promise<Buffer> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', await this.secrets.of('authenticators'), nonce).setAAD(nameOf(owner));
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  private async unseal(sealed: Buffer, owner: Owner): Promise<Uint8Array> {
    const key = await this.secrets.of('authenticators');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(nameOf(owner));
    decipher.setAuthTag(sealed.subarray(-16));
    return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]));
  }
}

/** A sealed secret that is put into another person's row opens nothing. */
const nameOf = ({ communityId, personId }: Owner): Buffer => Buffer.from(`${communityId} ${personId}`);
