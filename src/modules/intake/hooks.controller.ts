import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { BodyAsWritten } from '../../platform/http/bodies.js';
import { Allow, AllowDevices } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { chirpStackUplink } from './devices/chirpstack.js';
import { type Json, readJson } from './devices/exact-json.js';
import { shellyParameters } from './devices/shelly-parameters.js';
import { shellyMessage } from './devices/shelly.js';
import { thingsStackUplink } from './devices/things-stack.js';
import { ChargePointsService } from './charge-points.service.js';
import { type DeviceAnswer, DevicesService } from './devices.service.js';
import {
  chirpStackBody,
  type ChirpStackQuery,
  chirpStackQuery,
  hookReply,
  type OcmfBody,
  ocmfBody,
  type OcmfReply,
  ocmfReply,
  shellyBody,
  type ShellyQuery,
  shellyQuery,
  shellyValuesQuery,
  thingsStackBody,
} from './hooks.schema.js';

const taken = 'What was understood, and what became of it; stored when this is answered.';

/** For servers and devices that call an address when they have something to tell. */
@Controller('hooks')
export class HooksController {
  constructor(
    private readonly devices: DevicesService,
    private readonly chargePoints: ChargePointsService,
  ) {}

  @Post('ttn')
  @AllowDevices()
  @BodyAsWritten('json')
  @Reply(200, taken, hookReply)
  thingsStack(
    @Body({ schema: thingsStackBody }) body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeviceAnswer> {
    return this.devices.takeUplink(principal, 'ttn', thingsStackUplink(jsonOf(body), this.devices.now()));
  }

  @Post('chirpstack')
  @AllowDevices()
  @BodyAsWritten('json')
  @Reply(200, taken, hookReply)
  chirpStack(
    @Body({ schema: chirpStackBody }) body: unknown,
    @Query({ schema: chirpStackQuery }) { event }: ChirpStackQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeviceAnswer> {
    return this.devices.takeUplink(principal, 'chirpstack', chirpStackUplink(event, jsonOf(body), this.devices.now()));
  }

  @Post('ocmf')
  @Allow('device', 'installer', 'treasurer')
  @Reply(200, 'What came of each record and its signature; stored when this is answered.', ocmfReply)
  ocmf(@Body({ schema: ocmfBody }) { ocmf }: OcmfBody, @CurrentPrincipal() principal: Principal): Promise<OcmfReply> {
    return this.chargePoints.take(principal, ocmf);
  }

  @Post('shelly')
  @AllowDevices()
  @BodyAsWritten('json')
  @Reply(200, taken, hookReply)
  shelly(
    @Body({ schema: shellyBody }) body: unknown,
    @Query({ schema: shellyQuery }) { device, component }: ShellyQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeviceAnswer> {
    const context = { receivedAt: this.devices.now(), device, component };
    const { items, event } = shellyMessage(jsonOf(body), context);
    return this.devices.take(principal, 'shelly', items, event);
  }

  @Get('shelly')
  @AllowDevices()
  @Reply(200, taken, hookReply)
  shellyValues(
    @Query({ schema: shellyValuesQuery }) query: Readonly<Record<string, unknown>>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DeviceAnswer> {
    const parameters = new Map(
      Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
    return this.devices.take(principal, 'shelly', shellyParameters(parameters, this.devices.now()), 'status');
  }
}

const jsonOf = (body: unknown): Json => readJson(typeof body === 'string' ? body : '');
