import {
  attachedFile,
  bundleName,
  certificateName,
  isAttached,
  isPdf,
  mostUnpacked,
} from '../domain/proof/attachment.js';
import { openingsFormat, readOpenings } from '../domain/proof/audit-run.js';
import { readBundle } from '../domain/proof/bundle.js';
import { certificateFormat, readCertificate } from '../domain/proof/certificate.js';
import type { Proving } from '../domain/proof/verify-together.js';
import { DomainError } from '../domain/errors.js';

/** Unpacks zlib data and stops where it comes to more than so many bytes. */
export type Unpack = (packed: Uint8Array, most: number) => Promise<Uint8Array>;

/** What was in a file, its text, and whether it came in a PDF. */
export type Opened = Proving & { readonly written: string; readonly isPdf: boolean };

/**
 * Reads what proves something from a PDF or from a file of its own. The same code runs in Node and in a browser, which unpack in ways of
 * their own.
 *
 * @param name under which its reader has the file
 * @throws DomainError `invalid-input` for a file that holds neither a bundle nor a certificate
 */
export async function openFile(file: Uint8Array, unpack: Unpack, name = 'the file'): Promise<Opened> {
  const written = isPdf(file) ? await fromPdf(file, unpack) : text(file);
  const about = { name, written, isPdf: isPdf(file) };
  if (written.includes(`"format":"${openingsFormat}"`))
    return { kind: 'openings', file: readOpenings(written), ...about };
  return written.includes(`"format":"${certificateFormat}"`)
    ? { kind: 'certificate', file: readCertificate(written), ...about }
    : { kind: 'statement', bundle: readBundle(written), ...about };
}

async function fromPdf(file: Uint8Array, unpack: Unpack): Promise<string> {
  const name = isAttached(file, certificateName) && !isAttached(file, bundleName) ? certificateName : bundleName;
  const { bytes, isPacked } = attachedFile(file, name);
  if (!isPacked) return text(bytes);
  try {
    return text(await unpack(bytes, mostUnpacked));
  } catch {
    throw new DomainError('invalid-input', `What is attached as ${name} cannot be unpacked; the file was changed.`, {});
  }
}

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DomainError(
      'invalid-input',
      'This is neither a PDF nor a file that proves something: it is no text in UTF-8.',
      {},
    );
  }
}
