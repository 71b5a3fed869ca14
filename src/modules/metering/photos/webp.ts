/*
 * Takes out of a WebP what says where and with what it was taken, without looking at the picture. The file is a RIFF of chunks: a name of four letters, a length, content, and a
 * byte more where the length is odd. Exif and XMP have chunks of their own, and a flag each in VP8X.
 */

/** What a picture is made of; everything else may say anything. */
const kept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const withoutExifAndXmp = 0xff & ~0x0c;

/** The same picture without its origin; null where the file is broken. */
export function cleanWebp(file: Buffer): Buffer | null {
  const length = file.readUInt32LE(4) + 8;
  if (length > file.length || length < 20) return null;
  const parts: Buffer[] = [];
  for (let at = 12; at < length;) {
    if (at + 8 > length) return null;
    const size = file.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    const name = file.subarray(at, at + 4).toString('latin1');
    if (at + 8 + size > length) return null;
    if (kept.has(name)) parts.push(name === 'VP8X' ? flagged(file.subarray(at, end)) : file.subarray(at, end));
    at = end;
  }
  if (parts.length === 0) return null;
  const body = Buffer.concat(parts);
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

function flagged(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk);
  if (copy.length > 8) copy[8] = (copy[8] ?? 0) & withoutExifAndXmp;
  return copy;
}
