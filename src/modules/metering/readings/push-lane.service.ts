import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { assert } from '../../../domain/errors.js';
import { type Policy, policyKey } from '../../../platform/http/policy.js';
import { answerProblem } from '../../../platform/http/problem.filter.js';
import { loggerToken } from '../../../platform/logging.js';
import { AdmissionService } from '../../access/admission.service.js';
import { SigningKeysService } from '../signatures/signing-keys.service.js';
import { itemsOf, ReadingsController, signedBodyOf } from './readings.controller.js';
import { ReadingsService, senderOf } from './readings.service.js';

/**
 * The short way for readings.
 *
 * A device sends one reading a call, and Nest's way to a handler (guards, interceptors and pipes, each with its own promises)
 * costs such a call more than everything that is done with the reading. So this one route is answered straight from Fastify: by
 * the same policy, the same reading of the body, the same service and the same problems. A request with an Idempotency-Key goes
 * Nest's way, where the keys are kept.
 */
@Injectable()
export class PushLane {
  private readonly policy: Exclude<Policy, { public: true }>;
  private taken = false;

  constructor(
    private readonly admission: AdmissionService,
    private readonly readings: ReadingsService,
    private readonly signingKeys: SigningKeysService,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- only what is written at it is read
    const policy = Reflect.getMetadata(policyKey, ReadingsController.prototype.push) as Policy | undefined;
    assert(policy && 'roles' in policy, 'The route for readings says who may send.');
    this.policy = policy;
  }

  /** Whether readings come this way: Nest has added the route, and it has been taken over. */
  get isOpen(): boolean {
    return this.taken;
  }

  /** Takes the route over when Nest adds it; to be called before. */
  open(server: FastifyInstance, url: string): void {
    server.addHook('onRoute', (route) => {
      if (route.url !== url || route.method !== 'POST') return;
      this.taken = true;
      const throughNest = route.handler;
      route.handler = (request, reply) => {
        if (request.headers['idempotency-key'] !== undefined) return throughNest.call(server, request, reply);
        this.push(request, reply).catch((error: unknown) => answerProblem(error, request, reply, this.logger));
      };
    });
  }

  private async push(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const principal = await this.admission.admit(this.policy, request, reply);
    const signature = signedBodyOf(this.signingKeys, principal, request);
    // An unsigned push, which is nearly every one, waits for nothing here.
    const signed = signature === undefined ? undefined : await signature;
    const { results, summary } = await this.readings.take(
      principal.communityId,
      senderOf(principal),
      itemsOf(request.body),
      'http',
      undefined,
      signed,
    );
    void reply.type('application/json; charset=utf-8').send(JSON.stringify({ results, summary }));
  }
}
