import { z } from 'zod';
import { methodNames } from '../../domain/metering/estimation.js';
import { Decimal, isDecimal } from '../../domain/quantity/decimal.js';
import { decimal } from '../../platform/http/wire.js';

/** What a community decides about estimates: which methods may be used and for how long a gap, and how much may rest on them. */

const method = (description: string) =>
  z
    .strictObject({
      allowed: z.boolean(),
      maxGapHours: z.int().min(0).max(8784).meta({ description: 'The longest gap that it may fill.' }),
    })
    .meta({ description });

/** A text that is no decimal is told so already, and by nobody else. */
const percent = decimal.refine(
  (value) => !isDecimal(value) || (new Decimal(value).gte(0) && new Decimal(value).lte(100)),
  'must lie between 0 and 100',
);

export const estimation = z.strictObject({
  methods: z
    .strictObject({
      'check-meter': method('What another meter of the same energy measured.'),
      'node-balance': method('What went into the node less what came out elsewhere.'),
      linear: method('A straight line between the values before and after.'),
      'like-day': method('The same hours of the same weekday, else of the nearest day of its kind.'),
      'last-year': method('The same time of last year, scaled.'),
      'average-day': method('Average use around the gap.'),
      comparable: method('What comparable spaces used on a square metre.'),
    } satisfies Record<(typeof methodNames)[number], unknown>)
    .meta({ description: 'In the order in which they are tried.' }),
  maxSharePercent: percent.meta({ description: 'The share of the floor area of a site whose use may be estimated.' }),
  maxMonths: z
    .int()
    .min(1)
    .max(120)
    .meta({ description: 'How long a register may be estimated without a reading that was taken.' }),
});

/** What a community begins with: three hours of a straight line, a month like another, a quarter by habit; HeizkostenV § 9a. */
export const firstEstimation: z.infer<typeof estimation> = {
  methods: {
    'check-meter': { allowed: true, maxGapHours: 8784 },
    'node-balance': { allowed: true, maxGapHours: 8784 },
    linear: { allowed: true, maxGapHours: 3 },
    'like-day': { allowed: true, maxGapHours: 744 },
    'last-year': { allowed: true, maxGapHours: 2208 },
    'average-day': { allowed: true, maxGapHours: 2208 },
    comparable: { allowed: true, maxGapHours: 8784 },
  },
  maxSharePercent: '25',
  maxMonths: 12,
};
