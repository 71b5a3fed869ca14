import { type Days, overlap, type Period, within } from '../calendar/period.js';
import { assert, DomainError, type Issue, type Subject } from '../errors.js';
import { type Decimal, plain, sum } from '../quantity/decimal.js';
import { checkLimits, type Limits } from './limits.js';

/*
 * A key says by what a cost is shared. Keys are data with a history: who adopted which one, when, by what decision.
 *
 *   metered         by what each space used in a band (or in all); what the sub-meters do not explain goes by the residual policy
 *   peak            by the load in the interval in which the site, or each space by itself, drew most
 *   area            floor area × weight × days: let spaces only, because the common parts are what such keys share out
 *   equal           one share for each let space and day; the days of an empty space count, and fall on the vacant beneficiary,
 *                   so that nobody pays more because a neighbour left
 *   occupied-days   one share for each day on which a space is occupied; empty spaces do not count
 *   occupied-hours  the time in which each had a space, to the minute, bookings of an afternoon included
 *   headcount       people × days
 *   members         one share for each member and day, however many spaces the member has
 *   bookings        booked time of one thing or space, by minutes or by the price that was agreed
 *   fixed           exact parts by contract, which must add up to exactly 1 or exactly 100 before the key may be saved
 *   limited         any of these with a most or a least for each member (limits.ts)
 *   composite       parts of the cost, each by a key of its own: 70 % metered, 30 % by area
 */

export interface AreaKey {
  readonly kind: 'area';
}
export interface EqualKey {
  readonly kind: 'equal';
}

/** Whom a fixed part belongs to. A space's part follows whoever has the space; a member's part is the member's all through. */
export type Holder =
  | { readonly kind: 'member'; readonly memberId: string }
  | { readonly kind: 'space'; readonly spaceId: string }
  | { readonly kind: 'common' }
  | { readonly kind: 'held' };

export interface FixedKey {
  readonly kind: 'fixed';
  readonly parts: readonly { readonly holder: Holder; readonly part: Decimal }[];
}

/** Who was there, and for how long; only occupied time counts. */
export interface PresenceKey {
  readonly kind: 'occupied-days' | 'occupied-hours' | 'headcount' | 'members';
}

/** Booked time of one resource. */
export interface BookingsKey {
  readonly kind: 'bookings';
  readonly resourceId: string;
  readonly by: 'minutes' | 'price';
}

/** A key that needs no meter: what a residual may be shared by. */
export type PoolKey = AreaKey | EqualKey | FixedKey | PresenceKey | BookingsKey;

/** Where the part goes that the sub-meters do not explain. */
export type ResidualPolicy =
  | { readonly policy: 'to-common'; readonly key: PoolKey }
  | { readonly policy: 'pro-rata' }
  | { readonly policy: 'by-area' }
  | { readonly policy: 'landlord-bears' };

export interface MeteredKey {
  readonly kind: 'metered';
  /** A band's name, or null for all bands together. */
  readonly band: string | null;
  /** True: without what deduction meters counted (deducted.ts). */
  readonly deducted?: boolean;
  readonly residual: ResidualPolicy;
}

/** The load in one interval: the site's highest, or each space's own. */
export interface PeakKey {
  readonly kind: 'peak';
  readonly of: 'site' | 'own';
}

/** A key that shares by one thing. */
export type SimpleKey = MeteredKey | PeakKey | PoolKey;

/** A key with a most or a least for each member. What a metered key leaves to its residual is not limited. */
export interface LimitedKey {
  readonly kind: 'limited';
  readonly key: SimpleKey;
  readonly limits: Limits;
}

/** A key made of keys: each shares its part of the cost. */
export interface CompositeKey {
  readonly kind: 'composite';
  readonly parts: readonly { readonly part: Decimal; readonly key: Key }[];
}

export type Key = SimpleKey | LimitedKey | CompositeKey;

/** A key for as long as it holds, and the decision behind it. */
export interface KeyVersion extends Days {
  readonly key: Key;
  readonly adoptedBy: string;
  readonly adoptedOn: string;
  readonly decision: string;
}

/** A version and the part of a period in which it is in force. */
export interface KeyPiece<Version extends Days = KeyVersion> {
  readonly period: Period;
  readonly version: Version;
}

const holderId = (holder: Holder): string => {
  if (holder.kind === 'member') return `member:${holder.memberId}`;
  return holder.kind === 'space' ? `space:${holder.spaceId}` : holder.kind;
};

/** The keys that a key is made of; itself where it is made of one. */
export function simpleKeysOf(key: Key): SimpleKey[] {
  if (key.kind === 'composite') return key.parts.flatMap((part) => simpleKeysOf(part.key));
  return [key.kind === 'limited' ? key.key : key];
}

/**
 * The key that shares a part of a cost.
 *
 * @param path numbers of the parts, the outermost first; empty where the key has none
 * @example 70 of 100 metered, 30 by area, path [2] → by area
 */
