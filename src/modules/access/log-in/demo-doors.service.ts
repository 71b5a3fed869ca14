import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../../domain/errors.js';
import { type Config, configToken } from '../../../platform/config.js';
import { Transactions } from '../../../platform/database/transactions.js';
import { isToLoopback } from '../../../platform/http/cookies.js';
import { refuseForeignPage } from '../../../platform/http/own-page.js';
import { type PersonRole, personRoles } from '../access.schema.js';
import type { Session } from './log-in.schema.js';
import { SessionView } from './session-view.service.js';
import { SessionsService } from './sessions.service.js';

/** Somebody of the demo, as whom a newcomer may enter. */
export interface DemoPerson {
  readonly role: PersonRole;
  readonly name: string;
}

/** What whoever started the service lets a newcomer do with the demo as a whole. */
export interface DemoControls {
  /** Whether it is whole; before that nobody comes in. */
  readonly isReady: () => boolean;
  /** Throws it away and makes it anew. The service goes down for that, and comes back. */
  readonly reset?: () => void;
  /** Goes on at the beginning of the next month, with the readings and the supplier's bill of the month that then is over. */
  readonly nextMonth?: () => Promise<void>;
}

const entering = z.strictObject({ role: z.enum(personRoles) });

/**
 * The doors of a demo: whoever sits at this machine enters as whom they like.
 *
 * They are there only where the service was started as a demo, listens to its own machine alone, and holds no community but demos; and
 * they open only for a request that comes from this machine, by its own name and through no proxy. Everywhere else there is nothing.
 */
@Injectable()
export class DemoDoors {
  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly view: SessionView,
  ) {}

  /** Who may be entered as: the first of each role. @throws DomainError `not-found` where there is no demo, or not for this request */
  async people(request: FastifyRequest): Promise<DemoPerson[]> {
    const found = await this.firstOfEachRole(request);
    return found.people.map(({ role, name }) => ({ role, name }));
  }

  /** Lets only a page of ours on this machine do something with the demo. @throws DomainError `not-found`, `foreign-page` */
  async admit(request: FastifyRequest): Promise<void> {
    await this.firstOfEachRole(request);
    refuseForeignPage(this.config, request);
  }

  /** Logs this browser in as the first of a role, and out as whoever it was. @throws DomainError `not-found`, `foreign-page` */
  async enter(request: FastifyRequest, reply: FastifyReply): Promise<Session> {
    const { communityId, people } = await this.firstOfEachRole(request);
    refuseForeignPage(this.config, request);
    const wanted = entering.safeParse(request.body);
    const person = people.find(({ role }) => role === wanted.data?.role);
    if (!person) throw new DomainError('not-found', 'There is nobody of this role in the demo.');
    const former = await this.sessions.row(request);
    const opened = await this.transactions.inCommunity(communityId, async (tx) => {
      if (former?.communityId === communityId) await this.sessions.end(tx, former, { only: former.id });
      return this.sessions.begin(tx, { communityId, personId: person.id, way: 'demo', isProved: false });
    });
    this.sessions.hand(request, reply, opened);
    return this.view.ofRow(opened.row);
  }

  private async firstOfEachRole(request: FastifyRequest) {
    const isHere = isToLoopback(request) && /^(?:127\.|::1$|::ffff:127\.)/.test(request.ip);
    const communities = isHere
      ? await this.transactions.asOperator((tx) =>
          tx.query<{ id: string; demo: boolean }>('SELECT id, demo FROM community ORDER BY created_at, id'),
        )
      : [];
    const [first] = communities;
    if (!first || communities.some(({ demo }) => !demo)) {
      throw new DomainError('not-found', `There is nothing at ${request.method} ${request.url.slice(0, 200)}.`);
    }
    const people = await this.transactions.inCommunity(first.id, (tx) =>
      tx.query<DemoPerson & { readonly id: string }>(
        `SELECT DISTINCT ON (g.role) g.role, p.id, p.name FROM role_grant g
         JOIN person p ON p.community_id = g.community_id AND p.id = g.person_id
         WHERE g.community_id = $1 AND g.revoked_at IS NULL ORDER BY g.role, g.granted_at, g.id`,
        [first.id],
      ),
    );
    const order = (role: PersonRole) => personRoles.indexOf(role);
    return { communityId: first.id, people: people.toSorted((a, b) => order(a.role) - order(b.role)) };
  }
}
