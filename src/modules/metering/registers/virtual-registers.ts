import { instant, type Span } from '../../../domain/calendar/period.js';
import { one } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Device, InstalledRegister, Which } from './installed-registers.js';

/** A register that is worked out by a formula, with the spaces whose use it tells, and when. */
export type VirtualRegister = Omit<InstalledRegister, 'kind' | 'intervalMinutes'> & { readonly siteId: string };

interface Row extends Omit<VirtualRegister, 'label' | 'devices'> {
  readonly devices: readonly {
    readonly id: string;
    readonly spaceId: string | null;
    readonly from: string;
    readonly to: string | null;
  }[];
}

/** Virtual registers by meter and code; those that tell of no time in the span are missing. */
export async function virtualRegistersOf(
  tx: Tx,
  communityId: string,
  which: Which,
  span: Span,
): Promise<VirtualRegister[]> {
  const siteId = 'siteId' in which ? which.siteId : null;
  const meterId = 'meterId' in which ? which.meterId : null;
  const spaceIds = 'spaceIds' in which ? which.spaceIds : null;
  const registerIds = 'registerIds' in which ? which.registerIds : null;
  const rows = await tx.query<Row>(
    `SELECT r.id, r.no, r.code, r.unit, r.direction, m.id AS "meterId", m.code AS meter, m.role AS "meterRole", m.utility, m.site_id AS "siteId",
            jsonb_agg(jsonb_build_object('id', i.id, 'spaceId', i.space_id, 'from', lower(i.period), 'to', upper(i.period))
              ORDER BY i.period) AS devices
     FROM register r
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     JOIN installation i ON i.community_id = m.community_id AND i.meter_id = m.id
     WHERE r.community_id = $1 AND r.kind = 'virtual' AND i.period && tstzrange($2, $3)
       AND ($4::uuid IS NULL OR m.site_id = $4) AND ($5::uuid IS NULL OR m.id = $5)
       AND ($6::uuid[] IS NULL OR i.space_id = ANY ($6)) AND ($7::uuid[] IS NULL OR r.id = ANY ($7))
     GROUP BY r.community_id, r.id, m.community_id, m.id ORDER BY m.code, r.code`,
    [communityId, span.from, span.to, siteId, meterId, spaceIds, registerIds],
  );
  return rows.map(({ devices, ...row }) => ({
    ...row,
    label: `${row.meter} ${row.code}`,
    devices: devices.map(placeOf),
  }));
}

/** There is no device: only where the use belongs, and for how long. */
const placeOf = ({ id, spaceId, from, to }: Row['devices'][number]): Device => ({
  id,
  spaceId,
  serial: '',
  from: instant(from),
  to: to === null ? null : instant(to),
  multiplier: one,
  capacity: null,
  plausibleMaxPerHour: null,
  opening: null,
  closing: null,
});
