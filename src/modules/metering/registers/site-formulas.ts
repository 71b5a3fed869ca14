import type { CivilDate } from '../../../domain/calendar/period.js';
import {
  type Formula,
  type FormulaRegister,
  formulasByRegister,
  type Formulas,
} from '../../../domain/metering/virtual-meter.js';
import { decimal } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';

/** The formulas of a site with the registers that they speak of. */
export interface SiteFormulas {
  readonly all: readonly Formula[];
  readonly byRegister: Formulas;
  /** Registers of the site, by id. */
  readonly registers: ReadonlyMap<string, FormulaRegister & { readonly intervalMinutes: number | null }>;
}

interface FormulaRow {
  readonly register: string;
  readonly version: number;
  readonly from: CivilDate;
  readonly terms: readonly (readonly [part: string, coefficient: string])[];
}

export async function formulasOf(tx: Tx, communityId: string, siteId: string): Promise<SiteFormulas> {
  const rows = await tx.query<FormulaRow>(
    `SELECT f.register_id AS register, f.version, f.from_day AS "from",
            jsonb_agg(jsonb_build_array(t.part_id, t.coefficient::text) ORDER BY t.no) AS terms
     FROM virtual_formula f
     JOIN virtual_term t ON t.community_id = f.community_id AND t.register_id = f.register_id AND t.version = f.version
     JOIN register r ON r.community_id = f.community_id AND r.id = f.register_id
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     WHERE f.community_id = $1 AND m.site_id = $2 GROUP BY f.community_id, f.register_id, f.version`,
    [communityId, siteId],
  );
  const all = rows.map(({ terms, ...row }): Formula => ({
    ...row,
    terms: terms.map(([part, coefficient]) => ({ part, coefficient: decimal(coefficient) })),
  }));
  const registers = await tx.query<FormulaRegister & { intervalMinutes: number | null }>(
    `SELECT r.id, m.code || ' ' || r.code AS label, r.kind, r.unit, r.interval_minutes AS "intervalMinutes",
            m.utility, m.site_id AS "siteId"
     FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     WHERE r.community_id = $1 AND m.site_id = $2`,
    [communityId, siteId],
  );
  return {
    all,
    byRegister: formulasByRegister(all),
    registers: new Map(registers.map((register) => [register.id, register])),
  };
}
