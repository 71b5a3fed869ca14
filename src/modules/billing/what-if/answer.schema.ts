import { z } from 'zod';
import { currency, idOrCode, instant, money, period, uuid, zone } from '../../../platform/http/wire.js';

const differing = {
  now: money.nullable(),
  then: money.nullable(),
  difference: money.nullable().meta({ description: 'Then less now.' }),
};
const difference = z.object(differing).meta({
  id: 'WhatIfDifference',
  description: 'As it is, as it would be, and the difference; null where it cannot be computed.',
});
const member = z.object({ id: uuid, code: idOrCode, name: z.string() });
const bearer = z.enum(['member', 'common', 'vacant', 'held']);
const standing = z.enum(['billed', 'nothing-due', 'blocked']);

/** Members, and what nobody is billed for: together the costs. */
const borne = {
  common: difference,
  vacant: difference.meta({ description: 'Of empty spaces that no member pays for.' }),
  held: difference,
  total: difference.meta({ description: 'What all costs come to, before tax.' }),
  check: difference.meta({ description: 'Total less everybody who bears it: zero.' }),
};

const periodAnswer = z.object({
  period,
  issued: z
    .object({
      run: uuid.meta({ description: 'The run that stands: the last correction, or the run itself.' }),
      at: instant,
      sameAsNow: z.boolean().nullable().meta({ description: 'Null where the period cannot be computed as it is now.' }),
      costs: z.array(z.string()).meta({ description: 'Costs that are shared otherwise now than they were issued.' }),
      members: z
        .array(z.object({ member, issued: money, now: money }))
        .meta({ description: 'Members whose invoice would come to another amount now, tax included.' }),
    })
    .nullable()
    .meta({
      description:
        'Whether the side `now` is what was issued for the period, as it stands after its corrections; null where nothing was.',
    }),
  costs: z.array(
    z.object({
      source: z.string().meta({ description: 'The bill and its number, or the code of the charge or fund.' }),
      description: z.string(),
      rules: z
        .object({ now: z.array(z.string()), then: z.array(z.string()) })
        .meta({ description: 'By what it is shared or priced, in words.' }),
      ...differing,
      shares: z.array(
        z.object({
          bearer,
          member: idOrCode.nullable().meta({ description: 'Who pays; for an empty space its payer, if it has one.' }),
          space: idOrCode.nullable().meta({ description: 'The empty space.' }),
          ...differing,
        }),
      ),
    }),
  ),
  members: z.array(
    z.object({
      member,
      net: difference,
      gross: difference,
      standing: z.object({ now: standing, then: standing }),
      because: z.array(z.string()).meta({ description: 'What stands in the way of billing the member.' }),
    }),
  ),
  ...borne,
  findings: z
    .array(
      z.object({
        sides: z.array(z.enum(['now', 'then'])),
        code: z.string(),
        severity: z.enum(['blocking', 'warning', 'info']),
        subject: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
        from: z.string().nullable(),
        to: z.string().nullable(),
        detail: z.string(),
        remedy: z.string(),
        takenOn: z.boolean(),
      }),
    )
    .meta({ description: 'What blocks or would block, and whatever else only one side says.' }),
});

const series = z.object({ name: z.string(), values: z.array(money.nullable()) });

export const answer = z
  .object({
    at: instant.meta({ description: 'As things stood at this instant.' }),
    community: z.string(),
    question: z.string().nullable(),
    site: z.object({ id: uuid, code: idOrCode, name: z.string(), zone }),
    currency,
    changes: z.array(z.string()).meta({ description: 'Each change in words, in the order asked.' }),
    periods: z.array(periodAnswer).meta({ description: 'In the order of time.' }),
    total: z
      .object({
        compared: z
          .int()
          .meta({ description: 'Periods that could be computed on both sides; the others do not count here.' }),
        of: z.int(),
        members: z.array(z.object({ member, net: difference, gross: difference })),
        ...borne,
      })
      .meta({ description: 'All periods together that could be computed on both sides.' }),
    chart: z
      .object({
        categories: z.array(z.object({ bearer, code: idOrCode.nullable(), label: z.string() })),
        series: z
          .array(series)
          .meta({ description: '`now`, `then` and `difference`, each in the order of the categories.' }),
        byPeriod: z.object({
          categories: z.array(period),
          series: z.array(series).meta({ description: "Each member's difference, by period." }),
        }),
      })
      .meta({ description: 'The table as series to draw, before tax.' }),
  })
  .meta({ id: 'WhatIfAnswer' });
export type Answer = z.infer<typeof answer>;
