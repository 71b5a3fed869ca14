import { epochMs, type Instant, type Span } from '../../../domain/calendar/period.js';
import { Decimal, plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/*
 * The problem: the highest half-hour of a thousand shops in a month, or what their half-hours come to at a price each, from a million and
 * a half readings.
 *
 *   peak    readings are added into slots of the length, all registers of a load together; the highest slot whose beginning lies in the
 *           hours asked for is kept, the earlier of two alike
 *   series  every reading is multiplied by the price of its time, and the products are added
 *
 * Method: one statement for all loads, on exact numerics. A load whose readings fill its time and fit the slots or the prices is answered
 * here; all others are left to the domain, which says why.
 */

/** A register for as long as one device and one hand were there. */
export interface LoadPart {
  readonly register: InstalledRegister;
  readonly multiplier: Decimal;
  readonly span: Span;
}

/** Registers that are one load: what they counted at the same time is added. */
export interface Load {
  readonly parts: readonly LoadPart[];
  /** Where the slots begin: the first moment of the month, at the site. */
  readonly origin: Instant;
}

/** Loads of which every reading is known and fits, by their place in the list. */
export type Fitting<Answer> = ReadonlyMap<number, Answer>;

export interface PeakRow {
  readonly energy: Decimal;
  /** Null where the hours asked for are none of these. */
  readonly at: Instant | null;
}

const asked = `asked AS (SELECT * FROM unnest($2::int[], $3::int[], $4::numeric[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
       AS a (load, no, factor, first, last, origin))`;
const ofRegister = `r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no AND r.at >= a.first AND r.at < a.last`;

const columns = (loads: readonly Load[]): unknown[] => {
  const rows = loads.flatMap(({ parts, origin }, load) => parts.map((part) => ({ load, origin, ...part })));
  return [
    rows.map(({ load }) => load),
    rows.map(({ register }) => register.no),
    rows.map(({ multiplier }) => plain(multiplier)),
    rows.map(({ span }) => span.from),
    rows.map(({ span }) => span.to),
    rows.map(({ origin }) => origin),
  ];
};

/** Milliseconds that the readings of a load must fill. */
const lengthOf = ({ parts }: Load): number =>
  parts.reduce((ms, { span }) => ms + epochMs(span.to) - epochMs(span.from), 0);

/** Instants at which hours begin and end, in turn. */
const edgesOf = (hours: readonly Span[] | null): Instant[] | null =>
  hours === null ? null : hours.flatMap(({ from, to }) => [from, to]);

/** The highest slots of loads. @param hours in order of time, disjoint; null for all */
export async function peaksInSql(
  tx: Tx,
  communityId: string,
  loads: readonly Load[],
  minutes: number,
  hours: readonly Span[] | null,
): Promise<Fitting<PeakRow>> {
  const rows = await tx.query<{ load: number; energy: string | null; at: Instant | null; ms: string; fits: boolean }>(
    `WITH ${asked},
     slot AS (
       SELECT a.load, date_bin($8::interval, r.at, a.origin) AS at, sum(r.value::numeric * a.factor) AS energy,
              sum(extract(epoch FROM r.until - r.at) * 1000) AS ms,
              bool_and(r.until <= date_bin($8::interval, r.at, a.origin) + $8::interval) AS fits
       FROM asked a JOIN reading r ON ${ofRegister}
       GROUP BY a.load, 2),
     highest AS (
       SELECT DISTINCT ON (load) load, energy, at FROM slot
       WHERE $9::timestamptz[] IS NULL OR width_bucket(at, $9::timestamptz[]) % 2 = 1
       ORDER BY load, energy DESC, at)
     SELECT w.load, h.energy::text AS energy, h.at, w.ms, w.fits
     FROM (SELECT load, sum(ms)::bigint::text AS ms, bool_and(fits) AS fits FROM slot GROUP BY load) AS w
     LEFT JOIN highest h ON h.load = w.load`,
    [communityId, ...columns(loads), `${minutes} minutes`, edgesOf(hours)],
  );
  const fitting = rows.filter(({ load, ms, fits }) => fits && isFilled(loads[load], ms));
  return new Map(fitting.map(({ load, energy, at }) => [load, { energy: exact(energy ?? '0'), at }]));
}

/** A sum of products may have more digits than an input. */
const exact = (text: string): Decimal => new Decimal(text);

const isFilled = (load: Load | undefined, ms: string): boolean =>
  load !== undefined && BigInt(ms) === BigInt(lengthOf(load));

export interface SeriesRow {
  readonly quantity: Decimal;
  readonly amount: Decimal;
  readonly intervals: number;
}

/** A price for a stretch of time. */
export interface Priced extends Span {
  readonly price: Decimal;
}

/** What the readings of loads come to, each at the price of its time. @param points in order of time, without gap or overlap */
export async function pricedInSql(
  tx: Tx,
  communityId: string,
  loads: readonly Load[],
  points: readonly Priced[],
): Promise<Fitting<SeriesRow>> {
  const rows = await tx.query<{
    load: number;
    quantity: string;
    amount: string | null;
    count: number;
    ms: string;
    fits: boolean;
  }>(
    `WITH ${asked}
     SELECT load, sum(quantity)::text AS quantity, sum(quantity * ($10::numeric[])[point])::text AS amount, count(*)::int AS count,
            sum(ms)::bigint::text AS ms, bool_and(point > 0 AND until <= ($9::timestamptz[])[point]) AS fits
     FROM (
       SELECT a.load, r.value::numeric * a.factor AS quantity, r.until, width_bucket(r.at, $8::timestamptz[]) AS point,
              extract(epoch FROM r.until - r.at) * 1000 AS ms
       FROM asked a JOIN reading r ON ${ofRegister}) AS found
     GROUP BY load`,
    [
      communityId,
      ...columns(loads),
      points.map(({ from }) => from),
      points.map(({ to }) => to),
      points.map(({ price }) => plain(price)),
    ],
  );
  const fitting = rows.filter(({ load, ms, fits }) => fits && isFilled(loads[load], ms));
  return new Map(
    fitting.map(({ load, quantity, amount, count }) => [
      load,
      { quantity: exact(quantity), amount: exact(amount ?? '0'), intervals: count },
    ]),
  );
}
