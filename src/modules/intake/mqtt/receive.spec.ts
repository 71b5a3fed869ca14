import { familyOf } from './families.js';
import { receive } from './receive.js';
import { Receipts } from './receipts.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const come = (topic: string, payload: string | Buffer, arrival: 'live' | 'undated' = 'live') =>
  receive({ topic, payload: Buffer.from(payload) }, receivedAt, arrival, new Receipts());

describe('the topic of a message', () => {
  it.each([
    ['meters/SHOP-07/import', 'meters'],
    ['shellypro3em-aabbccddeeff/events/rpc', 'shelly'],
    ['shellypro3em-aabbccddeeff/status/em1data:0', 'shelly'],
    ['shellies/shellyem-AABBCC/emeter/0/total', 'shelly-gen1'],
    ['tele/kiln/SENSOR', 'tasmota'],
    ['kiln/tele/SENSOR', 'tasmota'],
    ['zigbee2mqtt/kiln', 'zigbee2mqtt'],
    ['zigbee2mqtt/hall/kiln', 'zigbee2mqtt'],
    ['kiln/sensor/total_energy/state', 'esphome'],
    ['emon/attic/E1', 'emonhub'],
    ['meters/SHOP-07', undefined],
    ['tele/kiln/STATE', undefined],
    ['homeassistant/sensor/kiln/energy/config', undefined],
  ])('%s is of the family %s', (topic, family) => {
    expect(familyOf(topic.split('/'))?.name).toBe(family);
  });
});

describe('a message', () => {
  it('comes to readings', () => {
    expect(come('zigbee2mqtt/kiln', '{"energy":12.05}')).toEqual({
      family: 'zigbee2mqtt',
      outcome: 'read',
      said: [{ meter: 'kiln', register: 'energy', at: receivedAt, value: '12.05', unit: 'kWh' }],
    });
  });

  it.each([
    ['zigbee2mqtt/kiln', '{"state":"ON"}', 'live', 'zigbee2mqtt', 'nothing-counted'],
    ['zigbee2mqtt/kiln', '', 'live', 'zigbee2mqtt', 'nothing-counted'],
    ['somebody/elses', '5', 'live', 'unknown', 'nothing-counted'],
    ['zigbee2mqtt/kiln', '{"energy":12.05}', 'undated', 'zigbee2mqtt', 'undated'],
  ] as const)('on %s with "%s", %s, comes to none: %s %s', (topic, payload, arrival, family, outcome) => {
    expect(come(topic, payload, arrival)).toEqual({ family, outcome, said: [] });
  });

  it.each([
    ['zigbee2mqtt/kiln', '{"energy":', 'This is not JSON'],
    ['meters/a/b', Buffer.from([0x7b, 0xff, 0x7d]), 'The message is not UTF-8 text.'],
    ['meters/a/b', `[${'5,'.repeat(40_000)}5]`, 'The message has 80003 bytes; a device sends at most 65536.'],
    ['hall/events/rpc', `${'['.repeat(60_000)}`, 'nested too deeply'],
  ])('that cannot be read says why: %s', (topic, payload, problem) => {
    expect(come(topic, payload)).toMatchObject({
      outcome: 'not-understood',
      said: [],
      problem: expect.stringContaining(problem),
    });
  });
});
