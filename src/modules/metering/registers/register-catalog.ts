import { z } from 'zod';
import { assert, DomainError } from '../../../domain/errors.js';
import { epochMs, type Instant } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';

/**
 * Names of meters and registers, remembered between batches.
 *
 * A batch of a thousand readings names perhaps thirty registers; finding them anew costs as much as storing the readings.
 * So what was found is kept, together with the version that the database gives to every change of a meter, and is used only
 * while the database still shows that version. What is asked for each batch is one row.
 */

/** A register as intake must know it. */
export interface KnownRegister {
  readonly no: number;
  readonly id: string;
  readonly meterId: string;
  readonly siteId: string;
  /** `SHOP-07 import`. */
  readonly label: string;
  readonly kind: 'cumulative' | 'interval';
  readonly unit: string;
  readonly intervalMs: number | null;
  /** The times in which a device was installed, in milliseconds; the last may be Infinity. */
  readonly installed: readonly { readonly from: number; readonly to: number }[];
  /** The times whose readings went by the policy `retention`, in milliseconds, and the day on which they did. */
  readonly reduced: readonly { readonly from: number; readonly to: number; readonly on: string }[];
}

/** What a batch starts from. */
export interface IntakeGround {
  readonly communityNo: number;
  readonly futureMs: number;
  find(meter: string, register: string): KnownRegister | undefined;
}

interface Remembered {
  readonly version: string;
  readonly names: ReadonlyMap<string, KnownRegister>;
}

const readingsPolicy = z.object({ futureMinutes: z.int().min(0) });
const minuteMs = 60_000;
const mostCommunities = 200;
const nameOf = (meter: string, register: string): string => `${meter}\n${register}`;

export class RegisterCatalog {
  private readonly communities = new Map<string, Remembered>();

  /** The community's registers and its policy for readings, as they stand in this transaction. */
  async ground(tx: Tx, communityId: string, now: Instant): Promise<IntakeGround> {
    const [row] = await tx.prepared<{ no: number; version: string | null; terms: unknown }>(
      'ground of intake',
      `SELECT c.no, v.version,
              (SELECT p.terms FROM community_policy p
               WHERE p.community_id = c.id AND p.name = 'readings' AND p.days @> ($2::timestamptz AT TIME ZONE c.zone)::date) AS terms
       FROM community c LEFT JOIN register_catalog v ON v.community_id = c.id WHERE c.id = $1`,
      [communityId, now],
    );
    assert(row, 'Readings are taken in for a community that exists.');
    const policy = readingsPolicy.safeParse(row.terms);
    if (!policy.success) {
      throw new DomainError(
        'not-found',
        'The community has no policy "readings" for today; a treasurer can add one to its policies.',
      );
    }
    const names = await this.names(tx, communityId, row.version ?? '0');
    return {
      communityNo: row.no,
      futureMs: policy.data.futureMinutes * minuteMs,
      find: (meter, register) => names.get(nameOf(meter, register)),
    };
  }

  private async names(tx: Tx, communityId: string, version: string): Promise<Remembered['names']> {
    const remembered = this.communities.get(communityId);
    if (remembered?.version === version) return remembered.names;
    const names = await loadNames(tx, communityId);
    this.communities.delete(communityId);
    this.communities.set(communityId, { version, names });
    const [eldest] = this.communities.keys();
    if (this.communities.size > mostCommunities && eldest !== undefined) this.communities.delete(eldest);
    return names;
  }
}

interface RegisterRow {
  readonly no: number;
  readonly id: string;
  readonly meterId: string;
  readonly siteId: string;
  readonly meter: string;
  readonly register: string;
  readonly kind: 'cumulative' | 'interval';
  readonly unit: string;
  readonly minutes: number | null;
  readonly starts: readonly Instant[];
  readonly ends: readonly (Instant | null)[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly reductions: readonly (readonly [from: Instant, to: Instant, at: Instant])[];
}

async function loadNames(tx: Tx, communityId: string): Promise<Map<string, KnownRegister>> {
  const rows = await tx.query<RegisterRow>(
    `SELECT r.no, r.id, r.meter_id AS "meterId", m.site_id AS "siteId", m.code AS meter, r.code AS register, r.kind, r.unit,
            r.interval_minutes AS minutes, coalesce(i.starts, '[]') AS starts, coalesce(i.ends, '[]') AS ends,
            coalesce(a.names, '[]') AS aliases, coalesce(d.times, '[]') AS reductions
     FROM register r
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     LEFT JOIN (SELECT meter_id, jsonb_agg(lower(period) ORDER BY period) AS starts, jsonb_agg(upper(period) ORDER BY period) AS ends
                FROM installation WHERE community_id = $1 GROUP BY meter_id) i ON i.meter_id = m.id
     LEFT JOIN (SELECT register_id, jsonb_agg(jsonb_build_array(meter_code, register_code)) AS names
                FROM register_alias WHERE community_id = $1 GROUP BY register_id) a ON a.register_id = r.id
     LEFT JOIN (SELECT register_no, jsonb_agg(jsonb_build_array(from_at, to_at, reduced_at)) AS times
                FROM reading_reduction WHERE community_id = $1 GROUP BY register_no) d ON d.register_no = r.no
     WHERE r.community_id = $1 AND r.kind <> 'virtual'`,
    [communityId],
  );
  const names = new Map<string, KnownRegister>();
  for (const row of rows) {
    const known: KnownRegister = {
      no: row.no,
      id: row.id,
      meterId: row.meterId,
      siteId: row.siteId,
      label: `${row.meter} ${row.register}`,
      kind: row.kind,
      unit: row.unit,
      intervalMs: row.minutes === null ? null : row.minutes * minuteMs,
      installed: row.starts.map((from, i) => ({ from: epochMs(from), to: endMs(row.ends[i]) })),
      reduced: row.reductions.map(([from, to, at]) => ({ from: epochMs(from), to: epochMs(to), on: at.slice(0, 10) })),
    };
    for (const [meter, register] of row.aliases) names.set(nameOf(meter, register), known);
    names.set(nameOf(row.meterId, row.register), known);
    names.set(nameOf(row.meter, row.register), known);
  }
  return names;
}

const endMs = (end: Instant | null | undefined): number =>
  end === null || end === undefined ? Infinity : epochMs(end);
