import type { Issue } from '../../../domain/errors.js';
import type { FindingRow } from '../../metering/decide/exceptions.service.js';
import { runFinding, withFindings } from './validation-findings.js';

const fall = { from: '2026-10-10T00:00:00Z', to: '2026-10-11T00:00:00Z' };
const said = (code: Issue['code'], severity: Issue['severity'], more: Partial<Issue> = {}): Issue => ({
  code,
  severity,
  subject: { kind: 'register', id: 'r1', label: 'SHOP-07 import' },
  ...fall,
  detail: 'said by the run',
  remedy: 'mend it',
  ...more,
});
const finding = (rule: FindingRow['rule'], more: Partial<FindingRow> = {}): FindingRow => ({
  ...{ id: 'f1', kind: 'finding', rule, severity: 'blocking', detail: 'found', remedy: 'Answer it.' },
  ...{ site: 'OMH', siteId: 's1', meter: 'SHOP-07', meterId: 'm1', register: 'import', registerId: 'r1' },
  ...{ at: fall.from, until: fall.to, evidence: {}, createdAt: fall.to, closedAt: null, choices: [], decision: null },
  decisions: 0,
  ...more,
});
const issues = (run: Issue[], found: FindingRow[], registers = ['r1']) =>
  withFindings(run, found.map(runFinding), new Set(registers)).map(({ code, severity, detail }) => [
    code,
    severity,
    detail,
  ]);
const decidedAs = (choice: 'ask' | 'estimate' | 'rollover-confirmed') => ({
  decision: { choice, reason: 'seen', decidedBy: 'p1', decidedAt: fall.to },
});

describe('a run with the findings of validation', () => {
  it('has each of them once, as an issue that names where to answer', () => {
    const [issue] = withFindings([], [runFinding(finding('spike', { severity: 'warning' }))], new Set(['r1']));
    expect(issue).toMatchObject({
      code: 'spike',
      severity: 'warning',
      subject: { kind: 'register', id: 'f1', label: 'SHOP-07 import' },
      remedy: 'Answer it. It can be answered in the exceptions.',
    });
  });

  it.each([
    ['register-regressed', 'register-regressed'],
    ['counter-restart', 'register-regressed'],
    ['missing-interval', 'missing-interval'],
    ['missing-reading', 'missing-interval'],
    ['silent-sibling', 'missing-reading'],
  ] as const)('does not say %s where it says %s already', (rule, code) => {
    expect(issues([said(code, 'blocking')], [finding(rule)])).toEqual([[code, 'blocking', 'said by the run']]);
    expect(
      issues([said(code, 'blocking', { subject: { kind: 'register', id: 'r2', label: '' } })], [finding(rule)]),
    ).toHaveLength(2);
  });

  it('keeps the more severe of the two', () => {
    expect(issues([said('rollover-assumed', 'warning')], [finding('rollover-assumed')])).toEqual([
      ['rollover-assumed', 'blocking', 'found'],
    ]);
    expect(
      issues([said('rollover-assumed', 'warning')], [finding('rollover-assumed', { severity: 'warning' })]),
    ).toEqual([['rollover-assumed', 'warning', 'said by the run']]);
  });

  it('says nothing of a wrap that somebody confirmed, and still of another', () => {
    const confirmed = finding('rollover-assumed', decidedAs('rollover-confirmed'));
    const later = said('rollover-assumed', 'warning', { from: '2026-10-20T00:00:00Z', to: '2026-10-21T00:00:00Z' });
    expect(issues([said('rollover-assumed', 'warning')], [confirmed])).toEqual([]);
    expect(issues([later], [confirmed])).toHaveLength(1);
  });

  it('compares residuals by site and utility', () => {
    const of = (utility: string) =>
      finding('residual', { meter: null, register: null, registerId: null, evidence: { is: 'high', utility } });
    const run = said('residual-high', 'blocking', {
      subject: { kind: 'site', id: 's1/electricity/DN/day', label: 'Hall' },
    });
    expect(issues([run], [of('electricity')])).toEqual([['residual-high', 'blocking', 'said by the run']]);
    expect(issues([run], [of('water')])).toEqual([
      ['residual-high', 'blocking', 'said by the run'],
      ['residual-high', 'blocking', 'found'],
    ]);
  });

  it('does not speak of registers that it does not count', () => {
    expect(issues([], [finding('spike')], ['r2'])).toEqual([]);
    expect(issues([], [finding('verification-passed', { register: null, registerId: null })], [])).toHaveLength(1);
  });

  it.each([
    ['ask', 'A reading was asked for and has not come.'],
    ['estimate', 'It is to be estimated, and that has not been done.'],
  ] as const)('goes on to say what was answered by %s and is not done', (choice, sentence) => {
    const [issue] = withFindings([], [runFinding(finding('spike', decidedAs(choice)))], new Set(['r1']));
    expect(issue?.remedy).toContain(sentence);
  });
});
