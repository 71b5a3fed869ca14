import type { Span } from '../../../domain/calendar/period.js';
import { epochMs, instant } from '../../../domain/calendar/period.js';
import type { Installation, Register } from '../../../domain/metering/reading.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';

/** A device at a register, for as long as it was in, with the space whose use it measured. */
export interface Device extends Installation {
  readonly id: string;
  readonly spaceId: string | null;
  readonly serial: string;
}

/** A register with the devices that were in during a span, in the order of time. */
export interface InstalledRegister extends Register {
  readonly no: number;
  readonly code: string;
  readonly meterId: string;
  readonly meter: string;
  readonly meterRole: 'source' | 'sub' | 'virtual' | 'deduction';
  readonly direction: 'import' | 'export';
  readonly utility: string;
  readonly intervalMinutes: number | null;
  readonly devices: readonly Device[];
}

/** Which registers: of a site, of a meter, those that measured one of some spaces, or some by their ids. */
export type Which =
  | { readonly siteId: string }
  | { readonly meterId: string }
  | { readonly spaceIds: readonly string[] }
  | { readonly registerIds: readonly string[] };

interface Row extends Omit<InstalledRegister, 'label' | 'devices'> {
  readonly devices: readonly {
    readonly id: string;
    readonly spaceId: string | null;
    readonly serial: string;
    readonly from: string;
    readonly to: string | null;
    readonly multiplier: string;
    readonly capacity: string | null;
    readonly most: string | null;
    readonly opening: string | null;
    readonly closing: string | null;
  }[];
}

/** Registers that are read, by meter and code; those without a device in the span are missing. */
export async function registersOf(tx: Tx, communityId: string, which: Which, span: Span): Promise<InstalledRegister[]> {
  const siteId = 'siteId' in which ? which.siteId : null;
  const meterId = 'meterId' in which ? which.meterId : null;
  const spaceIds = 'spaceIds' in which ? which.spaceIds : null;
  const registerIds = 'registerIds' in which ? which.registerIds : null;
  const rows = await tx.query<Row>(
    `SELECT r.id, r.no, r.code, r.kind, r.unit, r.direction, r.interval_minutes AS "intervalMinutes",
            m.id AS "meterId", m.code AS meter, m.role AS "meterRole", m.utility,
            jsonb_agg(jsonb_build_object('id', i.id, 'spaceId', i.space_id, 'serial', i.serial, 'from', lower(i.period), 'to', upper(i.period),
              'multiplier', d.multiplier::text, 'capacity', d.capacity::text, 'most', d.max_per_hour::text,
              'opening', d.opening::text, 'closing', d.closing::text) ORDER BY i.period) AS devices
     FROM register r
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     JOIN installation_register d ON d.community_id = r.community_id AND d.register_id = r.id
     JOIN installation i ON i.community_id = d.community_id AND i.id = d.installation_id
     WHERE r.community_id = $1 AND r.kind <> 'virtual' AND i.period && tstzrange($2, $3)
       AND ($4::uuid IS NULL OR m.site_id = $4) AND ($5::uuid IS NULL OR m.id = $5)
       AND ($6::uuid[] IS NULL OR i.space_id = ANY ($6)) AND ($7::uuid[] IS NULL OR r.id = ANY ($7))
     GROUP BY r.community_id, r.id, m.community_id, m.id ORDER BY m.code, r.code`,
    [communityId, span.from, span.to, siteId, meterId, spaceIds, registerIds],
  );
  return rows.map(({ devices, ...row }) => ({
    ...row,
    label: `${row.meter} ${row.code}`,
    devices: devices.map(deviceOf),
  }));
}

const deviceOf = (row: Row['devices'][number]): Device => ({
  id: row.id,
  spaceId: row.spaceId,
  serial: row.serial,
  from: instant(row.from),
  to: row.to === null ? null : instant(row.to),
  multiplier: decimal(row.multiplier),
  capacity: decimalOrNull(row.capacity),
  plausibleMaxPerHour: decimalOrNull(row.most),
  opening: decimalOrNull(row.opening),
  closing: decimalOrNull(row.closing),
});

const decimalOrNull = (text: string | null) => (text === null ? null : decimal(text));

/** True where one device was in during the whole span. */
export const isCovering = ({ from, to }: Device, span: Span): boolean =>
  epochMs(from) <= epochMs(span.from) && (to === null || epochMs(to) >= epochMs(span.to));

/**
 * The registers that count. Where a meter sends both its display and its intervals, both tell of the same energy; the intervals are
 * taken, because they know their hours.
 */
export function countedOnce(registers: readonly InstalledRegister[]): ReadonlySet<string> {
  const byInterval = new Set(registers.filter((register) => register.kind === 'interval').map(channelOf));
  const counted = registers.filter((register) => register.kind === 'interval' || !byInterval.has(channelOf(register)));
  return new Set(counted.map((register) => register.id));
}

/** What a register measures of its meter: two with the same channel tell of the same energy. */
export const channelOf = ({ meterId, unit, direction }: InstalledRegister): string =>
  [meterId, unit, direction].join(' ');
