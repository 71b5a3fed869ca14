import { onlyOf } from '../../domain/apportionment/leaver.js';
import type { Issue } from '../../domain/errors.js';
import { type Override, unresolved } from '../../domain/invoice/billing-run.js';
import type { Calculated } from './share/calculate.js';
import { composeLines, linesOf } from './share/compose-lines.js';
import { drawFunds } from './share/draw-funds.js';
import { findCapExcess } from './share/find-cap-excess.js';
import { findIssues } from './share/find-issues.js';
import { findMissingContents } from './share/find-missing-contents.js';
import { findResiduals } from './share/find-residuals.js';
import { inOrder } from './share/findings.js';
import type { RunInputs } from './run/inputs.js';
import { priceOwnTariffs } from './share/price-own-tariff.js';
import { runCosts } from './run/run-costs.js';
import { shareCosts } from './share/share-costs.js';
import { withFindings } from './collect/validation-findings.js';

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
  const { shares: all, issues } = shareCosts(inputs, costs);
  const shares = inputs.leaver === undefined ? all : onlyOf(all, inputs.leaver);
  const said = [...inputs.issues, ...findIssues(inputs), ...findResiduals(inputs, costs), ...issues, ...own.issues];
  const registers = new Set(inputs.meters.map((meter) => meter.registerId));
  const findings = inOrder(withFindings(said, inputs.findings, registers));
  if (unresolved(findings, overrides).length > 0) return { findings, figures: null };
  const lines = linesOf(inputs, costs, shares, own);
  const funds = drawFunds(inputs, lines, costs.length + own.costs.length + 1);
  const found = inOrder([...findings, ...findCapExcess(inputs, costs, lines), ...funds.issues]);
  if (unresolved(found, overrides).length > 0) return { findings: found, figures: null };
  const drafts = composeLines(inputs, funds.lines);
  const complete = inOrder([...found, ...findMissingContents(inputs, drafts)]);
  if (unresolved(complete, overrides).length > 0) return { findings: complete, figures: null };
  return { findings: complete, figures: { costs, own, funds, shares, drafts } };
}
