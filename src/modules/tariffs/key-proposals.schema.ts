import { z } from 'zod';
import { proposalOutcomes } from '../../domain/apportionment/key-proposal.js';
import { civilDate, days, idOrCode, instant, page, pageQuery, text, uuid } from '../../platform/http/wire.js';
import { daysBilled, keyTerms, keyVersion, vote } from './keys.schema.js';

const states = ['open', ...proposalOutcomes] as const;
const person = z.object({ id: uuid, name: z.string() });

export const keyProposal = z
  .object({
    id: uuid,
    key: z.object({ id: uuid, code: z.string(), name: z.string() }),
    state: z.enum(states).meta({ description: 'Only what is confirmed became a version; `open` is in force nowhere.' }),
    days,
    terms: keyTerms,
    sentence: z.string().meta({ description: 'The terms in words.' }),
    adoptedBy: z.string(),
    adoptedOn: civilDate,
    decision: z.string(),
    vote: vote.nullable(),
    proposedBy: person,
    proposedAt: instant,
    decidedBy: person.nullable().meta({ description: 'Who confirmed, refused or withdrew it.' }),
    decidedAt: instant.nullable(),
    reason: z.string().nullable().meta({ description: 'Why it was refused.' }),
    version: uuid.nullable().meta({ description: 'The version that it became.' }),
    warnings: z.array(daysBilled).optional().meta({
      description: 'Of one that was just confirmed: issued runs that shared some of its days by another version.',
    }),
  })
  .meta({
    id: 'KeyProposal',
    description: 'A version of a key that one person entered where the policy `adoption` asks for a second one.',
  });
export type KeyProposalReply = z.infer<typeof keyProposal>;
export const keyProposalPage = page(keyProposal);

/** What comes of entering a version: the version, or the proposal of one. */
export const adoptedOrProposed = z.union([keyProposal, keyVersion]);
export type AdoptedOrProposed = z.infer<typeof adoptedOrProposed>;

export const keyProposalsQuery = pageQuery.extend({ key: idOrCode.optional(), state: z.enum(states).optional() });
export type KeyProposalsQuery = z.infer<typeof keyProposalsQuery>;

export const keyProposalRefusal = z.strictObject({ reason: text() }).meta({ id: 'KeyProposalRefusal' });
export type KeyProposalRefusal = z.infer<typeof keyProposalRefusal>;
