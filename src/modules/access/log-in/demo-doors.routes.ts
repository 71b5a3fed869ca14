import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerProblem } from '../../../platform/http/problem.filter.js';
import { DomainError } from '../../../domain/errors.js';
import type { DemoControls, DemoDoors } from './demo-doors.service.js';

/** Serves the doors of a demo. Called only where the service was started as one, on its own machine. */
export function serveDemoDoors(server: FastifyInstance, doors: DemoDoors, demo: DemoControls, logger: Logger): void {
  const answered =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      try {
        if (!demo.isReady()) throw new DomainError('not-found', 'The demo is being made; look again in a moment.');
        void reply.header('cache-control', 'no-store').send(await work(request, reply));
      } catch (error) {
        answerProblem(error, request, reply, logger);
      }
    };
  server.get(
    '/demo/people',
    answered(async (request) => ({ people: await doors.people(request) })),
  );
  server.post(
    '/demo/enter',
    answered((request, reply) => doors.enter(request, reply)),
  );
  server.get(
    '/demo',
    answered(async (request) => {
      await doors.people(request);
      return { canReset: demo.reset !== undefined, canJump: demo.nextMonth !== undefined };
    }),
  );
  const { reset, nextMonth } = demo;
  if (reset)
    server.post(
      '/demo/reset',
      answered(async (request, reply) => {
        await doors.admit(request);
        // The answer is under way before the service goes down.
        reply.raw.once('finish', () => reset());
        return {};
      }),
    );
  if (nextMonth)
    server.post(
      '/demo/next-month',
      answered(async (request) => {
        await doors.admit(request);
        await nextMonth();
        return {};
      }),
    );
}
