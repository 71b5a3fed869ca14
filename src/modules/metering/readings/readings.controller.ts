import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../domain/errors.js';
import { ndjson } from '../../../platform/http/bodies.js';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Accepts, Reply } from '../../../platform/http/reply.js';
import { pushReply, pushSchema, type ReadingsQuery, readingsQuery, readingsReply } from './reading.schema.js';
import type { SignedBody } from '../signatures/signed-text.js';
import { SigningKeysService } from '../signatures/signing-keys.service.js';
import { mostItems, ReadingsService, senderOf, Unreadable } from './readings.service.js';

@Controller('readings')
export class ReadingsController {
  constructor(
    private readonly readings: ReadingsService,
    private readonly signingKeys: SigningKeysService,
  ) {}

  @Post()
  @Allow('device', 'installer', 'treasurer')
  @Accepts(ndjson)
  @Reply(200, 'What became of each reading, in order; stored when this is answered.', pushReply)
  async push(
    @Body({ schema: pushSchema }) body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ) {
    const signed = await signedBodyOf(this.signingKeys, principal, request);
    const { results, summary } = await this.readings.take(
      principal.communityId,
      senderOf(principal),
      itemsOf(body),
      'http',
      undefined,
      signed,
    );
    return { results, summary };
  }

  @Get()
  @Allow('installer', 'treasurer', 'approver', 'auditor')
  @Reply(200, 'Readings of one register as they count, with what was corrected.', readingsReply)
  list(@Query({ schema: readingsQuery }) query: ReadingsQuery, @CurrentPrincipal() principal: Principal) {
    return this.readings.list(principal.communityId, query);
  }
}

/** What a request signs; undefined where it signs nothing, which costs a look at one header. @throws DomainError `signature-wrong` */
export function signedBodyOf(
  keys: SigningKeysService,
  principal: Principal,
  { headers, writtenBody }: FastifyRequest,
): Promise<SignedBody> | undefined {
  if (headers['signature-input'] === undefined && headers['signature'] === undefined) return undefined;
  return keys.check(principal, headers, writtenBody ?? '');
}

/** The items of a push: lines of text, a list under `readings`, or the one object. @throws DomainError `invalid-input`, `too-large` */
export function itemsOf(body: unknown): readonly unknown[] {
  if (typeof body === 'string') return itemsOfLines(body);
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Buffer.isBuffer(body)) {
    throw new DomainError(
      'invalid-input',
      'Send one reading as an object, several as {"readings": […]}, or one a line as application/x-ndjson.',
    );
  }
  if (!('readings' in body)) return [body];
  const { readings, ...others } = body;
  const [other] = Object.keys(others);
  if (!Array.isArray(readings) || other !== undefined) {
    throw new DomainError(
      'invalid-input',
      other === undefined
        ? '"readings" must be a list.'
        : `Beside "readings" there must be nothing else; leave "${other.slice(0, 60)}" out.`,
    );
  }
  return readings;
}

/** A line that cannot be read takes its place among the others; empty lines count for nothing. */
function itemsOfLines(text: string): unknown[] {
  const items: unknown[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (line.trim() === '') continue;
    if (items.length === mostItems)
      throw new DomainError(
        'too-large',
        `A push has at most ${mostItems} readings; send the lines from ${number} on in another.`,
      );
    items.push(parseLine(line, number));
  }
  return items;
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return new Unreadable({
      code: 'invalid-input',
      detail: `Line ${number} is not one JSON object; write each reading on a line of its own.`,
    });
  }
}
