import { emonhubInput, esphomeState } from './named-values.js';

const receivedAt = '2026-10-01T12:00:00.25Z';

describe('a node with ESPHome', () => {
  const said = (sensor: string, payload: string) =>
    esphomeState(`kiln/sensor/${sensor}/state`.split('/'), payload, receivedAt);

  it.each([
    ['total_energy_kwh', '1520.250', '1520.25', 'kWh'],
    ['energy_wh', '48210400', '48210.4', 'kWh'],
    ['total_energy', '1520.25', '1520.25', 'unknown'],
    ['pulse_total_pulses', '4711', '4711', 'pulses'],
    ['power', '734.5', '734.5', 'momentary'],
  ])('that says %s %s has %s %s', (sensor, payload, value, unit) => {
    expect(said(sensor, payload)).toEqual([{ meter: 'kiln', register: sensor, at: receivedAt, value, unit }]);
  });

  it.each(['nan', 'NaN', '', 'on', 'Heating'])('that says "%s" has no reading: missing is not zero', (payload) => {
    expect(said('total_energy', payload)).toEqual([]);
  });

  it('that says half a number is told so', () => {
    expect(said('total_energy', '12.5 kWh')).toEqual([
      { meter: 'kiln', register: 'total_energy', unread: '"12.5 kWh" is not a number that can be kept.' },
    ]);
  });
});

describe('an emonHub', () => {
  it('has its node for meter and its inputs in the units of the boards', () => {
    const said = (input: string, payload: string) => emonhubInput(['emon', 'attic', input], payload, receivedAt);
    expect([...said('E1', '48210400'), ...said('P1', '312'), ...said('total_kwh', '5.5')]).toEqual([
      { meter: 'attic', register: 'E1', at: receivedAt, value: '48210.4', unit: 'kWh' },
      { meter: 'attic', register: 'P1', at: receivedAt, value: '312', unit: 'W' },
      { meter: 'attic', register: 'total_kwh', at: receivedAt, value: '5.5', unit: 'kWh' },
    ]);
  });
});
