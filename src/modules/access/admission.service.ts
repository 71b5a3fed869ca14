import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.js';
import type { Policy } from '../../platform/http/policy.js';
import type { Principal } from '../../platform/http/principal.js';
import { SignInService } from './sign-in.service.js';

/** Lets in who may come in. */
@Injectable()
export class AdmissionService {
  constructor(private readonly signIn: SignInService) {}

  /**
   * Who is asking, where the policy of the route lets them. A route without a policy is closed to everybody.
   *
   * @throws DomainError `not-signed-in`, `not-allowed`, `too-many-attempts`
   */
  async admit(
    policy: Exclude<Policy, { public: true }> | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Principal> {
    const principal = await this.principalOf(request, reply);
    if (!policy) throw new DomainError('not-allowed', 'This address has no policy and is closed to everybody.');
    if (!policy.roles.some((role) => principal.roles.includes(role))) {
      throw new DomainError('not-allowed', `This needs the role ${policy.roles.join(' or ')}.`);
    }
    return principal;
  }

  private async principalOf(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const [, secret] = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (secret === undefined) throw new DomainError('not-signed-in', 'Send a token as Authorization: Bearer.');
    try {
      return await this.signIn.signIn(secret, request.ip);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'too-many-attempts') {
        void reply.header('retry-after', String(error.facts['retryAfterSeconds']));
      }
      throw error;
    }
  }
}
