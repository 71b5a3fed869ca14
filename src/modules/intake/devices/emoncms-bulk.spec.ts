import { emoncmsBulk } from './emoncms-bulk.js';

/** 1790856000 in Unix seconds. */
const receivedAt = '2026-10-01T12:00:00.75Z';
const bulk = (parameters: Record<string, string>) => emoncmsBulk(new Map(Object.entries(parameters)), receivedAt);
const brief = (parameters: Record<string, string>) =>
  bulk(parameters).map((item) =>
    'unread' in item ? [item.unread] : [item.at.slice(11), item.meter, item.register, item.value],
  );

describe('a bulk for emoncms', () => {
  // The four examples of emoncms' documentation.
  it('without a time ends now', () => {
    expect(brief({ data: '[[0,16,1137],[2,17,1437,3164],[4,19,1412,3077]]' })).toEqual([
      ['11:59:56Z', '16', '1', '1137'],
      ['11:59:58Z', '17', '1', '1437'],
      ['11:59:58Z', '17', '2', '3164'],
      ['12:00:00Z', '19', '1', '1412'],
      ['12:00:00Z', '19', '2', '3077'],
    ]);
  });

  it('counts from the time that it says', () => {
    expect(brief({ data: '[[-10,16,1137],[-6,19,1412]]', time: '1387730127' })).toEqual([
      ['16:35:17Z', '16', '1', '1137'],
      ['16:35:21Z', '19', '1', '1412'],
    ]);
    expect(bulk({ data: '[[-6,19,1412]]', time: '2013-12-22T16:35:27Z' })).toMatchObject([
      { at: '2013-12-22T16:35:21Z' },
    ]);
  });

  it('counts by the clock of the sender, which says what it was when it sent', () => {
    expect(brief({ data: '[[520,16,1137],[535,19,1412]]', sentat: '543' })).toEqual([
      ['11:59:37Z', '16', '1', '1137'],
      ['11:59:52Z', '19', '1', '1412'],
    ]);
    expect(brief({ data: '[[-10,16,1137],[-8,17,1437]]', offset: '-10' })).toEqual([
      ['12:00:00Z', '16', '1', '1137'],
      ['12:00:02Z', '17', '1', '1437'],
    ]);
  });

  it('of Unix times keeps them, so that the same row again is the same reading', () => {
    const data = '[[1790855980,"attic",{"import_kwh":48210.4}],[1790855990.34,"attic",{"import_kwh":48210.5}]]';
    const expected = [
      ['11:59:40Z', 'attic', 'import_kwh', '48210.4'],
      ['11:59:50.34Z', 'attic', 'import_kwh', '48210.5'],
    ];
    for (const more of [
      {},
      { time: '0' },
      { sentat: '1790855999' },
      { sentat: '1790856031' },
      { sentat: '1790855941' },
    ])
      expect(brief({ data, ...more })).toEqual(expected);
  });

  it('is moved by as much as the clock of the sender is wrong', () => {
    // It says that it is 10:00, two hours ago.
    expect(brief({ data: '[[1790848790,"a",7]]', sentat: '1790848800' })).toEqual([['11:59:50Z', 'a', '1', '7']]);
  });

  it('names values by their object or by their place, as emoncms counts places', () => {
    expect(brief({ data: '[[0,"a",1,{"b_wh":2000,"c_wh":3000},null,"",5]]' })).toEqual([
      ['12:00:00Z', 'a', '1', '1'],
      ['12:00:00Z', 'a', 'b_wh', '2'],
      ['12:00:00Z', 'a', 'c_wh', '3'],
      ['12:00:00Z', 'a', '4', '5'],
    ]);
  });

  it('tells of a row that cannot be read, at no cost to the others', () => {
    expect(
      brief({ data: '[[0,{"a":1},5],[1],[null,"a",5],7,[2,"a"],["3","a",5],[1e15,"a",5]]', time: '1790856000' }),
    ).toEqual([
      ['Row 0 does not begin with a time and a node.'],
      ['Row 1 does not begin with a time and a node.'],
      ['Row 2 does not begin with a time and a node.'],
      ['Row 3 does not begin with a time and a node.'],
      ['12:00:03Z', 'a', '1', '5'],
      ['The time of row 6 lies before 2001 or after 2200.'],
    ]);
  });

  it.each([
    [{}, 'invalid-input'],
    [{ data: '[]' }, 'invalid-input'],
    [{ data: '{}' }, 'invalid-input'],
    [{ data: '[[0,1,2]' }, 'invalid-input'],
    [{ data: '[[0,1,2]]', sentat: 'now' }, 'invalid-period'],
    [{ data: '[[0,1,2]]', time: 'now' }, 'invalid-period'],
  ])('%j is refused as a whole', (parameters, code) => {
    expect(() => bulk(parameters)).toThrow(expect.objectContaining({ code }));
  });
});
