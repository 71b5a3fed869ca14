import { Body, Controller, Get, Header, Post, Query, UseFilters } from '@nestjs/common';
import { DomainError } from '../../domain/errors.js';
import { BodyAsWritten, Form, formType } from '../../platform/http/bodies.js';
import { AllowDevices } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Accepts, Reply } from '../../platform/http/reply.js';
import { emoncmsBulk } from './devices/emoncms-bulk.js';
import { emoncmsPost, type Parameters } from './devices/emoncms.js';
import { type DeviceAnswer, DevicesService } from './devices.service.js';
import { EmoncmsFilter } from './emoncms.filter.js';
import { bulkForm, type BulkQuery, bulkQuery, postForm, type PostQuery, postQuery } from './emoncms.schema.js';

/** `ok`, or what fulljson is answered with. */
type Answer = string | { readonly success: true; readonly message?: string };

const stored =
  'The text ok, or {"success":true} where fulljson was sent: what the node sent is stored. Also below /emoncms.';
const answers = ['text/plain', 'application/json'];

/** For devices and gateways that were made to send to emoncms. */
@Controller('input')
@UseFilters(EmoncmsFilter)
export class EmoncmsController {
  constructor(private readonly devices: DevicesService) {}

  @Get('post')
  @AllowDevices()
  @Header('cache-control', 'no-store')
  @Reply(200, stored, undefined, answers)
  post(@Query({ schema: postQuery }) query: PostQuery, @CurrentPrincipal() principal: Principal): Promise<Answer> {
    return this.takePost(principal, parametersOf(query));
  }

  @Post('post')
  @AllowDevices()
  @BodyAsWritten('form')
  @Accepts(formType)
  @Header('cache-control', 'no-store')
  @Reply(200, stored, undefined, answers)
  postForm(
    @Body({ schema: postForm }) body: unknown,
    @Query({ schema: postQuery }) query: PostQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Answer> {
    return this.takePost(principal, parametersOf(query, body));
  }

  @Get('bulk')
  @AllowDevices()
  @Header('cache-control', 'no-store')
  @Reply(200, stored, undefined, answers)
  bulk(@Query({ schema: bulkQuery }) query: BulkQuery, @CurrentPrincipal() principal: Principal): Promise<Answer> {
    return this.takeBulk(principal, parametersOf(query));
  }

  @Post('bulk')
  @AllowDevices()
  @BodyAsWritten('form')
  @Accepts(formType)
  @Header('cache-control', 'no-store')
  @Reply(200, stored, undefined, answers)
  bulkForm(
    @Body({ schema: bulkForm }) body: unknown,
    @Query({ schema: bulkQuery }) query: BulkQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Answer> {
    return this.takeBulk(principal, parametersOf(query, body));
  }

  private async takePost(principal: Principal, parameters: Parameters): Promise<Answer> {
    const answer = await this.devices.take(principal, 'emoncms', emoncmsPost(parameters, this.devices.now()));
    const refused = refusalOf(answer);
    if (parameters.get('fulljson') === undefined) return 'ok';
    return refused === undefined ? { success: true } : { success: true, message: refused };
  }

  private async takeBulk(principal: Principal, parameters: Parameters): Promise<Answer> {
    refusalOf(await this.devices.take(principal, 'emoncms', emoncmsBulk(parameters, this.devices.now())));
    return 'ok';
  }
}

/** What a form says, and what the address says where the form is silent. */
function parametersOf(query: Readonly<Record<string, unknown>>, body?: unknown): Parameters {
  return {
    get(name) {
      const inForm = body instanceof Form ? body.get(name) : undefined;
      const inAddress = Object.hasOwn(query, name) ? query[name] : undefined;
      return inForm ?? (typeof inAddress === 'string' ? inAddress : undefined);
    },
  };
}

/**
 * What could not be taken, in a sentence. A gateway sends everything again until it hears `ok`, and nothing new meanwhile; so one
 * channel that cannot be taken is no failure while others can, and is one where there is nothing else.
 *
 * @throws DomainError the first refusal, where everything was refused
 */
function refusalOf({ results, summary }: DeviceAnswer): string | undefined {
  const first = results.find(({ status }) => status === 'rejected');
  if (!first) return undefined;
  const { code = 'invalid-input', detail = '' } = first.problem ?? {};
  if (summary.rejected === results.length) throw new DomainError(code, `${first.meter} ${first.register}: ${detail}`);
  return `${summary.rejected} of ${results.length} inputs were not taken, the first of them ${first.meter} ${first.register}: ${detail}`;
}
