import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Policy, policyKey, stepUpKey } from '../../platform/http/policy.js';
import { AdmissionService } from './admission.service.js';

/**
 * Stands before every route. A route that does not say who may call it is refused to everybody, so that a policy which was
 * forgotten is found by the first who tries, and never by the wrong one.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admission: AdmissionService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.getAllAndOverride<Policy | undefined>(policyKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (policy && 'public' in policy) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const asksStepUp = this.reflector.get<true | undefined>(stepUpKey, context.getHandler()) === true;
    request.principal = await this.admission.admit(policy, request, reply, asksStepUp);
    return true;
  }
}
