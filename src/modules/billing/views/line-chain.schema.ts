import { z } from 'zod';
import { civilDate, code, decimal, idOrCode, instant, money, period, uuid } from '../../../platform/http/wire.js';

export const lineParam = z.strictObject({
  id: idOrCode,
  no: z.string().regex(/^[1-9]\d{0,5}$/, 'must be the number of a line'),
});
export type LineParam = z.infer<typeof lineParam>;

const figures = z.array(z.record(z.string(), z.unknown()));
const reading = z.object({ value: decimal, at: instant, quality: z.string() }).nullable();

/** A delivery of readings, as it was stored before it was answered. */
const delivery = z.object({
  batch: z.string(),
  source: z.string(),
  receivedAt: instant,
  readings: z.int().meta({ description: 'How many of the readings that count came with it.' }),
  sha256: z.string().nullable().meta({ description: 'Of the raw payload; null where it had none of its own.' }),
  file: z
    .object({ import: uuid, name: z.string().nullable(), sha256: z.string().nullable() })
    .nullable()
    .meta({ description: 'The file that it was a part of.' }),
  signed: z
    .object({
      verdict: z.enum(['verified', 'unknown-key', 'wrong', 'unsupported']),
      sentence: z.string(),
      keyId: z.string().nullable(),
      href: z.string(),
    })
    .nullable()
    .meta({ description: 'What came of its signature; null where it came without one.' }),
});
export type Delivery = z.infer<typeof delivery>;

const measured = z.object({
  meter: z.string(),
  register: z.string(),
  virtual: z.boolean().meta({ description: 'True where a formula gives the use, and no reading.' }),
  band: z.string().meta({ description: 'Empty for the whole, else `calendar/band`.' }),
  from: instant,
  to: instant,
  quantity: decimal,
  unit: z.string(),
  quality: z.string(),
  opening: reading,
  closing: reading,
  readings: z.object({
    count: z.int().meta({ description: 'Readings in force from the first to the last instant of the use.' }),
    corrected: z.int(),
    estimated: z.int(),
    href: z.string().meta({ description: 'Where they are listed, for whoever may see them.' }),
  }),
  deliveries: z.array(delivery).meta({ description: 'The first hundred, oldest first.' }),
  moreDeliveries: z.int(),
});

/** From a line of a document back to what it came from: each step is a fact that was stored and not changed since. */
export const lineChain = z
  .object({
    document: z.string(),
    line: z.object({
      no: z.int(),
      section: z.string(),
      description: z.string(),
      net: money,
      sentence: z.string(),
      reason: z.record(z.string(), z.unknown()),
      tax: z.record(z.string(), z.unknown()).nullable(),
    }),
    shares: z
      .array(
        z.object({
          part: z.enum(['own', 'residual']),
          amount: money,
          pool: money,
          weight: decimal,
          whole: decimal,
          figures,
          steps: figures,
        }),
      )
      .meta({ description: 'amount = pool × weight / whole, to the odd coin; empty where nothing was shared.' }),
    cost: z.object({
      no: z.int(),
      description: z.string(),
      amount: money.meta({ description: 'What of it belongs to the period.' }),
      ofAmount: money.meta({ description: 'The whole of it.' }),
    }),
    rule: z
      .object({
        kind: z.enum(['key', 'tariff']),
        code,
        name: z.string(),
        version: uuid,
        from: civilDate,
        terms: z.record(z.string(), z.unknown()),
        adoptedBy: z.string(),
        adoptedOn: civilDate,
        decision: z.string(),
      })
      .nullable()
      .meta({
        description: 'The version that shared or priced it; null where the cost is of one space, or of a fund.',
      }),
    bill: z
      .object({
        id: uuid,
        supplier: z.string(),
        number: z.string(),
        period,
        component: z.object({ no: z.int(), description: z.string(), amount: money }),
        document: z
          .object({ name: z.string(), mediaType: z.string(), sha256: z.string(), href: z.string() })
          .nullable()
          .meta({ description: 'The file that came with the bill; null where none did.' }),
      })
      .nullable(),
    charge: z.object({ code, description: z.string() }).nullable(),
    fund: z.object({ code, name: z.string(), funder: z.string() }).nullable(),
    uses: z.array(measured).meta({ description: "What of the member's own use the line comes from." }),
  })
  .meta({
    id: 'LineChain',
    description: 'From a line to the cost, the bill and its file, the readings and their deliveries.',
  });
export type LineChainReply = z.infer<typeof lineChain>;
