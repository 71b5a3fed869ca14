import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { type Config, configToken } from '../../../platform/config.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { readCookie, writeCookie } from '../../../platform/http/cookies.js';
import { isInBackground } from '../../../platform/http/own-page.js';
import type { Principal } from '../../../platform/http/principal.js';
import { loggerToken } from '../../../platform/logging.js';
import { AccessChanges } from '../access-changes.service.js';
import { FailedAttempts } from '../../../platform/http/failed-attempts.js';
import { isOver, KnownKeys } from '../known-keys.js';
import { standingOf } from '../people.js';
import { hashOf } from '../secret.js';
import {
  endSessions,
  exchangeSecret,
  idleUntil,
  insertSession,
  isTrusted,
  rulesOf,
  sessionBy,
  type SessionRow,
  touch,
  type Way,
} from './session-rows.js';

/** Name of the cookie, without the prefix that it has where the page is secure. */
export const sessionCookie = 'commonmeter';

/** How long a proof of a second factor lets through what asks for one. */
export const stepUpMs = 300_000;

/** That somebody is there is noted when the last note is older. A session may so fall asleep a minute early, and never late. */
const seenEveryMs = 60_000;

const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** A session that has just got its secret, which goes into a cookie and nowhere else. */
export interface OpenedSession {
  readonly row: SessionRow;
  readonly secret: string;
}

/**
 * Sessions of people at a browser.
 *
 * The cookie holds 256 random bits, the database their hash. A session has an end that is settled when it begins, an earlier one while
 * nobody touches it, and a new secret whenever something was proved in it. It ends when its person's roles change: the database sees to that.
 */
@Injectable()
export class SessionsService implements OnModuleDestroy {
  private readonly known = new KnownKeys();
  private readonly failed = new FailedAttempts();
  private readonly notes = new Set<Promise<void>>();

  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Begins a session in the transaction that found out who it is. */
  async begin(
    tx: Tx,
    { communityId, personId, way, isProved }: { communityId: string; personId: string; way: Way; isProved: boolean },
  ): Promise<OpenedSession> {
    const secret = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    const { roles } = await standingOf(tx, communityId, personId);
    const row = await insertSession(tx, {
      ...{ communityId, personId, roles, way, now },
      hash: hashOf(secret),
      provedAt: isProved ? now : null,
    });
    await this.tell(tx, row, 'session.begun', { way, secondFactor: isProved });
    return { row, secret };
  }

  /** Gives a session a new secret after something was proved in it. @throws DomainError `not-signed-in` where it ended meanwhile */
  async prove(tx: Tx, session: Pick<SessionRow, 'communityId' | 'id'>, by: string): Promise<OpenedSession> {
    const secret = randomBytes(32).toString('base64url');
    const row = await exchangeSecret(tx, session, hashOf(secret), this.clock.now());
    if (!row) throw ended();
    tx.afterCommit(() => this.known.doubtAll());
    await this.tell(tx, row, 'session.proved', { by });
    return { row, secret };
  }

  /** Ends sessions of a person: one, or all but one. */
  async end(
    tx: Tx,
    { communityId, personId }: { communityId: string; personId: string },
    which: { readonly only?: string; readonly but?: string },
  ): Promise<void> {
    const over = await endSessions(tx, communityId, personId, which, this.clock.now());
    tx.afterCommit(() => this.known.doubtAll());
    for (const { id } of over) await this.tell(tx, { communityId, personId, id }, 'session.ended', {});
  }

  /** Puts a session into the browser. */
  hand(request: FastifyRequest, reply: FastifyReply, { row, secret }: OpenedSession): void {
    const seconds = (epochMs(row.expiresAt) - epochMs(this.clock.now())) / 1000;
    writeCookie(this.config, request, reply, { name: sessionCookie, value: secret, seconds });
  }

  /** Takes it out of the browser. */
  takeBack(request: FastifyRequest, reply: FastifyReply): void {
    writeCookie(this.config, request, reply, { name: sessionCookie, value: null, seconds: 0 });
  }

