import { DomainError } from '../errors.js';

/**
 * Finds a file that is attached to a PDF, in Node and in a browser, without a PDF library.
 *
 * Only files as we draw them are read: objects that stand in the file as text, each number once. A file that was changed by
 * appending to it has a second object of some number, or a second end, and is refused: what a reader shows would then not be what
 * is read here.
 */
export interface Attached {
  readonly bytes: Uint8Array;
  /** Whether they are packed (zlib, RFC 1950). */
  readonly isPacked: boolean;
}

const most = 50_000_000;
/** What an attachment may come to when it is unpacked: whoever unpacks stops there. */
export const mostUnpacked = 16_000_000;
export const bundleName = 'bundle.json';
export const certificateName = 'certificate.json';

export const isPdf = (file: Uint8Array): boolean => latin(file.subarray(0, 5)) === '%PDF-';

const decoder = new TextDecoder('latin1');
/** One character a byte, so that places in the text are places in the file. */
const latin = (bytes: Uint8Array): string => decoder.decode(bytes);

/**
 * @param name of the attached file, as `bundle.json`
 * @throws DomainError `invalid-input` where the PDF has none, or was changed after it was made
 */
export function attachedFile(pdf: Uint8Array, name: string): Attached {
  if (pdf.length > most) throw refused(`it is longer than ${most} bytes`);
  const file = latin(pdf);
  if (count(file, /%%EOF/g) !== 1)
    throw refused('it has not one end; it was changed after it was made, or is not whole');
  const specs = [...file.matchAll(/\/Type \/Filespec[^]{0,400}?endobj/g)].filter(([spec]) =>
    spec.includes(`/F (${name})`),
  );
  const [spec] = specs;
  if (spec === undefined || specs.length > 1) throw refused(`${specs.length} files called ${name} are attached`);
  const number = /\/EF <<\s*\/F (\d{1,9}) 0 R/.exec(spec[0])?.[1];
  const objects = [...file.matchAll(new RegExp(`\\n${number ?? 'none'} 0 obj\\n`, 'g'))];
  const [object] = objects;
  if (object === undefined || objects.length > 1) throw refused(`what is attached as ${name} is not there once`);
  const start = object.index + object[0].length;
  const [head = '', length] =
    /^<<[^]{0,1000}?\/Length (\d{1,9})[^]{0,200}?>>\s*stream\r?\n/.exec(file.slice(start, start + 1_500)) ?? [];
  const from = start + head.length;
  const to = from + Number(length);
  if (head === '' || !/^\s*endstream/.test(file.slice(to, to + 20))) throw refused(`${name} cannot be taken out of it`);
  return { bytes: pdf.subarray(from, to), isPacked: head.includes('/FlateDecode') };
}

/** Whether a PDF says that a file of this name is attached to it. */
export const isAttached = (pdf: Uint8Array, name: string): boolean => latin(pdf).includes(`/F (${name})`);

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
const refused = (why: string) =>
  new DomainError('invalid-input', `This PDF holds nothing that can be verified: ${why}.`, {});
