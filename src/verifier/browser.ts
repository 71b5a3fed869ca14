import { unproven, verifyBundle } from '../domain/proof/verify.js';
import { openFile, type Unpack } from './read-file.js';
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

/** What the page shows of a file that was dropped on it. */
export async function check(file: Uint8Array, key: string) {
  const { bundle, isPdf } = await openFile(file, unpack);
  const checks = verifyBundle(bundle, key === '' ? {} : { key });
  const { verdict, headline } = report(bundle.statement, checks);
  const { number, member, charges, balance, currency } = bundle.statement;
  const paper = `Compare with the paper: ${number}, ${member.name}, total ${charges.gross} ${currency}, owed ${balance.closing} ${currency}.`;
  return { verdict, headline, checks, unproven, paper: isPdf ? paper : null };
}
