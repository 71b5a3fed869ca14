import { Injectable } from '@nestjs/common';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../domain/errors.js';
import { Bounded } from '../../../platform/bounded.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { hashOf } from '../secret.js';
import { type Asked, Challenges } from './challenges.service.js';
import { insertPasskey, notePasskeyUse, passkeyBy, type PasskeyRow, passkeysOf } from './factor-rows.js';

/** An answer of a passkey that was checked: by which, and to which challenge. */
interface Checked {
  readonly passkey: PasskeyRow;
  readonly challenge: string;
  readonly counter: number;
  readonly isBackedUp: boolean;
}

/**
 * Passkeys. A browser asks its owner (finger, face, PIN) and signs a challenge for this site and no other; so one is two factors, and
 * no page of another site can borrow it. Signatures are checked four at a time: a flood of them holds up nobody else.
 */
@Injectable()
export class PasskeysService {
  private readonly checking = new Bounded(4, 100);

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly challenges: Challenges,
  ) {}

  /** What a browser needs to ask for a passkey. @param of whose: of nobody known, where somebody logs in and says so with the passkey itself */
  async options(request: FastifyRequest, asked: Asked, of: readonly PasskeyRow[] = []) {
    const { id: rpID } = this.challenges.site(request);
    return generateAuthenticationOptions({
      rpID,
      challenge: await this.challenges.make(asked),
      timeout: this.challenges.lifeMs,
      userVerification: 'required',
      allowCredentials: of.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    });
  }

  /** What a browser needs to make a passkey for a person. */
  async newKeyOptions(
    request: FastifyRequest,
    asked: Asked,
    person: { readonly id: string; readonly name: string; readonly email: string; readonly community: string },
    present: readonly PasskeyRow[],
  ) {
    const { id: rpID } = this.challenges.site(request);
    return generateRegistrationOptions({
      rpID,
      rpName: person.community,
      userID: Uint8Array.from(Buffer.from(person.id.replaceAll('-', ''), 'hex')),
      userName: person.email || person.name,
      userDisplayName: person.name,
      challenge: await this.challenges.make(asked),
      timeout: this.challenges.lifeMs,
      attestationType: 'none',
      excludeCredentials: present.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /**
   * Checks the answer of a passkey. Whoever acts on it spends it, in the transaction in which they act.
   *
   * @throws DomainError `proof-not-valid`, whatever the reason; `too-busy`
   */
  async check(request: FastifyRequest, asked: Asked, response: AuthenticationResponseJSON): Promise<Checked> {
    const { id: rpID, origin } = this.challenges.site(request);
    const hash = hashOf(response.id).toString('hex');
    const passkey = await this.transactions.withCredential(hash, (tx) => passkeyBy(tx, response.id));
    if (!passkey) throw notValid();
    let challenge = '';
    const checked = await this.checking.do(() =>
      verifyAuthenticationResponse({
        response,
        expectedChallenge: (given) => {
          challenge = given;
          return this.challenges.isGood(given, asked);
        },
        expectedOrigin: origin,
        expectedRPID: rpID,
        requireUserVerification: true,
        credential: {
          id: passkey.credentialId,
          publicKey: Uint8Array.from(passkey.publicKey),
          counter: passkey.counter,
          transports: passkey.transports,
        },
      }).catch(() => null),
    );
    if (!checked?.verified) throw notValid();
    const { newCounter: counter, credentialBackedUp: isBackedUp } = checked.authenticationInfo;
    return { passkey, challenge, counter, isBackedUp };
  }

  /** Uses up an answer that was checked. @throws DomainError `proof-not-valid` where it was used, or the passkey was removed meanwhile */
  async spend(tx: Tx, { passkey, challenge, counter, isBackedUp }: Checked): Promise<void> {
    await this.challenges.spend(tx, passkey.communityId, challenge);
    const present = await passkeysOf(tx, passkey.communityId, passkey.personId);
    if (!present.some(({ id }) => id === passkey.id)) throw notValid();
    await notePasskeyUse(tx, passkey, counter, isBackedUp, this.clock.now());
  }

  /** Checks a new passkey. @returns how it is written down, in the transaction that does more with it @throws DomainError `proof-not-valid` */
  async checkNew(
    request: FastifyRequest,
    asked: Asked,
    response: RegistrationResponseJSON,
  ): Promise<(tx: Tx, owner: { communityId: string; personId: string; name: string }) => Promise<PasskeyRow>> {
    const { id: rpID, origin } = this.challenges.site(request);
    let challenge = '';
    const checked = await this.checking.do(() =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: (given) => {
          challenge = given;
          return this.challenges.isGood(given, asked);
        },
        expectedOrigin: origin,
        expectedRPID: rpID,
        requireUserVerification: true,
      }).catch(() => null),
    );
    if (!checked?.verified) throw notValid();
    const { credential, credentialBackedUp: isBackedUp } = checked.registrationInfo;
    return async (tx, owner) => {
      await this.challenges.spend(tx, owner.communityId, challenge);
      return insertPasskey(tx, {
        ...owner,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: (credential.transports ?? []).slice(0, 10),
        isBackedUp,
        createdAt: this.clock.now(),
      });
    };
  }
}

const notValid = () =>
  new DomainError('proof-not-valid', 'This passkey does not fit here, or its answer came too late; try again.');
