import { simpleKeysOf } from '../../../domain/apportionment/key.js';
import { generationKeyOf } from '../../../domain/apportionment/generation-bands.js';
import { measureResidual, residualIssues } from '../../../domain/apportionment/residual.js';
import type { Issue, Subject } from '../../../domain/errors.js';
import { basisOf, clipped, hasSource, suppliedOver, usesOver } from '../collect/basis.js';
import type { RunInputs } from '../run/inputs.js';
import type { RunCost } from '../run/run-costs.js';

/**
 * Compares what was supplied with what its meters tell, once for each band and run of days that a metered key looks at, and each slice
 * of the period by itself: a meter that ran backwards for a week is not hidden by three that follow.
 *
 * @returns residuals that are negative, high or notable by the community's thresholds; and, where a supplier's bill has to stand
 *   in for the source meter, that it does. Of slices by themselves only what is negative: a part of a period may well be uneven
 */
export function findResiduals(inputs: RunInputs, costs: readonly RunCost[]): Issue[] {
  return [...ofCosts(inputs, costs), ...ofSlices(inputs)];
}

function ofSlices(inputs: RunInputs): Issue[] {
  const { slices, pieces, thresholds, site, meters } = inputs;
  const utilities = [...new Set(meters.filter(({ role }) => role === 'source').map(({ utility }) => utility))].sort();
  return utilities.flatMap((utility) => {
    const own = slices[utility] ?? [];
    return [...(own.length > 1 ? own : []), inputs.period].flatMap((days) => {
      const measure = { days, calendar: null, utility };
      const [sources, uses] = [suppliedOver(inputs, measure, undefined), usesOver(inputs, measure)];
      const subject: Subject = { kind: 'site', id: `${site.id}/${utility}`, label: site.name };
      return [...new Set(sources.map(({ unit }) => unit))].sort().flatMap((unit) => {
        const of = <Measured extends { readonly unit: string }>(some: readonly Measured[]): Measured[] =>
          some.filter((one) => one.unit === unit);
        const residual = measureResidual(null, of(sources), of(uses), clipped(pieces, days));
        if (residual === null || !residual.unexplained.lessThan(0)) return [];
        return residualIssues(residual, thresholds, subject, days);
      });
    });
  });
}

function ofCosts(inputs: RunInputs, costs: readonly RunCost[]): Issue[] {
  const measured = new Map<string, Issue[]>();
  for (const cost of costs) {
    const utility = cost.bill?.utility ?? '';
    for (const key of simpleKeysOf(cost.key)) {
      if (key.kind !== 'metered') continue;
      const { band } = key;
      const name = JSON.stringify([utility, cost.calendar, band, cost.days.from, cost.days.to]);
      if (!measured.has(name)) measured.set(name, ofBand(inputs, cost, band, utility));
    }
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
  // By origin, all that no meter explains stands beside the grid alone: it is judged against all that there was to be used.
  const residual = measureResidual(generationKeyOf(cost.calendar) === null ? band : null, sources, uses, pieces);
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
