import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.js';
import { Form } from '../../platform/http/bodies.js';
import { epochMs } from '../../domain/calendar/period.js';
import { Clock } from '../../platform/clock.js';
import { type Config, configToken } from '../../platform/config.js';
import { mayChange, refuseForeignPage } from '../../platform/http/own-page.js';
import type { Restricted } from '../../platform/http/policy.js';
import type { Principal } from '../../platform/http/principal.js';
import { SessionsService } from './log-in/sessions.service.js';
import { SignInService } from './sign-in.service.js';

/** Lets in who may come in: with a token or key that the request shows, or else with the session of a browser. */
@Injectable()
export class AdmissionService {
  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly clock: Clock,
    private readonly signIn: SignInService,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Who is asking, where the policy of the route lets them. A route without a policy is closed to everybody.
   *
   * @param asksStepUp whether the route asks a session for a second factor that was proved lately
   * @throws DomainError `not-signed-in`, `not-allowed`, `too-many-attempts`; of sessions also `foreign-page`, `second-factor-needed`,
   *   `step-up-needed`
   */
  async admit(
    policy: Restricted | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
    asksStepUp = false,
  ): Promise<Principal> {
    const principal = await this.principalOf(policy, request, reply);
    if (!policy) throw new DomainError('not-allowed', 'This address has no policy and is closed to everybody.');
    if (!policy.roles.some((role) => principal.roles.includes(role))) {
      throw new DomainError('not-allowed', `This needs the role ${policy.roles.join(' or ')}.`);
    }
    if (principal.session) this.admitSession(policy, principal, request, asksStepUp);
    return principal;
  }

  private admitSession(policy: Restricted, { session }: Principal, request: FastifyRequest, asksStepUp: boolean): void {
    if (mayChange(request)) refuseForeignPage(this.config, request);
    if (!session || session.isRelaxed) return;
    if (session.isIncomplete && !policy.incomplete) {
      throw new DomainError('second-factor-needed', 'Prove your second factor first, or set one up.');
    }
    const until = session.steppedUpUntil;
    if (asksStepUp && (until === null || epochMs(until) <= epochMs(this.clock.now()))) {
      throw new DomainError('step-up-needed', 'This asks for your second factor once more; prove it and ask again.');
    }
  }

  private async principalOf(
    policy: Restricted | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Principal> {
    const secret = bearer(request) ?? (policy?.apikey ? apikey(request) : undefined);
    if (secret !== undefined) return this.signIn.signIn(secret, request.ip);
    if (request.headers.authorization === undefined && this.sessions.isCarried(request))
      return this.sessions.principal(request, reply);
    const orAsParameter = policy?.apikey ? ', or the key of a device as the parameter apikey' : ', or log in';
    throw new DomainError('not-signed-in', `Send a token as Authorization: Bearer${orAsParameter}.`);
  }
}

const bearer = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer +(\S{1,200})$/i.exec(headers.authorization ?? '')?.[1];

/** The key where devices put it that can set no header: in the address, or in the form that they send. */
function apikey({ query, body }: FastifyRequest): string | undefined {
  const inAddress = (query as Readonly<Record<string, unknown>>)['apikey'];
  const given = inAddress ?? (body instanceof Form ? body.get('apikey') : undefined);
  return typeof given === 'string' && /^\S{1,200}$/.test(given) ? given : undefined;
}
