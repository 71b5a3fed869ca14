import { epochMs, type Span } from '../../../domain/calendar/period.js';
import type { Zone } from '../../../domain/calendar/zone.js';
import { type Decimal, decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { InstalledRegister } from '../registers/installed-registers.js';

/** A space around a gap: how large it is, and whether the same people had it throughout. */
export interface Space {
  readonly id: string;
  readonly area: Decimal;
  readonly isLet: boolean;
  /** Since when, and until when, the same people have it; instants of the ends of the occupancy that covers the gap. */
  readonly held: { readonly from: number; readonly to: number } | null;
}

/** The space that a register measures; null where it is none, or another one for a part of the time. */
export function spaceOf(spaces: ReadonlyMap<string, Space>, { devices }: InstalledRegister): Space | null {
  const ids = new Set(devices.map(({ spaceId }) => spaceId));
  const [id] = ids;
  return ids.size === 1 && id !== undefined && id !== null ? (spaces.get(id) ?? null) : null;
}

/** The spaces of a site, and who had them in all of a span without a change. */
export async function spacesOf(
  tx: Tx,
  { communityId, siteId, zone }: { readonly communityId: string; readonly siteId: string; readonly zone: Zone },
  span: Span,
): Promise<ReadonlyMap<string, Space>> {
  const rows = await tx.query<{ id: string; area: string; kind: string; from: string | null; to: string | null }>(
    `SELECT s.id, s.area::text AS area, s.kind, lower(o.span) AS from, upper(o.span) AS to
     FROM space s
     LEFT JOIN LATERAL (
       SELECT tstzrange(lower(o.days)::timestamp AT TIME ZONE $3, upper(o.days)::timestamp AT TIME ZONE $3) AS span
       FROM occupancy o
       WHERE o.community_id = s.community_id AND o.space_id = s.id
         AND tstzrange(lower(o.days)::timestamp AT TIME ZONE $3, upper(o.days)::timestamp AT TIME ZONE $3) @> tstzrange($4::timestamptz, $5::timestamptz)
       LIMIT 1) o ON true
     WHERE s.community_id = $1 AND s.site_id = $2`,
    [communityId, siteId, zone, span.from, span.to],
  );
  return new Map(
    rows.map(({ id, area, kind, from, to }) => {
      const held = from === null ? null : { from: epochMs(from), to: to === null ? Infinity : epochMs(to) };
      return [id, { id, area: decimal(area), isLet: kind === 'let', held }];
    }),
  );
}
