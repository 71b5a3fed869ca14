import { type Check, differs, holds } from '../domain/proof/check.js';
import { DomainError } from '../domain/errors.js';
import { readKey } from '../domain/proof/note.js';
import { verifyTogether } from '../domain/proof/verify-together.js';
import { drawStatement } from '../modules/invoices/pdf/document.js';
import { drawCertificate } from '../modules/proofs/certificate-page.js';
import { type Opened, openFile } from '../verifier/read-file.js';
import { report } from '../verifier/report.js';
import { unpack } from '../verifier/unpack.js';
import { CommandFailed, exitCodes, type Output } from './output.js';
import { readNamedFile } from './stateless.js';

export interface VerifyOptions {
  readonly key?: string;
  readonly earlier?: string;
  readonly cosigner?: readonly string[];
  readonly quorum?: string;
}

/**
 * Says whether statements and certificates are right, from their PDFs or their files and nothing else: no network, no database.
 *
 * Files that are given together are compared with each other too. A PDF is drawn again from what is attached to it, so that what is
 * printed is what was checked.
 */
export async function verifyCommand(
  out: Output,
  paths: readonly string[],
  { key, earlier, cosigner, quorum }: VerifyOptions,
): Promise<void> {
  const files = await Promise.all(paths.map(async (path) => ({ path, ...(await opened(path)) })));
  const earlierHead = earlier === undefined ? undefined : headOf(await opened(earlier));
  const all = verifyTogether(
    files.map(({ file }) => file),
    {
      ...(key === undefined ? {} : { key }),
      ...(earlierHead === undefined ? {} : { earlierHead }),
      ...(cosigner === undefined ? {} : { cosigners: cosigner.map(knownKey) }),
      ...(quorum === undefined ? {} : { quorum: countOf(quorum) }),
    },
  );
  const answers = files.map(({ path, file, content }, i) => {
    const checks = [...(file.isPdf ? [paperCheck(content, file)] : []), ...(all[i] ?? [])];
    return { path, checks, ...report(file, checks) };
  });
  const data = answers.map(({ path, verdict, headline, checks }) => ({ file: path, verdict, headline, checks }));
  out.answer(answers.map(({ text }) => text).join('\n\n'), data.length === 1 ? data[0] : { files: data });
  if (answers.some(({ verdict }) => verdict === 'wrong')) process.exitCode = exitCodes.failed;
}

async function opened(path: string): Promise<{ readonly file: Opened; readonly content: Buffer }> {
  const content = readNamedFile(path);
  try {
    return { file: await openFile(content, unpack, path), content };
  } catch (error) {
    if (error instanceof DomainError) throw new CommandFailed(error.message, exitCodes.usage);
    throw error;
  }
}

function knownKey(written: string): string {
  try {
    readKey(written);
    return written;
  } catch (error) {
    throw new CommandFailed(error instanceof Error ? error.message : String(error), exitCodes.usage);
  }
}

function countOf(written: string): number {
  if (!/^\d{1,2}$/.test(written))
    throw new CommandFailed(`--quorum ${written} is no number of people.`, exitCodes.usage);
  return Number.parseInt(written, 10);
}

function headOf({ file }: { readonly file: Opened }): string | undefined {
  if (file.kind === 'openings') return undefined;
  return (file.kind === 'statement' ? file.bundle.record : file.file.record)?.head;
}

function drawn(file: Opened): Buffer {
  if (file.kind === 'statement') return drawStatement(file.bundle.statement, file.written);
  // Nothing else is drawn on paper; a PDF that holds something else was made by somebody else.
  return file.kind === 'certificate' ? drawCertificate(file.file) : Buffer.alloc(0);
}

function paperCheck(content: Buffer, file: Opened): Check {
  return drawn(file).equals(content)
    ? holds('paper', `The PDF is, to the byte, what is drawn from the ${file.kind} attached to it.`)
    : differs(
        'paper',
        `The PDF is not what is drawn from the ${file.kind} attached to it: something printed was changed, or another version of this program drew it.`,
      );
}
