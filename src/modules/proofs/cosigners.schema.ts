import { z } from 'zod';
import { instant, uuid } from '../../platform/http/wire.js';

const key = z
  .string('must be a key: name+id+base64')
  .max(500, 'must not be longer than 500 characters')
  .meta({
    description: 'A public key for cosignatures (Ed25519, algorithm byte 0x04), as C2SP writes verifier keys.',
    examples: ['amy.auditor+1a2b3c4d+BARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T'],
  });

export const newCosigner = z
  .strictObject({ key })
  .meta({ id: 'NewCosigner', description: 'The public half of a key that never leaves its holder.' });
export type NewCosigner = z.infer<typeof newCosigner>;

export const cosigner = z
  .object({
    id: uuid,
    person: uuid,
    role: z.enum(['auditor', 'approver']),
    name: z.string().meta({ description: 'Of the key.' }),
    key,
    registeredAt: instant,
  })
  .meta({ id: 'Cosigner', description: 'Whose cosignatures count; of one person the newest key.' });
export type CosignerReply = z.infer<typeof cosigner>;
export const cosignerList = z.object({ items: z.array(cosigner) });

export const newCosignature = z
  .strictObject({
    size: z.int('must be the number of entries of a signed head').min(1),
    line: z
      .string('must be a signature line of a note: — name base64')
      .max(1000)
      .regex(/^— [^\s+]+ [A-Za-z0-9+/]+={0,2}$/, 'must be a signature line of a note: — name base64'),
  })
  .meta({ id: 'NewCosignature', description: 'C2SP cosignature/v1: a dated line under the head of this size.' });
export type NewCosignature = z.infer<typeof newCosignature>;
