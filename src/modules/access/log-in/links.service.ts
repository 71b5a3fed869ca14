import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { epochMs, fromEpochMs, type Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Bounded } from '../../../platform/bounded.js';
import { Clock } from '../../../platform/clock.js';
import { type Config, configToken } from '../../../platform/config.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import { readCookie, writeCookie } from '../../../platform/http/cookies.js';
import { PublicAddress } from '../../../platform/http/public-address.js';
import { newId } from '../../../platform/ids.js';
import { loggerToken } from '../../../platform/logging.js';
import type { Letter } from '../../../platform/mail/letter.js';
import { Mail } from '../../../platform/mail/mail.js';
import { AccessChanges } from '../access-changes.service.js';
import { FailedAttempts } from '../../../platform/http/failed-attempts.js';
import { isOver } from '../known-keys.js';
import { standingOf } from '../people.js';
import { hashOf, isSameHash } from '../secret.js';
import { HouseSecrets } from './house-secrets.service.js';
import { writeLinkLetter } from './link-letter.js';
import { countLinks, insertLink, linkBy, lockLink, type LinkRow, markUsed } from './link-rows.js';
import { isTrusted } from './session-rows.js';
import { type OpenedSession, SessionsService } from './sessions.service.js';

/** The page on which a link ends, and which asks before it uses it. */
export const linkPage = '/log-in/link';
const letterKind = 'log-in';
const lifeMs = 900_000;
/** The cookie by which a browser is known again that asked for a link. */
const askingCookie = 'commonmeter-asking';
/** Links that a person is sent within an hour, however many addresses of the network ask for them. */
const mostInAnHour = 8;
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/**
 * One-time links by e-mail.
 *
 * Whoever asks hears the same at the same moment, whether or not anybody is known by the address: the asking is answered first and looked
 * into afterwards. A link works once and for a quarter of an hour; using it is a POST that a person sets off on the page it leads to, so
 * that a program which opens every link of every mail uses up none. For those who decide about money it works only in the browser that
 * asked, so that a mail which others read opens nothing.
 *
 * The secret of a link is made from its id and a secret that lies outside of the database: here is only its hash, and the mail can be
 * written again, the same, when it was not heard the first time.
 */
