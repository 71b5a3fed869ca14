import { Injectable } from '@nestjs/common';
import { addDays, epochMs, fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import { dayOf, spanOf, type Zone } from '../../../domain/calendar/zone.js';
import { assert, type Issue } from '../../../domain/errors.js';
import { countedTwice } from '../../../domain/metering/counted-twice.js';
import { worse } from '../../../domain/metering/reading.js';
import { type Expanded, expand, type Term } from '../../../domain/metering/virtual-meter.js';
import { type PartUse, type VirtualPiece, virtualUses } from '../../../domain/metering/virtual-use.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Explained } from './consume-in-domain.js';
import { claimsOn } from './claims-on-registers.js';
import { plan, shared } from './consumption-plan.js';
import { ConsumptionService, usesOf } from './consumption.service.js';
import type { Answer, Bands, OccupancyPiece, Plan, Question, Use, Uses } from './consumption.types.js';
import { type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { metersAsked, type MetersInstead } from '../registers/meters-instead.js';
import { formulasOf, type SiteFormulas } from '../registers/site-formulas.js';
import { type VirtualRegister, virtualRegistersOf } from '../registers/virtual-registers.js';

/*
 * The problem: stall 4 is what the source meter counts less three others, cut where a shop moved in, by bands, and with another formula
 * from the sixteenth. Asking the three registers anew for each virtual meter would add the same half-hours again and again.
 *
 *   STALL-4 use, October     everything · night · day       ×  1 to 15: MAIN − A − B − C   16 to 31: MAIN − A − B
 *   asked of MAIN, A, B      6 stretches of time            asked of C: the first 3 of them
 *
 * Method: lay formulas over the questions of each virtual register. Whatever is asked over the same time is asked once; registers that
 * are asked the same are answered by the same statement, summed where their readings are (consume-in-sql.ts). What comes back are few
 * figures, which the domain puts together. Stored estimates count, as they do for registers that are read.
 */

/** One time that is asked of parts, for a question under one formula. */
interface Ask {
  readonly key: string;
  readonly calendar: string | null;
  readonly stretches: readonly Span[];
  readonly terms: readonly Term[];
  readonly without: readonly string[];
}

/** What one part counted, by the key of what was asked; null where it is not known. */
type Known = ReadonlyMap<string, Pick<Answer, 'quantity' | 'quality'> | null>;

interface Asked {
  readonly span: Span;
  readonly zone: Zone;
  readonly bands: Bands;
  readonly pieces: readonly OccupancyPiece[] | null;
  /** True where bands are the steps of a picture: then findings are told by time, and not by band. */
  readonly isSteps?: boolean;
}

export type { VirtualRegister } from '../registers/virtual-registers.js';

/** What virtual registers used, worked out from the registers of their formulas. */
@Injectable()
export class VirtualConsumptionService {
  constructor(private readonly consumption: ConsumptionService) {}

  /** Virtual registers of a site that tell of some time in a span. */
  async registersOf(
    tx: Tx,
    communityId: string,
    siteId: string,
    span: Span,
    instead: MetersInstead = new Map(),
  ): Promise<VirtualRegister[]> {
    return metersAsked(await virtualRegistersOf(tx, communityId, { siteId }, span), instead);
  }

  /** Energy that would be billed to two spaces, as blocking findings. @param read all registers of the site that are read */
  async countedTwice(
    tx: Tx,
    communityId: string,
    read: readonly InstalledRegister[],
    virtual: readonly VirtualRegister[],
    asked: Pick<Asked, 'span' | 'zone'>,
  ): Promise<Issue[]> {
    const [first] = virtual;
    if (first === undefined) return [];
    const { byRegister } = await formulasOf(tx, communityId, first.siteId);
    const period = { from: dayOf(asked.span.from, asked.zone), to: dayAfter(asked) };
    const expanded = new Map(virtual.map(({ id }) => [id, expand(id, byRegister, period)]));
    return countedTwice(claimsOn(read, virtual, expanded, asked));
  }

  /**
   * @param registers of one site
   * @returns uses like those of registers that are read, each with the figures it was worked out from; findings also of the parts
   * @law like those of registers: additive over cuts; bands add up to everything
   */
  async of(tx: Tx, communityId: string, registers: readonly VirtualRegister[], asked: Asked): Promise<Uses> {
    const [first] = registers;
    const plans = plan(registers, asked.span, asked.zone, asked.bands, asked.pieces);
    if (first === undefined || plans.length === 0) return { uses: [], issues: [] };
    const formulas = await formulasOf(tx, communityId, first.siteId);
    const period = { from: dayOf(asked.span.from, asked.zone), to: dayAfter(asked) };
    const expanded = new Map(registers.map(({ id }) => [id, expand(id, formulas.byRegister, period)]));
    const asks = new Map(plans.map((one) => [one, asksOf(one, expanded.get(one.register.id) ?? [], asked.zone)]));
    const { known, issues } = await this.counted(tx, communityId, [...asks.values()].flat(2), asked);
    const uses: Use[] = [];
    for (const [one, byQuestion] of asks) {
      const worked = workedOut(one, byQuestion, known, formulas, asked.isSteps === true);
      uses.push(...worked.uses);
      issues.push(...worked.issues);
    }
    return { uses, issues };
  }

  /** What the parts counted. */
  private async counted(tx: Tx, communityId: string, asks: readonly Ask[], { span, zone }: Asked) {
    const byPart = new Map<string, Map<string, Ask>>();
    for (const ask of asks) {
      for (const { part } of ask.terms)
        byPart.set(part, (byPart.get(part) ?? new Map<string, Ask>()).set(ask.key, ask));
    }
    const found = await registersOf(tx, communityId, { registerIds: [...byPart.keys()] }, span);
    const groups = new Map<string, Plan[]>();
    for (const register of found) {
      const own = [...(byPart.get(register.id) ?? new Map<string, Ask>()).values()];
      const shape = own.map(({ key }) => key).join('\n');
      groups.set(shape, [...(groups.get(shape) ?? []), planOf(register, own, shape)]);
    }
    const known = new Map<string, Known>();
    const issues: Issue[] = [];
    for (const plans of groups.values()) {
      const [{ cuts } = { cuts: [] }] = plans;
      for (const one of await this.consumption.answered(tx, communityId, plans, { span: hullOf(cuts), zone })) {
        const { id } = one.plan.register;
        known.set(id, knownOf(one, [...(byPart.get(id) ?? new Map<string, Ask>()).values()]));
        issues.push(...one.issues);
      }
    }
    return { known, issues };
  }
}

/** The first day that no instant of the span lies on. */
const dayAfter = ({ span, zone }: Pick<Asked, 'span' | 'zone'>): string =>
  addDays(dayOf(fromEpochMs(epochMs(span.to) - 1), zone), 1);

const hullOf = (spans: readonly Span[]): Span => ({
  from: fromEpochMs(Math.min(...spans.map(({ from }) => epochMs(from)))),
  to: fromEpochMs(Math.max(...spans.map(({ to }) => epochMs(to)))),
});

/** By question: its time under each formula. Questions of the same cuts under formulas of the same days have the same keys. */
function asksOf({ shape, questions }: Plan<VirtualRegister>, expanded: readonly Expanded[], zone: Zone): Ask[][] {
  const pieces = expanded.map((piece) => ({ ...piece, time: spanOf(piece.period, zone) }));
  return questions.map(({ calendar, stretches }, index) =>
    pieces.flatMap(({ period, time, terms, without }): Ask[] => {
      const own = stretches.flatMap((stretch) => shared(stretch, time) ?? []);
      if (own.length === 0) return [];
      const key = `${index} ${period.from}/${period.to} ${shape}`;
      return [{ key, calendar, stretches: own, terms: terms ?? [], without }];
    }),
  );
}

function planOf(register: InstalledRegister, asks: readonly Ask[], shape: string): Plan {
  const [device] = register.devices;
  assert(device, 'Registers that are found have a device.');
  return {
    register,
    cuts: asks.map(({ stretches }) => ({ ...hullOf(stretches), device, memberId: null })),
    questions: asks.map(({ calendar, stretches }, cut): Question => ({ cut, calendar, band: null, stretches })),
    shape,
  };
}

/** Time without a device, or before the first reading, counts nothing on the part's own bill; here it is not known. */
function knownOf({ answers, issues }: Explained, asks: readonly Ask[]): Known {
  const unknown = issues.flatMap(({ code, from, to }): Span[] =>
    (code === 'not-installed' || code === 'missing-reading') && from !== undefined && to !== undefined && from < to
      ? [{ from, to }]
      : [],
  );
  return new Map(
    asks.map(({ key, stretches }, index) => {
      const answer = answers[index];
      const isKnown =
        answer !== undefined && !stretches.some((stretch) => unknown.some((one) => shared(stretch, one) !== null));
      return [key, isKnown ? { quantity: answer.quantity, quality: answer.quality } : null];
    }),
  );
}

function workedOut(
  one: Plan<VirtualRegister>,
  byQuestion: readonly (readonly Ask[])[],
  known: ReadonlyMap<string, Known>,
  { registers }: SiteFormulas,
  isSteps: boolean,
): Uses {
  const { register, cuts, questions } = one;
  const labelOf = (id: string): string => registers.get(id)?.label ?? id;
  const pieces = questions.map(({ cut, calendar, band, stretches }, index): VirtualPiece => {
    const asks = byQuestion[index] ?? [];
    return {
      ...(isSteps && calendar !== null ? hullOf(stretches) : timeOf(cuts[cut])),
      band: band === null || isSteps ? null : `in the band ${band} of ${calendar}`,
      without: [...new Set(asks.flatMap((ask) => ask.without.map(labelOf)))],
      parts: asks.flatMap(({ key, terms }) =>
        terms.map(({ part, coefficient }): PartUse => {
          const counted = known.get(part)?.get(key);
          const unknown = { quantity: null, quality: 'derived' } as const;
          return { registerId: part, label: labelOf(part), coefficient, ...(counted ?? unknown) };
        }),
      ),
    };
  });
  const told = isSteps ? pieces.filter((_, index) => questions[index]?.calendar !== null) : pieces;
  const subject = { kind: 'register', id: register.id, label: register.label } as const;
  const { uses } = virtualUses(subject, register.unit, pieces);
  const answers = uses.map((use): Answer => ({ ...use, opening: null, closing: null, intervals: null }));
  return {
    uses: usesOf(one, answers).map((use, index) => ({ ...use, parts: together(pieces[index]?.parts ?? []) })),
    issues: virtualUses(subject, register.unit, told).issues,
  };
}

function timeOf(cut: Span | undefined): Span {
  assert(cut, 'Every question is about a cut.');
  return { from: cut.from, to: cut.to };
}

/** Parts that have the same factor under several formulas are told once. */
function together(parts: readonly PartUse[]): PartUse[] {
  const byTerm = new Map<string, PartUse>();
  for (const part of parts) {
    const key = `${part.registerId} ${part.coefficient.toFixed()}`;
    const before = byTerm.get(key);
    byTerm.set(key, before === undefined ? part : added(before, part));
  }
  return [...byTerm.values()];
}

const added = (a: PartUse, b: PartUse): PartUse => ({
  ...a,
  quantity: a.quantity && b.quantity && a.quantity.plus(b.quantity),
  quality: worse(a.quality, b.quality),
});
