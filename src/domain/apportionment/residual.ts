import type { Period } from '../calendar/period.js';
import type { Issue, Subject } from '../errors.js';
import { type Decimal, decimal, one, plain, sum } from '../quantity/decimal.js';
import type { ResidualPolicy } from './key.js';
import type { OccupancyPiece } from './pieces.js';
import { type Beside, pieceFinder, type Use, usesOf, type Weight, weigh } from './weights.js';

/*
 * The problem: the supplier's meter counts 1000 kWh, the shops' meters 880. The 120 between them are stairs, lifts, signs,
 * losses in the cable and the tolerance of the meters. Somebody pays for them, and the community says who.
 *
 *   source 1000 = shops 880 + measured common parts 90 + unexplained 30
 *   shared as residual: 120, by the policy · judged against the thresholds: 30, which is 3 % of 1000
 *
 * Up to about 3 % is what losses and tolerance do by themselves. Much more points to a meter that is missing or wrong. Less
 * than nothing is impossible: a meter is wired to the wrong circuit, has the wrong multiplier, or was exchanged unrecorded.
 */

/** What was supplied in a band: what the supplier's meter counted, with what was made on the site and without what was given back. */
export interface SourceUse {
  readonly band: string;
  readonly quantity: Decimal;
  readonly unit: string;
}

/** The balance of a source meter and its sub-meters. */
export interface Residual {
  readonly band: string | null;
  readonly unit: string;
  readonly source: Decimal;
  /** Sub-meters of let spaces. */
  readonly metered: Decimal;
  /** Sub-meters of common parts. */
  readonly common: Decimal;
  /** What the residual policy shares: source − metered. */
  readonly shared: Decimal;
  /** What no meter explains: source − metered − common. */
  readonly unexplained: Decimal;
}

/** Percentages of the source above which the unexplained part is noted, and above which it blocks until overridden. */
export interface Thresholds {
  readonly notable: Decimal;
  readonly high: Decimal;
}

/** What a community starts with: 3 % is usual from losses and meter tolerance, 10 % is our choice. */
export const suggestedThresholds: Thresholds = { notable: decimal('3'), high: decimal('10') };

/**
 * Compares a source meter with its sub-meters, in one band or in all.
 *
 * @param sources at least one of the band
 * @returns the balance, or null where nothing was measured at the source (nothing to compare with)
 * @law source = metered + common + unexplained; shared = common + unexplained
 */
export function measureResidual(
  band: string | null,
  sources: readonly SourceUse[],
  uses: readonly Use[],
  pieces: readonly OccupancyPiece[],
): Residual | null {
  const counted = usesOf(band, sources);
  const [first] = counted;
  if (first === undefined) return null;
  const own = usesOf(band, uses);
  const pieceOf = pieceFinder(pieces);
  const total = (kind: 'let' | 'common'): Decimal =>
    sum(own.filter((use) => pieceOf(use).space.kind === kind).map((use) => use.quantity));
  const source = sum(counted.map((use) => use.quantity));
  const metered = total('let');
  const common = total('common');
  const shared = source.minus(metered);
  return { band, unit: first.unit, source, metered, common, shared, unexplained: shared.minus(common) };
}

/**
 * What a person must know of a residual before it is shared.
 *
 * @param subject the site or supply point
 * @returns nothing, or one Issue: `residual-negative` (blocking), `residual-high` (blocking, may be overridden) or `residual-notable`
 */
export function residualIssues(residual: Residual, thresholds: Thresholds, subject: Subject, period: Period): Issue[] {
  const { source, metered, common, unexplained, unit } = residual;
  const balance =
    `${subject.label} was supplied with ${plain(source)} ${unit}` +
    `${residual.band === null ? '' : ` in the band ${residual.band}`}, its meters tell of ${plain(metered.plus(common))} ${unit}`;
  const about = { subject, from: period.from, to: period.to };
  if (unexplained.isNegative() && !unexplained.isZero()) {
    const detail = `${balance}: ${plain(unexplained.negated())} ${unit} more than was supplied.`;
    const remedy =
      'Look for a wrong multiplier, a meter that counts the wrong way or on another circuit, or an exchange that was not recorded.';
    return [{ code: 'residual-negative', severity: 'blocking', ...about, detail, remedy }];
  }
  const above = (percent: Decimal): boolean => unexplained.times(100).greaterThan(source.times(percent));
  const detail = (percent: Decimal): string =>
    `${balance}; the ${plain(unexplained)} ${unit} that no meter explains are more than ${plain(percent)} % of it.`;
  if (above(thresholds.high)) {
    const remedy = 'Find the missing or wrong sub-meter, or let a named person accept the difference with a reason.';
    return [{ code: 'residual-high', severity: 'blocking', ...about, detail: detail(thresholds.high), remedy }];
  }
  if (above(thresholds.notable)) {
    const remedy = 'Compare with earlier periods; a growing difference is a leak, a loss or an unknown consumer.';
    return [{ code: 'residual-notable', severity: 'warning', ...about, detail: detail(thresholds.notable), remedy }];
  }
  return [];
}

/**
 * The weights by which a residual is shared under a policy.
 *
 * `pro-rata` uses the members' own metered weights, which is the uplift S' = S × (ΣS + R) / ΣS with the residual kept visible.
 *
 * @param own weights of the metered key itself
 */
export function residualWeights(
  policy: ResidualPolicy,
  own: readonly Weight[],
  pieces: readonly OccupancyPiece[],
  period: Period,
  beside: Beside = {},
): readonly Weight[] {
  switch (policy.policy) {
    case 'to-common':
      return weigh(policy.key, pieces, [], period, beside);
    case 'by-area':
      return weigh({ kind: 'area' }, pieces, [], period);
    case 'pro-rata':
      return own;
    case 'landlord-bears':
      return [{ beneficiary: { kind: 'common' }, weight: one, reasons: [] }];
  }
}
