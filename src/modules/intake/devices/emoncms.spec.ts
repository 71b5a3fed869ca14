import { emoncmsPost } from './emoncms.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const post = (parameters: Readonly<Record<string, string | undefined>>) =>
  emoncmsPost({ get: (name) => parameters[name] }, receivedAt);
const brief = (parameters: Readonly<Record<string, string | undefined>>) =>
  post(parameters).map((item) =>
    'unread' in item ? [item.register, item.unread] : [item.meter, item.register, item.value, item.unit],
  );

describe('a post to emoncms', () => {
  // The examples of the documentation of emoncms' input API.
  it.each([
    [
      { node: 'emontx', fulljson: '{"power1":100,"power2":200,"power3":300}' },
      'emontx',
      ['power1', 'power2', 'power3'],
    ],
    [{ node: 'emontx', json: '{power1:100,power2:200,power3:300}' }, 'emontx', ['power1', 'power2', 'power3']],
    [{ node: 'mynode', csv: '100,200,300' }, 'mynode', ['1', '2', '3']],
    [{ time: '1741948213', node: '1', csv: '100,200,300' }, '1', ['1', '2', '3']],
    [{ json: '{power:200}' }, '0', ['power']],
    [{ node: 'emontx', data: '{power1:100}' }, 'emontx', ['power1']],
  ])('%j has a reading of each input', (parameters, meter, registers) => {
    const items = post(parameters);
    expect(items.map((item) => [item.meter, item.register])).toEqual(registers.map((register) => [meter, register]));
    expect(items.every((item) => !('unread' in item))).toBe(true);
  });

  it('of a board carries its totals in kWh, and what is of a moment in its own unit', () => {
    const json = '{MSG:42,Vrms:242.18,P1:312,P2:-6,E1:48210400,E2:1,pulse:17}';
    expect(brief({ node: 'emonTx5', json })).toEqual([
      ['emonTx5', 'MSG', '42', 'momentary'],
      ['emonTx5', 'Vrms', '242.18', 'momentary'],
      ['emonTx5', 'P1', '312', 'W'],
      ['emonTx5', 'P2', '-6', 'W'],
      ['emonTx5', 'E1', '48210.4', 'kWh'],
      ['emonTx5', 'E2', '0.001', 'kWh'],
      ['emonTx5', 'pulse', '17', 'pulses'],
    ]);
  });

  it('takes the digits as they stand, however many a float would lose', () => {
    expect(brief({ node: 'a', fulljson: '{"import_kwh":123456789012.123456}' })).toEqual([
      ['a', 'import_kwh', '123456789012.123456', 'kWh'],
    ]);
    expect(brief({ node: 'a', csv: '0.30000000000000004' })).toEqual([['a', '1', '0.3', 'unknown']]);
  });

  it('leaves out what is missing, and makes no zero of it', () => {
    expect(brief({ node: 'a', csv: '100,,300' })).toEqual([
      ['a', '1', '100', 'unknown'],
      ['a', '3', '300', 'unknown'],
    ]);
    expect(brief({ node: 'a', fulljson: '{"a_wh":null,"b_wh":"","c_wh":"5"}' })).toEqual([
      ['a', 'c_wh', '0.005', 'kWh'],
    ]);
  });

  it('tells of a value that is no number, at no cost to the others', () => {
    expect(brief({ node: 'a', json: '{a_kwh:1,b_kwh:nan,c_kwh:3}' })).toEqual([
      ['a', 'a_kwh', '1', 'kWh'],
      ['b_kwh', '"nan" is not a number that can be kept.'],
      ['a', 'c_kwh', '3', 'kWh'],
    ]);
    expect(brief({ node: 'a', fulljson: '{"on":true,"list":[1]}' })).toEqual([
      ['on', 'The value is not a number.'],
      ['list', 'The value is not a number.'],
    ]);
  });

  it('names what is inside of an input after both', () => {
    expect(brief({ node: 'a', fulljson: '{"meter":{"import_kwh":5}}' })).toEqual([
      ['a', 'meter.import_kwh', '5', 'kWh'],
    ]);
  });

  it('with a hostile name or depth ends in a refusal, and does not grow', () => {
    const long = 'n'.repeat(5_000);
    expect(post({ node: long, fulljson: `{"${long}":{"${long}":1}}` })).toMatchObject([
      { meter: expect.stringMatching(/^n{101}$/), register: expect.stringMatching(/^n{101}\.n{101}$/) },
    ]);
    expect(brief({ node: 'a', fulljson: `${'{"a":'.repeat(500)}1${'}'.repeat(500)}` })).toEqual([
      ['a.a.a.a.a.a.a.a.a', 'The input is nested more than 8 deep.'],
    ]);
  });

  it.each([
    [{ csv: '1' }, receivedAt],
    [{ csv: '1', time: '' }, receivedAt],
    [{ csv: '1', time: '1741948213' }, '2025-03-14T10:30:13Z'],
    [{ csv: '1', time: '1741948213.5' }, '2025-03-14T10:30:13.5Z'],
    [{ csv: '1', time: '2025-03-14T11:30:13+01:00' }, '2025-03-14T10:30:13Z'],
    [{ fulljson: '{"x":1,"time":1741948213}' }, '2025-03-14T10:30:13Z'],
    [{ fulljson: '{"x":1,"time":"2025-03-14T10:30:13Z"}' }, '2025-03-14T10:30:13Z'],
    [{ json: '{x:1,time:2025-03-14T10:30:13Z}' }, '2025-03-14T10:30:13Z'],
    [{ fulljson: '{"x":1,"time":5}', time: '1741948213' }, '2025-03-14T10:30:13Z'],
  ])('%j is of %s', (parameters, at) => {
    expect(post(parameters)).toEqual([expect.objectContaining({ at })]);
  });

  it.each([
    [{ csv: '1', time: '1741948213000' }, 'invalid-period', /not milliseconds/],
    [{ csv: '1', time: '2025-03-14T10:30:13' }, 'invalid-period', /an instant with an offset/],
    [{ node: 'a' }, 'invalid-input', /no data/],
    [{ fulljson: ' ' }, 'invalid-input', /no data/],
    [{ fulljson: '{"a":1' }, 'invalid-input', /not JSON/],
    [{ fulljson: '[1]' }, 'invalid-input', /must be an object/],
    [{ csv: ','.repeat(1_000) }, 'too-large', /at most 1000 inputs/],
    [
      { fulljson: `{${Array.from({ length: 1_001 }, (_, i) => `"i${i}":1`).join()}}` },
      'too-large',
      /at most 1000 inputs/,
    ],
  ])('%j is refused as a whole', (parameters, code, message) => {
    const refusal = expect(() => post(parameters));
    refusal.toThrow(message);
    refusal.toThrow(expect.objectContaining({ code }));
  });
});