@Injectable()
export class LinksService implements OnModuleDestroy {
  private readonly asking = new FailedAttempts({ burst: 10, refillMs: 30_000 });
  private readonly asked = new FailedAttempts({ burst: 4, refillMs: 300_000 });
  private readonly failed = new FailedAttempts();
  /** A record that grows for ever is not to be filled by whoever tries one old link again and again. */
  private readonly told = new FailedAttempts({ burst: 3, refillMs: 3_600_000 });
  private readonly looking = new Bounded(2, 200);

  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly address: PublicAddress,
    private readonly secrets: HouseSecrets,
    private readonly sessions: SessionsService,
    private readonly changes: AccessChanges,
    private readonly mail: Mail,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    mail.teach({ kind: letterKind, isReadable: false, write: (community, link) => this.write(community, link) });
  }

  /**
   * Sends a link to whoever is known by an address. Says nothing about whether anybody is.
   *
   * @returns until when a link works that goes now
   * @throws DomainError `too-many-attempts` where this network address asks too often, `too-busy`
   */
  ask(email: string, to: string, request: FastifyRequest, reply: FastifyReply): Instant {
    refuseHurry(this.asking, request, reply);
    this.asking.count(request.ip);
    const browser = this.browser(request, reply);
    const address = email.toLowerCase();
    const isTooOften = this.asked.waitSeconds(address) > 0;
    this.asked.count(address);
    const expiresAt = fromEpochMs(epochMs(this.clock.now()) + lifeMs);
    void this.looking
      .do(async () => {
        if (!isTooOften) await this.sendTo(address, to, hashOf(browser), expiresAt);
      })
      .catch((error: unknown) => this.logger.error({ err: error }, 'a link for a log-in could not be written'));
    return expiresAt;
  }

  /**
   * Uses a link.
   *
   * @returns the session, and where its person wanted to go
   * @throws DomainError `link-not-valid`, whatever the reason; `too-many-attempts`
   */
  async use(secret: string, request: FastifyRequest, reply: FastifyReply): Promise<OpenedSession & { to: string }> {
    refuseHurry(this.failed, request, reply);
    const opened = secretForm.test(secret) ? await this.open(hashOf(secret), this.browserOf(request)) : null;
    if (!opened) {
      this.failed.count(request.ip);
      throw new DomainError(
        'link-not-valid',
        'This link does not open anything: it was used, it is older than 15 minutes, or it was asked for in another browser. Ask for a new one here.',
      );
    }
    return opened;
  }

  /** A link for a person, as the operator hands it out: it works in any browser, once, and as long as one by e-mail. */
  async make(communityId: string, personId: string): Promise<{ address: string; expiresAt: Instant }> {
    const now = this.clock.now();
    const link = {
      ...{ communityId, id: newId(), personId, browserHash: null, to: '/', usedAt: null, createdAt: now },
      expiresAt: fromEpochMs(epochMs(now) + lifeMs),
    };
    const secret = await this.secretOf(link.id);
    await this.transactions.inCommunity(communityId, async (tx) => {
      await insertLink(tx, { ...link, hash: hashOf(secret) });
      await this.changes.tell(tx, {
        actor: { kind: 'system', id: null },
        ...{ type: 'link.made', subjectKind: 'person', subjectId: personId, data: { expiresAt: link.expiresAt } },
      });
    });
    return { address: this.addressOf(secret), expiresAt: link.expiresAt };
  }

  /** By what a browser is known again that has no session yet; it is given that where it has none. */
  browser(request: FastifyRequest, reply: FastifyReply): string {
    const browser = this.browserOf(request) ?? randomBytes(32).toString('base64url');
    writeCookie(this.config, request, reply, { name: askingCookie, value: browser, seconds: lifeMs / 1000 });
    return browser;
  }

  /** @throws DomainError `proof-not-valid` where somebody may do nothing here any more */
  async refuseWithoutRole(tx: Tx, communityId: string, personId: string): Promise<void> {
    const { roles } = await standingOf(tx, communityId, personId);
    if (roles.length === 0) throw new DomainError('proof-not-valid', 'This passkey opens nothing here any more.');
  }

  /** Does what somebody may fail at while they log in, and not as often as they like. @throws DomainError `too-many-attempts` */
  async counted<T>(request: FastifyRequest, reply: FastifyReply, attempt: () => Promise<T>): Promise<T> {
    refuseHurry(this.failed, request, reply);
    try {
      return await attempt();
    } catch (error) {
      this.failed.count(request.ip);
      throw error;
    }
  }

  /** Lets what is being looked into end, before the database goes away. */
  async onModuleDestroy(): Promise<void> {
    await this.looking.idle();
  }

  private async open(hash: Buffer, browser: string | undefined): Promise<(OpenedSession & { to: string }) | null> {
    const found = await this.transactions.withCredential(hash.toString('hex'), (tx) => linkBy(tx, hash));
    if (!found) return null;
    const { communityId, personId } = found;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const link = (await lockLink(tx, communityId, found.id)) ?? found;
      const reason = await this.objection(tx, link, browser);
      if (reason !== null) {
        await this.tellRefused(tx, link, reason);
        return null;
      }
      await markUsed(tx, communityId, link.id, this.clock.now());
      const opened = await this.sessions.begin(tx, { communityId, personId, way: 'link', isProved: false });
      return { ...opened, to: link.to };
    });
  }

  private async tellRefused(tx: Tx, { id, personId }: LinkRow, reason: string): Promise<void> {
    if (this.told.waitSeconds(id) > 0) return;
    this.told.count(id);
    await this.changes.tell(tx, {
      actor: { kind: 'system', id: null },
      ...{ type: 'log-in.refused', subjectKind: 'person', subjectId: personId, data: { reason } },
    });
  }

  /** Why a link does not open anything; null where it does. */
  private async objection(tx: Tx, link: LinkRow, browser: string | undefined): Promise<string | null> {
    if (link.usedAt !== null) return 'used';
    if (isOver(link.expiresAt, this.clock.now())) return 'expired';
    const { roles } = await standingOf(tx, link.communityId, link.personId);
    if (roles.length === 0) return 'no role';
    if (link.browserHash === null || !isTrusted(roles)) return null;
    return browser !== undefined && isSameHash(hashOf(browser), link.browserHash) ? null : 'another browser';
  }

  private async sendTo(address: string, to: string, browserHash: Buffer, expiresAt: Instant): Promise<void> {
    const people = await this.transactions.withAddress(address, (tx) =>
      tx.query<{ communityId: string; personId: string }>(
        'SELECT community_id AS "communityId", id AS "personId" FROM person WHERE lower(email) = $1 ORDER BY id LIMIT 20',
        [address],
      ),
    );
    for (const { communityId, personId } of people) {
      const id = newId();
      const hash = hashOf(await this.secretOf(id));
      await this.transactions.inCommunity(communityId, async (tx) => {
        const createdAt = this.clock.now();
        const { roles } = await standingOf(tx, communityId, personId);
        const hourAgo = fromEpochMs(epochMs(createdAt) - 3_600_000);
        if (roles.length === 0 || (await countLinks(tx, communityId, personId, hourAgo)) >= mostInAnHour) return;
        await insertLink(tx, { communityId, id, personId, hash, browserHash, to, createdAt, expiresAt, usedAt: null });
        await this.mail.post(tx, communityId, letterKind, id, address);
      });
    }
  }

  private async write(communityId: string, linkId: string): Promise<Letter | null> {
    const link = await this.transactions.inCommunity(communityId, async (tx) => {
      const [row] = await tx.query<{
        name: string;
        community: string;
        locale: string;
        contact: string;
        expiresAt: Instant;
      }>(
        `SELECT p.name, c.name AS community, c.locale, c.contact_email AS contact, l.expires_at AS "expiresAt"
         FROM log_in_link l JOIN person p ON p.community_id = l.community_id AND p.id = l.person_id
         JOIN community c ON c.id = l.community_id WHERE l.community_id = $1 AND l.id = $2`,
        [communityId, linkId],
      );
      return row;
    });
    return link ? writeLinkLetter({ ...link, url: this.addressOf(await this.secretOf(linkId)) }) : null;
  }

  /** After #: a browser keeps that to itself, and it comes into nobody's log. */
  private addressOf(secret: string): string {
    return this.address.of(`${linkPage}#${secret}`);
  }

  private async secretOf(linkId: string): Promise<string> {
    const key = await this.secrets.of('links');
    return createHmac('sha256', key).update(linkId).digest('base64url');
  }

  private browserOf(request: FastifyRequest): string | undefined {
    const value = readCookie(this.config, request, askingCookie);
    return value !== undefined && secretForm.test(value) ? value : undefined;
  }
}

function refuseHurry(attempts: FailedAttempts, { ip }: FastifyRequest, reply: FastifyReply): void {
  const wait = attempts.waitSeconds(ip);
  if (wait === 0) return;
  void reply.header('retry-after', String(wait));
  throw new DomainError('too-many-attempts', `Too many attempts from your address; try again in ${wait} seconds.`, {
    retryAfterSeconds: wait,
  });
}
