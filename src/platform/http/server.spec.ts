import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { loadConfig } from '../config.js';
import { createLogger } from '../logging.js';
import { Metrics } from '../metrics.js';
import { httpServer } from './server.js';

/* What the server does to every answer and question, before any route is of the service. */

let server: FastifyInstance;
const list = { items: Array.from({ length: 2_000 }, (_, i) => ({ no: i, amount: '12.34' })) };

beforeAll(async () => {
  const adapter = await httpServer(createLogger(loadConfig({ LOG_LEVEL: 'fatal' })), new Metrics(), false, []);
  server = adapter.getInstance<FastifyInstance>();
  server.get('/long', () => list);
  server.get('/short', () => ({ total: '12.34' }));
  server.get('/events', (_, reply) => reply.type('text/event-stream').send(Readable.from(['data: 1\n\n'])));
  server.get('/paper', (_, reply) => reply.type('application/pdf').send(Buffer.alloc(40_000)));
  server.post('/in', (request) => request.body);
});
afterAll(() => server.close());

const get = (url: string, encoding: string) => server.inject({ url, headers: { 'accept-encoding': encoding } });

describe('a long answer', () => {
  it.each(['gzip', 'br, gzip', 'gzip;q=0.5, deflate'])(
    'is packed for who takes %s, and says the same',
    async (takes) => {
      const { headers, rawPayload } = await get('/long', takes);
      expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
      expect(rawPayload.length).toBeLessThan(JSON.stringify(list).length / 4);
      expect(JSON.parse(gunzipSync(rawPayload).toString())).toEqual(list);
    },
  );

  it.each(['identity', '', 'gzip;q=0', 'br'])('goes as it is to who asks for %j', async (takes) => {
    const { headers, body } = await get('/long', takes);
    expect(headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(body)).toEqual(list);
  });
});

it.each(['/short', '/events', '/paper'])('%s goes as it is', async (url) => {
  const { headers, statusCode } = await get(url, 'gzip');
  expect([statusCode, headers['content-encoding']]).toEqual([200, undefined]);
});

it('does not unpack what is sent: a small body would become a large one', async () => {
  const { statusCode } = await server.inject({
    method: 'POST',
    url: '/in',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: gzipSync(JSON.stringify(list)),
  });
  expect(statusCode).toBe(400);
});
