import { fromEpochMs } from '../../../domain/calendar/period.js';
import type { Frame, RegisterFigures, Source } from '../../../domain/metering/figures.js';
import { measure } from '../../../domain/metering/measure.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { readingsAround, readingsFrom } from '../consume/consume-in-domain.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/** Registers whose readings are in memory at once. */
const atOnce = 50;

export const sourceOf = ({ id, label, kind, unit, intervalMinutes, devices }: InstalledRegister): Source => ({
  register: { id, label, kind, unit },
  intervalMinutes,
  installations: devices,
});

/** Figures of any registers, from all their readings that speak of the span. */
export async function measureInDomain(
  tx: Tx,
  communityId: string,
  registers: readonly InstalledRegister[],
  frame: Frame,
): Promise<Map<number, RegisterFigures>> {
  const figures = new Map<number, RegisterFigures>();
  const span = { from: fromEpochMs(frame.span.from), to: fromEpochMs(frame.span.to) };
  for (let start = 0; start < registers.length; start += atOnce) {
    const some = registers.slice(start, start + atOnce);
    const readings = await readingsAround(tx, communityId, some, span);
    for (const register of some) {
      const known = readingsFrom(register, readings.get(register.no) ?? []);
      figures.set(register.no, measure(sourceOf(register), known, frame));
    }
  }
  return figures;
}
