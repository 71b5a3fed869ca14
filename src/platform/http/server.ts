import { randomUUID } from 'node:crypto';
import compress, { type FastifyCompressOptions } from '@fastify/compress';
import helmet from '@fastify/helmet';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { logContext } from '../logging.js';
import type { Metrics } from '../metrics.js';
import { bodyLimit, readBodies } from './bodies.js';
import { endSlowBodies, streamPatienceMs } from './slow-bodies.js';

/**
 * The HTTP server: Fastify with our ids, limits, headers and log, before Nest adds the routes.
 *
 * @param trustedProxies whose `X-Forwarded-For` tells the address of a client; of everybody else it is ignored
 * @param ownAddress the address here of what other systems' clients ask for under theirs
 */
export async function httpServer(
  logger: Logger,
  metrics: Metrics,
  isHttps: boolean,
  trustedProxies: readonly string[],
  ownAddress: (url: string) => string = (url) => url,
): Promise<FastifyAdapter> {
  const adapter = new FastifyAdapter({
    logger: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    rewriteUrl: ({ url = '/' }) => ownAddress(url),
    bodyLimit,
    genReqId: () => randomUUID(),
    requestTimeout: streamPatienceMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  const server = adapter.getInstance<FastifyInstance>();
  await server.register(compress, compression);
  readBodies(server);
  endSlowBodies(server);
  followRequests(server, await headersOfEveryAnswer(isHttps), logger, metrics);
  endConnections(server);
  return adapter;
}

/**
 * Long answers travel packed, because they are read on telephones: a preview of a thousand members is three megabytes. Short ones go as they are,
 * so that storing a reading costs nothing more. What is sent to us is never unpacked here, where a small request could become a large one.
 * An answer holds no secret of its reader beside words that another page could have put there, so its length tells nothing.
 */
const compression: FastifyCompressOptions = {
  encodings: ['gzip'],
  threshold: 16_384,
  customTypes: /^application\/(problem\+)?json/,
  globalDecompression: false,
};

const shortest = 1;

/** A connection that is busy when the server begins to close ends with its answer; else the close would wait as long as it is kept alive. */
function endConnections(server: FastifyInstance): void {
  server.addHook('preClose', (done) => {
    server.server.keepAliveTimeout = shortest;
    done();
  });
}

/** Nothing is loaded from another host, nothing runs that did not come as a file of ours, and no other page frames us. */
const securityHeaders = (isHttps: boolean): Parameters<typeof helmet>[1] => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  hsts: isHttps ? { maxAge: 31_536_000, includeSubDomains: true } : false,
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
});

/** What helmet adds to an answer. It is the same each time and takes longer to make than a reading to store, so it is made once. */
async function headersOfEveryAnswer(isHttps: boolean): Promise<Readonly<Record<string, string>>> {
  const model = new FastifyAdapter().getInstance<FastifyInstance>();
  await model.register(helmet, securityHeaders(isHttps));
  model.get('/', (_, reply) => reply.code(204).send());
  const { headers } = await model.inject('/');
  await model.close();
  const ofTheServer = ['date', 'connection'];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (ofTheServer.includes(name) ? [] : [[name, String(value)]])),
  );
}

/** Gives every request an id that its answer and its log lines carry, and measures it. */
function followRequests(
  server: FastifyInstance,
  headers: Readonly<Record<string, string>>,
  logger: Logger,
  metrics: Metrics,
): void {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
    void reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
    logContext.run({ requestId: request.id }, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const ms = Math.trunc(reply.elapsedTime);
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    logger.info({ requestId: request.id, method: request.method, route, status: reply.statusCode, ms }, 'request');
    done();
  });
}
