/*
 * CRC-16/ARC, as P1 telegrams carry it: polynomial x16 + x15 + x2 + 1, lowest bit first, beginning with zero.
 */

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** @param text one character for each byte @example crc16('123456789') → 0xBB3D */
export function crc16(text: string): number {
  let crc = 0;
  for (let i = 0; i < text.length; i += 1) crc = (crc >>> 8) ^ (table[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0);
  return crc;
}
