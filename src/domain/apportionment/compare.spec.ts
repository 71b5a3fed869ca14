import fc from 'fast-check';
import { Decimal, decimal, plain, sum } from '../quantity/decimal.js';
import { split } from '../quantity/split.js';
import type { Beneficiary } from './beneficiary.js';
import {
  addedUp,
  compareShares,
  type ComparedShare,
  type CostDifference,
  type Difference,
  whoPays,
} from './compare.js';

const rosa: Beneficiary = { kind: 'member', memberId: 'rosa' };
const lund: Beneficiary = { kind: 'member', memberId: 'lund' };
const common: Beneficiary = { kind: 'common' };
const share = (cost: string, beneficiary: Beneficiary, amount: string): ComparedShare => ({
  cost,
  beneficiary,
  amount: decimal(amount),
});
/** The costs in which somebody bears another amount. */
const differing = (costs: readonly CostDifference[]): CostDifference[] =>
  costs.filter(({ bearers }) => bearers.some(({ difference }) => !difference.isZero()));
const written = ({ now, then, difference }: Difference): string[] => [now, then, difference].map(plain);

describe('two ways of sharing', () => {
  const byArea = [share('light', rosa, '50.00'), share('light', lund, '30.00'), share('light', common, '20.00')];
  const byUse = [share('light', rosa, '35.00'), share('light', lund, '65.00')];

  it('say of everybody what each would have borne', () => {
    const [light] = compareShares(byArea, byUse);
    expect(light && written(light)).toEqual(['100', '100', '0']);
    expect(light?.bearers.map((one) => [one.beneficiary.kind, ...written(one)])).toEqual([
      ['member', '50', '35', '-15'],
      ['member', '30', '65', '35'],
      ['common', '20', '0', '-20'],
    ]);
  });

  it('count the parts of a cost together, as where a key changed within the month', () => {
    const cut = [share('light', rosa, '20.00'), share('light', rosa, '30.00'), share('light', lund, '50.00')];
    const [light] = compareShares(cut, [share('light', rosa, '100.00')]);
    expect(light?.bearers.map(written)).toEqual([
      ['50', '100', '50'],
      ['50', '0', '-50'],
    ]);
  });

  it('leave out no cost that one of them alone has', () => {
    const found = compareShares(byArea, [share('fund', rosa, '-10.00')]);
    expect(found.map((one) => [one.cost, ...written(one)])).toEqual([
      ['light', '100', '0', '-100'],
      ['fund', '0', '-10', '-10'],
    ]);
  });

  it('put an empty space on whoever pays for it', () => {
    const empty = (payerMemberId: string | null): Beneficiary => ({
      kind: 'vacant',
      spaceId: 'stall-4',
      payerMemberId,
    });
    const now = [share('rent', rosa, '10.00'), share('rent', empty('rosa'), '4.00'), share('rent', lund, '6.00')];
    const then = [share('rent', rosa, '10.00'), share('rent', empty(null), '4.00'), share('rent', lund, '6.00')];
    const paid = whoPays(compareShares(now, then));
    expect([...paid.members].map(([id, one]) => [id, ...written(one)])).toEqual([
      ['rosa', '14', '10', '-4'],
      ['lund', '6', '6', '0'],
    ]);
    expect(written(paid.vacant)).toEqual(['0', '4', '4']);
  });
});

describe('whatever is compared', () => {
  const bearer = fc.oneof(
    fc.record({ kind: fc.constant('member' as const), memberId: fc.constantFrom('a', 'b', 'c', 'd') }),
    fc.record({
      kind: fc.constant('vacant' as const),
      spaceId: fc.constantFrom('s', 't'),
      payerMemberId: fc.constantFrom('a', null),
    }),
    fc.constantFrom<Beneficiary>({ kind: 'common' }, { kind: 'held' }),
  );
  const costs = ['light', 'rent', 'fund'];
  /** One side: each cost, if it is there, split exactly among some who bear it. */
  const sideOf = (pence: Readonly<Record<string, number>>) =>
    fc
      .tuple(
        ...costs.map((cost) =>
          fc
            .uniqueArray(fc.tuple(bearer, fc.integer({ min: 1, max: 900 })), {
              selector: ([who]) => JSON.stringify(who),
              minLength: 1,
              maxLength: 6,
            })
            .map((weights): ComparedShare[] => {
              const claims = weights.map(([, weight], i) => ({ id: String(i), weight: new Decimal(weight) }));
              const parts = split(new Decimal(pence[cost] ?? 0).times('0.01'), 'GBP', claims, cost);
              return weights.map(([beneficiary], i) => ({
                cost,
                beneficiary,
                amount: parts[i]?.amount ?? new Decimal(0),
              }));
            }),
        ),
      )
      .map((shares) => shares.flat());
  const amounts = fc.record({ light: fc.nat(90_000), rent: fc.nat(90_000), fund: fc.integer({ min: -9_000, max: 0 }) });
  const both = amounts.chain((pence) => fc.tuple(fc.constant(pence), sideOf(pence), sideOf(pence)));
  const ofSide = (shares: readonly ComparedShare[], cost?: string): Decimal =>
    sum(shares.filter((one) => cost === undefined || one.cost === cost).map(({ amount }) => amount));

  it('adds up to the cost on both sides, and the differences of a cost that is the same to nothing', () => {
    fc.assert(
      fc.property(both, ([, now, then]) => {
        for (const { cost, bearers, ...whole } of compareShares(now, then)) {
          expect(written(addedUp(bearers))).toEqual(written(whole));
          expect(whole.now.equals(ofSide(now, cost)) && whole.then.equals(ofSide(then, cost))).toBe(true);
          expect(sum(bearers.map(({ difference }) => difference)).isZero()).toBe(true);
        }
      }),
    );
  });

  it('adds up to what a cost changed by where it is another', () => {
    fc.assert(
      fc.property(amounts.chain(sideOf), amounts.chain(sideOf), (now, then) => {
        for (const { bearers, now: was, then: would } of compareShares(now, then)) {
          expect(sum(bearers.map(({ difference }) => difference)).equals(would.minus(was))).toBe(true);
        }
      }),
    );
  });

  it('is turned by turning the sides, and nothing against itself', () => {
    fc.assert(
      fc.property(both, ([, now, then]) => {
        const turned = new Map(
          compareShares(then, now).map((one) => [one.cost, plain(one.difference.negated().plus(0))]),
        );
        for (const one of compareShares(now, then)) expect(turned.get(one.cost)).toBe(plain(one.difference));
        expect(differing(compareShares(now, now.toReversed()))).toEqual([]);
        expect(differing(compareShares(now, then))).toHaveLength(differing(compareShares(then, now)).length);
      }),
    );
  });

  it('has everybody pay, or nobody be billed for, exactly what the costs come to', () => {
    fc.assert(
      fc.property(both, ([, now, then]) => {
        const { members, common: shared, vacant, held } = whoPays(compareShares(now, then));
        const whole = addedUp([...members.values(), shared, vacant, held]);
        expect(whole.now.equals(ofSide(now)) && whole.then.equals(ofSide(then))).toBe(true);
        expect(whole.difference.isZero()).toBe(true);
        const billed = [...now, ...then].flatMap(({ beneficiary }) =>
          beneficiary.kind === 'member' ? beneficiary.memberId : [],
        );
        for (const id of billed) expect(members.has(id)).toBe(true);
      }),
    );
  });
});
