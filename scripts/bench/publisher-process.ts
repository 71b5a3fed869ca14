import mqtt, { type MqttClient } from 'mqtt';
import type { PublishRound } from './publisher.js';
import { rowsFrom } from './rows.js';

/* The devices of the benchmark. Each connection has so many messages on their way at once, at QoS 1. */

const onTheirWay = 100;

interface Message {
  readonly topic: string;
  readonly payload: string;
}

let clients: MqttClient[] = [];
let messages: Message[] = [];

process.on('message', (message: { round?: PublishRound }) => {
  (message.round ? prepare(message.round) : publishAll()).then(
    () => process.send?.({}),
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

async function prepare({ url, connections, messages: count, first }: PublishRound): Promise<void> {
  while (clients.length < connections) clients = [...clients, await mqtt.connectAsync(url, { protocolVersion: 4 })];
  messages = rowsFrom(first, count).map(({ meter, at, value }) => ({
    topic: `meters/M-${meter}/import`,
    payload: JSON.stringify({ at, value, unit: 'kWh', quality: 'actual' }),
  }));
}

async function publishAll(): Promise<void> {
  const queue = messages.values();
  const publishing = async (client: MqttClient): Promise<void> => {
    for (const { topic, payload } of queue) await client.publishAsync(topic, payload, { qos: 1 });
  };
  await Promise.all(clients.flatMap((client) => Array.from({ length: onTheirWay }, () => publishing(client))));
}
