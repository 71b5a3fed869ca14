import { createHash } from 'node:crypto';
import { assert } from '../errors.js';

/**
 * A list of entries that only grows, and one hash that speaks of all of them.
 *
 * Example: of entries a, b, c, d, e the root is
 *
 *            root
 *           /    \
 *         abcd    e          left of every fork stands the largest full tree that leaves something for the right
 *        /    \
 *      ab      cd
 *
 * Who holds entry c and the root needs d, ab and e to see that c is in the list: three hashes instead of five entries, and
 * twenty for a million. Who saw the root of a, b, c needs c, d, ab and e to see that the first three are still what they were.
 *
 * Method: RFC 9162 section 2.1 (as RFC 6962). A leaf is hashed behind a byte 0 and a fork behind a byte 1, so that no entry
 * can be taken for a fork. A proof is a list of ranges of entries, each with its hash. The hash of any range is folded from the
 * full trees that it is made of; those never change again once their last entry is there, so a store of them answers every question.
 *
 * Hashes are SHA-256 in 64 lower-case hex digits.
 */
export type Hash = string;

/** Entries `[from, to)` of the list, counted from 0. */
export interface Entries {
  readonly from: number;
  readonly to: number;
}

/** A full tree over 2^level entries: the `index`th of that size. Level 0 is a leaf. */
export interface FullTree {
  readonly level: number;
  readonly index: number;
}

/**
 * The hash of an entry as a leaf.
 *
 * @param entry its bytes, or text that is hashed as UTF-8
 * @source RFC 9162 section 2.1.1
 */
export const leafHash = (entry: string | Uint8Array): Hash =>
  createHash('sha256').update(Uint8Array.of(0)).update(entry).digest('hex');

/** The hash of a fork. @source RFC 9162 section 2.1.1 */
export const nodeHash = (left: Hash, right: Hash): Hash =>
  createHash('sha256').update(Uint8Array.of(1)).update(left, 'hex').update(right, 'hex').digest('hex');

/** The root of a list without entries: the hash of nothing. */
export const emptyRoot: Hash = createHash('sha256').digest('hex');

/**
 * The full trees of which a range is made, from left to right, each smaller than the one before it.
 *
 * @param range not empty; begins where a full tree of its size can begin, as every range of a proof does
 * @law their entries, put together, are the range
 * @example fullTreesOf({ from: 0, to: 5 }) → [{ level: 2, index: 0 }, { level: 0, index: 4 }]
 */
export function fullTreesOf({ from, to }: Entries): FullTree[] {
  const trees: FullTree[] = [];
  for (let at = from; at < to;) {
    const size = largestPowerBelow(to - at + 1);
    assert(at % size === 0, 'A range of a tree begins where a full tree of its size begins.');
    trees.push({ level: size.toString(2).length - 1, index: at / size });
    at += size;
  }
  return trees;
}

/**
 * The hash of a range from the hashes of its full trees.
 *
 * @param hashes from left to right, as `fullTreesOf` names them; of no trees it is `emptyRoot`
 */
export const foldTrees = (hashes: readonly Hash[]): Hash =>
  hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));

/** A full tree with its hash. */
export interface KnownTree extends FullTree {
  readonly hash: Hash;
}

/**
 * The full trees that come into being when leaves are added, the leaves themselves among them.
 *
 * @param edge the full trees of the list before, from left to right, as `fullTreesOf` names them
 * @param size entries of the list before
 * @returns `made`: each new tree once, children before the tree that is made of them; `edge`: the full trees of the list after
 * @law the edge folds to the root of the list after; adding in two steps makes the same trees as adding at once
 * @example three entries and one more make the leaf 3, the tree over 2 and 3, and the tree over all four
 */
