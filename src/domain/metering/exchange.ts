import { epochMs } from '../calendar/period.js';
import { DomainError } from '../errors.js';
import type { Decimal } from '../quantity/decimal.js';
import { better, type CumulativeReading, type Installation, type Quality, type Register } from './reading.js';

/*
 * The problem: a meter is exchanged on the 14th. The old one showed 5 120 on the 1st and 5 180 when it came out; the new one
 * showed 3 when it went in and 45 at the month's end. The register used 60 + 42 = 102, and 45 − 5 120 is nonsense.
 *
 *   consumption = (final_old − start) × m_old + (end − initial_new) × m_new
 *
 * Method: a register is a chain of devices. Each device's readings, its opening and its closing are laid on a line of their own,
 * a stretch, and no subtraction ever crosses from one line to the next.
 */

/** A known value of one device. */
export interface Knot {
  readonly ms: number;
  readonly value: Decimal;
  readonly quality: Quality;
}

/** Two different values for one device at one instant. */
export interface Conflict {
  readonly ms: number;
  readonly values: readonly [Decimal, Decimal];
}

/** One device's time on a register, with all that is known of its display, in order. */
export interface Stretch {
  readonly installation: Installation;
  readonly from: number;
  /** Exclusive; Infinity while the device is in. */
  readonly to: number;
  readonly knots: readonly Knot[];
  readonly conflicts: readonly Conflict[];
}

/** The installations of a register in time order, with their edges in milliseconds. @throws DomainError `overlapping-installation` */
export function chainOf(
  register: Register,
  installations: readonly Installation[],
): { installation: Installation; from: number; to: number }[] {
  const chain = installations
    .map((installation) => ({
      installation,
      from: epochMs(installation.from),
      to: installation.to === null ? Infinity : epochMs(installation.to),
    }))
    .sort((a, b) => a.from - b.from);
  chain.forEach((link, i) => {
    const next = chain[i + 1];
    if (next && next.from < link.to) {
      throw new DomainError(
        'overlapping-installation',
        `${register.label} has two devices at once from ${next.installation.from}. End the first before the second begins.`,
        { register: register.id, from: next.installation.from },
      );
    }
  });
  return chain;
}

/**
 * Lays the readings of a register on the lines of its devices.
 *
 * A reading belongs to the device that was in at its instant; at the instant of an exchange to the new one. Where no device follows,
 * a reading at the very end is the closing of the one that came out. Readings outside every installation belong to none.
 *
 * @param installations any order; must not overlap
 * @param readings      any order; equal values at one instant count once, with the surer quality
 * @returns one stretch for each installation, in time order
 * @throws DomainError `overlapping-installation`
 * @law independent of the order of installations and readings
 */
export function stretchesOf(
  register: Register,
  installations: readonly Installation[],
  readings: readonly CumulativeReading[],
): Stretch[] {
  const chain = chainOf(register, installations);
  const knots = readings
    .map(({ at, value, quality }): Knot => ({ ms: epochMs(at), value, quality }))
    .sort((a, b) => a.ms - b.ms || a.value.comparedTo(b.value));
  let cursor = 0;
  return chain.map(({ installation, from, to }, i) => {
    while (cursor < knots.length && (knots[cursor]?.ms ?? 0) < from) cursor += 1;
    const own: Knot[] = [];
    if (installation.opening !== null) own.push({ ms: from, value: installation.opening, quality: 'actual' });
    const followed = chain[i + 1]?.from === to;
    for (; cursor < knots.length; cursor += 1) {
      const knot = knots[cursor];
      if (!knot || knot.ms > to || (knot.ms === to && followed)) break;
      own.push(knot);
    }
    if (installation.closing !== null && to !== Infinity)
      own.push({ ms: to, value: installation.closing, quality: 'actual' });
    return { installation, from, to, ...distinct(own) };
  });
}

function distinct(knots: readonly Knot[]): Pick<Stretch, 'knots' | 'conflicts'> {
  const kept: Knot[] = [];
  const conflicts: Conflict[] = [];
  for (const knot of knots) {
    const last = kept.at(-1);
    if (last?.ms !== knot.ms) kept.push(knot);
    else if (last.value.equals(knot.value))
      kept[kept.length - 1] = { ...last, quality: better(last.quality, knot.quality) };
    else conflicts.push({ ms: knot.ms, values: [last.value, knot.value] });
  }
  return { knots: kept, conflicts };
}
