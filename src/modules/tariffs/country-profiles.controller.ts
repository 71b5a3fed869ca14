import { Body, Controller, Get, Post } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  countryProfilesReply,
  type ProfileAdopted,
  profileAdopted,
  type ProfileAdoption,
  profileAdoption,
} from './country-profiles.schema.js';
import { CountryProfilesService } from './country-profiles.service.js';

@Controller('country-profiles')
export class CountryProfilesController {
  constructor(private readonly profiles: CountryProfilesService) {}

  @Get()
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'What is usual in each country, with sources.', countryProfilesReply)
  list() {
    return { items: this.profiles.list() };
  }

  /** Makes ordinary tax rates and policies of a profile, all in one step. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'What was added; change it like any other rate or policy.', profileAdopted)
  adopt(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: profileAdoption }) body: ProfileAdoption,
  ): Promise<ProfileAdopted> {
    return this.profiles.adopt(principal.communityId, body, actorOf(principal));
  }
}
