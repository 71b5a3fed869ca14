import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { Stateless } from '../../platform/http/stateless.js';
import { idParam, type IdParam, page, pageQuery, type PageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  newTariff,
  type NewTariff,
  newTariffVersion,
  type NewTariffVersion,
  tariff,
  tariffDraft,
  type TariffDraft,
  tariffExplanation,
  type TariffExplanation,
  tariffPreview,
  type TariffPreview,
  type TariffReply,
  tariffVersion,
  type TariffVersionReply,
} from './own-tariffs.schema.js';
import { OwnTariffsService } from './own-tariffs.service.js';

@Controller('tariffs')
export class OwnTariffsController {
  constructor(private readonly tariffs: OwnTariffsService) {}

  /** Makes a tariff, with its first version where the decision has been taken. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The tariff was made.', tariff)
  create(@CurrentPrincipal() principal: Principal, @Body({ schema: newTariff }) body: NewTariff): Promise<TariffReply> {
    return this.tariffs.create(principal.communityId, body, actorOf(principal));
  }

  /** Reads a version before it is adopted: a sentence for each component and the year, or the hour that has no price. Nothing is stored. */
  @Post('preview')
  @Allow('treasurer', 'approver', 'auditor')
  @Stateless()
  @Reply(200, 'The version in words, or why it would be refused.', tariffPreview)
  preview(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: tariffDraft }) body: TariffDraft,
  ): Promise<TariffPreview> {
    return this.tariffs.preview(principal.communityId, body);
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Tariffs by code, with all their versions.', page(tariff))
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.tariffs.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The tariff with all its versions.', tariff)
  get(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<TariffReply> {
    return this.tariffs.get(principal.communityId, id);
  }

  /** The tariff in words: a sentence for each component, and which band holds at which hours of the year. */
  @Get(':id/explanation')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The tariff in words, with all its versions.', tariffExplanation)
  explain(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<TariffExplanation> {
    return this.tariffs.explain(principal.communityId, id);
  }

  /** Adopts a version: every band of its calendar has a price, and no day has two versions or none. */
  @Post(':id/versions')
  @Allow('treasurer')
  @Reply(201, 'The version was adopted; the open one before it ends where it begins.', tariffVersion)
  adopt(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newTariffVersion }) body: NewTariffVersion,
  ): Promise<TariffVersionReply> {
    return this.tariffs.adopt(principal.communityId, id, body, actorOf(principal));
  }
}
