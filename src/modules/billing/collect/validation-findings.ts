import type { Issue, IssueCode, Severity } from '../../../domain/errors.js';
import type { FindingRow } from '../../metering/decide/exceptions.service.js';
import type { RunFinding } from '../run/inputs.js';

/*
 * The problem: consumption says what it cannot count, the residual what does not add up, and validation says both again, with the
 * questions that belong to them. A treasurer who reads one trouble twice looks for two.
 *
 *   consumption: SHOP-07 import ran backwards (blocking)     validation: the same (blocking)      → the first, once
 *   consumption: its display is taken to have wrapped        validation: somebody confirmed it    → nothing is left to say
 *
 * Method: each rule knows the codes under which a run says the same already. Of the same about the same register or utility one is
 * kept: the more severe, or else what the run said itself.
 */

const gaps: readonly IssueCode[] = ['missing-reading', 'missing-interval', 'not-installed'];
const residuals: readonly IssueCode[] = ['residual-negative', 'residual-high', 'residual-notable'];

/** Codes under which a run says what a rule says. */
const sayings: Readonly<Partial<Record<FindingRow['rule'], readonly IssueCode[]>>> = {
  'missing-reading': gaps,
  'missing-interval': gaps,
  'silent-sibling': gaps,
  'register-regressed': ['register-regressed'],
  'counter-restart': ['register-regressed'],
  'rollover-assumed': ['rollover-assumed'],
  'prolonged-estimation': ['prolonged-estimation'],
  residual: residuals,
};

const residualCodes: Readonly<Record<string, IssueCode>> = {
  negative: 'residual-negative',
  high: 'residual-high',
  notable: 'residual-notable',
};

const severities: readonly Severity[] = ['blocking', 'warning', 'info'];

/** A finding of validation as an issue of a run, with what it takes to compare it with others. */
export function runFinding(row: FindingRow): RunFinding {
  const { id, rule, severity, registerId, evidence, at, until, detail, remedy, decision } = row;
  const kind = row.register !== null ? 'register' : row.meter !== null ? 'meter' : 'site';
  const label = [row.meter ?? row.site, row.register].filter((name) => name !== null).join(' ');
  const pending =
    decision?.choice === 'ask'
      ? 'A reading was asked for and has not come. '
      : decision?.choice === 'estimate'
        ? 'It is to be estimated, and that has not been done. '
        : '';
  const issue: Issue = {
    code: rule === 'residual' ? (residualCodes[String(evidence['is'])] ?? 'residual-notable') : rule,
    severity,
    subject: { kind, id, label },
    ...{ from: at, to: until, detail },
    remedy: `${pending}${remedy} It can be answered in the exceptions.`,
  };
  const utility = typeof evidence['utility'] === 'string' ? evidence['utility'] : null;
  return {
    issue,
    rule,
    registerId,
    siteId: row.siteId,
    utility,
    isConfirmed: decision?.choice === 'rollover-confirmed',
  };
}

/**
 * What a run says, with what validation found beside it, each trouble once.
 *
 * @param registers that the run counts; findings about others are no matter of the bill
 */
export function withFindings(
  said: readonly Issue[],
  findings: readonly RunFinding[],
  registers: ReadonlySet<string>,
): Issue[] {
  let issues = [...said];
  for (const finding of findings) {
    if (finding.registerId !== null && !registers.has(finding.registerId)) continue;
    const same = issues.filter((issue) => saysTheSame(issue, finding));
    const isStronger = same.every((issue) => rank(issue) > rank(finding.issue));
    if (finding.isConfirmed || (same.length > 0 && isStronger))
      issues = issues.filter((issue) => !same.includes(issue));
    if (!finding.isConfirmed && isStronger) issues.push(finding.issue);
  }
  return issues;
}

const rank = ({ severity }: Issue): number => severities.indexOf(severity);

function saysTheSame(
  { code, subject, from, to }: Issue,
  { rule, registerId, siteId, utility, issue }: RunFinding,
): boolean {
  if (!sayings[rule]?.includes(code)) return false;
  if (rule === 'residual') return subject.kind === 'site' && subject.id.startsWith(`${siteId}/${utility}`);
  // A fall is one pair of readings; of gaps of one register the run names the edges that it needs.
  const isGap = sayings[rule] === gaps;
  return (
    subject.kind === 'register' && subject.id === registerId && (isGap || (from === issue.from && to === issue.to))
  );
}
