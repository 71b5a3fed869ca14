import { Injectable } from '@nestjs/common';
import { fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import type { Readings } from '../../../domain/metering/consumption.js';
import {
  type Around,
  type Comparable,
  type Flow,
  type Gap,
  hullOf,
  type Node,
} from '../../../domain/metering/estimation.js';
import type { Slice } from '../../../domain/metering/figures.js';
import { advanceOver, historyOf } from '../../../domain/metering/gaps.js';
import { averagedDays } from '../../../domain/metering/methods/average-day.js';
import { comparedDays, yearDays } from '../../../domain/metering/methods/last-year.js';
import { type Decimal, sum } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { readingsAround, readingsFrom } from '../consume/consume-in-domain.js';
import { ConsumptionService } from '../consume/consumption.service.js';
import { channelOf, type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { sourceOf } from '../validate/measure-in-domain.js';
import { type SlotUses, usesBySlot } from './slot-uses.js';
import { type Space, spaceOf, spacesOf } from './spaces-around.js';

/** Where gaps are: a site, its clock, and the residual that its meters may leave. */
export interface GapSite {
  readonly communityId: string;
  readonly siteId: string;
  readonly zone: Zone;
  readonly tolerancePercent: Decimal;
}

/** A gap of an installed register. */
export interface RegisterGap {
  readonly register: InstalledRegister;
  readonly gap: Gap;
}

/** What the gaps of one time share. */
interface Shared {
  readonly installed: readonly InstalledRegister[];
  readonly uses: SlotUses;
  readonly flows: ReadonlyMap<string, Flow>;
  readonly before: number;
  /** By utility and unit, what the meters of the node left unexplained before. */
  readonly closings: Map<string, Node['before']>;
}

/** Registers whose history is in memory at once. */
const atOnce = 20;
const dayMs = 86_400_000;
/** The time before a gap over which the meters of a node must have added up; the longest that is known counts. */
const nodeDays = [28, 7] as const;

/** Gathers all that the ladder may look at. Estimates are never among it: nothing is estimated from estimates. */
@Injectable()
export class KnowAround {
  constructor(private readonly consumption: ConsumptionService) {}

  /**
   * What is known around gaps that have the same slots; what other meters say is asked for once.
   *
   * @returns each gap with what a display leaves for it, where one does, and what is known around it; one after the other, because the
   *   readings of more than a year of all of them would not fit into memory
   */
  async *around(
    tx: Tx,
    site: GapSite,
    gaps: readonly RegisterGap[],
  ): AsyncGenerator<{ register: InstalledRegister; gap: Gap; around: Around }> {
    const [first] = gaps;
    if (!first) return;
    const hull = hullOf(first.gap);
    const span = spanOf(hull.from, hull.to);
    const installed = (await registersOf(tx, site.communityId, { siteId: site.siteId }, span)).filter(
      ({ meterRole }) => meterRole !== 'virtual',
    );
    const uses = await usesBySlot(tx, this.consumption, site, installed, first.gap.slots);
    const spaces = await spacesOf(tx, site, span);
    const shared: Shared = {
      installed,
      uses,
      before: hull.from,
      flows: new Map(installed.map((one) => [one.id, flowOf(one, uses, false)])),
      closings: new Map(),
    };
    const comparables = comparablesOf(installed, uses, spaces);
    for (let start = 0; start < gaps.length; start += atOnce) {
      const some = gaps.slice(start, start + atOnce);
      const registers = some.map(({ register }) => register);
      const histories = await historiesOf(tx, site, registers, hull);
      for (const { register, gap } of some) {
        const space = spaceOf(spaces, register);
        const held = space?.held ?? null;
        const history = histories.get(register.id) ?? [];
        const same = installed.filter((one) => one.id !== register.id && channelOf(one) === channelOf(register));
        const others = space?.isLet === true ? (comparables.get(kindOf(register)) ?? []) : [];
        const around: Around = {
          zone: site.zone,
          checks: same.map((one) => flowOf(one, uses, false)),
          node: await this.node(tx, site, register, shared),
          // Who moved in since has habits of their own.
          history: held === null ? history : history.filter(({ from, to }) => from >= held.from && to <= held.to),
          area: space?.area ?? null,
          comparables: others.filter(({ spaceId }) => spaceId !== space?.id),
        };
        const advance = gap.advance ?? (await this.left(tx, site, gap, same, register));
        yield { register, gap: { ...gap, advance }, around };
      }
    }
  }

  /** What the display of the same meter leaves for a gap of its intervals. */
  private async left(
    tx: Tx,
    { communityId }: GapSite,
    gap: Gap,
    same: readonly InstalledRegister[],
    register: InstalledRegister,
  ): Promise<Gap['advance']> {
    const displays = same.filter(({ kind }) => kind === 'cumulative');
    if (gap.start !== null || displays.length !== 1) return null;
    const [display] = displays;
    if (!display) return null;
    const hull = hullOf(gap);
    const shown = await readingsAround(tx, communityId, [display], spanOf(hull.from, hull.to), true);
    const slices = historyOf(sourceOf(display), readingsFrom(display, shown.get(display.no) ?? []));
    const near = slices.filter(({ from, to }) => from < hull.to && to > hull.from);
    const [from, to] = [near[0]?.from ?? hull.from, near.at(-1)?.to ?? hull.to];
    const sent = await readingsAround(tx, communityId, [register], spanOf(from, to), true);
    const known: Readings = readingsFrom(register, sent.get(register.no) ?? []);
    return advanceOver(gap, near, historyOf(sourceOf(register), known));
  }

  /** The flows around a register: what comes in by source meters and generation, what goes out by export and sub-meters. */
  private async node(
    tx: Tx,
    site: GapSite,
    register: InstalledRegister,
    { installed, uses, flows, before, closings }: Shared,
  ): Promise<Node | null> {
    const { utility, unit } = register;
    // What a deduction meter counts has been counted by the meter before it.
    const own = installed.filter(
      (one) => one.meterRole !== 'deduction' && one.utility === utility && one.unit === unit && uses.counts.has(one.id),
    );
    const hasSource = own.some((one) => one.meterRole === 'source' && one.direction === 'import');
    const hasSub = own.some((one) => one.meterRole === 'sub' && one.direction === 'import');
    if (!hasSource || !hasSub || !own.some(({ id }) => id === register.id)) return null;
    const others = own.filter(({ id }) => id !== register.id);
    const flowsOf = (isIn: boolean): Flow[] =>
      others.filter((one) => isInflow(one) === isIn).flatMap(({ id }) => flows.get(id) ?? []);
    const key = `${utility} ${unit}`;
    let closing = closings.get(key);
    if (closing === undefined) closings.set(key, (closing = await this.unexplained(tx, site, own, before)));
    return {
      // Seen from a register through which energy comes in, what goes out elsewhere is what must have come in.
      inflows: flowsOf(!isInflow(register)),
      outflows: flowsOf(isInflow(register)),
      before: closing,
      tolerancePercent: site.tolerancePercent,
    };
  }

  private async unexplained(
    tx: Tx,
    site: GapSite,
    own: readonly InstalledRegister[],
    before: number,
  ): Promise<Node['before']> {
    for (const days of nodeDays) {
      const slots = [{ from: before - days * dayMs, to: before, isAsked: true }];
      const { byRegister } = await usesBySlot(tx, this.consumption, site, own, slots);
      const known = own.flatMap((one) => {
        const [use] = byRegister.get(one.id) ?? [];
        return use === undefined || use === null ? [] : [{ use: use.quantity, isIn: isInflow(one) }];
      });
      if (known.length < own.length) continue;
      const inflow = sum(known.filter(({ isIn }) => isIn).map(({ use }) => use));
      const outflow = sum(known.filter(({ isIn }) => !isIn).map(({ use }) => use));
      return { unexplained: inflow.minus(outflow), inflow };
    }
    return null;
  }
}

/** What registers are known to have used around a gap and a year earlier. */
async function historiesOf(
  tx: Tx,
  { communityId, siteId }: GapSite,
  registers: readonly InstalledRegister[],
  hull: { readonly from: number; readonly to: number },
): Promise<Map<string, Slice[]>> {
  const reach = Math.max(averagedDays, comparedDays) * dayMs;
  const year = yearDays * dayMs;
  const wide = spanOf(hull.from - year - reach - dayMs, hull.to + reach);
  const wanted = new Set(registers.map(({ id }) => id));
  const whole = (await registersOf(tx, communityId, { siteId }, wide)).filter(({ id }) => wanted.has(id));
  const [then, now] = [
    await readingsAround(
      tx,
      communityId,
      whole,
      spanOf(hull.from - year - reach - dayMs, hull.to - year + dayMs),
      true,
    ),
    await readingsAround(tx, communityId, whole, spanOf(hull.from - reach, hull.to + reach), true),
  ];
  return new Map(
    whole.map((register) => {
      const rows = [...(then.get(register.no) ?? []), ...(now.get(register.no) ?? [])];
      const once = [...new Map(rows.map((row) => [row.at, row])).values()];
      return [register.id, historyOf(sourceOf(register), readingsFrom(register, once))];
    }),
  );
}

const spanOf = (from: number, to: number): Span => ({ from: fromEpochMs(from), to: fromEpochMs(to) });

/** @param isReckoned whether values between two readings count as known */
const flowOf = ({ id, label }: InstalledRegister, { byRegister, length }: SlotUses, isReckoned: boolean): Flow => ({
  name: label,
  uses: Array.from({ length }, (_, i): Decimal | null => {
    const use = byRegister.get(id)?.[i] ?? null;
    return use === null || (use.isReckoned && !isReckoned) ? null : use.quantity;
  }),
});

/** Whether energy comes into the site through a register. */
const isInflow = ({ meterRole, direction }: InstalledRegister): boolean =>
  (meterRole === 'source') === (direction === 'import');

/** Registers of one kind measure what can be compared. */
const kindOf = ({ meterRole, utility, unit, direction }: InstalledRegister): string =>
  [meterRole, utility, unit, direction].join(' ');

/** By kind, the let spaces that somebody had in all of the time, each with the use of its registers. */
function comparablesOf(
  installed: readonly InstalledRegister[],
  uses: SlotUses,
  spaces: ReadonlyMap<string, Space>,
): Map<string, (Comparable & { readonly spaceId: string })[]> {
  const groups = new Map<string, { kind: string; space: Space; registers: InstalledRegister[] }>();
  for (const register of installed) {
    const space = spaceOf(spaces, register);
    if (!space?.isLet || space.held === null || !uses.counts.has(register.id)) continue;
    const [kind, key] = [kindOf(register), `${kindOf(register)} ${space.id}`];
    const group = groups.get(key) ?? { kind, space, registers: [] };
    group.registers.push(register);
    groups.set(key, group);
  }
  const byKind = new Map<string, (Comparable & { readonly spaceId: string })[]>();
  for (const { kind, space, registers } of groups.values()) {
    const flows = registers.map((one) => flowOf(one, uses, true).uses);
    const together = Array.from({ length: uses.length }, (_, i): Decimal | null => {
      const known = flows.flatMap((flow) => flow[i] ?? []);
      return known.length === flows.length ? sum(known) : null;
    });
    const one = {
      spaceId: space.id,
      name: registers.map(({ label }) => label).join(', '),
      uses: together,
      area: space.area,
    };
    byKind.set(kind, [...(byKind.get(kind) ?? []), one]);
  }
  return byKind;
}
