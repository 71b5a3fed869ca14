import type { ChannelHead } from './meter-file.js';

/*
 * OBIS: the name of what a register counts, `A-B:C.D.E*F` (IEC 62056-61).
 *
 *   1-0:1.8.2   A 1 electricity, B channel, C 1 active energy in, D 8 counter since the meter was set up, E 2 tariff
 *
 * C of electricity: 1 and 2 active in and out, 3 and 4 reactive in and out, 5 to 8 reactive by quadrant, 9 and 10 apparent in and out,
 * 15 and 16 active sum and balance; plus 20, 40, 60 for the three phases. D: 8 counter, 9 amount of a period, 29 amount of an interval.
 */

export interface Obis {
  /** `1-0:1.8.2`, without F. */
  readonly code: string;
  readonly medium: number;
  readonly channel: number;
  readonly quantity: number;
  readonly kind: number;
}

const written = /^(\d{1,3})-(\d{1,3}):(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[*.]\d{1,3})?$/;

/** Reads an OBIS code; null where the text is none. */
export function obisOf(text: string): Obis | null {
  const [whole, a, b, c, d, e] = written.exec(text) ?? [];
  if (whole === undefined) return null;
  return {
    code: `${a}-${b}:${c}.${d}.${e}`,
    medium: Number(a),
    channel: Number(b),
    quantity: Number(c),
    kind: Number(d),
  };
}

const electricity = 1;
const gas = 7;
const energyOfGas = 33;
const profileOfGas = 99;
const phaseless = (quantity: number): number => (quantity > 20 && quantity < 80 ? quantity % 20 : quantity);

/** Whether energy flows into the premises or out of them; null where the code does not say. */
export function directionOf({ medium, quantity }: Obis): ChannelHead['direction'] {
  if (medium !== electricity) return null;
  const flow = phaseless(quantity);
  if (flow === 1 || flow === 3 || flow === 9) return 'import';
  return flow === 2 || flow === 4 || flow === 10 ? 'export' : null;
}

/** Whether the register is a counter, or an amount of a span of time; null where the code does not say. */
export function registerKindOf({ medium, quantity, kind }: Obis): ChannelHead['kind'] | null {
  if (medium === electricity) {
    if (kind === 8) return 'cumulative';
    // 4 to 7 are averages and maxima, which no counter shows.
    return (kind >= 4 && kind <= 7) || kind === 9 || kind === 29 ? 'interval' : null;
  }
  if (medium !== gas) return null;
  if (quantity <= 16) return 'cumulative';
  return quantity === energyOfGas || quantity === profileOfGas ? 'interval' : null;
}

/** The unit that a code implies where the file writes none; null where it implies none. */
export function impliedUnitOf({ medium, quantity, kind }: Obis): string | null {
  if (medium === gas) {
    if (quantity <= 16) return 'm3';
    if (quantity === energyOfGas || (quantity === profileOfGas && kind === 33)) return 'kWh';
    return quantity === profileOfGas && (kind === 21 || kind === 22 || kind === 23) ? 'm3' : null;
  }
  if (medium !== electricity) return null;
  const flow = phaseless(quantity);
  const power = flow <= 2 || flow === 15 || flow === 16 ? 'W' : flow <= 8 ? 'VAr' : flow <= 10 ? 'VA' : null;
  if (power === null) return null;
  if (kind === 8 || kind === 9 || kind === 29) return `k${power}h`;
  return kind >= 4 && kind <= 7 ? `k${power}` : null;
}
