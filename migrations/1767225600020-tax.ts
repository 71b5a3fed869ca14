import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What tax and caps need to know: how a rate of zero is meant, who uses energy for what, what gas was worth, and findings that
 * carry their figures.
 *
 * A rate says its category as EN 16931 names it (S, Z, E, O, AE): the zero of an exempt rent and that of a reverse charge are not the
 * same zero. Rates that stood before this are S where they charge something and Z where they do not, as they were printed. Declarations
 * of use and calorific values are never edited; one declaration holds for an occupancy on a day, and of calorific values the last.
 *
 * Policies that came with this hold from the beginning, with terms that change nothing.
 *
 * Lock risk: a moment's exclusive lock on `tax_rate`, `invoice_tax`, `run_use` and `run_issue`; columns come with constant defaults or
 * empty, so no row is rewritten. Way back: `down` drops columns, tables and policies; what they said is lost.
 */
export class Tax1767225600020 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE tax_rate ADD COLUMN category text NOT NULL DEFAULT 'S' CHECK (category IN ('S', 'Z', 'E', 'O', 'AE'));
      ALTER TABLE tax_rate ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 300);
      ALTER TABLE tax_rate NO FORCE ROW LEVEL SECURITY;
      UPDATE tax_rate SET category = 'Z' WHERE rate = 0;
      ALTER TABLE tax_rate FORCE ROW LEVEL SECURITY;
      ALTER TABLE tax_rate ALTER COLUMN category DROP DEFAULT;
      ALTER TABLE tax_rate ADD CONSTRAINT tax_rate_category_fits CHECK ((category = 'S') = (rate > 0));
      ALTER TABLE tax_rate ADD CONSTRAINT tax_rate_reason_where_due CHECK (category NOT IN ('E', 'O', 'AE') OR reason <> '');
      COMMENT ON COLUMN tax_rate.category IS 'EN 16931: S standard or reduced, Z zero-rated, E exempt, O outside the scope, AE reverse charge';

      -- Issued before there were categories: nothing is claimed of them afterwards.
      ALTER TABLE invoice_tax ADD COLUMN category text CHECK (category IN ('S', 'Z', 'E', 'O', 'AE'));
      ALTER TABLE invoice_tax ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 300);

      ALTER TABLE run_issue ADD COLUMN facts jsonb;
      COMMENT ON COLUMN run_issue.facts IS 'the figures of the finding by name, as texts';

      ALTER TABLE run_use ADD COLUMN conversion jsonb;
      COMMENT ON COLUMN run_use.conversion IS 'gas that was billed in kWh: energy, factor, correction, calorific values; the quantity stays as counted';

      CREATE TABLE calorific_value (
        community_id uuid NOT NULL,
        site_id uuid NOT NULL,
        day date NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        value numeric NOT NULL CHECK (scale(trim_scale(value)) <= 6 AND value > 0 AND value < 1000),
        source short_text NOT NULL,
        entered_by uuid,
        entered_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, site_id, day, version),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, entered_by) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE calorific_value IS 'MJ in a cubic metre of the gas of a day; the last version counts';
      CREATE INDEX calorific_value_entered_by ON calorific_value (community_id, entered_by);
      CALL protect('calorific_value');
      CALL make_append_only('calorific_value');

      CREATE TABLE qualifying_use (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        occupancy_id uuid NOT NULL,
        days civil_days NOT NULL,
        kind text NOT NULL CHECK (kind IN ('domestic', 'charity', 'mixed')),
        percent numeric NOT NULL CHECK (scale(trim_scale(percent)) <= 6 AND percent >= 0 AND percent <= 100),
        evidence short_text NOT NULL,
        declared_on date NOT NULL,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, occupancy_id) REFERENCES occupancy (community_id, id),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id),
        CONSTRAINT qualifying_use_no_overlap EXCLUDE USING gist (community_id WITH =, occupancy_id WITH =, days WITH &&)
      );
      COMMENT ON TABLE qualifying_use IS 'how much of what an occupant uses is used at home or by a charity, as the occupant declared';
      CREATE INDEX qualifying_use_occupancy ON qualifying_use (community_id, occupancy_id);
      CREATE INDEX qualifying_use_created_by ON qualifying_use (community_id, created_by);
      CALL protect('qualifying_use');
      CREATE TRIGGER only_ends BEFORE UPDATE OR DELETE ON qualifying_use FOR EACH ROW EXECUTE FUNCTION version_only_ends();

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), first.key, '[2000-01-01,)', first.value, 'when rules of tax came'
      FROM community c CROSS JOIN jsonb_each('${firstTerms()}') AS first
      WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = first.key);
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE qualifying_use, calorific_value;
      ALTER TABLE run_use DROP COLUMN conversion;
      ALTER TABLE run_issue DROP COLUMN facts;
      ALTER TABLE invoice_tax DROP COLUMN category, DROP COLUMN reason;
      ALTER TABLE tax_rate DROP CONSTRAINT tax_rate_category_fits, DROP CONSTRAINT tax_rate_reason_where_due;
      ALTER TABLE tax_rate DROP COLUMN category, DROP COLUMN reason;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name IN ('tax-treatment', 'reduced-rate', 'levy', 'price-cap', 'gas');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
    `);
  }
}

/** As a community began with them when this was written; what it begins with later is not this migration's business. */
function firstTerms(): string {
  return JSON.stringify({
    'tax-treatment': { metered: null, standing: null, unmetered: null, commonParts: null, spaceWork: null },
    'reduced-rate': { utilities: [], qualifyingFromPercent: '60' },
    levy: { sharedBy: 'all-use', smallUseExempt: false },
    'price-cap': { caps: [] },
    gas: { billedIn: 'm3', volumeCorrection: '1.02264' },
  });
}
