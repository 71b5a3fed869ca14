import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.js';
import { type Policy, policyKey } from '../../platform/http/policy.js';
import { SignInService } from './sign-in.service.js';

/**
 * Stands before every route. A route that does not say who may call it is refused to everybody, so that a policy which was
 * forgotten is found by the first who tries, and never by the wrong one.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly signIn: SignInService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.getAllAndOverride<Policy | undefined>(policyKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (policy && 'public' in policy) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.principalOf(request, context.switchToHttp().getResponse<FastifyReply>());
    if (!policy) throw new DomainError('not-allowed', 'This address has no policy and is closed to everybody.');
    if (!policy.roles.some((role) => principal.roles.includes(role))) {
      throw new DomainError('not-allowed', `This needs the role ${policy.roles.join(' or ')}.`);
    }
    request.principal = principal;
    return true;
  }

  private async principalOf(request: FastifyRequest, reply: FastifyReply) {
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
