/*
 * Takes out of a PNG what says where and with what it was taken, without looking at the picture: chunks of Exif, of text and of time. A chunk is its length, a name
 * of four letters, content and a checksum over its own name and content, so those that stay need no new one. What stands behind the end is left out.
 */

export const pngBeginning = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What a picture is made of, and how its colours are meant; everything else may say anything. */
const kept = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'bKGD', 'pHYs'],
]);

/** The same picture without its origin; null where the file is broken. */
export function cleanPng(file: Buffer): Buffer | null {
  const parts: Buffer[] = [pngBeginning];
  for (let at = pngBeginning.length; at + 12 <= file.length;) {
    const end = at + 12 + file.readUInt32BE(at);
    const name = file.subarray(at + 4, at + 8).toString('latin1');
    if (end > file.length || (parts.length === 1 && name !== 'IHDR')) return null;
    if (kept.has(name)) parts.push(file.subarray(at, end));
    if (name === 'IEND') return Buffer.concat(parts);
    at = end;
  }
  return null;
}
