import { z } from 'zod';
import { mostReminders } from '../../domain/ledger/reminder.js';
import { Decimal, isDecimal, zero } from '../../domain/quantity/decimal.js';
import { code, decimal, money, optionalText, text } from '../../platform/http/wire.js';
import { estimation, firstEstimation } from './estimation-terms.js';
import { firstTaxTerms, gas, levy, priceCap, reducedRate, taxTreatment } from './tax-terms.js';
import { firstValidation, validation } from './validation-terms.js';

/*
 * What a community decides for itself, by name. Each is dated data: a new version ends the one before it, and a run uses the
 * versions of its own period. Nothing has a hidden default: at its founding a community gets a row for every name.
 */

const hundred = new Decimal(100);

/** A text that is no decimal is told so already, and by nobody else. */
const isWithin = (value: string, low: Decimal, high: Decimal): boolean =>
  !isDecimal(value) || (new Decimal(value).gte(low) && new Decimal(value).lte(high));

const percent = decimal.refine((value) => isWithin(value, zero, hundred), 'must lie between 0 and 100');

const tax = z.strictObject({
  registered: z.boolean(),
  vatNumber: text(30).nullable(),
  rounding: z.enum(['half-up', 'half-even', 'down', 'up']).meta({
    description: 'Of the tax of each rate on a document; `down` is what HMRC allows to those who issue invoices.',
  }),
  documentTitle: text(60).optional(),
  simplifiedUpTo: money.optional().meta({
    description:
      'Up to this gross amount an invoice need not say where the member is. Where it is set, a run stops at invoices that lack what the law asks for.',
  }),
});

const paymentTerms = z.strictObject({ dueDays: z.int().min(0).max(365) });

const paymentDetails = z.strictObject({
  accountName: text(100),
  sortCode: z
    .string()
    .regex(/^\d{2}-\d{2}-\d{2}$/, 'must be a sort code like 12-34-56')
    .optional(),
  accountNumber: z
    .string()
    .regex(/^\d{8}$/, 'must be an account number of 8 digits')
    .optional(),
  iban: z
    .string()
    .regex(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/, 'must be an IBAN without spaces')
    .optional(),
  referencePrefix: code.max(12, 'must not be longer than 12 characters'),
});

const residual = z
  .strictObject({ warnAbovePercent: percent, blockAbovePercent: percent })
  .refine(
    (terms) =>
      !isDecimal(terms.blockAbovePercent) ||
      isWithin(terms.warnAbovePercent, zero, new Decimal(terms.blockAbovePercent)),
    {
      error: 'must not be more than blockAbovePercent',
      path: ['warnAbovePercent'],
    },
  );

const approval = z.strictObject({
  fourEyes: z.literal(true, 'must be true: what one person proposes, another approves'),
});

const adoption = z.strictObject({
  keys: z.enum(['treasurer', 'second-person', 'recorded-vote']).meta({
    description:
      'What a version of a key needs: the treasurer alone, another person who confirms it, or a vote that was carried and is recorded with it.',
  }),
});

const readings = z.strictObject({
  futureMinutes: z.int().min(0).max(1440).meta({ description: 'How far ahead of ours the clock of a device may run.' }),
  maxInterpolationHours: z
    .int()
    .min(0)
    .max(8784)
    .meta({ description: 'The longest gap over which a boundary reading is estimated.' }),
});

const retention = z.strictObject({
  keepMonths: z.int().min(13).max(1200).nullable().meta({
    description:
      'For how many months after they were billed all readings are kept; then what an invoice does not cite goes. At least 13, so that whoever disputes or compares with last year has them. null: all are kept.',
  }),
});

/** Months after which copies go; null keeps them. */
const months = (what: string) =>
  z
    .int()
    .min(1)
    .max(1200)
    .nullable()
    .meta({ description: `For how many months ${what}; null: for ever.` });

const keeping = z
  .strictObject({
    booksYears: z.int().min(1).max(100).meta({
      description:
        'For how many years after the end of the year of its last document or posting the books of a member who was erased are kept. What the country asks for stands in its profile.',
    }),
    payloadMonths: months(
      'files and signed payloads are kept after their readings were taken in; hashes and signatures stay',
    ),
    photoMonths: months('a photo of a display is kept after it was sent'),
    mailMonths: months('it is kept to whom a mail went'),
    sessionMonths: months('log-ins and links that ended are kept'),
  })
  .meta({ description: 'How long what is not readings is kept.' });

const advances = z.strictObject({
  rule: z.enum(['by-month', 'by-day']).meta({
    description:
      'By month: a month is asked of whoever is there on its first day and set off in the period that holds it. By day: each day goes to its own plan and period.',
  }),
  step: money
    .refine((value) => !isDecimal(value) || new Decimal(value).gt(0), 'must be more than zero')
    .meta({ description: 'What is suggested for the next year is a multiple of this.' }),
  stepRounding: z.enum(['half-up', 'up', 'down']).meta({ description: 'How a suggestion is brought to the step.' }),
});

