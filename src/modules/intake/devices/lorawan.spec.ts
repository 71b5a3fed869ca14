import { chirpStackUplink } from './chirpstack.js';
import { channelsIn } from './channels.js';
import { readJson } from './exact-json.js';
import { thingsStackUplink } from './things-stack.js';

const receivedAt = '2026-10-01T12:00:00Z';
const ttn = (message: object | string) =>
  thingsStackUplink(readJson(typeof message === 'string' ? message : JSON.stringify(message)), receivedAt);
const chirpstack = (message: object, event = 'up') =>
  chirpStackUplink(event, readJson(JSON.stringify(message)), receivedAt);

const without = (message: object, field: string): object =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));

/** As the documentation of The Things Stack shows it, with the payload of a three-phase meter. */
const uplink = {
  end_device_ids: {
    device_id: 'dev1',
    application_ids: { application_id: 'app1' },
    dev_eui: '0004A30B001C0530',
    join_eui: '800000000000000C',
    dev_addr: '00BCB929',
  },
  correlation_ids: ['as:up:01E1R5ZPQ1QZ5C1TY7P91SQ9VY'],
  received_at: '2020-02-12T15:15:45.787104891Z',
  uplink_message: {
    session_key_id: 'AXA50fH6DVkpTKlMRhSb8w==',
    f_port: 15,
    f_cnt: 6,
    frm_payload: 'gkHe',
    decoded_payload: {
      energy_kwh: 1520.25,
      reactive_kvarh: 12,
      battery: 3.6,
      relay: false,
      serial: '004711',
      bytes: [1, 2],
    },
    rx_metadata: [{ gateway_ids: { gateway_id: 'gtw1' }, timestamp: 2463457000, rssi: -35, snr: 5.2 }],
    settings: { data_rate: { lora: { bandwidth: 125000, spreading_factor: 7 } }, frequency: '868300000' },
    received_at: '2020-02-12T15:15:45.576041491Z',
  },
};
const withPayload = (decoded_payload: object) => ({
  ...uplink,
  uplink_message: { ...uplink.uplink_message, decoded_payload },
});

