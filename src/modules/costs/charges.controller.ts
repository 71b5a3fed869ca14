import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, page } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  charge,
  type ChargePatch,
  chargePatch,
  type ChargeReply,
  chargesQuery,
  type ChargesQuery,
  newCharge,
  type NewCharge,
} from './charges.schema.js';
import { ChargesService } from './charges.service.js';

/** Charges name the rent of single spaces, so members meet theirs on their own statement and nowhere else. */
@Controller('charges')
export class ChargesController {
  constructor(private readonly charges: ChargesService) {}

  @Post()
  @Allow('treasurer')
  @Reply(201, 'The charge was made.', charge)
  create(@CurrentPrincipal() principal: Principal, @Body({ schema: newCharge }) body: NewCharge): Promise<ChargeReply> {
    return this.charges.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'Charges by code.', page(charge))
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: chargesQuery }) query: ChargesQuery) {
    return this.charges.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'The charge.', charge)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<ChargeReply> {
    return this.charges.get(principal.communityId, id);
  }

  /** Ends an open charge; nothing else of it ever changes. */
  @Patch(':id')
  @Allow('treasurer')
  @Reply(200, 'The charge ends on that day.', charge)
  end(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: chargePatch }) body: ChargePatch,
  ): Promise<ChargeReply> {
    return this.charges.end(principal.communityId, id, body, actorOf(principal));
  }
}
