import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { epochMs, fromEpochMs } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { type Config, configToken } from '../../../platform/config.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { hashOf, isSameHash } from '../secret.js';
import { HouseSecrets } from './house-secrets.service.js';

/** What a challenge was given out for, and to whom: an answer to it is good for nothing and nobody else. */
export interface Asked {
  readonly purpose: 'log-in' | 'proof' | 'new-key';
  /** The session, or the browser that has none yet. */
  readonly by: string;
}

const lifeMs = 300_000;

/**
 * Challenges for passkeys: when it ends, 16 random bytes, and a mark that only this house can make, which binds it to what it is for and to
 * whoever asked. Nothing is written down when one is given out, so that asking costs nothing; what was answered is written down, once.
 */
@Injectable()
export class Challenges {
  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly clock: Clock,
    private readonly secrets: HouseSecrets,
  ) {}

  /** Until when a challenge holds, in milliseconds. */
  readonly lifeMs = lifeMs;

  async make(asked: Asked): Promise<Uint8Array<ArrayBuffer>> {
    const head = Buffer.alloc(24);
    head.writeBigUInt64BE(BigInt(epochMs(this.clock.now()) + lifeMs));
    randomBytes(16).copy(head, 8);
    return Uint8Array.from(Buffer.concat([head, await this.mark(head, asked)]));
  }

  /** Whether a challenge is one of ours, for this, by whoever asked, and not over. @param challenge in base64url, as a browser sends it back */
  async isGood(challenge: string, asked: Asked): Promise<boolean> {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.length !== 56) return false;
    const [head, mark] = [bytes.subarray(0, 24), bytes.subarray(24)];
    return isSameHash(mark, await this.mark(head, asked)) && Number(head.readBigUInt64BE()) > epochMs(this.clock.now());
  }

  /** Uses a challenge up in the transaction that acts on its answer. @throws DomainError `proof-not-valid` where it was */
  async spend(tx: Tx, communityId: string, challenge: string): Promise<void> {
    const now = this.clock.now();
    const old = fromEpochMs(epochMs(now) - 2 * lifeMs);
    await tx.query('DELETE FROM spent_challenge WHERE community_id = $1 AND spent_at < $2', [communityId, old]);
    const spent = await tx.query(
      `INSERT INTO spent_challenge (community_id, challenge_hash, spent_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING spent_at`,
      [communityId, hashOf(challenge), now],
    );
    if (spent.length === 0) throw new DomainError('proof-not-valid', 'This answer was used already; ask anew.');
  }

  /**
   * By which name passkeys know this site, and where they are used.
   *
   * @throws DomainError `conflict` where the site has a number and no name: no browser makes passkeys for those
   */
  site({ headers }: FastifyRequest): { readonly id: string; readonly origin: string } {
    const origin =
      this.config.publicUrl === undefined ? `http://${headers.host ?? ''}` : new URL(this.config.publicUrl).origin;
    const id = URL.canParse(origin) ? new URL(origin).hostname : '';
    if (/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(id) && !/^[\d.]+$/.test(id)) return { id, origin };
    throw new DomainError(
      'conflict',
      'Passkeys belong to a name, and this page was opened by a number; open it as http://localhost instead, or set PUBLIC_URL.',
    );
  }

  private async mark(head: Buffer, { purpose, by }: Asked): Promise<Buffer> {
    const key = await this.secrets.of('challenges');
    return createHmac('sha256', key).update(head).update(`${purpose} ${by}`).digest();
  }
}
