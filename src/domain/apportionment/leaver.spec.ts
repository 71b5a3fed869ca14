import fc from 'fast-check';
import { Decimal, decimal, plain, sum, zero } from '../quantity/decimal.js';
import type { CostShare } from './apportion.js';
import { type Beneficiary, billedMember } from './beneficiary.js';
import { expectedUse, onlyOf, settle } from './leaver.js';

const share = (beneficiary: Beneficiary, amount: Decimal, costNo = 1): CostShare => ({
  ...{ costNo, beneficiary, amount, part: 'own', pool: amount, weight: amount.abs(), whole: amount.abs(), reasons: [] },
});
const member = (memberId: string): Beneficiary => ({ kind: 'member', memberId });
const bearers = fc.oneof(
  fc.constantFrom('m0', 'm1', 'm2').map(member),
  fc
    .constantFrom(null, 'm0', 'm1')
    .map((payerMemberId): Beneficiary => ({ kind: 'vacant', spaceId: 's', payerMemberId })),
  fc.constant<Beneficiary>({ kind: 'common' }),
  fc.constant<Beneficiary>({ kind: 'held' }),
);
const coins = fc.integer({ min: -1e9, max: 1e9 }).map((value) => new Decimal(value).times('0.01'));
const shares = fc
  .array(fc.tuple(bearers, coins, fc.integer({ min: 1, max: 3 })), { maxLength: 20 })
  .map((drawn) => drawn.map(([beneficiary, amount, costNo]) => share(beneficiary, amount, costNo)));
const total = (some: readonly CostShare[], costNo: number): Decimal =>
  sum(some.filter((one) => one.costNo === costNo).map(({ amount }) => amount));

describe('what a final statement bills', () => {
  it('is the leaver’s alone, and each cost stays what it was', () => {
    fc.assert(
      fc.property(shares, (given) => {
        const billed = onlyOf(given, 'm1');
        for (const no of [1, 2, 3]) expect(plain(total(billed, no))).toBe(plain(total(given, no)));
        const whom = billed.map(({ beneficiary }) => billedMember(beneficiary));
        expect(whom.filter((memberId) => memberId !== null && memberId !== 'm1')).toEqual([]);
        const own = (some: readonly CostShare[]) => some.filter((one) => billedMember(one.beneficiary) === 'm1');
        expect(own(billed)).toEqual(own(given));
        const nobodys = (some: readonly CostShare[]) => some.filter((one) => billedMember(one.beneficiary) === null);
        expect(nobodys(billed).filter((one) => !('heldFor' in one))).toEqual(nobodys(given));
      }),
    );
  });

  it('names the member for whom a share is held', () => {
    const [held] = onlyOf([share(member('m2'), decimal('3.00'))], 'm1');
    expect(held).toMatchObject({ beneficiary: { kind: 'held' }, heldFor: 'm2' });
  });
});

describe('a meter that was not read', () => {
  // 372 kWh over 31 days are 12 a day: 180 over 15.
  it('is expected to have counted as before, evenly', () => {
    expect(plain(expectedUse(decimal('372'), decimal('31'), decimal('15')))).toBe('180');
    expect(plain(expectedUse(decimal('100'), decimal('3'), decimal('1')))).toBe('33.333333');
  });
});

describe('settling a final statement', () => {
  const part = (billed: string, due: string) => ({ billed: decimal(billed), due: decimal(due) });

  it('credits what was billed, so that the letter asks for the difference', () => {
    const [whole] = settle([part('25.50', '25.60')], zero, decimal('0.12'));
    expect([whole?.credited.toFixed(2), whole?.held.toFixed(2)]).toEqual(['25.50', '0.00']);
  });

  it('holds a difference that is too small, with tax and without', () => {
    const [held] = settle([part('25.50', '25.60')], decimal('0.50'), decimal('0.12'));
    expect([held?.credited.toFixed(2), held?.held.toFixed(2)]).toEqual(['25.60', '0.10']);
    const [billed] = settle([part('25.50', '25.60')], decimal('0.12'), decimal('0.12'));
    expect([billed?.credited.toFixed(2), billed?.held.toFixed(2)]).toEqual(['25.50', '0.00']);
  });

  it('looks at the whole bill and not at its parts: two that cancel out leave nothing to send', () => {
    const both = settle([part('10.00', '14.00'), part('9.00', '5.00')], decimal('0.01'), zero);
    expect(both.map(({ credited, held }) => [credited.toFixed(2), held.toFixed(2)])).toEqual([
      ['14.00', '4.00'],
      ['5.00', '-4.00'],
    ]);
  });

  it('loses and invents nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(coins, coins), { maxLength: 5 }), coins, coins, (drawn, least, gross) => {
        const parts = drawn.map(([billed, due]) => ({ billed, due }));
        const settled = settle(parts, least.abs(), gross);
        settled.forEach(({ credited, held }, i) =>
          expect(plain(credited.minus(held))).toBe(plain(drawn[i]?.[0] ?? zero)),
        );
        const left = sum(settled.map(({ credited }, i) => (drawn[i]?.[1] ?? zero).minus(credited)));
        const change = sum(parts.map(({ billed, due }) => due.minus(billed)));
        expect([plain(change), '0']).toContain(plain(left));
      }),
    );
  });
});
