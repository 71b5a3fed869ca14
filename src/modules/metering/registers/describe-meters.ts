import type { CivilDate, Instant } from '../../../domain/calendar/period.js';
import { instant } from '../../../domain/calendar/period.js';
import { writeFormula } from '../../../domain/metering/virtual-meter.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';

/** A device at one register. */
export interface DeviceSetting {
  readonly register: string;
  readonly multiplier: string;
  readonly capacity: string | null;
  readonly maxPerHour: string | null;
  readonly opening: string | null;
  readonly closing: string | null;
}

/** A version of a formula, in names. */
export interface FormulaDescription {
  readonly version: number;
  readonly from: CivilDate;
  readonly formula: string;
  readonly terms: readonly { readonly coefficient: string; readonly meter: string; readonly register: string }[];
  readonly reason: string;
  readonly madeAt: Instant;
}

/** A meter as people see it: names instead of ids, its registers and the devices that were in. */
export interface MeterDescription {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly role: 'source' | 'sub' | 'virtual' | 'deduction';
  readonly utility: string;
  readonly verifiedUntil: CivilDate | null;
  readonly site: string;
  readonly registers: readonly {
    readonly id: string;
    readonly code: string;
    readonly kind: 'cumulative' | 'interval' | 'virtual';
    readonly unit: string;
    readonly direction: string;
    readonly intervalMinutes: number | null;
    readonly restarts: boolean;
    readonly lastReading: Instant | null;
    readonly formulas: readonly FormulaDescription[];
  }[];
  readonly installations: readonly {
    readonly id: string;
    readonly space: string | null;
    readonly serial: string;
    readonly from: Instant;
    readonly to: Instant | null;
    readonly registers: readonly DeviceSetting[];
  }[];
}

/** Meters by their ids, in the order of their codes. */
export async function describeMeters(tx: Tx, communityId: string, ids: readonly string[]): Promise<MeterDescription[]> {
  const meters = await tx.query<MeterDescription>(
    `SELECT m.id, m.code, m.name, m.role, m.utility, m.verified_until AS "verifiedUntil", s.code AS site,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'code', r.code, 'kind', r.kind, 'unit', r.unit, 'direction', r.direction,
                      'intervalMinutes', r.interval_minutes, 'restarts', r.restarts, 'lastReading',
                      (SELECT max(l.at) FROM reading l WHERE l.community_no = c.no AND l.register_no = r.no),
                      'formulas', (SELECT coalesce(jsonb_agg(jsonb_build_object('version', f.version, 'from', f.from_day, 'reason', f.reason, 'madeAt', f.made_at,
                          'terms', (SELECT jsonb_agg(jsonb_build_object('coefficient', t.coefficient::text, 'meter', pm.code, 'register', pr.code) ORDER BY t.no)
                             FROM virtual_term t JOIN register pr ON pr.community_id = t.community_id AND pr.id = t.part_id
                             JOIN meter pm ON pm.community_id = pr.community_id AND pm.id = pr.meter_id
                             WHERE t.community_id = f.community_id AND t.register_id = f.register_id AND t.version = f.version)) ORDER BY f.version), '[]')
                        FROM virtual_formula f WHERE f.community_id = r.community_id AND f.register_id = r.id)) ORDER BY r.code), '[]')
             FROM register r WHERE r.community_id = m.community_id AND r.meter_id = m.id) AS registers,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'space', p.code, 'serial', i.serial, 'from', lower(i.period), 'to', upper(i.period),
                      'registers', (SELECT coalesce(jsonb_agg(jsonb_build_object('register', r.code, 'multiplier', d.multiplier::text, 'capacity', d.capacity::text,
                          'maxPerHour', d.max_per_hour::text, 'opening', d.opening::text, 'closing', d.closing::text) ORDER BY r.code), '[]')
                        FROM installation_register d JOIN register r ON r.community_id = d.community_id AND r.id = d.register_id
                        WHERE d.community_id = i.community_id AND d.installation_id = i.id)) ORDER BY i.period), '[]')
             FROM installation i LEFT JOIN space p ON p.community_id = i.community_id AND p.id = i.space_id
             WHERE i.community_id = m.community_id AND i.meter_id = m.id) AS installations
     FROM meter m JOIN site s ON s.community_id = m.community_id AND s.id = m.site_id JOIN community c ON c.id = m.community_id
     WHERE m.community_id = $1 AND m.id = ANY ($2::uuid[]) ORDER BY m.code`,
    [communityId, ids],
  );
  return meters.map(withCanonicalInstants);
}

/** Instants inside JSON arrive as PostgreSQL writes them there. */
const withCanonicalInstants = (meter: MeterDescription): MeterDescription => ({
  ...meter,
  registers: meter.registers.map((register) => ({
    ...register,
    lastReading: canonical(register.lastReading),
    formulas: register.formulas.map(inWords),
  })),
  installations: meter.installations.map((device) => ({
    ...device,
    from: instant(device.from),
    to: canonical(device.to),
  })),
});

const inWords = ({ terms, ...formula }: FormulaDescription): FormulaDescription => ({
  ...formula,
  terms,
  madeAt: instant(formula.madeAt),
  formula: writeFormula(
    terms.map(({ coefficient, meter, register }) => ({
      label: `${meter} ${register}`,
      coefficient: decimal(coefficient),
    })),
  ),
});

const canonical = (at: Instant | null): Instant | null => (at === null ? null : instant(at));
