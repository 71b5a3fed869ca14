import { readFile } from 'node:fs/promises';
import { DomainError } from '../domain/errors.js';
import { verifyBundle } from '../domain/proof/verify.js';
import { openFile } from './read-file.js';
import { report } from './report.js';
import { unpack } from './unpack.js';

/**
 * The verifier as one file for Node: `node verify.mjs FILE [KEY]`.
 *
 * Ends with 0 where the statement is right, 1 where something differs, 2 where the file cannot be read.
 */
async function main(file: string | undefined, key: string | undefined): Promise<number> {
  if (file === undefined)
    throw new DomainError('invalid-input', 'Name a file: node verify.mjs STATEMENT.pdf [KEY]', {});
  const { bundle } = await openFile(await readFile(file), unpack);
  const { verdict, text } = report(bundle.statement, verifyBundle(bundle, key === undefined ? {} : { key }));
  process.stdout.write(`${text}\n`);
  return verdict === 'right' ? 0 : 1;
}

main(process.argv[2], process.argv[3]).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
