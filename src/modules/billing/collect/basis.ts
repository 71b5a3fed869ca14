import { exportBand, generationKeyOf, gridBand } from '../../../domain/apportionment/generation-bands.js';
import type { OccupancyPiece } from '../../../domain/apportionment/pieces.js';
import type { SourceUse } from '../../../domain/apportionment/residual.js';
import type { DeductedUse } from '../../../domain/apportionment/deducted.js';
import type { Basis } from '../../../domain/apportionment/share-out.js';
import type { Peak, Use } from '../../../domain/apportionment/weights.js';
import { type Period, within } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import { Decimal, quotient, zero } from '../../../domain/quantity/decimal.js';
import { accruedDays } from './bill-days.js';
import type { MeasuredUse, RunInputs, RunMeter, SupplierBill } from '../run/inputs.js';
import type { RunCost } from '../run/run-costs.js';

/** What a cost is measured in where no bill says so. */
export const usualUtility = 'electricity';

/** What happened over the days of a cost, as its key looks at it: pieces, uses of its calendar, and what the source counted. */
export function basisOf(
  inputs: RunInputs,
  { days, calendar, bill: of }: Pick<RunCost, 'days' | 'calendar' | 'bill'>,
): Basis {
  const utility = of?.utility ?? usualUtility;
  const bill = inputs.bills.find((one) => one.id === of?.id);
  return {
    period: days,
    pieces: clipped(inputs.pieces, days),
    uses: usesOver(inputs, { days, calendar, utility }),
    sources: suppliedOver(inputs, { days, calendar, utility }, bill),
    deductions: deductionsOver(inputs, { days, calendar, utility }),
    thresholds: inputs.thresholds,
    bookings: inputs.bookings,
    zone: inputs.site.zone,
    peaks: peaksOver(inputs, days, utility),
    called: (id) => inputs.codes[id] ?? id,
  };
}

/** The loads of exactly these days: collecting asks for those of every cost that is shared by peak. */
const peaksOver = ({ peaks }: RunInputs, days: Period, utility: string): readonly Peak[] =>
  peaks.find((one) => one.days.from === days.from && one.days.to === days.to && one.utility === utility)?.peaks ?? [];

export interface Measure {
  readonly days: Period;
  readonly calendar: string | null;
  readonly utility: string;
}

export const clipped = (pieces: readonly OccupancyPiece[], days: Period): OccupancyPiece[] =>
  pieces.flatMap((piece) => {
    const shared = within(days, piece.days);
    return shared === null ? [] : [{ ...piece, days: shared }];
  });

/** As much of a run as tells what meters counted. */
type Counting = Pick<RunInputs, 'uses' | 'meters' | 'site'>;

interface Measured {
  readonly use: MeasuredUse;
  readonly meter: RunMeter;
}

/** The uses of a utility over some days, in a calendar. Collecting has cut them at every day that a cost begins or ends. */
function measured(
  { uses, meters, site }: Counting,
  { days, calendar, utility }: Measure,
  direction: RunMeter['direction'] = 'import',
): Measured[] {
  const { from, to } = spanOf(days, site.zone);
  const byRegister = new Map(meters.map((meter) => [meter.registerId, meter]));
  return uses.flatMap((use) => {
    const meter = byRegister.get(use.registerId);
    const counts = meter?.utility === utility && meter.direction === direction && use.calendar === calendar;
    return meter && counts && use.from >= from && use.to <= to ? [{ use, meter }] : [];
  });
}

/** Sub-meters by space, hand and band: two registers of one space are one use. @param quantityOf what of each use is counted */
export function usesOver(
  inputs: RunInputs,
  measure: Measure,
  quantityOf: (use: MeasuredUse) => Decimal = ({ quantity }) => quantity,
): Use[] {
  const merged = new Map<string, Use>();
  for (const { use, meter } of measured(inputs, measure)) {
    if (!isOfSpace(meter) || use.spaceId === null) continue;
    const { spaceId, memberId, band } = use;
    const name = JSON.stringify([spaceId, memberId, band, meter.unit]);
    const before = merged.get(name)?.quantity ?? zero;
    merged.set(name, { spaceId, memberId, band, unit: meter.unit, quantity: before.plus(quantityOf(use)) });
  }
  return [...merged.values()];
}

/** Sub-meters and virtual meters tell what spaces used; what a deduction meter counts passed through one of them. */
const isOfSpace = ({ role }: RunMeter): boolean => role === 'sub' || role === 'virtual';

/** What deduction meters counted, meter by meter. */
const deductionsOver = (inputs: Counting, measure: Measure): DeductedUse[] =>
  measured(inputs, measure).flatMap(({ use, meter }) =>
    meter.role !== 'deduction'
      ? []
      : [{ ...use, unit: meter.unit, label: meter.meterCode }].map(
          ({ spaceId, memberId, band, unit, quantity, label }) => ({
            ...{ spaceId, memberId, band, unit, quantity, label },
          }),
        ),
  );

/** What the source meter counted; where none stands there, what the supplier's bill says it did. */
export function sourcesOver(inputs: Counting, measure: Measure, bill: SupplierBill | undefined): SourceUse[] {
  const counted = new Map<string, SourceUse>();
  for (const { use, meter } of measured(inputs, measure)) {
    if (meter.role !== 'source') continue;
    const before = counted.get(use.band)?.quantity ?? zero;
    counted.set(use.band, { band: use.band, unit: meter.unit, quantity: before.plus(use.quantity) });
  }
  return counted.size > 0 || !bill ? [...counted.values()] : billedUse(bill, measure.days);
}

/**
 * What there was to be used: what the source counted, with what was made on the site and without what was given back.
 *
 * @returns nothing where nothing says what came in
 */
export function suppliedOver(inputs: RunInputs, measure: Measure, bill: SupplierBill | undefined): SourceUse[] {
  const supplied = sourcesOver(inputs, measure, bill);
  const beside = measured(inputs, measure, 'export');
  if (supplied.length === 0 || beside.length === 0) return supplied;
  const byBand = new Map(supplied.map((one) => [JSON.stringify([one.band, one.unit]), one]));
  for (const { use, meter } of beside) {
    const band = bandOfSupply(use);
    const name = JSON.stringify([band, meter.unit]);
    const before = byBand.get(name) ?? { band, unit: meter.unit, quantity: zero };
    const quantity = meter.role === 'source' ? before.quantity.minus(use.quantity) : before.quantity.plus(use.quantity);
    byBand.set(name, { ...before, quantity });
  }
  return [...byBand.values()];
}

/** What the roof made beside its local use, less what went out at the source, was used where no meter tells: it counts with the grid. */
const bandOfSupply = ({ calendar, band }: MeasuredUse): string =>
  generationKeyOf(calendar) !== null && band === exportBand ? gridBand : band;

const gridOfEnergy = 6;

/** The quantities of a bill by band, cut by days where the bill is longer than the days asked for. */
export function billedUse(bill: SupplierBill, days: Period): SourceUse[] {
  const { during, whole } = accruedDays(bill.days, days);
  return bill.components.flatMap(({ kind, band, quantity, unit }): SourceUse[] => {
    if (kind !== 'energy' || quantity === null || unit === null) return [];
    const part = quotient(quantity.times(during), new Decimal(whole), gridOfEnergy, 'half-up');
    return [{ band: band ?? '', unit, quantity: part }];
  });
}

/** True where a source meter of a utility stands at the site. */
export const hasSource = ({ meters }: RunInputs, utility: string): boolean =>
  meters.some((meter) => meter.role === 'source' && meter.utility === utility);
