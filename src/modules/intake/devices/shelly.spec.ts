import { readJson } from './exact-json.js';
import { shellyParameters } from './shelly-parameters.js';
import { shellyMessage } from './shelly.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const message = (text: object | string, context = {}) =>
  shellyMessage(readJson(typeof text === 'string' ? text : JSON.stringify(text)), { receivedAt, ...context });
const brief = (text: object | string, context = {}) =>
  message(text, context).items.map((item) =>
    'unread' in item ? [item.meter, item.unread] : [item.meter, item.register, item.at, item.value, item.unit],
  );
const at = '2024-02-07T17:28:47Z';

describe('a status of a Shelly', () => {
  it('of a three-phase meter has each phase and their sum, in both directions', () => {
    const status = {
      sys: { mac: 'AABBCCDDEEFF', unixtime: 1707326927 },
      'em:0': { id: 0, a_act_power: 375.5, total_act_power: 558.965 },
      'emdata:0': {
        id: 0,
        a_total_act_energy: 2034616.71,
        c_total_act_ret_energy: 985.91,
        total_act: 2589773.39,
        total_act_ret: 0,
      },
    };
    expect(brief(status)).toEqual([
      ['AABBCCDDEEFF', 'emdata:0.total_act', at, '2589.77339', 'kWh'],
      ['AABBCCDDEEFF', 'emdata:0.total_act_ret', at, '0', 'kWh'],
      ['AABBCCDDEEFF', 'emdata:0.a_total_act_energy', at, '2034.61671', 'kWh'],
      ['AABBCCDDEEFF', 'emdata:0.c_total_act_ret_energy', at, '0.98591', 'kWh'],
    ]);
  });

  it('in a frame is under the name that the frame gives', () => {
    const frame = {
      id: 1,
      src: 'shellyproem50-a0dd6c9f8d50',
      dst: 'x',
      result: { id: 0, total_act_energy: 1234.5, total_act_ret_energy: 0.25 },
    };
    expect(brief(frame)).toEqual([
      ['shellyproem50-a0dd6c9f8d50', 'em1data:0.total_act_energy', receivedAt, '1.2345', 'kWh'],
      ['shellyproem50-a0dd6c9f8d50', 'em1data:0.total_act_ret_energy', receivedAt, '0.00025', 'kWh'],
    ]);
  });

  it('that is a notice is of the time of the notice', () => {
    const notice = {
      src: 'shellypro3em-1234567890ab',
      method: 'NotifyStatus',
      params: { ts: 1757060280.21, 'em1data:1': { id: 1, total_act_energy: 0.06, total_act_ret_energy: 0 } },
    };
    expect(brief(notice)).toEqual([
      ['shellypro3em-1234567890ab', 'em1data:1.total_act_energy', '2025-09-05T08:18:00.21Z', '0.00006', 'kWh'],
      ['shellypro3em-1234567890ab', 'em1data:1.total_act_ret_energy', '2025-09-05T08:18:00.21Z', '0', 'kWh'],
    ]);
    expect(message({ ...notice, params: { ts: 1757060280.21, 'em:0': { a_act_power: 5 } } })).toEqual({
      items: [],
      event: 'status',
    });
    expect(message({ ...notice, method: 'NotifyEvent' })).toEqual({ items: [], event: 'other' });
  });

  it.each([
    [{ id: 0, total_act: 1000, a_total_act_energy: 1000 }, ['emdata:0.total_act', 'emdata:0.a_total_act_energy']],
    [{ id: 2, total_act_energy: 1000 }, ['em1data:2.total_act_energy']],
    [
      { id: 1, output: true, aenergy: { total: 1000 }, ret_aenergy: { total: 1 } },
      ['switch:1.aenergy.total', 'switch:1.ret_aenergy.total'],
    ],
    [{ id: 0, current_pos: 5, aenergy: { total: 1000 } }, ['cover:0.aenergy.total']],
    [
      { id: 0, apower: 5, aenergy: { total: 1000, by_minute: [1, 2, 3], minute_ts: 1707326934 } },
      ['pm1:0.aenergy.total'],
    ],
  ])('of one component, %j, is recognised by what only such a component has', (status, registers) => {
    expect(message(status, { device: 'd' }).items.map(({ register }) => register)).toEqual(registers);
  });

  it('of one component is called as the address says', () => {
    expect(brief({ id: 0, aenergy: { total: 110.046 } }, { device: 'hall', component: 'light:0' })).toEqual([
      ['hall', 'light:0.aenergy.total', receivedAt, '0.110046', 'kWh'],
    ]);
  });

  it('of generation 1 counts in watt-minutes at relays and in Wh at meters, and only what it calls valid', () => {
    const status = {
      mac: 'AABBCCDDEEFF',
      unixtime: 1707326927,
      meters: [{ total: 1, is_valid: true, timestamp: 1707330530 }, { total: 60000 }, { total: 5, is_valid: false }],
      emeters: [{ total: 1234567.8, total_returned: 12.5, is_valid: true, power: 5 }],
    };
    expect(brief(status)).toEqual([
      ['AABBCCDDEEFF', 'meters.0.total', at, '0.000017', 'kWh'],
      ['AABBCCDDEEFF', 'meters.1.total', at, '1', 'kWh'],
      ['AABBCCDDEEFF', 'emeters.0.total', at, '1234.5678', 'kWh'],
      ['AABBCCDDEEFF', 'emeters.0.total_returned', at, '0.0125', 'kWh'],
    ]);
  });

  it('of an input counts pulses', () => {
    expect(brief({ 'input:0': { id: 0, counts: { total: 4711, xtotal: 4.711 } } }, { device: 'd' })).toEqual([
      ['d', 'input:0.counts.total', receivedAt, '4711', 'pulses'],
    ]);
  });

  it('of a clock that is not set is of the time of receipt', () => {
    expect(brief({ sys: { mac: 'M', unixtime: null }, 'pm1:0': { aenergy: { total: 1000 } } })).toEqual([
      ['M', 'pm1:0.aenergy.total', receivedAt, '1', 'kWh'],
    ]);
  });

  it('has nothing for a total that is not there', () => {
    expect(
      message({ 'pm1:0': { aenergy: { total: null } }, 'pm1:1': { aenergy: { total: 5 } } }, { device: 'd' }).items,
    ).toHaveLength(1);
  });

  it('without a counter says so', () => {
    expect(brief({ id: 0, a_act_power: 375.5 }, { device: 'd' })).toEqual([
      ['d', expect.stringContaining('no counter')],
    ]);
  });

  it.each(['[]', '7', '{}', '{"emdata:0":{"total_act":5}}'])('%s names no device and is refused', (text) => {
    expect(() => message(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('a webhook of a Shelly', () => {
  const values = (parameters: Record<string, string>) =>
    shellyParameters(new Map(Object.entries(parameters)), receivedAt);

  it('tells its values in the address, under the names of the counters or of its owner', () => {
    expect(
      values({
        apikey: 'k',
        device: 'hall',
        ts: '1707326927',
        'switch:0.aenergy.total': '110.046',
        'emeters.0.total': '5000',
        'meters.0.total': '60000',
        stall_kwh: '7.5',
      }),
    ).toEqual([
      { meter: 'hall', register: 'switch:0.aenergy.total', at, value: '0.110046', unit: 'kWh' },
      { meter: 'hall', register: 'emeters.0.total', at, value: '5', unit: 'kWh' },
      { meter: 'hall', register: 'meters.0.total', at, value: '1', unit: 'kWh' },
      { meter: 'hall', register: 'stall_kwh', at, value: '7.5', unit: 'kWh' },
    ]);
  });

  it('of a sensor of generation 1 has its name in id', () => {
    expect(values({ id: 'shellyht-6DCA7D', hum: '54', temp: '24.38' })).toMatchObject([
      { meter: 'shellyht-6DCA7D', register: 'hum', unit: '%', at: receivedAt },
      { meter: 'shellyht-6DCA7D', register: 'temp', value: '24.38', unit: 'momentary' },
    ]);
  });

  it('with a value that the device did not know has no reading of it', () => {
    expect(values({ device: 'hall', a_wh: 'undefined', b_wh: '5' })).toMatchObject([
      { register: 'a_wh', unread: '"undefined" is not a number that can be kept.' },
      { register: 'b_wh', value: '0.005' },
    ]);
  });

  it.each([{}, { a_wh: '5' }, { device: '' }, { device: 'hall', ts: '5' }])('%j is refused', (parameters) => {
    expect(() => values(parameters as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});