export function addLeaves(
  edge: readonly KnownTree[],
  size: number,
  leaves: readonly Hash[],
): { readonly made: readonly KnownTree[]; readonly edge: readonly KnownTree[] } {
  const [made, right] = [[] as KnownTree[], [...edge]];
  leaves.forEach((hash, i) => {
    let tree: KnownTree = { level: 0, index: size + i, hash };
    made.push(tree);
    while (right.at(-1)?.level === tree.level) {
      const left = right.pop() as KnownTree;
      tree = { level: tree.level + 1, index: half(left.index), hash: nodeHash(left.hash, tree.hash) };
      made.push(tree);
    }
    right.push(tree);
  });
  return { made, edge: right };
}

/**
 * What an inclusion proof is made of: the ranges beside the way from an entry up to the root, from below.
 *
 * @throws assert where the entry is not in the list
 * @law together with the entry they tile the list
 * @source RFC 9162 section 2.1.3.1
 */
export function inclusionRanges(index: number, size: number): Entries[] {
  assert(index >= 0 && index < size, 'An inclusion proof is of an entry of the list.');
  const ranges: Entries[] = [];
  for (let [from, to] = [0, size]; to - from > 1;) {
    const fork = from + largestPowerBelow(to - from);
    if (index < fork) ranges.push({ from: fork, to });
    else ranges.push({ from, to: fork });
    [from, to] = index < fork ? [from, fork] : [fork, to];
  }
  return ranges.reverse();
}

/**
 * What a consistency proof between a list and its own beginning is made of.
 *
 * @param first size of the beginning, 1..second
 * @returns ranges from below; none where nothing was added
 * @source RFC 9162 section 2.1.4.1
 */
export function consistencyRanges(first: number, second: number): Entries[] {
  assert(first >= 1 && first <= second, 'A list is compared with a beginning of its own that is not empty.');
  const ranges: Entries[] = [];
  let [from, to, isWhole] = [0, second, true];
  while (first !== to) {
    const fork = from + largestPowerBelow(to - from);
    if (first <= fork) {
      ranges.push({ from: fork, to });
      to = fork;
    } else {
      ranges.push({ from, to: fork });
      [from, isWhole] = [fork, false];
    }
  }
  if (!isWhole) ranges.push({ from, to });
  return ranges.reverse();
}

/** The largest power of two that is smaller than a size of two or more. */
function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/**
 * Whether an entry is in the list that a root speaks of.
 *
 * @param proof hashes of `inclusionRanges`, in their order
 * @law true for each entry of the list with its proof; false when anything of it is altered
 * @source RFC 9162 section 2.1.3.2
 */
export function isIncluded(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (!isPlace(index) || !isPlace(size) || index >= size) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const beside of proof) {
    if (last === 0 || !isHash(beside)) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(beside, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, half(last)];
    } else {
      hash = nodeHash(hash, beside);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hash === root;
}

/**
 * Whether a list still begins with all that an earlier root spoke of, unchanged and in the same order.
 *
 * @param proof hashes of `consistencyRanges`, in their order
 * @law true for each beginning of a list with its proof; false where an entry of the beginning was altered
 * @source RFC 9162 section 2.1.4.2
 */
export function isConsistent(
  first: number,
  second: number,
  firstRoot: Hash,
  secondRoot: Hash,
  proof: readonly Hash[],
): boolean {
  if (!isPlace(first) || !isPlace(second) || first < 1 || first > second || !proof.every(isHash)) return false;
  if (first === second) return proof.length === 0 && firstRoot === secondRoot;
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : [...proof];
  let [place, last] = [first - 1, second - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  const start = path.shift();
  if (start === undefined) return false;
  let [before, now] = [start, start];
  for (const beside of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [before, now] = [nodeHash(beside, before), nodeHash(beside, now)];
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, half(last)];
    } else {
      now = nodeHash(now, beside);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && before === firstRoot && now === secondRoot;
}

const half = (count: number): number => Math.floor(count / 2);
const isPlace = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
const isPowerOfTwo = (count: number): boolean => largestPowerBelow(count + 1) === count;