export function simpleKeyAt(key: Key, path: readonly number[]): SimpleKey {
  if (key.kind !== 'composite') return key.kind === 'limited' ? key.key : key;
  const [no = 0, ...inner] = path;
  const part = key.parts[no - 1];
  assert(part !== undefined, `A key of ${key.parts.length} parts has no part ${no}.`);
  return simpleKeyAt(part.key, inner);
}

/** How deep keys may be made of keys: more than a person can follow is refused. */
const deepest = 3;

/**
 * Checks a key before it is saved.
 *
 * @throws DomainError `key-incomplete` where parts add up to neither exactly 1 nor exactly 100, where a composite key has a part
 *   of nothing, or is nested deeper than three levels; `negative-weight`, `duplicate-share`, and those of `checkLimits`
 * @example 33.3 + 33.3 + 33.3 → key-incomplete: the parts add up to 99.9
 */
export function checkKey(key: Key): void {
  checkAt(key, 1);
}

function checkAt(key: Key, depth: number): void {
  switch (key.kind) {
    case 'metered':
      if (key.residual.policy === 'to-common') checkAt(key.residual.key, depth);
      return;
    case 'fixed':
      checkFixed(key);
      return;
    case 'limited':
      checkLimits(key.limits);
      checkAt(key.key, depth);
      return;
    case 'composite':
      checkComposite(key, depth);
      return;
    default:
      return;
  }
}

function checkComposite(key: CompositeKey, depth: number): void {
  if (depth > deepest) {
    throw new DomainError('key-incomplete', `A key is made of keys ${deepest} levels deep at most.`, { deepest });
  }
  key.parts.forEach(({ part, key: of }, index) => {
    if (part.lessThanOrEqualTo(0)) {
      throw new DomainError('key-incomplete', `Part ${index + 1} of the key is ${plain(part)}; leave it out.`);
    }
    checkAt(of, depth + 1);
  });
  refuseIncomplete(key.parts);
}

function checkFixed(key: FixedKey): void {
  const seen = new Set<string>();
  for (const { holder, part } of key.parts) {
    const id = holderId(holder);
    if (seen.has(id)) throw new DomainError('duplicate-share', `The key names ${id} twice; give it one part.`, { id });
    seen.add(id);
    if (part.isNegative() && !part.isZero()) {
      throw new DomainError('negative-weight', `The part of ${id} is ${plain(part)}; parts are zero or more.`, { id });
    }
  }
  refuseIncomplete(key.parts);
}

function refuseIncomplete(parts: readonly { readonly part: Decimal }[]): void {
  const whole = sum(parts.map(({ part }) => part));
  if (!whole.equals(1) && !whole.equals(100)) {
    throw new DomainError(
      'key-incomplete',
      `The parts of the key add up to ${plain(whole)}; they must make exactly 1 or exactly 100.`,
      { sum: plain(whole) },
    );
  }
}

const byStart = (a: Days, b: Days): number => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0);

/**
 * Checks the versions of a key before they are saved: each is complete, and together they tile the time from the first.
 *
 * @throws DomainError `overlapping-version`, `key-incomplete` (days between two versions without any), and those of `checkKey`
 */
export function checkVersions(versions: readonly KeyVersion[]): void {
  for (const { key } of versions) checkKey(key);
  const ordered = versions.toSorted(byStart);
  ordered.slice(1).forEach((next, index) => {
    const before = ordered[index];
    if (before === undefined) return;
    if (overlap(before, next) !== null) {
      throw new DomainError(
        'overlapping-version',
        `The version from ${before.from} still holds on ${next.from}, when the next begins; end it there first.`,
        { from: next.from },
      );
    }
    if (before.to !== null && before.to < next.from) {
      throw new DomainError(
        'key-incomplete',
        `No version holds from ${before.to} to ${next.from}; let one of the two reach to the other.`,
        { from: before.to, to: next.from },
      );
    }
  });
}

/**
 * The versions in force in a period, each with its part of it.
 *
 * @param subject what the key is called, for the findings
 * @returns pieces in order of time, and an Issue `key-gap` for every run of days without a version
 * @law pieces and gaps tile the period exactly
 */
export function keyInForce<Version extends Days = KeyVersion>(
  versions: readonly Version[],
  period: Period,
  subject: Subject,
): { readonly pieces: readonly KeyPiece<Version>[]; readonly issues: readonly Issue[] } {
  const pieces: KeyPiece<Version>[] = [];
  const issues: Issue[] = [];
  let from = period.from;
  const gapUntil = (to: string): void => {
    if (from < to) issues.push(keyGap({ from, to }, subject));
  };
  for (const version of versions.toSorted(byStart)) {
    const days = within(period, version);
    if (days === null) continue;
    gapUntil(days.from);
    pieces.push({ period: days, version });
    from = days.to;
  }
  gapUntil(period.to);
  return { pieces, issues };
}

const keyGap = ({ from, to }: Period, subject: Subject): Issue => ({
  code: 'key-gap',
  severity: 'blocking',
  subject,
  from,
  to,
  detail: `The key "${subject.label}" has no version from ${from} to ${to}.`,
  remedy: `Add a version of "${subject.label}" that holds on these days, with the decision behind it.`,
});