  /** Whether a request came with the cookie of a session, good or not. */
  isCarried(request: FastifyRequest): boolean {
    return readCookie(this.config, request, sessionCookie) !== undefined;
  }

  /**
   * Who came with a session.
   *
   * @throws DomainError `not-signed-in` where it has ended, `too-many-attempts`
   */
  async principal(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const secret = readCookie(this.config, request, sessionCookie);
    const principal = secret !== undefined && secretForm.test(secret) ? await this.lookUp(secret, request) : null;
    if (principal) return principal;
    this.failed.count(request.ip);
    this.takeBack(request, reply);
    throw ended();
  }

  /** The session of a request as it is written down, for whoever wants to know more than who it is; undefined where there is none. */
  async row(request: FastifyRequest): Promise<SessionRow | undefined> {
    const secret = readCookie(this.config, request, sessionCookie);
    if (secret === undefined || !secretForm.test(secret)) return undefined;
    const hash = hashOf(secret);
    const row = await this.transactions.withCredential(hash.toString('hex'), (tx) => sessionBy(tx, hash));
    return row && !this.isGone(row) ? row : undefined;
  }

  /** People or their roles have changed: from now on the database is asked about everybody again. */
  doubtAll(): void {
    this.known.doubtAll();
  }

  /** Waits for what is still being noted, before the database goes away. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.notes);
  }

  private async lookUp(secret: string, request: FastifyRequest): Promise<Principal | null> {
    const hash = hashOf(secret);
    const name = hash.toString('hex');
    const fresh = this.known.fresh(name, this.clock.now());
    if (fresh) return fresh;
    const wait = this.known.wasGood(name) ? 0 : this.failed.waitSeconds(request.ip);
    if (wait > 0) {
      throw new DomainError(
        'too-many-attempts',
        `Too many sessions from your address were not valid; wait ${wait} seconds.`,
        {
          retryAfterSeconds: wait,
        },
      );
    }
    const { generation } = this.known;
    const row = await this.transactions.withCredential(name, (tx) => sessionBy(tx, hash));
    if (!row || this.isGone(row)) {
      this.known.forget(name);
      return null;
    }
    const principal = await this.transactions.inCommunity(row.communityId, (tx) => this.principalOf(tx, row));
    if (!isInBackground(request)) this.noteSeen(row);
    this.known.remember(name, { principal, expiresAt: idleUntil(row), generation });
    return principal;
  }

  private isGone(row: SessionRow): boolean {
    return row.endedAt !== null || isOver(idleUntil(row), this.clock.now());
  }

  private async principalOf(tx: Tx, row: SessionRow): Promise<Principal> {
    const { communityId, personId, provedAt } = row;
    const { roles, memberIds } = await standingOf(tx, communityId, personId);
    const { secondFactor } = await rulesOf(tx, communityId);
    const isRelaxed = secondFactor === 'relaxed';
    const session = {
      isIncomplete: !isRelaxed && provedAt === null && isTrusted(roles),
      steppedUpUntil: provedAt === null ? null : fromEpochMs(epochMs(provedAt) + stepUpMs),
      isRelaxed,
    };
    return { kind: 'person', communityId, tokenId: row.id, personId, roles, memberIds, session };
  }

  private noteSeen(row: SessionRow): void {
    const now: Instant = this.clock.now();
    if (epochMs(now) - epochMs(row.lastSeenAt) < seenEveryMs) return;
    const note = this.transactions
      .inCommunity(row.communityId, (tx) => touch(tx, row, now))
      .then(() => undefined)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'that a session is in use was not noted'))
      .finally(() => this.notes.delete(note));
    this.notes.add(note);
  }

  private tell(
    tx: Tx,
    { id, personId }: Pick<SessionRow, 'id' | 'personId' | 'communityId'>,
    type: string,
    data: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return this.changes.tell(tx, {
      actor: { kind: 'person', id: personId },
      type,
      subjectKind: 'session',
      subjectId: id,
      data,
    });
  }
}

const ended = () => new DomainError('not-signed-in', 'Your session has ended; log in again.');
