import { attachedFile, bundleName, isPdf, mostUnpacked } from '../domain/proof/attachment.js';
import { type Bundle, readBundle } from '../domain/proof/bundle.js';
import { DomainError } from '../domain/errors.js';

/** Unpacks zlib data and stops where it comes to more than so many bytes. */
export type Unpack = (packed: Uint8Array, most: number) => Promise<Uint8Array>;

/** What was in a file: the bundle, its text, and whether it came in a PDF. */
export interface Opened {
  readonly bundle: Bundle;
  readonly written: string;
  readonly isPdf: boolean;
}

/**
 * Reads a bundle from a PDF or from a file of its own. The same code runs in Node and in a browser, which unpack in ways of their own.
 *
 * @throws DomainError `invalid-input` for a file that holds none
 */
export async function openFile(file: Uint8Array, unpack: Unpack): Promise<Opened> {
  const written = isPdf(file) ? await fromPdf(file, unpack) : text(file);
  return { bundle: readBundle(written), written, isPdf: isPdf(file) };
}

async function fromPdf(file: Uint8Array, unpack: Unpack): Promise<string> {
  const { bytes, isPacked } = attachedFile(file, bundleName);
  if (!isPacked) return text(bytes);
  try {
    return text(await unpack(bytes, mostUnpacked));
  } catch {
    throw new DomainError(
      'invalid-input',
      `What is attached as ${bundleName} cannot be unpacked; the file was changed.`,
      {},
    );
  }
}

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DomainError('invalid-input', 'This is neither a PDF nor a bundle: it is no text in UTF-8.', {});
  }
}
