import { epochMs } from '../../../domain/calendar/period.js';
import type { Balance, Double, Total, VacantUse } from '../../../domain/metering/known.js';
import { worse } from '../../../domain/metering/reading.js';
import { type Decimal, zero } from '../../../domain/quantity/decimal.js';
import type { Use } from './consumption.types.js';
import { channelOf, type InstalledRegister } from '../registers/installed-registers.js';

/** What the rules compare of uses: in empty spaces, of a display with its intervals, of source meters with sub-meters. */

/** What a register counted in a space while one member had it, or nobody. */
export type ComparedUse = Pick<Use, 'spaceId' | 'memberId' | 'from' | 'to' | 'quantity' | 'quality'>;

/** Uses by the id of their register. */
export type UsesByRegister = ReadonlyMap<string, readonly ComparedUse[]>;

/** Bands are parts of the uses and are left out. */
export function byRegister(uses: readonly Use[]): UsesByRegister {
  const known = new Map<string, ComparedUse[]>();
  for (const use of uses) {
    if (use.calendar !== null) continue;
    const own = known.get(use.registerId);
    if (own) own.push(use);
    else known.set(use.registerId, [use]);
  }
  return known;
}

/** What a register counted in spaces that nobody had. @param lettable spaces that can be let: a common part is never empty */
export const vacantUses = (
  uses: UsesByRegister,
  { id }: InstalledRegister,
  lettable: { has(spaceId: string): boolean },
): VacantUse[] =>
  (uses.get(id) ?? []).flatMap(({ spaceId, memberId, from, to, quantity, quality }): VacantUse[] => {
    if (memberId !== null || spaceId === null || !lettable.has(spaceId) || quantity === null) return [];
    return [{ from: epochMs(from), to: epochMs(to), quantity, quality }];
  });

/** The display and the intervals of the same energy, where both are known. */
export function doublesOf(uses: UsesByRegister, registers: readonly InstalledRegister[]): Double[] {
  return registers.flatMap((display): Double[] => {
    const timed = registers.filter((one) => one.kind === 'interval' && channelOf(one) === channelOf(display));
    const [first] = timed;
    if (display.kind !== 'cumulative' || first === undefined || timed.length > 1) return [];
    const totals = [totalOf(uses, [display]), totalOf(uses, [first])];
    const [shown, added] = totals;
    if (!shown || !added) return [];
    const subject = { kind: 'register', id: first.id, label: first.label } as const;
    return [{ subject, unit: first.unit, display: shown, intervals: added }];
  });
}

/**
 * What went into the site and what its sub-meters saw, by utility and unit, where all of it is known. A site without a source meter, or
 * without sub-meters, has no balance.
 */
export function balancesOf(
  uses: UsesByRegister,
  registers: readonly InstalledRegister[],
  derived: ReadonlyMap<string, Decimal | null>,
): Balance[] {
  const kinds = new Map<string, InstalledRegister[]>();
  for (const register of registers) {
    const key = kindOf(register);
    kinds.set(key, [...(kinds.get(key) ?? []), register]);
  }
  return [...kinds.values()].flatMap((own): Balance[] => {
    const [{ utility, unit } = { utility: '', unit: '' }] = own;
    const of = (role: 'source' | 'sub', direction: 'import' | 'export') =>
      own.filter((one) => one.meterRole === role && one.direction === direction);
    const told = derived.get(`${utility} ${unit}`);
    if (of('source', 'import').length === 0 || (of('sub', 'import').length === 0 && !told)) return [];
    const sum = (some: readonly InstalledRegister[]) => totalOf(uses, some)?.quantity;
    const [imported, exported] = [sum(of('source', 'import')), sum(of('source', 'export'))];
    const [metered, generated] = [sum(of('sub', 'import')), sum(of('sub', 'export'))];
    if (!imported || !exported || !metered || !generated || told === null) return [];
    return [
      { utility, unit, imported, exported, generated, metered, ...(told === undefined ? {} : { derived: told }) },
    ];
  });
}

/** What can be added up: one utility in one unit. */
export const kindOf = ({ utility, unit }: Pick<InstalledRegister, 'utility' | 'unit'>): string => `${utility} ${unit}`;

/** What some registers counted together; null where one of them is not known. */
function totalOf(uses: UsesByRegister, registers: readonly InstalledRegister[]): Total | null {
  let total: Total = { quantity: zero, quality: 'actual' };
  for (const { id } of registers) {
    const own = uses.get(id) ?? [];
    if (own.length === 0) return null;
    for (const { quantity, quality } of own) {
      if (quantity === null) return null;
      total = { quantity: total.quantity.plus(quantity), quality: worse(total.quality, quality) };
    }
  }
  return total;
}
