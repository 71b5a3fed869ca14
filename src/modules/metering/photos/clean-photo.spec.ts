import fc from 'fast-check';
import { DomainError } from '../../../domain/errors.js';
import { cleanPhoto } from './clean-photo.js';
import { pngBeginning } from './png.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const place = 'GPS 51.5074 N 0.1278 W';

/** A segment of a JPEG: mark, length, content. */
const segment = (mark: number, content: Buffer | string): Buffer => {
  const held = typeof content === 'string' ? bytes(content) : content;
  const head = Buffer.from([0xff, mark, 0, 0]);
  head.writeUInt16BE(held.length + 2, 2);
  return Buffer.concat([head, held]);
};
const exif = (orientation: number, order: 'II' | 'MM' = 'II'): Buffer => {
  const tiff = Buffer.alloc(8 + 2 + 12 + 4);
  tiff.write(order, 'latin1');
  const two = (value: number, at: number) =>
    order === 'II' ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at);
  two(42, 2);
  if (order === 'II') tiff.writeUInt32LE(8, 4);
  else tiff.writeUInt32BE(8, 4);
  two(1, 8);
  two(0x0112, 10);
  two(3, 12);
  two(orientation, 18);
  return Buffer.concat([bytes('Exif\0\0'), tiff, bytes(place)]);
};
const start = bytes('\xff\xd8');
const end = bytes('\xff\xd9');
const jfif = segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0');
const colours = segment(0xe2, 'ICC_PROFILE\0colours');
const table = segment(0xdb, 'quantities');
// Data with a stuffed FF 00, a restart mark, and a second scan behind it.
const scans = Buffer.concat([
  segment(0xda, 'scan'),
  bytes('one\xff\x00two\xff\xd0three'),
  segment(0xda, 'scan'),
  bytes('four'),
]);
const jpeg = (...more: Buffer[]): Buffer => Buffer.concat([start, jfif, ...more, table, scans, end]);

const chunk = (name: string, content: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, bytes(name), bytes(content), bytes('sums')]);
};
const png = (...more: Buffer[]): Buffer =>
  Buffer.concat([pngBeginning, chunk('IHDR', 'as wide as high'), ...more, chunk('IDAT', 'points'), chunk('IEND', '')]);

const riff = (...chunks: readonly (readonly [string, string])[]): Buffer => {
  const body = Buffer.concat(
    chunks.map(([name, content]) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(content.length);
      return Buffer.concat([bytes(name), length, bytes(content), Buffer.alloc(content.length % 2)]);
    }),
  );
  const head = bytes('RIFF\0\0\0\0WEBP');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
};

const refusal = (file: Buffer): string => {
  try {
    cleanPhoto(file);
    return 'none';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

describe('a JPEG', () => {
  it('loses place, camera, comments and what stands behind it, and keeps its picture and colours', () => {
    const sent = Buffer.concat([
      jpeg(
        segment(0xe1, exif(1)),
        segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${place}`),
        colours,
        segment(0xe2, `MPF\0${place}`),
        segment(0xed, `Photoshop 3.0\0${place}`),
        segment(0xfe, place),
      ),
      bytes(place),
    ]);
    const { mediaType, content } = cleanPhoto(sent);
    expect(mediaType).toBe('image/jpeg');
    expect(content.equals(jpeg(colours))).toBe(true);
  });

  it.each([
    ['II', 6],
    ['MM', 3],
  ] as const)('stays the right way up (%s, %d)', (order, orientation) => {
    const { content } = cleanPhoto(jpeg(segment(0xe1, exif(orientation, order))));
    expect(content.includes(place)).toBe(false);
    // Cleaned again it is the same: what was written is what is read.
    expect(cleanPhoto(content).content.equals(content)).toBe(true);
    expect(content.length).toBe(jpeg().length + 4 + 6 + 26);
    expect(content.readUInt16BE(content.indexOf('Exif') + 6 + 18)).toBe(orientation);
  });

  it.each([
    ['broken off in its data', jpeg().subarray(0, -6)],
    ['broken off in a segment', jpeg().subarray(0, 30)],
    ['with a segment of no length', Buffer.concat([start, bytes('\xff\xdb\0\0'), Buffer.alloc(30)])],
    ['with something between its segments', Buffer.concat([start, jfif, bytes('?'), table, scans, end])],
  ])('is refused %s', (_, file) => {
    expect(refusal(file)).toBe('unreadable-file');
  });
});

describe('a PNG', () => {
  it('loses Exif, texts, times and what stands behind it', () => {
    const more = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME', 'prVt'].map((name) => chunk(name, place));
    const { mediaType, content } = cleanPhoto(Buffer.concat([png(chunk('gAMA', 'bend'), ...more), bytes(place)]));
    expect(mediaType).toBe('image/png');
    expect(content.equals(png(chunk('gAMA', 'bend')))).toBe(true);
  });

  it.each([
    ['broken off', png().subarray(0, -4)],
    ['that begins with no header', Buffer.concat([pngBeginning, chunk('IDAT', 'points'), chunk('IEND', '')])],
    [
      'whose chunk is longer than the file',
      Buffer.concat([pngBeginning, bytes('\xff\xff\xff\xffIHDR'), Buffer.alloc(20)]),
    ],
  ])('is refused %s', (_, file) => {
    expect(refusal(file)).toBe('unreadable-file');
  });
});

describe('a WebP', () => {
  it('loses Exif and XMP, and the flags that say they are there', () => {
    const sent = riff(
      ['VP8X', '\x2e\0\0\0sizes.'],
      ['ICCP', 'colours'],
      ['VP8 ', 'points'],
      ['EXIF', place],
      ['XMP ', place],
    );
    const { mediaType, content } = cleanPhoto(Buffer.concat([sent, bytes(place)]));
    expect(mediaType).toBe('image/webp');
    expect(content.equals(riff(['VP8X', '\x22\0\0\0sizes.'], ['ICCP', 'colours'], ['VP8 ', 'points']))).toBe(true);
  });

  it('is refused broken off', () => {
    expect(refusal(riff(['VP8 ', 'points and points']).subarray(0, -4))).toBe('unreadable-file');
  });
});

describe('another file', () => {
  it.each([
    ['HEIC, from which the place cannot be taken', Buffer.concat([bytes('\0\0\0\x18ftypheic'), Buffer.alloc(40)])],
    ['a page', bytes('<!doctype html><script>alert(1)</script>')],
    ['a drawing', bytes('<svg xmlns="http://www.w3.org/2000/svg"></svg>')],
    ['nothing', Buffer.alloc(0)],
    ['a GIF', bytes('GIF89a with as much behind it')],
  ])('is refused: %s', (_, file) => {
    expect(refusal(file)).toBe('unsupported-format');
  });

  it('of any bytes ends in an answer', () => {
    const beginnings = [start, bytes('\xff\xd8\xff\xe1'), pngBeginning, bytes('RIFF\x30\0\0\0WEBP'), Buffer.alloc(0)];
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 400 }), (first, rest) => {
        expect(['none', 'unreadable-file', 'unsupported-format']).toContain(refusal(Buffer.concat([first, rest])));
      }),
      { numRuns: 2_000 },
    );
  });
});
