import { Injectable } from '@nestjs/common';
import { type AccrualBasis, basisByDays, basisByUse, type Mark } from '../../../domain/apportionment/accrual-basis.js';
import { type BandWindow, bandWindows } from '../../../domain/calendar/bands.js';
import { addDays, type CivilDate, epochMs, monthsOf, type Period, type Span } from '../../../domain/calendar/period.js';
import { spanOf, startOfDay } from '../../../domain/calendar/zone.js';
import { isEstimate } from '../../../domain/metering/figures.js';
import { Decimal, sum, zero } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { ConsumptionService, type Use } from '../../metering/consume/consumption.service.js';
import { countedOnce, MeteringService } from '../../metering/meters/metering.service.js';
import { TariffsService } from '../../tariffs/tariffs.service.js';
import type { RunSite } from '../run/inputs.js';

/*
 * What the source meters of a site had counted of a bill by the beginning of each of its days, in one question for all of them.
 *
 * Intervals know every day. A display knows the days on which it was read: those are asked for at the firsts of months and at the edges
 * of the run, where displays are read. Between two of them the bill goes by days (accrual-basis.ts).
 */

export interface CountedOf {
  readonly utility: string;
  /** Of the bill. */
  readonly days: Period;
  readonly calendar: string | null;
  readonly band: string | null;
  /** Days at which the marks are wanted, where not every day has one. */
  readonly asked: readonly CivilDate[];
}

const byDay = 'day';
const until = 'until';

@Injectable()
export class CountedBySource {
  constructor(
    private readonly metering: MeteringService,
    private readonly consumption: ConsumptionService,
    private readonly tariffs: TariffsService,
  ) {}

  /** The basis of what goes by a band, or by everything, that the source counted; by days and estimated where it cannot tell. */
  async over(tx: Tx, communityId: string, site: RunSite, of: CountedOf): Promise<AccrualBasis> {
    const span = spanOf(of.days, site.zone);
    const installed = await this.metering.registersOf(tx, communityId, site.id, span);
    const once = countedOnce(installed);
    const sources = installed.filter(
      (one) =>
        once.has(one.id) && one.meterRole === 'source' && one.direction === 'import' && one.utility === of.utility,
    );
    if (new Set(sources.map(({ unit }) => unit)).size !== 1) return basisByDays(of.days, true);
    const windows = await this.windows(tx, communityId, site, of);
    const bands = new Map([
      [byDay, cutBy(daily(of.days), site, windows)],
      [until, cutBy(upTo(of), site, windows)],
    ]);
    const { uses } = await this.consumption.of(tx, communityId, sources, {
      ...{ span, zone: site.zone, bands, pieces: null },
    });
    if (!covers(uses, span)) return basisByDays(of.days, true);
    const isEstimated = uses.some(({ calendar, quality }) => calendar === null && isEstimate(quality));
    const marks = dailyMarks(of.days, uses) ?? knownMarks(of, uses);
    return basisByUse(of.days, marks, isEstimated);
  }

  /** The hours of the band in the days of the bill; all of them where there is none. */
  private async windows(
    tx: Tx,
    communityId: string,
    { zone }: RunSite,
    { days, calendar, band }: CountedOf,
  ): Promise<readonly Span[]> {
    const span = spanOf(days, zone);
    if (calendar === null) return [span];
    const known = (await this.tariffs.calendars(tx, communityId)).get(calendar);
    return known === undefined ? [] : bandWindows(known, span, zone).filter((window) => window.band === band);
  }
}

const daily = ({ from, to }: Period): Period[] => {
  const days: Period[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) days.push({ from: day, to: addDays(day, 1) });
  return days;
};

const upTo = ({ days, asked }: CountedOf): Period[] =>
  [...new Set([...monthsOf(days).map(({ to }) => to), ...asked, days.to])]
    .filter((day) => day > days.from && day <= days.to)
    .map((to) => ({ from: days.from, to }));

/** Stretches named by the day on which they end, each cut to some windows. */
function cutBy(stretches: readonly Period[], { zone }: RunSite, windows: readonly Span[]): BandWindow[] {
  return stretches.flatMap(({ from, to }) => {
    const [begin, end] = [startOfDay(from, zone), startOfDay(to, zone)];
    return windows.flatMap((window): BandWindow[] => {
      const first = epochMs(window.from) > epochMs(begin) ? window.from : begin;
      const last = epochMs(window.to) < epochMs(end) ? window.to : end;
      return epochMs(first) < epochMs(last) ? [{ band: to, from: first, to: last }] : [];
    });
  });
}

/** True where at every moment of the bill a source meter was in. */
function covers(uses: readonly Use[], { from, to }: Span): boolean {
  let reached = epochMs(from);
  const cuts = uses.filter(({ calendar }) => calendar === null);
  for (const cut of cuts.toSorted((a, b) => epochMs(a.from) - epochMs(b.from))) {
    if (epochMs(cut.from) > reached) return false;
    reached = Math.max(reached, epochMs(cut.to));
  }
  return reached >= epochMs(to);
}

/** What was counted in the stretch that ends on a day; null where it is not known, nothing where the band has no hour in it. */
function countedIn(uses: readonly Use[], calendar: string, day: CivilDate): Decimal | null {
  const found = uses.filter((use) => use.calendar === calendar && use.band === day).map(({ quantity }) => quantity);
  const known = found.filter((quantity) => quantity !== null);
  return known.length < found.length ? null : sum(known);
}

function dailyMarks(days: Period, uses: readonly Use[]): Mark[] | null {
  const marks: Mark[] = [];
  let counted: Decimal = zero;
  for (const { to } of daily(days)) {
    const quantity = countedIn(uses, byDay, to);
    if (quantity === null) return null;
    counted = counted.plus(quantity);
    marks.push({ day: to, counted });
  }
  return marks;
}

/** A display may know the whole up to some days and not to others; one that ran backwards tells nothing. */
function knownMarks(of: CountedOf, uses: readonly Use[]): Mark[] {
  const marks = upTo(of)
    .flatMap(({ to }) => {
      const counted = countedIn(uses, until, to);
      return counted === null ? [] : [{ day: to, counted }];
    })
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const isBackwards = marks.some(({ counted }, index) => counted.lessThan(marks[index - 1]?.counted ?? zero));
  return isBackwards ? [] : marks;
}
