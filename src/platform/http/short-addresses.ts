import type { FastifyInstance } from 'fastify';

/** Addresses short enough to be typed from paper, and where they lead. */
export function serveShortAddresses(server: FastifyInstance): void {
  server.get<{ Params: { code: string } }>('/verify/:code', (request, reply) =>
    reply.redirect(`/api/v1/verify/${encodeURIComponent(request.params.code)}`),
  );
}