describe('an uplink of The Things Stack', () => {
  const at = '2020-02-12T15:15:45.576Z';
  const meter = '0004A30B001C0530';

  it('has a reading of each number, at the time at which the network heard it', () => {
    expect(ttn(uplink)).toEqual({
      event: 'uplink',
      frame: '0004A30B001C0530 AXA50fH6DVkpTKlMRhSb8w== 6 gkHe',
      items: [
        { meter, register: 'energy_kwh', at, value: '1520.25', unit: 'kWh' },
        { meter, register: 'reactive_kvarh', at, value: '12', unit: 'kVArh' },
        { meter, register: 'battery', at, value: '3.6', unit: 'momentary' },
      ],
    });
  });

  it('is of the time that the device measured at, where it says one', () => {
    const measured = (time: object) =>
      ttn(withPayload({ total_wh: 5000, ...time })).items.map((item) => 'at' in item && item.at);
    expect(measured({ time: 1581519600 })).toEqual(['2020-02-12T15:00:00Z']);
    expect(measured({ timestamp: 1581519600000 })).toEqual(['2020-02-12T15:00:00Z']);
    expect(measured({ measured_at: '2020-02-12T16:00:00+01:00' })).toEqual(['2020-02-12T15:00:00Z']);
    expect(measured({ timestamp: 17, time: '16:00' })).toEqual([at]);
    expect(ttn(withPayload({ total_wh: 5000, time: 1581519600 })).frame).toBeNull();
  });

  it('has nothing for a field that is not there: a zero that was left out is not known', () => {
    expect(ttn(withPayload({})).items).toEqual([]);
    expect(ttn({ ...uplink, uplink_message: without(uplink.uplink_message, 'f_cnt') }).frame).toBeNull();
  });

  it('that nobody decoded says what to do about it', () => {
    const undecoded = without(uplink.uplink_message, 'decoded_payload');
    expect(ttn({ ...uplink, uplink_message: undecoded })).toMatchObject({
      event: 'undecoded',
      items: [{ meter, unread: expect.stringContaining('payload formatter') }],
    });
    expect(ttn({ ...uplink, uplink_message: without(undecoded, 'frm_payload') }).items).toEqual([]);
  });

  it('that was simulated is no measurement', () => {
    expect(ttn({ ...uplink, simulated: true })).toMatchObject({ event: 'simulated', items: [] });
  });

  it.each(['join_accept', 'downlink_ack', 'location_solved', 'service_data', 'uplink_normalized'])(
    '%s is told and has no readings',
    (event) => {
      expect(ttn({ end_device_ids: uplink.end_device_ids, [event]: { f_cnt: 1 } })).toEqual({
        event,
        items: [],
        frame: null,
      });
    },
  );

  it.each(['{}', '[]', '7', 'null', '{"uplink_message":{}}', '{"uplink_message":{},"end_device_ids":{"dev_eui":7}}'])(
    '%s is none',
    (text) => {
      expect(() => ttn(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    },
  );
});

describe('an event of ChirpStack', () => {
  /** As its documentation shows it, with the payload of a water meter. */
  const up = {
    deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
    time: '2022-07-18T09:34:15.775023242+00:00',
    deviceInfo: {
      tenantName: 'ChirpStack',
      applicationName: 'Test app',
      deviceName: 'Test device',
      devEui: 'a81758fffe0586ca',
    },
    devAddr: '00189440',
    dr: 1,
    fCnt: 4,
    fPort: 1,
    confirmed: false,
    data: 'qg==',
    object: { volume: { value: 48210.4, unit: 'm³' }, totalPulses: 482104, flow_m3_h: 0.2 },
    rxInfo: [{ gatewayId: '0016c001f153a14c', rssi: -36, snr: 10.5 }],
  };

  it('has the readings of an uplink, under the EUI as it is printed on the device', () => {
    const place = { meter: 'A81758FFFE0586CA', at: '2022-07-18T09:34:15.775Z' };
    expect(chirpstack(up)).toEqual({
      event: 'uplink',
      frame: 'A81758FFFE0586CA 00189440 4 qg==',
      items: [
        { ...place, register: 'volume', value: '48210.4', unit: 'm3' },
        { ...place, register: 'totalPulses', value: '482104', unit: 'pulses' },
        { ...place, register: 'flow_m3_h', value: '0.2', unit: 'momentary' },
      ],
    });
  });

  it.each([
    ['join', 'join'],
    ['txack', 'txack'],
    ['status', 'status'],
    ['anything', 'other'],
  ])('%s has no readings', (event, told) => {
    expect(chirpstack({ ...up, margin: 5, batteryLevel: 75.5 }, event)).toEqual({
      event: told,
      items: [],
      frame: null,
    });
  });

  it('without a codec says what to do about it', () => {
    expect(chirpstack(without(up, 'object'))).toMatchObject({ items: [{ unread: expect.stringContaining('codec') }] });
  });

  it('that names no device is refused', () => {
    expect(() => chirpstack({ ...up, deviceInfo: { devEUI: 'qBdY//4FhdI=' } })).toThrow(/deviceInfo.devEui is missing/);
  });
});

describe('a decoded payload', () => {
  const channels = (payload: object) => channelsIn(readJson(JSON.stringify(payload)));

  it('has a channel for each number in it, by the way that leads there', () => {
    expect(channels({ a: 1, b: { c: 2, d: [{ e: 3 }, { e: 4 }, 5] }, f: '6', g: null, h: true, i: [7, 8] })).toEqual([
      { name: 'a', digits: '1' },
      { name: 'b.c', digits: '2' },
      { name: 'b.d.0.e', digits: '3' },
      { name: 'b.d.1.e', digits: '4' },
    ]);
  });

  it('takes the unit that stands beside a number, and then a number written as a text too', () => {
    expect(
      channels({ energy: { value: '12.50', unit: 'kWh' }, serial: { value: 'A-1', unit: 'x' }, value: 3, unit: 'Wh' }),
    ).toEqual([
      { name: 'energy', digits: '12.50', unit: 'kWh' },
      { name: 'value', digits: '3' },
    ]);
  });

  it('that is too long or too deep is refused', () => {
    expect(() => channels(Object.fromEntries(Array.from({ length: 502 }, (_, i) => [`n${i}`, { x: i }])))).toThrow(
      /at most 500/,
    );
    expect(() => channels(JSON.parse(`${'{"a":'.repeat(10)}1${'}'.repeat(10)}`))).toThrow(/8 deep/);
  });
});
