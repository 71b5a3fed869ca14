import { unproven } from '../domain/proof/verify.js';
import { verifyTogether } from '../domain/proof/verify-together.js';
import { givenOf } from './given.js';
import { type Opened, openFile, type Unpack } from './read-file.js';
import { report } from './report.js';

/** Unpacks in a browser. */
const unpack: Unpack = async (packed, most) => {
  const stream = new Blob([Uint8Array.from(packed)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > most) throw new Error('It unpacks to more than a bundle can be.');
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces.map((piece) => Uint8Array.from(piece))).arrayBuffer());
};

/** A file that was dropped on the page. */
interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the page shows of files that were dropped on it, each by itself and beside the others. @param keys of the record and of cosigners, as typed */
export async function check(dropped: readonly Dropped[], keys: readonly string[], quorum: string) {
  const given = givenOf(keys, quorum);
  const files: Opened[] = [];
  for (const { name, bytes } of dropped) files.push(await openFile(bytes, unpack, name));
  const all = verifyTogether(files, given);
  return files.map((file, i) => {
    const checks = all[i] ?? [];
    const { verdict, headline } = report(file, checks);
    return { verdict, headline, checks, unproven, paper: file.isPdf ? paperOf(file) : null };
  });
}

/** The page cannot draw a PDF, so it says what to compare with the paper. */
function paperOf(file: Opened): string | null {
  if (file.kind === 'openings') return null;
  if (file.kind === 'statement') {
    const { number, member, charges, balance, currency } = file.bundle.statement;
    return `Compare with the paper: ${number}, ${member.name}, total ${charges.gross} ${currency}, owed ${balance.closing} ${currency}.`;
  }
  const { total, difference, currency, approved } = file.file.content;
  return `Compare with the paper: all costs ${total.amount} ${currency}, members ${total.members}, common ${total.common}, vacant ${total.vacant}, held ${total.held}, difference ${difference}; approved by ${approved.name}.`;
}
