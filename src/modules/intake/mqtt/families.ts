import { emonhubInput, esphomeState } from './named-values.js';
import { ownReadings } from './own-topics.js';
import type { ReadMessage } from './said.js';
import { shellyGen1Topics } from './shelly-gen1-topics.js';
import { shellyTopics } from './shelly-topics.js';
import { tasmotaSensors } from './tasmota.js';
import { zigbeeDevice } from './zigbee2mqtt.js';

/** Devices that speak alike: what they are called, on which topics they speak, and how that is read. */
export interface Family {
  readonly name: string;
  /** Filters of topics, as the broker takes them: `+` is one level. */
  readonly filters: readonly string[];
  readonly read: ReadMessage;
}

/** The first whose filter fits reads a message. */
export const families: readonly Family[] = [
  { name: 'meters', filters: ['meters/+/+'], read: ownReadings },
  { name: 'shelly', filters: ['+/events/rpc', '+/status/+'], read: shellyTopics },
  { name: 'shelly-gen1', filters: ['shellies/+/+/+/+'], read: shellyGen1Topics },
  { name: 'tasmota', filters: ['tele/+/SENSOR', '+/tele/SENSOR'], read: tasmotaSensors },
  { name: 'zigbee2mqtt', filters: ['zigbee2mqtt/+', 'zigbee2mqtt/+/+'], read: zigbeeDevice },
  { name: 'esphome', filters: ['+/sensor/+/state'], read: esphomeState },
  { name: 'emonhub', filters: ['emon/+/+'], read: emonhubInput },
];

/** The family that speaks on a topic; undefined where none does. */
export const familyOf = (levels: readonly string[]): Family | undefined =>
  families.find(({ filters }) => filters.some((filter) => fits(filter.split('/'), levels)));

const fits = (filter: readonly string[], levels: readonly string[]): boolean =>
  filter.length === levels.length && filter.every((level, i) => level === '+' || level === levels[i]);
