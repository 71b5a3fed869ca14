import type { Readable } from 'node:stream';
import { errorCodes, type FastifyInstance, type FastifyRequest, type onSendHookHandler } from 'fastify';
import { RouteConfig } from '@nestjs/platform-fastify';
import { DomainError } from '../../domain/errors.js';

/** Largest body of a request, in bytes. */
export const bodyLimit = 5 * 1024 * 1024;

/** Texts of one JSON value a line; a handler receives the text. */
export const ndjson = 'application/x-ndjson';

/** A workbook of Excel. */
export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * Files; a handler receives a Buffer, or a stream where its route says `@BodyAsWritten('stream')`. None of these can be sent by a
 * form of a foreign page without being asked.
 */
export const fileTypes = [
  ...['application/octet-stream', 'application/pdf', 'text/csv', 'application/xml', 'application/gzip'],
  workbookType,
];

/** Photos; a handler receives a Buffer. Where its route says `@BodyAsWritten('photo')`, it may have as many bytes as a camera makes. */
export const photoTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif'];
export const photoLimit = 8 * 1024 * 1024;

/** Fields of a form. A handler receives it only where its route says `@BodyAsWritten('form')`. */
export const formType = 'application/x-www-form-urlencoded';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly bodyAsWritten?: 'json' | 'form' | 'stream' | 'photo';
  }
  interface FastifyRequest {
    /** The body as it came, of a request that signs it; of all others nothing is kept. */
    writtenBody?: string;
  }
}

const keepIfSigned = (request: FastifyRequest, body: string): void => {
  if (request.headers['signature-input'] !== undefined) request.writtenBody = body;
};

/**
 * Hands a handler its body as it was written: JSON as text, so that its numbers keep their digits; with `form` the fields of
 * a form too. Only routes that take no cookie may take forms: a page of another site could send one in a visitor's name.
 *
 * With `stream` a file comes as a stream while it is still being sent. The handler bounds its length, and keeps its
 * Idempotency-Key itself: nobody else can tell whether two streams are the same.
 */
export const BodyAsWritten = (kind: 'json' | 'form' | 'stream' | 'photo') => RouteConfig({ bodyAsWritten: kind });

/** Whether a request's body is read by its handler, as it comes. */
export const isStreamed = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.bodyAsWritten === 'stream';

/** The content types that are understood. A JSON body that would reach into prototypes is refused. */
export function readBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const { bodyAsWritten } = (route.config ?? {}) as { readonly bodyAsWritten?: unknown };
    if (bodyAsWritten === 'stream') route.onSend = endUnread;
  });
  server.removeAllContentTypeParsers();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, body: string, done) => {
      keepIfSigned(request, body);
      if (request.routeOptions.config.bodyAsWritten) return done(null, body);
      return body === '' ? done(null, undefined) : parseJson(request, body, done);
    },
  );
  server.addContentTypeParser(ndjson, { parseAs: 'string' }, (request: FastifyRequest, body: string, done) => {
    keepIfSigned(request, body);
    done(null, body);
  });
  server.addContentTypeParser([...fileTypes, ...photoTypes], async (request: FastifyRequest, body: Readable) =>
    isStreamed(request) ? body : wholeFile(request, body),
  );
  server.addContentTypeParser(formType, { parseAs: 'string' }, (request: FastifyRequest, body: string, done) => {
    if (request.routeOptions.config.bodyAsWritten !== 'form')
      return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(formType));
    return mostFields.test(body) ? done(null, new Form(body)) : done(tooManyFields());
  });
}

/** Who is answered before a stream was read is not to send the rest of it. */
const endUnread: onSendHookHandler = (request, reply, payload, done) => {
  if (!request.raw.complete) void reply.header('connection', 'close');
  done(null, payload);
};

/** A file that fits into memory. A stream that is broken off is left as it is: whoever sends it is to hear why. */
async function wholeFile(request: FastifyRequest, body: Readable): Promise<Buffer> {
  const limit = request.routeOptions.config.bodyAsWritten === 'photo' ? photoLimit : bodyLimit;
  const tooLarge = () => new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of body.iterator({ destroyOnReturn: false })) {
      bytes += (piece as Buffer).length;
      if (bytes > limit) break;
      pieces.push(piece as Buffer);
    }
  } catch {
    throw new DomainError('invalid-input', 'The body ended before all of it was sent; send it again.');
  }
  if (bytes > limit) throw tooLarge();
  return Buffer.concat(pieces);
}

const mostFields = /^[^&]*(?:&[^&]*){0,99}$/;
const tooManyFields = () =>
  new DomainError('too-large', 'A form has at most 100 fields; send many readings as the one field data.');

/** The fields of a form, as they were sent; of a field that is there twice, the first. */
export class Form {
  private readonly fields: URLSearchParams;

  constructor(private readonly text: string) {
    this.fields = new URLSearchParams(text);
  }

  get(name: string): string | undefined {
    return this.fields.get(name) ?? undefined;
  }

  /** What was sent, so that two forms are the same only where their texts are. */
  toJSON(): string {
    return this.text;
  }
}
