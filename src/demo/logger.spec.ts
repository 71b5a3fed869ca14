import { halfHoursOf, told } from './logger.js';

describe('what a logger says', () => {
  const shown = [
    { at: '2026-10-01T06:00:00Z', wh: 1000n },
    { at: '2026-10-01T07:30:00Z', wh: 1100n },
    { at: '2026-10-01T08:00:00Z', wh: 1250n },
  ];

  it('is every half-hour between what a display showed, and comes to the same to the last watt-hour', () => {
    const said = halfHoursOf(shown);
    expect(said.map(({ gained }) => gained)).toEqual([33n, 33n, 34n, 150n]);
    expect(said.map(({ from, at }) => `${from} ${at}`)).toEqual([
      '2026-10-01T06:00:00Z 2026-10-01T06:30:00Z',
      '2026-10-01T06:30:00Z 2026-10-01T07:00:00Z',
      '2026-10-01T07:00:00Z 2026-10-01T07:30:00Z',
      '2026-10-01T07:30:00Z 2026-10-01T08:00:00Z',
    ]);
    expect(said.at(-1)?.wh).toBe(1250n);
  });

  it('is what was used; a display says what it shows', () => {
    const counted = { from: '2026-10-01T07:30:00Z', at: '2026-10-01T08:00:00Z', wh: 1250n, gained: 150n };
    expect(told('M-0701B', counted)).toMatchObject({ from: counted.from, to: counted.at, quantity: '0.150' });
    expect(told('M-0701', counted)).toMatchObject({ at: counted.at, value: '1.250' });
  });
});
