import { differs, holds } from '../domain/proof/check.js';
import { DomainError } from '../domain/errors.js';
import { verifyBundle } from '../domain/proof/verify.js';
import { drawStatement } from '../modules/invoices/pdf/document.js';
import { openFile } from '../verifier/read-file.js';
import { report } from '../verifier/report.js';
import { unpack } from '../verifier/unpack.js';
import { CommandFailed, exitCodes, type Output } from './output.js';
import { readNamedFile } from './stateless.js';

export interface VerifyOptions {
  readonly key?: string;
  readonly earlier?: string;
}

/**
 * Says whether a statement is right, from its PDF or its bundle and nothing else: no network, no database.
 *
 * A PDF is drawn again from what is attached to it, so that what is printed is what was checked.
 */
export async function verifyCommand(out: Output, path: string, { key, earlier }: VerifyOptions): Promise<void> {
  const file = readNamedFile(path);
  const { bundle, written, isPdf } = await opened(file);
  const earlierHead = earlier === undefined ? undefined : (await opened(readNamedFile(earlier))).bundle.record?.head;
  const checks = [
    ...(isPdf ? [paperCheck(file, drawStatement(bundle.statement, written))] : []),
    ...verifyBundle(bundle, {
      ...(key === undefined ? {} : { key }),
      ...(earlierHead === undefined ? {} : { earlierHead }),
    }),
  ];
  const { verdict, headline, text } = report(bundle.statement, checks);
  out.answer(text, { file: path, verdict, headline, checks });
  if (verdict === 'wrong') process.exitCode = exitCodes.failed;
}

async function opened(file: Buffer) {
  try {
    return await openFile(file, unpack);
  } catch (error) {
    if (error instanceof DomainError) throw new CommandFailed(error.message, exitCodes.usage);
    throw error;
  }
}

const paperCheck = (file: Buffer, drawn: Buffer) =>
  drawn.equals(file)
    ? holds('paper', 'The PDF is, to the byte, what is drawn from the statement attached to it.')
    : differs(
        'paper',
        'The PDF is not what is drawn from the statement attached to it: something printed was changed, or another version of this program drew it.',
      );
