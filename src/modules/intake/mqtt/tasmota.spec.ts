import { tasmotaSensors } from './tasmota.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const said = (payload: object | string, topic = 'tele/kiln/SENSOR') =>
  tasmotaSensors(topic.split('/'), typeof payload === 'string' ? payload : JSON.stringify(payload), receivedAt).map(
    (item) => ('value' in item ? [item.meter, item.register, item.at, item.value, item.unit] : item),
  );

// Payloads as devices of version 12 to 14 publish them.
const plug =
  '{"Time":"2024-11-12T23:01:05","ENERGY":{"TotalStartTime":"2024-02-20T22:54:12","Total":711.792,"TotalTariff":[96.965,614.826],"Yesterday":9.928,"Today":10.541,"Period":12,"Power":734,"ApparentPower":769,"ReactivePower":230,"Factor":0.95,"Voltage":242,"Current":3.182}}';

describe('a device with Tasmota', () => {
  it('has its total and what its tariffs count, in kWh, and neither yesterday nor today', () => {
    expect(said(plug)).toEqual([
      ['kiln', 'ENERGY.Total', receivedAt, '711.792', 'kWh'],
      ['kiln', 'ENERGY.TotalTariff.0', receivedAt, '96.965', 'kWh'],
      ['kiln', 'ENERGY.TotalTariff.1', receivedAt, '614.826', 'kWh'],
    ]);
  });

  it('is of its own time where that carries its offset', () => {
    const [summer] = said({ Time: '2026-10-25T01:30:00+01:00', ENERGY: { Total: 1 } });
    const [winter] = said({ Time: '2026-10-25T01:30:00+00:00', ENERGY: { Total: 2 } });
    expect([summer, winter]).toEqual([
      ['kiln', 'ENERGY.Total', '2026-10-25T00:30:00Z', '1', 'kWh'],
      ['kiln', 'ENERGY.Total', '2026-10-25T01:30:00Z', '2', 'kWh'],
    ]);
  });

  it.each(['2026-10-25T01:30:00', '1970-01-01T00:00:12', 'soon'])(
    'is of the time of receipt where it says it is "%s"',
    (Time) => {
      expect(said({ Time, ENERGY: { Total: 1 } })).toEqual([['kiln', 'ENERGY.Total', receivedAt, '1', 'kWh']]);
    },
  );

  it('has each phase where it measures several, and both directions', () => {
    const text =
      '{"Time":"2026-10-01T00:00:00+01:00","ENERGY":{"Total":[1.5,2.25,0.125],"ExportActive":12.580,"ImportReactive":0.002,"Power":[1,2,3]}}';
    expect(said(text).map((item) => (Array.isArray(item) ? item.slice(1, 2).concat(item.slice(3)) : item))).toEqual([
      ['ENERGY.Total.0', '1.5', 'kWh'],
      ['ENERGY.Total.1', '2.25', 'kWh'],
      ['ENERGY.Total.2', '0.125', 'kWh'],
      ['ENERGY.ExportActive', '12.58', 'kWh'],
      ['ENERGY.ImportReactive', '0.002', 'kVArh'],
    ]);
  });

  it('that reads a supplier meter has what it counts under the names it was given, in a unit that nobody guesses', () => {
    const text =
      '{"Time":"2022-07-07T13:01:11","HTU21":{"Temperature":25.2},"SML":{"Total_in":34507.4761,"Total_out":14737.1422,"Power_curr":-894,"Meter_number":"0901454d48000000000"},"Gas":{"Count":1.84},"TempUnit":"C"}';
    expect(said(text, 'tele/cellar/SENSOR')).toEqual([
      ['cellar', 'HTU21.Temperature', receivedAt, '25.2', 'momentary'],
      ['cellar', 'SML.Total_in', receivedAt, '34507.4761', 'unknown'],
      ['cellar', 'SML.Total_out', receivedAt, '14737.1422', 'unknown'],
      ['cellar', 'SML.Power_curr', receivedAt, '-894', 'unknown'],
      ['cellar', 'Gas.Count', receivedAt, '1.84', 'unknown'],
    ]);
  });

  it('may have its topic turned round, as Home Assistant had it', () => {
    expect(said('{"ENERGY":{"Total":5}}', 'tasmota_49A3BC/tele/SENSOR')).toEqual([
      ['tasmota_49A3BC', 'ENERGY.Total', receivedAt, '5', 'kWh'],
    ]);
  });

  it('keeps digits that no float would keep', () => {
    expect(said('{"ENERGY":{"Total":123456789012.345678}}')).toEqual([
      ['kiln', 'ENERGY.Total', receivedAt, '123456789012.345678', 'kWh'],
    ]);
  });

  it('has no reading where it knows none', () => {
    expect(said({ Time: '2026-10-01T00:00:00', ENERGY: { Total: null, Power: 3 } })).toEqual([]);
  });

  it.each(['[]', '5', '{"ENERGY":', ''])('is refused where it sends %s', (text) => {
    expect(() => said(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
