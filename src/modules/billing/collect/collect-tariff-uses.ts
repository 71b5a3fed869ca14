import { Injectable } from '@nestjs/common';
import { type OccupancyPiece, occupancyPieces } from '../../../domain/apportionment/pieces.js';
import { bandWindows } from '../../../domain/calendar/bands.js';
import { addMonths, monthOf, monthsOf, type Period, within } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import { zero } from '../../../domain/quantity/decimal.js';
import { type Needs, needsOf, needsSumsOnly, type Peak, windowKey } from '../../../domain/rating/usage.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { PlacesService } from '../../community/places.service.js';
import { ConsumptionService } from '../../metering/consume/consumption.service.js';
import {
  countedOnce,
  type InstalledRegister,
  MeteringService,
  type MetersInstead,
} from '../../metering/meters/metering.service.js';
import { PeakUsesService } from '../../metering/loads/peak-uses.service.js';
import { TariffsService } from '../../tariffs/tariffs.service.js';
import { clipped, usualUtility } from './basis.js';
import type { Charge, RunSite, RunTariff, TariffUse } from '../run/inputs.js';
import type { Instead } from '../run/instead.js';
import {
  charged,
  eachDay,
  type Extra,
  hoursIn,
  idleOver,
  loadOf,
  monthsFrom,
  type Stay,
  type Task,
  untold,
} from './tariff-stays.js';

/*
 * What the community's own tariffs ask of meters beyond sums by band: peaks, the use of each month or day, half-hours at their own
 * prices, and which bands hold in no hour of a stay. A stay is a member in a let space, over the days that a version is charged for.
 *
 * Where a figure cannot be told it is left out, with a finding that blocks: what is left out is never zero.
 */

interface Asked {
  readonly pieces: readonly OccupancyPiece[];
  readonly period: Period;
  readonly charges: readonly Charge[];
  readonly tariffs: readonly RunTariff[];
  readonly instead: Instead;
}

@Injectable()
export class CollectTariffUses {
  constructor(
    private readonly metering: MeteringService,
    private readonly consumption: ConsumptionService,
    private readonly loads: PeakUsesService,
    private readonly places: PlacesService,
    private readonly tariffs: TariffsService,
  ) {}

  async collect(
    tx: Tx,
    communityId: string,
    site: RunSite,
    { pieces, period, charges, tariffs, instead }: Asked,
  ): Promise<{ readonly tariffUses: readonly TariffUse[]; readonly issues: readonly Issue[] }> {
    const calendars = await this.tariffs.calendars(tx, communityId);
    const [tariffUses, issues]: [TariffUse[], Issue[]] = [[], []];
    for (const { tariff, piece, days } of charged(charges, tariffs, period)) {
      const needs = needsOf(piece.tariff);
      if (needs.unit === null) continue;
      const stays = clipped(pieces, days).flatMap(({ space, memberId, days: present }) =>
        memberId === null || space.kind !== 'let' ? [] : [{ spaceId: space.id, memberId, days: present }],
      );
      const calendar = calendars.get(piece.calendar ?? '') ?? null;
      const extras = stays.map((stay): Extra => idleOver(calendar, stay.days, site));
      if (!needsSumsOnly(needs)) {
        const registers = await this.registersFor(tx, communityId, site, { ...needs, days }, instead.meters);
        const task = { communityId, site, tariff, piece, days, needs, calendar, stays, registers, instead };
        issues.push(...(await this.peaks(tx, task, extras)));
        issues.push(...(await this.slices(tx, task, extras)));
        issues.push(...(await this.series(tx, task, extras)));
      }
      stays.forEach(({ spaceId, memberId, days: present }, i) => {
        const usage = extras[i] ?? {};
        if (Object.keys(usage).length === 0) return;
        tariffUses.push({ versionId: piece.versionId, days: present, spaceId, memberId, usage });
      });
    }
    return { tariffUses, issues };
  }

  /** Sub-meters of what is priced, over the days and the months that a ratchet looks back to. */
  private async registersFor(
    tx: Tx,
    communityId: string,
    site: RunSite,
    { unit, lookback, days }: Pick<Needs, 'unit' | 'lookback'> & { readonly days: Period },
    instead: MetersInstead,
  ): Promise<InstalledRegister[]> {
    const from = lookback === 0 ? days.from : addMonths(monthOf(days.from).from, -lookback);
    const span = spanOf({ from, to: days.to }, site.zone);
    const all = await this.metering.registersOf(tx, communityId, site.id, span, instead);
    const counted = countedOnce(all);
    const priced = all.filter(
      (one) =>
        counted.has(one.id) &&
        !['source', 'deduction'].includes(one.meterRole) &&
        one.direction === 'import' &&
        one.unit === unit,
    );
    const utility = priced.some((one) => one.utility === usualUtility) ? usualUtility : priced[0]?.utility;
    return priced.filter((one) => one.utility === utility);
  }

