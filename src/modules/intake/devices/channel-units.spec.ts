import { unitOfInput, unitOfName } from './channel-units.js';

describe('the name of a channel', () => {
  it.each([
    ['energy_kwh', 'kWh'],
    ['totalKWh', 'kWh'],
    ['import (kWh)', 'kWh'],
    ['kWh.import.T1', 'kWh'],
    ['meter.energy_kwh', 'kWh'],
    ['total_wh', 'Wh'],
    ['totalWh', 'Wh'],
    ['power_kwh', 'kWh'],
    ['heat_mwh', 'MWh'],
    ['energy.GJ', 'GJ'],
    ['reactive_kvarh', 'kVArh'],
    ['reactive_varh', 'VArh'],
    ['volume_m3', 'm3'],
    ['volume_m3_1', 'm3'],
    ['totalM3', 'm3'],
    ['water_litres', 'l'],
    ['consumption.l', 'l'],
    ['pulseCount', 'pulses'],
    ['pulse2', 'pulses'],
    ['Total_pulse', 'pulses'],
  ])('%s states the unit %s', (name, unit) => {
    expect(unitOfName(name)).toBe(unit);
  });

  it.each([
    ['power', 'momentary'],
    ['power1', 'momentary'],
    ['activePower', 'momentary'],
    ['grid_power_w', 'W'],
    ['demand_kW', 'kW'],
    ['outdoorTemperature', 'momentary'],
    ['temperature_c', '°C'],
    ['battery_v', 'V'],
    ['batteryVoltage', 'momentary'],
    ['current', 'momentary'],
    ['current_a', 'A'],
    ['phase.current', 'momentary'],
    ['frequency', 'momentary'],
    ['power.pf', 'momentary'],
    ['humidity', '%'],
    ['rssi', 'momentary'],
    ['flow_m3_h', 'momentary'],
    ['Vrms', 'momentary'],
    ['MSG', 'momentary'],
  ])('%s is of a moment, in %s', (name, unit) => {
    expect(unitOfName(name)).toBe(unit);
  });

  it.each([
    ...[
      'energy',
      'import',
      '7',
      '',
      'total',
      'energy_a',
      'energy_c',
      'energy_w',
      'total_flow',
      'flow',
      'import_rate_1',
    ],
    ...[
      'current_reading',
      'energy_current',
      'tiny_mWh',
      'counter',
      'growth_index',
      'T1',
      'E1',
      'phase_l1',
      'valve',
      'ampere',
    ],
  ])('%s states nothing, and nothing is guessed', (name) => {
    expect(unitOfName(name)).toBe('unknown');
  });
});

describe('an input of emoncms', () => {
  it.each([
    ['E1', 'Wh'],
    ['E12', 'Wh'],
    ['P3', 'W'],
    ['V1', 'V'],
    ['T2', '°C'],
    ['E1_kwh', 'kWh'],
    ['Energy', 'unknown'],
    ['1', 'unknown'],
  ])('called %s is in %s, as the boards have it', (name, unit) => {
    expect(unitOfInput(name)).toBe(unit);
  });
});
