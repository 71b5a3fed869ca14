import fc from 'fast-check';
import { addDays } from '../calendar/period.js';
import type { DomainError } from '../errors.js';
import { decimal } from '../quantity/decimal.js';
import { checkStep, type DisputeStep, disputeSteps, isPaused, nextDue, partOpen, questionedAmount } from './dispute.js';

const limits = { answerDays: 14, decideDays: 28, referDays: 21 };
const step = (kind: DisputeStep['kind'], on: string, by = 'tess'): DisputeStep => ({ kind, on, by });
const asked = step('asked', '2026-11-03', 'rosa');
const answered = step('answered', '2026-11-10');
const decided = step('decided', '2026-11-12');
const referred = step('referred', '2026-11-20', 'rosa');
const refusal = (code: string, message: RegExp): DomainError =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as DomainError;
const check = (steps: DisputeStep[], next: DisputeStep) => () => checkStep(steps, next, limits);

describe('the steps of a dispute', () => {
  it('lead from a question to a decision, and by the way of another person to a last one', () => {
    expect(check([asked], answered)).not.toThrow();
    expect(check([asked, answered], step('answered', '2026-11-11'))).not.toThrow();
    expect(check([asked], decided)).not.toThrow();
    expect(check([asked, decided], referred)).not.toThrow();
    expect(check([asked, decided, referred], step('decided', '2026-12-01', 'amir'))).not.toThrow();
    expect(check([asked, answered], step('withdrawn', '2026-11-11', 'rosa'))).not.toThrow();
  });

  it('begin with a question', () =>
    expect(check([], decided)).toThrow(refusal('invalid-input', /begins with a question/)));

  it('end with a decision that nobody refers, with the second decision, or where the member takes its question back', () => {
    expect(check([asked, decided], step('decided', '2026-11-13', 'amir'))).toThrow(
      refusal('already-decided', /decided on 2026-11-12; the member may refer/),
    );
    expect(check([asked, referred], step('answered', '2026-11-21'))).toThrow(
      refusal('already-decided', /it waits for a decision/),
    );
    const last = step('decided', '2026-12-01', 'amir');
    expect(check([asked, decided, referred, last], step('referred', '2026-12-02'))).toThrow(
      refusal('already-decided', /nothing more can be done/),
    );
    expect(check([asked, step('withdrawn', '2026-11-04')], answered)).toThrow(
      refusal('already-decided', /withdrawn on 2026-11-04; nothing more/),
    );
  });

  it('refer a decision until the last day, and not on the day after', () => {
    expect(check([asked, decided], step('referred', '2026-12-03', 'rosa'))).not.toThrow();
    expect(check([asked, decided], step('referred', '2026-12-04', 'rosa'))).toThrow(
      refusal('time-limit-passed', /decision of 2026-11-12 could be referred until 2026-12-03/),
    );
  });

  it('are decided by nobody who asked, and by nobody twice', () => {
    expect(check([asked], step('decided', '2026-11-12', 'rosa'))).toThrow(refusal('four-eyes', /its own question/));
    expect(check([asked, decided, referred], step('decided', '2026-12-01', 'tess'))).toThrow(
      refusal('four-eyes', /somebody else than before/),
    );
  });

  it('pause the part while it is in question, and no longer', () => {
    expect(isPaused([])).toBe(false);
    expect([[asked], [asked, answered], [asked, decided], [asked, decided, referred]].map(isPaused)).toEqual([
      ...[true, true, false, true],
    ]);
    expect(isPaused([asked, step('withdrawn', '2026-11-04')])).toBe(false);
  });

  it('say until when the next is due', () => {
    expect(nextDue([], limits)).toBeNull();
    expect(nextDue([asked], limits)).toBe('2026-11-17');
    expect(nextDue([asked, answered], limits)).toBe('2026-12-08');
    expect(nextDue([asked, decided, referred], limits)).toBe('2026-12-18');
    expect(nextDue([asked, decided], limits)).toBeNull();
    expect(nextDue([asked, step('withdrawn', '2026-11-04')], limits)).toBeNull();
  });

  it('always come to an end: whatever people do, decisions are two at most and the last closes', () => {
    const tries = fc.array(fc.record({ kind: fc.constantFrom(...disputeSteps), by: fc.constantFrom('a', 'b', 'c') }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(tries, (attempts) => {
        const steps: DisputeStep[] = [asked];
        for (const [index, { kind, by }] of attempts.entries()) {
          const next = { kind, by, on: addDays('2026-11-03', index) };
          try {
            checkStep(steps, next, limits);
            steps.push(next);
          } catch {
            // Refused: it has no part in what happened.
          }
        }
        const deciders = steps.filter(({ kind }) => kind === 'decided').map(({ by }) => by);
        expect(new Set(deciders).size).toBe(deciders.length);
        expect(deciders.length).toBeLessThanOrEqual(2);
        expect(isPaused(steps)).toBe(nextDue(steps, limits) !== null);
      }),
    );
  });
});

describe('the part in question', () => {
  it('is the line with its tax, on the coin', () => {
    expect(questionedAmount(decimal('21.80'), decimal('0.2'), 'GBP').toFixed(2)).toBe('26.16');
    expect(questionedAmount(decimal('0.13'), decimal('0.05'), 'GBP').toFixed(2)).toBe('0.14');
    expect(questionedAmount(decimal('100'), decimal('0.1'), 'JPY').toFixed(0)).toBe('110');
  });

  it('is paused as far as it is open, and the rest stays due', () => {
    const coins = fc.integer({ min: 0, max: 1_000_000 }).map((n) => decimal(`${n}`).dividedBy(100));
    fc.assert(
      fc.property(coins, coins, (open, questioned) => {
        const { paused, due } = partOpen(open, questioned);
        expect(paused.plus(due).equals(open)).toBe(true);
        expect(paused.isNegative() || paused.greaterThan(questioned) || due.isNegative()).toBe(false);
      }),
    );
    expect(partOpen(decimal('20'), decimal('26.16')).due.toFixed(2)).toBe('0.00');
    expect(partOpen(decimal('100'), decimal('26.16')).due.toFixed(2)).toBe('73.84');
  });
});
