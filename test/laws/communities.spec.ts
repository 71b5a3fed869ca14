import fc from 'fast-check';
import { beneficiaryId } from '../../src/domain/apportionment/beneficiary.js';
import { type CostShare } from '../../src/domain/apportionment/apportion.js';
import { type SharedOut, shareOut } from '../../src/domain/apportionment/share-out.js';
import { fixed } from '../../src/domain/quantity/decimal.js';
import { basisOf, communities, type Drawn, type DrawnKey, keyOf, scaled } from './community.js';
import { canBeShared, faultOf, stagesOf, type Weights } from './oracle.js';

type Simple = Exclude<DrawnKey, { kind: 'composite' }>;

const pence = (amount: CostShare['amount']): bigint => BigInt(fixed(amount, 2).replace('.', ''));
const share = (drawn: Drawn, amount = drawn.amount): SharedOut =>
  shareOut(
    { no: 1, label: 'Cost', amount: scaled(amount, 2), currency: 'GBP', component: 'cost' },
    keyOf(drawn.key),
    basisOf(drawn),
  );
const bornBy = ({ shares }: SharedOut): Record<string, string> => {
  const born = new Map<string, bigint>();
  for (const { beneficiary, amount } of shares) {
    const name = beneficiaryId(beneficiary);
    born.set(name, (born.get(name) ?? 0n) + pence(amount));
  }
  return Object.fromEntries([...born].sort().map(([name, coins]) => [name, String(coins)]));
};
const simplest = ({ key }: Drawn): Simple[] =>
  (key.kind === 'composite' ? [key.first, key.second] : [key]).filter((one): one is Simple => one.kind !== 'composite');

/** What a stage gave to each who had a weight. */
function claimsOf(weights: Weights, shares: readonly CostShare[]): { weight: bigint; part: bigint }[] {
  const parts = new Map(shares.map(({ beneficiary, amount }) => [beneficiaryId(beneficiary), pence(amount)]));
  const strangers = [...parts].filter(([name, part]) => part !== 0n && !weights.has(name));
  expect(strangers).toEqual([]);
  return [...weights].map(([name, weight]) => ({ weight, part: parts.get(name) ?? 0n }));
}

/** Holds the shares of a key that is made of no others against the oracle. */
function judge(drawn: Drawn, key: Simple, total: bigint, shares: readonly CostShare[]): void {
  const { own, residual } = stagesOf(drawn, key);
  const ofStage = (part: CostShare['part']) => shares.filter((one) => one.part === part);
  const claims = claimsOf(own, ofStage('own'));
  if (residual === null) {
    expect([faultOf(total, claims), ofStage('residual')]).toEqual([null, []]);
    return;
  }
  const left = ofStage('residual').reduce((all, { amount }) => all + pence(amount), 0n);
  expect(faultOf(total, [...claims, { weight: residual.quantity, part: left }])).toBeNull();
  expect(faultOf(left, claimsOf(residual.weights, ofStage('residual')))).toBeNull();
}

describe('in any community, by any key', () => {
  it('the shares of a cost add up to it, and every coin is where an oracle in whole numbers has it', () => {
    fc.assert(
      fc.property(communities, (drawn) => {
        const { shares, issues } = share(drawn);
        const keys = simplest(drawn);
        if (issues.some(({ code }) => code === 'no-weight')) {
          expect([shares, drawn.amount !== 0, keys.every((key) => canBeShared(stagesOf(drawn, key)))]).toEqual([
            [],
            true,
            false,
          ]);
          return;
        }
        const total = BigInt(drawn.amount);
        const ofPart = (no: number) =>
          keys.length === 1 ? shares : shares.filter(({ steps }) => steps?.[0]?.step === 'part' && steps[0].no === no);
        const sums = keys.map((_, i) => ofPart(i + 1).reduce((all, { amount }) => all + pence(amount), 0n));
        const weights = drawn.key.kind === 'composite' ? [BigInt(drawn.key.part), BigInt(100 - drawn.key.part)] : [1n];
        const parts = sums.map((part, i) => ({ weight: weights[i] ?? 0n, part }));
        expect([faultOf(total, parts), keys.flatMap((_, i) => ofPart(i + 1)).length]).toEqual([null, shares.length]);
        keys.forEach((key, i) => {
          const part = sums[i] ?? 0n;
          // Nothing may be borne by nobody.
          if (canBeShared(stagesOf(drawn, key))) judge(drawn, key, part, ofPart(i + 1));
          else expect([part, ofPart(i + 1)]).toEqual([0n, []]);
        });
      }),
    );
  });

  it('a credit mirrors its charge', () => {
    fc.assert(
      fc.property(communities, (drawn) => {
        const mirrored = Object.entries(bornBy(share(drawn, -drawn.amount))).map(([name, coins]) => [
          name,
          String(-BigInt(coins)),
        ]);
        expect(Object.fromEntries(mirrored)).toEqual(bornBy(share(drawn)));
      }),
    );
  });

  it('nothing depends on the order in which spaces and uses are told', () => {
    fc.assert(
      fc.property(communities, (drawn) => {
        const turned = { ...drawn, spaces: drawn.spaces.toReversed(), uses: drawn.uses.toReversed() };
        expect(bornBy(share(turned))).toEqual(bornBy(share(drawn)));
      }),
    );
  });

  it('the names of others decide nothing but equal remainders: everybody stays within a coin at each stage', () => {
    fc.assert(
      fc.property(communities, (drawn) => {
        const called = (id: string): string => `other-${id}`;
        const renamed = shareOut(
          { no: 1, label: 'Cost', amount: scaled(drawn.amount, 2), currency: 'GBP', component: 'cost' },
          keyOf(drawn.key),
          { ...basisOf(drawn), called },
        );
        const [before, after] = [bornBy(share(drawn)), bornBy(renamed)];
        const coins = drawn.key.kind === 'composite' ? 6n : 3n;
        for (const [name, was] of Object.entries(before)) {
          const difference = BigInt(after[name] ?? '0') - BigInt(was);
          expect([name, difference <= coins && difference >= -coins]).toEqual([name, true]);
        }
      }),
    );
  });
});

describe('the oracle', () => {
  it.each([
    ['a coin too many', 10n, [3n, 4n, 4n], 'the parts are not the total'],
    ['a part far from its ideal', 10n, [2n, 8n], 'a part is -3 coins from its ideal'],
  ] as const)('sees %s', (_, total, parts, fault) => {
    expect(
      faultOf(
        total,
        parts.map((part) => ({ weight: 1n, part })),
      ),
    ).toBe(fault);
  });

  it('sees a coin that went to a smaller remainder', () => {
    // Ideals of 10 over 5 : 2 : 1 are 6.25, 2.5, 1.25: the coin is the second's.
    const claims = (parts: readonly bigint[]) => [5n, 2n, 1n].map((weight, i) => ({ weight, part: parts[i] ?? 0n }));
    expect(faultOf(10n, claims([6n, 3n, 1n]))).toBeNull();
    expect(faultOf(10n, claims([7n, 2n, 1n]))).toBe('a coin went to a smaller remainder');
  });
});
