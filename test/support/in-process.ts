import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../src/api.js';
import { type Clock, SystemClock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import { type TestDatabase, testDatabase } from './database.js';

/** The API in this process, asked without a socket. */
export interface InProcess {
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  ask(method: string, path: string, question?: Question): Promise<Answer>;
  close(): Promise<void>;
}

export interface Question {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Network address that the request seems to come from. */
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the service says is what a test looks at
  readonly body: any;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Starts the API on a database of its own. */
export async function inProcess(clock: Clock = new SystemClock(), env: NodeJS.ProcessEnv = {}): Promise<InProcess> {
  const database = await testDatabase();
  const app = await createApi(loadConfig({ LOG_LEVEL: 'fatal', ...env }), { databaseUrl: database.url, clock });
  await app.init();
  return {
    app,
    database,
    ask: await askedOf(app),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** How an API that has been set up is asked without a socket. */
export async function askedOf(app: NestFastifyApplication): Promise<InProcess['ask']> {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  await server.ready();
  return async (method, path, { token, body, headers = {}, from = '127.0.0.1' } = {}) => {
    const reply = await server.inject({
      method: method as 'GET',
      url: path.startsWith('/') ? path : `/api/v1/${path}`,
      remoteAddress: from,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const isJson = String(reply.headers['content-type']).includes('json');
    return {
      status: reply.statusCode,
      body: isJson ? reply.json() : undefined,
      text: reply.body,
      headers: reply.headers,
    };
  };
}
