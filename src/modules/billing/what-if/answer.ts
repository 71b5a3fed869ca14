import { addedUp, type Difference, differenceOf, type WhoPays } from '../../../domain/apportionment/compare.js';
import type { Beneficiary } from '../../../domain/apportionment/beneficiary.js';
import { billedMember } from '../../../domain/apportionment/beneficiary.js';
import type { Instant } from '../../../domain/calendar/period.js';
import { assert } from '../../../domain/errors.js';
import { zero } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import type { RunSite } from '../run/inputs.js';
import type { Answer } from './answer.schema.js';
import { type PeriodAnswer, periodAnswer, type PeriodSides } from './period-answer.js';

/** Everything that an answer says. */
export interface Told {
  readonly at: Instant;
  /** The name of the community. */
  readonly community: string;
  readonly question: string | null;
  readonly site: RunSite;
  readonly currency: Currency;
  readonly changes: readonly string[];
  readonly sides: readonly PeriodSides[];
  readonly members: ReadonlyMap<string, Member>;
}

type Member = Answer['periods'][number]['members'][number]['member'];
type Written = Answer['total']['total'];
type Known = PeriodAnswer['isKnown'];

const both: Known = { now: true, then: true };

/** The answer as it is sent, with money in its written form; figures of a side that cannot be computed are null. */
export function answerOf({ sides, members, currency, site, changes, ...told }: Told): Answer {
  const periods = sides.map(periodAnswer);
  const writer = new Writer(currency, members, codesOf(sides));
  const total = writer.total(periods);
  return {
    at: told.at,
    community: told.community,
    question: told.question,
    site: { id: site.id, code: site.code, name: site.name, zone: site.zone },
    currency,
    changes: [...changes],
    periods: periods.map((one) => writer.period(one)),
    total,
    chart: writer.chart(periods, total),
  };
}

/** What spaces and members are called. */
const codesOf = (sides: readonly PeriodSides[]): Readonly<Record<string, string>> =>
  Object.assign({}, ...sides.map(({ now }) => now.inputs.codes)) as Record<string, string>;

class Writer {
  constructor(
    private readonly currency: Currency,
    private readonly members: ReadonlyMap<string, Member>,
    private readonly codes: Readonly<Record<string, string>>,
  ) {}

  period(one: PeriodAnswer): Answer['periods'][number] {
    const { isKnown } = one;
    return {
      period: one.period,
      issued: this.issued(one),
      costs: one.costs.map(({ name, rules, bearers, ...cost }) => ({
        ...name,
        rules: { now: [...rules.now], then: [...rules.then] },
        ...this.written(cost, isKnown),
        shares: bearers.map(({ beneficiary, ...share }) => ({
          ...this.bearer(beneficiary),
          ...this.written(share, isKnown),
        })),
      })),
      members: this.inOrder(one.members).map(({ memberId, net, gross, standing, because }) => ({
        member: this.member(memberId),
        net: this.written(net, isKnown),
        gross: this.written(gross, isKnown),
        standing,
        because: [...because],
      })),
      ...this.borne(one.paid, one.total, isKnown),
      findings: one.findings.map(({ issue: { subject, from, to, ...issue }, sides, isTakenOn }) => ({
        ...{ sides: [...sides], takenOn: isTakenOn, from: from ?? null, to: to ?? null, subject: { ...subject } },
        ...{ code: issue.code, severity: issue.severity, detail: issue.detail, remedy: issue.remedy },
      })),
    };
  }

  total(all: readonly PeriodAnswer[]): Answer['total'] {
    const compared = all.filter(({ isKnown }) => isKnown.now && isKnown.then);
    const known: Known = compared.length > 0 ? both : { now: false, then: false };
    const ids = [...new Set(compared.flatMap(({ members }) => members.map(({ memberId }) => memberId)))];
    const of = (memberId: string) =>
      compared.flatMap(({ members }) => members.filter((one) => one.memberId === memberId));
    const members = ids.map((memberId) => ({
      memberId,
      net: addedUp(of(memberId).map(({ net }) => net)),
      gross: addedUp(of(memberId).map(({ gross }) => gross)),
    }));
    const paid: WhoPays = {
      members: new Map(members.map(({ memberId, net }) => [memberId, net])),
      common: addedUp(compared.map((one) => one.paid.common)),
      vacant: addedUp(compared.map((one) => one.paid.vacant)),
      held: addedUp(compared.map((one) => one.paid.held)),
    };
    return {
      compared: compared.length,
      of: all.length,
      members: this.inOrder(members).map(({ memberId, net, gross }) => ({
        member: this.member(memberId),
        net: this.written(net, known),
        gross: this.written(gross, known),
      })),
      ...this.borne(paid, addedUp(compared.map((one) => one.total)), known),
    };
  }

