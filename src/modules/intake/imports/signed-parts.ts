import type { OcmfText, Summary, TakeResult } from '../../metering/readings/readings.service.js';
import type { Batch } from './store-batch.js';
import type { FileItem, Item } from './take-items.js';

/*
 * What a meter signed is a batch of its own, so that its signature stands with its readings and with no others. All else of a file goes
 * together as before. A record of two readings that is cut by the end of a batch comes in two, each with the whole of what was signed.
 */

/** Items that go together, in their order. */
export interface Part {
  readonly items: readonly Item[];
  readonly signed?: OcmfText;
}

export function partsOf(items: readonly FileItem[]): Part[] {
  const parts: { items: Item[]; signed?: OcmfText }[] = [];
  let last: OcmfText | undefined;
  for (const { item, signed } of items) {
    const open = parts.at(-1);
    if (open && signed === last) open.items.push(item);
    else parts.push(signed === undefined ? { items: [item] } : { items: [item], signed });
    last = signed;
  }
  return parts;
}

/** The answers to all parts as one. */
export function together(results: readonly TakeResult[]): Pick<TakeResult, 'results' | 'summary'> {
  const [first, ...others] = results;
  if (first && others.length === 0) return first;
  const summary: Record<string, number> = {};
  for (const result of results)
    for (const [status, count] of Object.entries(result.summary)) summary[status] = (summary[status] ?? 0) + count;
  const all = results.flatMap((result) => result.results).map((result, index) => ({ ...result, index }));
  return { results: all, summary: summary as Summary };
}

/** The batches of the parts. One that two parts share, because the same was signed twice, stands once. */
export function batchesOf(results: readonly TakeResult[], first: number): Batch[] {
  const batches = new Map<string, Batch>();
  let at = first;
  for (const { batchNo: no, results: of } of results) {
    const last = at + of.length - 1;
    const known = batches.get(no);
    batches.set(no, known ? { ...known, last } : { no, first: at, last });
    at = last + 1;
  }
  return [...batches.values()];
}
