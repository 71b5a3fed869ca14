import { z } from 'zod';
import { type IssueCode, issueCodes } from '../../../domain/errors.js';
import { overridable } from '../../../domain/invoice/billing-run.js';
import { days, idOrCode, period, text } from '../../../platform/http/wire.js';
import { keyTerms, tariffTerms } from '../../tariffs/tariffs.service.js';

/** What can be asked at once. */
export const mostPeriods = 24;
export const mostChanges = 50;

const anotherKey = z
  .union([z.strictObject({ key: idOrCode }), z.strictObject({ terms: keyTerms })])
  .meta({ description: 'Another key of the community with its versions, or terms that hold on every day.' });
const anotherTariff = z
  .union([z.strictObject({ tariff: idOrCode }), z.strictObject({ terms: tariffTerms })])
  .meta({ description: 'Another tariff of the community with its versions, or terms that hold on every day.' });

const measure = (sentence: string) =>
  z
    .string(sentence)
    .regex(/^\d{1,9}(\.\d{1,6})?$/, sentence)
    .optional();

export const change = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('key'), key: idOrCode, by: anotherKey }),
    z.strictObject({ kind: z.literal('tariff'), tariff: idOrCode, by: anotherTariff }),
    z.strictObject({
      kind: z.literal('occupancy'),
      space: idOrCode,
      member: idOrCode.nullable().meta({ description: 'Null: the space is empty.' }),
      days,
    }),
    z
      .strictObject({
        kind: z.literal('space'),
        space: idOrCode,
        area: measure('must be an area in quotation marks like "20.5"'),
        weight: measure('must be a weight in quotation marks like "1.5"'),
      })
      .refine(({ area, weight }) => area !== undefined || weight !== undefined, 'must give an area or a weight'),
    z.strictObject({
      kind: z.literal('meter'),
      meter: idOrCode,
      tells: z
        .union([z.strictObject({ space: idOrCode.nullable() }), z.literal('nothing')])
        .meta({ description: 'Whose use it tells; null: of no space in particular; `nothing`: it is not there.' }),
    }),
  ])
  .meta({
    id: 'WhatIfChange',
    description:
      'What is put in place of a fact: a key, a tariff, who has a space, how large it is, or whose use a meter tells.',
  });
export type Change = z.infer<typeof change>;

const isTakable = (code: IssueCode): boolean => overridable[code];

export const question = z
  .strictObject({
    site: idOrCode,
    question: text().optional().meta({ description: 'What is voted on, in the words of the meeting.' }),
    periods: z
      .array(period)
      .min(1, 'must name at least one period')
      .max(mostPeriods, `must not name more than ${mostPeriods} periods`)
      .meta({ description: 'Past days to compute afresh, each as one run; no two share a day.' }),
    changes: z
      .array(change)
      .min(1, 'must change something')
      .max(mostChanges, `must not change more than ${mostChanges} things`),
    takeOn: z
      .array(z.enum(issueCodes).refine(isTakable, 'leaves a figure unknown, so that nobody can take it on'))
      .max(issueCodes.length)
      .default([])
      .meta({
        description:
          'Findings in spite of which to go on, by code. What was taken on in the run of a period is taken on in the question too.',
      }),
  })
  .meta({
    id: 'WhatIf',
    description: 'What members would have paid in past periods, had something been otherwise. Nothing is stored.',
  });
export type Question = z.infer<typeof question>;

export const formats = ['json', 'csv', 'pdf'] as const;
export const whatIfQuery = z.strictObject({ format: z.enum(formats).optional() });
export type WhatIfQuery = z.infer<typeof whatIfQuery>;
