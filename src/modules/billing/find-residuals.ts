import { measureResidual, residualIssues } from '../../domain/apportionment/residual.js';
import type { Issue, Subject } from '../../domain/errors.js';
import { basisOf, hasSource } from './basis.js';
import type { RunInputs } from './inputs.js';
import type { RunCost } from './run-costs.js';

/**
 * Compares the source meter with its sub-meters, once for each band and run of days that a metered key looks at.
 *
 * @returns residuals that are negative, high or notable by the community's thresholds; and, where a supplier's bill has to stand
 *   in for the source meter, that it does
 */
export function findResiduals(inputs: RunInputs, costs: readonly RunCost[]): Issue[] {
  const measured = new Map<string, Issue[]>();
  for (const cost of costs) {
    if (cost.key.kind !== 'metered') continue;
    const { band } = cost.key;
    const utility = cost.bill?.utility ?? '';
    const name = JSON.stringify([utility, cost.calendar, band, cost.days.from, cost.days.to]);
    if (!measured.has(name)) measured.set(name, ofBand(inputs, cost, band, utility));
  }
  return [...measured.values()].flat();
}

function ofBand(inputs: RunInputs, cost: RunCost, band: string | null, utility: string): Issue[] {
  const { period, pieces, uses, sources, thresholds } = basisOf(inputs, cost);
  const { site } = inputs;
  const subject: Subject = {
    kind: 'site',
    id: [site.id, utility, cost.calendar, band].filter(Boolean).join('/'),
    label: site.name,
  };
  const residual = measureResidual(band, sources, uses, pieces);
  const standIn: Issue[] =
    cost.bill === null || sources.length === 0 || hasSource(inputs, utility)
      ? []
      : [
          {
            code: 'source-meter-missing',
            severity: 'info',
            subject,
            ...period,
            detail: `${site.name} has no source meter for ${utility}; the quantity on the supplier's bill stands in for it.`,
            remedy: 'Enter the source meter with its readings, so that the supplier can be checked.',
          },
        ];
  return [...standIn, ...(residual === null ? [] : residualIssues(residual, thresholds, subject, period))];
}
