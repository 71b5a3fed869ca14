import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { epochMs, fromEpochMs } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import { Clock } from '../../../platform/clock.js';
import { Transactions } from '../../../platform/database/transactions.js';
import { communityShown } from '../directory.service.js';
import { standingOf } from '../people.js';
import { factorsOf } from './factor-rows.js';
import type { Session } from './log-in.schema.js';
import { idleUntil, isTrusted, rulesOf, type SessionRow } from './session-rows.js';
import { SessionsService, stepUpMs } from './sessions.service.js';

const nobody: Session = {
  ...{ state: 'none', person: null, community: null, roles: [], memberIds: [], way: null },
  ...{ expiresAt: null, idleUntil: null, steppedUpUntil: null, stepUp: false },
  secondFactor: { isCompulsory: false, passkeys: 0, authenticator: false, recoveryCodes: 0 },
};

/** Tells a browser how it is logged in. */
@Injectable()
export class SessionView {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly sessions: SessionsService,
  ) {}

  /** How the browser of a request is logged in; that it is not, is an answer too. */
  async of(request: FastifyRequest): Promise<Session> {
    const row = await this.sessions.row(request);
    return row ? this.ofRow(row) : nobody;
  }

  ofRow(row: SessionRow): Promise<Session> {
    const { communityId, personId, way, expiresAt, provedAt } = row;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const [shown] = await tx.query<Pick<Session, 'person' | 'community'>>(
        `SELECT jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email) AS person, ${communityShown} AS community
         FROM person p JOIN community c ON c.id = p.community_id WHERE p.community_id = $1 AND p.id = $2`,
        [communityId, personId],
      );
      assert(shown, 'A session belongs to somebody.');
      const standing = await standingOf(tx, communityId, personId);
      const { secondFactor } = await rulesOf(tx, communityId);
      const isCompulsory = secondFactor === 'compulsory' && isTrusted(standing.roles);
      const steppedUpUntil = provedAt === null ? null : fromEpochMs(epochMs(provedAt) + stepUpMs);
      return {
        ...{ ...shown, ...standing, way, expiresAt, idleUntil: idleUntil(row) },
        state: isCompulsory && provedAt === null ? 'incomplete' : 'open',
        steppedUpUntil:
          steppedUpUntil !== null && epochMs(steppedUpUntil) > epochMs(this.clock.now()) ? steppedUpUntil : null,
        stepUp: secondFactor === 'compulsory',
        secondFactor: { isCompulsory, ...(await factorsOf(tx, communityId, personId)) },
      };
    });
  }
}
