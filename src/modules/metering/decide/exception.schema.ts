import { z } from 'zod';
import { findingChoices, ruleNames } from '../../../domain/metering/validation.js';
import { code, decimal, idOrCode, instant, page, pageQuery, text, uuid } from '../../../platform/http/wire.js';
import { exchange } from '../registers/meter.schema.js';

const kind = z.enum(['conflict', 'held', 'finding']);
const readingChoice = z.enum(['keep', 'supersede', 'accept', 'dismiss']);
const findingChoice = z.enum(findingChoices);
const choice = z.enum(
  [...new Set([...readingChoice.options, ...findingChoices])],
  'must be keep or supersede for a conflict, accept or dismiss for a held reading, or one of the choices of the finding',
);
const rule = z.enum(ruleNames);
const severity = z.enum(['blocking', 'warning']);
const reason = text().meta({ description: 'Why; it stays on the account.' });

export const exceptionsQuery = pageQuery.extend({
  kind: kind.optional(),
  state: z
    .enum(['open', 'decided', 'closed'])
    .optional()
    .meta({ description: 'closed: findings that the last pass no longer saw.' }),
  site: idOrCode.optional(),
  meter: idOrCode.optional(),
  rule: rule.optional(),
  severity: severity.optional(),
});
export type ExceptionsQuery = z.infer<typeof exceptionsQuery>;

export const resolution = z.strictObject({
  choice,
  reason,
  exchange: exchange
    .omit({ photos: true })
    .optional()
    .meta({ description: 'With exchange-found: how the device was exchanged.' }),
});
export type Resolution = z.infer<typeof resolution>;

/** An exchange has readings of its own, so it is told one by one. */
const bulkChoice = choice.exclude(['exchange-found'], 'cannot be exchange-found: tell each exchange at its exception');
const some = z.strictObject({
  kind: kind.optional(),
  site: idOrCode.optional(),
  meter: idOrCode.optional(),
  rule: rule.optional(),
  severity: severity.optional(),
});
export const resolutions = z
  .strictObject({
    ids: z.array(uuid).min(1, 'names nothing').max(1000, 'has more than 1000 ids; send them in parts').optional(),
    filter: some.optional().meta({ description: 'All that are open and fit, the first 1000.' }),
    choice: bulkChoice,
    reason,
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), 'name either ids or a filter')
  .refine(({ filter }) => filter === undefined || Object.values(filter).some((value) => value !== undefined), {
    error: 'says nothing; name the kind, the site, the meter, the rule or the severity',
    path: ['filter'],
  });
export type Resolutions = z.infer<typeof resolutions>;

const decisionBy = <Choice extends z.ZodType>(chosen: Choice) =>
  z.object({ choice: chosen, reason: z.string(), decidedBy: uuid, decidedAt: instant }).nullable();
const choices = <Choice extends z.ZodType>(chosen: Choice) =>
  z.array(chosen).meta({ description: 'What can be decided; nothing where it has been.' });

const ofReading = <Kind extends string>(which: Kind) =>
  z.object({
    id: uuid,
    kind: z.literal(which),
    reason: z.string(),
    detail: z.string(),
    meter: code,
    register: code,
    unit: z.string(),
    at: instant,
    until: instant.nullable(),
    value: decimal,
    quality: z.string(),
    known: z
      .object({ value: decimal, quality: z.string() })
      .nullable()
      .meta({ description: 'What counts now for the same register and time.' }),
    batch: z.string(),
    createdAt: instant,
    choices: choices(readingChoice),
    decision: decisionBy(readingChoice),
  });

const ofFinding = z.object({
  id: uuid,
  kind: z.literal('finding'),
  rule,
  severity,
  detail: z.string(),
  remedy: z.string(),
  site: code,
  meter: code.nullable().meta({ description: 'Null where it is about the whole site.' }),
  register: code.nullable().meta({ description: 'Null where it is about the whole meter.' }),
  at: instant,
  until: instant,
  evidence: z
    .record(z.string(), z.union([z.string(), z.number(), z.null()]))
    .meta({ description: 'The figures that were compared; decimals as texts.' }),
  createdAt: instant,
  closedAt: instant.nullable().meta({ description: 'When a pass no longer saw it.' }),
  choices: choices(findingChoice),
  decision: decisionBy(findingChoice),
});

export const exceptionReply = z.discriminatedUnion('kind', [ofReading('conflict'), ofReading('held'), ofFinding]);
export const exceptionsReply = page(exceptionReply);

export const resolutionsReply = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['resolved', 'refused']),
      problem: z.object({ type: z.string(), code: z.string(), detail: z.string() }).optional(),
    }),
  ),
  summary: z.object({ resolved: z.int(), refused: z.int() }),
  more: z.boolean().meta({ description: 'Whether more fit the filter; ask again.' }),
});
