import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam, page, pageQuery, type PageQuery } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import { bandCalendar, type BandCalendarReply, newBandCalendar, type NewBandCalendar } from './calendars.schema.js';
import { CalendarsService } from './calendars.service.js';

@Controller('band-calendars')
export class CalendarsController {
  constructor(private readonly calendars: CalendarsService) {}

  /** Makes a band calendar; refused with the first hours that have no band, or two. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The band calendar was made. It never changes.', bandCalendar)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newBandCalendar }) body: NewBandCalendar,
  ): Promise<BandCalendarReply> {
    return this.calendars.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'Band calendars by code.', page(bandCalendar))
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: pageQuery }) query: PageQuery) {
    return this.calendars.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'installer', 'member')
  @Reply(200, 'The band calendar.', bandCalendar)
  get(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
  ): Promise<BandCalendarReply> {
    return this.calendars.get(principal.communityId, id);
  }
}
