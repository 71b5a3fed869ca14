import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Readings in parts, one a month (UTC), so that the indexes that intake writes to stay as small as a month however many years there are,
 * and old readings can be put away without touching the new.
 *
 * A part is made when the first reading of its month comes: make_reading_month attaches it under a lock that readers and writers do
 * not meet, and two at once make it once. Everything before 2000 shares one part, and after 2099 there is none, so that whatever a
 * clock says there are never more than 1,201. There is no default part: attaching one to a table that has it would read it through.
 * Nobody but the owner reaches a part directly; through the table its policy and triggers hold.
 *
 * Lock risk: copies all readings under an exclusive lock; ten million take about a minute. Way back: `down` copies them into one table
 * again.
 */
export class ReadingsByMonth1767225600015 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP VIEW reading_in_force;
      ALTER TABLE reading RENAME TO reading_before;
      ALTER INDEX reading_pkey RENAME TO reading_before_pkey;
      ${table('PARTITION BY RANGE (at)')}

      CREATE FUNCTION make_reading_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE part text; first date; BEGIN
        IF month >= '2100-01-01' OR month IS NULL THEN
          RAISE EXCEPTION 'invalid-input: readings are kept until 2099, and % lies after it; correct the clock', month;
        END IF;
        first := date_trunc('month', month::timestamp)::date;
        part := CASE WHEN first < '2000-01-01' THEN 'reading_before_2000' ELSE 'reading_' || to_char(first, 'YYYY_MM') END;
        IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
        -- Not an advisory lock: only a table's makes this session see what the one before it has made.
        LOCK TABLE reading IN SHARE UPDATE EXCLUSIVE MODE;
        IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
        EXECUTE format('CREATE TABLE %I (LIKE reading INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
        EXECUTE format('CALL protect(%L, %L)', part, 'community_no = (SELECT c.no FROM community c WHERE c.id = current_community())');
        EXECUTE format('REVOKE ALL ON %I FROM commonmeter_app', part);
        -- The triggers for rows come with attaching, those for statements do not.
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
        IF first < '2000-01-01' THEN
          EXECUTE format('ALTER TABLE reading ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (''2000-01-01 00:00+00'')', part);
        ELSE
          EXECUTE format('ALTER TABLE reading ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part,
                         first || ' 00:00+00', (first + interval '1 month')::date || ' 00:00+00');
        END IF;
      END $$;
      COMMENT ON FUNCTION make_reading_month IS 'makes the part for the readings of a month (UTC) where there is none yet';
      REVOKE ALL ON FUNCTION make_reading_month FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION make_reading_month TO commonmeter_app;

      ALTER TABLE reading_before DISABLE ROW LEVEL SECURITY;
      SELECT make_reading_month(month::date) FROM (SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC') FROM reading_before) m (month);
      ${moved}
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP VIEW reading_in_force;
      ALTER TABLE reading RENAME TO reading_before;
      ALTER INDEX reading_pkey RENAME TO reading_before_pkey;
      ${table('')}
      ALTER TABLE reading_before NO FORCE ROW LEVEL SECURITY;
      DROP FUNCTION make_reading_month;
      ${moved}
    `);
  }
}

const table = (partition: string): string => `
  CREATE TABLE reading (
    community_no integer NOT NULL,
    register_no integer NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz CHECK (until > at),
    batch_no bigint NOT NULL,
    quality reading_quality NOT NULL,
    value energy_amount NOT NULL CHECK (value >= 0),
    PRIMARY KEY (community_no, register_no, at)
  ) ${partition};
  COMMENT ON COLUMN reading.until IS 'the end of an interval; empty for a register reading taken at an instant';
  CALL protect('reading', 'community_no = (SELECT c.no FROM community c WHERE c.id = current_community())');
  CALL make_append_only('reading');
  -- Readings of an import that was undone may go.
  DROP TRIGGER append_only ON reading;
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reading FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reading();
  GRANT DELETE ON reading TO commonmeter_app;`;

/** The rows move over, past row-level security; the view of what counts is that of before. */
const moved = `
  ALTER TABLE reading NO FORCE ROW LEVEL SECURITY;
  INSERT INTO reading SELECT * FROM reading_before;
  ALTER TABLE reading FORCE ROW LEVEL SECURITY;
  DROP TABLE reading_before;
  CREATE VIEW reading_in_force WITH (security_invoker = true) AS
    SELECT r.community_no, r.register_no, r.at, r.until, r.batch_no,
           coalesce(c.quality::text, r.quality::text) AS quality, coalesce(c.value, r.value)::numeric AS value
    FROM reading r
    LEFT JOIN (SELECT DISTINCT ON (register_no, at) register_no, at, value, quality
               FROM reading_correction ORDER BY register_no, at, version DESC) c USING (register_no, at);
  GRANT SELECT ON reading_in_force TO commonmeter_app;`;
