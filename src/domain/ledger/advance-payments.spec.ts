import fc from 'fast-check';
import { addDays, addMonths, type CivilDate, monthsOf, type Period } from '../calendar/period.js';
import { type Decimal, decimal, sum, zero } from '../quantity/decimal.js';
import {
  type AdvanceRule,
  askedFor,
  type AskedAdvance,
  type PlanVersion,
  remainder,
  setOff,
  suggestAdvance,
} from './advance-payments.js';

const rules: readonly AdvanceRule[] = ['by-month', 'by-day'];
const rule = fc.constantFrom(...rules);
const pence = (most: number) => fc.nat(most).map((n): Decimal => decimal(String(n)).times('0.01'));
const day = fc.nat(800).map((n): CivilDate => addDays('2026-01-01', n));
const written = (values: readonly Decimal[]): string[] => values.map((value) => value.toFixed(2));

/** Versions that tile all days from the first cut on. */
const planOf = (cuts: readonly CivilDate[], amounts: readonly Decimal[]): PlanVersion[] =>
  cuts.map((from, index) => ({
    id: from,
    days: { from, to: cuts[index + 1] ?? null },
    amount: amounts[index] ?? zero,
  }));
const distinct = (days: readonly CivilDate[]): CivilDate[] => [...new Set(days)].toSorted();

describe('what is asked for a month', () => {
  const plan = planOf(['2026-01-01', '2026-07-16'], [decimal('100'), decimal('120')]);
  it('is the amount of its first day by month, and of each day by day', () => {
    const july = (by: AdvanceRule) => written(askedFor(plan, '2026-07-01', by, 'GBP').map(({ amount }) => amount));
    expect(july('by-month')).toEqual(['100.00']);
    // 15/31 of 100.00 is 48.387; 120.00 until day 31 less until day 15: 120.00 − 58.06.
    expect(july('by-day')).toEqual(['48.39', '61.94']);
  });

  it('is nothing where nothing is agreed, and for a month that had begun, by month', () => {
    expect(askedFor(plan, '2025-12-31', 'by-day', 'GBP')).toEqual([]);
    expect(askedFor(planOf(['2026-03-02'], [decimal('50')]), '2026-03-05', 'by-month', 'GBP')).toEqual([]);
    expect(askedFor(planOf(['2026-03-02'], [zero]), '2026-04-05', 'by-month', 'GBP')).toEqual([]);
  });

  it('is refused where two plans hold at once', () => {
    const twice = [...plan, ...planOf(['2026-07-20'], [decimal('1')])];
    expect(() => askedFor(twice, '2026-07-01', 'by-day', 'GBP')).toThrow(
      expect.objectContaining({ code: 'overlapping-version' }),
    );
  });

  it('is the agreed amount to the coin, however often the plan was renewed', () => {
    fc.assert(
      fc.property(rule, fc.array(day, { maxLength: 6 }), pence(100_000), day, (by, cuts, amount, on) => {
        const starts = distinct(['2026-01-01', ...cuts]);
        const plan = planOf(
          starts,
          starts.map(() => amount),
        );
        const parts = askedFor(plan, on, by, 'GBP');
        expect(sum(parts.map((part) => part.amount)).equals(amount)).toBe(true);
        expect(parts.every((part) => part.amount.greaterThan(0))).toBe(true);
      }),
    );
  });

  it('is asked of one of two who follow each other, by month, and of both together the same, by day', () => {
    fc.assert(
      fc.property(pence(100_000), fc.integer({ min: 1, max: 30 }), (amount, n) => {
        const leaves = addDays('2026-07-01', n);
        const [first, second] = [
          [{ id: 'a', days: { from: '2026-01-01', to: leaves }, amount }],
          [{ id: 'b', days: { from: leaves, to: null }, amount }],
        ];
        for (const by of rules) {
          const both = [first, second].flatMap((one) => askedFor(one, '2026-07-01', by, 'GBP'));
          expect(sum(both.map((part) => part.amount)).equals(amount)).toBe(true);
        }
      }),
    );
  });
});

/** A year of months, asked for as it goes. */
const yearOf = (net: Decimal, tax: Decimal): AskedAdvance[] =>
  monthsOf({ from: '2026-01-01', to: '2027-01-01' }).map((days) => ({
    id: days.from,
    days,
    net,
    tax,
    before: { net: zero, tax: zero },
  }));

/** Sets off period after period, remembering what was set off. */
function settleAll(asked: readonly AskedAdvance[], periods: readonly Period[], by: AdvanceRule): AskedAdvance[] {
  return periods.reduce<AskedAdvance[]>(
    (left, period) => {
      const off = new Map(setOff(left, period, by, 'GBP', false).map((one) => [one.id, one]));
      return left.map((one) => {
        const { net, tax } = off.get(one.id) ?? { net: zero, tax: zero };
        return { ...one, before: { net: one.before.net.plus(net), tax: one.before.tax.plus(tax) } };
      });
    },
    [...asked],
  );
}

