import { z } from 'zod';
import { qualities } from '../../domain/metering/reading.js';
import { code, optionalText, page, text, zone } from '../../platform/http/wire.js';
import { separators } from './files/table/mapping.js';

const mostColumns = 256;
const position = z.int().min(1).max(mostColumns);
const minutes = z.int().min(1).max(1440);

const roles = [
  ...['meter', 'serial', 'register', 'at', 'date', 'time', 'from', 'fromDate', 'fromTime', 'to', 'toDate', 'toTime'],
  ...['period', 'value', 'slot', 'slotQuality', 'unit', 'quality', 'ignored'],
] as const;

const column = z.strictObject({
  column: position.meta({ description: 'Position in the row, from 1.' }),
  name: optionalText(300).default(''),
  role: z.enum(roles, `must be one of ${roles.join(', ')}`),
  kind: z.enum(['cumulative', 'interval'], 'must be cumulative or interval').exactOptional(),
  meter: text(100).exactOptional(),
  register: text(100).exactOptional(),
  unit: text(20).exactOptional(),
  minute: z.int().min(0).max(1439).exactOptional(),
  periodMinutes: minutes.exactOptional(),
  digits: z.enum(['hours', 'clock'], 'must be hours or clock').exactOptional(),
});

const fixedZone = z.string().regex(/^(?:UTC|[+-](?:0\d|1[0-8]):[0-5]\d)$/);
const nameOrNone = text(100).nullable().exactOptional();

/** What a sender declares of its tables; all that is left out is decided for each file. */
export const givenMapping = z
  .strictObject({
    separator: z.enum(separators, 'must be a comma, a semicolon, a tab or a bar').exactOptional(),
    headerLine: z.int().min(0).max(1000).exactOptional(),
    decimalMark: z.enum(['.', ','], 'must be a point or a comma').exactOptional(),
    dateOrder: z
      .enum(['year-first', 'day-first', 'month-first'], 'must be year-first, day-first or month-first')
      .exactOptional(),
    zone: z
      .union([zone, fixedZone], 'must be a zone like Europe/London, UTC, or an offset like +10:00')
      .nullable()
      .exactOptional(),
    shape: z.enum(['readings', 'intervals', 'meters', 'days']).exactOptional(),
    columns: z.array(column).min(1).max(mostColumns).exactOptional(),
    marks: z.enum(['start', 'end'], 'must be start or end').nullable().exactOptional(),
    length: z
      .union([minutes, z.enum(['day', 'neighbour'])])
      .nullable()
      .exactOptional(),
    ends: z.enum(['exclusive', 'inclusive']).nullable().exactOptional(),
    order: z.enum(['ascending', 'descending', 'mixed']).exactOptional(),
    constants: z.strictObject({ meter: nameOrNone, register: nameOrNone, unit: nameOrNone }).exactOptional(),
    qualities: z
      .record(text(20), z.enum(qualities))
      .refine((signs) => Object.keys(signs).length <= 64, 'must not have more than 64 signs')
      .exactOptional(),
    fractionDigits: z.int().min(0).max(6).nullable().exactOptional(),
  })
  .meta({ description: 'How a table is read. What is left out is decided from each file.' });

export const newMapping = z.strictObject({
  code: code.meta({
    description: 'A name for the sender or its kind of table; with a code that is known, a new version.',
  }),
  mapping: givenMapping,
});
export type NewMapping = z.infer<typeof newMapping>;

export const mappingReply = z.object({
  code: z.string(),
  version: z.int(),
  mapping: z.unknown(),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type MappingReply = z.infer<typeof mappingReply>;

export const mappingsReply = page(mappingReply);
