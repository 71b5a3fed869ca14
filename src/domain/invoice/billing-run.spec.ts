import { type DomainError, type Issue, type IssueCode } from '../errors.js';
import {
  actionsFrom,
  approve,
  issueId,
  nextState,
  overridable,
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

describe('which findings a person may accept', () => {
  // What leaves a figure unknown, contradicts another or would break a promise is put right; what is known and odd may be accepted.
  const acceptable: IssueCode[] = [
    ...(['rollover-assumed', 'estimated-boundary', 'reading-time', 'counter-restart', 'physical-limit'] as const),
    ...(['silent-sibling', 'zero-use', 'inactive-use', 'high-low-use', 'spike', 'stuck-intervals'] as const),
    ...(['unusual-day', 'sum-check', 'prolonged-estimation', 'estimated-share', 'verification-passed'] as const),
    ...(['uncovered-space', 'residual-high', 'residual-notable', 'bill-differs-from-meter'] as const),
    ...(['open-exception', 'unclaimed-readings', 'held-amount', 'fund-runs-dry', 'bill-estimated'] as const),
    ...(['expected-for-leaver', 'bill-differs-from-contract'] as const),
  ];

  const never: IssueCode[] = [
    ...(['missing-reading', 'missing-interval', 'bands-unknown', 'conflicting-reading'] as const),
    ...(['overlapping-interval', 'register-regressed', 'mixed-units', 'not-installed'] as const),
    ...(['no-supplier-bill', 'tariff-gap', 'key-gap', 'no-weight'] as const),
    ...(['headcount-missing', 'booking-unpriced', 'floors-exceed-cost', 'peak-missing'] as const),
    ...(['deduction-exceeds-intake', 'residual-negative', 'source-meter-missing', 'virtual-part-missing'] as const),
    ...(['negative-virtual-use', 'counted-twice', 'readings-reduced', 'bill-not-covering-period'] as const),
    'bill-miscalculated',
    ...(['calorific-value-missing', 'price-cap-exceeded', 'invoice-contents-missing'] as const),
  ];

  it('are those that leave no figure unknown', () => {
    expect(acceptable.filter((code) => !overridable[code])).toEqual([]);
    expect(never.filter((code) => overridable[code])).toEqual([]);
  });
});

describe('what is refused, in words and facts', () => {
  it('says what a run can do instead', () => {
    expect(() => nextState('issued', 'cancel')).toThrow(
      expect.objectContaining({
        message: 'A run that is issued cannot cancel; it can close.',
        facts: { state: 'issued', action: 'cancel', allowed: ['close'] },
      }),
    );
    expect(() => nextState('open', 'issue')).toThrow('A run that is open cannot issue; it can validate, cancel.');
    expect(() => nextState('closed', 'close')).toThrow('cannot close; nothing more can be done with it.');
  });

  it('names the finding that cannot be accepted, and its remedy', () => {
    expect(() => override(issue('key-gap'), 'lund', 'please')).toThrow(
      expect.objectContaining({
        message: '"key-gap." leaves a figure unknown and cannot be overridden. Look.',
        facts: { code: 'key-gap' },
      }),
    );
    expect(() => override(issue('residual-high'), 'lund', ' ')).toThrow('needs a reason that others can read later');
  });

  it('counts what else stops a run, and names each of them', () => {
    const [one, two] = [issue('missing-reading'), issue('key-gap', 'blocking', 'm2')];
    expect(() => refuseWhileBlocked([one], [])).toThrow(/^The run cannot go on. missing-reading. Look.$/);
    expect(() => refuseWhileBlocked([one, two], [])).toThrow(
      expect.objectContaining({
        message: 'The run cannot go on. missing-reading. Look. There is 1 more.',
        facts: { issues: [one, two].map(issueId) },
      }),
    );
  });

  it('tells findings apart by what they are about, and by their days where they have any', () => {
    const { code, severity, subject, detail, remedy } = issue('key-gap');
    expect(issueId({ code, severity, subject, detail, remedy })).toBe('["key-gap","meter","m1",null,null]');
    expect(issueId(issue('key-gap'))).toBe('["key-gap","meter","m1","2026-10-01","2026-11-01"]');
  });

  it('says who cannot approve, and which inputs were looked at', () => {
    expect(() => approve('rosa', ['rosa'], 'abc', 'abc')).toThrow(
      expect.objectContaining({
        message: 'Whoever prepared a run cannot approve it; ask a second person.',
        facts: { by: 'rosa' },
      }),
    );
    expect(() => refuseChanged('abc', 'abd')).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^The inputs of the run have changed since; calculate it again/) as string,
        facts: { approved: 'abc', current: 'abd' },
      }),
    );
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
