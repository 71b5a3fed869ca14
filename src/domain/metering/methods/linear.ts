import { Decimal, zero } from '../../quantity/decimal.js';
import type { Slice } from '../figures.js';
import { canScale, type Gap, hullOf, type Known, type Method, type Profile, type SlotUse } from '../estimation.js';

/**
 * Rung 3: a straight line over a short gap.
 *
 * Of a display it lies between the reading before and the reading after; the band is all of what passed between them. Of intervals it
 * leads from the rate of the interval before to that of the interval after; the band is between the lower and the higher of both.
 */
export const linear: Method = (gap, { history }) => {
  if (gap.start !== null) return between(gap);
  const { from, to } = hullOf(gap);
  const before = history.findLast((slice) => slice.to === from);
  const after = history.find((slice) => slice.from === to);
  if (!before || !after) return 'The interval before or after the gap is not known.';
  const profile = along(gap, before, after);
  const uses = profile.slots.map(({ use }) => use);
  return canScale(gap, uses) ? profile : 'Nothing was used before and after, and the display has advanced.';
};

function between({ slots, advance }: Gap): Profile | string {
  if (advance === null) return 'There is no reading after the gap, so there is nothing to draw a line to.';
  const whole = slots.reduce((ms, { from, to }) => ms + to - from, 0);
  return {
    over: new Decimal(whole),
    slots: slots.map(({ from, to }): SlotUse => {
      const use = advance.value.times(to - from);
      return { use, low: zero, high: advance.value.times(whole), inputs: [] };
    }),
  };
}

/** Rates are quantities over lengths; multiplied out, nothing is divided. */
function along({ slots }: Gap, before: Slice, after: Slice): Profile {
  const [first, last] = [lengthOf(before), lengthOf(after)];
  const steps = slots.length + 1;
  const inputs: Known[] = [
    { name: 'the interval before', ...before, value: before.quantity },
    { name: 'the interval after', ...after, value: after.quantity },
  ].map(({ name, from, to, value }) => ({ name, from, to, value }));
  const [start, end] = [before.quantity.times(last), after.quantity.times(first)];
  return {
    over: new Decimal(first).times(last).times(steps),
    slots: slots.map((slot, i): SlotUse => {
      const length = lengthOf(slot);
      const at = (weight: Decimal): Decimal => weight.times(length);
      return {
        use: at(start.times(steps - i - 1).plus(end.times(i + 1))),
        low: at(Decimal.min(start, end).times(steps)),
        high: at(Decimal.max(start, end).times(steps)),
        inputs,
      };
    }),
  };
}

const lengthOf = ({ from, to }: { readonly from: number; readonly to: number }): number => to - from;
