import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import mqtt, { type MqttClient } from 'mqtt';
import { createApi } from '../../src/api.js';
import type { FixedClock } from '../../src/platform/clock.js';
import { loadConfig } from '../../src/platform/config.js';
import { Metrics } from '../../src/platform/metrics.js';
import { beginWork } from '../../src/platform/queue/begin-work.js';
import { type Answer, askedOf, type InProcess } from './in-process.js';

/** A service that hears a broker and does its jobs, asked without a socket. */
export interface MqttHouse {
  readonly app: NestFastifyApplication;
  /** The sum of a figure over those of its labels that are given. */
  figure(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  ask(method: string, path: string, token: string, body?: object): Promise<Answer>;
  /** The same with headers, forms and all. */
  readonly asked: InProcess['ask'];
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly databaseUrl: string;
  readonly mqttUrl?: string;
  readonly mqttCommunity?: string;
  readonly clock: FixedClock;
}

export async function mqttHouse({ databaseUrl, mqttUrl, mqttCommunity, clock }: HouseOptions): Promise<MqttHouse> {
  // What a broker holds for us is known to have come when the second message to ourselves is back: that need not take two times ten seconds here.
  const config = loadConfig({
    LOG_LEVEL: 'fatal',
    MQTT_URL: mqttUrl,
    MQTT_COMMUNITY: mqttCommunity,
    MQTT_TICK_MS: '250',
  });
  const app = await createApi(config, { databaseUrl, clock });
  await app.init();
  const asked = await askedOf(app);
  beginWork(app);
  return {
    app,
    figure: async (name, labels = {}) => {
      const found = await app.get(Metrics).registry.getSingleMetric(name)?.get();
      return (found?.values ?? [])
        .filter((value) => Object.entries(labels).every(([label, text]) => value.labels[label] === text))
        .reduce((sum, { value }) => sum + value, 0);
    },
    asked,
    ask: (method, path, token, body) => asked(method, path, { token, body }),
    close: () => app.close(),
  };
}

/** A device, or something that speaks for several. */
export const deviceAt = (port: number): Promise<MqttClient> =>
  mqtt.connectAsync(`mqtt://devices:secret@127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 100 });

/** Waits until something is so. */
export async function until(what: string, isSo: () => Promise<boolean>, seconds = 30): Promise<void> {
  for (const end = performance.now() + 1000 * seconds; !(await isSo()); await pause(20))
    if (performance.now() > end) throw new Error(`It did not come to this: ${what}`);
}
