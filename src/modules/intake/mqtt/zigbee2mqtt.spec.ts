import { zigbeeDevice } from './zigbee2mqtt.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const said = (topic: string, payload: string) =>
  zigbeeDevice(`zigbee2mqtt/${topic}`.split('/'), payload, receivedAt).map((item) =>
    'value' in item ? [item.meter, item.register, item.at, item.value, item.unit] : item,
  );

// As version 2 publishes a plug of the make TS011F.
const plug =
  '{"child_lock":"UNLOCK","countdown":0,"current":0,"energy":12.05,"identify":null,"indicator_mode":"off/on","last_seen":"2026-07-27T09:41:41+02:00","linkquality":43,"power":0,"power_outage_memory":"off","state":"OFF","switch_type_button":null,"update":{"installed_version":268449287,"latest_version":268449287,"state":"idle"},"voltage":234}';

describe('a device behind zigbee2mqtt', () => {
  it('has what it counts, of the time when it was last seen', () => {
    expect(said('z1', plug)).toEqual([['z1', 'energy', '2026-07-27T07:41:41Z', '12.05', 'kWh']]);
  });

  it('is of the time in milliseconds where the configuration asks for those', () => {
    expect(said('z1', '{"energy":12.05,"last_seen":1785138101123}')).toEqual([
      ['z1', 'energy', '2026-07-27T07:41:41.123Z', '12.05', 'kWh'],
    ]);
  });

  it('is of the time of receipt where nothing else is said', () => {
    expect(said('Küche/plug 2', '{"energy":0.5,"linkquality":87}')).toEqual([
      ['Küche/plug 2', 'energy', receivedAt, '0.5', 'kWh'],
    ]);
  });

  it('has every counter that it has', () => {
    const meter = '{"energy":100.25,"produced_energy":7.5,"energy_phase_b":3,"energy_l2":1.5,"power":5,"energyX":9}';
    expect(said('main', meter).map((item) => (Array.isArray(item) ? item[1] : item))).toEqual([
      'energy',
      'produced_energy',
      'energy_phase_b',
      'energy_l2',
    ]);
    const linky =
      '{"apparent_power":590,"current_tarif":"HC..","current_tier1_summ_delivered":20479.253,"current_tier2_summ_delivered":16637.575,"linkquality":87,"rms_current":3}';
    expect(said('Linky', linky)).toEqual([
      ['Linky', 'current_tier1_summ_delivered', receivedAt, '20479.253', 'kWh'],
      ['Linky', 'current_tier2_summ_delivered', receivedAt, '16637.575', 'kWh'],
    ]);
  });

  it.each([
    ['z1', '{"energy":null,"state":"ON"}'],
    ['z1', 'online'],
    ['z1/availability', '{"state":"online"}'],
    ['z1/energy', '12.05'],
    ['z1/set', '{"energy":5}'],
    ['bridge/state', '{"state":"online","energy":5}'],
  ])('says nothing that counts on %s with %s', (topic, payload) => {
    expect(said(topic, payload)).toEqual([]);
  });

  it('is refused where its JSON is broken', () => {
    expect(() => said('z1', '{"energy":')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
