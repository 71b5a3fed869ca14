import type { Pieces } from '../files/unpack.js';
import { linesAt } from './lines-at.js';
import type { Looked } from './look-through.js';
import type { KeptProblem } from './outcome.js';

const longest = 500;

/** The problems of a file with the lines at which they are. @param pieces the file, to be read once more where there are such lines */
export async function keptProblems(
  { problems, lostRows, format }: Looked,
  pieces: Pieces,
  mostUnpacked: number,
): Promise<KeptProblem[]> {
  const lines = format === 'XLSX' ? lostRows : await linesAt(pieces, problems, mostUnpacked);
  return problems.map((problem) => ({
    ...problem,
    content: problem.severity === 'note' ? '' : (lines.get(problem.line) ?? '').slice(0, longest),
  }));
}