  private async peaks(tx: Tx, task: Task, extras: readonly Extra[]): Promise<Issue[]> {
    const { needs, site, calendar, stays, communityId } = task;
    const issues: Issue[] = [];
    const before = needs.lookback === 0 ? [] : await this.staysBefore(tx, task);
    for (const need of needs.peaks) {
      const found = stays.flatMap((stay, index) =>
        [...before.filter((one) => one.spaceId === stay.spaceId && one.memberId === stay.memberId), stay].flatMap(
          (one) =>
            monthsOf(one.days).map((days) => ({
              index,
              isBefore: one !== stay,
              days,
              load: loadOf(task, stay.spaceId, days),
            })),
        ),
      );
      const asked = found.filter(({ load }) => load.parts.length > 0);
      const [first] = asked.map(({ days }) => days.from).sort();
      if (first === undefined) continue;
      const span = spanOf({ from: first, to: task.days.to }, site.zone);
      const hours = need.bands && calendar ? hoursIn(bandWindows(calendar, span, site.zone), need.bands) : null;
      const answers = await this.loads.peaks(
        tx,
        communityId,
        asked.map(({ load }) => load),
        need.minutes,
        hours,
      );
      asked.forEach(({ index, isBefore, days }, i) => {
        const answer = answers[i];
        const extra = extras[index];
        if (answer === undefined || extra === undefined) return;
        if ('why' in answer) {
          if (!isBefore) issues.push(untold(task, stays[index], days, answer));
          return;
        }
        const peak: Peak = { period: days, minutes: need.minutes, window: windowKey(need.bands), ...answer.answer };
        extra.peaks = [...(extra.peaks ?? []), peak];
      });
    }
    return issues;
  }

  /** Who was where in the months that a ratchet looks back to. */
  private async staysBefore(tx: Tx, { communityId, site, days, needs, instead }: Task): Promise<Stay[]> {
    const first = monthOf(days.from).from;
    const earlier = { from: addMonths(first, -needs.lookback), to: days.from };
    const { spaces, occupancies } = await this.places.spacesWithOccupancies(
      tx,
      communityId,
      site.id,
      earlier,
      instead.places,
    );
    return occupancyPieces(spaces, occupancies, earlier).flatMap(({ space, memberId, days: present }) =>
      memberId === null ? [] : [{ spaceId: space.id, memberId, days: present }],
    );
  }

  /** The use of each month or day of a stay, as far as the whole does not say it already. */
  private async slices(tx: Tx, task: Task, extras: readonly Extra[]): Promise<Issue[]> {
    const { needs, stays, days, site, calendar, piece, communityId, registers } = task;
    if (!needs.days && (!needs.months || monthsOf(days).length === 1)) return [];
    const issues: Issue[] = [];
    const displays = stays.filter((stay) =>
      registers.some(
        (one) => needs.days && one.kind !== 'interval' && one.devices.some(({ spaceId }) => spaceId === stay.spaceId),
      ),
    );
    for (const stay of displays)
      issues.push(
        untold(task, stay, stay.days, { why: 'a meter sends what it shows, and not what was used on which day' }),
      );
    const ids = new Set(registers.map(({ id }) => id));
    for (const slice of needs.days ? eachDay(days) : monthsOf(days)) {
      const span = spanOf(slice, site.zone);
      const bands = new Map(calendar ? [[piece.calendar ?? '', bandWindows(calendar, span, site.zone)]] : []);
      const held = stays.flatMap((stay) => {
        const present = within(slice, stay.days);
        return present === null ? [] : [{ spaceId: stay.spaceId, memberId: stay.memberId, ...present }];
      });
      const installed = await this.metering.registersOf(tx, communityId, site.id, span, task.instead.meters);
      const { uses, issues: said } = await this.consumption.of(
        tx,
        communityId,
        installed.filter(({ id }) => ids.has(id)),
        { span, zone: site.zone, bands, pieces: held },
      );
      issues.push(...said);
      const own = uses.filter((use) => use.calendar === piece.calendar);
      stays.forEach((stay, index) => {
        const period = within(slice, stay.days);
        const extra = extras[index];
        if (period === null || extra === undefined || displays.includes(stay)) return;
        const used = own.filter((use) => use.spaceId === stay.spaceId && use.memberId === stay.memberId);
        if (used.some(({ quantity }) => quantity === null)) return;
        const byBand: Record<string, NonNullable<(typeof used)[number]['quantity']>> = {};
        for (const { band, quantity } of used) byBand[band ?? ''] = (byBand[band ?? ''] ?? zero).plus(quantity ?? zero);
        const kind = needs.days ? 'days' : 'months';
        extra[kind] = [...(extra[kind] ?? []), { period, byBand }];
      });
    }
    if (needs.days && needs.months) for (const extra of extras) if (extra.days) extra.months = monthsFrom(extra.days);
    return issues;
  }

  private async series(tx: Tx, task: Task, extras: readonly Extra[]): Promise<Issue[]> {
    const { needs, stays, communityId } = task;
    const issues: Issue[] = [];
    for (const component of needs.series) {
      const asked = stays
        .map((stay, index) => ({ index, stay, load: loadOf(task, stay.spaceId, stay.days) }))
        .filter(({ load }) => load.parts.length > 0);
      const answers = await this.loads.priced(
        tx,
        communityId,
        asked.map(({ load }) => load),
        component,
      );
      asked.forEach(({ index, stay }, i) => {
        const answer = answers[i];
        const extra = extras[index];
        if (answer === undefined || extra === undefined) return;
        if ('why' in answer) issues.push(untold(task, stay, stay.days, answer));
        else extra.series = [...(extra.series ?? []), { series: component.series, ...answer.answer }];
      });
    }
    return issues;
  }
}
