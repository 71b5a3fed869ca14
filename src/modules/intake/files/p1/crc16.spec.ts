import { crc16 } from './crc16.js';

describe('crc16', () => {
  // The check value that catalogues of CRCs give for CRC-16/ARC.
  it('is that of the catalogue', () => expect(crc16('123456789')).toBe(0xbb3d));

  it('of nothing is zero', () => expect(crc16('')).toBe(0));

  it('changes with any digit', () =>
    expect(crc16('1-0:1.8.1(000004.426*kWh)')).not.toBe(crc16('1-0:1.8.1(000004.427*kWh)')));
});
