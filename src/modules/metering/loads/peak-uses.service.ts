import { Injectable } from '@nestjs/common';
import { epochMs, fromEpochMs, type Span } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { Decimal } from '../../../domain/quantity/decimal.js';
import { highestSlot } from '../../../domain/rating/measure-peaks.js';
import { type Interval, priceSeries } from '../../../domain/rating/rate-series.js';
import type { SeriesComponent } from '../../../domain/tariff/component.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { readingsAround, readingsFrom } from '../consume/consume-in-domain.js';
import { type Fitting, type Load, type PeakRow, peaksInSql, pricedInSql, type SeriesRow } from './peak-uses.js';

export type { Load, LoadPart, PeakRow, SeriesRow } from './peak-uses.js';

/** Known of a load, or why it is not. */
export type Known<Answer> = { readonly answer: Answer } | { readonly why: string };

const all = 'all';

/** Peaks of loads, and what they come to at a price for each half-hour. */
@Injectable()
export class PeakUsesService {
  /**
   * The highest mean of each load.
   *
   * @param hours in which a slot must begin; null for all
   * @returns one answer for each load, in their order; its instant is null where the hours are none of the load's
   * @law what the database says and what the domain says are the same
   */
  async peaks(
    tx: Tx,
    communityId: string,
    loads: readonly Load[],
    minutes: number,
    hours: readonly Span[] | null,
  ): Promise<Known<PeakRow>[]> {
    const windows = hours?.map((span) => ({ ...span, band: all })) ?? [];
    return this.answer(
      tx,
      communityId,
      loads,
      (fit) => peaksInSql(tx, communityId, fit, minutes, hours),
      (intervals, { origin }) => {
        const found = highestSlot(intervals, { minutes, bands: hours && [all], unit: 'kWh' }, windows, epochMs(origin));
        return found ?? { energy: new Decimal(0), at: null };
      },
    );
  }

  /** What each load comes to at the prices of a series. @returns one answer for each load, in their order */
  async priced(
    tx: Tx,
    communityId: string,
    loads: readonly Load[],
    component: SeriesComponent,
  ): Promise<Known<SeriesRow>[]> {
    return this.answer(
      tx,
      communityId,
      loads,
      (fit) => pricedInSql(tx, communityId, fit, component.points),
      (intervals) => {
        const subject = { kind: 'tariff', id: component.series, label: component.name } as const;
        const { use, issues } = priceSeries(component, intervals, subject);
        const [first] = issues;
        if (first) throw new DomainError('tariff-gap', first.detail);
        return use;
      },
    );
  }

  /** Asks the database first, and the domain for what is not regular there. */
  private async answer<Answer>(
    tx: Tx,
    communityId: string,
    loads: readonly Load[],
    inSql: (loads: readonly Load[]) => Promise<Fitting<Answer>>,
    inDomain: (intervals: readonly Interval[], load: Load) => Answer,
  ): Promise<Known<Answer>[]> {
    if (loads.length === 0) return [];
    const corrected = await correctedIn(tx, communityId, loads);
    const fit = loads.map((load) =>
      load.parts.some(({ register }) => corrected.has(register.no)) ? { ...load, parts: [] } : load,
    );
    const found = await inSql(fit);
    const answers: Known<Answer>[] = [];
    for (const [index, load] of loads.entries()) {
      const answer = found.get(index);
      answers.push(answer === undefined ? await explained(tx, communityId, load, inDomain) : { answer });
    }
    return answers;
  }
}

async function correctedIn(tx: Tx, communityId: string, loads: readonly Load[]): Promise<ReadonlySet<number>> {
  const parts = loads.flatMap((load) => load.parts);
  const rows = await tx.query<{ no: number }>(
    `SELECT DISTINCT c.register_no AS no
     FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) AS a (no, first, last)
     JOIN reading_correction c ON c.community_id = $1 AND c.register_no = a.no AND c.at >= a.first AND c.at < a.last`,
    [
      communityId,
      parts.map(({ register }) => register.no),
      parts.map(({ span }) => span.from),
      parts.map(({ span }) => span.to),
    ],
  );
  return new Set(rows.map(({ no }) => no));
}

/** The readings of a load, with corrections and estimates, as the domain looks at them. */
async function explained<Answer>(
  tx: Tx,
  communityId: string,
  load: Load,
  inDomain: (intervals: readonly Interval[], load: Load) => Answer,
): Promise<Known<Answer>> {
  const intervals: Interval[] = [];
  for (const { register, multiplier, span } of load.parts) {
    const name = `${register.meter} ${register.code}`;
    if (register.kind !== 'interval') return { why: `${name} sends what it shows, and not what was used when` };
    const rows = (await readingsAround(tx, communityId, [register], span)).get(register.no) ?? [];
    const own = readingsFrom(register, rows)
      .flatMap((reading) => ('from' in reading ? [reading] : []))
      .filter(({ from }) => epochMs(from) >= epochMs(span.from) && epochMs(from) < epochMs(span.to))
      .toSorted((a, b) => epochMs(a.from) - epochMs(b.from));
    let reached = epochMs(span.from);
    for (const { from, to, quantity } of own) {
      if (epochMs(from) !== reached) break;
      intervals.push({ from, to, quantity: quantity.times(multiplier) });
      reached = epochMs(to);
    }
    if (reached !== epochMs(span.to))
      return { why: `${name} has not one reading for each time from ${fromEpochMs(reached)}` };
  }
  try {
    return { answer: inDomain(intervals, load) };
  } catch (error) {
    if (error instanceof DomainError) return { why: error.message };
    throw error;
  }
}
