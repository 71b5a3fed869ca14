import { Body, Controller, Get, HttpCode, Param, Patch, Post, StreamableFile } from '@nestjs/common';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Reply } from '../../../platform/http/reply.js';
import { type IdParam, idParam } from '../../../platform/http/wire.js';
import { actorOf } from '../../access/access-changes.service.js';
import { SignedBatchesService } from './signed-batches.service.js';
import {
  batchSignature,
  type NewSigningKey,
  newSigningKey,
  type SignatureDemand,
  signatureDemand,
  signingKey,
  type SigningKeyRevocation,
  signingKeyRevocation,
  signingKeys,
} from './signing-keys.schema.js';
import { SigningKeysService } from './signing-keys.service.js';

/** Public keys that devices sign with, and the batches that came signed (docs/signed-readings.md). */
@Controller()
export class SigningKeysController {
  constructor(
    private readonly keys: SigningKeysService,
    private readonly batches: SignedBatchesService,
  ) {}

  @Post('device-keys/:id/signing-keys')
  @Allow('treasurer', 'installer')
  @Reply(201, 'What the gateway signs with it is verified from now on.', signingKey)
  registerOfGateway(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newSigningKey }) { publicKey }: NewSigningKey,
  ) {
    return this.keys.register(principal.communityId, { deviceKey: id }, publicKey, actorOf(principal));
  }

  @Get('device-keys/:id/signing-keys')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Keys of the gateway, with those that are revoked.', signingKeys)
  ofGateway(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam) {
    return this.keys.list(communityId, { deviceKey: id });
  }

  @Patch('device-keys/:id')
  @HttpCode(204)
  @Allow('treasurer', 'installer')
  @Reply(204, 'From now on.')
  demand(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: signatureDemand }) { signatures }: SignatureDemand,
  ): Promise<void> {
    return this.keys.demand(principal.communityId, id, signatures === 'required', actorOf(principal));
  }

  @Post('meters/:id/signing-keys')
  @Allow('treasurer', 'installer')
  @Reply(201, 'What the meter signs with it is verified from now on.', signingKey)
  registerOfMeter(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newSigningKey }) { publicKey }: NewSigningKey,
  ) {
    return this.keys.register(principal.communityId, { meter: id }, publicKey, actorOf(principal));
  }

  @Get('meters/:id/signing-keys')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'Keys of the meter, with those that are revoked.', signingKeys)
  ofMeter(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam) {
    return this.keys.list(communityId, { meter: id });
  }

  @Post('signing-keys/:id/revoke')
  @HttpCode(200)
  @Allow('treasurer', 'installer')
  @Reply(200, 'What it signs does not hold any more; what it signed before stays as it was found.', signingKey)
  revoke(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: signingKeyRevocation }) { reason }: SigningKeyRevocation,
  ) {
    return this.keys.revoke(principal.communityId, id, reason, actorOf(principal));
  }

  @Get('signed-batches/:id')
  @Allow('treasurer', 'approver', 'auditor', 'installer')
  @Reply(200, 'A batch that came signed, with what came of its signature.', batchSignature)
  batch(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam) {
    return this.batches.get(communityId, id);
  }

  @Get('signed-batches/:id/payload')
  @Allow('treasurer', 'auditor', 'installer')
  @Reply(200, 'What was signed, byte for byte.', undefined, ['application/octet-stream'])
  async payload(@CurrentPrincipal() { communityId }: Principal, @Param({ schema: idParam }) { id }: IdParam) {
    const bytes = await this.batches.payload(communityId, id);
    return new StreamableFile(bytes, {
      type: 'application/octet-stream',
      disposition: 'attachment; filename="payload"',
    });
  }
}
