import { z } from 'zod';
import {
  civilDate,
  code,
  currency,
  days,
  emailOrNone,
  instant,
  locale,
  optionalText,
  page,
  pageQuery,
  text,
  uuid,
  zone,
} from '../../platform/http/wire.js';
import { policyNames, policyTerms } from './policy-terms.js';

export const community = z
  .object({
    id: uuid,
    code,
    name: z.string(),
    address: z.string(),
    currency,
    zone,
    locale: z.string(),
    registrationNo: z.string(),
    contactEmail: z.string(),
    contactPhone: z.string(),
    demo: z.boolean(),
  })
  .meta({ id: 'Community' });
export type Community = z.infer<typeof community>;

/** Currency, zone and code stay as they were founded: what was billed was billed in them. */
export const communityPatch = z
  .strictObject({
    name: text(),
    address: optionalText(500),
    locale,
    registrationNo: optionalText(60),
    contactEmail: emailOrNone,
    contactPhone: optionalText(60),
  })
  .partial();
export type CommunityPatch = z.infer<typeof communityPatch>;

const decision = optionalText(1000).default('').meta({ description: 'Who decided it, when, by what resolution.' });
const from = civilDate.meta({ description: 'The first day on which it holds; it ends the version before it.' });

const version = <Name extends keyof typeof policyTerms>(name: Name) =>
  z.strictObject({ name: z.literal(name), from, terms: policyTerms[name], decision });

export const newPolicy = z.discriminatedUnion('name', [
  version('tax'),
  version('payment-terms'),
  version('payment-details'),
  version('residual'),
  version('approval'),
  version('adoption'),
  version('readings'),
  version('validation'),
  version('estimation'),
  version('retention'),
  version('keeping'),
  version('numbering'),
  version('help'),
  version('disputes'),
  version('tax-treatment'),
  version('reduced-rate'),
  version('levy'),
  version('price-cap'),
  version('gas'),
  version('corrections'),
  version('bill-check'),
  version('advances'),
  version('cosigning'),
  version('mailing'),
  version('reminders'),
]);
export type NewPolicy = z.infer<typeof newPolicy>;

export const policiesQuery = pageQuery.extend({
  name: z.enum(policyNames).optional(),
  on: civilDate.meta({ description: 'Only those in force on this day.' }).optional(),
});
export type PoliciesQuery = z.infer<typeof policiesQuery>;

export const policy = z
  .object({
    id: uuid,
    name: z.enum(policyNames),
    days,
    terms: z.union(Object.values(policyTerms)),
    decidedBy: uuid.nullable(),
    decision: z.string(),
  })
  .meta({ id: 'Policy', description: 'What the community decided for itself, for a run of days.' });
export type Policy = z.infer<typeof policy>;
export const policyPage = page(policy);

export const policyProposal = z
  .object({
    id: uuid,
    name: z.enum(policyNames),
    from: civilDate,
    terms: z.union(Object.values(policyTerms)),
    decision: z.string(),
    proposedBy: uuid,
    confirmedBy: uuid.nullable(),
    policy: uuid.nullable().meta({ description: 'The version that it became; null until another person confirms it.' }),
    withdrawnAt: instant.nullable().meta({ description: 'When its proposer took it back; nobody confirms it then.' }),
  })
  .meta({
    id: 'PolicyProposal',
    description: 'What would undo that a second person is asked for, and therefore asks for one itself.',
  });
export type PolicyProposal = z.infer<typeof policyProposal>;
export const policyProposalPage = page(policyProposal);
export const adoptedPolicy = z.union([policyProposal, policy]);
export type AdoptedPolicy = z.infer<typeof adoptedPolicy>;
