import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type IdParam, idParam, type PageQuery, pageQuery } from '../../../platform/http/wire.js';
import { actorOf } from '../../access/access-changes.service.js';
import {
  newVerification,
  type NewVerification,
  removal,
  type Removal,
  shown,
  type Shown,
  verification,
  verificationsReply,
} from './devices.schema.js';
import { DevicesService } from './devices.service.js';
import { meterReply } from '../registers/meter.schema.js';

/** What happens to the devices in meters. */
@Controller('meters')
export class DevicesController {
  constructor(private readonly devices: DevicesService) {}

  @Post(':id/remove')
  @Allow('treasurer', 'installer')
  @Reply(201, 'The device is out, and no other is in.', meterReply)
  remove(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: removal }) body: Removal,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.devices.remove(principal, id, body);
  }

  @Post(':id/photos')
  @Allow('treasurer', 'installer')
  @Reply(201, 'The photos belong to the device that went in last.', meterReply)
  photograph(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: shown }) body: Shown,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.devices.photograph(principal, id, body);
  }

  @Post(':id/verifications')
  @Allow('treasurer', 'installer')
  @Reply(201, 'The verification was recorded, and holds from then on.', verification)
  verify(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newVerification }) body: NewVerification,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.devices.verify(principal.communityId, id, body, actorOf(principal));
  }

  @Get(':id/verifications')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Verifications of the meter, the last recorded first.', verificationsReply)
  verifications(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: pageQuery }) query: PageQuery,
    @CurrentPrincipal() { communityId }: Principal,
  ) {
    return this.devices.verifications(communityId, id, query);
  }
}
