import { z } from 'zod';
import { Decimal, isDecimal, zero } from '../../domain/quantity/decimal.js';
import {
  code,
  days,
  decimal,
  idOrCode,
  instant,
  money,
  optionalText,
  page,
  pageQuery,
  text,
  uuid,
} from '../../platform/http/wire.js';

const notNegative = <Text extends z.ZodType<string>>(of: Text) =>
  of.refine((value) => !isDecimal(value) || new Decimal(value).gte(zero), 'must be zero or more');

/** What can be booked: a thing like a kiln, or a space for an afternoon. */
export const newResource = z
  .strictObject({
    site: idOrCode,
    code,
    name: text(),
    space: idOrCode
      .nullable()
      .default(null)
      .meta({ description: 'The space that is booked; null where it is a thing.' }),
  })
  .meta({ id: 'NewResource' });
export type NewResource = z.infer<typeof newResource>;

const perHour = notNegative(decimal).meta({ description: 'Price of an hour.', examples: ['6.00'] });
const minimum = notNegative(money).meta({ description: 'What a booking comes to at least.', examples: ['9.00'] });

export const newResourcePrice = z
  .strictObject({ days, perHour, minimum: minimum.default('0.00') })
  .meta({ id: 'NewResourcePrice', description: 'What later bookings are priced by; earlier ones keep their price.' });
export type NewResourcePrice = z.infer<typeof newResourcePrice>;

export const resource = z
  .object({
    id: uuid,
    siteId: uuid,
    code,
    name: z.string(),
    spaceId: uuid.nullable(),
    prices: z.array(z.object({ id: uuid, days, perHour: decimal, minimum: money })),
    createdAt: instant,
  })
  .meta({ id: 'Resource', description: 'What can be booked by the minute.' });
export type Resource = z.infer<typeof resource>;
export const resourcePage = page(resource);
export const resourcesQuery = pageQuery.extend({ site: idOrCode.optional() });
export type ResourcesQuery = z.infer<typeof resourcesQuery>;

export const newBooking = z
  .strictObject({
    resource: idOrCode,
    member: idOrCode,
    from: instant,
    to: instant.meta({ description: 'When it ends; another may begin at that minute.' }),
    note: optionalText(500).default(''),
  })
  .meta({ id: 'NewBooking', description: 'To the minute.' });
export type NewBooking = z.infer<typeof newBooking>;

export const booking = z
  .object({
    id: uuid,
    resourceId: uuid,
    resourceCode: code,
    memberId: uuid,
    memberCode: code,
    from: instant,
    to: instant,
    minutes: z.int(),
    perHour: decimal.nullable().meta({ description: 'As it was when the booking was made; null without a price.' }),
    minimum: money.nullable(),
    note: z.string(),
    cancelled: z.object({ at: instant, reason: z.string() }).nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Booking' });
export type BookingReply = z.infer<typeof booking>;
export const bookingPage = page(booking);

export const bookingCancellation = z.strictObject({ reason: text() }).meta({ id: 'BookingCancellation' });
export type BookingCancellation = z.infer<typeof bookingCancellation>;

export const bookingsQuery = pageQuery.extend({
  resource: idOrCode.optional(),
  member: idOrCode.optional(),
  from: instant.meta({ description: 'Only what ends after it.' }).optional(),
  to: instant.meta({ description: 'Only what begins before it.' }).optional(),
});
export type BookingsQuery = z.infer<typeof bookingsQuery>;

export const bookingParam = z.strictObject({ id: uuid });

/** Of a space, for some days: the weight of a square metre, or how many people a member has in it. */
export const newSpaceMeasure = z
  .discriminatedUnion('what', [
    z.strictObject({
      what: z.literal('weight'),
      days,
      value: decimal.refine((value) => !isDecimal(value) || new Decimal(value).gt(zero), 'must be more than 0'),
    }),
    z.strictObject({ what: z.literal('headcount'), member: idOrCode, days, value: notNegative(decimal) }),
  ])
  .meta({
    id: 'NewSpaceMeasure',
    description:
      'A measure that begins later ends the open one before it. Keys by area and by people use those of their days.',
  });
export type NewSpaceMeasure = z.infer<typeof newSpaceMeasure>;

export const spaceMeasure = z
  .object({
    id: uuid,
    spaceId: uuid,
    what: z.enum(['weight', 'headcount']),
    memberId: uuid.nullable(),
    days,
    value: decimal,
    createdAt: instant,
  })
  .meta({ id: 'SpaceMeasure' });
export type SpaceMeasure = z.infer<typeof spaceMeasure>;
export const spaceMeasures = z.object({ items: z.array(spaceMeasure) });
