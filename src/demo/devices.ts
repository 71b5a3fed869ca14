import { type Instant, epochMs } from '../domain/calendar/period.js';
import { asKWh } from './readings.js';

/*
 * What the simulated devices of the hall say, each as its kind does: the bytes that a real one would send, with the counter's digits as they are.
 *
 *   the greengrocer's Shelly      over MQTT, a notice with watt-hours
 *   the butcher's Tasmota plug    over MQTT, SENSOR with kilowatt-hours
 *   Rosa's pulse counter          over MQTT, on a topic of ours
 *   the lights' and the lift's LoRaWAN counters, which a network server tells us of over HTTP: The Things Stack, ChirpStack
 *   all others                    through the gateway of the hall, which pushes lists of readings
 */

/** Something sent: to a topic of the broker, or to an address of the API. */
export type Message =
  { readonly topic: string; readonly payload: string } | { readonly path: string; readonly body: unknown };

/** A device that calls itself and its counter by names of its own, until somebody binds them. */
export interface NamedDevice {
  readonly meter: string;
  readonly name: string;
  readonly register: string;
  readonly tells: (wh: bigint, at: Instant) => Message;
}

const shelly = (meter: string, name: string, place: string): NamedDevice => ({
  meter,
  name,
  register: 'em1data:0.total_act_energy',
  tells: (wh, at) => ({
    topic: `${place}/events/rpc`,
    payload: `{"src":"${name}","dst":"${place}/events","method":"NotifyStatus","params":{"ts":${epochMs(at) / 1000},"em1data:0":{"id":0,"total_act_energy":${wh}}}}`,
  }),
});

const tasmota = (meter: string, name: string): NamedDevice => ({
  meter,
  name,
  register: 'ENERGY.Total',
  tells: (wh, at) => ({
    topic: `tele/${name}/SENSOR`,
    payload: `{"Time":"${at.replace(/Z$/, '+00:00')}","ENERGY":{"Total":${asKWh(wh)},"Voltage":241}}`,
  }),
});

const thingsStack = (meter: string, eui: string): NamedDevice => ({
  meter,
  name: eui,
  register: 'energy_kwh',
  tells: (wh, at) => ({
    path: '/hooks/ttn',
    body: {
      end_device_ids: { device_id: meter.toLowerCase(), dev_eui: eui },
      // A number with three digits after the point is written as it is read here: kilowatt-hours stay far below 2^53 / 1000.
      uplink_message: { decoded_payload: { energy_kwh: { value: asKWh(wh), unit: 'kWh' }, time: at }, received_at: at },
    },
  }),
});

const chirpStack = (meter: string, eui: string): NamedDevice => ({
  meter,
  name: eui,
  register: 'energy_kwh',
  tells: (wh, at) => ({
    path: '/hooks/chirpstack?event=up',
    body: {
      time: at,
      deviceInfo: { devEui: eui.toLowerCase(), deviceName: meter },
      object: { energy_kwh: { value: asKWh(wh), unit: 'kWh' } },
    },
  }),
});

export const namedDevices: readonly NamedDevice[] = [
  shelly('M-0702', 'shellyproem50-08f9e0e5a1b2', 'greengrocer'),
  shelly('M-0719', 'shellyproem50-08f9e0e5c3d4', 'kiln'),
  tasmota('M-0703B', 'cold-store-3'),
  thingsStack('M-0790', '70B3D57ED005B790'),
  chirpStack('M-0791', 'A81758FFFE05B791'),
];

/** A counter that says the meter's own code needs nobody to bind it. */
export const pulseCounter: NamedDevice = {
  meter: 'M-0711',
  name: 'M-0711',
  register: 'import',
  tells: (wh, at) => ({
    topic: 'meters/M-0711/import',
    payload: JSON.stringify({ at, value: asKWh(wh), unit: 'kWh' }),
  }),
};
