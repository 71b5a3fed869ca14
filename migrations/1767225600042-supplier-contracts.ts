import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * By which tariff a supplier has agreed to bill: what its bills are checked against before they are shared.
 *
 * A contract is never edited; the next of the same supplier, site and utility ends it. The policy `bill-check` says what is let pass.
 *
 * Lock risk: none but a moment on `community_policy` for a row for each community. Way back: `down` drops table and policy.
 */
export class SupplierContracts1767225600042 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE supplier_contract (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        supplier short_text NOT NULL,
        utility text NOT NULL,
        tariff_id uuid,
        since date NOT NULL,
        decision text NOT NULL,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT supplier_contract_once UNIQUE (community_id, site_id, supplier, utility, since),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, tariff_id) REFERENCES tariff (community_id, id),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id)
      );
      COMMENT ON COLUMN supplier_contract.tariff_id IS 'what the supplier may bill by; empty: from this day on nothing is checked';
      CREATE INDEX supplier_contract_tariff ON supplier_contract (community_id, tariff_id);
      CREATE INDEX supplier_contract_created_by ON supplier_contract (community_id, created_by);
      CALL protect('supplier_contract');
      CALL make_append_only('supplier_contract');

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'bill-check', '[2000-01-01,)', '{"passBelow": "0.02", "passBelowPercent": "3"}', 'when contracts came'
      FROM community c WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'bill-check');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'bill-check';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      DROP TABLE supplier_contract;
    `);
  }
}
