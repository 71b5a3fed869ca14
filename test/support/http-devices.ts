import type { Question } from './in-process.js';

/*
 * What devices that speak HTTP send, one builder for each family, with the payloads that real ones were seen to send. Counters are given
 * as the digits that the device writes.
 */

/** A request of a device, as `ask` takes it. */
export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly question: Question;
}

const unix = (at: Date): number => at.getTime() / 1000;

/** The fields of a form, as small devices send them. */
export const asForm = (fields: Readonly<Record<string, string>>): Question => ({
  body: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

/** A message to an address of our own for a family. */
export const hook = (path: string, body: object | string, token: string): Sent => ({
  method: 'POST',
  path: `hooks/${path}`,
  question: { token, body, headers: { 'content-type': 'application/json' } },
});

/** Inputs of a node at one time, as emonTx and EmonESP post them. @param inputs as JSON, digits and all */
export const emoncmsPost = (apikey: string, node: string, inputs: string, at: Date): Sent => ({
  method: 'POST',
  path: '/input/post.json',
  question: asForm({ apikey, node, fulljson: inputs, time: String(unix(at)) }),
});

/** What a gateway has kept. @param rows as JSON: `[time, node, {input: value}]` each */
export const emoncmsBulk = (apikey: string, rows: readonly string[], sentAt: Date): Sent => ({
  method: 'POST',
  path: '/emoncms/input/bulk.json',
  question: asForm({ apikey, data: `[${rows.join(',')}]`, sentat: String(unix(sentAt)) }),
});
export const bulkRow = (at: Date, node: string, inputs: string): string =>
  `[${unix(at)},${JSON.stringify(node)},${inputs}]`;

export interface Uplink {
  readonly counter: number;
  /** The decoded payload, as JSON. */
  readonly payload: string;
  readonly heardAt: Date;
}

/** An uplink as The Things Stack v3 hands it on. */
export const thingsStackUplink = (token: string, devEui: string, { counter, payload, heardAt }: Uplink): Sent => {
  const heard = heardAt.toISOString();
  return hook(
    'ttn',
    `{"end_device_ids":{"device_id":"heat-1","dev_eui":"${devEui}","dev_addr":"00BCB929"},"received_at":"${heard}",` +
      `"uplink_message":{"session_key_id":"AXA50fH6DVkpTKlMRhSb8w==","f_port":15,"f_cnt":${counter},"frm_payload":"gkHe",` +
      `"decoded_payload":${payload},"rx_metadata":[{"gateway_ids":{"gateway_id":"gtw1"},"rssi":-35,"snr":5.2}],"received_at":"${heard}"}}`,
    token,
  );
};

/** An uplink as ChirpStack 4 hands it on. */
export const chirpStackUplink = (token: string, devEui: string, { counter, payload, heardAt }: Uplink): Sent =>
  hook(
    'chirpstack?event=up',
    `{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d","time":"${heardAt.toISOString().slice(0, 19)}.000775023+00:00",` +
      `"deviceInfo":{"deviceName":"Meter","devEui":"${devEui}"},"devAddr":"00189440","fCnt":${counter},"fPort":1,"data":"qg==",` +
      `"object":${payload},"rxInfo":[{"gatewayId":"0016c001f153a14c","rssi":-36,"snr":10.5}]}`,
    token,
  );

/** The status of a Pro 3EM, pushed by a script; in Wh. */
export const shellyStatus = (token: string, wh: string, at: Date): Sent =>
  hook(
    'shelly',
    `{"src":"shellypro3em-aabbccddeeff","result":{"sys":{"mac":"AABBCCDDEEFF","unixtime":${unix(at)}},"em:0":{"total_act_power":558.965},"emdata:0":{"id":0,"a_total_act_energy":2034616.71,"total_act":${wh},"total_act_ret":1026.61}}}`,
    token,
  );

/** An action of a Shelly that can do no more than call an address; in Wh. */
export const shellyAction = (apikey: string, device: string, wh: string, at: Date): Sent => ({
  method: 'GET',
  path: `hooks/shelly?device=${device}&switch:0.aenergy.total=${wh}&ts=${unix(at)}&apikey=${apikey}`,
  question: {},
});
