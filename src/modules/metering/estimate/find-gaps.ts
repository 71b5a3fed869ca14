import { epochMs, type Span } from '../../../domain/calendar/period.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import type { Gap } from '../../../domain/metering/estimation.js';
import type { Frame } from '../../../domain/metering/figures.js';
import { gapsOf, type Gaps } from '../../../domain/metering/gaps.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { readingsAround, readingsFrom } from '../consume/consume-in-domain.js';
import type { InstalledRegister } from '../registers/installed-registers.js';
import { sourceOf } from '../validate/measure-in-domain.js';
import { measureRegisters } from '../validate/measure-registers.js';
import { registersWithEstimates, type StandingEstimate, standingEstimates } from '../consume/stored-estimates.js';

/** What is looked through for gaps. */
export interface Look {
  readonly communityId: string;
  readonly span: Span;
  readonly zone: Zone;
  readonly maxGapHours: number;
  /** Estimates that stand in the span count as missing. */
  readonly again: boolean;
}

/** The gaps of one register. */
export interface FoundGaps extends Gaps {
  readonly register: InstalledRegister;
}

/** Registers whose readings are in memory at once. */
const atOnce = 50;

/** Finds what is missing: most registers have no gap, and the database says which have; these few are looked through. */
export async function findGaps(tx: Tx, registers: readonly InstalledRegister[], look: Look): Promise<FoundGaps[]> {
  const suspects = await suspected(tx, registers, look);
  const { communityId, span, zone, maxGapHours, again } = look;
  const search = {
    span: { from: epochMs(span.from), to: epochMs(span.to) },
    zone,
    maxGapMs: maxGapHours * 3_600_000,
  };
  const found: FoundGaps[] = [];
  for (let start = 0; start < suspects.length; start += atOnce) {
    const some = suspects.slice(start, start + atOnce);
    const read = await readingsAround(tx, communityId, some, span, true);
    const made = await standingEstimates(tx, communityId, some, span, (register) =>
      readingsFrom(register, read.get(register.no) ?? []),
    );
    for (const register of some) {
      const standing = made.get(register.no) ?? [];
      // The value with which the span of a display opens belongs to the time before it, and stays.
      const opening = standing.filter(({ at }) => register.kind === 'cumulative' && epochMs(at) <= search.span.from);
      const missing = (kept: readonly StandingEstimate[]): Gaps => {
        const known = readingsFrom(register, [...(read.get(register.no) ?? []), ...kept]);
        return gapsOf(sourceOf(register), known, search);
      };
      const first = missing(again ? opening : standing);
      // Where one edge of a display has to be made anew, all days up to it are: they share what passed between two readings.
      const isDisplayGap = register.kind === 'cumulative' && first.gaps.length > 0;
      const { gaps, hopeless } = isDisplayGap ? missing(opening) : first;
      if (gaps.length > 0 || hopeless.length > 0) found.push({ register, gaps, hopeless });
    }
  }
  return found;
}

async function suspected(
  tx: Tx,
  registers: readonly InstalledRegister[],
  { communityId, span, maxGapHours, again }: Look,
): Promise<InstalledRegister[]> {
  const range = { from: epochMs(span.from), to: epochMs(span.to) };
  const frame: Frame = {
    span: range,
    due: range.to,
    days: [],
    latest: Infinity,
    maxGapMs: maxGapHours * 3_600_000,
    mostPerHour: null,
    towersFrom: null,
  };
  const figures = await measureRegisters(tx, communityId, registers, frame);
  const estimated = again ? await registersWithEstimates(tx, communityId, registers, span) : new Set<string>();
  return registers.filter(({ id, no }) => estimated.has(id) || figures.get(no)?.gaps.length !== 0);
}

/** Gaps with the same slots together. */
export function bySlots<Thing extends { readonly gap: Gap }>(gaps: readonly Thing[]): Thing[][] {
  const groups = new Map<string, Thing[]>();
  for (const one of gaps) {
    const key = one.gap.slots.map(({ from, to }) => `${from}-${to}`).join(' ');
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}
