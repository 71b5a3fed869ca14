import { Body, Controller, Get, Module, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { z } from 'zod';
import { DomainError } from '../../src/domain/errors.js';
import { requestPatience } from '../../src/platform/database/connection.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { openApiDocument } from '../../src/platform/http/openapi.js';
import { Allow } from '../../src/platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../src/platform/http/principal.js';
import { Reply } from '../../src/platform/http/reply.js';
import { httpServer } from '../../src/platform/http/server.js';
import { civilDate, decimal, money, page, pageQuery, type PageQuery, text } from '../../src/platform/http/wire.js';
import { newId } from '../../src/platform/ids.js';
import { loggerToken } from '../../src/platform/logging.js';
import { Metrics } from '../../src/platform/metrics.js';
import { insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

const personBody = z.strictObject({
  name: text(60),
  born: civilDate.optional(),
  weight: decimal.optional(),
  slow: z.boolean().optional(),
});
type PersonBody = z.infer<typeof personBody>;
const personReply = z.object({ id: z.string(), name: z.string(), owes: money }).meta({ id: 'Person' });

@Controller('people')
class PeopleController {
  constructor(private readonly transactions: Transactions) {}

  @Post()
  @Allow('treasurer', 'installer')
  @Reply(201, 'The person was added.', personReply)
  add(@CurrentPrincipal() { communityId }: Principal, @Body({ schema: personBody }) body: PersonBody) {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const id = newId();
      await tx.query('INSERT INTO person (community_id, id, name) VALUES ($1, $2, $3)', [communityId, id, body.name]);
      if (body.slow) await tx.query('SELECT pg_sleep(1)');
      if (body.name === 'Nobody') throw new DomainError('conflict', 'Nobody cannot be added.');
      if (body.name === 'Bug') throw new TypeError('secret inside');
      return { id, name: body.name, owes: '12.30', secret: 'never leaves' };
    });
  }

  @Get()
  @Allow('auditor')
  @Reply(200, 'A page of people.', page(personReply))
  list(@Query({ schema: pageQuery }) query: PageQuery) {
    return { items: [], next: query.limit ?? null };
  }
}

let db: TestDatabase;
let app: NestFastifyApplication;
let community: string;
let url: string;

