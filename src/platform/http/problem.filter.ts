import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DomainError } from '../../domain/errors.js';
import { translated } from '../database/constraints.js';
import { InvalidRequest } from './validation.js';
import { type Problem, problem, problemMediaType } from './problem.js';

/** Seconds after which a client may try again, spread so that all do not come back at once. */
const retryAfter = (): string => String(2 + Math.floor(Math.random() * 6));

/**
 * Every failure of a request leaves through here, as a problem. What we did not foresee is our bug: it is logged in full
 * and answered without its inside.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

/** Answers a request with what went wrong. */
export function answerProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const answer = settleProblem(thrown, request, reply, logger);
  void reply.type(problemMediaType).send(JSON.stringify(answer));
}

/** Gives the answer its status and headers, and logs what is our bug. @returns the problem, for whoever writes it in a form of its own */
export function settleProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): Problem {
  const answer = problemOf(thrown, request);
  if (answer.status === 500) logger.error({ err: thrown }, 'a request failed');
  if (answer.status === 503) {
    void reply.header('retry-after', retryAfter());
    if (thrown instanceof Error && thrown.cause !== undefined)
      logger.warn({ err: thrown.cause }, 'a request was put off');
  }
  if (thrown instanceof DomainError && thrown.facts['retryAfterSeconds'] !== undefined)
    void reply.header('retry-after', String(thrown.facts['retryAfterSeconds']));
  if (answer.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.status(answer.status);
  return answer;
}

/** The problem that a failure is answered with. */
export function problemOf(thrown: unknown, request: FastifyRequest): Problem {
  const error = translated(thrown);
  if (error instanceof InvalidRequest) return problem(error.code, error.message, request.id, { errors: error.errors });
  if (error instanceof DomainError) {
    const facts = Object.keys(error.facts).length > 0 ? { facts: error.facts } : {};
    return problem(error.code, error.message, request.id, facts);
  }
  return problemOfFramework(error, request);
}

/** What Fastify and Nest refuse before a handler is asked: unknown addresses and bodies that cannot be read. */
function problemOfFramework(error: unknown, request: FastifyRequest): Problem {
  const status = statusOfFramework(error);
  const id = request.id;
  if (status === 404) return problem('not-found', `There is nothing at ${request.method} ${pathOf(request)}.`, id);
  if (status === 413) return problem('too-large', 'The body is larger than 5 MB; send it in several parts.', id);
  if (status === 415) {
    const type = request.headers['content-type'] ?? 'none';
    return problem(
      'unsupported-format',
      `The content type "${type.slice(0, 80)}" is not understood; send application/json.`,
      id,
    );
  }
  if (status === 403) return problem('not-allowed', 'Your role does not allow this.', id);
  if (status === 401) return problem('not-signed-in', 'Send a token as Authorization: Bearer.', id);
  if (status === 503) return problem('too-busy', 'The service is stopping; try again in a moment.', id);
  if (status >= 400 && status < 500)
    return problem('invalid-input', 'The request cannot be read; check its body and address.', id);
  return problem(
    'internal-error',
    'Something went wrong on our side; nothing was stored. Give the instance when you report it.',
    id,
  );
}

function statusOfFramework(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const isFastifys =
    error instanceof Error && 'statusCode' in error && 'code' in error && String(error.code).startsWith('FST_');
  const isBadJson = error instanceof SyntaxError && 'statusCode' in error;
  return isFastifys || isBadJson ? Number((error as { statusCode?: unknown }).statusCode ?? 500) : 500;
}

const pathOf = (request: FastifyRequest): string => (request.url.split('?')[0] ?? '').slice(0, 200);
