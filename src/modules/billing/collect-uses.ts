import { Injectable } from '@nestjs/common';
import type { OccupancyPiece } from '../../domain/apportionment/pieces.js';
import { bandWindows } from '../../domain/calendar/bands.js';
import type { Period } from '../../domain/calendar/period.js';
import { spanOf } from '../../domain/calendar/zone.js';
import type { Issue } from '../../domain/errors.js';
import type { Boundary } from '../../domain/metering/reading.js';
import { plain } from '../../domain/quantity/decimal.js';
import type { Tx } from '../../platform/database/transactions.js';
import { ConsumptionService, type Use } from '../metering/consumption.service.js';
import { countedOnce, type InstalledRegister, MeteringService } from '../metering/metering.service.js';
import { VirtualConsumptionService } from '../metering/virtual-consumption.service.js';
import { TariffsService } from '../tariffs/tariffs.service.js';
import { clipped } from './basis.js';
import { ConvertGas, type Measured } from './convert-gas.js';
import type { MeasuredUse, ReadingAt, RunMeter, RunSite } from './inputs.js';

interface Asked {
  readonly pieces: readonly OccupancyPiece[];
  readonly period: Period;
  readonly slices: readonly Period[];
  /** Codes of the calendars whose bands are needed. */
  readonly calendars: readonly string[];
}

/** What the registers of a site counted, slice by slice, in every calendar that a key or tariff speaks of. */
@Injectable()
export class CollectUses {
  constructor(
    private readonly metering: MeteringService,
    private readonly consumption: ConsumptionService,
    private readonly virtual: VirtualConsumptionService,
    private readonly tariffs: TariffsService,
    private readonly gas: ConvertGas,
  ) {}

  async collect(
    tx: Tx,
    communityId: string,
    site: RunSite,
    { pieces, period, slices, calendars }: Asked,
  ): Promise<Measured> {
    const registers = await this.metering.registersOf(tx, communityId, site.id, spanOf(period, site.zone));
    const counted = countedOnce(registers);
    const whole = { span: spanOf(period, site.zone), zone: site.zone };
    const virtual = await this.virtual.registersOf(tx, communityId, site.id, whole.span);
    const known = await this.tariffs.calendars(tx, communityId);
    const uses: MeasuredUse[] = [];
    const issues: Issue[] = await this.virtual.countedTwice(tx, communityId, registers, virtual, whole);
    for (const slice of slices) {
      const span = spanOf(slice, site.zone);
      const named = calendars.flatMap((code) => known.get(code) ?? []);
      const bands = new Map(named.map((calendar) => [calendar.code, bandWindows(calendar, span, site.zone)]));
      const held = clipped(pieces, slice).map(({ space, memberId, days }) => ({
        spaceId: space.id,
        memberId,
        ...days,
      }));
      const found = await this.consumption.over(tx, communityId, { siteId: site.id, period: span, bands }, held);
      uses.push(...found.uses.filter((use) => counted.has(use.registerId)).flatMap(measuredUse));
      issues.push(
        ...found.issues.filter((issue) => issue.subject.kind !== 'register' || counted.has(issue.subject.id)),
      );
      const worked = await this.virtual.of(tx, communityId, virtual, { span, zone: site.zone, bands, pieces: held });
      uses.push(...worked.uses.flatMap(measuredUse));
      issues.push(...worked.issues);
    }
    const meters = [...registers.filter((register) => counted.has(register.id)), ...virtual].map(meterOf);
    return this.gas.convert(tx, communityId, site, period, { meters, uses, issues });
  }
}

const meterOf = ({
  id,
  meter,
  meterRole,
  utility,
  unit,
  direction,
}: Omit<InstalledRegister, 'kind' | 'intervalMinutes'>): RunMeter => ({
  registerId: id,
  meterCode: meter,
  role: meterRole,
  utility,
  unit,
  direction,
});

/** A use without a quantity has a blocking finding that says why. */
function measuredUse({ quantity, quality, opening, closing, intervals, ...use }: Use): MeasuredUse[] {
  if (quantity === null) return [];
  const { registerId, installationId, spaceId, memberId, calendar, band, from, to, parts } = use;
  return [
    {
      registerId,
      installationId,
      spaceId,
      memberId,
      calendar,
      band: band ?? '',
      from,
      to,
      quantity,
      conversion: null,
      quality,
      opening: readingAt(opening),
      closing: readingAt(closing),
      intervals,
      ...(parts === undefined ? {} : { parts }),
    },
  ];
}

const readingAt = (boundary: Boundary | null): ReadingAt | null =>
  boundary === null
    ? null
    : {
        value: plain(boundary.value),
        at: boundary.at,
        quality: boundary.interpolated ? 'estimated' : boundary.quality,
      };
