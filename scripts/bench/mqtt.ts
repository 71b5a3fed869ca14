import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startApi } from '../../src/api.js';
import { loadConfig } from '../../src/platform/config.js';
import { Metrics } from '../../src/platform/metrics.js';
import { bareServer } from './bare-server.js';
import { startBroker } from './broker.js';
import { type BenchFigure, compare, type IngestBench, prepareCommunity, pushing, type Side } from './ingest.js';
import { Publisher } from './publisher.js';
import { Pusher } from './pusher.js';
import { dropTwin, makeTwin } from './twin.js';

/*
 * Messages per second through a broker: from the first that a device publishes to the last that is stored. Each carries one reading and
 * is acknowledged after its commit. Beside it the ceiling of single readings: a bare node:http server that groups commits, and does
 * nothing else with them.
 */

const connections = 4;

/** Messages per second beside the ceiling of singles. */
export async function benchMqtt({ databaseUrl, quick }: IngestBench): Promise<BenchFigure[]> {
  const broker = await startBroker();
  const config = loadConfig({ LOG_LEVEL: 'silent', PORT: '0', MQTT_URL: broker.url, MQTT_COMMUNITY: 'bench-mqtt' });
  const api = await startApi(config, { databaseUrl, works: true });
  const twin = new pg.Pool({ connectionString: databaseUrl, max: 4, options: '-c TimeZone=UTC' });
  const [pusher, publisher] = [new Pusher(), new Publisher()];
  const bare = await bareServer(twin, true);
  try {
    await makeTwin(twin);
    await prepareCommunity(api.app, 'bench-mqtt');
    const metrics = api.app.get(Metrics);
    await until(async () => Number.isFinite(await total(metrics, 'mqtt_behind_seconds')));
    const rows = quick ? 10_000 : 40_000;
    const ours: Side = {
      prepare: (first) => publisher.prepare({ url: broker.url, connections, messages: rows, first }),
      run: async () => {
        const stored = (await total(metrics, 'mqtt_readings_total', 'created')) + rows;
        await publisher.publish();
        await until(async () => (await total(metrics, 'mqtt_readings_total', 'created')) >= stored);
        return undefined;
      },
    };
    const singles = { connections: 64, calls: rows, batch: 1, url: bare.url, token: '' };
    const comparison = { name: '', rows, ours, ceiling: pushing(pusher, singles) };
    const figure = await compare(comparison, quick ? 3 : 7, 0, twin);
    return [{ ...figure, name: `mqtt: messages by ${broker.name}, over bare HTTP that groups` }];
  } finally {
    pusher.close();
    publisher.close();
    bare.close();
    await dropTwin(twin);
    await twin.end();
    await api.close();
    await broker.close();
  }
}

async function total({ registry }: Metrics, name: string, status?: string): Promise<number> {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values
    .filter(({ labels }) => status === undefined || labels['status'] === status)
    .reduce((sum, { value }) => sum + value, 0);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(2);
}
