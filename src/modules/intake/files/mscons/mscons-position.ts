import { registerKindOf, type Obis } from '../obis.js';

/*
 * What an MSCONS says of a value stands around it: the metering point (LOC) and the position (LIN) above, the times and signs (DTM, STS)
 * below. Here is decided when a value was.
 *
 *   LOC+172  metering point      DTM+163, DTM+164 the time within which all its values lie; DTM+9 when it was read
 *     LIN+1  position            PIA the register, as an OBIS code
 *       QTY  value               DTM+163, DTM+164 its interval, or DTM+7 the instant for which it counts
 */

/** Instants in milliseconds, as DTM says them; null where it does not. */
export interface Times {
  /** 163, and the beginning of 306 and 324. */
  from: number | null;
  /** 164, and the end of 306 and 324. */
  to: number | null;
  /** 7, the instant for which a register counts. */
  at: number | null;
  /** 9, when it was read. */
  read: number | null;
  /** 60, when something was changed at the meter. */
  changed: number | null;
  /** One of them could not be read, and that was said. */
  isBroken: boolean;
}

export const noTimes = (): Times => ({ from: null, to: null, at: null, read: null, changed: null, isBroken: false });

/** A span, an instant, nothing where that was said already, or why it is neither; `open` where the point's own span may be meant. */
export type Placement =
  | { readonly kind: 'interval'; readonly from: number; readonly to: number }
  | { readonly kind: 'cumulative'; readonly at: number }
  | { readonly kind: 'open'; readonly from: number; readonly to: number }
  | { readonly kind: 'said' }
  | { readonly kind: 'fault'; readonly fault: string };

const instantOf = ({ at, read, changed }: Times): number | null => at ?? read ?? changed;
const fault = (text: string): Placement => ({ kind: 'fault', fault: text });

/**
 * When a value was.
 *
 * @param own what stands below the value
 * @param position what stands above it; `place` what stands above that
 */
export function placementOf(code: Obis | null, own: Times, position: Times, place: Times | undefined): Placement {
  const kind = code && registerKindOf(code);
  const instant = instantOf(own);
  if (own.isBroken) return { kind: 'said' };
  if (kind === 'cumulative' && instant !== null) return { kind: 'cumulative', at: instant };
  if (own.from !== null && own.to !== null) {
    if (own.to <= own.from) return fault('its interval ends before it has begun.');
    return { kind: 'interval', from: own.from, to: own.to };
  }
  if (own.from !== null) return fault('its interval has a beginning (DTM+163) and no end (DTM+164).');
  if (own.to !== null) return fault('its interval has an end (DTM+164) and no beginning (DTM+163).');
  const known = instant ?? instantOf(position) ?? (place ? instantOf(place) : null);
  if (known !== null && kind !== 'interval') return { kind: 'cumulative', at: known };
  if (known !== null)
    return fault(`${code?.code ?? 'it'} is an amount of a span of time, and only one instant is given.`);
  if (kind !== 'cumulative') {
    for (const times of [position, place]) {
      const { from = null, to = null } = times ?? {};
      if (from !== null && to !== null && from < to) return { kind: 'open', from, to };
    }
  }
  return fault('no time is given for it (DTM+163 and DTM+164, or DTM+7).');
}
