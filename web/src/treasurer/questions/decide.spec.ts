import { describe, expect, it } from 'vitest';
import type { Dispute } from '../../api/generated/types.gen';
import { daysBetween, decidersOut, waitingFirst } from './decide';

type Step = Dispute['steps'][number];
const step = (kind: Step['kind'], by: string, on = '2026-10-01'): Step => ({
  ...{ kind, on, at: `${on}T08:00:00Z`, by: { id: by, name: by } },
  ...{ text: '', outcome: null, remedy: null },
});

describe('who decides a question', () => {
  it('is neither who asked it nor who decided it before; an answer keeps nobody out', () => {
    const steps = [step('asked', 'rosa'), step('answered', 'ade'), step('decided', 'jo'), step('referred', 'rosa')];
    expect([...decidersOut({ steps })]).toEqual(['rosa', 'jo']);
  });
});

describe('questions', () => {
  const asked = (paused: boolean, overdue: boolean, due: string | null, on: string) => ({
    ...{ paused, overdue, due, steps: [step('asked', 'rosa', on)] },
  });

  it('are in the order in which they wait: late, due next, and what is over by the day it was asked', () => {
    const late = asked(true, true, '2026-09-01', '2026-08-01');
    const soon = asked(true, false, '2026-11-01', '2026-10-01');
    const later = asked(true, false, '2026-12-01', '2026-09-01');
    const over = asked(false, false, null, '2026-10-20');
    const longOver = asked(false, false, null, '2026-01-20');
    expect(waitingFirst([longOver, later, over, soon, late])).toEqual([late, soon, later, over, longOver]);
  });

  it('are so many days old, over the change of the clock too', () => {
    expect(daysBetween('2026-10-20', '2026-10-30')).toBe(10);
    expect(daysBetween('2026-10-20', '2026-10-20')).toBe(0);
  });
});
