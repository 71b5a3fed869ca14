import { ownReadings } from './own-topics.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const said = (payload: object | string) =>
  ownReadings(
    ['meters', 'SHOP-07', 'import'],
    typeof payload === 'string' ? payload : JSON.stringify(payload),
    receivedAt,
  );
const names = { meter: 'SHOP-07', register: 'import' };
const at = '2026-10-01T00:30:00+01:00';

describe('our own topic', () => {
  it('takes a reading as the API does', () => {
    expect(said({ at, value: '48210.400', unit: 'kWh', quality: 'customer' })).toEqual([
      { ...names, at, value: '48210.4', unit: 'kWh', quality: 'customer' },
    ]);
  });

  it('takes a number by its digits', () => {
    expect(said(`{"at":"${at}","value":123456789012.345678,"unit":"kWh"}`)).toMatchObject([
      { value: '123456789012.345678' },
    ]);
  });

  it('takes intervals, and a list', () => {
    const interval = { from: '2026-10-01T00:00:00Z', to: '2026-10-01T00:30:00Z', quantity: '412', unit: 'Wh' };
    expect(said([interval, { at, value: 5, unit: 'm3' }])).toEqual([
      { ...names, ...interval, quantity: '0.412', unit: 'kWh' },
      { ...names, at, value: '5', unit: 'm3' },
    ]);
  });

  it('takes the time of receipt where none is said', () => {
    expect(said({ value: '5', unit: 'kWh' })).toEqual([{ ...names, at: receivedAt, value: '5', unit: 'kWh' }]);
  });

  it.each([
    [{ at, value: '12,5', unit: 'kWh' }, { value: '12,5' }],
    [{ at, value: '-5', unit: 'kWh' }, { value: '-5' }],
    [{ at: null, value: '5', unit: 'kWh' }, { at: null }],
    [{ at, value: true, unit: 'kWh' }, { value: true }],
    [{ at, unit: 'kWh' }, { unit: 'kWh' }],
  ])('leaves %j for those who take readings in to refuse', (payload, kept) => {
    expect(said(payload)).toMatchObject([kept]);
  });

  it('says of one what is wrong with it and keeps the others', () => {
    expect(said([7, { at, value: '5', unit: 'kWh', colour: 'red' }, { at, value: '6', unit: 'kWh' }])).toEqual([
      { ...names, unread: expect.stringContaining('A reading is an object') },
      { ...names, unread: '"colour" is not a field of a reading on this topic; leave it out.' },
      { ...names, at, value: '6', unit: 'kWh' },
    ]);
  });

  it('takes a thousand in a message and no more', () => {
    const many = (count: number) => said(Array.from({ length: count }, () => ({ at, value: '1', unit: 'kWh' })));
    expect(many(1_000)).toHaveLength(1_000);
    expect(() => many(1_001)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it('refuses what is no JSON', () => {
    expect(() => said('48210.4 kWh')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
