import { z } from 'zod';
import { instant as readInstant } from '../../domain/calendar/period.js';
import { isDecimal } from '../../domain/quantity/decimal.js';
import { coinScale, isCurrency } from '../../domain/quantity/money.js';
import { zone as readZone } from '../../domain/calendar/zone.js';
import { DomainError } from '../../domain/errors.js';

/**
 * The pieces that all messages are made of. A decimal is a string, because JSON numbers are floats; an instant carries its
 * offset, because an hour without a zone is a guess; a period ends where the next begins.
 *
 * Every schema says what it wants in a sentence, for the reader of the problem, and carries a name and an example for the
 * reader of the OpenAPI document.
 */

/** True where the domain accepts a text. */
const accepted = (read: (text: string) => unknown, text: string): boolean => {
  try {
    read(text);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
};

const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
const isPlain = (text: string): boolean => !controlCharacters.test(text) && !/\p{Surrogate}/u.test(text);

/** A text that people write, of 1 to `longest` characters; no control characters but line ends and tabs. */
export const text = (longest = 300) =>
  z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(longest, `must not be longer than ${longest} characters`)
    .refine(isPlain, 'must not contain control characters');

/** Like `text`, and may be empty. */
export const optionalText = (longest = 300) =>
  z
    .string('must be a text')
    .max(longest, `must not be longer than ${longest} characters`)
    .refine(isPlain, 'must not contain control characters');

const emailSentence = 'must be an e-mail address like rosa@example.org, or empty';
/** An e-mail address, or nothing: not everybody who trades has one. */
export const emailOrNone = z
  .string(emailSentence)
  .max(254, emailSentence)
  .regex(/^$|^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/, emailSentence);

const localeSentence = 'must be a locale like en-GB';
export const locale = z
  .string(localeSentence)
  .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, localeSentence)
  .meta({ id: 'Locale', description: 'Language and country.', examples: ['en-GB'] });

const decimalSentence = 'must be a decimal in quotation marks like "48210.400", of at most 15 and 9 digits';
export const decimal = z
  .string(decimalSentence)
  .refine(isDecimal, decimalSentence)
  .meta({
    id: 'Decimal',
    description: 'An exact decimal, as a string.',
    pattern: '^-?\\d{1,15}(\\.\\d{1,9})?$',
    examples: ['48210.400'],
  });

const moneySentence = 'must be an amount in quotation marks like "12.30", of at most 2 decimals';
export const money = z
  .string(moneySentence)
  .regex(/^-?\d{1,13}(\.\d{1,2})?$/, moneySentence)
  .meta({ id: 'Money', description: 'An exact amount; its currency stands beside it.', examples: ['12.30'] });

const currencySentence = 'must be a currency of three letters like GBP';
export const currency = z
  .string(currencySentence)
  .regex(/^[A-Z]{3}$/, currencySentence)
  .refine((code): boolean => isCurrency(code), `must be one of ${Object.keys(coinScale).join(', ')}`)
  .meta({ id: 'Currency', description: 'ISO 4217 code.', examples: ['GBP'] });

const instantSentence = 'must be an instant with an offset like 2026-10-01T00:30:00+01:00';
export const instant = z
  .string(instantSentence)
  .max(40, instantSentence)
  .refine((value) => accepted(readInstant, value), instantSentence)
  .meta({
    id: 'Instant',
    description: 'RFC 3339, with offset.',
    format: 'date-time',
    examples: ['2026-10-01T00:30:00+01:00'],
  });

const dateSentence = 'must be a date like 2026-10-01';
export const civilDate = z.iso
  .date(dateSentence)
  .meta({ id: 'CivilDate', description: 'A day in the zone of the site.', examples: ['2026-10-01'] });

const isForward = (period: { from: string; to: string }): boolean => period.from < period.to;

/** Civil days, end exclusive. */
export const period = z
  .strictObject({ from: civilDate, to: civilDate })
  .refine(isForward, { error: 'must end after it begins; `to` is the first day after it', path: ['to'] })
  .meta({ id: 'Period', description: 'Civil days; `to` is the first day that is not in it.' });

/** Civil days, end exclusive or open. */
export const days = z
  .strictObject({ from: civilDate, to: civilDate.nullable() })
  .refine((run) => run.to === null || run.from < run.to, {
    error: 'must end after it begins, or be null where it is open',
    path: ['to'],
  })
  .meta({ id: 'Days', description: 'Civil days; `to` is the first day that is not in it, or null where it is open.' });

const zoneSentence = 'must be a time zone like Europe/London';
export const zone = z
  .string(zoneSentence)
  .max(60, zoneSentence)
  .refine((value) => accepted(readZone, value), zoneSentence)
  .meta({ id: 'Zone', description: 'IANA time zone.', examples: ['Europe/London'] });

const idSentence = 'must be an id like 0199a3c2-7d5e-7c31-9f0a-6d1f4b8a2e10';
export const uuid = z
  .string(idSentence)
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, idSentence)
  .meta({ id: 'Id', description: 'UUID version 7.', format: 'uuid' });

const codeSentence = 'must be a code like SHOP-07: letters, digits, point, hyphen or underscore, at most 63';
const codePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const code = z
  .string(codeSentence)
  .regex(codePattern, codeSentence)
  .meta({ id: 'Code', description: 'A name that people give, unique in the community.', examples: ['SHOP-07'] });

/** An id or a code: things that people name can be addressed by either. */
export const idOrCode = z
  .string(codeSentence)
  .regex(codePattern, codeSentence)
  .meta({ id: 'IdOrCode', description: 'The id of a thing, or its code.', examples: ['SHOP-07'] });

/** True where an address names a thing by its id rather than by its code. */
export const isId = (address: string): boolean => uuid.safeParse(address).success;

const pageLimit = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a whole number')
  .refine(
    (value) => Number.parseInt(value, 10) >= 1 && Number.parseInt(value, 10) <= 1000,
    'must lie between 1 and 1000',
  );

/** What every list accepts; lists with filters extend it: `pageQuery.extend({ … })`. */
export const pageQuery = z.strictObject({
  cursor: z.string().max(500).meta({ description: '`next` of the page before.' }).optional(),
  limit: pageLimit.meta({ description: 'Items on a page, 1 to 1000; 100 where it is not given.' }).optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** The number of items that a list query asks for. */
export const limitOf = (query: { limit?: string | undefined }): number => Number.parseInt(query.limit ?? '100', 10);

/** The reply of every list. `next` is null on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** Where one thing is meant: `@Param({ schema: idParam })`. */
export const idParam = z.strictObject({ id: idOrCode });
export type IdParam = z.infer<typeof idParam>;
