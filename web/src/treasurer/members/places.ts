import type { BillingRun, Occupancy, Space } from '../../api/generated/types.gen';

interface Days {
  readonly from: string;
  readonly to: string | null;
}

const meet = (a: Days, b: Days): boolean => (b.to === null || a.from < b.to) && (a.to === null || b.from < a.to);

/** Spaces that are let and that nobody has on any of the days. */
export function freeSpaces(
  spaces: readonly Space[],
  occupancies: readonly Pick<Occupancy, 'spaceId' | 'days'>[],
  days: Days,
): readonly Space[] {
  const taken = new Set(occupancies.filter((one) => meet(one.days, days)).map(({ spaceId }) => spaceId));
  return spaces.filter(({ id, kind }) => kind === 'let' && !taken.has(id));
}

/** A short name that nobody has yet, from the first letters of a name. @example 'Rosa’s Bakery' is ROSAS-BAKERY */
export function codeFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFD')
    .toUpperCase()
    .replaceAll(/[\p{M}’']/gu, '')
    .replaceAll(/[^A-Z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 16)
    .replace(/-$/, '');
  const base = plain === '' ? 'MEMBER' : plain;
  for (let no = 1; ; no += 1) {
    const code = no === 1 ? base : `${base}-${no}`;
    if (!taken.has(code)) return code;
  }
}

/**
 * The days that a leaver's final statement has to bill: those since the last whole run of the site, and not before they came.
 *
 * @returns undefined where nothing is left to bill
 */
export function unbilledDays(
  stay: { readonly from: string; readonly to: string },
  runs: readonly Pick<BillingRun, 'status' | 'correction' | 'leaver' | 'period'>[],
): { from: string; to: string } | undefined {
  const billed = runs
    .filter(
      ({ status, correction, leaver }) =>
        correction === null && leaver === null && (status === 'issued' || status === 'closed'),
    )
    .map(({ period }) => period.to)
    .toSorted()
    .at(-1);
  const from = billed !== undefined && billed > stay.from ? billed : stay.from;
  return from < stay.to ? { from, to: stay.to } : undefined;
}
