import { z } from 'zod';

const node = z.string().meta({ description: 'The node; it is the name of the meter. 0 where it is not given.' });
const time = z
  .string()
  .meta({ description: 'Seconds since 1970, or an instant with offset; the time of receipt where it is not given.' });
const fields = {
  node: node.optional(),
  fulljson: z
    .string()
    .meta({ examples: ['{"import_kwh":48210.4}'], description: 'Inputs as JSON.' })
    .optional(),
  json: z
    .string()
    .meta({ examples: ['{power1:100}'], description: 'Inputs as JSON, without quotes too.' })
    .optional(),
  csv: z
    .string()
    .meta({ examples: ['100,,300'], description: 'Values of the inputs 1, 2, 3.' })
    .optional(),
  data: z.string().optional(),
  time: time.optional(),
  apikey: z.string().optional(),
};

/** Parameters that emoncms knows and we do not need are let through. */
export const postQuery = z.looseObject(fields);
export type PostQuery = z.infer<typeof postQuery>;

const bulkFields = {
  data: z
    .string()
    .meta({ examples: ['[[1790811000,"attic",{"import_kwh":48210.4}]]'], description: 'Rows of time, node, values.' })
    .optional(),
  time: time.meta({ description: 'What the times of the rows count from; 0 for Unix seconds.' }).optional(),
  sentat: z.string().meta({ description: "The device's clock when it sends; what the rows count by." }).optional(),
  offset: z.string().meta({ description: 'As sentat.' }).optional(),
  apikey: z.string().optional(),
};
export const bulkQuery = z.looseObject(bulkFields);
export type BulkQuery = z.infer<typeof bulkQuery>;

/** Shows the fields of a form in the OpenAPI document; what arrives is a Form. */
const form = (shape: z.ZodType) => {
  const whole = z.toJSONSchema(shape, { target: 'draft-2020-12' });
  return z.unknown().meta(Object.fromEntries(Object.entries(whole).filter(([key]) => key !== '$schema')));
};
export const postForm = form(z.object(fields));
export const bulkForm = form(z.object(bulkFields));
