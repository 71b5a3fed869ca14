/** The queue's name for making documents. */
export const documentTopic = 'document';

/** Documents in one piece of work: enough to make the queue's own cost small, few enough to spread over workers. */
const perPiece = 25;

/** Documents as pieces of work for the queue, each named by its first document. */
export function documentPieces(ids: readonly string[]): { key: string; payload: { documents: string } }[] {
  const pieces = [];
  for (let start = 0; start < ids.length; start += perPiece) {
    const some = ids.slice(start, start + perPiece);
    pieces.push({ key: some[0] ?? '', payload: { documents: some.join(',') } });
  }
  return pieces;
}
