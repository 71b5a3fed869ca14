import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { epochMs } from '../../../domain/calendar/period.js';
import { assert, DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import type { Principal, SessionStanding } from '../../../platform/http/principal.js';
import { AccessChanges } from '../access-changes.service.js';
import { revokeTokens } from '../keys.js';
import { standingOf } from '../people.js';
import { AuthenticatorService } from './authenticator.service.js';
import { CodeAttempts, notFitting } from './code-attempts.service.js';
import {
  deleteAuthenticator,
  deletePasskey,
  type Factors,
  factorsOf,
  passkeysOf,
  replaceRecoveryCodes,
  useRecoveryCode,
} from './factor-rows.js';
import type { NewPasskeyBody, Proof, SecondFactors } from './factors.schema.js';
import { PasskeysService } from './passkeys.service.js';
import { isTrusted, rulesOf } from './session-rows.js';
import { type OpenedSession, SessionsService } from './sessions.service.js';

const codeCount = 10;
/** No i, l, o and u: a code is copied from paper. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Somebody with a session: what needs a second factor is done at a browser, never with a token. */
interface Sitter {
  readonly communityId: string;
  readonly personId: string;
  readonly sessionId: string;
  readonly session: SessionStanding;
}

/**
 * What people prove themselves with besides their mailbox, and proving it.
 *
 * The first one is set up in a session that a link began; that proves it at once. Every further one, and taking one away, asks for a proof
 * of the last five minutes, so that who finds an open browser, or gets at a mailbox, adds nothing of their own.
 */
@Injectable()
export class SecondFactorsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
    private readonly sessions: SessionsService,
    private readonly passkeys: PasskeysService,
    private readonly authenticator: AuthenticatorService,
    private readonly attempts: CodeAttempts,
  ) {}

  list({ communityId, personId }: Principal): Promise<SecondFactors> {
    assert(personId, 'Second factors are of people.');
    return this.transactions.inCommunity(communityId, async (tx) => {
      const { authenticator, recoveryCodes } = await factorsOf(tx, communityId, personId);
      return { passkeys: await passkeysOf(tx, communityId, personId), authenticator, recoveryCodes };
    });
  }

  /** What a browser needs to ask for one of the person's own passkeys. */
  async proofOptions(principal: Principal, request: FastifyRequest) {
    const { communityId, personId, sessionId } = sitterOf(principal);
    const own = await this.transactions.inCommunity(communityId, (tx) => passkeysOf(tx, communityId, personId));
    return this.passkeys.options(request, { purpose: 'proof', by: sessionId }, own);
  }

  /**
   * Proves a second factor in a session, which gets a new secret.
   *
   * @throws DomainError `proof-not-valid`, `too-many-attempts` after five codes in a row that did not fit, `session-needed`
   */
  async prove(principal: Principal, proof: Proof, request: FastifyRequest): Promise<OpenedSession> {
    const sitter = sitterOf(principal);
    const { communityId } = sitter;
    if (proof.kind !== 'passkey') return this.proveByCode(sitter, proof.kind, proof.code);
    const asked = { purpose: 'proof', by: sitter.sessionId } as const;
    const checked = await this.passkeys.check(request, asked, proof.response);
    if (checked.passkey.personId !== sitter.personId) throw notFitting();
    return this.transactions.inCommunity(communityId, async (tx) => {
      await this.passkeys.spend(tx, checked);
      return this.sessions.prove(tx, { communityId, id: sitter.sessionId }, 'passkey');
    });
  }

  async newPasskeyOptions(principal: Principal, request: FastifyRequest) {
    const sitter = sitterOf(principal);
    const { communityId, personId } = sitter;
    const found = await this.transactions.inCommunity(communityId, async (tx) => {
      await this.refuseUnproved(tx, sitter);
      return { person: await this.shown(tx, sitter), own: await passkeysOf(tx, communityId, personId) };
    });
    return this.passkeys.newKeyOptions(request, { purpose: 'new-key', by: sitter.sessionId }, found.person, found.own);
  }

  /** Adds a passkey. @returns the session that it proves, and recovery codes where it is the first second factor */
  async addPasskey(principal: Principal, { name, response }: NewPasskeyBody, request: FastifyRequest) {
    const sitter = sitterOf(principal);
    const { communityId, personId } = sitter;
    const asked = { purpose: 'new-key', by: sitter.sessionId } as const;
    const write = await this.passkeys.checkNew(request, asked, response);
    return this.transactions.inCommunity(communityId, async (tx) => {
      await this.refuseUnproved(tx, sitter);
      const codes = await this.codesOfFirst(tx, sitter);
      const passkey = await write(tx, { communityId, personId, name });
      await this.tell(tx, sitter, 'passkey.added', { passkey: passkey.id });
      const opened = await this.sessions.prove(tx, { communityId, id: sitter.sessionId }, 'passkey');
      return { opened, passkey, recoveryCodes: codes };
    });
  }

  /** Begins an app. It counts after its first code. */
  async beginAuthenticator(principal: Principal): Promise<{ secret: string; address: string }> {
    const sitter = sitterOf(principal);
    return this.transactions.inCommunity(sitter.communityId, async (tx) => {
      await this.refuseUnproved(tx, sitter);
      const { community, email, name } = await this.shown(tx, sitter);
      return this.authenticator.begin(tx, sitter, community, email || name);
    });
  }

  /** Confirms an app with its first code. @throws DomainError `proof-not-valid`, `too-many-attempts` */
  async confirmAuthenticator(principal: Principal, code: string) {
    const sitter = sitterOf(principal);
    return this.attempts.one(sitter, async (tx) => {
      await this.refuseUnproved(tx, sitter);
      const recoveryCodes = await this.codesOfFirst(tx, sitter);
      if (!(await this.authenticator.use(tx, sitter, code, true))) return null;
      await this.tell(tx, sitter, 'authenticator.added', {});
      const session = { communityId: sitter.communityId, id: sitter.sessionId };
      return { opened: await this.sessions.prove(tx, session, 'authenticator'), recoveryCodes };
    });
  }

  async removePasskey(principal: Principal, id: string): Promise<void> {
    const { passkeys } = await this.list(principal);
    if (!passkeys.some((key) => key.id === id)) throw new DomainError('not-found', 'You have no such passkey.');
    return this.remove(principal, 'passkey', { passkey: id }, (tx, { communityId, personId }) =>
      deletePasskey(tx, communityId, personId, id),
    );
  }

  removeAuthenticator(principal: Principal): Promise<void> {
    return this.remove(principal, 'authenticator', {}, (tx, { communityId, personId }) =>
      deleteAuthenticator(tx, communityId, personId),
    );
  }

  /** New recovery codes; those of before are void. */
  async newRecoveryCodes(principal: Principal): Promise<string[]> {
    const sitter = sitterOf(principal);
    return this.transactions.inCommunity(sitter.communityId, async (tx) => {
      await this.refuseUnproved(tx, sitter);
      return this.makeCodes(tx, sitter);
    });
  }

  private async proveByCode(sitter: Sitter, kind: 'authenticator' | 'recovery', code: string): Promise<OpenedSession> {
    const { communityId, personId } = sitter;
    return this.attempts.one(sitter, async (tx) => {
      const fits =
        kind === 'authenticator'
          ? await this.authenticator.use(tx, sitter, code, false)
          : await useRecoveryCode(tx, communityId, personId, plain(code), this.clock.now());
      if (!fits) return null;
      if (kind === 'recovery') await this.tell(tx, sitter, 'recovery-code.used', {});
      return this.sessions.prove(tx, { communityId, id: sitter.sessionId }, kind);
    });
  }

  private async remove(
    principal: Principal,
    what: 'passkey' | 'authenticator',
    data: Readonly<Record<string, string>>,
    work: (tx: Tx, sitter: Sitter) => Promise<boolean>,
  ): Promise<void> {
    const sitter = sitterOf(principal);
    const { communityId, personId } = sitter;
    await this.transactions.inCommunity(communityId, async (tx) => {
      await this.refuseUnproved(tx, sitter);
      if (!(await work(tx, sitter))) throw new DomainError('not-found', 'You have no such thing.');
      const { roles } = await standingOf(tx, communityId, personId);
      const { secondFactor } = await rulesOf(tx, communityId);
      if (secondFactor === 'compulsory' && isTrusted(roles) && !has(await factorsOf(tx, communityId, personId)))
        throw new DomainError(
          'conflict',
          'Your role asks for a second factor, and this is your last; add another first.',
        );
      await this.tell(tx, sitter, `${what}.removed`, data);
    });
  }

  /** Whoever has a second factor proves it before anything about second factors changes. @throws DomainError `step-up-needed` */
  private async refuseUnproved(tx: Tx, { communityId, personId, session }: Sitter): Promise<void> {
    if (session.isRelaxed || !has(await factorsOf(tx, communityId, personId))) return;
    const until = session.steppedUpUntil;
    if (until !== null && epochMs(until) > epochMs(this.clock.now())) return;
    throw new DomainError('step-up-needed', 'Prove the second factor that you have; then ask again.');
  }

  /**
   * What comes with the first second factor: recovery codes, and of an approver the end of tokens that somebody else may have handed out;
   * from here on approving takes what only the approver has.
   */
  private async codesOfFirst(tx: Tx, sitter: Sitter): Promise<string[] | null> {
    const { communityId, personId } = sitter;
    if (has(await factorsOf(tx, communityId, personId))) return null;
    const { roles } = await standingOf(tx, communityId, personId);
    if (roles.includes('approver')) await revokeTokens(tx, communityId, personId, this.clock.now());
    return this.makeCodes(tx, sitter);
  }

  private async makeCodes(tx: Tx, sitter: Sitter): Promise<string[]> {
    const { communityId, personId } = sitter;
    const codes = Array.from({ length: codeCount }, () =>
      Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % alphabet.length)).join(''),
    );
    await replaceRecoveryCodes(tx, communityId, personId, codes, this.clock.now());
    await this.tell(tx, sitter, 'recovery-codes.made', {});
    return codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-'));
  }

  private async shown(tx: Tx, { communityId, personId }: Sitter) {
    const [row] = await tx.query<{ id: string; name: string; email: string; community: string }>(
      `SELECT p.id, p.name, p.email, c.name AS community FROM person p JOIN community c ON c.id = p.community_id
       WHERE p.community_id = $1 AND p.id = $2`,
      [communityId, personId],
    );
    assert(row, 'A session belongs to somebody.');
    return row;
  }

  private tell(
    tx: Tx,
    { personId }: Pick<Sitter, 'communityId' | 'personId' | 'sessionId'>,
    type: string,
    data: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const actor = { kind: 'person', id: personId } as const;
    return this.changes.tell(tx, { actor, type, subjectKind: 'person', subjectId: personId, data });
  }
}

const has = ({ passkeys, authenticator }: Factors): boolean => passkeys > 0 || authenticator;
const plain = (code: string): string => code.toUpperCase().replace(/[\s-]/g, '');
/** @throws DomainError `session-needed` */
function sitterOf({ communityId, personId, tokenId, session }: Principal): Sitter {
  if (!session || personId === undefined)
    throw new DomainError(
      'session-needed',
      'This is done by a person who is logged in at a browser, not with a token.',
    );
  return { communityId, personId, sessionId: tokenId, session };
}
