import { Injectable } from '@nestjs/common';
import {
  addDays,
  addMonths,
  type CivilDate,
  epochMs,
  fromEpochMs,
  monthOf,
  type Span,
} from '../../../domain/calendar/period.js';
import { spanOf, startOfDay, type Zone } from '../../../domain/calendar/zone.js';
import { DomainError, type Issue } from '../../../domain/errors.js';
import { type Quality, worse } from '../../../domain/metering/reading.js';
import type { Decimal } from '../../../domain/quantity/decimal.js';
import { Transactions, type Tx } from '../../../platform/database/transactions.js';
import type { Principal } from '../../../platform/http/principal.js';
import { ConsumptionService, type OccupancyPiece, type Use, zoneOf } from '../consume/consumption.service.js';
import type { ConsumptionQuery } from './consumption.schema.js';
import { meterCalled } from '../registers/find-register.js';
import { type InstalledRegister, registersOf, type Which } from '../registers/installed-registers.js';
import { idOf } from '../meters/metering.service.js';
import { commonMinutes, usualMinutes } from '../registers/common-interval.js';
import { formulasOf } from '../registers/site-formulas.js';
import { VirtualConsumptionService } from '../consume/virtual-consumption.service.js';
import { type VirtualRegister, virtualRegistersOf } from '../registers/virtual-registers.js';

interface Figure extends Span {
  readonly quantity: Decimal | null;
  readonly quality: Quality;
}

const mostDays = { interval: 31, day: 366, month: 3660, 'billing-period': 3660 } as const;
const minuteMs = 60_000;

/** Consumption as people look at it: by meter, space or member, in equal steps. */
@Injectable()
export class ConsumptionViewService {
  constructor(
    private readonly transactions: Transactions,
    private readonly consumption: ConsumptionService,
    private readonly virtual: VirtualConsumptionService,
  ) {}

  /** @throws DomainError `not-found` also for what is somebody else's, `too-large` for more steps than anybody looks at */
  view(principal: Principal, query: ConsumptionQuery) {
    const { communityId } = principal;
    return this.transactions.inCommunity(communityId, async (tx) => {
      const days = (epochMs(`${query.to}T00:00:00Z`) - epochMs(`${query.from}T00:00:00Z`)) / (1440 * minuteMs);
      if (days > mostDays[query.grain]) {
        throw new DomainError(
          'too-large',
          `By ${query.grain}, at most ${mostDays[query.grain]} days can be asked for at once; ask for less or by a coarser grain.`,
        );
      }
      const { which, siteId, spaceId, memberIds } = await this.asked(tx, principal, query).catch((error: unknown) => {
        // A member hears the same of what is another's as of what is not there.
        throw isOwnOnly(principal) && error instanceof DomainError && error.code === 'not-found' ? notFound() : error;
      });
      const zone = await zoneOf(tx, communityId, siteId);
      const span = spanOf(query, zone);
      const pieces = memberIds === null ? null : await piecesOf(tx, communityId, memberIds, spaceId, query);
      if (pieces?.length === 0) throw notFound();
      const asked = which ?? { spaceIds: [...new Set(pieces?.map((piece) => piece.spaceId))] };
      const seen = <Register extends Pick<InstalledRegister, 'devices'>>(registers: readonly Register[]): Register[] =>
        registers.map((register) => ({
          ...register,
          devices: register.devices.filter((device) => isSeen(device.spaceId, spaceId, pieces)),
        }));
      const view = { span, zone, pieces, query };
      const read = await this.series(tx, communityId, seen(await registersOf(tx, communityId, asked, span)), view);
      const virtual = seen(await virtualRegistersOf(tx, communityId, asked, span));
      const worked = await this.virtualSeries(tx, communityId, siteId, virtual, view);
      const own = new Set(virtual.map(({ id }) => id));
      // Whoever sees only what is the member's own does not read what is odd about the meters of others.
      const issues = worked.issues.filter(({ subject }) => !isOwnOnly(principal) || own.has(subject.id));
      return { zone, series: [...read.series, ...worked.series], issues: [...read.issues, ...issues] };
    });
  }

