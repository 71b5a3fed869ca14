import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What things cost and by what rule they are shared: band calendars, own tariffs, keys, tax rates, supplier bills, charges.
 *
 * Versions of a tariff or key never overlap (exclusion constraint) and are never edited once adopted. The components of a
 * supplier bill add up to its net amount at every commit (deferred trigger). Files are kept by their hash.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them.
 */
export class TariffsAndCosts1767225600004 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE band_calendar (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        terms jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT band_calendar_code UNIQUE (community_id, code)
      );
      CALL protect('band_calendar');
      CALL make_append_only('band_calendar');

      CREATE TABLE tariff (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT tariff_code UNIQUE (community_id, code)
      );
      CALL protect('tariff');

      CREATE TABLE tariff_version (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        tariff_id uuid NOT NULL,
        days civil_days NOT NULL,
        terms jsonb NOT NULL,
        adopted_by short_text NOT NULL,
        adopted_on date NOT NULL,
        decision short_text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, tariff_id) REFERENCES tariff (community_id, id),
        CONSTRAINT tariff_version_no_overlap EXCLUDE USING gist (community_id WITH =, tariff_id WITH =, days WITH &&)
      );
      CREATE INDEX tariff_version_tariff ON tariff_version (community_id, tariff_id);
      CALL protect('tariff_version');

      CREATE TABLE apportionment_key (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT apportionment_key_code UNIQUE (community_id, code)
      );
      CALL protect('apportionment_key');

      CREATE TABLE key_version (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        key_id uuid NOT NULL,
        days civil_days NOT NULL,
        terms jsonb NOT NULL,
        adopted_by short_text NOT NULL,
        adopted_on date NOT NULL,
        decision short_text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, key_id) REFERENCES apportionment_key (community_id, id),
        CONSTRAINT key_version_no_overlap EXCLUDE USING gist (community_id WITH =, key_id WITH =, days WITH &&)
      );
      CREATE INDEX key_version_key ON key_version (community_id, key_id);
      CALL protect('key_version');

      -- An open version may be ended so that the next can begin; nothing else of it ever changes.
      CREATE FUNCTION version_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND upper_inf(OLD.days) AND NOT upper_inf(NEW.days) AND lower(OLD.days) = lower(NEW.days)
           AND (to_jsonb(OLD) - 'days') = (to_jsonb(NEW) - 'days') THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'append-only: a version of % never changes once adopted; adopt a new one', TG_TABLE_NAME;
      END $$;
      CREATE TRIGGER only_ends BEFORE UPDATE OR DELETE ON tariff_version FOR EACH ROW EXECUTE FUNCTION version_only_ends();
      CREATE TRIGGER only_ends BEFORE UPDATE OR DELETE ON key_version FOR EACH ROW EXECUTE FUNCTION version_only_ends();

      CREATE TABLE tax_rate (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        code code_text NOT NULL,
        label short_text NOT NULL,
        rate tax_fraction NOT NULL,
        days civil_days NOT NULL,
        PRIMARY KEY (community_id, id),
        CONSTRAINT tax_rate_no_overlap EXCLUDE USING gist (community_id WITH =, code WITH =, days WITH &&)
      );
      CALL protect('tax_rate');

      CREATE TABLE stored_file (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        sha256 bytea NOT NULL CHECK (length(sha256) = 32),
        name short_text NOT NULL,
        media_type short_text NOT NULL,
        content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 20000000),
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        UNIQUE (community_id, sha256),
        CONSTRAINT stored_file_hash_is_its_own CHECK (sha256 = sha256(content))
      );
      CALL protect('stored_file');
      CALL make_append_only('stored_file');

      CREATE TABLE supplier_bill (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        supplier short_text NOT NULL,
        number short_text NOT NULL,
        utility text NOT NULL DEFAULT 'electricity',
        days civil_days NOT NULL CHECK (NOT upper_inf(days)),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        net money_amount NOT NULL,
        tax money_amount NOT NULL,
        gross money_amount NOT NULL,
        file_id uuid,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT supplier_bill_once UNIQUE (community_id, supplier, number),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, file_id) REFERENCES stored_file (community_id, id),
        FOREIGN KEY (community_id, created_by) REFERENCES person (community_id, id),
        CONSTRAINT supplier_bill_gross CHECK (net + tax = gross)
      );
      CREATE INDEX supplier_bill_site ON supplier_bill (community_id, site_id);
      CREATE INDEX supplier_bill_file ON supplier_bill (community_id, file_id);
      CREATE INDEX supplier_bill_created_by ON supplier_bill (community_id, created_by);
      CALL protect('supplier_bill');
      CALL make_append_only('supplier_bill');

      CREATE TABLE supplier_bill_component (
        community_id uuid NOT NULL,
        bill_id uuid NOT NULL,
        no integer NOT NULL CHECK (no > 0),
        description short_text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('energy', 'standing', 'levy', 'demand', 'other')),
        band text,
        quantity numeric CHECK (scale(trim_scale(quantity)) <= 6 AND quantity > -1e12 AND quantity < 1e12),
        unit text,
        price unit_price,
        amount money_amount NOT NULL,
        tax money_amount NOT NULL,
        tax_code code_text NOT NULL,
        key_id uuid NOT NULL,
        PRIMARY KEY (community_id, bill_id, no),
        FOREIGN KEY (community_id, bill_id) REFERENCES supplier_bill (community_id, id),
        FOREIGN KEY (community_id, key_id) REFERENCES apportionment_key (community_id, id)
      );
      COMMENT ON COLUMN supplier_bill_component.tax IS 'what the supplier charges on it; part of the cost where the community cannot reclaim it';
      COMMENT ON COLUMN supplier_bill_component.tax_code IS 'the tax that members pay on their share, not the supplier''s';
      CREATE INDEX supplier_bill_component_key ON supplier_bill_component (community_id, key_id);
      CALL protect('supplier_bill_component');
      CALL make_append_only('supplier_bill_component');

      CREATE FUNCTION bill_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE bill record;
      BEGIN
        SELECT b.number, b.net, b.tax, coalesce(sum(c.amount), 0) AS components, coalesce(sum(c.tax), 0) AS taxes INTO bill
          FROM supplier_bill b LEFT JOIN supplier_bill_component c ON c.community_id = b.community_id AND c.bill_id = b.id
          WHERE b.community_id = NEW.community_id AND b.id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid
          GROUP BY b.number, b.net, b.tax;
        IF bill.components <> bill.net OR bill.taxes <> bill.tax THEN
          RAISE EXCEPTION 'bill-does-not-add-up: the components of bill % come to % plus tax %, the bill says % plus tax %',
            bill.number, bill.components, bill.taxes, bill.net, bill.tax;
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON supplier_bill DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION bill_adds_up('id');
      CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON supplier_bill_component DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION bill_adds_up('bill_id');

      CREATE TABLE charge (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        code code_text NOT NULL,
        description short_text NOT NULL,
        section text NOT NULL CHECK (section IN ('energy', 'rent', 'service', 'internet', 'fee', 'other')),
        kind text NOT NULL CHECK (kind IN ('recurring', 'one-off', 'tariff')),
        amount money_amount,
        per text CHECK (per IN ('day', 'month', 'year', 'once')),
        proration text NOT NULL DEFAULT 'day-of-month' CHECK (proration IN ('day-of-month', 'day-of-year', '365')),
        days civil_days NOT NULL,
        tax_code code_text NOT NULL,
        key_id uuid,
        space_id uuid,
        tariff_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT charge_code UNIQUE (community_id, code),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id),
        FOREIGN KEY (community_id, key_id) REFERENCES apportionment_key (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id),
        FOREIGN KEY (community_id, tariff_id) REFERENCES tariff (community_id, id),
        CONSTRAINT charge_has_one_rule CHECK (num_nonnulls(key_id, space_id, tariff_id) = 1),
        CONSTRAINT charge_amount_or_tariff CHECK ((kind = 'tariff') = (tariff_id IS NOT NULL) AND (kind = 'tariff') = (amount IS NULL)
          AND (kind = 'tariff') = (per IS NULL) AND (kind = 'one-off') = (per IS NOT DISTINCT FROM 'once'))
      );
      COMMENT ON TABLE charge IS 'recurring and one-off costs, shared by a key, put on one space, or priced by the community''s own tariff';
      CREATE INDEX charge_site ON charge (community_id, site_id);
      CREATE INDEX charge_key ON charge (community_id, key_id);
      CREATE INDEX charge_space ON charge (community_id, space_id);
      CREATE INDEX charge_tariff ON charge (community_id, tariff_id);
      CALL protect('charge');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE charge, supplier_bill_component, supplier_bill, stored_file, tax_rate, key_version, apportionment_key,
        tariff_version, tariff, band_calendar;
      DROP FUNCTION bill_adds_up; DROP FUNCTION version_only_ends;
    `);
  }
}
