import { Injectable } from '@nestjs/common';
import { epochMs, type Span } from '../../../domain/calendar/period.js';
import { dayOf, type Zone } from '../../../domain/calendar/zone.js';
import { assert, DomainError } from '../../../domain/errors.js';
import type { IntervalReading } from '../../../domain/metering/reading.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { CommunityService } from '../../community/community.service.js';
import { consumeInDomain, type Explained, readingsAround, readingsFrom } from './consume-in-domain.js';
import { consumeInSql } from './consume-in-sql.js';
import { plan } from './consumption-plan.js';
import type { Answer, Bands, OccupancyPiece, Plan, Use, Uses } from './consumption.types.js';
import { type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { reductionsOver, withoutReduced } from './reduced-readings.js';

export type { Bands, OccupancyPiece, Use, Uses } from './consumption.types.js';

/** What registers counted, cut by occupants and bands. */
@Injectable()
export class ConsumptionService {
  constructor(private readonly community: CommunityService) {}

  /**
   * What every register of a site counted in a period.
   *
   * @param bands windows of each calendar over the whole period, in the site's zone
   * @param pieces who had which space when; a register of a space has one use for each piece, and none outside of them
   * @returns for each register, device and piece one use for everything (calendar null) and one for each band of each calendar, and all
   *   that is missing or odd. Whatever is regular is summed by the database, the rest by the domain
   * @law the uses of a calendar's bands add up to the use for everything
   */
  async over(
    tx: Tx,
    communityId: string,
    { siteId, period, bands }: { siteId: string; period: Span; bands: Bands },
    pieces: readonly OccupancyPiece[],
  ): Promise<Uses> {
    const registers = await registersOf(tx, communityId, { siteId }, period);
    return this.of(tx, communityId, registers, {
      span: period,
      zone: await zoneOf(tx, communityId, siteId),
      bands,
      pieces,
    });
  }

  /**
   * What some registers counted in a span.
   *
   * @param pieces null where occupants do not matter
   * @param asRead true: estimates that were stored do not count, as if nobody had made them
   */
  async of(
    tx: Tx,
    communityId: string,
    registers: readonly InstalledRegister[],
    {
      span,
      zone,
      bands,
      pieces,
      asRead = false,
    }: { span: Span; zone: Zone; bands: Bands; pieces: readonly OccupancyPiece[] | null; asRead?: boolean },
  ): Promise<Uses> {
    if (epochMs(span.from) >= epochMs(span.to))
      throw new DomainError(
        'invalid-period',
        `${span.from} to ${span.to} is empty; the end must come after the start.`,
      );
    const answered = await this.answered(tx, communityId, plan(registers, span, zone, bands, pieces), {
      span,
      zone,
      asRead,
    });
    return {
      uses: answered.flatMap(({ plan: one, answers }) => usesOf(one, answers)),
      issues: answered.flatMap(({ issues }) => issues),
    };
  }

  /**
   * What an interval register sent around a span, in its unit and after the multiplier of the device that was in.
   *
   * @returns in order of time; estimates stand where nothing was read
   */
  async intervalsOf(tx: Tx, communityId: string, register: InstalledRegister, span: Span): Promise<IntervalReading[]> {
    const rows = (await readingsAround(tx, communityId, [register], span)).get(register.no) ?? [];
    return (readingsFrom(register, rows) as readonly IntervalReading[]).map((reading) => {
      const device = register.devices.find(
        ({ from, to }) =>
          epochMs(from) <= epochMs(reading.from) && (to === null || epochMs(reading.from) < epochMs(to)),
      );
      return device === undefined ? reading : { ...reading, quantity: reading.quantity.times(device.multiplier) };
    });
  }

  /** The answers to plans, in their order, with what is missing or odd about each register. */
  async answered(
    tx: Tx,
    communityId: string,
    plans: readonly Plan[],
    { span, zone, asRead = false }: { span: Span; zone: Zone; asRead?: boolean },
  ): Promise<Explained[]> {
    if (plans.length === 0) return [];
    const answered = await consumeInSql(tx, communityId, plans, span);
    const rest = plans.filter(({ register }) => !answered.has(register.no));
    const maxGapHours = await this.maxGapHours(tx, communityId, rest, span, zone);
    const explained = new Map(
      (await consumeInDomain(tx, communityId, rest, span, maxGapHours, asRead)).map((one) => [one.plan, one]),
    );
    const registers = plans.map(({ register }) => register);
    const reduced = await reductionsOver(tx, communityId, registers, span);
    return plans.map((one) => {
      const known = explained.get(one) ?? { plan: one, answers: answered.get(one.register.no) ?? [], issues: [] };
      return withoutReduced(known, reduced.get(one.register.no) ?? []);
    });
  }

  private async maxGapHours(
    tx: Tx,
    communityId: string,
    plans: readonly Plan[],
    span: Span,
    zone: Zone,
  ): Promise<number> {
    if (plans.length === 0) return 0;
    return (await this.community.policyOn(tx, communityId, 'readings', dayOf(span.from, zone))).maxInterpolationHours;
  }
}

/** The answers to a plan as uses. */
export function usesOf(
  { register, cuts, questions }: Plan<Pick<InstalledRegister, UsedOf>>,
  answers: readonly Answer[],
): Use[] {
  return questions.map(({ cut: index, calendar, band }, i): Use => {
    const [cut, answer] = [cuts[index], answers[i]];
    assert(cut && answer, 'Every question has an answer.');
    const { device } = cut;
    return {
      registerId: register.id,
      register: register.code,
      direction: register.direction,
      unit: register.unit,
      meterId: register.meterId,
      meter: register.meter,
      meterRole: register.meterRole,
      utility: register.utility,
      installationId: device.id,
      serial: device.serial,
      multiplier: device.multiplier,
      spaceId: device.spaceId,
      memberId: cut.memberId,
      calendar,
      band,
      from: cut.from,
      to: cut.to,
      ...answer,
    };
  });
}

type UsedOf = 'id' | 'code' | 'direction' | 'unit' | 'meterId' | 'meter' | 'meterRole' | 'utility';

export async function zoneOf(tx: Tx, communityId: string, siteId: string): Promise<Zone> {
  const [site] = await tx.query<{ zone: Zone }>('SELECT zone FROM site WHERE community_id = $1 AND id = $2', [
    communityId,
    siteId,
  ]);
  if (!site) throw new DomainError('not-found', 'There is no such site.');
  return site.zone;
}
