import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'windows-1252';

/** Bytes at the beginning of a file that suffice to see what it is. */
export const sampleBytes = 512;

/**
 * In what a file is written, by its first bytes, and how many of them are the mark that says so.
 *
 * UTF-16 without its mark is believed where the text is plainly Latin: one byte of nearly every pair is zero, always the same one.
 * All else begins as UTF-8, which most text is, and may turn out to be windows-1252.
 */
export function encodingOf(sample: Uint8Array): { readonly encoding: Encoding; readonly markBytes: number } {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => sample[i] === byte);
  if (begins(0xef, 0xbb, 0xbf)) return { encoding: 'UTF-8', markBytes: 3 };
  if (begins(0xff, 0xfe)) return { encoding: 'UTF-16LE', markBytes: 2 };
  if (begins(0xfe, 0xff)) return { encoding: 'UTF-16BE', markBytes: 2 };
  const pairs = Math.floor(sample.length / 2);
  const zeros = (offset: 0 | 1): number => sample.filter((byte, i) => i % 2 === offset && byte === 0).length;
  const [high, low] = [zeros(0), zeros(1)];
  const isMost = (count: number): boolean => pairs >= 4 && count >= pairs * 0.8;
  if (isMost(low) && high === 0) return { encoding: 'UTF-16LE', markBytes: 0 };
  if (isMost(high) && low === 0) return { encoding: 'UTF-16BE', markBytes: 0 };
  return { encoding: 'UTF-8', markBytes: 0 };
}

/** Turns the bytes of a file into text, piece by piece, wherever they are cut. */
export class TextOfBytes {
  private readonly wide: TextDecoder | null;
  /** Bytes of a character that goes on in the next piece. */
  private rest = Buffer.alloc(0);

  /** @param encoding that of the beginning; UTF-8 becomes windows-1252 at the first byte that is none */
  constructor(public encoding: Encoding) {
    this.wide = encoding.startsWith('UTF-16') ? new TextDecoder(encoding, { ignoreBOM: true }) : null;
  }

  write(bytes: Uint8Array): string {
    if (this.wide) return this.wide.decode(bytes, { stream: true });
    if (this.encoding === 'windows-1252') return western(bytes);
    const whole = Buffer.concat([this.rest, bytes]);
    const complete = completeBytes(whole);
    if (!isUtf8(whole.subarray(0, complete))) return this.turnWestern(whole);
    this.rest = Buffer.from(whole.subarray(complete));
    return whole.toString('utf8', 0, complete);
  }

  end(): string {
    if (this.wide) return this.wide.decode();
    return this.rest.length > 0 ? this.turnWestern(this.rest) : '';
  }

  private turnWestern(whole: Buffer): string {
    const valid = validBytes(whole);
    this.encoding = 'windows-1252';
    this.rest = Buffer.alloc(0);
    return whole.toString('utf8', 0, valid) + western(whole.subarray(valid));
  }
}

/** What the bytes 0x80 to 0x9f are in windows-1252; all others are as in Latin-1, as which Node's own decoder takes these too. */
const between = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const western = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (sign) => between.charAt(sign.charCodeAt(0) - 0x80));

/** How many bytes there are without the character that is cut off at the end. */
function completeBytes(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let at = length - 1; at >= Math.max(0, length - 3); at -= 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return length;
    if (byte < 0xc0) continue; // goes on with a character that began before
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return at + needed > length ? at : length;
  }
  return length;
}

/** How many bytes from the beginning are UTF-8. */
function validBytes(bytes: Uint8Array): number {
  const complete = (length: number): number => completeBytes(bytes.subarray(0, length));
  let [low, high] = [0, bytes.length + 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (isUtf8(bytes.subarray(0, complete(middle)))) low = middle;
    else high = middle;
  }
  return complete(low);
}