  chart(all: readonly PeriodAnswer[], total: Answer['total']): Answer['chart'] {
    const rows = [
      ...total.members.map(({ member, net }) => ({
        category: { bearer: 'member' as const, code: member.code, label: member.name },
        net,
      })),
      ...(['common', 'vacant', 'held'] as const).map((bearer) => ({
        category: { bearer, code: null, label: bearerWords[bearer] },
        net: total[bearer],
      })),
    ];
    const valuesOf = (name: keyof Written) => ({ name, values: rows.map(({ net }) => net[name]) });
    const ids = [...new Set(all.flatMap(({ members }) => members.map(({ memberId }) => memberId)))];
    return {
      categories: rows.map(({ category }) => category),
      series: [valuesOf('now'), valuesOf('then'), valuesOf('difference')],
      byPeriod: {
        categories: all.map(({ period }) => period),
        series: this.inOrder(ids.map((memberId) => ({ memberId }))).map(({ memberId }) => ({
          name: this.member(memberId).code,
          values: all.map(({ members, isKnown }) => {
            const net = members.find((one) => one.memberId === memberId)?.net ?? nothing;
            return this.written(net, isKnown).difference;
          }),
        })),
      },
    };
  }

  private issued({ before, againstIssued: found }: PeriodAnswer): Answer['periods'][number]['issued'] {
    if (!before?.issued) return null;
    return {
      run: before.issued.runId,
      at: before.issued.at,
      sameAsNow: found && found.costs.length === 0 && found.members.length === 0,
      costs: [...(found?.costs ?? [])],
      members: this.inOrder(found?.members ?? []).map(({ memberId, issued, now }) => ({
        member: this.member(memberId),
        issued: writeMoney(issued, this.currency),
        now: writeMoney(now, this.currency),
      })),
    };
  }

  private borne({ members, common, vacant, held }: WhoPays, total: Difference, known: Known) {
    const all = addedUp([...members.values(), common, vacant, held]);
    const check = differenceOf({ now: total.now.minus(all.now), then: total.then.minus(all.then) });
    assert(check.now.isZero() && check.then.isZero(), 'Who bears the costs bears them whole.');
    return {
      common: this.written(common, known),
      vacant: this.written(vacant, known),
      held: this.written(held, known),
      total: this.written(total, known),
      check: this.written(check, known),
    };
  }

  private written({ now, then, difference }: Difference, known: Known): Written {
    const money = (isKnown: boolean, amount: typeof now): string | null =>
      isKnown ? writeMoney(amount.isZero() ? zero : amount, this.currency) : null;
    return {
      now: money(known.now, now),
      then: money(known.then, then),
      difference: money(known.now && known.then, difference),
    };
  }

  private bearer(beneficiary: Beneficiary) {
    const payer = billedMember(beneficiary);
    return {
      bearer: beneficiary.kind,
      member: payer === null ? null : this.member(payer).code,
      space: beneficiary.kind === 'vacant' ? (this.codes[beneficiary.spaceId] ?? null) : null,
    };
  }

  private member(id: string): Member {
    const found = this.members.get(id);
    assert(found, 'Whoever bears something is a member.');
    return { id: found.id, code: found.code, name: found.name };
  }

  /** By code, as everywhere. */
  private inOrder<One extends { readonly memberId: string }>(all: readonly One[]): One[] {
    const codeOf = (one: One): string => this.member(one.memberId).code;
    return all.toSorted((a, b) => (codeOf(a) < codeOf(b) ? -1 : 1));
  }
}

const nothing = differenceOf({ now: zero, then: zero });

/** What those are called who are no members. */
export const bearerWords = { common: 'Common parts', vacant: 'Empty spaces without a payer', held: 'Held' } as const;
