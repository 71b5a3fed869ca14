import type { ConsumptionViewResponse } from '../api/generated/types.gen';
import { sum } from '../figures/exact';

/** What was used in a stretch of time. */
export interface Slot {
  readonly from: string;
  readonly to: string;
  /** Null where it is not known. */
  readonly quantity: string | null;
  readonly estimated: boolean;
}
export interface Used {
  readonly unit: string;
  readonly slots: readonly Slot[];
}

/**
 * What a member used, by unit: all its registers together, step by step. Where one of them is not known, their sum is not either; what flows out and what stands behind
 * another meter of the same space is not counted twice.
 */
export function usedIn({ series }: Pick<ConsumptionViewResponse, 'series'>): readonly Used[] {
  const counted = series.filter(({ direction, role }) => direction === 'import' && role !== 'deduction');
  return [...new Set(counted.map(({ unit }) => unit))].map((unit) => ({
    unit,
    slots: added(counted.filter((one) => one.unit === unit).map(({ figures }) => figures)),
  }));
}

type Figure = ConsumptionViewResponse['series'][number]['figures'][number];

function added(registers: readonly (readonly Figure[])[]): readonly Slot[] {
  const slots = new Map<string, Slot>();
  for (const { from, to, quantity, quality } of registers.flat()) {
    const known = slots.get(`${from} ${to}`);
    const estimated = quality === 'estimated' || (known?.estimated ?? false);
    const both =
      known === undefined
        ? quantity
        : known.quantity === null || quantity === null
          ? null
          : sum([known.quantity, quantity]);
    slots.set(`${from} ${to}`, { from, to, quantity: both, estimated });
  }
  return [...slots.values()].toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

/** All slots together; null where one is not known or there is none. */
export function totalOf(slots: readonly Slot[]): string | null {
  const known = slots.flatMap(({ quantity }) => quantity ?? []);
  return slots.length === 0 || known.length < slots.length ? null : sum(known);
}
