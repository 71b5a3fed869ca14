import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Allow } from '../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../platform/http/principal.js';
import { Reply } from '../../platform/http/reply.js';
import { idParam, type IdParam } from '../../platform/http/wire.js';
import { actorOf } from '../access/access-changes.service.js';
import {
  booking,
  bookingCancellation,
  type BookingCancellation,
  bookingPage,
  bookingParam,
  type BookingReply,
  bookingsQuery,
  type BookingsQuery,
  newBooking,
  type NewBooking,
  newResource,
  type NewResource,
  newResourcePrice,
  type NewResourcePrice,
  newSpaceMeasure,
  type NewSpaceMeasure,
  resource,
  type Resource,
  resourcePage,
  resourcesQuery,
  type ResourcesQuery,
  spaceMeasures,
} from './bookings.schema.js';
import { BookingsService } from './bookings.service.js';
import { MeasuresService } from './measures.service.js';
import { seenBy } from './places.service.js';
import { ResourcesService } from './resources.service.js';

@Controller('resources')
export class ResourcesController {
  constructor(private readonly resources: ResourcesService) {}

  /** Makes something that can be booked: a thing, or a space for an afternoon. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'The resource was made.', resource)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newResource }) body: NewResource,
  ): Promise<Resource> {
    return this.resources.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'What can be booked, by code, with its prices.', resourcePage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: resourcesQuery }) query: ResourcesQuery) {
    return this.resources.list(principal.communityId, query);
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The resource.', resource)
  one(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam): Promise<Resource> {
    return this.resources.get(principal.communityId, id);
  }

  /** Sets the price of later bookings; those that were made keep theirs. */
  @Post(':id/prices')
  @Allow('treasurer')
  @Reply(201, 'The price holds from its first day; the open one before it ends there.', resource)
  price(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newResourcePrice }) body: NewResourcePrice,
  ): Promise<Resource> {
    return this.resources.price(principal.communityId, id, body, actorOf(principal));
  }
}

@Controller('bookings')
export class BookingsController {
  constructor(private readonly bookings: BookingsService) {}

  /** Books a resource for a member, to the minute, at the price of the day on which it begins. */
  @Post()
  @Allow('treasurer')
  @Reply(201, 'It is booked.', booking)
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newBooking }) body: NewBooking,
  ): Promise<BookingReply> {
    return this.bookings.create(principal.communityId, body, actorOf(principal));
  }

  @Get()
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'Bookings by when they begin, cancelled ones too; for a member their own.', bookingPage)
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: bookingsQuery }) query: BookingsQuery) {
    return this.bookings.list(principal.communityId, query, seenBy(principal));
  }

  @Get(':id')
  @Allow('treasurer', 'approver', 'auditor', 'member')
  @Reply(200, 'The booking.', booking)
  one(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: bookingParam }) { id }: IdParam,
  ): Promise<BookingReply> {
    return this.bookings.get(principal.communityId, id, seenBy(principal));
  }

  /** Cancels a booking for good. It stays on record, weighs nothing any more, and its time is free. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Allow('treasurer')
  @Reply(200, 'The booking, cancelled.', booking)
  cancel(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: bookingParam }) { id }: IdParam,
    @Body({ schema: bookingCancellation }) { reason }: BookingCancellation,
  ): Promise<BookingReply> {
    return this.bookings.cancel(principal.communityId, id, reason, actorOf(principal));
  }
}

@Controller('spaces')
export class MeasuresController {
  constructor(private readonly measures: MeasuresService) {}

  /** Writes down the weight of a space, or the people of a member in it, for some days. */
  @Post(':id/measures')
  @Allow('treasurer')
  @Reply(201, 'All measures of the space.', spaceMeasures)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newSpaceMeasure }) body: NewSpaceMeasure,
  ) {
    return { items: await this.measures.create(principal.communityId, id, body, actorOf(principal)) };
  }

  @Get(':id/measures')
  @Allow('treasurer', 'approver', 'auditor')
  @Reply(200, 'All measures of the space.', spaceMeasures)
  async list(@CurrentPrincipal() principal: Principal, @Param({ schema: idParam }) { id }: IdParam) {
    return { items: await this.measures.list(principal.communityId, id) };
  }
}
