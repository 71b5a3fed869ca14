import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.js';
import { Form } from '../../platform/http/bodies.js';
import type { Restricted } from '../../platform/http/policy.js';
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
  async admit(policy: Restricted | undefined, request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const principal = await this.principalOf(policy, request, reply);
    if (!policy) throw new DomainError('not-allowed', 'This address has no policy and is closed to everybody.');
    if (!policy.roles.some((role) => principal.roles.includes(role))) {
      throw new DomainError('not-allowed', `This needs the role ${policy.roles.join(' or ')}.`);
    }
    return principal;
  }

  private async principalOf(
    policy: Restricted | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Principal> {
    const secret = bearer(request) ?? (policy?.apikey ? apikey(request) : undefined);
    if (secret === undefined) {
      const orAsParameter = policy?.apikey ? ', or the key of a device as the parameter apikey' : '';
      throw new DomainError('not-signed-in', `Send a token as Authorization: Bearer${orAsParameter}.`);
    }
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

const bearer = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer +(\S{1,200})$/i.exec(headers.authorization ?? '')?.[1];

/** The key where devices put it that can set no header: in the address, or in the form that they send. */
function apikey({ query, body }: FastifyRequest): string | undefined {
  const inAddress = (query as Readonly<Record<string, unknown>>)['apikey'];
  const given = inAddress ?? (body instanceof Form ? body.get('apikey') : undefined);
  return typeof given === 'string' && /^\S{1,200}$/.test(given) ? given : undefined;
}
