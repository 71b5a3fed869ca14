import { z } from 'zod';
import { code, instant, uuid } from '../../../platform/http/wire.js';
import { personRoles } from '../access.schema.js';

const addressSentence = 'must be an e-mail address like rosa@example.org';
const email = z
  .string(addressSentence)
  .max(254, addressSentence)
  .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/, addressSentence);

const pathSentence = 'must be a path of this site, like /statements';
const ownPath = z
  .string(pathSentence)
  .max(300, pathSentence)
  .regex(/^\/(?:[\w.~%=&?-][\w.~%=&?/-]*)?$/, pathSentence)
  .meta({ description: 'Where to go after the log-in: a path of this site.', examples: ['/statements'] });

export const linkRequest = z.strictObject({ email, to: ownPath.default('/') });
export type LinkRequest = z.infer<typeof linkRequest>;

export const linkAsked = z
  .object({
    expiresAt: instant.meta({ description: 'Until when a link works that goes now.' }),
  })
  .meta({ id: 'LinkAsked', description: 'The same whether or not anybody is known by the address.' });

export const linkSecret = z.strictObject({
  secret: z.string('must be what stands after # in the link').max(200, 'must be what stands after # in the link'),
});
export type LinkSecret = z.infer<typeof linkSecret>;

/** How somebody is logged in, told to their own browser. */
export const session = z
  .object({
    state: z.enum(['none', 'incomplete', 'open']).meta({
      description:
        'none: nobody is logged in. incomplete: a second factor has to be proved, or set up, before anything else. open: all is well.',
    }),
    person: z.object({ id: uuid, name: z.string(), email: z.string() }).nullable(),
    community: z
      .object({
        id: uuid,
        code,
        name: z.string(),
        currency: z.string(),
        zone: z.string(),
        locale: z.string(),
        demo: z.boolean(),
      })
      .nullable(),
    roles: z.array(z.enum(personRoles)),
    memberIds: z.array(uuid),
    way: z.enum(['link', 'passkey', 'demo']).nullable().meta({ description: 'How they logged in.' }),
    expiresAt: instant.nullable().meta({ description: 'When it ends whatever happens.' }),
    idleUntil: instant.nullable().meta({ description: 'When it ends if nothing is asked any more.' }),
    steppedUpUntil: instant.nullable().meta({
      description:
        'Until when a second factor counts as just proved; null where it has to be proved for what asks for it.',
    }),
    stepUp: z
      .boolean()
      .meta({ description: 'Whether approving, issuing and the like ask for a fresh second factor; a demo may not.' }),
    secondFactor: z.object({
      isCompulsory: z.boolean(),
      passkeys: z.int().meta({ description: 'How many this person has.' }),
      authenticator: z.boolean().meta({ description: 'Whether an app makes codes.' }),
      recoveryCodes: z.int().meta({ description: 'How many are left.' }),
    }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof session>;

export const logInRules = z
  .object({
    secondFactor: z.enum(['compulsory', 'relaxed']).meta({
      description: 'For treasurer, approver and auditor. Only a demo may be relaxed.',
    }),
    memberHours: z.int().meta({ description: 'How long members and installers stay logged in at most.' }),
    memberIdleHours: z.int().meta({ description: 'And how long without asking for anything.' }),
  })
  .meta({ id: 'LogInRules' });

const hoursSentence = 'must be a whole number of hours from 1 to 2160, that is 90 days';
const hours = z.int(hoursSentence).min(1, hoursSentence).max(2160, hoursSentence);
export const logInRulesPatch = z
  .strictObject({ secondFactor: z.enum(['compulsory', 'relaxed']), memberHours: hours, memberIdleHours: hours })
  .partial();
export type LogInRulesPatch = z.infer<typeof logInRulesPatch>;

export const openedByLink = z
  .object({ to: z.string().meta({ description: 'Where they wanted to go.' }), session })
  .meta({ id: 'OpenedByLink' });
