import type { CivilDate, Instant, Period } from '../../../domain/calendar/period.js';
import type { Tx } from '../../../platform/database/transactions.js';

/*
 * What the statements of a run are composed from, read back from what was stored and approved: a statement for each member, and one
 * query for each kind of fact, whatever the number of members.
 */

/** A use of the run with the register and device it was counted on. */
export interface UseRow {
  readonly meter: string;
  readonly register: string;
  readonly direction: 'import' | 'export';
  readonly role: 'source' | 'sub' | 'virtual' | 'deduction';
  readonly utility: string;
  readonly unit: string;
  readonly intervalMinutes: number | null;
  readonly verifiedUntil: CivilDate | null;
  readonly installationId: string;
  /** Of the device; empty where nobody noted it. */
  readonly serial: string;
  readonly multiplier: string;
  readonly spaceId: string | null;
  readonly spaceKind: 'let' | 'common' | null;
  readonly memberId: string | null;
  /** Empty for the whole, else `calendar/band`. */
  readonly band: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly quantity: string;
  /** Of gas that was billed in kWh. */
  readonly conversion: { readonly energy: string; readonly factor: string; readonly sentence: string } | null;
  readonly quality: string;
  readonly opening: ReadingJson | null;
  readonly closing: ReadingJson | null;
  readonly intervals: number | null;
  /** Of a virtual register: what it was worked out from. */
  readonly parts: readonly PartJson[] | null;
}

/** A part of a virtual register's use. */
export interface PartJson {
  readonly label: string;
  readonly coefficient: string;
  readonly quantity: string;
  /** Members in whose spaces its meter stood at some time of the use. */
  readonly members: readonly string[];
}

export interface ReadingJson {
  readonly value: string;
  readonly at: Instant;
  readonly quality: string;
}

/** Whose use a part tells is known from the run itself, where the part is a register with uses of its own. */
const partsInSpaces = `
  (SELECT jsonb_agg(p.part || jsonb_build_object('members',
     (SELECT coalesce(jsonb_agg(DISTINCT o.member_id), '[]') FROM run_use o
      WHERE o.community_id = u.community_id AND o.run_id = u.run_id AND o.register_id = (p.part->>'registerId')::uuid
        AND o.member_id IS NOT NULL AND o.from_at < u.to_at AND o.to_at > u.from_at)) ORDER BY p.no)
   FROM jsonb_array_elements(u.parts) WITH ORDINALITY AS p (part, no))`;

export const readUses = (tx: Tx, runId: string): Promise<UseRow[]> =>
  tx.query<UseRow>(
    `SELECT m.code AS meter, r.code AS register, r.direction, m.role, m.utility, r.unit, r.interval_minutes AS "intervalMinutes",
            m.verified_until AS "verifiedUntil", u.installation_id AS "installationId", i.serial, d.multiplier, u.space_id AS "spaceId",
            s.kind AS "spaceKind", u.member_id AS "memberId", u.band, u.from_at AS "from", u.to_at AS "to", u.quantity, u.conversion, u.quality,
            u.opening, u.closing, u.intervals, ${partsInSpaces} AS parts
     FROM run_use u
     JOIN register r ON r.community_id = u.community_id AND r.id = u.register_id
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     JOIN installation i ON i.community_id = u.community_id AND i.id = u.installation_id
     JOIN installation_register d ON d.community_id = u.community_id AND d.installation_id = u.installation_id AND d.register_id = u.register_id
     LEFT JOIN space s ON s.community_id = u.community_id AND s.id = u.space_id
     WHERE u.community_id = current_community() AND u.run_id = $1
     ORDER BY m.code, r.code, u.no`,
    [runId],
  );

/** A cost of the run, where it comes from, and where it went. */
export interface CostRow {
  readonly no: number;
  readonly source: string;
  readonly supplier: string | null;
  readonly document: string | null;
  readonly billId: string | null;
  readonly billPeriod: Period | null;
  readonly chargeId: string | null;
  readonly carriedFrom: string | null;
  /** True of what credits a final statement. */
  readonly isFinal: boolean;
  readonly fund: {
    readonly id: string;
    readonly name: string;
    readonly funder: string;
    readonly notice: string;
  } | null;
  readonly utility: string | null;
  readonly description: string;
  /** What the key is called; null where no key shares it. */
  readonly keyName: string | null;
  readonly sharedHow: 'tariff' | 'fund' | 'held' | 'correction' | 'final' | 'space';
  readonly amount: string;
  readonly members: string;
  readonly common: string;
  readonly vacant: string;
  readonly held: string;
}

