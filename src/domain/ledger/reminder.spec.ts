import fc from 'fast-check';
import { addDays } from '../calendar/period.js';
import { decimal } from '../quantity/decimal.js';
import { type Claim, mostReminders, overdueOn, type Reminded } from './reminder.js';

const steps = [3, 14, 28];
const claim = (more: Partial<Claim> = {}): Claim => ({
  ...{ number: 'MH-1', dueOn: '2026-11-17', open: decimal('145.00'), questioned: decimal('0') },
  ...{ isHeldBack: false, reminded: [] },
  ...more,
});
const on = (today: string, more: Partial<Claim> = {}, by: readonly number[] = steps) => {
  const [one] = overdueOn([claim(more)], by, today);
  return one && { ...one, due: one.due.toFixed(2), paused: one.paused.toFixed(2) };
};
const sent = (step: number, day: string): Reminded => ({ step, on: day });

describe('what is overdue', () => {
  it('is what was due before today and is not paid, the oldest first', () => {
    expect(on('2026-11-17')).toBeUndefined();
    expect(on('2026-11-18')).toMatchObject({ days: 1, due: '145.00', paused: '0.00', pause: null });
    expect(on('2026-11-18', { open: decimal('0') })).toBeUndefined();
    const two = overdueOn(
      [claim({ number: 'B' }), claim({ number: 'A' }), claim({ number: 'C', dueOn: '2026-10-17' })],
      steps,
      '2026-12-01',
    );
    expect(two.map(({ number, days }) => [number, days])).toEqual([
      ['C', 45],
      ['A', 14],
      ['B', 14],
    ]);
  });

  it('asks for what is not questioned, and for nothing where all of it is', () => {
    const part = on('2026-11-20', { questioned: decimal('26.16') });
    expect(part).toMatchObject({ due: '118.84', paused: '26.16', step: 3, pause: null });
    const all = on('2026-11-20', { questioned: decimal('200.00') });
    expect(all).toMatchObject({ due: '0.00', paused: '145.00', step: null, next: null, pause: 'questioned' });
  });

  it('asks for nothing whose mail was held back', () =>
    expect(on('2026-12-24', { isHeldBack: true })).toMatchObject({ step: null, next: null, pause: 'held-back' }));
});

describe('a step', () => {
  it('is due from its day on, and says the day until then', () => {
    expect(on('2026-11-19')).toMatchObject({ step: null, next: '2026-11-20' });
    expect(on('2026-11-20')).toMatchObject({ step: 3, next: null });
    expect(on('2026-11-30')).toMatchObject({ step: 3 });
    const reminded = [sent(3, '2026-11-20')];
    expect(on('2026-11-20', { reminded })).toMatchObject({ step: null, next: '2026-12-01' });
    expect(on('2026-12-01', { reminded })).toMatchObject({ step: 14 });
  });

  it('that was passed over is not made up for', () => {
    expect(on('2026-12-10')).toMatchObject({ step: 14 });
    expect(on('2027-03-01')).toMatchObject({ step: 28 });
    expect(on('2027-03-08', { reminded: [sent(28, '2027-03-01')] })).toMatchObject({ step: null, next: null });
  });

  it('comes a week after the one before, where that was late', () => {
    const reminded = [sent(14, '2026-12-10')];
    expect(on('2026-12-16', { reminded })).toMatchObject({ step: null, next: '2026-12-17' });
    expect(on('2026-12-17', { reminded })).toMatchObject({ step: 28 });
  });

  it('is none where the community reminds nobody, and none after the third', () => {
    expect(on('2026-12-24', {}, [])).toMatchObject({ days: 37, step: null, next: null, pause: null });
    const reminded = [sent(1, '2026-11-18'), sent(2, '2026-11-25'), sent(3, '2026-12-02')];
    expect(on('2026-12-24', { reminded })).toMatchObject({ step: null, next: null });
  });
});

describe('the reminders of a year', () => {
  const coins = fc.integer({ min: 0, max: 100_000 }).map((n) => decimal(`${n}`).dividedBy(100));
  const policies = fc
    .uniqueArray(fc.integer({ min: 1, max: 90 }), { maxLength: 3 })
    .map((days) => days.toSorted((a, b) => a - b));
  /** A day on which the treasurer looks, what is open and questioned on it, whether its mail is held, and the steps of then. */
  const looks = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 40 }),
      open: coins,
      questioned: coins,
      isHeldBack: fc.boolean(),
      by: policies,
    }),
    { maxLength: 20 },
  );

  it('are three at most, a week apart, each of a later step, and never for nothing or for what is paused', () => {
    fc.assert(
      fc.property(looks, (days) => {
        const reminded: Reminded[] = [];
        let today = '2026-11-10';
        for (const { after, open, questioned, isHeldBack, by } of days) {
          today = addDays(today, after);
          const [one] = overdueOn([claim({ open, questioned, isHeldBack, reminded: [...reminded] })], by, today);
          if (!one) {
            expect(open.isZero() || today <= '2026-11-17').toBe(true);
            continue;
          }
          expect(one.due.plus(one.paused).equals(open)).toBe(true);
          expect(one.step === null || one.next === null).toBe(true);
          expect(one.next === null || one.next > today).toBe(true);
          if (one.step === null) continue;
          expect(isHeldBack || !one.due.greaterThan(0)).toBe(false);
          expect(by).toContain(one.step);
          expect(one.step).toBeLessThanOrEqual(one.days);
          reminded.push({ step: one.step, on: today });
        }
        expect(reminded.length).toBeLessThanOrEqual(mostReminders);
        for (const [index, { step, on: day }] of reminded.entries()) {
          const before = reminded[index - 1];
          if (!before) continue;
          expect(step).toBeGreaterThan(before.step);
          expect(day >= addDays(before.on, 7)).toBe(true);
        }
      }),
    );
  });

  it('come on the day that was told', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 120 }), (by, after) => {
        const today = addDays('2026-11-17', after);
        const next = overdueOn([claim()], by, today)[0]?.next ?? null;
        if (next === null) return;
        expect(overdueOn([claim()], by, next)[0]?.step).not.toBeNull();
        expect(overdueOn([claim()], by, addDays(next, -1))[0]?.step ?? null).toBeNull();
      }),
    );
  });
});
