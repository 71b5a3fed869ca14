import fc from 'fast-check';
import type { Key, MeteredKey } from '../../src/domain/apportionment/key.js';
import { occupancyPieces, type Occupancy, type Space } from '../../src/domain/apportionment/pieces.js';
import type { Basis } from '../../src/domain/apportionment/share-out.js';
import { addDays } from '../../src/domain/calendar/period.js';
import { decimal } from '../../src/domain/quantity/decimal.js';

/*
 * Random communities. Everything is drawn in whole numbers, of which the oracle reckons with `bigint` alone and the domain with decimals:
 * they share no arithmetic.
 */

export interface DrawnSpace {
  readonly id: string;
  readonly kind: 'let' | 'common';
  /** Hundredths of a square metre. */
  readonly area: number;
  /** Tenths. */
  readonly weight: number;
  /** Who has it on each day of the period, one letter a day; null while it is empty. */
  readonly hands: readonly (string | null)[];
}

/** A key as drawn; a composite of two says the parts of the first, of 100. */
export type DrawnKey =
  | { readonly kind: 'area' | 'equal' | 'occupied-days' }
  | { readonly kind: 'metered'; readonly policy: 'by-area' | 'pro-rata' | 'landlord-bears' | 'to-common' }
  | { readonly kind: 'composite'; readonly first: DrawnKey; readonly second: DrawnKey; readonly part: number };

export interface Drawn {
  readonly from: string;
  readonly days: number;
  readonly spaces: readonly DrawnSpace[];
  /** Watt-hours by space and hand. */
  readonly uses: readonly { readonly space: string; readonly hand: string | null; readonly wh: number }[];
  /** Watt-hours that the source counted and no sub-meter did. */
  readonly lost: number;
  /** Pence. */
  readonly amount: number;
  readonly key: DrawnKey;
}

const run = fc.record({ days: fc.integer({ min: 1, max: 20 }), hand: fc.constantFrom('a', 'b', 'c', 'd', null) });

const simple: fc.Arbitrary<DrawnKey> = fc.oneof(
  fc.record({ kind: fc.constantFrom('area' as const, 'equal' as const, 'occupied-days' as const) }),
  fc.record({
    kind: fc.constant('metered' as const),
    policy: fc.constantFrom('by-area' as const, 'pro-rata' as const, 'landlord-bears' as const, 'to-common' as const),
  }),
);
const key: fc.Arbitrary<DrawnKey> = fc.oneof(
  { weight: 3, arbitrary: simple },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('composite' as const),
      first: simple,
      second: simple,
      part: fc.integer({ min: 1, max: 99 }),
    }),
  },
);

/** Communities of one to eight spaces over one to forty days. */
export const communities: fc.Arbitrary<Drawn> = fc
  .record({
    start: fc.integer({ min: 0, max: 3_000 }),
    days: fc.integer({ min: 1, max: 40 }),
    spaces: fc.array(
      fc.record({
        kind: fc.constantFrom('let' as const, 'let' as const, 'let' as const, 'common' as const),
        area: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50_000 })),
        weight: fc.integer({ min: 0, max: 30 }),
        runs: fc.array(run, { minLength: 1, maxLength: 5 }),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    wh: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000_000 })), { minLength: 48, maxLength: 48 }),
    lost: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500_000 })),
    amount: fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -99_999_999, max: 99_999_999 })),
    key,
  })
  .map(({ start, days, spaces, wh, lost, amount, key: drawn }) => {
    const made = spaces.map(({ kind, area, weight, runs }, i): DrawnSpace => {
      const inTurn = runs.flatMap(({ days: length, hand }) => Array.from({ length }, () => hand));
      const hands = Array.from({ length: days }, (_, day) => (kind === 'let' ? (inTurn[day] ?? null) : null));
      return { id: `s${i}`, kind, area, weight, hands };
    });
    const uses = made.flatMap(({ id, hands }) => [...new Set(hands)].map((hand) => ({ space: id, hand })));
    return {
      from: addDays('2019-12-30', start),
      days,
      spaces: made,
      uses: uses.map((use, i) => ({ ...use, wh: wh[i % wh.length] ?? 0 })),
      lost,
      amount,
      key: drawn,
    };
  });

/** The watt-hours that the supplier's meter counted. */
export const suppliedWh = ({ uses, lost }: Drawn): number => uses.reduce((all, { wh }) => all + wh, lost);

/** A drawn number of steps as a decimal: digits and a point, never through a float. */
export const scaled = (steps: number, digits: number) => {
  const text = String(Math.abs(steps)).padStart(digits + 1, '0');
  return decimal(`${steps < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`);
};

/** The community as the domain takes it. */
export function basisOf(drawn: Drawn): Basis {
  const period = { from: drawn.from, to: addDays(drawn.from, drawn.days) };
  const spaces = drawn.spaces.map(({ id, kind, area, weight }): Space => ({
    id,
    label: id,
    area: scaled(area, 2),
    weight: scaled(weight, 1),
    vacantPayerMemberId: null,
    kind,
  }));
  const occupancies = drawn.spaces.flatMap(({ id, hands }) =>
    hands.flatMap((memberId, day): Occupancy[] => {
      if (memberId === null || hands[day - 1] === memberId) return [];
      const end = hands.findIndex((hand, later) => later > day && hand !== memberId);
      return [
        { spaceId: id, memberId, from: addDays(drawn.from, day), to: addDays(drawn.from, end < 0 ? drawn.days : end) },
      ];
    }),
  );
  const unit = 'kWh';
  return {
    period,
    pieces: occupancyPieces(spaces, occupancies, period),
    uses: drawn.uses.map(({ space, hand, wh }) => ({
      spaceId: space,
      memberId: hand,
      band: 'all',
      quantity: scaled(wh, 3),
      unit,
    })),
    sources: [{ band: 'all', quantity: scaled(suppliedWh(drawn), 3), unit }],
    thresholds: { notable: decimal('100'), high: decimal('100') },
  };
}

/** The key as the domain takes it. */
export function keyOf(drawn: DrawnKey): Key {
  if (drawn.kind === 'composite') {
    return {
      kind: 'composite',
      parts: [
        { part: decimal(String(drawn.part)), key: keyOf(drawn.first) },
        { part: decimal(String(100 - drawn.part)), key: keyOf(drawn.second) },
      ],
    };
  }
  if (drawn.kind !== 'metered') return drawn;
  const residual: MeteredKey['residual'] =
    drawn.policy === 'to-common' ? { policy: drawn.policy, key: { kind: 'equal' } } : { policy: drawn.policy };
  return { kind: 'metered', band: null, residual };
}
