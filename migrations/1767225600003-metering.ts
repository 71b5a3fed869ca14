import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Meters, registers, installations and readings.
 *
 * A reading is identified for ever by its register and its instant (for an interval, its start), so a device may send what
 * it has as often as it likes. Readings are never edited: a correction is a later row in reading_correction, and
 * reading_in_force is what counts. What cannot be taken as it is (unknown meter, another value for a known reading, a
 * reading from the future) is kept beside, for a person to decide.
 *
 * Readings carry narrow integer keys and no foreign key: uuid keys double the table, a foreign key triples the cost of
 * taking in a batch (both measured). The intake statement joins the register inside the same transaction instead.
 *
 * Lock risk: none, the tables are new. Way back: `down` drops them.
 */
export class Metering1767225600003 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE DOMAIN instants AS tstzrange
        CHECK (NOT isempty(VALUE) AND lower(VALUE) IS NOT NULL AND lower_inc(VALUE) AND NOT upper_inc(VALUE));

      CREATE TABLE meter (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        site_id uuid NOT NULL,
        code code_text NOT NULL,
        name short_text NOT NULL,
        role text NOT NULL CHECK (role IN ('source', 'sub', 'virtual')),
        utility text NOT NULL DEFAULT 'electricity' CHECK (utility IN ('electricity', 'gas', 'water', 'heat')),
        verified_until date,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT meter_code UNIQUE (community_id, code),
        FOREIGN KEY (community_id, site_id) REFERENCES site (community_id, id)
      );
      CREATE INDEX meter_site ON meter (community_id, site_id);
      CALL protect('meter');

      CREATE TABLE token_meter (
        community_id uuid NOT NULL,
        token_id uuid NOT NULL,
        meter_id uuid NOT NULL,
        PRIMARY KEY (community_id, token_id, meter_id),
        FOREIGN KEY (community_id, token_id) REFERENCES access_token (community_id, id),
        FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id)
      );
      COMMENT ON TABLE token_meter IS 'the meters a device key may send for; none means its whole site';
      CREATE INDEX token_meter_meter ON token_meter (community_id, meter_id);
      CALL protect('token_meter');

      CREATE TABLE register (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        no integer GENERATED ALWAYS AS IDENTITY UNIQUE,
        meter_id uuid NOT NULL,
        code code_text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('cumulative', 'interval')),
        unit text NOT NULL CHECK (unit IN ('kWh', 'm3', 'kVArh', 'l')),
        direction text NOT NULL DEFAULT 'import' CHECK (direction IN ('import', 'export')),
        interval_minutes integer CHECK (interval_minutes IN (5, 10, 15, 30, 60, 1440)),
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        CONSTRAINT register_code UNIQUE (community_id, meter_id, code),
        FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id),
        CONSTRAINT register_interval_length CHECK ((kind = 'interval') = (interval_minutes IS NOT NULL))
      );
      CALL protect('register');

      CREATE TABLE register_alias (
        community_id uuid NOT NULL,
        meter_code text NOT NULL,
        register_code text NOT NULL,
        register_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, meter_code, register_code),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id)
      );
      COMMENT ON TABLE register_alias IS 'names that devices use for a register, bound from the inbox of unclaimed readings';
      CREATE INDEX register_alias_register ON register_alias (community_id, register_id);
      CALL protect('register_alias');

      CREATE TABLE installation (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        meter_id uuid NOT NULL,
        space_id uuid,
        serial text NOT NULL DEFAULT '',
        period instants NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id),
        FOREIGN KEY (community_id, space_id) REFERENCES space (community_id, id),
        CONSTRAINT installation_no_overlap EXCLUDE USING gist (community_id WITH =, meter_id WITH =, period WITH &&)
      );
      COMMENT ON TABLE installation IS 'one device at one place for a time; an exchange ends one and begins the next';
      CREATE INDEX installation_meter ON installation (community_id, meter_id);
      CREATE INDEX installation_space ON installation (community_id, space_id);
      CALL protect('installation');

      CREATE TABLE installation_register (
        community_id uuid NOT NULL,
        installation_id uuid NOT NULL,
        register_id uuid NOT NULL,
        multiplier positive_factor NOT NULL DEFAULT 1,
        capacity positive_factor,
        max_per_hour positive_factor,
        opening energy_amount CHECK (opening >= 0),
        closing energy_amount CHECK (closing >= 0),
        PRIMARY KEY (community_id, installation_id, register_id),
        FOREIGN KEY (community_id, installation_id) REFERENCES installation (community_id, id),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id)
      );
      COMMENT ON COLUMN installation_register.capacity IS 'the value at which the display starts again from zero';
      COMMENT ON COLUMN installation_register.max_per_hour IS 'the most that can pass in an hour, in the register''s unit';
      CREATE INDEX installation_register_register ON installation_register (community_id, register_id);
      CALL protect('installation_register');

      -- Which state of a community's meters a process has seen. A sequence, because it never gives a number twice, not even
      -- after a rollback: equal numbers mean equal meters.
      CREATE SEQUENCE register_catalog_version;
      GRANT USAGE ON SEQUENCE register_catalog_version TO commonmeter_app;
      CREATE TABLE register_catalog (
        community_id uuid PRIMARY KEY REFERENCES community,
        version bigint NOT NULL
      );
      COMMENT ON TABLE register_catalog IS 'changes with every change to a meter, so that intake may remember names between batches';
      CALL protect('register_catalog');
      CREATE FUNCTION meters_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO register_catalog (community_id, version)
        SELECT current_community(), nextval('register_catalog_version') WHERE current_community() IS NOT NULL
        ON CONFLICT (community_id) DO UPDATE SET version = excluded.version;
        RETURN NULL;
      END $$;
      DO $$ DECLARE tab text; BEGIN
        FOREACH tab IN ARRAY ARRAY['meter', 'register', 'register_alias', 'installation', 'installation_register'] LOOP
          EXECUTE format('CREATE TRIGGER meters_changed AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION meters_changed()', tab);
        END LOOP;
      END $$;

      CREATE TABLE reading_batch (
        community_id uuid NOT NULL REFERENCES community,
        no bigint GENERATED ALWAYS AS IDENTITY,
        source short_text NOT NULL,
        actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'device', 'system')),
        actor_id uuid,
        received_at timestamptz NOT NULL,
        items integer NOT NULL CHECK (items >= 0),
        sha256 bytea CHECK (length(sha256) = 32),
        PRIMARY KEY (community_id, no)
      );
      CALL protect('reading_batch');
      CALL make_append_only('reading_batch');

      CREATE DOMAIN reading_quality AS text CHECK (VALUE IN ('actual', 'customer', 'estimated', 'substituted', 'derived'));

      CREATE TABLE reading (
        community_no integer NOT NULL,
        register_no integer NOT NULL,
        at timestamptz NOT NULL,
        until timestamptz CHECK (until > at),
        batch_no bigint NOT NULL,
        quality reading_quality NOT NULL,
        value energy_amount NOT NULL CHECK (value >= 0),
        PRIMARY KEY (community_no, register_no, at)
      );
      COMMENT ON COLUMN reading.until IS 'the end of an interval; empty for a register reading taken at an instant';
      CALL protect('reading', 'community_no = (SELECT c.no FROM community c WHERE c.id = current_community())');
      CALL make_append_only('reading');

      CREATE TABLE reading_correction (
        community_id uuid NOT NULL REFERENCES community,
        register_no integer NOT NULL REFERENCES register (no),
        at timestamptz NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        until timestamptz,
        value energy_amount NOT NULL CHECK (value >= 0),
        quality reading_quality NOT NULL,
        reason short_text NOT NULL,
        decided_by uuid NOT NULL,
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, register_no, at, version),
        FOREIGN KEY (community_id, decided_by) REFERENCES person (community_id, id)
      );
      CREATE INDEX reading_correction_register ON reading_correction (register_no);
      CREATE INDEX reading_correction_decided_by ON reading_correction (community_id, decided_by);
      CALL protect('reading_correction');
      CALL make_append_only('reading_correction');

      CREATE VIEW reading_in_force WITH (security_invoker = true) AS
        SELECT r.community_no, r.register_no, r.at, r.until, r.batch_no,
               coalesce(c.quality::text, r.quality::text) AS quality, coalesce(c.value, r.value)::numeric AS value
        FROM reading r
        LEFT JOIN (SELECT DISTINCT ON (register_no, at) register_no, at, value, quality
                   FROM reading_correction ORDER BY register_no, at, version DESC) c USING (register_no, at);
      GRANT SELECT ON reading_in_force TO commonmeter_app;

      CREATE TABLE reading_exception (
        community_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('conflict', 'held')),
        reason code_text NOT NULL,
        detail text NOT NULL,
        register_id uuid NOT NULL,
        at timestamptz NOT NULL,
        until timestamptz,
        value energy_amount NOT NULL,
        quality reading_quality NOT NULL,
        batch_no bigint NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, id),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id),
        FOREIGN KEY (community_id, batch_no) REFERENCES reading_batch (community_id, no)
      );
      CREATE UNIQUE INDEX reading_exception_once ON reading_exception (community_id, register_id, at, kind, value, coalesce(until, at));
      CREATE INDEX reading_exception_batch ON reading_exception (community_id, batch_no);
      CALL protect('reading_exception');
      CALL make_append_only('reading_exception');

      CREATE TABLE exception_decision (
        community_id uuid NOT NULL,
        exception_id uuid NOT NULL,
        choice text NOT NULL CHECK (choice IN ('keep', 'supersede', 'accept', 'dismiss')),
        reason short_text NOT NULL,
        decided_by uuid NOT NULL,
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, exception_id),
        FOREIGN KEY (community_id, exception_id) REFERENCES reading_exception (community_id, id),
        FOREIGN KEY (community_id, decided_by) REFERENCES person (community_id, id)
      );
      CREATE INDEX exception_decision_decided_by ON exception_decision (community_id, decided_by);
      CALL protect('exception_decision');
      CALL make_append_only('exception_decision');

      CREATE TABLE unclaimed_source (
        community_id uuid NOT NULL REFERENCES community,
        id uuid NOT NULL,
        meter_code text NOT NULL,
        register_code text NOT NULL,
        first_seen timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        bound_at timestamptz,
        bound_register_id uuid,
        PRIMARY KEY (community_id, id),
        UNIQUE (community_id, meter_code, register_code),
        FOREIGN KEY (community_id, bound_register_id) REFERENCES register (community_id, id)
      );
      CREATE INDEX unclaimed_source_register ON unclaimed_source (community_id, bound_register_id);
      CALL protect('unclaimed_source');

      CREATE TABLE unclaimed_reading (
        community_id uuid NOT NULL,
        source_id uuid NOT NULL,
        sha256 bytea NOT NULL,
        payload jsonb NOT NULL,
        batch_no bigint NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, source_id, sha256),
        FOREIGN KEY (community_id, source_id) REFERENCES unclaimed_source (community_id, id),
        FOREIGN KEY (community_id, batch_no) REFERENCES reading_batch (community_id, no)
      );
      CREATE INDEX unclaimed_reading_batch ON unclaimed_reading (community_id, batch_no);
      CALL protect('unclaimed_reading');
      CALL make_append_only('unclaimed_reading');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP VIEW reading_in_force;
      DROP TABLE unclaimed_reading, unclaimed_source, exception_decision, reading_exception, reading_correction, reading,
        reading_batch, register_catalog, installation_register, installation, register_alias, register, token_meter, meter;
      DROP FUNCTION meters_changed; DROP SEQUENCE register_catalog_version;
      DROP DOMAIN reading_quality, instants;
    `);
  }
}
