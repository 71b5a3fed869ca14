import fc from 'fast-check';
import {
  addLeaves,
  consistencyRanges,
  emptyRoot,
  type Entries,
  foldTrees,
  fullTreesOf,
  type Hash,
  inclusionRanges,
  isConsistent,
  isIncluded,
  leafHash,
  nodeHash,
} from './merkle.js';

/** The tree as RFC 9162 section 2.1.1 defines it, read word by word: slow, and nothing else is asked of it. */
function treeHash(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot;
  if (leaves.length === 1) return leaves[0] as Hash;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}
const hashesOf = (leaves: readonly Hash[], ranges: readonly Entries[]): Hash[] =>
  ranges.map(({ from, to }) => treeHash(leaves.slice(from, to)));
const rootFromFullTrees = (leaves: readonly Hash[]): Hash =>
  foldTrees(
    fullTreesOf({ from: 0, to: leaves.length }).map(({ level, index }) =>
      treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
    ),
  );

/** The eight entries of the reference test of RFC 6962 (certificate-transparency, merkletree tests), in hex. */
const published = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(Buffer.from(hex, 'hex')));

const lists = fc.array(fc.string(), { minLength: 1, maxLength: 70 }).map((entries) => entries.map(leafHash));
const flipped = (hash: Hash): Hash => `${hash[0] === '0' ? '1' : '0'}${hash.slice(1)}`;