beforeAll(async () => {
  db = await testDatabase();
  community = await insertCommunity(db, 'arches');
  const logger = pino({ level: 'silent' });
  const metrics = new Metrics();
  class Parts {}
  const parts = {
    module: Parts,
    global: true,
    providers: [
      { provide: loggerToken, useValue: logger },
      { provide: Metrics, useValue: metrics },
    ],
    exports: [loggerToken, Metrics],
  };
  @Module({
    imports: [
      parts,
      DatabaseModule.forRoot({ url: db.url, size: 10, patience: requestPatience, onError: () => undefined }),
      HttpModule,
    ],
    controllers: [PeopleController],
  })
  class TestModule {}
  const adapter = await httpServer(logger, metrics, false, []);
  adapter.getInstance<FastifyInstance>().addHook('onRequest', (request, _, done) => {
    request.principal = {
      kind: 'person',
      communityId: community,
      tokenId: 't',
      personId: String(request.headers['x-person'] ?? 'p'),
      roles: ['treasurer'],
      memberIds: [],
    };
    done();
  });
  app = await NestFactory.create<NestFastifyApplication>(TestModule, adapter, {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
  await db.drop();
});

async function post(body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}/people`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}
const count = async (name: string) => {
  const { rows } = await db.owner.query<{ n: string }>('SELECT count(*) AS n FROM person WHERE name = $1', [name]);
  return rows[0]?.n;
};

describe('an Idempotency-Key', () => {
  it('gives the first answer again and has the effect once', async () => {
    const first = await post({ name: 'Ada' }, { 'idempotency-key': 'k1' });
    const second = await post({ name: 'Ada' }, { 'idempotency-key': 'k1' });
    expect(first).toMatchObject({ status: 201, body: { name: 'Ada' } });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await count('Ada')).toBe('1');
  });

  it('refuses the same key with another body', async () => {
    expect(await post({ name: 'Eve' }, { 'idempotency-key': 'k1' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-mismatch' },
    });
    expect(await count('Eve')).toBe('0');
  });

  it('belongs to a person: another may use the same', async () => {
    expect(await post({ name: 'Bea' }, { 'idempotency-key': 'k1', 'x-person': 'other' })).toMatchObject({
      status: 201,
    });
  });

  it('keeps a refusal too, and nothing of what the refused handler did', async () => {
    const first = await post({ name: 'Nobody' }, { 'idempotency-key': 'k2' });
    const second = await post({ name: 'Nobody' }, { 'idempotency-key': 'k2' });
    expect(first).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(second).toMatchObject({ status: 409, body: first.body });
    expect(second.headers.get('content-type')).toContain('application/problem+json');
    expect(await count('Nobody')).toBe('0');
  });

  it('keeps neither a bug nor a request that cannot be read, so that they can be mended', async () => {
    expect(await post({ name: 'Bug' }, { 'idempotency-key': 'k3' })).toMatchObject({ status: 500 });
    expect(await post({ name: '' }, { 'idempotency-key': 'k3' })).toMatchObject({ status: 400 });
    expect(await post({ name: 'Mended' }, { 'idempotency-key': 'k3' })).toMatchObject({ status: 201 });
  });

  it('makes a second request wait for the first', async () => {
    const both = await Promise.all([1, 2].map(() => post({ name: 'Slow', slow: true }, { 'idempotency-key': 'k4' })));
    expect(both.map((answer) => answer.status)).toEqual([201, 201]);
    expect(both[0]?.body).toEqual(both[1]?.body);
    expect(await count('Slow')).toBe('1');
  });

  it('says so where the first takes longer than anybody waits', async () => {
    const holder = await db.owner.connect();
    await holder.query('BEGIN');
    await holder.query(
      "INSERT INTO idempotency (community_id, principal, key, fingerprint) VALUES ($1, 'person:p', 'k5', 'f')",
      [community],
    );
    expect(await post({ name: 'Late' }, { 'idempotency-key': 'k5' })).toMatchObject({
      status: 409,
      body: { code: 'request-in-progress' },
    });
    await holder.query('ROLLBACK');
    holder.release();
  });
});

describe('an answer', () => {
  it('shows what its schema names and nothing else', async () => {
    const { body } = await post({ name: 'Shown' });
    expect(Object.keys(body).sort()).toEqual(['id', 'name', 'owes']);
  });

  it('names every place of a body that is wrong', async () => {
    const { status, body, headers } = await post({ name: '', born: '2026-02-30', weight: 1.5, extra: true });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      type: '/docs/problems.md#invalid-input',
      code: 'invalid-input',
      errors: expect.arrayContaining([
        { pointer: '/name', detail: 'must not be empty' },
        { pointer: '/born', detail: 'must be a date like 2026-10-01' },
        { pointer: '/weight', detail: expect.stringContaining('in quotation marks') },
      ]),
    });
    expect(body['instance']).toBe(`urn:uuid:${headers.get('x-request-id')}`);
  });

  it('hides the inside of a bug', async () => {
    const { status, body } = await post({ name: 'Bug' });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret inside');
  });

  it.each([
    ['text that is no JSON', '{"name"', {}, 400, 'invalid-input'],
    ['a key that reaches into prototypes', '{"__proto__": {"x": 1}, "name": "a"}', {}, 400, 'invalid-input'],
    ['a character that cannot be stored', '{"name": "a\\u0000b"}', {}, 400, 'invalid-input'],
    ['half a character', '{"name": "a\\ud800"}', {}, 400, 'invalid-input'],
    ['a form', 'name=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-format'],
    ['a plain text', '{"name":"a"}', { 'content-type': 'text/plain' }, 415, 'unsupported-format'],
    ['more than 5 MB', JSON.stringify({ name: 'x'.repeat(5 * 1024 * 1024) }), {}, 413, 'too-large'],
  ])('refuses %s', async (_, body, headers, status, code) => {
    expect(await post(body, headers as Record<string, string>)).toMatchObject({ status, body: { code } });
  });

  it('refuses parameters that a list does not know', async () => {
    expect((await fetch(`${url}/people?limit=5`)).status).toBe(200);
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'colour=red']) {
      expect((await fetch(`${url}/people?${query}`)).status).toBe(400);
    }
  });
});

describe('the OpenAPI document', () => {
  it('is drawn from the routes: who may, what goes in, what comes out', async () => {
    const document = await openApiDocument(app, '0.0.0');
    const add = document.paths['/people']?.post as unknown as Record<string, unknown>;
    expect(document.openapi).toBe('3.1.0');
    expect(add['x-roles']).toEqual(['treasurer', 'installer']);
    expect(add['security']).toEqual([{ bearer: [] }, { session: [] }]);
    expect(JSON.stringify(add['requestBody'])).toContain('#/components/schemas/CivilDate');
    expect(JSON.stringify((add['responses'] as Record<string, unknown>)['201'])).toContain(
      '#/components/schemas/Person',
    );
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining(['CivilDate', 'Decimal', 'Money']),
    );
  });
});
