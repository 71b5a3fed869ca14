import { describe, expect, it } from 'vitest';
import type { BillingRun } from '../api/generated/types.gen';
import { nextOf, stepOf, stepsDone } from './next-step';

const none = { blocking: 0, overridden: 0, warning: 0, info: 0 };
const totals = { costs: '1.00', members: '1.00', common: '0.00', vacant: '0.00', held: '0.00', difference: '0.00' };
const run = (status: BillingRun['status'], from: string, to: string, more: Partial<BillingRun> = {}): BillingRun =>
  ({
    id: from,
    status,
    period: { from, to },
    issues: none,
    totals: null,
    correction: null,
    leaver: null,
    ...more,
  }) as BillingRun;
const september = run('closed', '2026-09-01', '2026-10-01', { totals });

describe('what is next', () => {
  it('is the month after the last, as soon as it is over', () => {
    expect(nextOf([september], '2026-11-01')).toEqual({
      kind: 'start',
      period: { from: '2026-10-01', to: '2026-11-01' },
    });
    expect(nextOf([september], '2026-10-31')).toMatchObject({ kind: 'wait', run: { id: '2026-09-01' } });
    expect(nextOf([], '2026-10-31')).toEqual({ kind: 'first' });
  });

  it('is the run under way, where it waits; what was cancelled or corrects another leads nowhere', () => {
    const open = run('open', '2026-10-01', '2026-11-01', { issues: { ...none, blocking: 2 } });
    expect(nextOf([open, september], '2026-11-20')).toMatchObject({ kind: 'go-on', step: 'readings' });
    const cancelled = run('cancelled', '2026-10-01', '2026-11-01');
    const correction = run('open', '2026-09-01', '2026-10-01', { correction: { of: 'x', way: 'next-run', cause: '' } });
    expect(nextOf([cancelled, correction, september], '2026-11-20')).toMatchObject({ kind: 'start' });
  });

  it('is the whole month also after somebody who left in it was billed', () => {
    const final = run('closed', '2026-10-01', '2026-10-16', { totals, leaver: { id: 'x', code: 'ADAM' } });
    expect(nextOf([final, september], '2026-11-20')).toEqual({
      kind: 'start',
      period: { from: '2026-10-01', to: '2026-11-01' },
    });
  });
});

it.each([
  [run('open', 'a', 'b'), 'bill', 0],
  [run('open', 'a', 'b', { issues: { ...none, blocking: 1 } }), 'readings', 1],
  [run('previewed', 'a', 'b', { totals }), 'approve', 3],
  [run('approved', 'a', 'b', { totals }), 'send', 4],
  [run('issued', 'a', 'b', { totals }), 'send', 4],
  [september, 'payments', 5],
] as const)('a run waits at the step that its state asks for', (one, step, done) => {
  expect([stepOf(one), stepsDone(one).size]).toEqual([step, done]);
});
