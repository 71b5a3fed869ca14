import { addDays, type CivilDate, epochMs, fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import { spanOf, startOfDay, type Zone } from '../../../domain/calendar/zone.js';
import { commonInterval, commonMinutes } from '../registers/common-interval.js';
import { subMetersOf } from '../consume/derived-uses.js';
import { countedOnce, type InstalledRegister } from '../registers/installed-registers.js';
import type { BalanceQuery } from './site-balance.schema.js';
import type { SiteFormulas } from '../registers/site-formulas.js';
import type { VirtualRegister } from '../registers/virtual-registers.js';

/** One utility in one unit: what is balanced, and in which steps of time. */
export interface BalanceGroup {
  readonly utility: string;
  readonly unit: string;
  /** Registers that are read, each energy once. */
  readonly registers: readonly InstalledRegister[];
  /** Registers of sub-meters that count use, also those that tell the same energy a second time. */
  readonly subMeters: ReadonlySet<string>;
  /** Virtual registers of spaces. */
  readonly virtual: readonly VirtualRegister[];
  /** In order of time; they tile the days that are asked for. */
  readonly steps: readonly Span[];
}

const minuteMs = 60_000;
const dayMinutes = 1440;

/** What has a source meter can be balanced; the rest has nothing to be compared with, and is left out. */
export function balancePlan(
  registers: readonly InstalledRegister[],
  virtual: readonly VirtualRegister[],
  formulas: SiteFormulas | null,
  query: Pick<BalanceQuery, 'from' | 'to' | 'by' | 'utility'>,
  zone: Zone,
): BalanceGroup[] {
  const counted = countedOnce(registers);
  const subMeters = subMetersOf(registers);
  const groups = new Map<string, InstalledRegister[]>();
  for (const register of registers) {
    if (!counted.has(register.id) || (query.utility !== undefined && register.utility !== query.utility)) continue;
    const key = `${register.utility} ${register.unit}`;
    groups.set(key, [...(groups.get(key) ?? []), register]);
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]): BalanceGroup[] => {
      const [first] = own;
      if (first === undefined || !own.some(isSupply)) return [];
      const { utility, unit } = first;
      const worked = virtual.filter(
        (one) => one.utility === utility && one.unit === unit && one.devices.some(({ spaceId }) => spaceId !== null),
      );
      const minutes = commonInterval([
        ...own.map(({ intervalMinutes }) => intervalMinutes),
        ...(formulas === null || worked.length === 0 ? [] : [commonMinutes(formulas, worked)]),
      ]);
      return [{ utility, unit, registers: own, subMeters, virtual: worked, steps: stepsOf(query, zone, minutes) }];
    });
}

const isSupply = ({ meterRole, direction }: InstalledRegister): boolean =>
  meterRole === 'source' && direction === 'import';

function stepsOf({ from, to, by }: Pick<BalanceQuery, 'from' | 'to' | 'by'>, zone: Zone, minutes: number): Span[] {
  const span = spanOf({ from, to }, zone);
  if (by === 'period') return [span];
  if (by === 'interval' && minutes < dayMinutes) {
    const [start, end, length] = [epochMs(span.from), epochMs(span.to), minutes * minuteMs];
    return Array.from({ length: Math.ceil((end - start) / length) }, (_, index) => ({
      from: fromEpochMs(start + index * length),
      to: fromEpochMs(Math.min(start + (index + 1) * length, end)),
    }));
  }
  const steps: Span[] = [];
  for (let day: CivilDate = from; day < to; day = addDays(day, 1)) {
    steps.push({ from: startOfDay(day, zone), to: startOfDay(addDays(day, 1), zone) });
  }
  return steps;
}
