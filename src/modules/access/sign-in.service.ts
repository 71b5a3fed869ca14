import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { epochMs, fromEpochMs, type Instant } from '../../domain/calendar/period.js';
import { assert, DomainError } from '../../domain/errors.js';
import { Clock } from '../../platform/clock.js';
import { Transactions, type Tx } from '../../platform/database/transactions.js';
import type { Principal } from '../../platform/http/principal.js';
import { loggerToken } from '../../platform/logging.js';
import { FailedAttempts } from '../../platform/http/failed-attempts.js';
import { isOver, KnownKeys } from './known-keys.js';
import { standingOf } from './people.js';
import { hashOf, isSameHash, isWellFormed } from './secret.js';

interface Credential {
  readonly communityId: string;
  readonly id: string;
  readonly personId: string | null;
  readonly siteId: string | null;
  readonly mustSign: boolean;
  readonly hash: Buffer;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

/** The time of last use is written when it is older than this: it answers "is this key still in use", not "when exactly". */
const useNotedEveryMs = 600_000;

/** Tells who holds a secret. Every request comes through here, so it remembers, and writes nothing that anybody waits for. */
@Injectable()
export class SignInService implements OnModuleDestroy {
  private readonly known = new KnownKeys();
  private readonly failed = new FailedAttempts();
  private readonly lookups = new Map<string, Promise<Principal | null>>();
  private readonly notes = new Set<Promise<void>>();

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /**
   * The principal behind a secret that came from a network address.
   *
   * @throws DomainError `not-signed-in`; `too-many-attempts` with `retryAfterSeconds` where this address has failed too often
   */
  async signIn(secret: string, address: string): Promise<Principal> {
    const hash = isWellFormed(secret) ? hashOf(secret).toString('hex') : null;
    const fresh = hash === null ? undefined : this.known.fresh(hash, this.clock.now());
    if (fresh) return fresh;
    const wait = hash !== null && this.known.wasGood(hash) ? 0 : this.failed.waitSeconds(address);
    if (wait > 0) {
      const sentence = `Too many tokens from your address were not valid; try again in ${wait} seconds.`;
      throw new DomainError('too-many-attempts', sentence, { retryAfterSeconds: wait });
    }
    const principal = hash === null ? null : await this.lookUpOnce(hash);
    if (principal) return principal;
    this.failed.count(address);
    throw new DomainError('not-signed-in', 'This token is not valid: it is mistyped, expired or revoked.');
  }

  /** Requests that come at once with one secret ask once. */
  private lookUpOnce(hash: string): Promise<Principal | null> {
    const underWay = this.lookups.get(hash) ?? this.lookUp(hash).finally(() => this.lookups.delete(hash));
    this.lookups.set(hash, underWay);
    return underWay;
  }

  /** People or keys have changed: from now on the database is asked about everybody again. */
  doubtAll(): void {
    this.known.doubtAll();
    this.lookups.clear();
  }

  /** Waits for what is still being noted, before the database goes away. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.notes);
  }

  private async lookUp(hash: string): Promise<Principal | null> {
    const { generation } = this.known;
    const now = this.clock.now();
    const credential = await this.transactions.withCredential(hash, (tx) => credentialOf(tx, hash));
    if (!credential || credential.revokedAt !== null || isOver(credential.expiresAt, now)) {
      this.known.forget(hash);
      return null;
    }
    const principal = await this.transactions.inCommunity(credential.communityId, (tx) => principalOf(tx, credential));
    this.known.remember(hash, { principal, expiresAt: credential.expiresAt, generation });
    this.noteUse(credential, now);
    return principal;
  }

  private noteUse({ communityId, id, lastUsedAt }: Credential, now: Instant): void {
    const staleSince = fromEpochMs(epochMs(now) - useNotedEveryMs);
    if (lastUsedAt !== null && epochMs(lastUsedAt) > epochMs(staleSince)) return;
    const note = this.transactions
      .inCommunity(communityId, (tx) =>
        tx.query(
          `UPDATE access_token SET last_used_at = $3
           WHERE community_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)`,
          [communityId, id, now, staleSince],
        ),
      )
      .then(() => undefined)
      .catch((error: unknown) => this.logger.warn({ err: error, keyId: id }, 'the last use of a key was not noted'))
      .finally(() => this.notes.delete(note));
    this.notes.add(note);
  }
}

async function credentialOf(tx: Tx, hash: string): Promise<Credential | undefined> {
  const wanted = Buffer.from(hash, 'hex');
  const [row] = await tx.query<Credential>(
    `SELECT community_id AS "communityId", id, person_id AS "personId", site_id AS "siteId", must_sign AS "mustSign", secret_hash AS hash,
            expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"
     FROM access_token WHERE secret_hash = $1`,
    [wanted],
  );
  assert(!row || isSameHash(row.hash, wanted), 'A credential shows the one key that it belongs to.');
  return row;
}

async function principalOf(tx: Tx, key: Credential): Promise<Principal> {
  const { communityId, id: tokenId, personId, siteId, mustSign } = key;
  if (personId === null) {
    const scope = siteId === null ? { meterIds: await metersOf(tx, communityId, tokenId) } : { siteId };
    const device = { kind: 'device', communityId, tokenId, roles: ['device'], memberIds: [], scope } as const;
    return mustSign ? { ...device, mustSign } : device;
  }
  const { roles, memberIds } = await standingOf(tx, communityId, personId);
  return { kind: 'person', communityId, tokenId, personId, roles, memberIds };
}

async function metersOf(tx: Tx, communityId: string, tokenId: string): Promise<string[]> {
  const rows = await tx.query<{ meterId: string }>(
    'SELECT meter_id AS "meterId" FROM token_meter WHERE community_id = $1 AND token_id = $2 ORDER BY meter_id',
    [communityId, tokenId],
  );
  return rows.map(({ meterId }) => meterId);
}
