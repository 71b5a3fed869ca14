import { z } from 'zod';
import {
  civilDate,
  code,
  decimal,
  idOrCode,
  instant,
  optionalText,
  page,
  pageQuery,
  text,
  uuid,
} from '../../../platform/http/wire.js';
import { firstFormula, formulaReply } from './formula.schema.js';

const positive = decimal.refine((value) => !value.startsWith('-') && /[1-9]/.test(value), 'must be more than 0');
const energySentence =
  'must be a decimal in quotation marks like "48210.400", not negative, of at most 12 and 6 digits';
export const energy = z.string(energySentence).regex(/^\d{1,12}(\.\d{1,6})?$/, energySentence);

const role = z.enum(
  ['source', 'sub', 'virtual', 'deduction'],
  "must be source (the supplier's meter), sub (a meter behind it), virtual (worked out from others by a formula) or deduction (behind the meter of its space, for keys that take off what it counts)",
);
const utility = z.enum(['electricity', 'gas', 'water', 'heat']);
const unit = z.enum(['kWh', 'm3', 'kVArh', 'l'], 'must be kWh, m3, kVArh or l');
const direction = z.enum(['import', 'export']);
const intervalMinutes = z.union(
  ([5, 10, 15, 30, 60, 1440] as const).map((minutes) => z.literal(minutes)),
  'must be 5, 10, 15, 30, 60 or 1440',
);

/** What a device is at a register for as long as it is installed. */
const setting = {
  multiplier: positive
    .default('1')
    .meta({ description: 'Units for one step of the display: the ratio of the current transformers.' }),
  capacity: positive.optional().meta({ description: 'The value at which the display starts again from zero.' }),
  maxPerHour: positive.optional().meta({ description: 'The most that can pass in an hour, after the multiplier.' }),
  opening: energy.optional().meta({ description: 'What the display showed when the device went in.' }),
};

const restarts = z.boolean('must be true or false').meta({
  description:
    'Whether its counter starts again at zero, after a power cut as a rule: a fall is then an event and no error.',
});

const newRegister = z
  .strictObject({
    code,
    kind: z.enum(['cumulative', 'interval']),
    unit,
    direction: direction.default('import'),
    intervalMinutes: intervalMinutes.optional(),
    restarts: restarts.default(false),
    ...setting,
  })
  .refine(({ kind, intervalMinutes: minutes }) => (kind === 'interval') === (minutes !== undefined), {
    error: 'an interval register has intervalMinutes, a cumulative one has not',
    path: ['intervalMinutes'],
  })
  .refine(({ kind, restarts: does }) => kind === 'cumulative' || !does, {
    error: 'an interval register does not start again: it shows no total',
    path: ['restarts'],
  })
  .refine(({ kind, opening }) => kind === 'cumulative' || opening === undefined, {
    error: 'an interval register has no opening: it shows no total',
    path: ['opening'],
  });

const virtualRegister = z
  .strictObject({ code, kind: z.literal('virtual'), unit, formula: firstFormula })
  .meta({ description: 'Of a virtual meter: nothing is read, its use is worked out.' });

export const newMeter = z
  .strictObject({
    site: idOrCode,
    code,
    name: text(),
    role,
    utility: utility.default('electricity'),
    verifiedUntil: civilDate.optional(),
    space: idOrCode.nullable().default(null).meta({
      description:
        'The space whose use it measures, of a deduction meter the space of the meter before it; null for a source meter and for common use.',
    }),
    installedFrom: instant,
    serial: optionalText(60).default(''),
    registers: z
      .array(z.discriminatedUnion('kind', [newRegister, virtualRegister], 'must be cumulative, interval or virtual'))
      .min(1, 'needs at least one register')
      .max(50),
  })
  .refine(({ role: is, registers }) => registers.every(({ kind }) => (kind === 'virtual') === (is === 'virtual')), {
    error: 'a virtual meter has virtual registers with a formula, and other meters have none',
    path: ['registers'],
  })
  .refine(({ registers }) => new Set(registers.map((register) => register.code)).size === registers.length, {
    error: 'two registers have the same code',
    path: ['registers'],
  });
export type NewMeter = z.infer<typeof newMeter>;

export const meterPatch = z.strictObject({
  name: text().optional(),
  verifiedUntil: civilDate.nullable().optional(),
  registers: z.array(z.strictObject({ code, restarts })).max(50).optional(),
});
export type MeterPatch = z.infer<typeof meterPatch>;

/** Ids of photos that show what the displays of the devices showed. */
export const photos = z
  .array(uuid)
  .max(10, 'must not be more than 10')
  .meta({ description: 'Photos of the displays, sent to /api/v1/photos before.' });

export const exchange = z
  .strictObject({
    at: instant.meta({ description: 'When the old device came out and the new one went in.' }),
    serial: optionalText(60).default('').meta({ description: 'Of the new device.' }),
    space: idOrCode.nullable().optional().meta({ description: 'Where it differs from where the old one was.' }),
    photos: photos.optional(),
    registers: z
      .array(
        z.strictObject({
          code,
          closing: energy.optional().meta({ description: 'What the old device showed when it came out.' }),
          ...setting,
          multiplier: positive.optional().meta({ description: 'As before where it is not given.' }),
        }),
      )
      .max(50),
  })
  .meta({ description: 'Every cumulative register is named, with closing and opening reading.' });
export type Exchange = z.infer<typeof exchange>;

export const metersQuery = pageQuery.extend({
  site: idOrCode.optional(),
  space: idOrCode.optional(),
  role: z.enum(['source', 'sub', 'virtual', 'deduction']).optional(),
});
export type MetersQuery = z.infer<typeof metersQuery>;

const installedRegister = z.object({
  register: code,
  multiplier: decimal,
  capacity: decimal.nullable(),
  maxPerHour: decimal.nullable(),
  opening: decimal.nullable(),
  closing: decimal.nullable(),
});
export const meterReply = z.object({
  id: uuid,
  code,
  name: z.string(),
  role: z.string(),
  utility: z.string(),
  verifiedUntil: civilDate.nullable(),
  site: code,
  registers: z.array(
    z.object({
      id: uuid,
      code,
      kind: z.string(),
      unit: z.string(),
      direction: z.string(),
      intervalMinutes: z.int().nullable(),
      restarts: z.boolean(),
      lastReading: instant.nullable(),
      formulas: z
        .array(formulaReply)
        .meta({ description: 'Of a virtual register: all versions, in the order of their adoption.' }),
    }),
  ),
  installations: z.array(
    z.object({
      id: uuid,
      space: code.nullable(),
      serial: z.string(),
      from: z.string(),
      to: z.string().nullable(),
      registers: z.array(installedRegister),
    }),
  ),
});
export const metersReply = page(meterReply);
