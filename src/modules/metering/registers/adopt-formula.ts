import type { CivilDate, Instant } from '../../../domain/calendar/period.js';
import { DomainError } from '../../../domain/errors.js';
import { checkFormula, type Formula, type FormulaRegister } from '../../../domain/metering/virtual-meter.js';
import { decimal, plain } from '../../../domain/quantity/decimal.js';
import type { Tx } from '../../../platform/database/transactions.js';
import type { Actor } from '../../access/access-changes.service.js';
import type { NewTerm } from './formula.schema.js';
import { formulasOf } from './site-formulas.js';

/** A formula that somebody wants to hold from a day on. */
export interface Adopted {
  readonly siteId: string;
  readonly registerId: string;
  readonly from: CivilDate;
  readonly terms: readonly NewTerm[];
  readonly reason: string;
  readonly at: Instant;
}

/**
 * Adopts a formula for a virtual register: a new version, whatever was adopted before.
 *
 * Formulas of a site are adopted one after the other, so that each is checked against all others.
 *
 * @returns its version
 * @throws DomainError those of `checkFormula`, and `not-found` for a register that nobody has heard of
 */
export async function adoptFormula(tx: Tx, communityId: string, adopted: Adopted, actor: Actor): Promise<number> {
  const { siteId, registerId, from, reason, at } = adopted;
  await tx.query('SELECT FROM site WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE', [communityId, siteId]);
  const parts = await partsOf(tx, communityId, adopted.terms);
  const { all, byRegister, registers } = await formulasOf(tx, communityId, siteId);
  const versions = byRegister.get(registerId) ?? [];
  const formula: Formula = {
    register: registerId,
    version: Math.max(0, ...versions.map(({ version }) => version)) + 1,
    from,
    terms: adopted.terms.map(({ coefficient }, index) => ({
      part: parts[index]?.id ?? '',
      coefficient: decimal(coefficient),
    })),
  };
  checkFormula(formula, new Map([...registers, ...parts.map((part) => [part.id, part] as const)]), all);
  await tx.query(
    `INSERT INTO virtual_formula (community_id, register_id, version, from_day, terms, reason, made_by, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[communityId, registerId, formula.version, from, formula.terms.length, reason],
      ...[actor.kind === 'person' ? actor.id : null, at],
    ],
  );
  await tx.query(
    `INSERT INTO virtual_term (community_id, register_id, version, no, part_id, coefficient)
     SELECT $1, $2, $3, t.no, t.part, t.coefficient
     FROM unnest($4::uuid[], $5::numeric[]) WITH ORDINALITY AS t (part, coefficient, no)`,
    [
      ...[communityId, registerId, formula.version],
      formula.terms.map(({ part }) => part),
      formula.terms.map(({ coefficient }) => plain(coefficient)),
    ],
  );
  return formula.version;
}

/** The registers of terms, in their order, wherever they are. */
async function partsOf(tx: Tx, communityId: string, terms: readonly NewTerm[]): Promise<FormulaRegister[]> {
  const rows = await tx.query<FormulaRegister & { readonly no: number }>(
    `SELECT t.no::int AS no, r.id, m.code || ' ' || r.code AS label, r.kind, r.unit, m.utility, m.site_id AS "siteId"
     FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (meter, register, no)
     JOIN meter m ON m.community_id = $1 AND t.meter IN (m.code, m.id::text)
     JOIN register r ON r.community_id = m.community_id AND r.meter_id = m.id AND t.register IN (r.code, r.id::text)
     ORDER BY t.no`,
    [communityId, terms.map(({ meter }) => meter), terms.map(({ register }) => register)],
  );
  const found = new Map(rows.map((row) => [row.no, row]));
  return terms.map(({ meter, register }, index) => {
    const row = found.get(index + 1);
    if (row) return row;
    throw new DomainError(
      'not-found',
      `There is no register ${register} of a meter ${meter}; GET /api/v1/meters lists the meters and their registers.`,
    );
  });
}
