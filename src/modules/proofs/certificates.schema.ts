import { z } from 'zod';
import { currency, instant, money, page, pageQuery, period, uuid } from '../../platform/http/wire.js';

const pool = z.object({ amount: money, members: money, common: money, vacant: money, held: money });

export const certificate = z
  .object({
    id: uuid,
    run: uuid,
    site: z.string(),
    period,
    currency,
    corrects: uuid
      .nullable()
      .meta({ description: 'The run that the certified one puts right; null where it corrects nothing.' }),
    madeAt: instant,
    total: pool.meta({ description: 'All costs, and who bears them together.' }),
    difference: money,
    sha256: z.string().meta({ description: 'Of the canonical certificate, as its signature has it.' }),
    log: z
      .object({ origin: z.string(), size: z.int(), root: z.string() })
      .meta({ description: 'The signed head under which it was made.' }),
  })
  .meta({ id: 'Certificate', description: 'What everybody of a community may know of an issued run, signed.' });
export type CertificateReply = z.infer<typeof certificate>;
export const certificatePage = page(certificate);

export const certificateParam = z.strictObject({ id: uuid });
export type CertificateParam = z.infer<typeof certificateParam>;
export const certificatesQuery = pageQuery;
export type CertificatesQuery = z.infer<typeof certificatesQuery>;
