import { shellyTopics } from './shelly-topics.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const said = (topic: string, payload: object | string) =>
  shellyTopics(topic.split('/'), typeof payload === 'string' ? payload : JSON.stringify(payload), receivedAt);

describe('a Shelly since generation 2', () => {
  it('that notifies is of the device and of the time that the notice names', () => {
    const notice = {
      src: 'shellypro3em-1234567890ab',
      dst: 'shellypro3em-1234567890ab/events',
      method: 'NotifyStatus',
      params: { ts: 1757060280.21, 'em1data:1': { id: 1, total_act_energy: 60.5, total_act_ret_energy: 0 } },
    };
    const at = '2025-09-05T08:18:00.21Z';
    expect(said('hall/events/rpc', notice)).toEqual([
      { meter: 'shellypro3em-1234567890ab', register: 'em1data:1.total_act_energy', at, value: '0.0605', unit: 'kWh' },
      { meter: 'shellypro3em-1234567890ab', register: 'em1data:1.total_act_ret_energy', at, value: '0', unit: 'kWh' },
    ]);
  });

  it('notifies its full status when it connects', () => {
    const notice = {
      src: 'shellyplus1pm-aabbccddeeff',
      method: 'NotifyFullStatus',
      params: {
        ts: 1707326936.02,
        'switch:0': { id: 0, output: false, apower: 0, aenergy: { total: 110.046, by_minute: [0, 0, 0] } },
        sys: { mac: 'AABBCCDDEEFF', unixtime: 1707326936 },
      },
    };
    expect(said('shellyplus1pm-aabbccddeeff/events/rpc', notice)).toEqual([
      {
        meter: 'shellyplus1pm-aabbccddeeff',
        register: 'switch:0.aenergy.total',
        at: '2024-02-07T17:28:56.02Z',
        value: '0.110046',
        unit: 'kWh',
      },
    ]);
  });

  it('that publishes a component is of the device in the topic and of the time of receipt', () => {
    const text = '{"id":0,"total_act":2589773.39,"total_act_ret":1026.61,"a_total_act_energy":2034616.710}';
    expect(said('shellypro3em-aabbccddeeff/status/emdata:0', text)).toMatchObject([
      { meter: 'shellypro3em-aabbccddeeff', register: 'emdata:0.total_act', at: receivedAt, value: '2589.77339' },
      { register: 'emdata:0.total_act_ret', value: '1.02661' },
      { register: 'emdata:0.a_total_act_energy', value: '2034.61671' },
    ]);
  });

  it.each([
    ['hall/events/rpc', { src: 'hall', method: 'NotifyEvent', params: { ts: 1707326936, events: [] } }],
    [
      'hall/events/rpc',
      { src: 'hall', method: 'NotifyStatus', params: { ts: 1707326936, 'em:0': { a_voltage: 229 } } },
    ],
    ['hall/status/sys', { mac: 'AABBCCDDEEFF', unixtime: 1707326936 }],
    ['hall/status/input:0', { id: 0, state: false }],
    ['hall/status/switch:0', { id: 0, output: true, aenergy: { total: null } }],
  ])('says nothing that counts on %s with %j', (topic, payload) => {
    expect(said(topic, payload)).toEqual([]);
  });

  it('is refused where it sends no JSON', () => {
    expect(() => said('hall/events/rpc', 'online')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
