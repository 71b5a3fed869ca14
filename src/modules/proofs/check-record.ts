import { commitment, entryLeaf } from '../../domain/proof/entry.js';
import { addLeaves, foldTrees, type Hash } from '../../domain/proof/merkle.js';
import type { Tx } from '../../platform/database/transactions.js';
import { changedHeads, changedKeys, changedTrees } from './check-tree.js';
import type { Difference } from './difference.js';
import { everyBatch, walkBatches } from './record-batches.js';
import { entriesFrom, type StoredEntry } from './record-rows.js';
import { type Fact, factsOf } from './record-sources.js';
import { shreddedEntries } from './shredded.js';

/*
 * Before a head is signed the record is made again from the rows that it speaks of. Who can write to the database could otherwise
 * rewrite a reading or a decision and have the next head signed over what is left of the truth.
 *
 * All leaves are hashed again and every stored tree over them, whatever the size: a hundred thousand take a second or two. A tree deep
 * inside would be used by nothing but the proof of a member, who would be told that the record is false. Signed heads are compared with
 * the entries they speak of, so that none is rewritten after it was signed. Facts are read again where they live: the newest
 * always, the others in turns, so that a head is not kept waiting by twenty years; where the record is short, all of it each time.
 */

const page = 5_000;
const batches = 2_000;

/**
 * Makes the record again.
 *
 * @param turn facts that are read again beside the newest are those of this turn; `all` reads every fact and every batch
 * @returns the root of all entries, and what differs
 */
export async function checkRecord(tx: Tx, turn: number | 'all'): Promise<{ root: Hash; differences: Difference[] }> {
  const differences: Difference[] = [];
  let tree: ReturnType<typeof addLeaves> = { made: [], edge: [] };
  const pages: StoredEntry[][] = [];
  for (let from = 0; ; from += page) {
    const entries = await entriesFrom(tx, from, page);
    const leaves = entries.map(entryLeaf);
    differences.push(...entries.flatMap((entry, i) => (entry.leaf === leaves[i] ? [] : [changedEntry(entry)])));
    tree = addLeaves(tree.edge, from, leaves);
    differences.push(...(await changedTrees(tx, { from, to: from + entries.length }, tree.made)));
    pages.push(entries);
    if (entries.length < page) break;
  }
  const size = pages.reduce((total, { length }) => total + length, 0);
  differences.push(...(await changedHeads(tx, size)), ...(await changedKeys(tx)));
  const newest = pages.slice(-2);
  const others = pages.slice(0, -2);
  const shredded = await shreddedEntries(tx);
  differences.push(...shredded.differences);
  const inTurn = turn === 'all' ? others : others.length === 0 ? [] : [others[turn % others.length] ?? []];
  for (const entries of [...inTurn, ...newest]) {
    const open = entries.filter(({ id, salt }) => salt !== null || !shredded.ids.has(id));
    differences.push(...(await changedFacts(tx, open)));
  }
  for (const { no, sealed, found } of await (turn === 'all' ? everyBatch : walkBatches)(tx, batches)) {
    const detail = `Batch ${no} came with ${sealed} readings; the ${found} that are stored now are not those.`;
    differences.push({ kind: 'readings-changed', subject: `batch ${no}`, detail });
  }
  return { root: foldTrees(tree.edge.map(({ hash }) => hash)), differences };
}

/** Entries whose fact is another now or gone, or that nothing opens any more: then nobody could tell. */
async function changedFacts(tx: Tx, entries: readonly StoredEntry[]): Promise<Difference[]> {
  const now = new Map(
    (
      await factsOf(
        tx,
        entries.map(({ id }) => id),
      )
    ).map((fact) => [fact.id, fact]),
  );
  return entries.flatMap(({ id, idx, type, at, salt, commitment: sealed }): Difference[] => {
    const subject = `entry ${idx}`;
    if (salt === null)
      return [{ kind: 'fact-missing', subject, detail: `What opens entry ${idx} (${type}, ${at}) is gone.` }];
    const found = now.get(id);
    if (!found)
      return [{ kind: 'fact-missing', subject, detail: `What entry ${idx} (${type}, ${at}) speaks of is gone.` }];
    const isSame = found.type === type && found.at === at && opens(found, salt, sealed);
    const detail = `What entry ${idx} (${type}, ${at}, id ${id}) speaks of was rewritten.`;
    return isSame ? [] : [{ kind: 'fact-changed', subject, detail }];
  });
}

/** Whether a fact is what was sealed, in the form of today or of then. */
const opens = ({ fact, older }: Fact, salt: string, sealed: Hash): boolean =>
  [fact, ...(older === null ? [] : [older])].some((form) => commitment(form, salt) === sealed);

const changedEntry = ({ idx, type }: StoredEntry): Difference => ({
  kind: 'entry-changed',
  subject: `entry ${idx}`,
  detail: `Entry ${idx} (${type}) is not the one that was recorded.`,
});
