import type { Period } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import { type Counted, deduct } from '../metering/deduction.js';
import { zero } from '../quantity/decimal.js';
import type { OccupancyPiece } from './pieces.js';
import type { SourceUse } from './residual.js';
import type { Use } from './weights.js';

/*
 * The problem: the bakery steams 10 of its 30 m³ away, and pays fresh water for 30 but waste water for 20. What it does not send down the
 * drain the supplier does not bill either, so the hall's waste water is the source less all that is deducted.
 *
 *   fresh water   bakery 30, florist 15, source 46                  → 30 : 15, 1 m³ left over
 *   waste water   bakery 30 − 10 = 20, florist 15 − 5 = 10, 46 − 15  → 20 : 10, 1 m³ left over
 *
 * Method: each use of a space, in each hand and band, loses what the deduction meters of the same space, hand and band counted; the source loses
 * all of it. What is left over stays the same, because what is deducted passed through both.
 */

/** What one deduction meter counted. Its space is that of the meter before it; null where that is the source alone. */
export interface DeductedUse extends Omit<Use, 'spaceId'> {
  readonly spaceId: string | null;
  readonly label: string;
}

interface Measured {
  readonly period: Period;
  readonly pieces: readonly OccupancyPiece[];
  readonly uses: readonly Use[];
  readonly sources: readonly SourceUse[];
}

/**
 * Uses and sources without what deduction meters counted.
 *
 * @returns both net; with a blocking Issue `deduction-exceeds-intake` for each space, and for the source, of which more would be taken off than it has
 * @law source − Σ uses is the same before and after, where every deduction has a space; nothing is below zero; without deductions the same
 * @source golden case G09d
 */
export function withoutDeducted(
  { period, pieces, uses, sources }: Measured,
  deductions: readonly DeductedUse[],
): { readonly net: Pick<Measured, 'uses' | 'sources'>; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const placed = new Set<DeductedUse>();
  const netUses = uses.map((use): Use => {
    const own = deductions.filter((one) => isBehind(one, use));
    own.forEach((one) => placed.add(one));
    if (own.length === 0) return use;
    const taken = deduct(use.quantity, own.map(countedOf), use.unit, ofSpace(pieces, use.spaceId), period);
    issues.push(...taken.issues);
    return { ...use, quantity: taken.net ?? use.quantity, deducted: taken.deducted };
  });
  // A deduction without a meter before it, or in other hands, would be taken off nobody.
  for (const lost of deductions.filter((one) => one.spaceId !== null && !placed.has(one) && !one.quantity.isZero())) {
    const { issues: found } = deduct(zero, [countedOf(lost)], lost.unit, ofSpace(pieces, lost.spaceId), period);
    issues.push(...found);
  }
  const netSources = sources.map((source) => {
    const own = deductions.filter((one) => one.band === source.band && one.unit === source.unit);
    const subject: Subject = { kind: 'site', id: 'source', label: 'The source meter' };
    const taken = deduct(source.quantity, own.map(countedOf), source.unit, subject, period);
    issues.push(...taken.issues);
    return { ...source, quantity: taken.net ?? source.quantity };
  });
  return { net: { uses: netUses, sources: netSources }, issues };
}

const isBehind = (one: DeductedUse, use: Use): boolean =>
  one.spaceId === use.spaceId && one.memberId === use.memberId && one.band === use.band && one.unit === use.unit;

const countedOf = ({ label, quantity }: DeductedUse): Counted => ({ label, quantity });

function ofSpace(pieces: readonly OccupancyPiece[], spaceId: string | null): Subject {
  const label = pieces.find(({ space }) => space.id === spaceId)?.space.label ?? '';
  return { kind: 'space', id: spaceId ?? '', label };
}
