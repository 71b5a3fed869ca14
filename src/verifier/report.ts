import type { Check } from '../domain/proof/check.js';
import { verdict } from '../domain/proof/check.js';
import type { Proving } from '../domain/proof/verify-together.js';
import { unproven } from '../domain/proof/verify.js';

/** What the checks come to, as text: what differs first, then sentence by sentence. */
export interface Report {
  readonly verdict: 'right' | 'wrong';
  readonly headline: string;
  readonly text: string;
}

const marks: Readonly<Record<Check['outcome'], string>> = { holds: '✓', differs: '✗', 'not-told': '·' };

/** What a file is of, in a few words. */
function subjectOf(file: Proving): string {
  if (file.kind === 'statement') {
    const { number, member, charges, currency } = file.bundle.statement;
    return `${number} for ${member.name} (${charges.gross} ${currency})`;
  }
  if (file.kind === 'openings')
    return `the openings of the run ${file.file.run} (${file.file.register.length} members)`;
  const { site, period, total, currency } = file.file.content;
  return `the certificate of ${site}, ${period.from} to ${period.to} (${total.amount} ${currency})`;
}

export function report(file: Proving, checks: readonly Check[]): Report {
  const said = verdict(checks);
  const of = subjectOf(file);
  const differing = checks.filter(({ outcome }) => outcome === 'differs');
  const headline =
    said === 'right'
      ? `RIGHT: ${of}. ${checks.filter(({ outcome }) => outcome === 'holds').length} checks hold, nothing differs.`
      : `WRONG: ${of}. ${differing.length} of ${checks.length} checks differ.`;
  const lines = (some: readonly Check[]) => some.map(({ outcome, says }) => `  ${marks[outcome]} ${says}`);
  const text = [
    headline,
    ...(differing.length === 0 ? [] : ['', 'What differs:', ...lines(differing)]),
    '',
    'What was checked:',
    ...lines(checks.filter(({ outcome }) => outcome === 'holds')),
    '',
    'What this file does not tell:',
    ...lines(checks.filter(({ outcome }) => outcome === 'not-told')),
    '',
    'What no file can prove:',
    ...unproven.map((sentence) => `  · ${sentence}`),
  ].join('\n');
  return { verdict: said, headline, text };
}
