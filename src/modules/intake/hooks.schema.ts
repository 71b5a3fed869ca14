import { z } from 'zod';
import { statuses } from '../metering/readings/readings.service.js';

/** Shows a body in the OpenAPI document that is read as it was written. */
const asWritten = (description: string, example: object) =>
  z.unknown().meta({ type: 'object', description, examples: [example] });

export const thingsStackBody = asWritten('A message of The Things Stack, version 3.', {
  end_device_ids: { dev_eui: '70B3D57ED005B89A' },
  uplink_message: {
    f_cnt: 117,
    received_at: '2026-10-01T12:00:03.412Z',
    decoded_payload: { energy_kwh: 1520.25, battery_v: 3.6 },
  },
});
export const chirpStackBody = asWritten('An event of ChirpStack, version 4, as JSON.', {
  time: '2026-10-01T12:00:03.412+00:00',
  deviceInfo: { devEui: 'a81758fffe0586ca' },
  fCnt: 117,
  object: { energy_kwh: 1520.25 },
});
export const shellyBody = asWritten('A status of a Shelly, in a frame that names the device or by itself.', {
  src: 'shellypro3em-aabbccddeeff',
  result: { 'emdata:0': { id: 0, total_act: 2589773.39, total_act_ret: 1026.61 } },
});

export const chirpStackQuery = z.looseObject({
  event: z.string().max(40).default('up').meta({ description: 'What happened; only up has readings.' }),
});
export type ChirpStackQuery = z.infer<typeof chirpStackQuery>;

const device = z
  .string()
  .min(1)
  .max(100)
  .meta({
    description: 'The name of the meter, where the status does not say it.',
    examples: ['shellyplus1pm-aabbccddeeff'],
  });
export const shellyQuery = z.looseObject({
  device: device.optional(),
  component: z
    .string()
    .regex(/^[a-z0-9_]+:\d+$/, 'must be a component like switch:0')
    .optional()
    .meta({ description: 'Of a status of one component.' }),
});
export type ShellyQuery = z.infer<typeof shellyQuery>;

/** Every other parameter is a channel: its name the register, its value what it shows. */
export const shellyValuesQuery = z.looseObject({
  device: device.optional(),
  ts: z.string().optional().meta({ description: 'Seconds since 1970; the time of receipt where it is not given.' }),
  'switch:0.aenergy.total': z
    .string()
    .optional()
    .meta({ description: 'A channel by its name, in the unit of the device.' }),
});

const count = z.int();
const fieldProblem = z.object({ pointer: z.string(), detail: z.string() });
export const ocmfBody = z
  .strictObject({
    ocmf: z
      .array(z.string().min(10).max(65_536))
      .min(1)
      .max(500)
      .meta({
        description: 'Records of the Open Charge Metering Format, each as the meter wrote and signed it.',
        examples: [['OCMF|{"FV":"1.0","MS":"BQ27400330016","RD":[…]}|{"SD":"3045…"}']],
      }),
  })
  .meta({ id: 'OcmfPush' });
export type OcmfBody = z.infer<typeof ocmfBody>;

export const ocmfReply = z.object({
  records: z.array(
    z.object({
      index: z.int(),
      signature: z
        .object({ verdict: z.enum(['verified', 'unknown-key', 'wrong', 'unsupported']), detail: z.string() })
        .nullable()
        .meta({ description: 'What came of its signature; null where the record could not be read.' }),
      problem: z.object({ type: z.string(), code: z.string(), detail: z.string() }).nullable(),
      results: z.array(
        z.object({
          meter: z.string(),
          register: z.string(),
          at: z.string().optional(),
          value: z.string().optional(),
          unit: z.string().optional(),
          status: z.enum(statuses),
          problem: z.object({ type: z.string(), code: z.string(), detail: z.string() }).optional(),
        }),
      ),
    }),
  ),
});
export type OcmfReply = z.infer<typeof ocmfReply>;

export const hookReply = z.object({
  event: z.string().meta({ description: 'What the message told of; only uplinks and statuses have readings.' }),
  results: z.array(
    z.object({
      meter: z.string(),
      register: z.string(),
      at: z.string().optional(),
      value: z.string().optional(),
      unit: z.string().optional(),
      status: z.enum(statuses),
      problem: z
        .object({ type: z.string(), code: z.string(), detail: z.string(), errors: z.array(fieldProblem).optional() })
        .optional(),
    }),
  ),
  summary: z.object(
    Object.fromEntries(statuses.map((status) => [status, count])) as Record<(typeof statuses)[number], z.ZodInt>,
  ),
});
