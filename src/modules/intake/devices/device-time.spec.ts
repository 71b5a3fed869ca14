import { fromIso, fromUnixMs, fromUnixSeconds } from './device-time.js';

describe('the time of a device', () => {
  it.each([
    ['1707326927', '2024-02-07T17:28:47Z'],
    ['1707326927.12', '2024-02-07T17:28:47.12Z'],
    ['1707326927.9999', '2024-02-07T17:28:47.999Z'],
    ['1.707326927e9', '2024-02-07T17:28:47Z'],
  ])('in seconds %s is %s', (digits, instant) => {
    expect(fromUnixSeconds(digits)).toBe(instant);
  });

  it('in milliseconds is exact', () => {
    expect(fromUnixMs('1707326927123')).toBe('2024-02-07T17:28:47.123Z');
  });

  it.each(['0', '', '17', '946684799', '1707326927123', 'soon', '-1'])(
    'is not known where a clock says %s',
    (digits) => {
      expect(fromUnixSeconds(digits)).toBeNull();
    },
  );

  it.each([
    ['2020-02-17T07:49:09.935284891Z', '2020-02-17T07:49:09.935Z'],
    ['2022-07-18T09:34:15.775023242+00:00', '2022-07-18T09:34:15.775Z'],
    ['2026-10-25T01:30:00+01:00', '2026-10-25T00:30:00Z'],
  ])('as a text %s is %s', (text, instant) => {
    expect(fromIso(text)).toBe(instant);
  });

  it.each(['2026-10-25T01:30:00', '18:28', '', '1970-01-01T00:00:00Z', 'x'.repeat(100)])(
    'is not known where a text says "%s"',
    (text) => {
      expect(fromIso(text)).toBeNull();
    },
  );
});
