import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Instant } from '../../domain/calendar/period.js';
import { assert } from '../../domain/errors.js';

/** What somebody may be in a community. */
export const roles = ['treasurer', 'approver', 'auditor', 'installer', 'member', 'device'] as const;
export type Role = (typeof roles)[number];

/** What a device key reaches: one site, or named meters. */
export interface DeviceScope {
  readonly siteId?: string;
  readonly meterIds?: readonly string[];
}

/** What is known of the session of somebody who came with a cookie. */
export interface SessionStanding {
  /** Whether a second factor that is compulsory for this person is still to be proved. */
  readonly isIncomplete: boolean;
  /** Until when the last proof of a second factor lets through what asks for one; null where none was given. */
  readonly steppedUpUntil: Instant | null;
  /** Whether the community asks nobody for a second factor: a demo that says so. */
  readonly isRelaxed: boolean;
}

/** Who is asking. Made by the guard from the token or the session, never from anything else that the request says. */
export interface Principal {
  readonly kind: 'person' | 'device';
  readonly communityId: string;
  /** The token, the key, or the session. */
  readonly tokenId: string;
  readonly roles: readonly Role[];
  readonly personId?: string;
  /** The members that a person with the role `member` acts for; empty for everybody else. */
  readonly memberIds: readonly string[];
  readonly scope?: DeviceScope;
  /** Where a person came with a session rather than a token. */
  readonly session?: SessionStanding;
  /** Whether what this device sends counts only with a signature that holds. */
  readonly mustSign?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of modules/access; absent on public routes. */
    principal?: Principal;
  }
}

/** The principal of a request that passed the guard. */
export function principalOf(request: FastifyRequest): Principal {
  assert(request.principal, 'A route that asks who is calling is not public.');
  return request.principal;
}

/** Hands the principal to a handler: `list(@CurrentPrincipal() principal: Principal)`. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Name under which a principal's requests are told apart: a person's across tokens, a device's by its key. */
export const principalName = (principal: Principal): string =>
  principal.personId === undefined ? `token:${principal.tokenId}` : `person:${principal.personId}`;
