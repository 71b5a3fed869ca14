import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { OtherReply, Reply } from '../../platform/http/reply.js';
import { Stateless } from '../../platform/http/stateless.js';
import { idParam, type IdParam, page, pageQuery, type PageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { adoptedOrProposed, type AdoptedOrProposed } from './key-proposals.schema.js';
import {
  key,
  keyDraft,
  type KeyDraft,
  keyPreview,
  type KeyPreview,
  type KeyReply,
  newKey,
  type NewKey,
  newKeyVersion,
  type NewKeyVersion,
} from './keys.schema.js';
import { KeysService } from './keys.service.js';

/** Keys are open to every member: who pays which share by what rule is what a community has in common. */
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  /** Makes a key, with its first version where the decision has been taken. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The key was made.', key)
  create(@CurrentPrincipal() principal: Principal, @Body({ schema: newKey }) body: NewKey): Promise<KeyReply> {
    return this.keys.create(principal.communityId, body, actorOf(principal));
  }

  /** Reads a version before it is adopted: its sentence, or what adopting it would be refused for. Nothing is stored. */
  @Post('preview')
  @Allow('treasurer', 'approver', 'auditor')
  @Stateless()
  @Reply(200, 'The version in words, or why it would be refused.', keyPreview)
  preview(@CurrentPrincipal() principal: Principal, @Body({ schema: keyDraft }) body: KeyDraft): Promise<KeyPreview> {
    return this.keys.preview(principal.communityId, body);
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Keys by code, with all their versions.', page(key))
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.keys.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The key with all its versions.', key)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<KeyReply> {
    return this.keys.get(principal.communityId, id);
  }

  /** Adopts a version, or proposes it where the policy `adoption` asks for a second person: its fixed parts make a whole, what it names exists, and no day has two versions or none. */
  @Post(':id/versions')
  @Allow('treasurer')
  @Reply(201, 'The version was adopted; the open one before it ends where it begins.', adoptedOrProposed)
  @OtherReply(202, 'The version was proposed; it is in force nowhere until a second person confirms it.')
  async adopt(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newKeyVersion }) body: NewKeyVersion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdoptedOrProposed> {
    const { adopted, proposed } = await this.keys.adopt(principal.communityId, id, body, actorOf(principal));
    if (adopted) return adopted;
    void reply.status(202).header('location', `/api/v1/key-proposals/${proposed.id}`);
    return proposed;
  }
}
