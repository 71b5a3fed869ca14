import { z } from 'zod';
import { code, idOrCode, instant, page, pageQuery, uuid } from '../../../platform/http/wire.js';

export const photoBody = z.unknown().meta({
  type: 'string',
  format: 'binary',
  description: 'The photo itself, JPEG, PNG or WebP, at most 8 MB. What it is is told by its bytes.',
});

export const photoUpload = z.strictObject({
  member: idOrCode.optional().meta({ description: 'Whose it is, for a person who acts for several members.' }),
});
export type PhotoUpload = z.infer<typeof photoUpload>;

export const photoParam = z.strictObject({ id: uuid });
export type PhotoParam = z.infer<typeof photoParam>;

export const photosQuery = pageQuery.extend({
  meter: idOrCode.optional(),
  from: instant.optional().meta({ description: 'Photos of readings at or after this instant.' }),
  to: instant.optional(),
});
export type PhotosQuery = z.infer<typeof photosQuery>;

export const photoReply = z.object({
  id: uuid,
  mediaType: z.string(),
  bytes: z.int(),
  sha256: z.string().meta({ description: 'Of the photo as it is kept.' }),
  sentSha256: z.string().meta({ description: 'Of the file as it came, before place and camera were taken out.' }),
  member: code.nullable(),
  sentAt: instant,
  readings: z
    .array(z.object({ meter: code, register: code, at: instant }))
    .meta({ description: 'The readings it shows, also those in conflict or held.' }),
  devices: z
    .array(z.object({ meter: code, serial: z.string(), from: instant, to: instant.nullable() }))
    .meta({ description: 'The devices it shows, where one came out or went in.' }),
});
export type PhotoReply = z.infer<typeof photoReply>;
export const photosReply = page(photoReply);