  /** What the query names, and for whom: a member sees what was used while the member was there, and nothing else. */
  private async asked(
    tx: Tx,
    principal: Principal,
    { meter, space, member }: ConsumptionQuery,
  ): Promise<{ which: Which | null; siteId: string; spaceId: string | null; memberIds: readonly string[] | null }> {
    const { communityId } = principal;
    const own = isOwnOnly(principal) ? principal.memberIds : null;
    if (meter !== undefined) {
      const { id, siteId } = await meterCalled(tx, communityId, meter);
      return { which: { meterId: id }, siteId, spaceId: null, memberIds: own };
    }
    if (space !== undefined) {
      const spaceId = await idOf(tx, communityId, 'space', space);
      return {
        which: { spaceIds: [spaceId] },
        siteId: await siteOfSpace(tx, communityId, spaceId),
        spaceId,
        memberIds: own,
      };
    }
    const memberId = await idOf(tx, communityId, 'member', member ?? '');
    if (own !== null && !own.includes(memberId)) throw notFound();
    return { which: null, siteId: await siteOfMember(tx, communityId, memberId), spaceId: null, memberIds: [memberId] };
  }

  private async series(
    tx: Tx,
    communityId: string,
    registers: readonly InstalledRegister[],
    { span, zone, pieces, query }: View,
  ) {
    const issues: Issue[] = [];
    const uses: Use[] = [];
    const windowsOf = new Map<string, Span>();
    for (const [minutes, some] of byMinutes(registers, query.grain)) {
      const windows = steps(query, span, zone, minutes).map((window) => ({
        ...window,
        band: `${window.from}/${window.to}`,
      }));
      for (const window of windows) windowsOf.set(window.band, window);
      const found = await this.consumption.of(tx, communityId, some, {
        span,
        zone,
        bands: new Map([['steps', windows]]),
        pieces,
      });
      uses.push(...found.uses.filter(({ calendar }) => calendar !== null));
      issues.push(...found.issues);
    }
    const codes = await spaceCodes(tx, communityId, uses);
    return { series: seriesOf(uses, windowsOf, codes), issues };
  }

  /** Registers that are worked out: their steps are those that all the registers of their formulas have in common. */
  private async virtualSeries(
    tx: Tx,
    communityId: string,
    siteId: string,
    registers: readonly VirtualRegister[],
    { span, zone, pieces, query }: View,
  ) {
    if (registers.length === 0) return { series: [], issues: [] };
    const minutes =
      query.grain === 'interval' ? commonMinutes(await formulasOf(tx, communityId, siteId), registers) : 0;
    const windows = steps(query, span, zone, minutes).map((window) => ({
      ...window,
      band: `${window.from}/${window.to}`,
    }));
    const bands = new Map([['steps', windows]]);
    const found = await this.virtual.of(tx, communityId, registers, { span, zone, bands, pieces, isSteps: true });
    const uses = found.uses.filter(({ calendar }) => calendar !== null);
    const windowsOf = new Map(windows.map((window) => [window.band, window]));
    return { series: seriesOf(uses, windowsOf, await spaceCodes(tx, communityId, uses)), issues: found.issues };
  }
}

/** What is looked at. */
interface View {
  readonly span: Span;
  readonly zone: Zone;
  readonly pieces: readonly OccupancyPiece[] | null;
  readonly query: ConsumptionQuery;
}

const isOwnOnly = ({ roles }: Principal): boolean => roles.every((role) => role === 'member');

const notFound = (): DomainError =>
  new DomainError('not-found', 'There is nothing of yours by this name in these days.');

const isSeen = (
  spaceOfDevice: string | null,
  asked: string | null,
  pieces: readonly OccupancyPiece[] | null,
): boolean =>
  (asked === null || spaceOfDevice === asked) &&
  (pieces === null || pieces.some(({ spaceId }) => spaceId === spaceOfDevice));

function byMinutes(
  registers: readonly InstalledRegister[],
  grain: ConsumptionQuery['grain'],
): Map<number, InstalledRegister[]> {
  const groups = new Map<number, InstalledRegister[]>();
  for (const register of registers) {
    const minutes = grain === 'interval' ? (register.intervalMinutes ?? usualMinutes) : 0;
    groups.set(minutes, [...(groups.get(minutes) ?? []), register]);
  }
  return groups;
}

