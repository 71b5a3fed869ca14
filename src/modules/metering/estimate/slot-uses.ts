import { epochMs, fromEpochMs } from '../../../domain/calendar/period.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import type { Slot } from '../../../domain/metering/estimation.js';
import { isEstimate } from '../../../domain/metering/figures.js';
import { uncovered } from '../../../domain/metering/range.js';
import type { Decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { ConsumptionService } from '../consume/consumption.service.js';
import { countedOnce, type InstalledRegister } from '../registers/installed-registers.js';

/** What a register used in a slot. */
export interface SlotUse {
  readonly quantity: Decimal;
  /** A value between two readings, or one that was sent as an estimate. */
  readonly isReckoned: boolean;
}

/** What registers used in each slot of a gap. */
export interface SlotUses {
  readonly length: number;
  /** By register; null where it is not known. Registers that were not in all of the time are missing. */
  readonly byRegister: ReadonlyMap<string, readonly (SlotUse | null)[]>;
  /** Registers that count where a meter tells the same energy twice. */
  readonly counts: ReadonlySet<string>;
}

/** Values that are asked for at once: more would not fit beside everything else that a process does. */
const most = 400_000;

/** Asks what registers counted in slots; stored estimates do not count. Where that is too much at once, nothing is known. */
export async function usesBySlot(
  tx: Tx,
  consumption: ConsumptionService,
  { communityId, zone }: { readonly communityId: string; readonly zone: Zone },
  registers: readonly InstalledRegister[],
  slots: readonly Slot[],
): Promise<SlotUses> {
  const counts = countedOnce(registers);
  const [first, last] = [slots[0], slots.at(-1)];
  if (!first || !last || registers.length * slots.length > most) {
    return { length: slots.length, byRegister: new Map(), counts };
  }
  const span = { from: fromEpochMs(first.from), to: fromEpochMs(last.to) };
  const windows = slots.map(({ from, to }, i) => ({ from: fromEpochMs(from), to: fromEpochMs(to), band: String(i) }));
  const present = registers.filter(
    ({ devices }) => uncovered({ from: first.from, to: last.to }, devices.map(timeOf)).length === 0,
  );
  const bands = new Map([['slots', windows]]);
  const { uses } = await consumption.of(tx, communityId, present, { span, zone, bands, pieces: null, asRead: true });
  const byRegister = new Map<string, (SlotUse | null)[]>();
  const seen = new Set<string>();
  for (const { registerId, calendar, band, quantity, quality } of uses) {
    if (calendar === null || band === null) continue;
    const own = byRegister.get(registerId) ?? Array.from(slots, () => null);
    byRegister.set(registerId, own);
    const [index, key] = [Number.parseInt(band, 10), `${registerId} ${band}`];
    const before = own[index];
    // A slot in which a device was exchanged is the sum of both, and known only where both are.
    if (quantity === null || (seen.has(key) && !before)) own[index] = null;
    else
      own[index] = {
        quantity: before ? before.quantity.plus(quantity) : quantity,
        isReckoned: isEstimate(quality) || before?.isReckoned === true,
      };
    seen.add(key);
  }
  return { length: slots.length, byRegister, counts };
}

const timeOf = ({ from, to }: { readonly from: string; readonly to: string | null }) => ({
  from: epochMs(from),
  to: to === null ? Infinity : epochMs(to),
});
