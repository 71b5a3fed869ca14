import { simpleKeysOf } from '../../../domain/apportionment/key.js';
import { type Period, within } from '../../../domain/calendar/period.js';
import type { Ask } from '../../../domain/metering/asks.js';
import { needsOf } from '../../../domain/rating/usage.js';
import type { InstalledRegister } from '../../metering/meters/metering.service.js';
import { usualUtility } from './basis.js';
import type { RunInputs, SupplierBill } from '../run/inputs.js';
import type { RunCost } from '../run/run-costs.js';
import { slices } from './slices.js';
import type { charged } from './tariff-stays.js';

/*
 * What the costs of a run ask of the meters, before anything is measured. The same costs look later at what was measured
 * (basis.ts, price-own-tariff.ts), over the same days and by the same calendars: what they do not ask here they would not find there.
 */

/** What asks: the costs that are shared, the tariffs that are charged, and what else looks at uses over days of its own. */
export interface Asking {
  readonly period: Period;
  readonly costs: readonly RunCost[];
  readonly bills: readonly SupplierBill[];
  readonly tariffs: ReturnType<typeof charged>;
  readonly taxRules: RunInputs['taxRules'];
  readonly keys: RunInputs['keys'];
}

type Measuring = Pick<InstalledRegister, 'utility' | 'unit'>;

/** @param registers of the site */
export function asksOf(
  { period, costs, bills, tariffs, taxRules, keys }: Asking,
  registers: readonly Measuring[],
): Ask[] {
  const names = new Map(
    [...keys.values()].flatMap(({ code, pieces }) => pieces.map(({ versionId }) => [versionId, code] as const)),
  );
  const shared = costs
    .filter((cost) => asksMeters(cost, taxRules))
    .map(({ bill, days, calendar, keyVersionId }): Ask => ({
      utility: bill?.utility ?? usualUtility,
      of: 'site',
      days,
      calendar,
      by: `the key "${names.get(keyVersionId ?? '') ?? ''}"`,
    }));
  const priced = tariffs.flatMap(({ tariff, piece, days }) =>
    utilitiesPriced(needsOf(piece.tariff).unit, registers).map((utility): Ask => {
      const { calendar } = piece;
      return { utility, of: 'let', days, calendar, by: `the tariff "${tariff.code}"` };
    }),
  );
  // A bill is compared with the source over its own days.
  const compared = bills.flatMap(({ utility, days: of, supplier, number }): Ask[] => {
    const days = within(period, of);
    return days === null ? [] : [{ utility, of: 'site', days, calendar: null, by: `the bill ${supplier} ${number}` }];
  });
  return [...shared, ...priced, ...compared];
}

/** A cost asks meters where its key goes by use; where a cap looks at what it was paid for, whatever its key. */
const asksMeters = ({ key, bill }: RunCost, { caps }: RunInputs['taxRules']): boolean =>
  simpleKeysOf(key).some(({ kind }) => kind === 'metered') || caps.some(({ utility }) => utility === bill?.utility);

/**
 * The utilities of which a price per unit may speak: electricity where it is measured in the unit. Gas that is counted in m³ may be
 * billed in kWh, so it is asked for as well.
 */
function utilitiesPriced(unit: string | null, registers: readonly Measuring[]): string[] {
  const fits = registers.filter(
    (one) => one.unit === unit || (unit === 'kWh' && one.unit === 'm3' && one.utility === 'gas'),
  );
  const utilities = [...new Set(fits.map(({ utility }) => utility))];
  return utilities.includes(usualUtility) ? [usualUtility] : utilities;
}

/** The period, cut where anything begins or ends that looks at the uses of a utility: its asks, and what occupants declared. */
export const slicesOf = ({ period, taxRules }: Asking, asks: readonly Ask[], utility: string): Period[] =>
  slices(period, [
    ...asks.filter((ask) => ask.utility === utility).map(({ days }) => days),
    ...taxRules.declarations.flatMap(({ days }) => within(period, days) ?? []),
  ]);
