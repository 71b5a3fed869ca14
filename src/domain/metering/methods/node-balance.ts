import { type Decimal, one, sum, zero } from '../../quantity/decimal.js';
import { canScale, type Flow, type Method, type SlotUse } from '../estimation.js';
import { allKnown, inputOf } from './check-meter.js';

/**
 * Rung 2: what goes into a node comes out of it, so one unknown flow follows from all others.
 *
 * Only where the meters of the node closed in the time just before: what nobody's meter sees would else be given to this register.
 *
 * @returns what went in less what came out elsewhere; the band is the tolerance of the node, in percent of what went in
 */
export const nodeBalance: Method = (gap, { node }) => {
  if (node === null) return 'The other flows of its node are not measured.';
  const { before, tolerancePercent } = node;
  const [inflows, outflows] = [known(node.inflows), known(node.outflows)];
  if (inflows === null || outflows === null || inflows.length === 0)
    return 'More than one flow of its node is not known in this time.';
  if (before === null) return 'It is not known whether the meters of its node add up at other times.';
  if (before.unexplained.abs().times(100).greaterThan(before.inflow.times(tolerancePercent))) {
    return `The meters of its node do not add up at other times: ${before.unexplained.toFixed()} of ${before.inflow.toFixed()} is not explained.`;
  }
  const slots = gap.slots.map((_, i): SlotUse => {
    const [into, outOf] = [inflows.map((uses) => uses[i] ?? zero), outflows.map((uses) => uses[i] ?? zero)];
    const use = sum(into).minus(sum(outOf));
    const off = sum(into).times(tolerancePercent).times('0.01');
    return {
      use,
      low: use.greaterThan(off) ? use.minus(off) : zero,
      high: use.plus(off),
      inputs: [
        inputOf(gap, { name: `into the node, by ${into.length} meters` }, i, sum(into)),
        inputOf(gap, { name: `out of the node, by ${outOf.length} other meters` }, i, sum(outOf)),
      ],
    };
  });
  if (slots.some(({ use }) => use.isNegative()))
    return 'More came out of its node by other meters than went in: their readings contradict each other.';
  const uses = slots.map(({ use }) => use);
  return canScale(gap, uses) ? { over: one, slots } : 'The balance leaves nothing, and the display has advanced.';
};

function known(flows: readonly Flow[]): Decimal[][] | null {
  const uses = flows.flatMap((flow) => {
    const own = allKnown(flow);
    return own === null ? [] : [own];
  });
  return uses.length === flows.length ? uses : null;
}
