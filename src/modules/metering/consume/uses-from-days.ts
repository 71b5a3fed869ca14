import { epochMs, fromEpochMs } from '../../../domain/calendar/period.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import type { RegisterFigures } from '../../../domain/metering/figures.js';
import { type Decimal, sum } from '../../../domain/quantity/decimal.js';
import type { ComparedUse } from './compare-uses.js';
import { plan } from './consumption-plan.js';
import type { OccupancyPiece } from './consumption.types.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/*
 * The problem: a pass has just added up every day of every register, and then asks what the register counted while each member had its
 * space: the same million readings once more.
 *
 *   October   │ 1 … 13 │ 14 … 31 │      shop A until the 14th, then shop B; members change at midnight
 *   days        4.1 …    3.8 …          A = the first 13 days, B = the last 18
 *
 * Method: intervals whose every day is known, and of which there is not one more than the days hold, have no gap, no double and no
 * estimate; use adds over a cut, so the sum of the days is what consumption would say. All other registers are left to consumption.
 */

/** Uses of registers by their ids; those that are not told by their days are missing. */
export function usesFromDays(
  registers: readonly InstalledRegister[],
  figures: ReadonlyMap<number, RegisterFigures>,
  zone: Zone,
  pieces: readonly OccupancyPiece[],
): Map<string, readonly ComparedUse[]> {
  const found = new Map<string, readonly ComparedUse[]>();
  const told = registers.filter(({ no }) => isTold(figures.get(no)));
  const [{ frame } = { frame: null }] = told.flatMap(({ no }) => figures.get(no) ?? []);
  if (frame === null) return found;
  const span = { from: fromEpochMs(frame.span.from), to: fromEpochMs(frame.span.to) };
  const starts = new Map([...frame.days.map(({ from }) => from), frame.span.to].map((ms, day) => [ms, day]));
  for (const { register, cuts } of plan(told, span, zone, new Map(), pieces)) {
    const days = (figures.get(register.no)?.days ?? []).map(({ quantity }) => quantity);
    const uses = cuts.flatMap(({ from, to, memberId, device: { spaceId } }): ComparedUse[] => {
      const quantity = between(days, starts.get(epochMs(from)), starts.get(epochMs(to)));
      // Days hold no estimates; among the other qualities nothing that is compared makes a difference.
      return quantity === null ? [] : [{ spaceId, memberId, from, to, quantity, quality: 'actual' }];
    });
    if (uses.length === cuts.length) found.set(register.id, uses);
  }
  return found;
}

/** True where the days fill the span, and the intervals fill the days and no more. */
function isTold(figures: RegisterFigures | undefined): boolean {
  if (figures === undefined) return false;
  const { frame, days, count, source, strays, beyond } = figures;
  const sentMs = count * (source.intervalMinutes ?? 0) * 60_000;
  return (
    frame.due === frame.span.to &&
    strays.length === 0 &&
    beyond.length === 0 &&
    days.length === frame.days.length &&
    sentMs === frame.span.to - frame.span.from
  );
}

const between = (days: readonly Decimal[], first: number | undefined, next: number | undefined): Decimal | null =>
  first === undefined || next === undefined ? null : sum(days.slice(first, next));
