/*
 * What devices that speak MQTT publish, one builder for each family, with the payloads that real ones were heard to send. A counter is
 * given as the digits that the device writes, in the device's own unit: no float is between a test and what it expects.
 */

/** A message at a broker. */
export interface Told {
  readonly topic: string;
  readonly payload: string;
}

export interface MqttDevice {
  readonly family: string;
  /** As the device calls itself and its counter. */
  readonly meter: string;
  readonly register: string;
  /** What it publishes when its counter shows so much. */
  readonly tells: (count: string, at: Date) => Told;
}

const unix = (at: Date): number => at.getTime() / 1000;

export const ownTopic: MqttDevice = {
  family: 'our own topic',
  meter: 'PULSE-9',
  register: 'import',
  tells: (count, at) => ({
    topic: 'meters/PULSE-9/import',
    payload: JSON.stringify({ at: at.toISOString(), value: count, unit: 'kWh' }),
  }),
};

/** In Wh. */
export const shellyNotices: MqttDevice = {
  family: 'Shelly since generation 2, notices',
  meter: 'shellyplus1pm-aabbccddeeff',
  register: 'switch:0.aenergy.total',
  tells: (count, at) => ({
    topic: 'kiln/events/rpc',
    payload: `{"src":"shellyplus1pm-aabbccddeeff","dst":"kiln/events","method":"NotifyStatus","params":{"ts":${unix(at)},"switch:0":{"id":0,"aenergy":{"total":${count},"by_minute":[0]}}}}`,
  }),
};

/** In Wh. */
export const shellyStatusTopics: MqttDevice = {
  family: 'Shelly since generation 2, status topics',
  meter: 'shellyproem50-a0dd6c9f8d50',
  register: 'em1data:0.total_act_energy',
  tells: (count) => ({
    topic: 'shellyproem50-a0dd6c9f8d50/status/em1data:0',
    payload: `{"id":0,"total_act_energy":${count},"total_act_ret_energy":0}`,
  }),
};

/** In Wh. */
export const shellyGen1Meter: MqttDevice = {
  family: 'Shelly of generation 1, a meter',
  meter: 'shellyem3-AABBCCDDEEFF',
  register: 'emeters.0.total',
  tells: (count) => ({ topic: 'shellies/shellyem3-AABBCCDDEEFF/emeter/0/total', payload: count }),
};

/** In watt-minutes. */
export const shellyGen1Relay: MqttDevice = {
  family: 'Shelly of generation 1, a relay',
  meter: 'shelly1pm-AABBCCDDEEFF',
  register: 'meters.0.total',
  tells: (count) => ({ topic: 'shellies/shelly1pm-AABBCCDDEEFF/relay/0/energy', payload: count }),
};

/** In kWh; its clock is wrong, and without an offset it is not listened to. */
export const tasmota: MqttDevice = {
  family: 'Tasmota',
  meter: 'D1-HAIER-POW',
  register: 'ENERGY.Total',
  tells: (count) => ({
    topic: 'tele/D1-HAIER-POW/SENSOR',
    payload: `{"Time":"2024-11-12T23:01:05","ENERGY":{"TotalStartTime":"2024-02-20T22:54:12","Total":${count},"Power":734,"Voltage":242}}`,
  }),
};

/** In kWh. */
export const zigbee2mqtt: MqttDevice = {
  family: 'zigbee2mqtt',
  meter: 'Hall/plug 2',
  register: 'energy',
  tells: (count, at) => ({
    topic: 'zigbee2mqtt/Hall/plug 2',
    payload: `{"energy":${count},"last_seen":"${at.toISOString()}","linkquality":43,"power":0}`,
  }),
};

/** In a unit that the register says and the device does not. */
export const espHome: MqttDevice = {
  family: 'ESPHome',
  meter: 'boiler',
  register: 'total_energy',
  tells: (count) => ({ topic: 'boiler/sensor/total_energy/state', payload: count }),
};

/** In Wh. */
export const emonHub: MqttDevice = {
  family: 'emonHub',
  meter: 'attic',
  register: 'E1',
  tells: (count) => ({ topic: 'emon/attic/E1', payload: count }),
};