export const readCosts = (tx: Tx, runId: string): Promise<CostRow[]> =>
  tx.query<CostRow>(
    `SELECT c.no, coalesce(b.supplier || ' ' || b.number, h.code::text, f.code::text, 'correction') AS source, b.supplier, b.number AS document, c.bill_id AS "billId",
            b.days AS "billPeriod", c.charge_id AS "chargeId", c.carried_from AS "carriedFrom", c.section = 'final' AS "isFinal",
            CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('id', f.id, 'name', f.name, 'funder', f.funder, 'notice', f.notice) END AS fund, b.utility, c.description,
            k.name AS "keyName", CASE WHEN c.tariff_version_id IS NOT NULL THEN 'tariff' WHEN f.id IS NOT NULL THEN 'fund' WHEN c.bill_id IS NOT NULL THEN 'held' WHEN c.section = 'final' THEN 'final' WHEN c.carried_from IS NOT NULL THEN 'correction' ELSE 'space' END AS "sharedHow",
            c.amount, coalesce(sum(s.amount) FILTER (WHERE s.kind = 'member'), 0)::numeric AS members,
            coalesce(sum(s.amount) FILTER (WHERE s.kind = 'common'), 0)::numeric AS common,
            coalesce(sum(s.amount) FILTER (WHERE s.kind = 'vacant'), 0)::numeric AS vacant,
            coalesce(sum(s.amount) FILTER (WHERE s.kind = 'held'), 0)::numeric AS held
     FROM run_cost c
     LEFT JOIN supplier_bill b ON b.community_id = c.community_id AND b.id = c.bill_id
     LEFT JOIN charge h ON h.community_id = c.community_id AND h.id = c.charge_id
     LEFT JOIN fund f ON f.community_id = c.community_id AND f.id = c.fund_id
     LEFT JOIN key_version kv ON kv.community_id = c.community_id AND kv.id = c.key_version_id
     LEFT JOIN apportionment_key k ON k.community_id = kv.community_id AND k.id = kv.key_id
     LEFT JOIN run_share s ON s.community_id = c.community_id AND s.run_id = c.run_id AND s.cost_no = c.no
     WHERE c.community_id = current_community() AND c.run_id = $1
     AND (c.stood_at IS NULL OR c.amount <> 0 OR s.no IS NOT NULL)
     GROUP BY c.community_id, c.run_id, c.no, b.community_id, b.id, h.community_id, h.id, f.community_id, f.id, k.name ORDER BY c.no`,
    [runId],
  );

/** A decision that a cost of the run rests on. */
export interface DecisionRow {
  readonly what: string;
  readonly by: string;
  readonly on: CivilDate;
  readonly document: string;
}

export const readDecisions = (tx: Tx, runId: string): Promise<DecisionRow[]> =>
  tx.query<DecisionRow>(
    `SELECT DISTINCT k.name AS what, v.adopted_by AS by, v.adopted_on AS "on", v.decision AS document
     FROM run_cost c JOIN key_version v ON v.community_id = c.community_id AND v.id = c.key_version_id
     JOIN apportionment_key k ON k.community_id = v.community_id AND k.id = v.key_id
     WHERE c.community_id = current_community() AND c.run_id = $1
     UNION
     SELECT DISTINCT t.name, v.adopted_by, v.adopted_on, v.decision
     FROM run_cost c JOIN tariff_version v ON v.community_id = c.community_id AND v.id = c.tariff_version_id
     JOIN tariff t ON t.community_id = v.community_id AND t.id = v.tariff_id
     WHERE c.community_id = current_community() AND c.run_id = $1 ORDER BY 1, 3`,
    [runId],
  );

/** Names of the spaces a member had in a period, by code. */
export const readSpaces = (tx: Tx, siteId: string, period: Period): Promise<{ memberId: string; names: string[] }[]> =>
  tx.query<{ memberId: string; names: string[] }>(
    `SELECT o.member_id AS "memberId", array_agg(DISTINCT s.name::text ORDER BY s.name::text) AS names
     FROM occupancy o JOIN space s ON s.community_id = o.community_id AND s.id = o.space_id
     WHERE o.community_id = current_community() AND s.site_id = $1 AND o.days && daterange($2::date, $3::date) GROUP BY o.member_id`,
    [siteId, period.from, period.to],
  );
