import { Injectable } from '@nestjs/common';
import type { OccupancyPiece } from '../../../domain/apportionment/pieces.js';
import { type BandCalendar, bandWindows } from '../../../domain/calendar/bands.js';
import { epochMs, type Period, type Span } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Issue, Subject } from '../../../domain/errors.js';
import { type Ask, asksReaching, bandsUnknown, calendarsOf, isGapOf } from '../../../domain/metering/asks.js';
import type { Boundary } from '../../../domain/metering/reading.js';
import { plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { ConsumptionService, type Use, type Uses } from '../../metering/consume/consumption.service.js';
import {
  countedOnce,
  type InstalledRegister,
  MeteringService,
  type MetersInstead,
} from '../../metering/meters/metering.service.js';
import { VirtualConsumptionService, type VirtualRegister } from '../../metering/consume/virtual-consumption.service.js';
import { TariffsService } from '../../tariffs/tariffs.service.js';
import { type Asking, asksOf, slicesOf } from './asks.js';
import { clipped } from './basis.js';
import { ConvertGas, type Measured } from './convert-gas.js';
import { grouped } from '../grouped.js';
import type { MeasuredUse, ReadingAt, RunInputs, RunMeter, RunSite } from '../run/inputs.js';

interface Found extends Measured {
  /** By utility: the stretches of the period over which it was asked. */
  readonly slices: RunInputs['slices'];
}

/** What the registers of a site counted, as the costs that reach them ask for it. */
@Injectable()
export class CollectUses {
  constructor(
    private readonly metering: MeteringService,
    private readonly consumption: ConsumptionService,
    private readonly virtual: VirtualConsumptionService,
    private readonly tariffs: TariffsService,
    private readonly gas: ConvertGas,
  ) {}

  /** @param expecting puts figures in place of what nobody read; none where what was not read blocks */
  async collect(
    tx: Tx,
    communityId: string,
    site: RunSite,
    pieces: readonly OccupancyPiece[],
    asking: Asking,
    instead: MetersInstead,
    expecting: (found: Uses) => Promise<Uses> = (found) => Promise.resolve(found),
  ): Promise<Found> {
    const { period } = asking;
    const whole = { span: spanOf(period, site.zone), zone: site.zone };
    const read = await this.metering.registersOf(tx, communityId, site.id, whole.span, instead);
    const virtual = await this.virtual.registersOf(tx, communityId, site.id, whole.span, instead);
    const once = countedOnce(read);
    const counting = read.filter(({ id }) => once.has(id));
    const asks = asksOf(asking, [...read, ...virtual]);
    const calendars = await this.tariffs.calendars(tx, communityId);
    const uses: Use[] = [];
    const issues: Issue[] = await this.virtual.countedTwice(
      tx,
      communityId,
      read.filter(({ meterRole }) => meterRole !== 'deduction'),
      virtual,
      whole,
    );
    const slices: Record<string, readonly Period[]> = {};
    for (const utility of [...new Set([...counting, ...virtual].map((one) => one.utility))].sort()) {
      slices[utility] = slicesOf(asking, asks, utility);
      const of = <Measuring extends { readonly utility: string }>(some: readonly Measuring[]): Measuring[] =>
        some.filter((one) => one.utility === utility);
      for (const slice of slices[utility]) {
        const asked = { communityId, site, slice, pieces: clipped(pieces, slice), asks, calendars };
        const ofRead = await this.ofRead(tx, of(counting), asked);
        const ofVirtual = await this.ofVirtual(tx, of(virtual), asked);
        uses.push(...ofRead.uses, ...ofVirtual.uses);
        issues.push(...ofRead.issues, ...ofVirtual.issues);
      }
    }
    const meters = [...counting, ...virtual].map(meterOf);
    const told = await expecting({ uses, issues });
    const measured = { meters, uses: told.uses.flatMap(measuredUse), issues: told.issues };
    return { ...(await this.gas.convert(tx, communityId, site, period, measured)), slices };
  }

  private async ofRead(tx: Tx, registers: readonly InstalledRegister[], asked: Asked): Promise<Uses> {
    const installed = registers.flatMap((one) => installedIn(one, aboutOf(asked).span));
    const all: Uses[] = [];
    for (const { bands, some } of askedAlike(installed, asked)) {
      const found = await this.consumption.of(tx, asked.communityId, some, { ...aboutOf(asked), bands });
      all.push({ uses: found.uses, issues: withBands(found, some, asked) });
    }
    return together(all);
  }

  private async ofVirtual(tx: Tx, registers: readonly VirtualRegister[], asked: Asked): Promise<Uses> {
    const all: Uses[] = [];
    for (const { bands, some } of askedAlike(registers, asked))
      all.push(await this.virtual.of(tx, asked.communityId, some, { ...aboutOf(asked), bands }));
    return together(all);
  }
}

/** What is asked over one slice of the period. */
interface Asked {
  readonly communityId: string;
  readonly site: RunSite;
  readonly slice: Period;
  readonly pieces: readonly OccupancyPiece[];
  readonly asks: readonly Ask[];
  readonly calendars: ReadonlyMap<string, NamedCalendar>;
}
type NamedCalendar = BandCalendar & { readonly code: string };

const aboutOf = ({ site: { zone }, slice, pieces }: Asked) => ({
  span: spanOf(slice, zone),
  zone,
  pieces: pieces.map(({ space, memberId, days }) => ({ spaceId: space.id, memberId, ...days })),
});

const together = (all: readonly Uses[]): Uses => ({
  uses: all.flatMap(({ uses }) => uses),
  issues: all.flatMap(({ issues }) => issues),
});

type Reached = Pick<InstalledRegister, 'utility' | 'devices'>;

/** The asks that reach a register. */
function reachingOf({ asks, slice, pieces }: Asked): (register: Reached) => Ask[] {
  const letSpaces = new Set(pieces.flatMap(({ space }) => (space.kind === 'let' ? [space.id] : [])));
  return ({ utility, devices }) => {
    const isInLetSpace = devices.some(({ spaceId }) => spaceId !== null && letSpaces.has(spaceId));
    return asksReaching(asks, { utility, isInLetSpace }, slice);
  };
}

/** Registers in groups that are asked by the same calendars, with the windows of those. */
function askedAlike<Register extends Reached>(registers: readonly Register[], asked: Asked) {
  const { span, zone } = aboutOf(asked);
  const reaching = reachingOf(asked);
  const codes = new Map(registers.map((one) => [one, calendarsOf(reaching(one))]));
  const groups = grouped(registers, (one) => JSON.stringify(codes.get(one)));
  return [...groups].map(([key, some]) => {
    const named = (JSON.parse(key) as string[]).flatMap((code) => asked.calendars.get(code) ?? []);
    return { some, bands: new Map(named.map((one) => [one.code, bandWindows(one, span, zone)])) };
  });
}

/** A register with the devices that were in during a span; nothing where none was. */
function installedIn(register: InstalledRegister, span: Span): InstalledRegister[] {
  const devices = register.devices.filter(
    ({ from, to }) => epochMs(from) < epochMs(span.to) && (to === null || epochMs(to) > epochMs(span.from)),
  );
  return devices.length === 0 ? [] : [{ ...register, devices }];
}

/** What is odd about registers; where no more than their bands are unknown, that is said, with who asks for them. */
function withBands({ uses, issues }: Uses, registers: readonly InstalledRegister[], asked: Asked): Issue[] {
  const reaching = reachingOf(asked);
  const byId = new Map(registers.map((register) => [register.id, register]));
  const doubtful = new Set(uses.flatMap(({ registerId, quantity }) => (quantity === null ? [registerId] : [])));
  let said = issues;
  for (const [id, answers] of grouped(
    uses.filter(({ registerId }) => doubtful.has(registerId)),
    (use) => use.registerId,
  )) {
    const register = byId.get(id);
    if (register === undefined) continue;
    const subject: Subject = { kind: 'register', id, label: register.label };
    const told = bandsUnknown(subject, said, answers, reaching(register));
    if (told.length > 0) said = [...said.filter((issue) => !isGapOf(subject)(issue)), ...told];
  }
  return [...said];
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
