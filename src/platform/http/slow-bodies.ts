import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isStreamed } from './bodies.js';

/** Longest time that a body may take to arrive which its handler reads as it comes: a file of a gigabyte over a slow line. */
export const streamPatienceMs = 3_600_000;

const bodyPatienceMs = 60_000;
const lookEveryMs = 5_000;

/**
 * Ends requests whose bodies take too long to arrive. Node has one time for all requests of a server, and that is the time of the
 * longest; whoever sends a small body byte by byte is not to hold a connection for as long.
 */
export function endSlowBodies(server: FastifyInstance): void {
  const arriving = new Map<FastifyRequest, number>();
  server.addHook('onRequest', (request, _, done) => {
    if (request.method !== 'GET' && !isStreamed(request)) arriving.set(request, performance.now());
    done();
  });
  server.addHook('onResponse', (request, _, done) => {
    arriving.delete(request);
    done();
  });
  const timer = setInterval(() => {
    for (const [request, since] of arriving) {
      const { complete, destroyed } = request.raw;
      if (complete || destroyed) arriving.delete(request);
      else if (performance.now() - since > bodyPatienceMs) request.raw.destroy();
    }
  }, lookEveryMs).unref();
  server.addHook('onClose', (_, done) => {
    clearInterval(timer);
    done();
  });
}
