import { z } from 'zod';
import { civilDate, code, instant, page, text, uuid } from '../../../platform/http/wire.js';
import { energy, photos } from '../registers/meter.schema.js';

export const removal = z.strictObject({
  at: instant.meta({ description: 'When the device came out.' }),
  reason: text(300).meta({ description: 'Why no other went in.', examples: ['The stall was taken down'] }),
  photos: photos.optional(),
  registers: z
    .array(z.strictObject({ code, closing: energy.meta({ description: 'What the device showed when it came out.' }) }))
    .max(50)
    .meta({ description: 'Every cumulative register with its closing reading.' }),
});
export type Removal = z.infer<typeof removal>;

export const shown = z.strictObject({ photos: photos.min(1, 'must name at least one photo') });
export type Shown = z.infer<typeof shown>;

export const newVerification = z
  .strictObject({
    from: civilDate.meta({ description: 'The day of the verification.' }),
    until: civilDate.meta({ description: 'The last day on which it holds.' }),
    certificate: text(300).meta({
      description: 'Who verified it, and the number of the certificate.',
      examples: ['NMO, certificate 2026-00417'],
    }),
  })
  .refine(({ from, until }) => from <= until, { error: 'must not lie before `from`', path: ['until'] });
export type NewVerification = z.infer<typeof newVerification>;

export const verification = z.object({
  id: uuid,
  meter: code,
  from: civilDate,
  until: civilDate,
  certificate: z.string(),
  serial: z.string().meta({ description: 'Of the device that was verified.' }),
  recordedBy: z.string(),
  recordedAt: instant,
});
export type Verification = z.infer<typeof verification>;
export const verificationsReply = page(verification);
