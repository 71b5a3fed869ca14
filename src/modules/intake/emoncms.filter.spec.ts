import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { ArgumentsHost } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { createLogger } from '../../platform/logging.js';
import { EmoncmsFilter } from './emoncms.filter.js';

const filter = new EmoncmsFilter(createLogger({ logLevel: 'silent' }));

async function answerTo(thrown: Error) {
  const server = fastify({ genReqId: () => 'r-1' });
  server.get('/', (request: FastifyRequest, reply: FastifyReply) => {
    const http = { getRequest: () => request, getResponse: () => reply };
    filter.catch(thrown, { switchToHttp: () => http } as unknown as ArgumentsHost);
  });
  const answer = await server.inject('/');
  await server.close();
  return answer;
}

describe('a failure', () => {
  it('is said as emoncms says it, with our code', async () => {
    const answer = await answerTo(new DomainError('invalid-input', 'There is no data.'));
    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      { success: false, message: 'There is no data.', code: 'invalid-input' },
    ]);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringContaining('json'),
    });
  });

  it('of a full house says when to come again', async () => {
    const answer = await answerTo(new DomainError('too-busy', 'Too many readings are waiting.'));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('that nobody foresaw shows nothing of its inside', async () => {
    const answer = await answerTo(new Error('password is 1234'));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('1234');
  });
});