describe('what is set off', () => {
  it('is the whole by month where the first day lies in the period, and the days of it by day', () => {
    const [july] = yearOf(decimal('100'), decimal('20')).slice(6);
    const until = { from: '2026-01-01', to: '2026-07-20' };
    const of = (by: AdvanceRule) => setOff(july ? [july] : [], until, by, 'GBP', false).map(({ gross }) => gross);
    expect(written(of('by-month'))).toEqual(['120.00']);
    // 19/31 of 100.00 and of 20.00: 61.29 and 12.26.
    expect(written(of('by-day'))).toEqual(['73.55']);
  });

  it('comes to what was asked over any tiling, in net and in tax, and is never set off twice', () => {
    fc.assert(
      fc.property(rule, fc.array(day, { maxLength: 8 }), pence(50_000), pence(10_000), (by, cuts, net, tax) => {
        const edges = distinct(['2026-01-01', ...cuts.filter((cut) => cut < '2027-01-01'), '2027-01-01']);
        const periods = edges.slice(1).map((to, index) => ({ from: edges[index] ?? to, to }));
        const settled = settleAll(yearOf(net, tax), periods, by);
        for (const one of settled) expect([one.before.net, one.before.tax]).toEqual([one.net, one.tax]);
        expect(setOff(settled, { from: '2026-01-01', to: '2028-01-01' }, by, 'GBP', true)).toEqual([]);
      }),
    );
  });

  it('is never below zero and never more than is left, also where the rule changes between', () => {
    fc.assert(
      fc.property(rule, rule, day, day, pence(50_000), (one, other, a, b, net) => {
        const [to, later] = a < b ? [a, b] : [b, a];
        fc.pre('2026-01-01' < to && to < later);
        const first = settleAll(yearOf(net, zero), [{ from: '2026-01-01', to }], one);
        for (const part of setOff(first, { from: to, to: later }, other, 'GBP', false)) {
          const asked = first.find(({ id }) => id === part.id);
          expect(part.net.greaterThanOrEqualTo(0)).toBe(true);
          expect(part.net.lessThanOrEqualTo(asked?.net.minus(asked.before.net) ?? zero)).toBe(true);
        }
      }),
    );
  });

  it('is all of it for whoever has left', () => {
    fc.assert(
      fc.property(rule, day, pence(50_000), (by, to, net) => {
        fc.pre('2026-01-01' < to);
        const off = setOff(yearOf(net, zero), { from: '2026-01-01', to }, by, 'GBP', true);
        expect(sum(off.map((one) => one.net)).equals(net.times(12))).toBe(true);
      }),
    );
  });

  it('leaves something to pay or something to return, exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.array(pence(50_000)), (coins, parts) => {
        const gross = decimal(String(coins)).times('0.01');
        const { toPay, toReturn } = remainder(
          gross,
          parts.map((one) => ({ gross: one })),
        );
        expect(toPay.minus(toReturn).equals(gross.minus(sum(parts)))).toBe(true);
        expect([toPay, toReturn].every((one) => one.greaterThanOrEqualTo(0))).toBe(true);
        expect(toPay.isZero() || toReturn.isZero()).toBe(true);
      }),
    );
  });
});

describe('what is suggested', () => {
  const year = { from: '2026-01-01', to: '2027-01-01' };
  it('is a twelfth of the year on the step of the community', () => {
    const policy = { step: decimal('5'), rounding: 'up' } as const;
    const of = (net: string, period = year) => suggestAdvance(decimal(net), period, 'GBP', policy);
    expect(of('1234')).toEqual({ amount: decimal('105'), exact: decimal('102.83'), months: 12, days: 365 });
    // Three months came to 300.00; ten days to 10.00, which is 365.00 a year.
    expect(of('300', { from: '2026-01-01', to: '2026-04-01' }).amount.toFixed(2)).toBe('100.00');
    expect(of('10', { from: '2026-01-05', to: '2026-01-15' }).exact.toFixed(2)).toBe('30.42');
    expect(of('-20').amount.isZero()).toBe(true);
    expect(() => suggestAdvance(decimal('1'), year, 'GBP', { ...policy, step: zero })).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });

  it('is a multiple of the step, and twelve of them cover the year when rounded up', () => {
    fc.assert(
      fc.property(pence(5_000_000), fc.integer({ min: 1, max: 5000 }), fc.nat(23), (net, step, months) => {
        const to = addMonths('2026-01-01', months + 1);
        const given = { step: decimal(String(step)).times('0.01'), rounding: 'up' } as const;
        const { amount } = suggestAdvance(net, { from: '2026-01-01', to }, 'GBP', given);
        expect(amount.modulo(given.step).isZero()).toBe(true);
        if (months === 11) expect(amount.times(12).greaterThanOrEqualTo(net)).toBe(true);
      }),
    );
  });
});
