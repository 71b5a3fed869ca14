import { createHash } from 'node:crypto';
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { assert, DomainError } from '../errors.js';
import { counted, fromHex, joined, toHex, utf8 } from './bytes.js';
import type { Hash } from './merkle.js';

/**
 * All shares add up to the bill, and nobody sees a share but its own.
 *
 * Example: shares of 3, 4 and 5 coins of a bill of 12. Each is put into a sealed envelope C = share·G + blinding·H, where G and H
 * are points of a group in which nobody knows how one is made of the other. Envelopes can be added without opening them:
 * C₁ + C₂ + C₃ = 12·G + R·H, where R is the sum of the blindings. The list of envelopes, the 12 and R are given to everybody.
 * Anybody adds the envelopes and compares; a member opens its own with the share that is printed on its statement, and finds it
 * at the one place that bears its label. If every member does so, the shares are the bill, to the coin.
 *
 * Method: Pedersen commitments over ristretto255 (RFC 9496) in a flat list. A tree of sums would give away the neighbour's bill.
 * What the community bears itself (common parts, empty stalls, held amounts) is opened to all, so that nothing hides there.
 * Labels are hashes of the run, the unit and a secret of its holder: equal shares cannot be given one envelope, and a list of one
 * run says nothing in another. Credits stand in a list of their own, because an envelope with less than nothing would let the
 * others hold more than the bill.
 *
 * What it does not prove: that shares nobody opened are not below nothing (the auditor, who holds all openings, sees that);
 * that the bill is the supplier's (its hash and the auditor's signature say so); anything about two members to each other (their
 * shares follow from the total); and of three, two together know the third.
 */
export interface SumContext {
  /** Of the record of the community: `hall.example/log`. */
  readonly origin: string;
  readonly runId: string;
  /** `GBP`, or `kWh`. */
  readonly unit: string;
  /** Digits behind the point that the whole numbers stand for: 2 for pence. */
  readonly exponent: number;
  readonly list: 'charges' | 'credits';
}

/** A share with what opens its envelope. */
export interface Opening {
  /** Number of the stall, or of the house: `common`. */
  readonly unitId: string;
  /** In the smallest coin or the energy grid: a whole number, not negative. */
  readonly amount: bigint;
  /** A number below the order of the group, not 0, fresh for each run and each time a run is computed; 32 bytes in hex. */
  readonly blinding: string;
  /** 16 bytes in hex that only the holder knows. */
  readonly salt: string;
}

export interface Envelope {
  readonly label: Hash;
  /** A point of the group, 32 bytes in hex. */
  readonly commitment: string;
}

/** What everybody gets. */
export interface SumCommitment {
  readonly context: SumContext;
  readonly total: bigint;
  /** Sum of all blindings, 32 bytes in hex. */
  readonly blinding: string;
  /** By label, so that the order says nothing. */
  readonly envelopes: readonly Envelope[];
  /** Of what the community bears itself. */
  readonly house: readonly Opening[];
}

const { Point } = ristretto255;
type GroupPoint = InstanceType<typeof Point>;
const scalars = Point.Fn;
const fewest = 3;

/** The second base: hashed, so that nobody knows its logarithm. */
const H = ristretto255_hasher.hashToCurve(utf8('commonmeter/sum/v1 second base'), { DST: 'commonmeter-sum-v1' });
const G = Point.BASE;
// Each sum takes hundreds of products with it; the table of its multiples makes them ten times quicker.
H.precompute(8);

/** How many bits an amount may have: sums of any list stay far below the order of the group. */
const amountBits = 64n;

/**
 * Commits to a list of shares.
 *
 * @param shares of members, 3 or more, units unique; with fewer, one member's share would follow from the total
 * @param house shares that the community bears; opened to all
 * @throws DomainError `invalid-input` for fewer than three members, a unit that stands there twice, or a negative share
 * @law checkSum(commitToSum(…)) finds nothing; checkShare finds nothing for each opening
 * @source Pedersen, CRYPTO '91; ADR 0028
 */
export function commitToSum(context: SumContext, shares: readonly Opening[], house: readonly Opening[]): SumCommitment {
  if (shares.length < fewest)
    throw refused(`A commitment hides nothing among ${shares.length}: it takes three members.`);
  const all = [...shares, ...house];
  if (new Set(all.map(({ unitId }) => unitId)).size < all.length) throw refused('A unit stands there twice.');
  if (all.some(({ amount }) => !isAmount(amount)))
    throw refused('A share is below nothing or beyond 64 bits: credits have a list of their own.');
  const blindings = all.map(({ blinding }) => scalarOf(blinding) ?? 0n);
  assert(
    new Set(blindings).size === all.length && !blindings.includes(0n),
    'Blindings are random: none is nothing, and no two are equal.',
  );
  const envelopes = all.map((one) => ({
    label: labelOf(context, all.length, one.unitId, one.salt),
    commitment: seal(one.amount, scalarOf(one.blinding) as bigint).toHex(),
  }));
  return {
    context,
    total: all.reduce((sum, { amount }) => sum + amount, 0n),
    blinding: toHex(scalars.toBytes(blindings.reduce((sum, one) => scalars.add(sum, one), 0n))),
    envelopes: envelopes.sort((a, b) => (a.label < b.label ? -1 : 1)),
    house,
  };
}

