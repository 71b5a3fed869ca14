import { Injectable } from '@nestjs/common';
import { type CivilDate, type Instant, type Period, periodsBefore, within } from '../../../domain/calendar/period.js';
import { dayOf, spanOf, type Zone } from '../../../domain/calendar/zone.js';
import type { HistoryFact } from '../../../domain/statement/facts.js';
import { Decimal, decimal, plain, sum } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { PlacesService } from '../../community/places.service.js';
import type { OccupancyPiece } from '../../metering/consume/consumption.service.js';
import { HistoryService, type PastUse } from '../../metering/views/history.service.js';
import { countedOnce, MeteringService } from '../../metering/meters/metering.service.js';
import { type VirtualRegister, VirtualConsumptionService } from '../../metering/consume/virtual-consumption.service.js';
import { grouped } from '../grouped.js';
import type { Run } from '../run/runs.js';

/** What a member used of one utility in one period before. */
export interface HistoryRow extends HistoryFact {
  readonly memberId: string;
  readonly utility: string;
}

/** Periods that a statement shows, this one not counted. */
const periodsShown = 12;

/*
 * The year before a period, for every member at once, from the registers of the spaces that a member had, while it had them.
 *
 * Displays are read at the edges of the periods, whatever was billed: a correction shows. Intervals would have to be added up once
 * more, a million and a half for a thousand members and a month; where a run of the same period has added them already, its figures
 * are taken.
 */
@Injectable()
export class StatementHistory {
  constructor(
    private readonly metering: MeteringService,
    private readonly history: HistoryService,
    private readonly places: PlacesService,
    private readonly virtual: VirtualConsumptionService,
  ) {}

  /** @returns by member and utility, oldest first; a period of which something is not known is missing */
  async before(
    tx: Tx,
    { communityId, siteId, period }: Pick<Run, 'communityId' | 'siteId' | 'period'>,
    zone: Zone,
  ): Promise<HistoryRow[]> {
    const periods = periodsBefore(period, periodsShown);
    const days = { from: periods[0]?.from ?? period.from, to: period.from };
    const found = await this.metering.registersOf(tx, communityId, siteId, spanOf(days, zone));
    const counted = countedOnce(found);
    const virtual = await this.virtual.registersOf(tx, communityId, siteId, spanOf(days, zone));
    const registers = found.filter(
      ({ id, meterRole, direction }) => counted.has(id) && meterRole === 'sub' && direction === 'import',
    );
    const pieces = (await this.places.occupancyPieces(tx, communityId, siteId, days)).filter(
      ({ kind }) => kind === 'let',
    );
    const billed = await readBilled(tx, siteId, periods, zone);
    const isBilled = new Set(billed.map((use) => use.period));
    const displays = registers.filter(({ kind }) => kind === 'cumulative');
    const intervals = registers.filter(({ kind }) => kind === 'interval');
    const toAdd = periods.filter((_, index) => !isBilled.has(index));
    const uses = [
      ...billed,
      ...(await this.history.of(tx, communityId, displays, { zone, periods, pieces })).map(
        daily(zone, periods, periods),
      ),
      ...(await this.history.of(tx, communityId, intervals, { zone, periods: toAdd, pieces })).map(
        daily(zone, toAdd, periods),
      ),
      ...unknown(virtual, pieces, toAdd, periods),
    ];
    return merged(uses);
  }
}

/** A past use by days, with its place among all periods. */
interface DailyUse {
  readonly memberId: string;
  readonly utility: string;
  readonly period: number;
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly quantity: Decimal | null;
  readonly estimated: boolean;
}

function daily(zone: Zone, asked: readonly Period[], all: readonly Period[]): (use: PastUse) => DailyUse {
  const days = new Map<Instant, CivilDate>();
  const dayAt = (at: Instant): CivilDate => {
    const day = days.get(at) ?? dayOf(at, zone);
    days.set(at, day);
    return day;
  };
  return ({ register, memberId, period, from, to, quantity, quality }) => ({
    memberId,
    utility: register.utility,
    period: all.findIndex(({ from: first }) => first === asked[period]?.from),
    from: dayAt(from),
    to: dayAt(to),
    quantity,
    estimated: quality === 'estimated' || quality === 'substituted',
  });
}

/** All registers and spaces of a member together; where one of them is not known, neither is their sum. */
function merged(uses: readonly DailyUse[]): HistoryRow[] {
  const together = grouped(uses, ({ memberId, utility, period }) => JSON.stringify([memberId, utility, period]));
  const rows = [...together.values()].flatMap((some): HistoryRow[] => {
    const [first] = some;
    const quantities = some.flatMap(({ quantity }) => quantity ?? []);
    if (first === undefined || quantities.length < some.length) return [];
    return [
      {
        memberId: first.memberId,
        utility: first.utility,
        from: some.reduce((least, { from }) => (from < least ? from : least), first.from),
        to: some.reduce((most, { to }) => (to > most ? to : most), first.to),
        quantity: plain(sum(quantities)),
        estimated: some.some(({ estimated }) => estimated),
      },
    ];
  });
  return rows.sort((a, b) => (a.from < b.from ? -1 : 1));
}

/**
 * What is worked out is taken from runs, for it would take the readings of all its parts to work it out anew. Where no run has billed a
 * period, a member who had the space then has no figure for it.
 */
const unknown = (
  registers: readonly VirtualRegister[],
  pieces: readonly OccupancyPiece[],
  toAdd: readonly Period[],
  all: readonly Period[],
): DailyUse[] =>
  registers.flatMap(({ utility, devices }) => {
    const spaces = new Set(devices.map(({ spaceId }) => spaceId));
    const held = pieces.filter(({ spaceId, memberId }) => spaces.has(spaceId) && memberId !== null);
    return toAdd.flatMap((period) =>
      held.flatMap(({ memberId, from, to }): DailyUse[] => {
        const days = within(period, { from, to });
        if (days === null || memberId === null) return [];
        const index = all.findIndex((one) => one.from === period.from);
        return [{ memberId, utility, period: index, ...days, quantity: null, estimated: false }];
      }),
    );
  });

/** What interval and virtual registers came to in what stands of exactly these periods. */
async function readBilled(tx: Tx, siteId: string, periods: readonly Period[], zone: Zone): Promise<DailyUse[]> {
  const rows = await tx.query<Omit<DailyUse, 'quantity'> & { readonly quantity: string }>(
    `SELECT u.member_id AS "memberId", m.utility, p.no::int - 1 AS period, min(u.from_at AT TIME ZONE $4)::date AS "from",
            max(u.to_at AT TIME ZONE $4)::date AS "to", sum(u.quantity)::text AS quantity,
            bool_or(u.quality IN ('estimated', 'substituted')) AS estimated
     FROM unnest($2::date[], $3::date[]) WITH ORDINALITY AS p (first, next, no)
     JOIN standing_run b ON b.community_id = current_community() AND b.site_id = $1
       AND b.days = daterange(p.first, p.next)
     JOIN run_use u ON u.community_id = b.community_id AND u.run_id = b.id AND u.band = '' AND u.member_id IS NOT NULL
     JOIN register r ON r.community_id = u.community_id AND r.id = u.register_id AND r.direction = 'import' AND r.kind IN ('interval', 'virtual')
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id AND m.role IN ('sub', 'virtual')
     GROUP BY u.member_id, m.utility, p.no`,
    [siteId, periods.map(({ from }) => from), periods.map(({ to }) => to), zone],
  );
  return rows.map((row) => ({ ...row, quantity: decimal(row.quantity) }));
}