const numbering = z.strictObject({
  seriesPrefix: z.string().regex(/^[A-Z][A-Z0-9]{0,7}$/, 'must be 1 to 8 capital letters or digits'),
});

const help = z.strictObject({
  complaints: optionalText(1000).meta({ description: 'Where a member turns who does not agree.' }),
  disputeDays: z.int().min(0).max(365),
});

const corrections = z.strictObject({
  holdBelow: decimal
    .refine((value) => !isDecimal(value) || new Decimal(value).gte(zero), 'must not be below zero')
    .meta({
      description:
        "A member's whole change, with and without tax, that is less than this is held and not billed; 0 bills every coin.",
    }),
});

const billCheck = z.strictObject({
  passBelow: decimal
    .refine((value) => !isDecimal(value) || new Decimal(value).gte(zero), 'must not be below zero')
    .meta({ description: 'An element of a bill that differs from the contract by no more than this is let pass.' }),
  passBelowPercent: percent.meta({ description: 'Or by no more than this part of what the contract comes to.' }),
});

const disputes = z
  .strictObject({
    answerDays: z.int().min(1).max(365).meta({ description: 'Until a question is answered.' }),
    decideDays: z.int().min(1).max(365).meta({ description: 'From the answer, or from a referral, to the decision.' }),
    referDays: z.int().min(0).max(365).meta({ description: 'In which a member may have another person decide again.' }),
  })
  .meta({
    description: 'How long each step of a dispute may take. Until when a line may be questioned stands in `help`.',
  });

const mailing = z
  .strictObject({
    undoMinutes: z.int().min(0).max(1440).meta({
      description: 'For how long after they are issued statements wait, so that their mails can be held back.',
    }),
  })
  .meta({ description: 'How statements go out by e-mail.' });

const reminders = z
  .strictObject({
    daysAfterDue: z
      .array(z.int().min(1).max(365))
      .max(mostReminders)
      .refine((days) => days.every((day, index) => index === 0 || day > (days[index - 1] ?? 0)), 'must ascend')
      .meta({
        description:
          'So many days after it was due a member is reminded of what is open on a document; none: nobody is reminded.',
      }),
  })
  .meta({ description: 'When reminders of what is overdue are due. They go when the treasurer sends them.' });

const cosigning = z.strictObject({
  required: z.int().min(0).max(20).meta({
    description:
      'How many people must have cosigned a head of the record; who verifies a statement or certificate is told so.',
  }),
});

export const policyTerms = {
  tax,
  'payment-terms': paymentTerms,
  'payment-details': paymentDetails,
  residual,
  approval,
  adoption,
  readings,
  validation,
  estimation,
  retention,
  keeping,
  advances,
  numbering,
  help,
  disputes,
  'tax-treatment': taxTreatment,
  'reduced-rate': reducedRate,
  levy,
  'price-cap': priceCap,
  gas,
  corrections,
  'bill-check': billCheck,
  cosigning,
  mailing,
  reminders,
} as const;

export type PolicyName = keyof typeof policyTerms;
export type PolicyTerms<Name extends PolicyName = PolicyName> = z.infer<(typeof policyTerms)[Name]>;
export const policyNames = Object.keys(policyTerms) as [PolicyName, ...PolicyName[]];

/** The terms that a community begins with. */
export function firstTerms({ code, name }: { readonly code: string; readonly name: string }): {
  readonly [Name in PolicyName]: PolicyTerms<Name>;
} {
  const letters = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const initials = /^[A-Z]/.test(letters) ? letters.slice(0, 8) : `C${letters.slice(0, 7)}`;
  return {
    tax: { registered: false, vatNumber: null, rounding: 'half-up' },
    'payment-terms': { dueDays: 14 },
    'payment-details': { accountName: name.slice(0, 100), referencePrefix: initials },
    residual: { warnAbovePercent: '3', blockAbovePercent: '10' },
    approval: { fourEyes: true },
    adoption: { keys: 'treasurer' },
    readings: { futureMinutes: 5, maxInterpolationHours: 48 },
    validation: firstValidation,
    estimation: firstEstimation,
    retention: { keepMonths: null },
    keeping: { booksYears: 10, payloadMonths: null, photoMonths: 24, mailMonths: 24, sessionMonths: 3 },
    advances: { rule: 'by-month', step: '1.00', stepRounding: 'up' },
    numbering: { seriesPrefix: initials },
    help: { complaints: '', disputeDays: 30 },
    disputes: { answerDays: 14, decideDays: 28, referDays: 21 },
    ...firstTaxTerms,
    corrections: { holdBelow: '0' },
    'bill-check': { passBelow: '0.02', passBelowPercent: '3' },
    cosigning: { required: 0 },
    mailing: { undoMinutes: 10 },
    reminders: { daysAfterDue: [3, 14, 28] },
  };
}
