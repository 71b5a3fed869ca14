import { readFile } from 'node:fs/promises';
import { DomainError } from '../domain/errors.js';
import { verifyTogether } from '../domain/proof/verify-together.js';
import { givenOf } from './given.js';
import { type Opened, openFile } from './read-file.js';
import { report } from './report.js';
import { unpack } from './unpack.js';

/**
 * The verifier as one file for Node: `node verify.mjs FILE... [KEY]... [--quorum N]`, with the key of the record and those of cosigners.
 *
 * Ends with 0 where all is right, 1 where something differs, 2 where a file cannot be read.
 */
async function main(given: readonly string[]): Promise<number> {
  // A key has a name, a plus and base64; no file that holds a proof is called so.
  const isKey = (one: string): boolean => /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(one);
  const at = given.indexOf('--quorum');
  const [words, quorum] = at < 0 ? [given, ''] : [given.toSpliced(at, 2), given[at + 1] ?? 'nothing'];
  const known = givenOf(words.filter(isKey), quorum);
  const files: Opened[] = [];
  for (const name of words.filter((one) => !isKey(one))) {
    files.push(await openFile(await readFile(name), unpack, name));
  }
  if (files.length === 0)
    throw new DomainError(
      'invalid-input',
      'Name a file: node verify.mjs STATEMENT.pdf [CERTIFICATE.pdf] [KEY]... [--quorum N]',
      {},
    );
  const all = verifyTogether(files, known);
  const reports = files.map((file, i) => report(file, all[i] ?? []));
  process.stdout.write(`${reports.map(({ text }) => text).join('\n\n')}\n`);
  return reports.every(({ verdict }) => verdict === 'right') ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
