import { DomainError } from '../../../domain/errors.js';
import { cleanJpeg } from './jpeg.js';
import { cleanPng, pngBeginning } from './png.js';
import { cleanWebp } from './webp.js';

/** A photo as it is kept: the same picture without place, time and camera. */
export interface CleanPhoto {
  readonly mediaType: 'image/jpeg' | 'image/png' | 'image/webp';
  readonly content: Buffer;
}

/**
 * Tells a photo by its first bytes, whatever the request says of it, and takes out where and with what it was taken. The picture itself is never decoded: neither its
 * size nor its points can harm anybody here.
 *
 * @throws DomainError `unsupported-format` for what is no photo, or one from which the place cannot be taken out without decoding; `unreadable-file` where it is broken
 */
export function cleanPhoto(file: Buffer): CleanPhoto {
  const mediaType = typeOf(file);
  if (mediaType === null) throw new DomainError('unsupported-format', 'This is no photo in JPEG, PNG or WebP.');
  if (mediaType === 'image/heic') {
    throw new DomainError(
      'unsupported-format',
      'This photo is in HEIC, from which the place cannot be taken out here. Send it as JPEG: on an iPhone, Settings, Camera, Formats, Most Compatible.',
    );
  }
  const clean = { 'image/jpeg': cleanJpeg, 'image/png': cleanPng, 'image/webp': cleanWebp }[mediaType];
  const content = clean(file);
  if (content === null) throw new DomainError('unreadable-file', 'The photo is broken off or damaged; send it again.');
  return { mediaType, content };
}

const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'avif']);

function typeOf(file: Buffer): CleanPhoto['mediaType'] | 'image/heic' | null {
  const text = (from: number, to: number): string => file.subarray(from, to).toString('latin1');
  if (file.length < 20) return null;
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (file.subarray(0, pngBeginning.length).equals(pngBeginning)) return 'image/png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
  return text(4, 8) === 'ftyp' && heicBrands.has(text(8, 12)) ? 'image/heic' : null;
}
