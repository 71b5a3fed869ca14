import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type IdParam, idParam } from '../../../platform/http/wire.js';
import { actorOf } from '../../access/access-changes.service.js';
import { DevicesService } from './devices.service.js';
import {
  type Exchange,
  exchange,
  type MeterPatch,
  meterPatch,
  meterReply,
  metersReply,
  type MetersQuery,
  metersQuery,
  type NewMeter,
  newMeter,
} from '../registers/meter.schema.js';
import { type NewFormula, newFormula } from '../registers/formula.schema.js';
import { MeteringService } from './metering.service.js';

@Controller('meters')
export class MetersController {
  constructor(
    private readonly metering: MeteringService,
    private readonly devices: DevicesService,
  ) {}

  @Post()
  @Allow('treasurer', 'installer')
  @Reply(201, 'The meter was made, with its registers and its first device.', meterReply)
  create(@Body({ schema: newMeter }) body: NewMeter, @CurrentPrincipal() principal: Principal) {
    return this.metering.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Meters by their codes.', metersReply)
  list(@Query({ schema: metersQuery }) query: MetersQuery, @CurrentPrincipal() principal: Principal) {
    return this.metering.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'The meter, its registers and the devices that were in.', meterReply)
  one(@Param({ schema: idParam }) { id }: IdParam, @CurrentPrincipal() principal: Principal) {
    return this.metering.one(principal.communityId, id);
  }

  @Patch(':id')
  @Allow('treasurer', 'installer')
  @Reply(200, 'The meter as it is now.', meterReply)
  change(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: meterPatch }) body: MeterPatch,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.metering.change(principal.communityId, id, body, actorOf(principal));
  }

  @Post(':id/exchange')
  @Allow('treasurer', 'installer')
  @Reply(201, 'The old device is out, the new one in.', meterReply)
  exchange(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: exchange }) body: Exchange,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.devices.exchange(principal, id, body);
  }

  @Post(':id/formulas')
  @Allow('treasurer', 'installer')
  @Reply(201, 'The formula was adopted: from its day on the register is worked out by it.', meterReply)
  adopt(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newFormula }) body: NewFormula,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.metering.adopt(principal.communityId, id, body, actorOf(principal));
  }
}
