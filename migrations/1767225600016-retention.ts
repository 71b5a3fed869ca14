import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Retention: when the policy of a community says so, the readings within a billed time go, and a record of them stays.
 *
 * Writing a row of reading_reduction is what removes them: the database itself finds the readings that may go, counts and adds them,
 * takes their hash and removes them, or refuses. So a record never says anything else than what went, and readings go no other way
 * (but with the import that brought them). What an invoice cites stays: of a display the first and the last reading of each time that
 * was billed, and any that a run names; the totals of intervals stand in run_use.
 *
 * Nothing goes that was not billed by an issued run, that the policy still keeps (thirteen months at least, which is longer than anybody
 * may dispute), about which somebody has to decide, or that was corrected or came after it was billed.
 *
 * A change to meters has intake look at them anew; a reduction does so too, because what comes for such a time is refused. Communities
 * that are there already get the policy that keeps everything.
 *
 * Lock risk: row-level security of two small tables is not forced on their owner for the moment of the insert, under a brief exclusive
 * lock. Way back: `down` drops the record and the policy rows; readings that went do not come back.
 */
export class Retention1767225600016 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE reading_reduction (
        community_id uuid NOT NULL,
        register_no integer NOT NULL REFERENCES register (no),
        from_at timestamptz NOT NULL,
        to_at timestamptz NOT NULL CHECK (to_at > from_at),
        run_id uuid NOT NULL,
        policy_id uuid NOT NULL,
        reduced_at timestamptz NOT NULL,
        removed bigint NOT NULL CHECK (removed > 0),
        first_at timestamptz NOT NULL CHECK (first_at >= from_at),
        last_at timestamptz NOT NULL CHECK (last_at >= first_at AND last_at < to_at),
        total numeric NOT NULL,
        sha256 bytea NOT NULL CHECK (length(sha256) = 32),
        xact xid8 NOT NULL,
        PRIMARY KEY (community_id, register_no, from_at),
        FOREIGN KEY (community_id, run_id) REFERENCES billing_run (community_id, id),
        FOREIGN KEY (community_id, policy_id) REFERENCES community_policy (community_id, id),
        CONSTRAINT reading_reduction_once EXCLUDE USING gist (community_id WITH =, register_no WITH =, tstzrange(from_at, to_at) WITH &&)
      );
      COMMENT ON TABLE reading_reduction IS 'readings that went by the policy retention; writing a row removes them';
      COMMENT ON COLUMN reading_reduction.from_at IS 'the time that a run billed as one; nothing is known any more of what was used within it';
      COMMENT ON COLUMN reading_reduction.total IS 'the sum of the values that went, as they were read';
      COMMENT ON COLUMN reading_reduction.sha256 IS 'of one line for each reading that went, see canonical_reading';
      COMMENT ON COLUMN reading_reduction.xact IS 'the transaction, in which alone its readings may go';
      CREATE INDEX reading_reduction_register ON reading_reduction (register_no);
      CREATE INDEX reading_reduction_run ON reading_reduction (community_id, run_id);
      CREATE INDEX reading_reduction_policy ON reading_reduction (community_id, policy_id);
      CALL protect('reading_reduction');
      CALL make_append_only('reading_reduction');
      CREATE TRIGGER meters_changed AFTER INSERT ON reading_reduction FOR EACH STATEMENT EXECUTE FUNCTION meters_changed();

      CREATE FUNCTION canonical_reading(at timestamptz, until timestamptz, value numeric, quality text, batch_no bigint) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT concat_ws(' ', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          coalesce(to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '-'), trim_scale(value), quality, batch_no) || E'\\n' $$;
      COMMENT ON FUNCTION canonical_reading IS 'a reading as it is hashed: start, end, value, quality, batch';

      CREATE FUNCTION reducible_readings(register integer, first timestamptz, last timestamptz)
      RETURNS TABLE (at timestamptz, until timestamptz, value numeric, quality text, batch_no bigint) LANGUAGE sql STABLE AS $$
        WITH own AS (SELECT id, no FROM community WHERE id = current_community()),
          cited AS (
            SELECT (shown->>'at')::timestamptz AS at FROM run_use u JOIN register g ON g.community_id = u.community_id AND g.id = u.register_id
            CROSS JOIN LATERAL (VALUES (u.opening), (u.closing)) AS s (shown)
            WHERE u.community_id = (SELECT id FROM own) AND g.no = register AND s.shown IS NOT NULL),
          inside AS (
            SELECT r.at, r.until, r.value::numeric AS value, r.quality::text AS quality, r.batch_no,
                   min(r.at) OVER () AS earliest, max(r.at) OVER () AS latest
            FROM reading r
            WHERE r.community_no = (SELECT no FROM own) AND r.register_no = register AND r.at BETWEEN first AND last
              AND (r.until IS NULL OR r.until <= last))
        SELECT i.at, i.until, i.value, i.quality, i.batch_no FROM inside i
        WHERE (i.until IS NOT NULL OR i.at NOT IN (i.earliest, i.latest)) AND i.at NOT IN (SELECT c.at FROM cited c WHERE c.at IS NOT NULL)
      $$;
      COMMENT ON FUNCTION reducible_readings IS 'of a time that was billed: intervals that lie in it, and of a display what is neither first, last nor cited';

      CREATE FUNCTION obstacle_to_reduction(register integer, first timestamptz, last timestamptz, run uuid) RETURNS text LANGUAGE sql STABLE AS $$
        WITH billed AS (
          SELECT g.community_id, g.id, g.meter_id, m.site_id, r.issued_at FROM billing_run r
          JOIN run_use u ON u.community_id = r.community_id AND u.run_id = r.id AND u.band = '' AND u.from_at = first AND u.to_at = last
          JOIN register g ON g.community_id = u.community_id AND g.id = u.register_id AND g.no = register
          JOIN meter m ON m.community_id = g.community_id AND m.id = g.meter_id
          WHERE r.community_id = current_community() AND r.id = run AND r.status IN ('issued', 'closed'))
        SELECT CASE
          WHEN NOT EXISTS (SELECT FROM billed) THEN 'no issued run has billed it'
          WHEN EXISTS (
            SELECT FROM billed b JOIN reading_exception e ON e.community_id = b.community_id AND e.register_id = b.id AND e.at BETWEEN first AND last
            WHERE NOT EXISTS (SELECT FROM exception_decision d WHERE d.community_id = e.community_id AND d.exception_id = e.id))
            THEN 'a reading waits for somebody to decide about it'
          WHEN EXISTS (
            SELECT FROM billed b JOIN finding_now f ON f.community_id = b.community_id AND f.site_id = b.site_id AND f.severity = 'blocking'
              AND (f.register_id = b.id OR f.register_id IS NULL AND (f.meter_id = b.meter_id OR f.meter_id IS NULL))
            WHERE f.from_at <= last AND f.to_at >= first AND f.seen AND (f.choice IS NULL OR f.choice IN ('ask', 'estimate')))
            THEN 'a finding waits for somebody to decide about it'
          WHEN EXISTS (
            SELECT FROM billed b JOIN reading_correction c ON c.community_id = b.community_id AND c.register_no = register
            WHERE c.at BETWEEN first AND last AND c.decided_at > b.issued_at)
            THEN 'a reading was corrected after it was billed'
          WHEN EXISTS (
            SELECT FROM billed b JOIN community o ON o.id = b.community_id
            JOIN reading k ON k.community_no = o.no AND k.register_no = register AND k.at BETWEEN first AND last
            JOIN reading_batch h ON h.community_id = b.community_id AND h.no = k.batch_no
            WHERE h.received_at > b.issued_at)
            THEN 'a reading came after it was billed'
        END
      $$;
      COMMENT ON FUNCTION obstacle_to_reduction IS 'why the readings of a billed time must stay, in words; nothing where they may go';

      -- The database fills in what it found; what the writer says of it does not count.
      CREATE FUNCTION weigh_reduction() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE obstacle text; months integer; billed_at timestamptz;
      BEGIN
        obstacle := obstacle_to_reduction(NEW.register_no, NEW.from_at, NEW.to_at, NEW.run_id);
        IF obstacle IS NOT NULL THEN RAISE EXCEPTION 'conflict: the readings must stay, because %', obstacle; END IF;
        SELECT r.issued_at, (p.terms->>'keepMonths')::integer INTO billed_at, months
          FROM billing_run r JOIN community c ON c.id = r.community_id
          LEFT JOIN community_policy p ON p.community_id = r.community_id AND p.id = NEW.policy_id AND p.name = 'retention'
            AND p.days @> (NEW.reduced_at AT TIME ZONE c.zone)::date
          WHERE r.community_id = NEW.community_id AND r.id = NEW.run_id;
        IF months IS NULL OR months < 13 OR billed_at + make_interval(months => months) > NEW.reduced_at OR NEW.reduced_at > now() + interval '1 day' THEN
          RAISE EXCEPTION 'conflict: the policy "retention" keeps these readings longer';
        END IF;
        SELECT count(*), min(g.at), max(g.at), sum(g.value),
               sha256(convert_to(string_agg(canonical_reading(g.at, g.until, g.value, g.quality, g.batch_no), '' ORDER BY g.at), 'UTF8'))
          INTO NEW.removed, NEW.first_at, NEW.last_at, NEW.total, NEW.sha256
          FROM reducible_readings(NEW.register_no, NEW.from_at, NEW.to_at) g;
        IF NEW.removed = 0 THEN RAISE EXCEPTION 'conflict: there is nothing that could go'; END IF;
        NEW.xact := pg_current_xact_id();
        RETURN NEW;
      END $$;
      CREATE TRIGGER weigh BEFORE INSERT ON reading_reduction FOR EACH ROW EXECUTE FUNCTION weigh_reduction();

      CREATE FUNCTION remove_reduced() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE gone bigint;
      BEGIN
        DELETE FROM reading WHERE community_no = (SELECT no FROM community WHERE id = NEW.community_id) AND register_no = NEW.register_no
          AND at BETWEEN NEW.first_at AND NEW.last_at
          AND at = ANY (ARRAY(SELECT g.at FROM reducible_readings(NEW.register_no, NEW.from_at, NEW.to_at) g));
        GET DIAGNOSTICS gone = ROW_COUNT;
        IF gone <> NEW.removed THEN RAISE EXCEPTION 'conflict: readings came meanwhile; try again'; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER remove AFTER INSERT ON reading_reduction FOR EACH ROW EXECUTE FUNCTION remove_reduced();

      -- As before, and lets go what the trigger above removes: its delete, and no other of the same transaction.
      CREATE OR REPLACE FUNCTION refuse_change_of_reading() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND EXISTS (
          SELECT FROM undone_batch b JOIN community c ON c.id = b.community_id
          WHERE c.no = OLD.community_no AND b.community_id = current_community() AND b.batch_no = OLD.batch_no) THEN
          RETURN OLD;
        END IF;
        IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 AND EXISTS (
          SELECT FROM reading_reduction d JOIN community c ON c.id = d.community_id
          WHERE c.no = OLD.community_no AND d.community_id = current_community() AND d.register_no = OLD.register_no
            AND OLD.at BETWEEN d.first_at AND d.last_at AND d.xact = pg_current_xact_id()) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'append-only: rows of reading are never changed or deleted; record a correction instead';
      END $$;

      ALTER TABLE community NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      INSERT INTO community_policy (community_id, id, name, days, terms, decision)
      SELECT c.id, gen_random_uuid(), 'retention', '[2000-01-01,)', '{"keepMonths": null}', 'when retention came'
      FROM community c WHERE NOT EXISTS (SELECT FROM community_policy p WHERE p.community_id = c.id AND p.name = 'retention');
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
      ALTER TABLE community FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE OR REPLACE FUNCTION refuse_change_of_reading() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND EXISTS (
          SELECT FROM undone_batch b JOIN community c ON c.id = b.community_id
          WHERE c.no = OLD.community_no AND b.community_id = current_community() AND b.batch_no = OLD.batch_no) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'append-only: rows of reading are never changed or deleted; record a correction instead';
      END $$;
      DROP TABLE reading_reduction;
      DROP FUNCTION remove_reduced, weigh_reduction, obstacle_to_reduction, reducible_readings, canonical_reading;
      ALTER TABLE community_policy NO FORCE ROW LEVEL SECURITY;
      DELETE FROM community_policy WHERE name = 'retention';
      ALTER TABLE community_policy FORCE ROW LEVEL SECURITY;
    `);
  }
}
