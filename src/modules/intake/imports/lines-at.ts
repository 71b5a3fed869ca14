import type { FileProblem } from '../files/meter-file.js';
import { kept, Lines } from '../files/meter-file.js';
import { encodingOf, sampleBytes, TextOfBytes } from '../files/text.js';
import type { Pieces } from '../files/unpack.js';
import { slicesOf } from './slices.js';

/** Characters of a line that are kept. */
const longest = 500;
const nowhere = { problem: () => undefined };

/**
 * The text of the lines at which a file of text has problems, for whoever is to correct them.
 */
export async function linesAt(
  pieces: Pieces,
  problems: readonly Pick<FileProblem, 'line' | 'severity'>[],
  mostUnpacked: number,
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Set(problems.flatMap(({ line, severity }) => (severity === 'note' ? [] : [line])));
  const found = new Map<number, string>();
  if (wanted.size === 0) return found;
  const lines = new Lines((text, number) => {
    if (wanted.has(number)) found.set(number, kept(text.slice(0, longest)));
  }, nowhere);
  let sample = Buffer.alloc(0);
  let text: TextOfBytes | null = null;
  const begin = (): TextOfBytes => {
    const { encoding, markBytes } = encodingOf(sample);
    const opened = new TextOfBytes(encoding);
    lines.write(opened.write(sample.subarray(markBytes)));
    return opened;
  };
  for await (const slice of slicesOf(pieces, mostUnpacked)) {
    if (text) lines.write(text.write(slice));
    else {
      sample = Buffer.concat([sample, slice]);
      if (sample.length < sampleBytes) continue;
      text = begin();
    }
    if (found.size === wanted.size) return found;
  }
  lines.write((text ?? begin()).end());
  lines.end();
  return found;
}
