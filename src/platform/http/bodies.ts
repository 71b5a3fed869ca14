import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Largest body of a request, in bytes. */
export const bodyLimit = 5 * 1024 * 1024;

/** Texts of one JSON value a line; a handler receives the text. */
export const ndjson = 'application/x-ndjson';

/** Files; a handler receives a Buffer. None of these can be sent by a form of a foreign page without being asked. */
export const fileTypes = ['application/octet-stream', 'application/pdf', 'text/csv', 'application/xml'] as const;

/**
 * The content types that are understood. Forms and plain text are not: a page of another site could send them in a
 * visitor's name. A JSON body that would reach into prototypes is refused.
 */
export function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, body: string, done) =>
      body === '' ? done(null, undefined) : parseJson(request, body, done),
  );
  server.addContentTypeParser(ndjson, { parseAs: 'string' }, (_: FastifyRequest, body: string, done) =>
    done(null, body),
  );
  server.addContentTypeParser([...fileTypes], { parseAs: 'buffer' }, (_: FastifyRequest, body: Buffer, done) =>
    done(null, body),
  );
}