/** The steps of a query, in order; they tile the span. */
function steps({ from, to, grain }: ConsumptionQuery, span: Span, zone: Zone, minutes: number): Span[] {
  if (grain === 'billing-period') return [span];
  if (grain === 'interval' && minutes < 1440) {
    const [start, end, step] = [epochMs(span.from), epochMs(span.to), minutes * minuteMs];
    return Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => ({
      from: fromEpochMs(start + i * step),
      to: fromEpochMs(Math.min(start + (i + 1) * step, end)),
    }));
  }
  const next = (date: CivilDate): CivilDate =>
    grain === 'month' ? addMonths(monthOf(date).from, 1) : addDays(date, 1);
  const found: Span[] = [];
  for (let date = from; date < to; date = next(date)) {
    const end = next(date);
    found.push({ from: startOfDay(date, zone), to: startOfDay(end < to ? end : to, zone) });
  }
  return found;
}

function seriesOf(uses: readonly Use[], windows: ReadonlyMap<string, Span>, codes: ReadonlyMap<string, string>) {
  const series = new Map<string, { first: Use; figures: Map<string, Figure> }>();
  for (const use of uses) {
    const key = `${use.registerId} ${use.spaceId}`;
    const known = series.get(key) ?? { first: use, figures: new Map<string, Figure>() };
    series.set(key, known);
    const window = windows.get(use.band ?? '');
    if (!window) continue;
    const before = known.figures.get(use.band ?? '');
    known.figures.set(
      use.band ?? '',
      before
        ? together(before, use)
        : { from: window.from, to: window.to, quantity: use.quantity, quality: use.quality },
    );
  }
  return [...series.values()].map(({ first, figures }) => ({
    meter: first.meter,
    register: first.register,
    role: first.meterRole,
    direction: first.direction,
    unit: first.unit,
    space: first.spaceId === null ? null : (codes.get(first.spaceId) ?? null),
    figures: [...figures.values()]
      .sort((a, b) => epochMs(a.from) - epochMs(b.from))
      .map(({ quantity, ...figure }) => ({ ...figure, quantity: quantity?.toFixed() ?? null })),
  }));
}

/** Two devices, or two stays, in one step. */
const together = (a: Figure, b: Use): Figure => ({
  ...a,
  quantity: a.quantity && b.quantity && a.quantity.plus(b.quantity),
  quality: worse(a.quality, b.quality),
});

async function spaceCodes(tx: Tx, communityId: string, uses: readonly Use[]): Promise<Map<string, string>> {
  const ids = [...new Set(uses.flatMap(({ spaceId }) => spaceId ?? []))];
  const rows = await tx.query<{ id: string; code: string }>(
    'SELECT id, code FROM space WHERE community_id = $1 AND id = ANY ($2::uuid[])',
    [communityId, ids],
  );
  return new Map(rows.map(({ id, code }) => [id, code]));
}

const piecesOf = (
  tx: Tx,
  communityId: string,
  memberIds: readonly string[],
  spaceId: string | null,
  { from, to }: ConsumptionQuery,
): Promise<OccupancyPiece[]> =>
  tx.query<OccupancyPiece>(
    `SELECT space_id AS "spaceId", member_id AS "memberId", greatest(lower(days), $3::date) AS from, least(coalesce(upper(days), $4::date), $4::date) AS to
     FROM occupancy WHERE community_id = $1 AND member_id = ANY ($2::uuid[]) AND days && daterange($3::date, $4::date) AND ($5::uuid IS NULL OR space_id = $5)
     ORDER BY space_id, days`,
    [communityId, memberIds, from, to, spaceId],
  );

async function siteOfSpace(tx: Tx, communityId: string, spaceId: string): Promise<string> {
  const [row] = await tx.query<{ siteId: string }>(
    'SELECT site_id AS "siteId" FROM space WHERE community_id = $1 AND id = $2',
    [communityId, spaceId],
  );
  if (!row) throw notFound();
  return row.siteId;
}

/** Days begin by the clock of the site where the member is, or last was. */
async function siteOfMember(tx: Tx, communityId: string, memberId: string): Promise<string> {
  const [row] = await tx.query<{ siteId: string }>(
    `SELECT s.site_id AS "siteId" FROM occupancy o JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
     WHERE o.community_id = $1 AND o.member_id = $2 ORDER BY o.days DESC LIMIT 1`,
    [communityId, memberId],
  );
  if (!row) throw notFound();
  return row.siteId;
}
