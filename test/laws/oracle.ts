import type { Drawn, DrawnKey } from './community.js';
import { suppliedWh } from './community.js';

/*
 * Who bears what by which weight, reckoned day by day in whole numbers. Slow and plain: nothing of it is taken from the domain.
 */

/** Weights by beneficiary. */
export type Weights = ReadonlyMap<string, bigint>;

/** What is shared, and what of it is shared again by other weights; null where nothing is. */
export interface Stages {
  readonly own: Weights;
  readonly residual: { readonly quantity: bigint; readonly weights: Weights } | null;
}

const bearer = (space: string, hand: string | null): string => (hand === null ? `vacant:${space}` : `member:${hand}`);

function dayByDay(drawn: Drawn, weigh: (area: bigint, isEmpty: boolean) => bigint): Weights {
  const weights = new Map<string, bigint>();
  for (const { id, kind, area, weight, hands } of drawn.spaces) {
    if (kind === 'common') continue;
    for (const hand of hands) {
      const name = bearer(id, hand);
      weights.set(name, (weights.get(name) ?? 0n) + weigh(BigInt(area) * BigInt(weight), hand === null));
    }
  }
  return weights;
}

function byUse({ spaces, uses }: Drawn): Weights {
  const weights = new Map<string, bigint>();
  for (const { space, hand, wh } of uses) {
    if (spaces.find(({ id }) => id === space)?.kind === 'common') continue;
    const name = bearer(space, hand);
    weights.set(name, (weights.get(name) ?? 0n) + BigInt(wh));
  }
  return weights;
}

const add = (weights: Weights): bigint => [...weights.values()].reduce((sum, weight) => sum + weight, 0n);

/** The stages of a key that is not made of others. */
export function stagesOf(drawn: Drawn, key: Exclude<DrawnKey, { kind: 'composite' }>): Stages {
  const area = () => dayByDay(drawn, (weighed) => weighed);
  const equal = () => dayByDay(drawn, () => 1n);
  switch (key.kind) {
    case 'area':
      return { own: area(), residual: null };
    case 'equal':
      return { own: equal(), residual: null };
    case 'occupied-days':
      return { own: dayByDay(drawn, (_, isEmpty) => (isEmpty ? 0n : 1n)), residual: null };
    case 'metered': {
      const own = byUse(drawn);
      const quantity = BigInt(suppliedWh(drawn)) - add(own);
      const weights = {
        'by-area': area,
        'pro-rata': () => own,
        'landlord-bears': () => new Map([['common', 1n]]),
        'to-common': equal,
      }[key.policy]();
      return { own, residual: quantity === 0n ? null : { quantity, weights } };
    }
  }
}

/** Whether somebody bears it at each stage; else there must be no shares but a finding. */
export const canBeShared = ({ own, residual }: Stages): boolean =>
  residual === null ? add(own) > 0n : add(residual.weights) > 0n;

/**
 * Why parts are not a largest-remainder split of a total; null where they are.
 *
 * Each part must be its ideal cut off or one more, those with one more must have the largest remainders, and together they are the
 * total. Which of two equal remainders comes first is not the oracle's to say.
 */
export function faultOf(
  total: bigint,
  claims: readonly { readonly weight: bigint; readonly part: bigint }[],
): string | null {
  const sign = total < 0n ? -1n : 1n;
  const whole = claims.reduce((sum, { weight }) => sum + weight, 0n);
  if (claims.reduce((sum, { part }) => sum + part, 0n) !== total) return 'the parts are not the total';
  let [leastRaised, mostCut] = [whole, -1n];
  for (const { weight, part } of claims) {
    const ideal = sign * total * weight;
    const extra = sign * part - ideal / whole;
    const remainder = ideal % whole;
    if (extra !== 0n && extra !== 1n) return `a part is ${extra} coins from its ideal`;
    if (extra === 1n && remainder === 0n) return 'a part that needed no coin has one';
    if (extra === 1n && remainder < leastRaised) leastRaised = remainder;
    if (extra === 0n && remainder > mostCut) mostCut = remainder;
  }
  return mostCut > leastRaised ? 'a coin went to a smaller remainder' : null;
}
