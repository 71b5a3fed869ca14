import { createHash } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { assert, DomainError } from '../../domain/errors.js';
import { codeOf } from '../database/constraints.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { isStreamed } from './bodies.js';
import { type Principal, principalName } from './principal.js';
import { isFinal, problemMediaType } from './problem.js';
import { problemOf } from './problem.filter.js';
import { statelessKey } from './stateless.js';

/**
 * The same POST again gets the first answer again, and its effect once.
 *
 * The key is written first, in the very transaction in which the handler then works: key and effect are both there or
 * neither is. A second request with the key waits at that row until the first has ended. The answer, a refusal too, is kept
 * with the key; an answer that was none (a busy house, a request that could not be read) is not, so that it can be tried
 * again. What a refused handler did is undone before its refusal is kept.
 *
 * A route that reads its body as it comes keeps its keys itself; one that stores nothing keeps none.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly transactions: Transactions,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || !request.principal) return next.handle();
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
      throw new DomainError(
        'invalid-input',
        'An Idempotency-Key has 1 to 200 characters and no spaces; a UUID will do.',
      );
    }
    const isStateless = this.reflector.get<true | undefined>(statelessKey, context.getHandler()) === true;
    if (isStateless || isStreamed(request)) return next.handle();
    return from(this.answer(new Attempt(request, reply, request.principal, key), () => lastValueFrom(next.handle())));
  }

  private async answer(attempt: Attempt, handle: () => Promise<unknown>): Promise<unknown> {
    const { communityId } = attempt.principal;
    const answer = await this.transactions.inCommunityOnce(communityId, async (tx) => {
      if (!(await attempt.claim(tx))) return attempt.firstAnswer(tx);
      return attempt.handleOnce(tx, handle);
    });
    if ('refusal' in answer) throw answer.refusal;
    return answer.value;
  }
}

type Answer = { readonly value: unknown } | { readonly refusal: unknown };

/** One request with a key. */
class Attempt {
  private readonly fingerprint: string;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    readonly principal: Principal,
    private readonly key: string,
  ) {
    this.fingerprint = fingerprintOf(request);
  }

  /** Writes the key; false where it was there. Waits while another request with the key is under way. */
  async claim(tx: Tx): Promise<boolean> {
    try {
      const claimed = await tx.query(
        `INSERT INTO idempotency (community_id, principal, key, fingerprint) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING key`,
        [...this.identity(), this.fingerprint],
      );
      return claimed.length === 1;
    } catch (error) {
      if (codeOf(error) !== '55P03') throw error;
      throw new DomainError(
        'request-in-progress',
        'The first request with this Idempotency-Key is still being worked on; ask again.',
      );
    }
  }

  async firstAnswer(tx: Tx): Promise<Answer> {
    const [first] = await tx.query<{ fingerprint: string; status: number; response: unknown }>(
      'SELECT fingerprint, status, response FROM idempotency WHERE community_id = $1 AND principal = $2 AND key = $3',
      this.identity(),
    );
    assert(first, 'A key that could not be written is there.');
    if (first.fingerprint !== this.fingerprint) {
      throw new DomainError(
        'idempotency-mismatch',
        'This Idempotency-Key was used for another request; take a new key.',
      );
    }
    void this.reply.status(first.status).header('idempotency-replayed', 'true');
    if (first.status >= 400) void this.reply.type(problemMediaType);
    return { value: first.response };
  }

  async handleOnce(tx: Tx, handle: () => Promise<unknown>): Promise<Answer> {
    try {
      const value = await tx.undoable(async () => {
        const handled = await handle();
        await tx.query('SET CONSTRAINTS ALL IMMEDIATE');
        return handled;
      });
      assert(!(value instanceof StreamableFile) && !Buffer.isBuffer(value), 'The reply to a POST is JSON.');
      await this.keep(tx, this.reply.statusCode, value);
      return { value };
    } catch (error) {
      const problem = problemOf(error, this.request);
      if (!isFinal(problem.code)) throw error;
      await this.keep(tx, problem.status, problem);
      return { refusal: error };
    }
  }

  private keep(tx: Tx, status: number, response: unknown): Promise<unknown> {
    return tx.query(
      'UPDATE idempotency SET status = $4, response = $5 WHERE community_id = $1 AND principal = $2 AND key = $3',
      [...this.identity(), status, JSON.stringify(response ?? null, withoutSecrets)],
    );
  }

  private identity(): string[] {
    return [this.principal.communityId, principalName(this.principal), this.key];
  }
}

/** A secret is shown once and kept nowhere; a repeated answer comes without it. */
const withoutSecrets = (key: string, value: unknown): unknown => (key === 'token' ? null : value);

function fingerprintOf(request: FastifyRequest): string {
  const hash = createHash('sha256').update(`${request.method} ${request.url}\n`);
  const { body } = request;
  return hash.update(Buffer.isBuffer(body) ? body : (JSON.stringify(body) ?? '')).digest('hex');
}
