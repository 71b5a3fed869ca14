import { type Days, type Instant, type Period, within } from '../../../domain/calendar/period.js';
import { type Decimal, decimal, plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { MeasuredUse, RunInputs } from '../run/inputs.js';

/** A register whose use of the period is not what was billed. */
export interface UseCause {
  readonly what: 'reading';
  readonly memberId: string | null;
  readonly meter: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly before: string;
  readonly after: string;
  readonly unit: string;
  /** True where an estimate stood in for it when it was billed. */
  readonly late: boolean;
}

/** An occupancy whose days of the period changed after they were billed. */
export interface StayCause {
  readonly what: 'occupancy';
  readonly memberId: string;
  readonly member: string;
  readonly space: string;
  readonly before: Days | null;
  readonly after: Days;
  readonly at: Instant;
}

/** The facts of today that differ from those that were billed. What was billed of costs and rules is told by the costs themselves. */
export interface Causes {
  readonly uses: readonly UseCause[];
  readonly stays: readonly StayCause[];
}

const estimated = new Set(['estimated', 'substituted', 'mixed']);

/** Compares what was billed with what is collected now. @param since when the figures that stand were calculated */
export async function findCauses(tx: Tx, standingId: string, since: Instant, inputs: RunInputs): Promise<Causes> {
  return { uses: await movedUses(tx, standingId, inputs), stays: await movedStays(tx, since, inputs) };
}

interface Compared {
  readonly registerId: string;
  readonly memberId: string | null;
  readonly band: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly quality: string;
  readonly quantity: Decimal;
}

/** Uses of one register, in one hand, over the same time, that are another figure now. Bands are told only where their whole is the same. */
async function movedUses(tx: Tx, standingId: string, inputs: RunInputs): Promise<UseCause[]> {
  const meters = new Map(inputs.meters.map((meter) => [meter.registerId, meter]));
  const placed = (use: Compared): string => JSON.stringify([use.registerId, use.memberId, use.from, use.to, use.band]);
  const stood = new Map((await readCompared(tx, standingId)).map((use) => [placed(use), use]));
  const moved = inputs.uses.map(comparedOf).flatMap((use) => {
    const was = stood.get(placed(use));
    return was === undefined || was.quantity.equals(use.quantity) ? [] : [{ was, use }];
  });
  const whole = new Set(moved.filter(({ use }) => use.band === '').map(({ use }) => use.registerId));
  return moved
    .filter(({ use }) => use.band === '' || !whole.has(use.registerId))
    .map(({ was, use }) => {
      const meter = meters.get(use.registerId);
      return {
        what: 'reading',
        memberId: use.memberId,
        meter: meter?.meterCode ?? '',
        from: use.from,
        to: use.to,
        before: plain(was.quantity),
        after: plain(use.quantity),
        unit: meter?.unit ?? '',
        late: estimated.has(was.quality) && !estimated.has(use.quality),
      };
    });
}

const comparedOf = (use: MeasuredUse): Compared => ({
  ...{ registerId: use.registerId, memberId: use.memberId, from: use.from, to: use.to, quality: use.quality },
  band: use.calendar === null ? '' : `${use.calendar}/${use.band}`,
  quantity: use.conversion?.counted ?? use.quantity,
});

async function readCompared(tx: Tx, runId: string): Promise<Compared[]> {
  const rows = await tx.query<Omit<Compared, 'quantity'> & { readonly quantity: string }>(
    `SELECT register_id AS "registerId", member_id AS "memberId", band, from_at AS "from", to_at AS "to", quality, quantity
     FROM run_use WHERE community_id = current_community() AND run_id = $1`,
    [runId],
  );
  return rows.map((row) => ({ ...row, quantity: decimal(row.quantity) }));
}

interface StayEntry {
  readonly memberId: string;
  readonly member: string;
  readonly space: string;
  readonly at: Instant;
  readonly data: { readonly before?: Days; readonly after?: Days } & Partial<Days>;
}

/** What the record says of occupancies of the site since, where it touches the period. */
async function movedStays(tx: Tx, since: Instant, { site, period }: RunInputs): Promise<StayCause[]> {
  const entries = await tx.query<StayEntry>(
    `SELECT o.member_id AS "memberId", m.code AS member, s.code AS space, a.at, a.data
     FROM audit_entry a
     JOIN occupancy o ON o.community_id = a.community_id AND o.id::text = a.subject_id
     JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
     JOIN member m ON m.community_id = o.community_id AND m.id = o.member_id
     WHERE a.community_id = current_community() AND a.subject_kind = 'occupancy' AND a.at > $1::timestamptz AND s.site_id = $2
     ORDER BY a.id`,
    [since, site.id],
  );
  return entries.flatMap(({ data, ...stay }): StayCause[] => {
    const after = data.after ?? (data.from === undefined ? null : { from: data.from, to: data.to ?? null });
    const before = data.before ?? null;
    if (after === null || daysOf(period, before) === daysOf(period, after)) return [];
    return [{ what: 'occupancy', ...stay, before, after }];
  });
}

/** The days of a period that an occupancy has, as a text. */
function daysOf(period: Period, days: Days | null): string {
  const shared = days === null ? null : within(period, { from: days.from, to: days.to ?? period.to });
  return shared === null ? '' : `${shared.from}/${shared.to}`;
}
