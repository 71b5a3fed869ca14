import type { Transactions } from '../../../platform/database/transactions.js';

/** There is no community yet, as on the first start: nothing is wrong, and devices are heard as soon as there is one. */
export class NobodyYet extends Error {}

/**
 * The community whose devices speak at the broker: the one that is named, else the only one there is.
 *
 * @throws NobodyYet; Error with the remedy where there is none, or several and none is named
 */
export async function communityOfDevices(transactions: Transactions, code: string | undefined): Promise<string> {
  const communities = await transactions.asOperator((tx) =>
    tx.query<{ id: string; code: string }>('SELECT id, code FROM community ORDER BY code LIMIT 100'),
  );
  const codes = communities.map((community) => community.code).join(', ');
  if (communities.length === 0) throw new NobodyYet('There is no community yet; devices are heard when there is one.');
  if (code === undefined) {
    const [only, another] = communities;
    if (only && !another) return only.id;
    throw new Error(`MQTT_COMMUNITY must say whose devices speak at MQTT_URL: ${codes}.`);
  }
  const named = communities.find((community) => community.code === code);
  if (!named) throw new Error(`MQTT_COMMUNITY is ${code}, and there is no such community: ${codes}.`);
  return named.id;
}