describe('the published vectors', () => {
  it('has the roots of the reference test for one to eight entries', () => {
    const roots = published.map((_, count) => rootFromFullTrees(published.slice(0, count + 1)));
    expect(roots).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it('has the root of nothing', () => {
    expect(foldTrees([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('names the inclusion paths of the seven entries of RFC 6962 section 2.1.3', () => {
    expect(inclusionRanges(0, 7)).toEqual([
      { from: 1, to: 2 },
      { from: 2, to: 4 },
      { from: 4, to: 7 },
    ]);
    expect(inclusionRanges(3, 7)).toEqual([
      { from: 2, to: 3 },
      { from: 0, to: 2 },
      { from: 4, to: 7 },
    ]);
    expect(inclusionRanges(6, 7)).toEqual([
      { from: 4, to: 6 },
      { from: 0, to: 4 },
    ]);
  });

  it('names the consistency proofs of RFC 6962 section 2.1.3', () => {
    expect(consistencyRanges(3, 7)).toEqual([
      { from: 2, to: 3 },
      { from: 3, to: 4 },
      { from: 0, to: 2 },
      { from: 4, to: 7 },
    ]);
    expect(consistencyRanges(4, 7)).toEqual([{ from: 4, to: 7 }]);
    expect(consistencyRanges(6, 7)).toEqual([
      { from: 4, to: 6 },
      { from: 6, to: 7 },
      { from: 0, to: 4 },
    ]);
    expect(consistencyRanges(7, 7)).toEqual([]);
  });
});

describe('roots', () => {
  it('are the same folded from full trees as by the definition', () => {
    fc.assert(fc.property(lists, (leaves) => rootFromFullTrees(leaves) === treeHash(leaves)));
  });

  it('change when any entry is altered, added, dropped or moved', () => {
    fc.assert(
      fc.property(lists, fc.nat(), (leaves, pick) => {
        const at = pick % leaves.length;
        const root = treeHash(leaves);
        expect(treeHash(leaves.map((leaf, i) => (i === at ? flipped(leaf) : leaf)))).not.toBe(root);
        expect(treeHash([...leaves, leafHash('another')])).not.toBe(root);
        expect(treeHash(leaves.slice(0, -1))).not.toBe(root);
      }),
    );
  });

  it('do not take an entry for a fork', () => {
    const [a, b] = [leafHash('a'), leafHash('b')];
    expect(leafHash(Buffer.from(a + b, 'hex'))).not.toBe(nodeHash(a, b));
  });
});

describe('addLeaves', () => {
  it('keeps an edge that folds to the root, however the leaves come', () => {
    fc.assert(
      fc.property(lists, fc.nat(), (leaves, pick) => {
        const cut = pick % (leaves.length + 1);
        const first = addLeaves([], 0, leaves.slice(0, cut));
        const second = addLeaves(first.edge, cut, leaves.slice(cut));
        expect(foldTrees(second.edge.map(({ hash }) => hash))).toBe(treeHash(leaves));
        expect([...first.made, ...second.made]).toEqual(addLeaves([], 0, leaves).made);
        expect(second.edge.map(({ level, index }) => ({ level, index }))).toEqual(
          fullTreesOf({ from: 0, to: leaves.length }),
        );
      }),
    );
  });

  it('makes each tree over the entries that it names', () => {
    fc.assert(
      fc.property(lists, (leaves) =>
        addLeaves([], 0, leaves).made.every(
          ({ level, index, hash }) => hash === treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
        ),
      ),
    );
  });
});

describe('isIncluded', () => {
  it('holds for each entry with its proof', () => {
    fc.assert(
      fc.property(lists, (leaves) =>
        leaves.every((leaf, i) =>
          isIncluded(leaf, i, leaves.length, hashesOf(leaves, inclusionRanges(i, leaves.length)), treeHash(leaves)),
        ),
      ),
    );
  });

  it('fails when the entry, its place, the size, the proof or the root is another', () => {
    fc.assert(
      fc.property(lists, fc.nat(), fc.nat(), (leaves, pick, other) => {
        const size = leaves.length;
        const at = pick % size;
        const leaf = leaves[at] as Hash;
        const proof = hashesOf(leaves, inclusionRanges(at, size));
        const root = treeHash(leaves);
        expect(isIncluded(flipped(leaf), at, size, proof, root)).toBe(false);
        expect(isIncluded(leaf, at, size, proof, flipped(root))).toBe(false);
        expect(isIncluded(leaf, at, size, [...proof, leaf], root)).toBe(false);
        expect(isIncluded(leaf, size, size, proof, root)).toBe(false);
        if (proof.length > 0) {
          const broken = other % proof.length;
          const altered = proof.map((hash, i) => (i === broken ? flipped(hash) : hash));
          expect(isIncluded(leaf, at, size, altered, root)).toBe(false);
          expect(isIncluded(leaf, at, size, proof.slice(1), root)).toBe(false);
        }
      }),
    );
  });

  it('takes an entry at one place only, unless the same entry stands at both', () => {
    const distinct = fc.integer({ min: 2, max: 70 }).map((n) => Array.from({ length: n }, (_, i) => leafHash(`${i}`)));
    fc.assert(
      fc.property(distinct, fc.nat(), fc.nat(), (leaves, a, b) => {
        const [at, elsewhere] = [a % leaves.length, b % leaves.length];
        fc.pre(at !== elsewhere);
        const proof = hashesOf(leaves, inclusionRanges(at, leaves.length));
        expect(isIncluded(leaves[at] as Hash, elsewhere, leaves.length, proof, treeHash(leaves))).toBe(false);
      }),
    );
  });

  it.each([
    ['a place that is no whole number', 0.5, 2, ['0'.repeat(64)]],
    ['a place before the first', -1, 2, ['0'.repeat(64)]],
    ['a list without entries', 0, 0, []],
    ['a hash that is none', 0, 2, ['zz']],
  ])('fails for %s', (_, index, size, proof) => {
    expect(isIncluded(leafHash('a'), index, size, proof, leafHash('a'))).toBe(false);
  });
});

describe('isConsistent', () => {
  it('holds between a list and each of its beginnings', () => {
    fc.assert(
      fc.property(lists, (leaves) =>
        leaves.every((_, i) => {
          const proof = hashesOf(leaves, consistencyRanges(i + 1, leaves.length));
          const before = treeHash(leaves.slice(0, i + 1));
          return isConsistent(i + 1, leaves.length, before, treeHash(leaves), proof);
        }),
      ),
    );
  });

  it('fails when the beginning was rewritten, or anything of the proof is another', () => {
    fc.assert(
      fc.property(lists, fc.nat(), fc.nat(), (leaves, pick, other) => {
        const first = (pick % leaves.length) + 1;
        const before = treeHash(leaves.slice(0, first));
        const rewritten = leaves.map((leaf, i) => (i === other % first ? flipped(leaf) : leaf));
        const lie = hashesOf(rewritten, consistencyRanges(first, leaves.length));
        expect(isConsistent(first, leaves.length, before, treeHash(rewritten), lie)).toBe(false);
        const proof = hashesOf(leaves, consistencyRanges(first, leaves.length));
        expect(isConsistent(first, leaves.length, flipped(before), treeHash(leaves), proof)).toBe(false);
        expect(isConsistent(first, leaves.length, before, flipped(treeHash(leaves)), proof)).toBe(false);
        expect(isConsistent(first, leaves.length, before, treeHash(leaves), [...proof, before])).toBe(false);
        if (proof.length === 0) return;
        expect(isConsistent(first, leaves.length, before, treeHash(leaves), proof.slice(1))).toBe(false);
        const altered = proof.map((hash, i) => (i === other % proof.length ? flipped(hash) : hash));
        expect(isConsistent(first, leaves.length, before, treeHash(leaves), altered)).toBe(false);
      }),
    );
  });

  it.each([
    ['a beginning without entries', 0, 3],
    ['a list that shrank', 3, 2],
    ['a size that is no whole number', 1.5, 2],
  ])('fails for %s', (_, first, second) => {
    expect(isConsistent(first, second, emptyRoot, emptyRoot, [])).toBe(false);
  });

  it('fails without a proof where something was added', () => {
    const [a, b] = [leafHash('a'), leafHash('b')];
    expect(isConsistent(1, 2, a, nodeHash(a, b), [])).toBe(false);
  });
});

describe('ranges of a proof', () => {
  it('tile the list together with the entry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (size, pick) => {
        const at = pick % size;
        const covered = [...inclusionRanges(at, size), { from: at, to: at + 1 }].sort((a, b) => a.from - b.from);
        expect(covered.map(({ from }) => from)).toEqual([0, ...covered.slice(0, -1).map(({ to }) => to)]);
        expect(covered.at(-1)?.to).toBe(size);
      }),
    );
  });
});
