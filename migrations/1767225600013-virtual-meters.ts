import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Virtual meters: registers that nobody reads, because their use is worked out from other registers of the same site.
 *
 * A formula is a sum of terms, each a factor and a register. It holds from a day on, until a later version: of the versions that have
 * begun on a day the last one adopted counts. Versions and their terms are never changed and none can be added to afterwards.
 *
 * What the domain refuses is refused here as well: a formula over another site, utility or unit; a register of
 * a virtual meter that is none; and a loop, on whatever day. Loops are looked for under a lock of the site, so that two formulas adopted at once, each sound by
 * itself, cannot close one; who reads by a snapshot taken before the lock is turned away. What a meter is (site, role, utility, unit,
 * direction) can no longer be changed, for formulas rest on it. Nothing is read at a virtual register: names and estimates of one are refused.
 *
 * run_use.quantity takes nine digits after the point instead of six, because a use that is worked out is a factor of three digits
 * times one of six; run_use.parts keeps the figures it was worked out from.
 *
 * Lock risk: run_use is rewritten under an exclusive lock (its column changes its type): a few seconds for each million uses. register
 * gets another check, which reads it once. Way back: `down` drops the tables and columns; formulas are lost, and it refuses to go
 * back while virtual registers or uses of more than six digits are there, because nothing could hold them.
 */
