import { type DomainError, type Issue, type IssueCode } from '../errors.js';
import {
  actionsFrom,
  approve,
  nextState,
  override,
  refuseChanged,
  refuseWhileBlocked,
  type RunAction,
  runActions,
  type RunState,
  unresolved,
} from './billing-run.js';

const refusal = (code: string): DomainError => expect.objectContaining({ code }) as DomainError;
const states: RunState[] = ['open', 'validated', 'previewed', 'approved', 'issued', 'closed', 'cancelled'];
const issue = (code: IssueCode, severity: Issue['severity'] = 'blocking', id = 'm1'): Issue => ({
  code,
  severity,
  subject: { kind: 'meter', id, label: id },
  from: '2026-10-01',
  to: '2026-11-01',
  detail: `${code}.`,
  remedy: 'Look.',
});

describe('the states of a run', () => {
  it('lead from open to closed', () => {
    const path: RunAction[] = ['validate', 'preview', 'approve', 'issue', 'close'];
    expect(path.reduce<RunState>((state, action) => nextState(state, action), 'open')).toBe('closed');
  });

  it.each<[RunState, RunAction[]]>([
    ['open', ['validate', 'cancel']],
    ['validated', ['validate', 'preview', 'cancel']],
    ['previewed', ['validate', 'approve', 'cancel']],
    ['approved', ['validate', 'issue', 'cancel']],
    ['issued', ['close']],
    ['closed', []],
    ['cancelled', []],
  ])('allow from %s only %j', (state, allowed) => {
    expect(actionsFrom(state).toSorted()).toEqual(allowed.toSorted());
    for (const action of Object.keys(runActions) as RunAction[]) {
      if (!allowed.includes(action)) expect(() => nextState(state, action)).toThrow(refusal('run-not-in-state'));
    }
  });

  it('can all be reached', () => {
    expect([...new Set(['open', ...Object.values(runActions).map(({ to }) => to)])].toSorted()).toEqual(
      states.toSorted(),
    );
  });
});

describe('the gate', () => {
  it('lets warnings and notes pass', () => {
    expect(() =>
      refuseWhileBlocked([issue('residual-notable', 'warning'), issue('estimated-boundary', 'info')], []),
    ).not.toThrow();
  });

  it('stops at a blocking finding and counts the others', () => {
    const blocking = [issue('missing-reading'), issue('key-gap'), issue('no-weight')];
    expect(() => refuseWhileBlocked(blocking, [])).toThrow(/missing-reading\. Look\. There are 2 more\.$/);
    expect(() => refuseWhileBlocked(blocking, [])).toThrow(refusal('run-blocked'));
  });

  it('lets a finding pass that a named person accepted, and no other of its kind', () => {
    const accepted = override(issue('residual-high'), 'lund', ' The stairs have no meter yet. ');
    expect(accepted.reason).toBe('The stairs have no meter yet.');
    expect(
      unresolved([issue('residual-high'), issue('residual-high', 'blocking', 'm2')], [accepted]).map(
        (one) => one.subject.id,
      ),
    ).toEqual(['m2']);
  });

  it('does not care how an accepted finding is worded', () => {
    const accepted = override(issue('residual-high'), 'lund', 'known');
    expect(unresolved([{ ...issue('residual-high'), detail: 'Said otherwise.' }], [accepted])).toEqual([]);
  });

  it.each<IssueCode>(['residual-high', 'bill-differs-from-meter', 'open-exception', 'held-amount'])(
    'lets %s be accepted',
    (code) => {
      expect(override(issue(code), 'lund', 'checked').by).toBe('lund');
    },
  );

  it.each<IssueCode>(['missing-reading', 'residual-negative', 'no-weight', 'tariff-gap', 'key-gap'])(
    'never lets %s be accepted, not even by an override that came from elsewhere',
    (code) => {
      expect(() => override(issue(code), 'lund', 'please')).toThrow(refusal('issue-not-overridable'));
      const forged = {
        ...override(issue('residual-high'), 'lund', 'x'),
        issue: JSON.stringify([code, 'meter', 'm1', '2026-10-01', '2026-11-01']),
      };
      expect(unresolved([issue(code)], [forged])).toHaveLength(1);
    },
  );

  it('asks for a reason', () => {
    expect(() => override(issue('residual-high'), 'lund', '  ')).toThrow(refusal('invalid-input'));
  });
});

describe('approval', () => {
  it('is a second person’s, of what was seen', () => {
    expect(approve('lund', ['rosa'], 'abc', 'abc')).toEqual({ by: 'lund', inputHash: 'abc' });
    expect(() => approve('rosa', ['rosa', 'amir'], 'abc', 'abc')).toThrow(refusal('four-eyes'));
    expect(() => approve('lund', ['rosa'], 'abc', 'abd')).toThrow(refusal('run-changed'));
  });

  it('falls where an input changes before issue', () => {
    expect(() => refuseChanged('abc', 'abc')).not.toThrow();
    expect(() => refuseChanged('abc', 'abd')).toThrow(refusal('run-changed'));
  });
});
