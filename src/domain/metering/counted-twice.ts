import { epochMs, fromEpochMs, type Span } from '../calendar/period.js';
import type { Issue } from '../errors.js';
import { type Decimal, one, plain, sum } from '../quantity/decimal.js';
import { listed } from './virtual-use.js';

/*
 * The problem: a sub-meter of stall 1 counts 310 kWh, and a virtual meter of stall 4 adds them up with others. Both stalls would pay for
 * the same 310 kWh, and the site would come to more than it was supplied.
 *
 *   STALL-1 import stands in stall 1           claims 1 of what it counts
 *   STALL-4 use = STALL-1 + B, in stall 4      claims 1 of it once more        → counted twice
 *   STALL-4 use = MAIN − STALL-1               claims none of it: what it takes off is billed where it stands
 *   A use = 0.6 × M, B use = 0.4 × M           claim 1 of M between them: fine; 0.6 and 0.6 would not be
 *
 * Method: everything that puts a register on the bill of a space is a claim for a time: standing there, or being added by the virtual
 * meter of a space. Wherever there are several and they come to more than all of it, that is a finding. A single claim may be any
 * factor: losses of a cable are added by one.
 */

/** What puts use of a register on the bill of a space. */
export interface Claim extends Span {
  /** What is claimed: two registers of one meter that tell of the same energy are one. */
  readonly of: string;
  readonly register: { readonly id: string; readonly label: string };
  /** Who claims: the space, or the virtual register and its space. */
  readonly by: string;
  /** How much of it; more than 0. */
  readonly coefficient: Decimal;
}

/**
 * Energy that would be billed to two.
 *
 * @returns a blocking Issue for each register and time in which several claims come to more than all of it
 * @law silent where every register has one claim; independent of the order of claims
 */
export function countedTwice(claims: readonly Claim[]): Issue[] {
  const byRegister = new Map<string, Claim[]>();
  for (const claim of claims) byRegister.set(claim.of, [...(byRegister.get(claim.of) ?? []), claim]);
  return [...byRegister.values()].flatMap((own) => (own.length < 2 ? [] : ofRegister(own)));
}

function ofRegister(claims: readonly Claim[]): Issue[] {
  const edges = [...new Set(claims.flatMap(({ from, to }) => [epochMs(from), epochMs(to)]))].sort((a, b) => a - b);
  const found: Issue[] = [];
  for (const [index, start] of edges.slice(0, -1).entries()) {
    const end = edges[index + 1] ?? start;
    const at = claims.filter(({ from, to }) => epochMs(from) <= start && epochMs(to) >= end);
    const [first] = at;
    const total = sum(at.map(({ coefficient }) => coefficient));
    if (first === undefined || at.length < 2 || !total.greaterThan(one)) continue;
    found.push(issueOf(first, at, total, { from: fromEpochMs(start), to: fromEpochMs(end) }));
  }
  return found;
}

const issueOf = ({ register }: Claim, claims: readonly Claim[], total: Decimal, { from, to }: Span): Issue => ({
  code: 'counted-twice',
  severity: 'blocking',
  subject: { kind: 'register', ...register },
  from,
  to,
  detail:
    `From ${from} to ${to}, ${register.label} would be billed ${plain(total)} times over: ` +
    `${listed(claims.map(({ by }) => by).sort())}.`,
  remedy: 'Adopt a formula that takes it off instead of adding it, or let its meter stand in no space.',
});
