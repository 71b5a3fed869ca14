/*
 * Takes out of a JPEG what says where and with what it was taken, without looking at the picture.
 *
 * A JPEG is a row of segments: FF, a mark, a length, content. Cameras write the place into APP1 (Exif, XMP) and APP13 (IPTC), makers write what they like into the
 * others, and a second, smaller picture with a place of its own behind the end. Kept are the picture, its colours (APP2 with an ICC profile, APP14) and the size of its points
 * (APP0). Which way is up stands in the Exif too, and is written anew, alone.
 */

const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const app = (n: number): number => 0xe0 + n;
const comment = 0xfe;

/** The same picture without its origin; null where the file is broken. */
export function cleanJpeg(file: Buffer): Buffer | null {
  const kept: Buffer[] = [file.subarray(0, 2)];
  let orientation = 1;
  let isDone = false;
  for (let at = 2; at + 4 <= file.length || file[at + 1] === endOfImage;) {
    if (file[at] !== 0xff) return null;
    const mark = file[at + 1] ?? 0;
    // Any number of FF may stand before a mark.
    if (mark === 0xff) {
      at += 1;
      continue;
    }
    if (mark === endOfImage) {
      kept.push(file.subarray(at, at + 2));
      isDone = true;
      break;
    }
    if (mark === startOfImage || mark === 0) return null;
    const length = file.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > file.length) return null;
    const segment = file.subarray(at, end);
    if (mark === app(1)) orientation = orientationOf(segment.subarray(4)) ?? orientation;
    else if (isKept(mark, segment)) kept.push(segment);
    at = end;
    if (mark !== startOfScan) continue;
    const next = endOfScan(file, at);
    kept.push(file.subarray(at, next));
    at = next;
  }
  if (!isDone) return null;
  return Buffer.concat(
    orientation === 1 ? kept : [kept[0] ?? file.subarray(0, 2), upright(orientation), ...kept.slice(1)],
  );
}

function isKept(mark: number, segment: Buffer): boolean {
  if (mark === comment) return false;
  if (mark < app(0) || mark > app(15)) return true;
  if (mark === app(0) || mark === app(14)) return true;
  return mark === app(2) && segment.subarray(4, 16).toString('latin1') === 'ICC_PROFILE\0';
}

/** Where the picture's data end: at the next mark that is none of its own. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0 && at + 1 < file.length; at = file.indexOf(0xff, at + 1)) {
    const mark = file[at + 1] ?? 0;
    const isOwn = mark === 0 || mark === 0xff || (mark >= 0xd0 && mark <= 0xd7);
    if (!isOwn) return at;
  }
  return file.length;
}

const orientationTag = 0x0112;

/** Which way is up, 2 to 8, as Exif says it; null where it says nothing, or the usual. */
function orientationOf(content: Buffer): number | null {
  if (content.subarray(0, 6).toString('latin1') !== 'Exif\0\0') return null;
  const tiff = content.subarray(6);
  const order = tiff.subarray(0, 2).toString('latin1');
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return null;
  const two = (at: number): number => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return null;
  const count = two(directory);
  for (let i = 0; i < count; i += 1) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.length) return null;
    if (two(entry) !== orientationTag) continue;
    const value = two(entry + 8);
    return value >= 2 && value <= 8 ? value : null;
  }
  return null;
}

/** A segment of Exif with nothing in it but which way is up. */
function upright(orientation: number): Buffer {
  const tiff = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  tiff.writeUInt16BE(orientation, 18);
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, app(1), 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
