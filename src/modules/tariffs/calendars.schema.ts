import { z } from 'zod';
import { civilDate, code, idOrCode, instant, text, uuid } from '../../platform/http/wire.js';

const wallTime = z
  .string('must be a wall time like 07:00')
  .regex(/^\d\d:[0-5]\d$/, 'must be a wall time like 07:00 or 24:00')
  .meta({ description: 'The clock on the wall of the site, HH:MM.', examples: ['07:00'] });

const bandRule = z
  .strictObject({
    band: text(40),
    months: z.array(z.int().min(1).max(12)).min(1).max(12).exactOptional(),
    weekdays: z.array(z.int().min(1).max(8)).min(1).max(8).exactOptional(),
    from: wallTime,
    to: wallTime,
  })
  .meta({
    id: 'BandRule',
    description:
      'In these months (1 to 12) and on these weekdays (1 is Monday, 8 a holiday of the calendar), all where absent, from this time to that. ' +
      'Where `to` is earlier than `from` the rule runs past midnight and belongs to the day on which it starts.',
  });

export const bandTerms = z.strictObject({
  bands: z.array(text(40)).min(1, 'must name at least one band').max(24),
  rules: z.array(bandRule).min(1, 'must have at least one rule').max(500),
  holidays: z
    .array(civilDate)
    .max(1000)
    .exactOptional()
    .meta({ description: 'Days that follow the rules for holidays (weekday 8) instead of those of their weekday.' }),
});
export type BandTerms = z.infer<typeof bandTerms>;

export const newBandCalendar = bandTerms.extend({ code, name: text() }).meta({
  id: 'NewBandCalendar',
  description: 'Bands and the rules that give every hour of the year exactly one of them.',
});
export type NewBandCalendar = z.infer<typeof newBandCalendar>;

export const bandCalendar = z
  .object({
    id: uuid,
    code: idOrCode,
    name: z.string(),
    bands: z.array(z.string()),
    rules: z.array(bandRule),
    holidays: z.array(civilDate).exactOptional(),
    sentence: z.string().meta({ description: 'The calendar in words.' }),
    createdAt: instant,
  })
  .meta({ id: 'BandCalendar' });
export type BandCalendarReply = z.infer<typeof bandCalendar>;
