import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { assert, DomainError } from '../../domain/errors.js';
import { Allow, StepUp } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { type PageQuery, pageQuery } from '../../platform/http/wire.js';
import { actorOf } from './access-changes.service.js';
import {
  deviceKeyPage,
  issuedKey,
  type KeyParam,
  keyParam,
  newDeviceKey,
  type NewDeviceKeyBody,
  newToken,
  type NewTokenBody,
  rotation,
  type RotationBody,
  tokenPage,
} from './access.schema.js';
import { AccessService } from './access.service.js';
import { DirectoryService } from './directory.service.js';
import type { IssuedKey, KeySet } from './keys.js';

const devices: KeySet = { kind: 'device' };

/** One's own tokens. */
function ownTokens({ personId }: Principal): KeySet {
  assert(personId, 'Routes of personal tokens are for people.');
  return { kind: 'person', personId };
}

/** Personal tokens: a person has their own; the treasurer may hand out first ones, see all and revoke any. */
@Controller('tokens')
export class TokensController {
  constructor(
    private readonly access: AccessService,
    private readonly directory: DirectoryService,
  ) {}

  @Post()
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @StepUp()
  @Reply(201, 'The token. Its secret is shown here and never again.', issuedKey)
  issue(@CurrentPrincipal() principal: Principal, @Body({ schema: newToken }) body: NewTokenBody): Promise<IssuedKey> {
    const { personId: own } = principal;
    const personId = body.personId ?? own;
    assert(personId, 'Routes of personal tokens are for people.');
    if (personId !== own && !principal.roles.includes('treasurer')) {
      throw new DomainError('not-found', 'There is no such person here.');
    }
    const { name, expiresAt } = body;
    return this.access.issuePersonToken(principal.communityId, personId, name, {
      actor: actorOf(principal),
      expiresAt,
    });
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, "Tokens without their secrets: everybody's for treasurer and auditor, one's own for others.", tokenPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    const seesAll = principal.roles.includes('treasurer') || principal.roles.includes('auditor');
    return this.directory.keys(principal.communityId, seesAll ? { kind: 'person' } : ownTokens(principal), query);
  }

  @Post(':id/rotate')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @StepUp()
  @Reply(201, 'The successor of one of your own tokens; the old one works until the overlap ends.', issuedKey)
  rotate(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: keyParam }) { id }: KeyParam,
    @Body({ schema: rotation }) { overlapHours }: RotationBody,
  ): Promise<IssuedKey> {
    return this.access.rotate(principal.communityId, ownTokens(principal), id, overlapHours, actorOf(principal));
  }

  @Delete(':id')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(204, 'The token works no more.')
  revoke(@CurrentPrincipal() principal: Principal, @Param({ schema: keyParam }) { id }: KeyParam): Promise<void> {
    const set: KeySet = principal.roles.includes('treasurer') ? { kind: 'person' } : ownTokens(principal);
    return this.access.revoke(principal.communityId, set, id, actorOf(principal));
  }
}

/** Device keys: they send readings, for one site or for the meters named, and do nothing else. */
@Controller('device-keys')
export class DeviceKeysController {
  constructor(
    private readonly access: AccessService,
    private readonly directory: DirectoryService,
  ) {}

  @Post()
  @Allow('treasurer', 'installer')
  @Reply(201, 'The key. Its secret is shown here and never again.', issuedKey)
  async issue(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newDeviceKey }) { name, expiresAt, site, meters }: NewDeviceKeyBody,
  ): Promise<IssuedKey> {
    const scope = await this.directory.scope(principal.communityId, site, meters);
    return this.access.issueDeviceKey(principal.communityId, { ...scope, name, expiresAt }, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'auditor', 'installer')
  @Reply(200, 'Device keys without their secrets.', deviceKeyPage)
  list(@CurrentPrincipal() { communityId }: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.directory.keys(communityId, devices, query);
  }

  @Post(':id/rotate')
  @Allow('treasurer', 'installer')
  @Reply(201, 'The successor; the old key works until the overlap ends.', issuedKey)
  rotate(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: keyParam }) { id }: KeyParam,
    @Body({ schema: rotation }) { overlapHours }: RotationBody,
  ): Promise<IssuedKey> {
    return this.access.rotate(principal.communityId, devices, id, overlapHours, actorOf(principal));
  }

  @Delete(':id')
  @Allow('treasurer', 'installer')
  @Reply(204, 'The key works no more.')
  revoke(@CurrentPrincipal() principal: Principal, @Param({ schema: keyParam }) { id }: KeyParam): Promise<void> {
    return this.access.revoke(principal.communityId, devices, id, actorOf(principal));
  }
}
