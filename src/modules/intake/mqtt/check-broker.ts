import mqtt from 'mqtt';
import type { Config } from '../../../platform/config.js';
import type { Transactions } from '../../../platform/database/transactions.js';
import { clockTopicOf } from './broker-names.js';
import { families } from './families.js';
import { communityOfDevices } from './whose-devices.js';

const patienceMs = 5_000;
/** A name of its own: under that of the service it would take the service's place. */
const clientId = 'commonmeterdoctor';

/**
 * Looks whether the broker would do for us: whether it knows us, lets us hear every family of devices and speak to ourselves, and
 * whether it is clear whose devices they are.
 *
 * @returns what was found; where it is not well, also what to do
 */
export async function checkBroker(
  { mqttUrl, mqttCommunity }: Pick<Config, 'mqttUrl' | 'mqttCommunity'>,
  transactions: Transactions,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  try {
    await communityOfDevices(transactions, mqttCommunity);
    const refused = await refusedBy(mqttUrl?.reveal() ?? '');
    if (refused.length === 0) return { ok: true, detail: 'hears devices, and itself' };
    return { ok: false, detail: `may not read ${refused.join(', ')}: allow it to the account in MQTT_URL` };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message || String(error) : String(error) };
  }
}

/** The topics that we may not hear. */
async function refusedBy(url: string): Promise<string[]> {
  const options = {
    clientId,
    clean: true,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: patienceMs,
  } as const;
  const client = await mqtt.connectAsync(url, options, false);
  try {
    const topic = clockTopicOf(clientId);
    const echo = new Promise<boolean>((resolve) => {
      client.once('message', () => resolve(true));
      setTimeout(() => resolve(false), patienceMs).unref();
    });
    const filters = families.flatMap((family) => family.filters);
    const granted = await Promise.all(
      [topic, ...filters].map((filter) =>
        client.subscribeAsync(filter, { qos: 1 }).then(
          () => true,
          () => false,
        ),
      ),
    );
    await client.publishAsync(topic, 'x', { qos: 1 });
    const refused = [topic, ...filters].filter((_, i) => !granted[i]);
    return (await echo) ? refused : [...new Set([`${topic} (and write)`, ...refused])];
  } finally {
    client.end(true);
  }
}