export class VirtualMeters1767225600013 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE register DROP CONSTRAINT register_kind_check;
      ALTER TABLE register ADD CONSTRAINT register_kind_check CHECK (kind IN ('cumulative', 'interval', 'virtual'));
      ALTER TABLE register ADD CONSTRAINT register_virtual_plain CHECK (kind <> 'virtual' OR (direction = 'import' AND NOT restarts));

      CREATE FUNCTION register_fits_meter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM meter m WHERE m.community_id = NEW.community_id AND m.id = NEW.meter_id
                   AND (m.role = 'virtual') <> (NEW.kind = 'virtual')) THEN
          RAISE EXCEPTION 'invalid-input: registers of a virtual meter are worked out by a formula, and only those';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER register_fits_meter BEFORE INSERT ON register FOR EACH ROW EXECUTE FUNCTION register_fits_meter();

      CREATE FUNCTION refuse_other_meter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'conflict: what a meter or register is never changes, for formulas and bills rest on it; make another one';
      END $$;
      CREATE TRIGGER meter_stays BEFORE UPDATE ON meter FOR EACH ROW
        WHEN ((OLD.community_id, OLD.id, OLD.site_id, OLD.role, OLD.utility)
              IS DISTINCT FROM (NEW.community_id, NEW.id, NEW.site_id, NEW.role, NEW.utility)) EXECUTE FUNCTION refuse_other_meter();
      CREATE TRIGGER register_stays BEFORE UPDATE ON register FOR EACH ROW
        WHEN ((OLD.community_id, OLD.id, OLD.meter_id, OLD.kind, OLD.unit, OLD.direction)
              IS DISTINCT FROM (NEW.community_id, NEW.id, NEW.meter_id, NEW.kind, NEW.unit, NEW.direction)) EXECUTE FUNCTION refuse_other_meter();

      CREATE FUNCTION refuse_virtual() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM register r WHERE r.community_id = NEW.community_id AND r.id = NEW.register_id AND r.kind = 'virtual') THEN
          RAISE EXCEPTION 'invalid-input: nothing is read or estimated at a virtual register; look at the registers of its formula';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse_virtual BEFORE INSERT ON register_alias FOR EACH ROW EXECUTE FUNCTION refuse_virtual();
      CREATE TRIGGER refuse_virtual BEFORE INSERT ON reading_estimate FOR EACH ROW EXECUTE FUNCTION refuse_virtual();

      CREATE FUNCTION virtual_device_is_plain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (NEW.multiplier, NEW.capacity, NEW.max_per_hour, NEW.opening, NEW.closing) IS DISTINCT FROM (1, NULL, NULL, NULL, NULL)
           AND EXISTS (SELECT FROM register r WHERE r.community_id = NEW.community_id AND r.id = NEW.register_id AND r.kind = 'virtual') THEN
          RAISE EXCEPTION 'invalid-input: a virtual register has no device, so no multiplier, capacity or display';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER virtual_device_is_plain BEFORE INSERT OR UPDATE ON installation_register
        FOR EACH ROW EXECUTE FUNCTION virtual_device_is_plain();

      CREATE DOMAIN formula_factor AS numeric CHECK (scale(trim_scale(VALUE)) <= 3 AND VALUE > -1000 AND VALUE < 1000 AND VALUE <> 0);

      CREATE TABLE virtual_formula (
        community_id uuid NOT NULL,
        register_id uuid NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        from_day date NOT NULL,
        terms integer NOT NULL CHECK (terms BETWEEN 1 AND 200),
        reason short_text NOT NULL,
        made_by uuid,
        made_at timestamptz NOT NULL,
        PRIMARY KEY (community_id, register_id, version),
        FOREIGN KEY (community_id, register_id) REFERENCES register (community_id, id),
        FOREIGN KEY (community_id, made_by) REFERENCES person (community_id, id)
      );
      COMMENT ON TABLE virtual_formula IS 'how a virtual register is worked out from a day on; of those begun the last version counts';
      COMMENT ON COLUMN virtual_formula.terms IS 'how many terms it has: no more, no fewer, ever';
      CREATE INDEX virtual_formula_made_by ON virtual_formula (community_id, made_by);
      CALL protect('virtual_formula');
      CALL make_append_only('virtual_formula');

      CREATE TABLE virtual_term (
        community_id uuid NOT NULL,
        register_id uuid NOT NULL,
        version integer NOT NULL,
        no integer NOT NULL CHECK (no BETWEEN 1 AND 200),
        part_id uuid NOT NULL,
        coefficient formula_factor NOT NULL,
        PRIMARY KEY (community_id, register_id, version, no),
        CONSTRAINT virtual_term_once UNIQUE (community_id, register_id, version, part_id),
        FOREIGN KEY (community_id, register_id, version) REFERENCES virtual_formula (community_id, register_id, version),
        FOREIGN KEY (community_id, part_id) REFERENCES register (community_id, id)
      );
      CREATE INDEX virtual_term_part ON virtual_term (community_id, part_id);
      CALL protect('virtual_term');
      CALL make_append_only('virtual_term');

      CREATE VIEW formula_in_force WITH (security_invoker = true) AS
        SELECT f.community_id, f.register_id, f.version, daterange(f.from_day,
          (SELECT min(w.from_day) FROM virtual_formula w
           WHERE w.community_id = f.community_id AND w.register_id = f.register_id AND w.version > f.version)) AS days
        FROM virtual_formula f
        WHERE NOT EXISTS (SELECT FROM virtual_formula w WHERE w.community_id = f.community_id AND w.register_id = f.register_id
                          AND w.version > f.version AND w.from_day <= f.from_day);
      COMMENT ON VIEW formula_in_force IS 'the days on which each version is the one that counts; versions that never count are missing';
      GRANT SELECT ON formula_in_force TO commonmeter_app;

      CREATE FUNCTION formula_fits_register() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE site uuid; kind text; last integer; BEGIN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
          RAISE EXCEPTION 'conflict: formulas are adopted under READ COMMITTED, where a lock shows what others have just done';
        END IF;
        SELECT m.site_id, r.kind INTO site, kind FROM register r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
        WHERE r.community_id = NEW.community_id AND r.id = NEW.register_id;
        PERFORM pg_advisory_xact_lock(hashtextextended('formulas of site ' || coalesce(site::text, ''), 0));
        IF kind IS DISTINCT FROM 'virtual' THEN
          RAISE EXCEPTION 'invalid-input: only registers of virtual meters have a formula';
        END IF;
        SELECT coalesce(max(f.version), 0) INTO last FROM virtual_formula f
        WHERE f.community_id = NEW.community_id AND f.register_id = NEW.register_id;
        IF NEW.version <> last + 1 THEN
          RAISE EXCEPTION 'conflict: another formula was adopted for this register just now; look at it and try again';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER formula_fits_register BEFORE INSERT ON virtual_formula FOR EACH ROW EXECUTE FUNCTION formula_fits_register();

      CREATE FUNCTION term_fits_formula() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (
          SELECT FROM register a JOIN meter am ON am.community_id = a.community_id AND am.id = a.meter_id
          JOIN register b ON b.community_id = a.community_id AND b.id = NEW.part_id
          JOIN meter bm ON bm.community_id = b.community_id AND bm.id = b.meter_id
          WHERE a.community_id = NEW.community_id AND a.id = NEW.register_id
            AND am.site_id = bm.site_id AND am.utility = bm.utility AND a.unit = b.unit) THEN
          RAISE EXCEPTION 'unit-mismatch: a formula takes registers of its own site, utility and unit only';
        END IF;
        IF EXISTS (
          WITH RECURSIVE reached (part_id, days) AS (
            SELECT NEW.part_id, f.days FROM formula_in_force f
            WHERE f.community_id = NEW.community_id AND f.register_id = NEW.register_id AND f.version = NEW.version
            UNION
            SELECT t.part_id, r.days * f.days FROM reached r
            JOIN formula_in_force f ON f.community_id = NEW.community_id AND f.register_id = r.part_id AND f.days && r.days
            JOIN virtual_term t ON t.community_id = f.community_id AND t.register_id = f.register_id AND t.version = f.version)
          SELECT FROM reached WHERE part_id = NEW.register_id) THEN
          RAISE EXCEPTION 'formula-loop: the formula comes back to its own register, so it could never be worked out';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER term_fits_formula AFTER INSERT ON virtual_term FOR EACH ROW EXECUTE FUNCTION term_fits_formula();

      CREATE FUNCTION formula_has_its_terms() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT f.terms FROM virtual_formula f
            WHERE f.community_id = NEW.community_id AND f.register_id = NEW.register_id AND f.version = NEW.version) <>
           (SELECT count(*) FROM virtual_term t
            WHERE t.community_id = NEW.community_id AND t.register_id = NEW.register_id AND t.version = NEW.version) THEN
          RAISE EXCEPTION 'append-only: a formula has the terms it was adopted with; adopt another version';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER formula_has_its_terms AFTER INSERT ON virtual_formula DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION formula_has_its_terms();
      CREATE CONSTRAINT TRIGGER formula_has_its_terms AFTER INSERT ON virtual_term DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION formula_has_its_terms();

      CREATE DOMAIN use_amount AS numeric CHECK (scale(trim_scale(VALUE)) <= 9 AND VALUE > -1e12 AND VALUE < 1e12);
      ALTER TABLE run_use ALTER COLUMN quantity TYPE use_amount;
      ALTER TABLE run_use ADD COLUMN parts jsonb CHECK (jsonb_typeof(parts) = 'array');
      COMMENT ON COLUMN run_use.parts IS 'what the use of a virtual register was worked out from: register, factor, quantity';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE run_use DROP COLUMN parts;
      ALTER TABLE run_use ALTER COLUMN quantity TYPE energy_amount;
      DROP VIEW formula_in_force;
      DROP TABLE virtual_term, virtual_formula;
      DROP TRIGGER virtual_device_is_plain ON installation_register;
      DROP TRIGGER refuse_virtual ON reading_estimate; DROP TRIGGER refuse_virtual ON register_alias;
      DROP TRIGGER register_stays ON register; DROP TRIGGER meter_stays ON meter; DROP TRIGGER register_fits_meter ON register;
      DROP FUNCTION formula_has_its_terms, term_fits_formula, formula_fits_register, virtual_device_is_plain, refuse_virtual,
        refuse_other_meter, register_fits_meter;
      DROP DOMAIN use_amount, formula_factor;
      ALTER TABLE register DROP CONSTRAINT register_virtual_plain;
      ALTER TABLE register DROP CONSTRAINT register_kind_check;
      ALTER TABLE register ADD CONSTRAINT register_kind_check CHECK (kind IN ('cumulative', 'interval'));
    `);
  }
}