/** Why a commitment does not hold. Each has its sentence in the verifier. */
export type SumDefect =
  | 'context-differs'
  | 'too-few-members'
  | 'number-of-units-differs'
  | 'labels-not-distinct'
  | 'not-a-point'
  | 'total-differs'
  | 'house-not-opened'
  | 'share-not-in-list'
  | 'share-differs';

/** What the checker knows from elsewhere: its own papers, the certificate of the run, the notice board. */
export interface Known {
  readonly context: SumContext;
  readonly total: bigint;
  /** Of the public register: members' units and those of the house. */
  readonly units: number;
  /** Units of the house: what stands there must be open to all. */
  readonly house: readonly string[];
}

/**
 * What anybody can check: the envelopes add up to the total, and those of the house are open.
 *
 * @param known not taken from the list that is checked
 * @returns what is wrong; nothing where the list holds
 * @law nothing for every list that `commitToSum` made; something when any part of it, the total or the context is another
 */
export function checkSum(list: SumCommitment, known: Known): SumDefect[] {
  const { envelopes, house, context } = list;
  const points = envelopes.map(({ commitment }) => pointOf(commitment));
  const whole = points.reduce<GroupPoint | null>((sum, point) => sum && point && sum.add(point), Point.ZERO);
  const blinding = scalarOf(list.blinding);
  const says = (defect: SumDefect, isWrong: boolean): SumDefect[] => (isWrong ? [defect] : []);
  return [
    ...says('context-differs', !isSame(context, known.context)),
    ...says('too-few-members', envelopes.length - house.length < fewest),
    ...says('number-of-units-differs', envelopes.length !== known.units),
    ...says(
      'labels-not-distinct',
      envelopes.some(({ label }, i) => label <= (envelopes[i - 1]?.label ?? '')),
    ),
    ...says('not-a-point', whole === null || blinding === null),
    ...says(
      'total-differs',
      list.total !== known.total ||
        !isAmount(known.total) ||
        (whole !== null && blinding !== null && !whole.equals(seal(known.total, blinding))),
    ),
    ...says('house-not-opened', !isOpen(list, known.house)),
  ];
}

/** Exactly the units of the house are open, and their openings are right. */
const isOpen = (list: SumCommitment, units: readonly string[]): boolean =>
  list.house
    .map(({ unitId }) => unitId)
    .sort()
    .join('\n') === [...units].sort().join('\n') &&
  list.house.every((opening) => checkShare(list, opening).length === 0);

/**
 * What a holder can check: its own envelope is in the list, once, and holds its share.
 *
 * @param opening with the amount that is printed on the statement, not one that a screen tells
 */
export function checkShare({ context, envelopes }: SumCommitment, opening: Opening): SumDefect[] {
  const label = labelOf(context, envelopes.length, opening.unitId, opening.salt);
  const [found, ...others] = envelopes.filter((envelope) => envelope.label === label);
  if (found === undefined || others.length > 0) return ['share-not-in-list'];
  const blinding = scalarOf(opening.blinding);
  const point = pointOf(found.commitment);
  const holds =
    isAmount(opening.amount) && blinding !== null && point !== null && point.equals(seal(opening.amount, blinding));
  return holds ? [] : ['share-differs'];
}

/**
 * What the auditor can check, who holds all openings: no envelope holds less than nothing, and each belongs to one unit.
 *
 * @param openings of members; those of the house are in the list
 */
export function auditSum(list: SumCommitment, openings: readonly Opening[]): SumDefect[] {
  const all = [...openings, ...list.house];
  const units = new Set(all.map(({ unitId }) => unitId)).size;
  const found = all.flatMap((opening) => checkShare(list, opening));
  return units === list.envelopes.length && all.length === units ? found : ['number-of-units-differs', ...found];
}

const seal = (amount: bigint, blinding: bigint): GroupPoint => times(G, amount).add(times(H, blinding));

/** The library refuses a factor of nothing, which is an ordinary share here. */
const times = (point: GroupPoint, factor: bigint): GroupPoint => (factor === 0n ? Point.ZERO : point.multiply(factor));

function labelOf(
  { origin, runId, unit, exponent, list }: SumContext,
  units: number,
  unitId: string,
  salt: string,
): Hash {
  const words = ['commonmeter/sum/v1', origin, runId, unit, String(exponent), list, String(units), unitId, salt];
  return createHash('sha256')
    .update(joined(Uint8Array.of(0x20), ...words.map(counted)))
    .digest('hex');
}

const isSame = (a: SumContext, b: SumContext): boolean =>
  a.origin === b.origin && a.runId === b.runId && a.unit === b.unit && a.exponent === b.exponent && a.list === b.list;

const isAmount = (amount: bigint): boolean => amount >= 0n && amount < 1n << amountBits;

/** Only the one proper form of a number below the order is read. */
function scalarOf(hex: string): bigint | null {
  const bytes = fromHex(hex);
  if (bytes?.length !== 32) return null;
  try {
    return scalars.fromBytes(bytes);
  } catch {
    return null;
  }
}

/** Only the one proper form of a point is read (RFC 9496 section 4.3.1), and not the point of nothing. */
function pointOf(hex: string): GroupPoint | null {
  const bytes = fromHex(hex);
  if (bytes?.length !== 32) return null;
  try {
    const point = Point.fromBytes(bytes);
    return point.is0() ? null : point;
  } catch {
    return null;
  }
}

const refused = (why: string) => new DomainError('invalid-input', why, {});
