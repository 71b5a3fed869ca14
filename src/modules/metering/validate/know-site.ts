import { Injectable } from '@nestjs/common';
import {
  addDays,
  addMonths,
  epochMs,
  fromEpochMs,
  type Instant,
  type Period,
  periodsBefore,
} from '../../../domain/calendar/period.js';
import { startOfDay } from '../../../domain/calendar/zone.js';
import { comparable, type Frame, meets, type RegisterFigures } from '../../../domain/metering/figures.js';
import { frameBefore, type Look } from '../../../domain/metering/frame.js';
import type { Before, MeterKnown, RegisterKnown, SiteKnown } from '../../../domain/metering/known.js';
import type { Range } from '../../../domain/metering/range.js';
import { overdueBefore } from '../../../domain/metering/rules/prolonged-estimation.js';
import type { Decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { PlacesService, type PlacePiece } from '../../community/places.service.js';
import { balancesOf, byRegister, doublesOf, kindOf, type UsesByRegister, vacantUses } from '../consume/compare-uses.js';
import { ConsumptionService } from '../consume/consumption.service.js';
import { derivedBeside, subMetersOf } from '../consume/derived-uses.js';
import { countedOnce, type InstalledRegister, registersOf } from '../registers/installed-registers.js';
import { measureBefore } from './measure-registers.js';
import { VirtualConsumptionService } from '../consume/virtual-consumption.service.js';
import { usesFromDays } from '../consume/uses-from-days.js';

/** A site and a look at it. */
export interface SiteLook extends Look {
  readonly communityId: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly frame: Frame;
}

/** What is recorded of a register beside its devices. */
export interface RegisterRecord {
  readonly id: string;
  readonly restarts: boolean;
  readonly verifiedUntil: string | null;
}

/** Gathers all that the rules compare. */
@Injectable()
export class KnowSite {
  constructor(
    private readonly places: PlacesService,
    private readonly consumption: ConsumptionService,
    private readonly virtual: VirtualConsumptionService,
  ) {}

  async know(
    tx: Tx,
    look: SiteLook,
    registers: readonly InstalledRegister[],
    records: ReadonlyMap<string, RegisterRecord>,
    figures: ReadonlyMap<number, RegisterFigures>,
  ): Promise<SiteKnown> {
    const counted = countedOnce(registers);
    const pieces = await this.places.occupancyPieces(tx, look.communityId, look.siteId, look.period);
    const uses = await this.usesOf(tx, look, registers, pieces, figures);
    const before = await this.before(
      tx,
      look,
      registers.filter(({ id }) => counted.has(id)),
      pieces,
      figures,
    );
    const lastRead = await lastReadings(tx, look, registers, figures);
    const held = heldBySpace(pieces, look);
    const knownOf = (register: InstalledRegister, known: RegisterFigures): RegisterKnown => ({
      figures: known,
      counts: counted.has(register.id),
      restarts: records.get(register.id)?.restarts ?? false,
      held: register.devices.flatMap((device): Range[] => {
        const time = { from: epochMs(device.from), to: device.to === null ? look.frame.span.to : epochMs(device.to) };
        const owned = device.spaceId === null ? undefined : held.get(device.spaceId);
        return owned === undefined ? [time] : owned.flatMap((range) => sharedRange(range, time));
      }),
      vacant: vacantUses(uses, register, held),
      before: before.get(register.no) ?? [],
      lastRead: lastRead.get(register.no) ?? look.frame.span.to,
    });
    const meters = byMeter(registers).map((own): MeterKnown => {
      const [{ meterId, meter } = { meterId: '', meter: '' }] = own;
      return {
        subject: { kind: 'meter', id: meterId, label: meter },
        verifiedUntil: records.get(own[0]?.id ?? '')?.verifiedUntil ?? null,
        registers: own.flatMap((register) => {
          const known = figures.get(register.no);
          return known === undefined ? [] : [knownOf(register, known)];
        }),
        doubles: doublesOf(uses, own),
      };
    });
    return {
      subject: { kind: 'site', id: look.siteId, label: look.siteName },
      span: look.frame.span,
      lastDay: addDays(look.period.to, -1),
      overdueBefore: overdueBefore(look.period, look.rules['prolonged-estimation'], look.zone),
      meters,
      balances: balancesOf(
        uses,
        registers.filter(({ id }) => counted.has(id)),
        await this.derivedOf(tx, look, registers),
      ),
    };
  }

  /** What was counted up to now, cut where a space changed hands. */
  private async usesOf(
    tx: Tx,
    { communityId, frame, zone, rules }: SiteLook,
    registers: readonly InstalledRegister[],
    pieces: readonly PlacePiece[],
    figures: ReadonlyMap<number, RegisterFigures>,
  ): Promise<UsesByRegister> {
    const compared = ['inactive-use', 'sum-check', 'residual'] as const;
    if (compared.every((name) => rules[name].mode === 'off') || frame.due <= frame.span.from) return new Map();
    const told = usesFromDays(registers, figures, zone, pieces);
    const rest = registers.filter(({ id }) => !told.has(id));
    const span = { from: fromEpochMs(frame.span.from), to: fromEpochMs(frame.due) };
    const { uses } = await this.consumption.of(tx, communityId, rest, { span, zone, bands: new Map(), pieces });
    return new Map([...told, ...byRegister(uses)]);
  }

  /** What virtual meters of spaces tell beside the sub-meters, by utility and unit; null where it is not known. */
  private async derivedOf(
    tx: Tx,
    { communityId, siteId, frame, zone, rules }: SiteLook,
    read: readonly InstalledRegister[],
  ): Promise<ReadonlyMap<string, Decimal | null>> {
    if (rules.residual.mode === 'off' || frame.due <= frame.span.from) return new Map();
    const span = { from: fromEpochMs(frame.span.from), to: fromEpochMs(frame.due) };
    const registers = await this.virtual.registersOf(tx, communityId, siteId, span);
    const { uses } = await this.virtual.of(tx, communityId, registers, { span, zone, bands: new Map(), pieces: null });
    const kinds = [...new Set(uses.map(kindOf))];
    const subMeters = subMetersOf(read);
    return new Map(
      kinds.map((kind) => [
        kind,
        derivedBeside(
          uses.filter((use) => kindOf(use) === kind),
          subMeters,
        ),
      ]),
    );
  }

  /** The same period of last year, and the one before; each only of registers whose spaces the same people had then. */
  private async before(
    tx: Tx,
    look: SiteLook,
    registers: readonly InstalledRegister[],
    pieces: readonly PlacePiece[],
    figures: ReadonlyMap<number, RegisterFigures>,
  ): Promise<Map<number, Before[]>> {
    const found = new Map<number, Before[]>();
    const { period, rules } = look;
    if (rules['high-low-use'].mode === 'off' && rules['zero-use'].mode === 'off') return found;
    let asking = registers.filter(({ no }) => {
      const known = figures.get(no);
      return known !== undefined && comparable(known) !== null;
    });
    const lastYear = { from: addMonths(period.from, -12), to: addMonths(period.to, -12) };
    const [lastPeriod = lastYear] = periodsBefore(period, 1);
    for (const [which, days] of [
      ['last-year', lastYear],
      ['last-period', lastPeriod],
    ] as const) {
      const measured = await this.countedIn(tx, look, days, asking, pieces);
      for (const [no, counted] of measured) found.set(no, [...(found.get(no) ?? []), { which, counted }]);
      asking = asking.filter(({ no }) => measured.get(no)?.quantity.isZero() !== false);
    }
    return found;
  }

  private async countedIn(
    tx: Tx,
    { communityId, siteId, zone, frame }: SiteLook,
    days: Period,
    asking: readonly InstalledRegister[],
    pieces: readonly PlacePiece[],
  ) {
    const then = frameBefore(days, zone, frame);
    const wanted = new Map(asking.map((register) => [register.no, register]));
    const span = { from: fromEpochMs(then.span.from), to: fromEpochMs(then.span.to) };
    const installed = await registersOf(tx, communityId, { siteId }, span);
    const handsNow = handsBySpace(pieces);
    const handsThen = handsBySpace(await this.places.occupancyPieces(tx, communityId, siteId, days));
    const same = installed.filter((register) => {
      const now = wanted.get(register.no);
      return now !== undefined && handsOf(now, handsNow) === handsOf(register, handsThen);
    });
    const measured = await measureBefore(tx, communityId, same, then);
    return new Map(
      [...measured].flatMap(([no, one]) => {
        const counted = comparable(one);
        return counted === null ? [] : [[no, counted] as const];
      }),
    );
  }
}

function byMeter(registers: readonly InstalledRegister[]): InstalledRegister[][] {
  const meters = new Map<string, InstalledRegister[]>();
  for (const register of registers) meters.set(register.meterId, [...(meters.get(register.meterId) ?? []), register]);
  return [...meters.values()];
}

const sharedRange = (a: Range, b: Range): Range[] =>
  meets(a, b) ? [{ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }] : [];

/** When somebody had each space that is let. Spaces that are never let are missing. */
function heldBySpace(pieces: readonly PlacePiece[], { zone }: SiteLook): Map<string, Range[]> {
  const held = new Map<string, Range[]>();
  for (const { spaceId, kind, memberId, from, to } of pieces) {
    if (kind === 'common') continue;
    const own = held.get(spaceId) ?? [];
    held.set(spaceId, own);
    if (memberId !== null) own.push({ from: epochMs(startOfDay(from, zone)), to: epochMs(startOfDay(to, zone)) });
  }
  return held;
}

function handsBySpace(pieces: readonly PlacePiece[]): Map<string, string> {
  const hands = new Map<string, string[]>();
  for (const { spaceId, memberId } of pieces) hands.set(spaceId, [...(hands.get(spaceId) ?? []), memberId ?? '']);
  return new Map([...hands].map(([spaceId, members]) => [spaceId, [...new Set(members)].sort().join(' ')]));
}

/** Which spaces a register measured, and in whose hands they were. */
const handsOf = ({ devices }: InstalledRegister, hands: ReadonlyMap<string, string>): string =>
  [...new Set(devices.map(({ spaceId }) => (spaceId === null ? '' : `${spaceId} ${hands.get(spaceId) ?? ''}`)))]
    .sort()
    .join('/');

/** For registers of which nothing was read in the span: when they were last read, or when their device went in. */
async function lastReadings(
  tx: Tx,
  { communityId, frame }: SiteLook,
  registers: readonly InstalledRegister[],
  figures: ReadonlyMap<number, RegisterFigures>,
): Promise<Map<number, number>> {
  const unread = registers.filter(({ no }) => figures.get(no)?.actual === 0 && (figures.get(no)?.count ?? 0) > 0);
  if (unread.length === 0) return new Map();
  const rows = await tx.query<{ no: number; at: Instant | null }>(
    `SELECT a.no, (SELECT max(coalesce(r.until, r.at)) FROM reading_in_force r
                   WHERE r.community_no = (SELECT no FROM community WHERE id = $1) AND r.register_no = a.no
                     AND r.at < $3::timestamptz AND r.quality IN ('actual', 'customer')) AS at
     FROM unnest($2::int[]) AS a (no)`,
    [communityId, unread.map(({ no }) => no), fromEpochMs(frame.span.to)],
  );
  const read = new Map(rows.map(({ no, at }) => [no, at]));
  return new Map(
    unread.map(({ no, devices }) => {
      const at = read.get(no) ?? devices[0]?.from;
      return [no, at === undefined ? frame.span.to : epochMs(at)];
    }),
  );
}
