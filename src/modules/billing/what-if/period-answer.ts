import {
  addedUp,
  compareShares,
  type CostDifference,
  type Difference,
  differenceOf,
  type WhoPays,
  whoPays,
} from '../../../domain/apportionment/compare.js';
import type { Period } from '../../../domain/calendar/period.js';
import { assert, type Issue } from '../../../domain/errors.js';
import { issueId } from '../../../domain/invoice/billing-run.js';
import { zero } from '../../../domain/quantity/decimal.js';
import type { WouldChange } from '../correct/correct-run.js';
import type { RunBefore } from './issued-before.js';
import { type CostName, costsOf, inTheWay, type Side, type SideCosts } from './side.js';

/** Both sides of a period, and the run that it has already. */
export interface PeriodSides {
  readonly period: Period;
  readonly now: Side;
  readonly then: Side;
  readonly before: RunBefore | null;
  /** What a correction of what was issued would change; null where nothing was, or nothing can be computed now. */
  readonly againstIssued: WouldChange | null;
}

/** How a member stands on a side: billed something, in the community and billed nothing, or not billable at all. */
export type Standing = 'billed' | 'nothing-due' | 'blocked';

export interface MemberAnswer {
  readonly memberId: string;
  readonly net: Difference;
  readonly gross: Difference;
  readonly standing: { readonly now: Standing; readonly then: Standing };
  /** What stands in the way of billing the member. */
  readonly because: readonly string[];
}

export interface CostAnswer extends CostDifference {
  readonly name: Omit<CostName, 'rules'>;
  readonly rules: { readonly now: readonly string[]; readonly then: readonly string[] };
}

export interface FindingAnswer {
  readonly issue: Issue;
  readonly sides: readonly ('now' | 'then')[];
  readonly isTakenOn: boolean;
}

/** A period laid side by side. Figures of a side that cannot be computed are zero here, and `isKnown` says so. */
export interface PeriodAnswer extends Pick<PeriodSides, 'period' | 'before' | 'againstIssued'> {
  readonly isKnown: { readonly now: boolean; readonly then: boolean };
  readonly costs: readonly CostAnswer[];
  readonly members: readonly MemberAnswer[];
  readonly paid: WhoPays;
  readonly total: Difference;
  readonly findings: readonly FindingAnswer[];
}

/** @law Σ members' net + common + vacant + held = total, on both sides and in the difference */
export function periodAnswer({ period, now, then, before, againstIssued }: PeriodSides): PeriodAnswer {
  const [was, would] = [costsOf(now), costsOf(then)];
  const costs = compareShares(was.shares, would.shares);
  const paid = whoPays(costs);
  return {
    period,
    before,
    isKnown: { now: now.figures !== null, then: then.figures !== null },
    costs: costs.map((cost) => named(cost, was, would)),
    members: membersOf(now, then, paid),
    paid,
    total: addedUp(costs),
    againstIssued,
    findings: findingsOf(now, then),
  };
}

function named(cost: CostDifference, was: SideCosts, would: SideCosts): CostAnswer {
  const [now, then] = [was.names.get(cost.cost), would.names.get(cost.cost)];
  const name = now ?? then;
  assert(name, 'What is compared is a cost of one of the sides.');
  const { source, description } = name;
  return { ...cost, name: { source, description }, rules: { now: now?.rules ?? [], then: then?.rules ?? [] } };
}

const nothing = differenceOf({ now: zero, then: zero });

/** Everybody who has a space or is billed on either side. */
function membersOf(now: Side, then: Side, paid: WhoPays): MemberAnswer[] {
  const here = [now, then].flatMap(({ inputs }) => inputs.pieces.flatMap(({ memberId }) => memberId ?? []));
  const ids = [...new Set([...here, ...paid.members.keys()])];
  return ids.map((memberId) => {
    const net = paid.members.get(memberId) ?? nothing;
    const [drafted, asked] = [now, then].map(({ figures }) => figures?.drafts.get(memberId));
    assert(
      net.now.equals(drafted?.net ?? zero) && net.then.equals(asked?.net ?? zero),
      'What a member would be billed is what the member bears of the costs.',
    );
    return {
      memberId,
      net,
      gross: differenceOf({ now: drafted?.gross ?? zero, then: asked?.gross ?? zero }),
      standing: { now: standingOf(now, memberId), then: standingOf(then, memberId) },
      because: [...new Set([now, then].flatMap((side) => becauseOf(side, memberId)))],
    };
  });
}

function standingOf({ figures }: Side, memberId: string): Standing {
  if (figures === null) return 'blocked';
  return figures.drafts.has(memberId) ? 'billed' : 'nothing-due';
}

/** What is in the way of the member or a space of the member; where nothing is, what is in the way of the run. */
function becauseOf(side: Side, memberId: string): string[] {
  const blocking = inTheWay(side);
  const own = new Set([
    memberId,
    ...side.inputs.pieces.flatMap((piece) => (piece.memberId === memberId ? [piece.space.id] : [])),
  ]);
  const about = blocking.filter(({ subject }) => own.has(subject.id));
  return (about.length > 0 ? about : blocking).map(({ detail }) => detail);
}

/** Everything that blocks, and whatever else only one side says. */
function findingsOf(now: Side, then: Side): FindingAnswer[] {
  const found = new Map<string, { issue: Issue; sides: ('now' | 'then')[]; isTakenOn: boolean }>();
  for (const [name, side] of [
    ['now', now],
    ['then', then],
  ] as const) {
    for (const issue of side.findings) {
      const id = issueId(issue);
      const known = found.get(id) ?? { issue, sides: [], isTakenOn: false };
      found.set(id, { ...known, sides: [...known.sides, name], isTakenOn: known.isTakenOn || side.takenOn.has(id) });
    }
  }
  return [...found.values()].filter(({ issue, sides }) => issue.severity === 'blocking' || sides.length === 1);
}
