import type { Issue } from '../../domain/errors.js';
import { type Override, unresolved } from '../../domain/invoice/billing-run.js';
import type { Calculated } from './calculate.js';
import { composeLines, linesOf } from './compose-lines.js';
import { drawFunds } from './draw-funds.js';
import { findCapExcess } from './find-cap-excess.js';
import { findIssues } from './find-issues.js';
import { findResiduals } from './find-residuals.js';
import { inOrder } from './findings.js';
import type { RunInputs } from './inputs.js';
import { priceOwnTariffs } from './price-own-tariff.js';
import { runCosts } from './run-costs.js';
import { shareCosts } from './share-costs.js';
import { withFindings } from './validation-findings.js';

/** What a run comes to: all that is to be said of it, and its figures, unless something stands in the way. */
export interface Computed {
  readonly findings: readonly Issue[];
  readonly figures: Calculated | null;
}

/**
 * Refuses or rates, apportions and composes: the whole of a run between what was collected and what is stored.
 *
 * The only engine. A run, its correction and a question of "what if" differ in their inputs and in nothing else.
 *
 * @param overrides what named people took on; a blocking finding without one leaves `figures` null
 * @law the same inputs come to the same figures, whoever asks and however often
 */
export function computeRun(inputs: RunInputs, overrides: readonly Override[]): Computed {
  const costs = runCosts(inputs);
  const own = priceOwnTariffs(inputs, costs.length + 1);
  const { shares, issues } = shareCosts(inputs, costs);
  const said = [...inputs.issues, ...findIssues(inputs), ...findResiduals(inputs, costs), ...issues, ...own.issues];
  const registers = new Set(inputs.meters.map((meter) => meter.registerId));
  const findings = inOrder(withFindings(said, inputs.findings, registers));
  if (unresolved(findings, overrides).length > 0) return { findings, figures: null };
  const lines = linesOf(inputs, costs, shares, own);
  const funds = drawFunds(inputs, lines, costs.length + own.costs.length + 1);
  const found = inOrder([...findings, ...findCapExcess(inputs, costs, lines), ...funds.issues]);
  if (unresolved(found, overrides).length > 0) return { findings: found, figures: null };
  return { findings: found, figures: { costs, own, funds, shares, drafts: composeLines(inputs, funds.lines) } };
}
